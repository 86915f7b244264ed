"""Letters that several cases of a batch share (并案): which cases, in which order, planned. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.base.basis import together
from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.decision.case import Case
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.decision.round import rank
from engine.decision.wording import called
from engine.documents.draft import Draft
from engine.documents.gate import unfit_layout
from engine.documents.parties import Party, grouped, letter_day
from engine.documents.plan import plan_for
from engine.documents.writing import NO_DATES, CaseReading, file_stem, folder_of, misdated, reading_of
from engine.policy.package import Package

PLACED = ("名次", "择优结果")
SAME_FIRST = "首项相同"
"""What wording may say of a case by a ranking: also 是 where another case is equal in what comes first in the order."""


@dataclass(frozen=True, slots=True)
class Share:
    """A case's part in a joint document that its decision gives rise to."""

    document: str
    case: Case
    decision: Decision


def apart(
    package: Package, case: Case, decisions: Sequence[Decision], name: str | None
) -> tuple[tuple[Share, ...], list[Decision]]:
    """What the case has in joint documents (only in `name`, where given), and its decisions without them."""
    joint = {document.name for document in package.documents.values() if document.joint}
    shares = tuple(
        Share(document, case, decision)
        for decision in decisions
        for document in decision.documents
        if document in joint and name in (None, document)
    )
    own = [replace(d, documents=tuple(n for n in d.documents if n not in joint)) for d in decisions]
    return shares, own if shares else list(decisions)


def joint_letters(
    program: Program,
    shares: Sequence[Share],
    folder: str,
    signed: date | None,
    dates: Mapping[str, date] = NO_DATES,
) -> Iterator[tuple[tuple[str, ...], Draft | None, list[Problem]]]:
    """(cases, the letter, what forbids it): one for all the cases of which it says the same. Letters about several go
    into `folder`, one about a single case into that case's own. `signed`: the 成文日期 asked for, else the day of
    the act they come from; of a ranking, whose cases may each have another, the last of them."""
    letters = [(name, parties, _place(parties, folder)) for name, parties in _letters(program, shares)]
    times = Counter((name, place) for name, _, place in letters)
    count = Counter[tuple[str, str]]()
    for name, parties, place in letters:
        case, determination = parties[0].case, parties[0].decision.determination
        document = program.package.documents[name]
        day = dates.get(name, signed) or max(letter_day(document, party) for party in parties)
        readings = (reading_of(program, party.case) for party in parties)
        told = next(filter(None, (misdated(program.package, name, reading, day) for reading in readings)), None)
        plan, problems = (None, [told]) if told else plan_for(program.package, tuple(parties), name, date=day)
        if plan is not None and (unfit := unfit_layout(plan)):
            plan, problems = None, [*problems, *unfit]
        count[name, place] += 1
        stem = file_stem(f"{name}（{count[name, place]:02}）" if times[name, place] > 1 else name)
        party = called(program.package, case) if len(parties) == 1 else ""
        draft = Draft(place, stem, determination, plan, day != case.as_of, party=party) if plan is not None else None
        yield tuple(party.case.id for party in parties), draft, problems


def _place(parties: Sequence[Party], folder: str) -> str:
    return folder if len(parties) > 1 else folder_of(parties[0].case.id)


def _letters(program: Program, shares: Sequence[Share]) -> Iterator[tuple[str, list[Party]]]:
    readings: dict[str, CaseReading] = {}
    by_document: dict[str, list[Party]] = {}
    for share in shares:
        if share.case.id not in readings:
            readings[share.case.id] = reading_of(program, share.case)
        party = Party(share.case, share.decision, readings[share.case.id].apart())
        by_document.setdefault(share.document, []).append(party)
    for name, parties in by_document.items():
        document = program.package.documents[name]
        for group in grouped(program.package, document, parties):
            yield name, placed(program, group, document.ranking) if document.ranking and len(group) > 1 else group


def placed(program: Program, parties: Sequence[Party], ranking: str) -> list[Party]:
    """The parties in the order of a ranking, each with what it says of it; those it gives no place come last."""
    by_case = {party.case.id: party for party in parties}
    ranked, found = rank(program, [party.case for party in parties], ranking), list[Party]()
    firsts = {one.case: one.keys[0] for one in ranked.placed}
    shared = Counter(firsts.values())
    for id, said in ranked.standings.items():
        party = by_case[id]
        decision = replace(party.decision, basis=together([party.decision.basis, ranked.basis]))
        also = {SAME_FIRST: "是"} if shared[firsts.get(id, "")] > 1 else {}
        found.append(replace(party, decision=decision, placed=dict(zip(PLACED, said, strict=True)) | also))
    return found
