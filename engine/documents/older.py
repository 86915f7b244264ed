"""Letters issued before a letter carried what it shows: held against the little they carry, and what cannot be told is said.

They carry the text of their paragraphs, number, day and code, and a digest of everything the letter said. From what a .docx
shows now the digest can be made again where the letter is paragraphs only; what does not agree then has no name, but is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from engine.base.canonical import Plain, digest
from engine.base.text import long_date
from engine.documents.receipt import LABEL
from engine.documents.trace import Letter, Told
from engine.documents.typography import level
from engine.visible.differences import ALTERED, Difference, differences
from engine.visible.model import CELL, Block, Visible

BODY = "正文"
SAID = "这件文书出具时还不存下全文：核对了各段文字、标题、文号、日期、凭据码{}"
_CODE = re.compile("[0-9A-Z]{4}(-[0-9A-Z]{4}){2}")
_DAY = re.compile("[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")
_NUMBERED = re.compile(r"[0-9]+\.\s*")
_ANNEX = re.compile(r"附件：|[0-9]+\.")
_FREE = ("附件", "抄送", "（", "注：", "1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "9.")
REST = "主送机关、附注、附件说明、抄送或署名"


def held(letter: Letter, now: Visible) -> tuple[list[Difference], str]:
    """In what the file differs from the letter it carries, and what could not be looked at."""
    if now.form != "docx":
        found = list(_lacking(letter, now))
        return found, SAID.format("，没有核对其余文字和画的内容")
    texts = [block.text for block in now.blocks if block.story == BODY]
    organ, title = (dict(now.properties).get(name, "") for name in ("作者", "标题"))
    issued = Visible("docx", tuple(_expected(letter, texts, organ, title)), ())
    body = tuple(block for block in now.blocks if block.story == BODY)
    found = list(differences(issued, Visible("docx", body, (), foreign=now.foreign)))
    agrees = _agrees(letter, now, texts, organ, title)
    if agrees is False:
        found.append(Difference(ALTERED, f"{REST}（与文书摘要对不上，出具时没有存下原文，说不出是哪一处）"))
    return found, SAID.format("，其余文字合于文书摘要" if agrees else f"，没有核对{REST}、表格、图和属性")


def _lacking(letter: Letter, now: Visible) -> Iterator[Difference]:
    """Texts that pages no longer show."""
    whole = _bare("".join(block.text for block in now.blocks))
    known = [("发文字号", letter.receipt.get("文号", "")), ("凭据码", letter.receipt.get(LABEL, ""))]
    known += [(f"第{n}段", one.text) for n, one in enumerate(letter.told, 1) if one.kind in ("标题", "段")]
    yield from (Difference(ALTERED, place, text, "") for place, text in known if text and _bare(text) not in whole)


def _bare(text: str) -> str:
    return "".join(text.split())


def _expected(letter: Letter, texts: Sequence[str], organ: str, title: str) -> Iterator[Block]:
    """The body as it was: what is known of it, and for the rest what the file shows."""
    parts = {one.text: f"第{n}段" for n, one in enumerate(letter.told, 1) if one.kind in ("标题", "段")}
    places = [at for at, text in enumerate(texts) if text in parts] or [len(texts)]
    head, tail = texts[: places[0]], texts[places[-1] + 1 :]
    yield from (Block(BODY, "发文机关标志", text) for text in head[:1] if text in (organ, f"{organ}文件"))
    yield from (Block(BODY, "发文字号", number) for number in [letter.receipt.get("文号", "")] if number)
    yield Block(BODY, "标题", next((text for text in head if _bare(text) == _bare(title)), title))
    yield from (Block(BODY, "主送机关", text) for text in head if text.endswith("："))
    free = [text for text in texts[places[0] : places[-1]] if CELL in text or "⟦" in text]
    for text in [text for text in texts[places[0] : places[-1] + 1] if text in free] if free else ():
        yield Block(BODY, "", text)
    yield from (Block(BODY, place, text) for text, place in parts.items())
    day = long_date(date.fromisoformat(letter.receipt.get("成文日期", "")))
    for text in tail:
        if _CODE.search(text):
            yield Block(BODY, LABEL, _CODE.sub(letter.receipt.get(LABEL, ""), text))
        elif text.endswith("印发") or _DAY.fullmatch(text):
            yield Block(BODY, "成文日期" if _DAY.fullmatch(text) else "印发日期", _DAY.sub(day, text))
        elif text == organ or text.startswith(_FREE):
            yield Block(BODY, "", text)


def _agrees(letter: Letter, now: Visible, texts: Sequence[str], organ: str, title: str) -> bool | None:
    """Whether the digest of what the letter said comes out of what the file shows; None where it cannot be made."""
    if any(one.kind not in ("标题", "段") for one in letter.told) or any(CELL in text for text in texts):
        return None
    parts = [text for text in texts if text in {one.text for one in letter.told}]
    before = texts[: texts.index(parts[0])] if parts else texts
    after = texts[texts.index(parts[-1]) + 1 :] if parts else []
    notes = [text[1:-1] for text in after if text.startswith("（") and not _CODE.search(text)]
    annexes = [_NUMBERED.sub("", text.removeprefix("附件：")) for text in after if _ANNEX.match(text)]
    copies = [text.removeprefix("抄送：").rstrip("。") for text in after if text.startswith("抄送：")]
    said: dict[str, Plain] = {
        "文书": letter.receipt.get("文书", ""),
        "版式": dict(now.properties).get("类别", ""),
        "机关": organ,
        "文号": letter.receipt.get("文号", ""),
        "标题": title,
        "主送": next((text[:-1] for text in before if text.endswith("：")), ""),
        "正文": [_part(one) for one in letter.told],
        "附件": annexes,
        "附页": [],
        "抄送": copies[0].split("，") if copies else [],
        "日期": letter.receipt.get("成文日期", ""),
        "附注": notes,
    }
    return any(digest({**said, "样稿": draft}) == letter.receipt.get("文书摘要") for draft in (True, False))


def _part(one: Told) -> Plain:
    reasons: list[Plain] = [[r.criterion, list(r.clauses), [fact.name for fact in r.facts]] for r in one.reasons]
    return {"级": level(one.text) if one.kind == "标题" else 0, "文": one.text, "由": reasons}
