"""What a letter says, checked the same way whether it came from Word or from a PDF. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

from engine.base.classes import dataclass
from engine.base.text import find_hidden, long_date
from engine.documents import titles, typography
from engine.documents.points import ALL, HEADED, LETTER, OFFICIAL, PROSE, Point
from engine.documents.typography import CJK, columns

MARK, NUMBER, TITLE, ADDRESSEE, BODY = "发文机关标志", "发文字号", "标题", "主送", "正文"
ANNEX, ORGAN, DAY, NOTE, IMPRINT, OTHER = "附件说明", "署名", "成文日期", "附注", "版记", "其他"
ANNEX_LABEL, ANNEX_TITLE, CELL, CELL_LINE = "附件标记", "附件标题", "表格", "表格的行"
MARKING, SIGNERS, JOINT = "版头标注", "签发人", "联合署名"
"""份号, 密级 and 紧急程度 at the left of the head; who signed a letter to a superior; several organs on one line of the closing."""
SIGNED_BY = "签发人："
LEVELS = ("一级标题", "二级标题", "三级标题", "四级标题")
RUNNING = (BODY, *LEVELS)
THREE = (ADDRESSEE, BODY, *LEVELS, ANNEX, ORGAN, JOINT, DAY, NOTE)
"""What is set in 3号 (GB/T 9704, 5.2.2)."""

_MARKINGS = re.compile(r"[0-9]{6}|(?:绝密|机密|秘密)(?:★(?![一二三四五六七八九十])\S+)?|特急|加急")
_DATE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_PRINTED = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日印发")
_DOUBLED = re.compile(r"[，；：、。]{2,}|[，；：、]$")
_PAIRS = dict(zip("（《〔【“‘{", "）》〕】”’}", strict=True))
_CLOSED = "。：；）”！？》"
_FULL_WIDTH_LATIN = re.compile("[\uff21-\uff3a\uff41-\uff5a]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph and the part it plays; lines of a title are separated by line feeds."""

    role: str
    text: str


class HasPieces(Protocol):
    """What the points on text look at: a letter of a kind, as pieces of text with their roles, from whatever format."""

    @property
    def pieces(self) -> Sequence[Piece]: ...

    @property
    def kind(self) -> str: ...


def of(model: HasPieces, *roles: str) -> list[str]:
    """The texts of these roles, in reading order."""
    return [p.text for p in model.pieces if p.role in roles]


def quoted(text: str, at: int = 0) -> str:
    """The words around a fault."""
    start = max(0, at - 6)
    return f"`{text[start : start + 16]}`"


# ---- head ----


def one_mark(model: HasPieces) -> Iterator[str]:
    """One mark of the organ (GB/T 9704, 7.2.4)."""
    marks = of(model, MARK)
    if len(marks) != 1:
        yield f"有 {len(marks)} 个发文机关标志"


def mark_wording(model: HasPieces) -> Iterator[str] | None:
    """The mark of an official document ends in 文件, that of a 信函 does not (GB/T 9704, 7.2.4 and 10.1)."""
    marks = of(model, MARK)
    if not marks:
        return None
    ends = marks[0].endswith("文件")
    wrong = ends if model.kind == LETTER else not ends
    return iter([f"标志是 {quoted(marks[0], len(marks[0]))}"] if wrong else [])


def number_form(model: HasPieces) -> Iterator[str] | None:
    """The number as 代字〔年份〕序号 (GB/T 9704, 7.2.5)."""
    numbers = [t for t in of(model, NUMBER) if t.strip()]
    if not numbers:
        return None
    return (f"写作 `{t[:20]}`" for t in numbers if not typography.is_document_number(t.strip()))


def marking_form(model: HasPieces) -> Iterator[str] | None:
    """份号 of six digits; 密级 with ★ and what limits it in Arabic numerals; 特急 or 加急 (GB/T 9704, 7.2.1–7.2.3)."""
    found = of(model, MARKING)
    return (f"`{t[:20]}`" for t in found if not _MARKINGS.fullmatch(t.replace(" ", ""))) if found else None


def marking_order(model: HasPieces) -> Iterator[str] | None:
    """份号, 密级 and 紧急程度 from above, each once (GB/T 9704, 7.2.3)."""
    places = [0 if t.strip().isdigit() else 1 if "密" in t else 2 for t in of(model, MARKING)]
    return iter(["次序不对或者有重复"] if places != sorted(set(places)) else []) if places else None


def signers_form(model: HasPieces) -> Iterator[str] | None:
    """签发人, a full-width colon and names (GB/T 9704, 7.2.6)."""
    found = of(model, SIGNERS)
    wrong = (t for t in found[:1] if not re.fullmatch(f"{SIGNED_BY}[{CJK}·\\s]+", t))
    return (quoted(t) for t in wrong) if found else None


def one_title(model: HasPieces) -> Iterator[str]:
    """One title (GB/T 9704, 7.3.1)."""
    found = of(model, TITLE)
    if len(found) != 1:
        yield f"有 {len(found)} 个标题"


def title_marks(model: HasPieces) -> Iterator[str] | None:
    """No stops in the title but in names and quotations (GB/T 9704, 7.3.1)."""
    found = of(model, TITLE)
    return (quoted(t) for t in found if re.search(r"[，。；！？,.;!?]", t)) if found else None


def title_kind(model: HasPieces) -> Iterator[str] | None:
    """The title ends in its kind of document (GB/T 9704, 7.3.1)."""
    found = of(model, TITLE)
    return (f"标题末尾是 {quoted(t, len(t))}" for t in found if not t.endswith(titles.KINDS)) if found else None


def title_words(model: HasPieces) -> Iterator[str] | None:
    """The title speaks of no 行政处罚 or 行政许可: rules of this rank cannot set them up (立法法)."""
    found = of(model, TITLE)
    return (quoted(t, t.find(w)) for t in found for w in ("行政处罚", "行政许可") if w in t) if found else None


def title_lines(model: HasPieces) -> Iterator[str] | None:
    """Long titles: no line too long or a remnant of one or two characters, none that begins or ends badly."""
    lines = [line for t in of(model, TITLE) for line in t.split("\n")]
    if len(lines) < 2:
        return None
    return (
        f"第{place}行 {quoted(line)}"
        for place, line in enumerate(lines, 1)
        if columns(line) > titles.LINE + 0.5 or columns(line) <= 2 or line[0] in "的、，）》”" or line[-1] in "（《“、"
    )


def title_names(model: HasPieces) -> Iterator[str] | None:
    """Long titles: no line ends inside a quotation, or inside a name the letter says elsewhere: whom it is addressed to, whose it
    is, what its text puts in quotation marks."""
    found = [t.split("\n") for t in of(model, TITLE) if "\n" in t]
    if not found:
        return None
    names = [*(t.rstrip("：:") for t in of(model, ADDRESSEE)), *of(model, ORGAN)]
    names += [name for text in of(model, *RUNNING) for name in re.findall("“([^”]{3,})”", text)]
    return (f"{quoted(name)}分在两行" for lines in found for name in titles.torn(lines, names))


def title_ends(model: HasPieces) -> Iterator[str] | None:
    """Long titles, of annexes too: no line ends in a word that only joins it to the next, where it could be broken elsewhere."""
    found = [t.split("\n") for t in of(model, TITLE, ANNEX_TITLE) if "\n" in t]
    wrong = (lines for lines in found if not titles.joined_at_an_end(titles.broken("".join(lines))))
    return (quoted(end, len(end)) for lines in wrong for end in titles.joined_at_an_end(lines)) if found else None


def addressee_form(model: HasPieces) -> Iterator[str] | None:
    """A full-width colon after the addressee (GB/T 9704, 7.3.2)."""
    found = of(model, ADDRESSEE)
    return (quoted(t, len(t)) for t in found if not re.search("[^：:]：$", t)) if found else None


# ---- body ----


def has_body(model: HasPieces) -> Iterator[str]:
    """There is a body (GB/T 9704, 7.3.3)."""
    if not any(columns(t) > 4 for t in of(model, *RUNNING, CELL, CELL_LINE)):
        yield "没有正文"


def _levels(model: HasPieces) -> list[tuple[int, str]]:
    return [(LEVELS.index(p.role) + 1, p.text) for p in model.pieces if p.role in LEVELS]


def no_level_skipped(model: HasPieces) -> Iterator[str] | None:
    """No level of headings is left out (GB/T 9704, 7.3.3)."""
    found = _levels(model)
    if not found:
        return None
    before = [0, *(level for level, _ in found)]
    return (quoted(text) for last, (level, text) in zip(before, found, strict=False) if level > last + 1)


def level_marks(model: HasPieces) -> Iterator[str] | None:
    """Levels are marked 一、 （一） 1. （1） (GB/T 9704, 7.3.3)."""
    found = _levels(model)
    return (quoted(text) for level, text in found if typography.level(text) != level) if found else None


def numbered_on(model: HasPieces) -> Iterator[str] | None:
    """Headings of one level count 一、二、三 without holes, anew under each higher one."""
    found = _levels(model)
    return _holes(found) if found else None


def _holes(found: Sequence[tuple[int, str]]) -> Iterator[str]:
    counts = [0] * 5
    for level, text in found:
        counts[level] += 1
        counts[level + 1 :] = [0] * (4 - level)
        if typography.ordinal(text) not in (0, counts[level]):
            yield quoted(text)
            counts[level] = typography.ordinal(text)


def heading_ends(model: HasPieces) -> Iterator[str] | None:
    """A first-level heading stands on its own line and takes no closing mark."""
    found = [text for level, text in _levels(model) if level == 1]
    return (quoted(t, len(t)) for t in found if t[-1:] in "。，；：,.;:") if found else None


def sentences_end(model: HasPieces) -> Iterator[str]:
    """Every paragraph of the body ends in a stop (GB/T 15834)."""
    return (quoted(t, len(t)) for t in of(model, BODY) if columns(t) > 2 and t.rstrip()[-1] not in _CLOSED)


# ---- closing ----


def annex_marks(model: HasPieces) -> Iterator[str] | None:
    """No stop after the name of an annex (GB/T 9704, 7.3.4)."""
    found = of(model, ANNEX)
    return (quoted(t, len(t)) for t in found if t[-1:] in "。，；、.;,") if found else None


def annex_numbers(model: HasPieces) -> Iterator[str] | None:
    """附件： before one annex, numbers before several (GB/T 9704, 7.3.4)."""
    found = of(model, ANNEX)
    return _annexes(found) if found else None


def _annexes(found: Sequence[str]) -> Iterator[str]:
    if not re.match("附件：[^ 　]", found[0]):
        yield quoted(found[0])
    names = [found[0].removeprefix("附件："), *found[1:]]
    numbers = [re.match(r"([0-9]+)\.[^0-9 　]", name) for name in names]
    wanted = [str(n) for n in range(1, len(names) + 1)] if len(names) > 1 else [None]
    if [m.group(1) if m else None for m in numbers] != wanted:
        yield f"顺序号 {quoted(''.join(names))}"


def one_closing(model: HasPieces) -> Iterator[str]:
    """The organ is named, with the day below it (GB/T 9704, 7.3.5)."""
    organs, days = of(model, ORGAN), of(model, DAY)
    if not organs or len(days) != 1:
        yield f"署名 {len(organs)} 个，成文日期 {len(days)} 个"
    roles = [p.role for p in model.pieces]
    for at, role in enumerate(roles):
        if role == ORGAN and roles[at + 1 : at + 2] not in ([DAY], [ORGAN]):
            yield "署名下面不是成文日期"


def date_form(model: HasPieces) -> Iterator[str] | None:
    """The day with its year, month and day in full, without leading zeros (GB/T 9704, 7.3.5.4)."""
    found = of(model, DAY)
    return (f"写作 `{t[:14]}`" for t in found if read_date(t) is None) if found else None


def read_date(text: str) -> date | None:
    """A full date written 2026年1月5日: Arabic numerals, unpadded, a day there is."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return day if long_date(day) == text.strip() else None


def organ_agrees(model: HasPieces) -> Iterator[str] | None:
    """The organ that signs, of several the first, is that of the mark (GB/T 9704, 7.2.4 and 7.3.5)."""
    marks, organs = of(model, MARK), of(model, ORGAN)
    if not marks or not organs:
        return None
    named = marks[0].removesuffix("文件")
    return (f"标志是 `{named}`，署名是 `{o}`" for o in organs[:1] if o.strip() != named)


def note_form(model: HasPieces) -> Iterator[str] | None:
    """A note stands in brackets (GB/T 9704, 7.3.6)."""
    found = of(model, NOTE)
    return (quoted(t) for t in found if not (t.startswith("（") and t.endswith("）"))) if found else None


def imprint_date(model: HasPieces) -> Iterator[str] | None:
    """The imprint says when it was printed, not before the day of the letter (GB/T 9704, 7.4.3)."""
    found = "".join(of(model, IMPRINT))
    if not found:
        return None
    match = _PRINTED.search(found)
    if match is None:
        return iter([f"没有印发日期：{quoted(found, len(found))}"])
    printed, signed = read_date(match.group().removesuffix("印发")), [read_date(t) for t in of(model, DAY)]
    early = printed is None or any(day is not None and printed < day for day in signed)
    return iter([f"印发日期是 `{match.group()}`"] if early else [])


# ---- throughout ----


def _all(model: HasPieces) -> list[str]:
    return [p.text for p in model.pieces]


def full_width(model: HasPieces) -> Iterator[str]:
    """Full-width punctuation between Chinese characters (GB/T 15834)."""
    return (quoted(t, at) for t in _all(model) for at, _c, _w in typography.half_width(t.rstrip()))


def quotation_marks(model: HasPieces) -> Iterator[str]:
    """Quotation marks are “ ” and ‘ ’ (GB/T 15834)."""
    return (quoted(t, at) for t in _all(model) for at in typography.straight_quotes(t))


def dashes(model: HasPieces) -> Iterator[str]:
    """A dash is two characters wide, an ellipsis six dots (GB/T 15834)."""
    return (quoted(t, at) for t in _all(model) for at in typography.odd_dashes(t))


def pairs(model: HasPieces) -> Iterator[str]:
    """Brackets, braces and quotation marks come in pairs (GB/T 15834)."""
    return (quoted(p.text) for p in model.pieces if p.role != CELL_LINE and not _paired(p.text))


def _paired(text: str) -> bool:
    opened: list[str] = []
    for char in text:
        if char in _PAIRS:
            opened.append(_PAIRS[char])
        elif char in _PAIRS.values() and (not opened or opened.pop() != char):
            return False
    return not opened


def doubled(model: HasPieces) -> Iterator[str]:
    """No two stops in a row, none dangling at the end of a paragraph (GB/T 15834)."""
    running = [t for t in of(model, *RUNNING) if not t.endswith("：")]
    return (quoted(t, m.start()) for t in running for m in _DOUBLED.finditer(t))


def numerals(model: HasPieces) -> Iterator[str]:
    """Numbers and days as GB/T 15835 writes them."""
    return (quoted(t, at) for t in _all(model) for at, _t, _a in typography.odd_numerals(t))


def latin(model: HasPieces) -> Iterator[str]:
    """Latin letters are half-width (GB/T 15835)."""
    return (quoted(t, m.start()) for t in _all(model) for m in _FULL_WIDTH_LATIN.finditer(t))


def leftovers(model: HasPieces) -> Iterator[str]:
    """Nothing left unfilled: braces, None, 待补."""
    return (f"`{left}`" for t in _all(model) if (left := typography.leftover(t)))


def hidden(model: HasPieces) -> Iterator[str]:
    """No control, hidden or private-use characters."""
    for text in _all(model):
        found = find_hidden(text.replace("\n", "").replace("\t", ""))
        odd = found[1] if found else typography.unprintable(text)
        if odd:
            yield odd


def _points() -> Iterable[Point[HasPieces]]:
    yield Point("T01", "有且只有一个发文机关标志", "7.2.4", HEADED, one_mark)
    yield Point("T02", "标志用语：公文加“文件”，信函不加", "7.2.4、10.1", HEADED, mark_wording)
    yield Point("T03", "发文字号：代字〔年份〕序号，不加“第”，不编虚位", "7.2.5", HEADED, number_form)
    yield Point("T34", "份号 6 位数字，密级★保密期限，紧急程度写特急、加急", "7.2.1–7.2.3", HEADED, marking_form)
    yield Point("T35", "份号、密级、紧急程度自上而下，各一行", "7.2.3", HEADED, marking_order)
    yield Point("T36", "签发人：姓名", "7.2.6", frozenset({OFFICIAL}), signers_form)
    yield Point("T04", "有且只有一个标题", "7.3.1", ALL, one_title)
    yield Point("T05", "标题除书名号、引号外不用标点", "7.3.1", ALL, title_marks)
    yield Point("T06", "标题以文种结尾", "7.3.1", HEADED | {"公示", "报告"}, title_kind)
    yield Point("T07", "标题不称行政处罚、行政许可", "立法法", ALL, title_words)
    yield Point("T08", "多行标题：词意完整，不孤字，一行不超过 20 字", "7.3.1", ALL, title_lines)
    yield Point("T32", "多行标题：引号、书名号之内和名称不分在两行", "7.3.1", ALL, title_names)
    yield Point("T33", "多行标题：行末不是“和”“与”“及”“的”", "7.3.1", ALL, title_ends)
    yield Point("T09", "主送机关后用全角冒号", "7.3.2", HEADED, addressee_form)
    yield Point("T10", "有正文", "7.3.3", ALL, has_body)
    yield Point("T11", "层次序数不越级", "7.3.3", ALL, no_level_skipped)
    yield Point("T12", "层次序数依次为 一、（一）1.（1）", "7.3.3", ALL, level_marks)
    yield Point("T13", "同级序数连续", "7.3.3", ALL, numbered_on)
    yield Point("T14", "独立成行的一级标题末尾不用标点", "7.3.3", ALL, heading_ends)
    yield Point("T15", "正文各段有结束标点", "GB/T 15834", PROSE, sentences_end)
    yield Point("T16", "附件名称后不加标点", "7.3.4", HEADED, annex_marks)
    yield Point("T17", "附件说明：“附件：”，多件编 1. 2.", "7.3.4", HEADED, annex_numbers)
    yield Point("T18", "有署名，成文日期在署名之下", "7.3.5", PROSE, one_closing)
    yield Point("T19", "成文日期写全年、月、日，不编虚位", "7.3.5.4", ALL, date_form)
    yield Point("T20", "署名与发文机关标志一致", "7.2.4、7.3.5", HEADED, organ_agrees)
    yield Point("T21", "附注加圆括号", "7.3.6", ALL, note_form)
    yield Point("T22", "版记有印发日期，不早于成文日期", "7.4.3", frozenset({OFFICIAL}), imprint_date)
    yield Point("T23", "汉字之间用全角标点", "GB/T 15834", ALL, full_width)
    yield Point("T24", "引号用“ ”‘ ’", "GB/T 15834", ALL, quotation_marks)
    yield Point("T25", "破折号占两格，省略号六点", "GB/T 15834", ALL, dashes)
    yield Point("T26", "括号、花括号、书名号、引号成对", "GB/T 15834", ALL, pairs)
    yield Point("T27", "没有连用或悬在段末的标点", "GB/T 15834", ALL, doubled)
    yield Point("T28", "数字、日期写法", "GB/T 15835", ALL, numerals)
    yield Point("T29", "拉丁字母用半角", "GB/T 15835", ALL, latin)
    yield Point("T30", "没有未填的痕迹（{{、None、待补）", "—", ALL, leftovers)
    yield Point("T31", "没有控制、隐藏、自造字符", "—", ALL, hidden)


POINTS: tuple[Point[HasPieces], ...] = tuple(_points())
