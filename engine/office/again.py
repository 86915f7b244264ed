"""A decision made again held against the one that was written down: what it rests on by name, what it came to, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.base.basis import PARTS, differences
from engine.base.basis import from_plain as basis_from_plain
from engine.base.problem import Refused
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.differences import compared
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.decision.serial import from_plain
from engine.documents.replayed import Check

FACTUAL = "事实"


def made_again(program: Program, case: Case, determinations: Sequence[str]) -> dict[str, Decision]:
    """The determinations the rules still have, decided."""
    return {name: decide(program, case, name) for name in determinations if name in program.package.determinations}


def against(stored: Sequence[Mapping[str, Any]], made: Mapping[str, Decision]) -> Iterator[Check]:
    """Each decision as it was written, against the one made now. ValueError for what is no decision."""
    if stored and made:
        found = {
            one.part: one
            for one in differences(basis_from_plain(stored[0]["所据"]), next(iter(made.values())).basis)
            if one.part not in (FACTUAL, "程序代码")  # facts are told by name already
        }
        for part in dict.fromkeys((*(part for part in PARTS if part != FACTUAL), *found)):
            yield Check(part, part not in found, "、".join(found[part].what) if part in found else "")
    for one in stored:
        yield _again(one, made.get(one["决定"]))


def _again(stored: Mapping[str, Any], made: Decision | None) -> Check:
    """A decision against the one made now. What an earlier release wrote in another form is compared by its outcome."""
    name, outcome = str(stored["决定"]), str(stored["结果"] or "尚不能作出")
    if made is None:
        return Check(name, False, "规则里没有这项决定")
    now = made.outcome or "尚不能作出"
    try:
        shifts = compared([from_plain(stored)], [made])
    except Refused:
        said = outcome if outcome == now else f"{outcome} → {now}"
        return Check(name, outcome == now, f"{said}（存下的是别的版本的格式，只比较结果）")
    if not shifts:
        return Check(name, True, outcome)
    details = (f"{one.what}：{one.before or '—'} → {one.after or '—'}" for one in shifts[0].details)
    turned = f"{shifts[0].before} → {shifts[0].after}" if shifts[0].turned else ""
    return Check(name, False, "；".join(filter(None, (turned, *details))))
