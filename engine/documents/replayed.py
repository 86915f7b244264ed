"""A finished letter held against its cases: what it rests on by name, its outcome, its reasons, its text, its bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import PurePath

from engine.base.basis import PARTS, Basis, carried, together
from engine.base.basis import differences as basis_differences
from engine.base.calendar import Calendar
from engine.base.calendar_differences import days_differing
from engine.base.canonical import canonical
from engine.base.classes import dataclass
from engine.base.line_differences import lines_differing
from engine.base.problem import Refused
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.facts import facts_plain
from engine.decision.facts_told import facts_told
from engine.decision.program import Program
from engine.documents.compared import named_facts
from engine.documents.model import DocumentPlan
from engine.documents.parties import BETWEEN
from engine.documents.recounted import Remade, remade
from engine.documents.trace import Letter, Told, told
from engine.visible.pdf import whole_prefixes

Renderer = Callable[[DocumentPlan, str], bytes]
"""A plan and a format to the bytes of the letter."""


@dataclass(frozen=True, slots=True)
class KeptBefore:
    """What somebody has kept of the time the letter was made. `facts`: by their digest, as RFC 8785 writes them; `calendar`;
    `rules`: their files then and now."""

    facts: Callable[[str], bytes | None] = lambda _digest: None
    calendar: Calendar | None = None
    rules: tuple[Mapping[str, bytes], Mapping[str, bytes]] = ({}, {})


NOTHING = KeptBefore()


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at (结果, 理由, 规则 …), whether it is as it was (None: it could not be looked at), and in what not."""

    what: str
    holds: bool | None
    said: str = ""


def replayed(
    letter: Letter,
    data: bytes,
    program: Program,
    cases: Sequence[Case],
    render: Renderer,
    earlier: KeptBefore = NOTHING,
) -> tuple[Check, ...]:
    """The letter recomputed from its cases. `data`: the file. Refused (E653): another case's letter."""
    outcome = tuple(_outcome(letter, program, cases))
    try:
        again = remade(letter, program, cases)
    except Refused as refused:
        if any(check.holds is False for check in outcome):
            rested = tuple(_rested(letter, program, cases, earlier))
            return (*rested, *outcome, Check("文书", None, "结果变了，现在出不了这件文书"))
        raise refused
    return (
        *_basis(letter, carried(again.now.receipt.basis), again, program, cases, earlier),
        *outcome,
        *_text(letter, again),
        *_bytes(letter, data, again, render),
    )


def _outcome(letter: Letter, program: Program, cases: Sequence[Case]) -> Iterator[Check]:
    name, before = letter.receipt.get("决定", ""), letter.receipt.get("结果", "")
    if name not in program.package.determinations:
        yield Check("结果", False, f"现在的规则没有决定“{name}”")
        return
    found = list(dict.fromkeys(decide(program, case, name).outcome or "尚不能作出" for case in cases))
    now = BETWEEN.join(found)
    yield Check("结果", True, now) if now == before else Check("结果", False, f"{before} → {now}")


def _rested(letter: Letter, program: Program, cases: Sequence[Case], earlier: KeptBefore) -> Iterator[Check]:
    """What its decision rests on today, where the letter itself cannot be made."""
    name = letter.receipt.get("决定", "")
    if name in program.package.determinations:
        now = carried(together([decide(program, case, name).basis for case in cases]))
        yield from _basis(letter, now, None, program, cases, earlier)


def _basis(
    letter: Letter,
    now: Basis,
    again: Remade | None,
    program: Program,
    cases: Sequence[Case],
    earlier: KeptBefore,
) -> Iterator[Check]:
    """Rules, readings, calendar, facts and program by name."""
    if letter.basis is None:
        yield Check("所据", None, "这件没有载明所据，规则、日历、事实、程序无从逐项比较")
        return
    known = {evidence.name: evidence for evidence in again.now.evidence} if again is not None else {}
    lacking = again.lacking if again is not None else ""
    found = {one.part: named_facts(one, letter, known) for one in basis_differences(letter.basis, now)}
    for part in dict.fromkeys((*PARTS, *found)):
        if lacking and part == "事实":
            yield Check(part, None, f"没有给出案件 {lacking}")
        else:
            what = found[part].what if part in found else ()
            if part == "事实" and part in found:
                what = tuple(_recalled(dict(letter.basis.facts), cases, earlier)) or what
            if part == "规则" and part in found and all(earlier.rules):
                what = tuple(lines_differing(*earlier.rules)) or what
            if part == "日历" and part in found and earlier.calendar is not None:
                years = {*letter.basis.years, *now.years}
                what = tuple(days_differing(earlier.calendar, program.package.calendar, years)) or what
            yield Check(part, part not in found, "、".join(what))


def _recalled(digests: Mapping[str, str], cases: Sequence[Case], earlier: KeptBefore) -> Iterator[str]:
    """In which facts they differ, where somebody has kept them as they were: to the cell."""
    for case in cases:
        before = earlier.facts(digests.get(case.id, ""))
        if before is not None:
            yield from facts_told(json.loads(before), json.loads(canonical(facts_plain(case))))


def _text(letter: Letter, again: Remade) -> Iterator[Check]:
    if again.lacking:
        yield Check("理由和正文", None, f"没有给出案件 {again.lacking}，没有整件重算")
        return
    now = [Told(kind, text, ()) for kind, text, _ in told(again.now)]
    if again.same is not None:
        yield Check("理由", True)
        yield Check("正文", True)
        return
    reasons = [[(t.criterion, t.clauses, t.facts) for t in traces] for _, _, traces in told(again.now)]
    before = [
        [(r.criterion, r.clauses, tuple(fact.name for fact in r.facts)) for r in one.reasons] for one in letter.told
    ]
    yield Check("理由", before == reasons, "" if before == reasons else _places(before, reasons))
    texts = [one.text for one in letter.told], [one.text for one in now]
    said = _places(*texts) if texts[0] != texts[1] else "各段相同，标题、主送、附注等不同"
    yield Check("正文", False, said)


def _places(before: Sequence[object], after: Sequence[object]) -> str:
    pairs = enumerate(zip_longest(before, after), 1)
    return "、".join(f"第{n}段" for n, (old, new) in pairs if old != new) + "不同"


def _bytes(letter: Letter, data: bytes, again: Remade, render: Renderer) -> Iterator[Check]:
    """Bytes are held against each other where the same release would write them."""
    now = again.now.receipt.basis.release
    then = letter.receipt.get("程序版本", "")
    if again.same is None:
        return
    if then != now:
        yield Check("字节", None, f"程序版本 {then} → {now}，不逐字节比较，以存下的全文为准")
        return
    if letter.basis is not None and letter.basis != carried(again.now.receipt.basis):
        yield Check("字节", None, "所据不同，写在文书里的凭据随之不同，不逐字节比较")
        return
    try:
        made = render(replace(again.same, with_facts=letter.values), PurePath(letter.file).suffix[1:].lower())
    except Refused as refused:
        yield Check("字节", None, f"现在写不出这个格式：{refused.problems[0].message}")
        return
    if made == data:
        yield Check("字节", True, "逐字节相同")
    elif made in whole_prefixes(data):
        yield Check("字节", True, "签名以前的字节逐一相同")
    else:
        why = "改动过" if letter.altered else "重新保存过，或字体、排版库与出具时不同"
        yield Check("字节", None, f"不同（{why}），以存下的全文为准")
