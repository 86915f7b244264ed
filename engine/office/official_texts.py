"""Edge: the official wording of a regulation, read from what an office has of it and kept beside its rules.

The wording is no part of the rules: it is shown and quoted, and the rules name its digest (正文摘要), so that another text
under the same rules is noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, Span
from engine.files import reading
from engine.files.faults import unreadable
from engine.policy.nodes import Scalar
from engine.policy.official_text import OfficialText, Unmatched, parse_official, unmatched
from engine.policy.package import Package
from engine.policy.sources import read_text
from engine.policy.spec import PackageSpec
from engine.visible.archive import opened
from engine.visible.word import BODY, read_word

KEPT = "正文.txt"
"""The wording in the folder of its package, as it was read: UTF-8, a provision a line."""
PINNED, NOT_KEPT = "正文摘要", "未载入"
"""The key of the header, and what it says where there is no wording."""
_PICTURE = re.compile("⟦图 [^⟦⟧]*⟧")
MAX_WORD = 20_000_000
"""Bytes a .docx may have."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """The wording kept with a package, as it stands there and by provision."""

    words: str
    text: OfficialText

    @property
    def digest(self) -> str:
        return digest_of_text(self.words)


def read_official(path: Path) -> str:
    """The lines of a .txt or .docx. Refused (exit code 2): what cannot be read (E428 another form), and in a .docx what is not
    its final wording: revisions, comments, hidden text (E421), what has no place or no letters in a line: numbers that Word
    counts by itself, text boxes, notes, symbols (E422)."""
    kind = path.suffix.lower()
    if kind not in (".txt", ".docx"):
        raise Refused(Problem("E428", f"`{path}` 不是 .txt，也不是 .docx", help="在 Word 里另存为“纯文本（.txt）”"), 2)
    if kind == ".txt":
        text, problems = read_text(path)
        if text is None:
            raise Refused(problems, 2)
        return text
    try:
        data = reading.read(path, MAX_WORD)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None
    shown = read_word(opened(data, str(path)), str(path))
    if shown.foreign:
        message = f"`{path}` 不是定稿：{'；'.join(shown.foreign[:3])}"
        raise Refused(Problem("E421", message, help="在 Word 里接受或拒绝修订，删去批注和隐藏文字"), 2)
    lines = [_PICTURE.sub("", block.text) for block in shown.blocks if block.story == BODY]
    beside = [
        b for b in shown.blocks if b.story != BODY and not b.story.startswith(("页眉", "页脚")) and b.text.strip()
    ]
    unread = [f"{b.story}“{b.text[:20]}”" for b in beside]
    unread += [f"自动编号或符号“{line[:20]}”" for line in lines if "⟦" in line]
    if unread:
        message = f"`{path}` 有读不进各条的内容：{'；'.join(unread[:3])}"
        raise Refused(
            Problem("E422", message, help="在 Word 里另存为“纯文本（.txt）”，编号会写成文字；文本框里的字移到正文"), 2
        )
    return "\n".join(lines) + "\n"


def parsed(text: str, file: str) -> OfficialText:
    """The provisions of a text. Refused (exit code 2): numbers that cannot be relied on (E423), no provision at all (E424)."""
    found = parse_official(text)
    if found.odd:
        help_ = "改成“第七条　……”、“（一）……”，依次编号，各成一段"
        raise Refused([Problem("E423", why, Span(file, line, 1, line, 2), help_) for line, why in found.odd], 2)
    if not found.clauses:
        help_ = "条要写作“第一条　……”，各成一段"
        raise Refused(Problem("E424", f"`{file}` 里没有看到条款", help=help_), 2)
    return found


def kept_text(folder: Path, package: str) -> KeptText | None:
    """The wording kept with a package; None where none is. Refused as `parsed` and `read_official`."""
    path = folder / package / KEPT
    if not path.exists():
        return None
    text = read_official(path)
    return KeptText(text, parsed(text, str(path)))


def digest_of_text(text: str) -> str:
    """As 正文摘要 has it."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def against_rules(text: OfficialText, package: Package) -> Unmatched:
    """What of the wording the list of clauses has not, and the other way round."""
    return unmatched(text, [c.citation for c in package.clauses.values() if c.origin == package.id])


def meant_text(folder: Path, specs: Mapping[str, PackageSpec], package: str) -> tuple[KeptText | None, list[Problem]]:
    """The wording kept with a package, if it is the one that its rules name; else why it is not (E425)."""
    try:
        kept = kept_text(folder, package)
    except Refused as refused:
        return None, list(refused.problems)
    path, header = folder / package / KEPT, specs[package].header
    named = header.text_digest if header is not None else None
    if kept is None:
        return None, _lost(named, path)
    if named is None or named.text != kept.digest:
        help_ = f"换回原来的正文；正文改了的，执行 `guiju text import {path}`"
        place = named.span if named is not None else None
        return None, [Problem("E425", f"`{path}` 不是 `{PINNED}` 所指的正文", place, help_)]
    return kept, []


def check_official(folder: Path, specs: Mapping[str, PackageSpec], package: Package) -> list[Problem]:
    """Whether the wording kept with a package is the one its rules name (E425), and has the clauses they list (E404, E426)."""
    kept, problems = meant_text(folder, specs, package.id)
    if kept is None:
        return problems
    found = against_rules(kept.text, package)
    file = str(folder / package.id / KEPT)
    return [
        Problem(
            "E404", f"正文的 `{c.citation}` 不在条款清单中", Span(file, c.line, 1, c.line, 2), "在 clauses.yaml 补上"
        )
        for c in found.unlisted
    ] + [
        Problem("E426", f"正文里没有 `{citation}`", package.clauses[citation].span, "改为正文里有的一条，或删去")
        for citation in found.absent
    ]


def _lost(named: Scalar | None, path: Path) -> list[Problem]:
    if named is None or named.text == NOT_KEPT:
        return []
    message = f"写了 `{PINNED}`，却没有 `{path}`"
    return [Problem("E425", message, named.span, f"用 `guiju text import` 载入正文，或写 `{NOT_KEPT}`")]
