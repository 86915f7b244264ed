"""What a page of a case shows: the criteria by group, what is missing, one criterion opened, and what an answer would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Cell, Problem, Refused
from engine.decision.model import UNDECIDED, CriterionResult, Missing, Seen
from engine.decision.parts import Explanation
from engine.decision.provenance import Provenance
from engine.language.printer import show_value
from engine.language.tree import Table
from engine.office import api
from engine.office.correcting import cells
from engine.policy.fields import Field as Declared
from engine.policy.package import AS_OF
from web.models import Step
from web.services.cases import CELLS, EXCUSES, FACTS, Field, Standing, amended
from web.services.cases import opened as opened_of
from web.services.shapes import DECISION, YES_NO, Shape, shape_of

FEW = 16
"""Members of an enumeration up to which every answer is tried."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer would do: the outcome, and what it could still be."""

    answer: str
    outcome: str
    possible: tuple[str, ...]

    @property
    def said(self) -> str:
        return f"还可能{'、'.join(self.possible)}" if self.outcome == UNDECIDED else self.outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that can be answered: how it is asked for, what it says now, and what each answer would do."""

    section: str
    name: str
    question: str
    evidence: str
    supplier: str
    finding: bool
    shape: Shape
    now: str
    said: str
    source: str
    version: int
    step: Step | None
    effects: tuple[Effect, ...]
    beside: tuple[tuple[str, str], ...] = ()
    """Of a cell: what else its record says, by column."""
    remarks: tuple[str, ...] = ()
    """Of a cell: what was wrong with it as it was sent."""


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words, for the list of what was done; `taken`: it was taken back."""

    step: Step
    said: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A criterion with its clause, the values it saw, and the fields it rests on."""

    result: CriterionResult
    gists: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    seen: tuple[tuple[Seen, Step | None], ...]
    sources: tuple[Provenance, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Everything on the page. `tabs`: every determination the case opens, with its outcome."""

    title: str
    explanation: Explanation
    tabs: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[CriterionResult, ...]], ...]
    counts: Mapping[str, int]
    missing: tuple[Missing, ...]
    beside: tuple[Missing, ...]
    opened: Opened | None
    asked: Asked | None
    problems: tuple[tuple[Problem, str], ...]
    """What was remarked on reading the files, with the field of its cell, "" where it has none."""
    steps: tuple[Told, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The criteria as they stand on the page."""
        return tuple(result.name for _, results in self.groups for result in results)


def look(now: Standing, determination: str, criterion: str = "", name: str = "") -> Look:
    """The page of a determination, with a criterion opened and a field asked for. Raises `api.Refused`: E701."""
    file = now.file
    explanation = api.explain(file, determination)
    missing = api.missing(file, determination)
    by_name = {result.name: result for result in explanation.criteria}
    chosen = by_name.get(criterion) or _first(explanation)
    opened = _opened(now, chosen) if chosen is not None else None
    known = {str(cell) for cell, *_ in cells(file)}
    wanted = name or _first_missing(missing, chosen, criterion)
    return Look(
        title=now.record.title,
        explanation=explanation,
        tabs=tuple(_tabs(file)),
        groups=tuple(_grouped(explanation.criteria)),
        counts={
            mark: sum(r.verdict == mark for r in explanation.criteria)
            for mark in ("满足", "未满足", "待查明", "不适用")
        },
        missing=tuple(m for m in missing if m.matters),
        beside=tuple(m for m in missing if not m.matters),
        opened=opened,
        asked=_asked(now, determination, wanted) if wanted else None,
        problems=tuple((p, str(p.place) if str(p.place) in known else "") for p in file.problems),
        steps=tuple(map(_told, reversed(now.steps))),
    )


def _tabs(file: api.CaseFile) -> Iterator[tuple[str, str]]:
    yield from ((found.determination, found.outcome) for found in opened_of(file))


def _first(explanation: Explanation) -> CriterionResult | None:
    """What to look at first: what is open, else what decides against the party, else what decides."""
    results, deciding = explanation.criteria, explanation.reasons
    wanted = (
        [r for r in results if r.verdict == "待查明"],
        [r for r in results if r.fails and r.name in deciding],
        [r for r in results if r.name in deciding],
        list(results),
    )
    return next((found[0] for found in wanted if found), None)


def _told(step: Step) -> Told:
    """`独立场地：否（现场查看）`, `撤销 独立场地：否`, `例外 年度活动规模：是（…）`."""
    said = f"撤销 {_told(step.undoes).said}" if step.undoes is not None else _value_of(step)
    return Told(step, said)


def _value_of(step: Step) -> str:
    value = step.value if isinstance(step.value, dict) else {"值": step.value or ""}
    answer = value.get("判断") or value.get("值") or "还不知道"
    why = value.get("理由") or value.get("证据") or ""
    return f"{'例外 ' if step.section == EXCUSES else ''}{step.name}：{answer}{f'（{why}）' if why else ''}"


def _first_missing(missing: Sequence[Missing], chosen: CriterionResult | None, asked_for: str) -> str:
    own = [field for m in missing if chosen is not None and chosen.name in m.criteria for field in fields_of(m)]
    rest = [field for m in missing if m.matters for field in fields_of(m)]
    open_ = chosen is not None and chosen.verdict == "待查明"  # by what another determination comes to, or a ledger
    return next(iter(own or (rest if open_ or not asked_for else [])), "")


def fields_of(wanted: Missing) -> tuple[str, ...]:
    """What can be filled in for it: itself, or, of a ledger that is there, its blank cells; () for what only a file gives."""
    if wanted.kind == "table":
        return tuple(str(place) for place in wanted.places if isinstance(place, Cell) and ":" not in place.ref)
    return (wanted.name,) if wanted.kind in ("fact", "excuse") else ()


def _grouped(results: Sequence[CriterionResult]) -> Iterator[tuple[str, tuple[CriterionResult, ...]]]:
    names = dict.fromkeys(result.groups[0] if result.groups else "" for result in results)
    for group in names:
        yield group, tuple(r for r in results if (r.groups[0] if r.groups else "") == group)


def _opened(now: Standing, result: CriterionResult) -> Opened:
    file = now.file
    clauses = file.package.clauses
    gists = tuple((citation, clauses[citation].gist if citation in clauses else "") for citation in result.clauses)
    fields = tuple(seen.name for seen in result.seen if _is_field(file, seen))
    seen = tuple((one, now.last.get((FACTS, one.name))) for one in result.seen)
    return Opened(result, gists, fields, seen, api.sources(file, result.name))


def _is_field(file: api.CaseFile, seen: Seen) -> bool:
    return seen.kind == "fact" and seen.name in file.package.facts and seen.name != AS_OF


def _asked(now: Standing, determination: str, name: str) -> Asked | None:
    """The form of a fact, or of the exception to a criterion; None where the rules know no such field."""
    package = now.file.package
    if (declared := package.facts.get(name)) is not None:
        return _fact(now, determination, declared)
    if name in package.criteria and package.criteria[name].strength == "一般应当":
        field = (EXCUSES, name)
        question = "是否准许例外？"
        effects = tuple(_effects(now, determination, field, YES_NO, finding=True))
        own = now.file.case.excuses.get(name)
        value = "" if own is None else "是" if own.value else "否"
        said = own.finding.reasons if own is not None and own.finding is not None else ""
        version, step = now.version(field), now.last.get(field)
        supplier = "、".join(api.authorities(now.file, determination))
        return Asked(*field, question, "", supplier, True, DECISION, value, said, "", version, step, effects)
    return _cell(now, name)


def _cell(now: Standing, name: str) -> Asked | None:
    """The form of a cell of a ledger, with what else its record says; None where there is no such cell."""
    found = next((found for found in cells(now.file) if str(found[0]) == name), None)
    if found is None:
        return None
    cell, table, record, column = found
    records = now.file.case.facts[table.name].value
    assert isinstance(records, Table)
    texts = {
        declared.name: show_value(value, declared.type, declared.unit)
        for value, declared in zip(records.rows[record], table.columns, strict=True)
        if value is not None
    }
    field = (CELLS, name)
    step = now.last.get(field)
    return Asked(
        section=CELLS,
        name=name,
        question=f"{table.label or table.name}：第{record + 1}条的“{column.name}”",
        evidence="",
        supplier=table.supplier,
        finding=False,
        shape=shape_of(column, now.file.package.scope.enums),
        now=texts.get(column.name, ""),
        said=step.value["证据"] if step is not None and step.value else "",
        source=str(cell) if step is None and column.name in texts else "",
        version=now.version(field),
        step=step,
        effects=(),
        beside=tuple((key, text) for key, text in texts.items() if key != column.name),
        remarks=tuple(problem.message for problem in now.file.problems if str(problem.place) == name),
    )


def _fact(now: Standing, determination: str, declared: Declared) -> Asked:
    field = (FACTS, declared.name)
    package, fact = now.file.package, now.file.case.facts.get(declared.name)
    shape = shape_of(declared, package.scope.enums)
    text = show_value(fact.value, declared.type, declared.unit) if fact is not None else ""
    if fact is not None and shape.kind == "date":
        text = str(fact.value)
    said = (fact.finding.reasons if fact.finding is not None else fact.evidence) if fact is not None else ""
    source = str(fact.place) if fact is not None and fact.place is not None and field not in now.last else ""
    tried = shape.choices if len(shape.choices) <= FEW else ()
    return Asked(
        section=FACTS,
        name=declared.name,
        question=declared.question or declared.label or declared.name,
        evidence=declared.evidence,
        supplier=declared.supplier,
        finding=declared.finding,
        shape=shape,
        now=text,
        said=said,
        source=source,
        version=now.version(field),
        step=now.last.get(field),
        effects=tuple(_effects(now, determination, field, tried, finding=declared.finding)),
    )


def _effects(
    now: Standing, determination: str, field: Field, answers: Sequence[str], *, finding: bool
) -> Iterator[Effect]:
    """What every answer would do; none where one cannot be given, such as an exception to what is not unmet."""
    for answer in answers:
        value: Any = answer
        if finding:
            value = {"判断": answer, "人": "试算", "日期": now.file.case.as_of.isoformat(), "理由": "试算，没有记录"}
        try:
            found = api.evaluate(amended(now.file, {field: value}), determination)
        except Refused:
            return
        yield Effect(answer, found.outcome, found.possible)
