"""In what the facts of a case differ from those known before: each by name with both values, a ledger's records cell by cell.
Pure; both sides as `facts.facts_plain` gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from engine.base.canonical import canonical
from engine.decision.facts import facts_differing

MOST = 20
"""Differences of one ledger that are told one by one."""
NOTHING = "没有"
_WORDS: Mapping[Any, str] = {None: "未填", True: "是", False: "否"}
_HOW, _FINDING = ("佐证", "出处"), ("判断人", "判断日期", "理由")


def facts_told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A line for each fact and exception that differs: `年度活动场次（12 → 13）`; of a ledger each record and cell."""
    found: list[str] = []
    for name in dict.fromkeys(facts_differing(before, after)):
        for kind in ("事实", "例外"):
            old, new = (side.get(kind, {}).get(name) for side in (before, after))
            if old != new:
                found += _fact(name, old, new)
    if before.get("案件") != after.get("案件"):
        found.append(_line("案件", str(before.get("案件", NOTHING)), str(after.get("案件", NOTHING))))
    return found


def _line(what: str, before: str, after: str) -> str:
    return f"{what}（{before} → {after}）"


def _fact(name: str, old: Any, new: Any) -> list[str]:
    if old is None or new is None:
        return [_line(name, *(NOTHING if one is None else _said(one[0]) for one in (old, new)))]
    if old[0] != new[0]:
        return _values(name, old[0], new[0])
    # The value is the same; how it came to be known is not.
    found = [
        _line(f"{name}的{how}", one or NOTHING, other or NOTHING)
        for how, one, other in zip(_HOW, old[1:3], new[1:3], strict=True)
        if one != other
    ]
    cells = ["、".join(f"{ref} {how}".rstrip() for _, ref, how in one[4]) if one[4:] else NOTHING for one in (old, new)]
    found += [_line(f"{name}的更正", *cells)] if cells[0] != cells[1] else []
    finding = [one or [NOTHING] * len(_FINDING) for one in (old[3], new[3])]
    return found + [
        _line(f"{name}的{part}", one, other)
        for part, one, other in zip(_FINDING, *finding, strict=True)
        if one != other
    ]


def _values(name: str, old: Any, new: Any) -> list[str]:
    if not (_is_table(old) and _is_table(new) and old["栏"] == new["栏"]):
        return [_line(name, _said(old), _said(new))]
    found = [f"{name}{one}" for one in _records(old["栏"], old["行"], new["行"])]
    return found[:MOST] + ([f"{name}等 {len(found)} 处"] if len(found) > MOST else [])


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"栏", "行"}


def _records(columns: Sequence[str], old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    """What differs, by the numbers that records have now, or had."""
    before, after = ([canonical(row) for row in rows] for rows in (old, new))
    for kind, first, end, start, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(end - first, stop - start)
        for place in range(both):
            yield from _cells(columns, start + place + 1, old[first + place], new[start + place])
        yield from (f"少了原第{at + 1}条（{_row(old[at])}）" for at in range(first + both, end))
        yield from (f"多出第{at + 1}条（{_row(new[at])}）" for at in range(start + both, stop))


def _cells(columns: Sequence[str], number: int, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    for column, one, other in zip(columns, old, new, strict=True):
        if one != other:
            yield _line(f"第{number}条的{column}", _said(one), _said(other))


def _row(cells: Sequence[Any]) -> str:
    return "，".join(_said(cell) for cell in cells if cell is not None)


def _said(value: Any) -> str:
    """A value as `facts.typed` writes it, in a word."""
    match value:
        case None | bool():
            return _WORDS[value]
        case {"栏": _, "行": rows}:
            return f"{len(rows)}条"
        case Mapping():
            return str(next(iter(value.values())))
        case list():
            return "、".join(map(_said, value))
        case _:
            return str(value)
