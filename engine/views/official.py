"""The official wording as people read of it: what of it the rules list, and what a new wording means for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from engine.base.text import clip, wrap
from engine.policy.citations import covered
from engine.policy.official_text import OfficialText, Reworded, Unmatched, WordedClause, bare, chain
from engine.policy.package import Package
from engine.views.about import resting
from engine.views.decision import COLUMNS, labelled, rule

_AROUND = 12
"""Characters beside a change that are shown with it."""
_SHORT = 30
_WORDS = re.compile(r"[0-9.]+|.", re.DOTALL)
"""What is shown as changed as a whole: numbers, else characters."""


def imported(text: OfficialText, found: Unmatched, columns: int = COLUMNS) -> Iterator[str]:
    """What was read, what is on one side only, and the lines of no provision."""
    agree = not (found.unlisted or found.absent)
    yield f"条款 {len(text.clauses)} 处" + ("，与条款清单相符" if agree else "")
    for clause in found.unlisted:
        yield from wrap(f"清单里没有：{clause.citation}（第 {clause.line} 行）", columns, hanging="  ")
    for citation in found.absent:
        yield f"正文里没有：{citation}"
    loose = "、".join(f"“{clip(said, _SHORT)}”" for _, said in text.loose)
    yield from wrap(f"不属于条款的 {len(text.loose)} 行：{loose}", columns, hanging="  ") if loose else ()


def compared(found: Sequence[Reworded], package: Package, columns: int = COLUMNS) -> Iterator[str]:
    """Each change with its words and what rests on it; what only has another number, together at the end."""
    moved = [one for one in found if one.change == "改编号"]
    for one in found:
        if one.change != "改编号":
            yield from _one(one, package, columns)
    if moved:
        yield rule(f"只改编号的（{len(moved)} 处）", columns)
        pairs = "、".join(f"{one.old.citation} → {one.new.citation}" for one in moved if one.old and one.new)
        yield from wrap(pairs, columns, indent="  ")
        yield ""
    counts = {change: sum(one.change == change for one in found) for change in dict.fromkeys(o.change for o in found)}
    yield "、".join(f"{change} {count} 处" for change, count in counts.items()) or "条款没有不同"


def _one(one: Reworded, package: Package, columns: int) -> Iterator[str]:
    there = [clause for clause in (one.old, one.new) if clause is not None]
    yield rule(f"{' → '.join(dict.fromkeys(c.citation for c in there))}（{one.change}）", columns)
    yield from labelled("文字", marked(*(bare(c) for c in there)) if len(there) == 2 else bare(there[0]), columns)
    listed = next(citing(package, one.old), None) if one.old is not None else None
    if listed is None:
        why = "新的一条，还没有规则以它为据" if one.old is None else "条款清单里没有这一条"
        yield from labelled("规则", why, columns)
    for label, text in resting(package, listed) if listed is not None else ():
        yield from labelled(label, text, columns) if text else ()
    yield ""


def citing(package: Package, clause: WordedClause) -> Iterator[str]:
    """Keys of the list of clauses under which a provision stands, the narrowest first."""
    names = [name for one in (clause.citation, *clause.also) for name in reversed(chain(one))]
    yield from (
        key
        for name in names
        for key, known in package.clauses.items()
        if known.origin == package.id and name in covered(known.citation)
    )


def marked(old: str, new: str) -> str:
    """Both wordings in one: 不少于［12→10］场活动; far from a change, what stays is left out."""
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    said, pieces = "", SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    for at, (kind, first, end, start, stop) in enumerate(pieces):
        kept = "".join(was[first:end])
        if kind != "equal":
            said += f"［{kept}→{''.join(now[start:stop])}］"
            continue
        before, after = (kept[:_AROUND] if at else ""), (kept[-_AROUND:] if at + 1 < len(pieces) else "")
        said += kept if len(kept) <= len(before) + len(after) + 1 else f"{before}…{after}"
    return said
