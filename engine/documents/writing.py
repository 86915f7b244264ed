"""The letters of a case, planned and named: one folder a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.base.text import did_you_mean, visible
from engine.base.truth import Truth
from engine.decision.case import Case
from engine.decision.model import NOT_OPENED, UNDECIDED, Decision, ScoreSheet
from engine.decision.notes import estimate_of
from engine.decision.program import Program, apart, consulted
from engine.decision.relied import score_sheet
from engine.decision.wording import called, is_number, show, show_beside
from engine.documents.attached import unattached
from engine.documents.draft import LIST, MANIFEST, Draft, Served
from engine.documents.estimates import WORKING_PAPERS
from engine.documents.gate import serves, unfit_layout, unserved, withheld
from engine.documents.model import DocumentPlan
from engine.documents.parties import Party, letter_day
from engine.documents.pictures import drawer
from engine.documents.plan import Record, plan_document
from engine.documents.reading import Locals
from engine.files.names import key, safe_name, unsafe
from engine.language.make import THIS_ROW
from engine.language.printer import show_value
from engine.language.tree import TEXT, Call, Items, Literal, Name, Node, Row, Table, Value
from engine.lowered.calls import Values
from engine.policy.package import Package

NO_DATES: Mapping[str, date] = MappingProxyType({})
"""No letter has a day of its own."""


class CaseReading:
    """The decided case as the wording sees it (the planner's `Reading`)."""

    def __init__(self, program: Program, values: Values, record: Mapping[str, Value] | None = None) -> None:
        self.program, self.values, self.record = program, values, record or {}

    @property
    def years(self) -> Collection[int]:
        return consulted(self.program.slots, self.values).years

    def apart(self, record: Mapping[str, Value] | None = None) -> CaseReading:
        """A reading of its own for one letter, about `record` where it is about one."""
        return CaseReading(self.program, apart(self.program, self.values), record)

    def cells(self, table: str, record: Row) -> dict[str, Value]:
        """The cells of a record by column, those among them that are computed."""
        declared = self.program.package.tables[table]
        found: dict[str, Value] = dict(zip((column.name for column in declared.columns), record, strict=True))
        for column in declared.computed.values():
            run = self.program.run_of_record(column.expression, ((table, THIS_ROW),))
            found[column.name] = run(self.values, record)
        return found

    def about(self, record: Mapping[str, Value]) -> CaseReading:
        """The same case with the cells of a record as names; what is read of the calendar is told of the whole letter."""
        return CaseReading(self.program, self.values, {**self.record, **record})

    def text(self, expression: Node, local: Locals, beside: Sequence[Node] = ()) -> str | None:
        """The value in words; a local name is its own text."""
        if isinstance(expression, Name) and expression.kind == "local":
            return local.get(expression.name)
        value = self._value(expression, local)
        if (
            value is None
            or not is_number(value)
            or _with_locals(expression, {**local, **self.record}) is not expression
        ):
            return None if value is None else show(self.program.package, expression, value)
        others = (self._value(node, local) for node in beside)
        return show_beside(self.program, self.values, expression, [other for other in others if is_number(other)])

    def day(self, expression: Node) -> date | None:
        """The day an expression, or a column of the record told of, comes to; None where it is unknown or no day."""
        value = self._value(expression, {})
        return value if isinstance(value, date) else None

    def truth(self, condition: Node, local: Locals) -> Truth:
        """Whether a condition holds in this case."""
        value = self._value(condition, local)
        return value if isinstance(value, bool) else None

    def sheet(self, score: str) -> ScoreSheet:
        """A score line by line."""
        return score_sheet(self.program, self.values, self.program.package.scores[score])

    def estimate(self, expression: Node, local: Locals) -> str:
        """Why the value is only an estimate, whatever below it counts working days."""
        known = _with_locals(expression, {**local, **self.record})
        return estimate_of(self.program, known, self.values)

    def _value(self, node: Node, local: Locals) -> Value:
        known = _with_locals(node, {**local, **self.record})
        program = self.program
        value: Value
        value = program.value(node, self.values) if known is node else program.value_once(known, self.values)
        return value


def _with_locals(node: Node, local: Mapping[str, Value]) -> Node:
    """`node` with the document's own names replaced by what they stand for; the very same node where there are none."""
    if isinstance(node, Name) and node.kind == "local":
        value: Any = local.get(node.name, "")
        return Literal(value, str(value), node.span, node.type or TEXT)
    if isinstance(node, Call):
        args = tuple(_with_locals(arg, local) for arg in node.args)
        same = all(new is old for new, old in zip(args, node.args, strict=True))
        return node if same else Call(node.function, args, node.span, node.type)
    if isinstance(node, Items):
        items = tuple(_with_locals(item, local) for item in node.items)
        same = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if same else Items(items, node.span, node.type)
    return node


def reading_of(program: Program, case: Case) -> CaseReading:
    """The case with everything that follows from its facts."""
    return CaseReading(program, program.evaluated(case))


def drafts_of(
    program: Program,
    case: Case,
    decisions: Sequence[Decision],
    name: str | None,
    signed: date | None = None,
    number: str = "",
    dates: Mapping[str, date] = NO_DATES,
) -> tuple[list[Draft], list[Problem]]:
    """Every letter the decisions give rise to (or those called `name`), planned; what cannot be is a problem. Each is
    dated `signed`, or its own day among `dates`, else as the act it comes from (E660 where that cannot be the day of its
    act).

    Refused (exit code 2): E640 no such document, E641 the decisions do not give rise to it; E656 a case number or a
    document's name that cannot name a file."""
    reading, package = reading_of(program, case), program.package
    arising = [(one, document) for one in decisions for document in (*one.documents, *withheld(package, one))]
    if name is not None:
        arising = [pair for pair in arising if pair[1] == name] or _asking(reading, decisions, name)
    times = Counter(document for _, document in arising)
    letters = _Letters(reading, case, signed, number, dates)
    folder, party, drafts = folder_of(case.id), called(package, case), list[Draft]()

    def named(decision: Decision, document: str, serves: tuple[Draft, ...] = ()) -> Iterator[Draft]:
        stem, asked = _stem(decision, document, times), letters.day(decision, document) != case.as_of
        for record, plan in letters.planned(decision, document):
            own = file_stem(f"{stem}（{record.number:02}）" if record is not None else stem)
            known = _served(package.documents[document].served, case)
            yield Draft(folder, own, decision.determination, plan, asked, known, party, serves=serves)

    for decision, document in arising:
        plans, about = letters.dated(decision, document), serves(package, decision, document)
        if plans and (lost := [one for one in about if not letters.issued(decision, one, name in (None, one))]):
            letters.problems.append(unserved(document, lost, package.documents[document].span))
            continue
        if plans:
            drafts += named(decision, document, tuple(letter for one in about for letter in named(decision, one)))
    return drafts, letters.problems


def _stem(decision: Decision, document: str, times: Mapping[str, int]) -> str:
    """What a letter's file is called: two letters of one name are told apart by their determinations."""
    return f"{document}（{decision.determination}）" if times[document] > 1 else document


@dataclass
class _Letters:
    """The letters of one case, each planned once, and what is wrong with them."""

    reading: CaseReading
    case: Case
    signed: date | None
    number: str
    dates: Mapping[str, date]
    problems: list[Problem] = field(default_factory=list)
    done: dict[tuple[str, str], list[tuple[Record | None, DocumentPlan]]] = field(default_factory=dict)

    def day(self, decision: Decision, document: str) -> date:
        """Its 成文日期: the one asked for, else that of the letters it is the service record of, else its own."""
        asked, package = self.dates.get(document, self.signed), self.reading.program.package
        served = serves(package, decision, document)
        if asked or not served:
            return asked or letter_day(package.documents[document], Party(self.case, decision, self.reading))
        return max(self.day(decision, one) for one in served)

    def dated(self, decision: Decision, document: str) -> list[tuple[Record | None, DocumentPlan]]:
        """The letter, one for each record where it is about records; nothing, and the problem, on a day not its own."""
        if told := self.misdated(decision, document):
            self.problems.append(told)
            return []
        return self.planned(decision, document)

    def issued(self, decision: Decision, document: str, arises: bool) -> bool:
        """Whether the letter comes about that another is the service record of; `arises`: on its own day, now."""
        late = self.misdated(decision, document) if arises else None
        return late is None and bool(self.planned(decision, document))

    def misdated(self, decision: Decision, name: str) -> Problem | None:
        """Why it cannot bear its date: what it rests on or announces, or the letters it is the record of or goes before."""
        package, day = self.reading.program.package, self.day(decision, name)
        if told := misdated(package, name, self.reading, day):
            return told
        for other in serves(package, decision, name):
            if day < (served := self.day(decision, other)):
                message = f"`{name}` 的成文日期 {day} 早于它所送达的 `{other}` 的 {served}"
                return Problem("E660", message, package.documents[name].span, help=_redate(name))
        for other in _resting_on(package, decision, name):
            if day > (letter := self.day(decision, other)):
                message = f"`{name}` 的成文日期 {day} 晚于据以作出的 `{other}` 的 {letter}"
                return Problem("E660", message, package.documents[name].span, help=_redate(name))
        return None

    def planned(self, decision: Decision, document: str) -> list[tuple[Record | None, DocumentPlan]]:
        key = decision.determination, document
        if key not in self.done:
            self.done[key] = list(self._plans(decision, document))
        return self.done[key]

    def _plans(self, decision: Decision, document: str) -> Iterator[tuple[Record | None, DocumentPlan]]:
        program, day = self.reading.program, self.day(decision, document)
        about = serves(program.package, decision, document)
        titles = tuple(plan.title for one in about for _, plan in self.planned(decision, one))
        for record, one in _records(self.reading, self.case, document, self.problems):
            draw = drawer(program, one.values, decision)
            plan, found = plan_document(
                program.package,
                decision,
                self.case,
                document,
                one,
                date=day,
                number=self.number,
                pictures=draw,
                record=record,
                serving=titles,
            )
            found += [*unfit_layout(plan), *unattached(plan)] if plan is not None else []
            self.problems += found
            if plan is not None and not errors(found):
                yield record, plan


def misdated(package: Package, name: str, reading: CaseReading, day: date) -> Problem | None:
    """Why the letter `name` cannot bear the date `day`: it would be older than what it rests on, or younger than what it
    announces."""
    document = package.documents.get(name)
    earliest = reading.day(document.earliest) if document is not None and document.earliest is not None else None
    latest = reading.day(document.latest) if document is not None and document.latest is not None else None
    help_ = _redate(name)
    if earliest is not None and day < earliest:
        return Problem("E660", f"`{name}` 的成文日期 {day} 早于它所依据的 {earliest}", help=help_)
    if latest is not None and day > latest:
        return Problem("E660", f"`{name}` 的成文日期 {day} 晚于它最晚可以作出的 {latest}", help=help_)
    return None


def _redate(name: str) -> str:
    return f"写明它自己的成文日期：`--date {name}=日期`，或在事件记录里录入这件事"


def _resting_on(package: Package, decision: Decision, name: str) -> list[str]:
    """The letters of a decision that rest on the working paper `name`: those to the party."""
    paper = package.documents.get(name)
    if paper is None or paper.layout not in WORKING_PAPERS or serves(package, decision, name):
        return []
    known = (package.documents.get(other) for other in decision.documents)
    return [o.name for o in known if o is not None and o.to_party and o.layout not in WORKING_PAPERS]


def _served(name: str, case: Case) -> Served | None:
    """What the case knows of a letter's service, by the date fact that records it."""
    fact = case.facts.get(name)
    return Served(fact.value, fact.place) if fact is not None and isinstance(fact.value, date) else None


def _records(
    reading: CaseReading, case: Case, name: str, problems: list[Problem]
) -> Iterator[tuple[Record | None, CaseReading]]:
    """The records a document is written for, each with a reading that knows its columns; a single None for a document
    about the whole case."""
    package = reading.program.package
    document = package.documents.get(name)
    if document is None or not document.per:
        yield None, reading.apart()
        return
    fact = case.facts.get(document.per)
    table = fact.value if fact is not None else None
    if not isinstance(table, Table):
        message = f"`{name}` 每条记录一份，`{document.per}` 还没有"
        problems.append(Problem("E603", message, document.span, help=f"在案件的 `记录` 中填 {document.per}"))
        return
    symbols = package.scope.columns.get(document.per, {})
    for number, row in enumerate(table.rows, 1):
        values = reading.cells(document.per, row)
        said = {c: show_value(v, symbols[c].type, symbols[c].unit) for c, v in values.items() if v is not None}
        yield Record(number, said), reading.apart(values)


def _asking(reading: CaseReading, decisions: Sequence[Decision], name: str) -> list[tuple[Decision, str]]:
    """Undecided determinations that may write `name` all the same, because it asks for what is missing, under the organ
    of the outcome it belongs to; else refused."""
    program = reading.program
    document = program.package.documents.get(name)
    if document is None:
        help_ = did_you_mean(name, program.package.documents) or "、".join(program.package.documents)
        raise Refused(Problem("E640", f"没有文书 `{name}`", help=help_), 2)
    sources = _sources(program.package, name)
    concerned = [decision for decision in decisions if decision.determination in sources]
    if any(block.each == "待补事实" for block in document.body):
        undecided = [(_under_organ(reading, d, name), name) for d in concerned if d.outcome == UNDECIDED]
        if undecided:
            return undecided
    raise Refused(_not_arising(name, sources, concerned, decisions), 2)


def _under_organ(reading: CaseReading, decision: Decision, name: str) -> Decision:
    outcomes = reading.program.package.determinations[decision.determination].outcomes
    authority = next((o.authority for o in outcomes if name in o.documents), "")
    organ = authority if isinstance(authority, str) else reading.text(authority, {})
    return replace(decision, authority=organ or "")


def _sources(package: Package, name: str) -> dict[str, list[str]]:
    """Determination -> the outcomes that give rise to the document `name`."""
    found: dict[str, list[str]] = {}
    for determination in package.determinations.values():
        default = (determination.default,) if determination.default else ()
        outcomes = [o.name for o in (*determination.outcomes, *default) if name in o.documents]
        if outcomes:
            found[determination.name] = outcomes
    return found


def _not_arising(
    name: str, sources: dict[str, list[str]], concerned: Sequence[Decision], decisions: Sequence[Decision]
) -> Problem:
    """Why this case has no letter `name`: what its determination came to, and what would be needed."""
    for decision in concerned:
        needed = "、".join(sources[decision.determination])
        message = f"`{decision.determination}` 的结果是 `{decision.outcome}`，不出具 `{name}`（{needed}才出具）"
        missing = [missing.name for missing in decision.missing if missing.matters]
        if decision.outcome == UNDECIDED and missing:
            return Problem("E641", message, help=f"先补充 {'、'.join(missing[:5])}")
        if decision.outcome != NOT_OPENED:
            return Problem("E641", message, help=_issuable(decisions))
    given = "；".join(f"{determination}：{'、'.join(outcomes)}" for determination, outcomes in sources.items())
    message = f"本案的决定没有引出文书 `{name}`" + (f"（{given}才出具）" if given else "")
    return Problem("E641", message, help=_issuable(decisions))


def _issuable(decisions: Sequence[Decision]) -> str:
    names = dict.fromkeys(document for decision in decisions for document in decision.documents)
    return f"本案可出具：{'、'.join(names) or '（无）'}"


def folder_of(case: str) -> str:
    """A case number as a folder's name: its own characters. Refused: E656 one that some system cannot take as a name."""
    why = unsafe(case) or ("文件夹里的清单就叫这个" if key(case) in map(key, (MANIFEST, LIST)) else None)
    if why:
        message = f"案件编号 `{visible(case)}` 不能用作文件夹名：{why}"
        raise Refused(Problem("E656", message, help="换一个编号，用汉字、字母、数字和 `-`、`〔〕` 等"))
    return safe_name(case)


def file_stem(stem: str) -> str:
    """A file name without its suffix. Refused: E656 one that some system cannot take as a name."""
    if why := unsafe(stem):
        message = f"文书名 `{visible(stem)}` 不能用作文件名：{why}"
        raise Refused(Problem("E656", message, help="在政策包里给文书换一个名称"))
    return safe_name(stem)
