"""What a batch asks of columns: for each determination the outcome, verdicts, scores, grades and the amount, as steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.base.classes import dataclass
from engine.columns.algebra import (
    BOOL,
    CASES,
    FALSE,
    ColumnStep,
    Compute,
    Expr,
    WorkingDayTables,
    all_of,
    any_of,
    case,
    certain,
    column,
    compared,
    const,
    each_part,
    is_null,
    negated,
    nothing,
)
from engine.columns.dates import tabled
from engine.columns.ends import Val, alike, unknown
from engine.columns.forms import FORMS
from engine.columns.intervals import INTERVALS
from engine.columns.numbers import Num, chosen
from engine.columns.records import SCANS
from engine.columns.visitor import Visitor
from engine.decision.core import view_of
from engine.decision.model import AMOUNT
from engine.decision.program import Program
from engine.language import keys
from engine.lowered.expressions import Expressions
from engine.lowered.fold import folded
from engine.lowered.rules import counting
from engine.policy.package import Field
from engine.policy.uses import outcomes

MET, UNMET, OPEN, OUTSIDE = "满足", "未满足", "待查明", "不适用"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that is told, unknown where `flag` is true although the interpreter may know it; `held`: the column that has
    it, "" where two have it."""

    flag: str
    held: str


@dataclass(frozen=True, slots=True)
class AskedColumns:
    """What one determination says, by the columns that hold it. `numbers`: a score or 金额 → its two columns, what is divided
    and by what; `words`: grades; `open`: whether the interpreter may know more than columns do, in one of `doubts`."""

    determination: str
    outcome: str
    verdicts: Mapping[str, str]
    numbers: Mapping[str, tuple[str, str]]
    words: Mapping[str, str]
    open: str
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps over a frame of cases and one for each table. `facts`, `excuses`, `tables`: the columns they read;
    `told`: of a 判断 what somebody wrote to it, a column → (判断, part)."""

    program: Program
    asked: tuple[AskedColumns, ...]
    steps: tuple[ColumnStep, ...]
    facts: Mapping[str, Field]
    told: Mapping[str, tuple[str, str]]
    excuses: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Field]]
    calendar: WorkingDayTables | None
    presences: Mapping[str, str]
    """Column that says whether a fact is filled in → the fact's."""
    relations: Mapping[str, str]
    """Column → what is wrong with a case of which it is true: a 校验 that it breaks."""


def plan_of(program: Program, determinations: Sequence[str]) -> Plan:
    """The steps for some determinations of a package. Raises Refused: E940 for what columns cannot do."""
    visitor = Visitor(program, FORMS, INTERVALS, SCANS)
    told: set[str] = set()
    asked = tuple(_Asking(visitor, name, told).asked() for name in determinations)
    relations = _relations(visitor)
    ops = {one.op for step in visitor.steps if isinstance(step, Compute) for one in each_part(step.expr)}
    calendar = tabled(program.package.calendar) if ops & {"rank", "nth"} else None
    tables = {name: dict(columns) for name, columns in visitor.tables.items()}
    return Plan(
        program,
        asked,
        tuple(visitor.steps),
        visitor.facts,
        visitor.told,
        tuple(visitor.excuses),
        tables,
        calendar,
        visitor.presences,
        relations,
    )


def _relations(visitor: Visitor) -> dict[str, str]:
    """What must hold between facts, as `decision.relations` asks it: neither declared ranges nor cases tell."""
    package, visitor.ranges = visitor.program.package, False
    lowering = Expressions.of(package, counting(package))
    found: dict[str, str] = {}
    for name, relation in package.relations.items():
        title = f"校验：{name}"
        holds = visitor.truth(folded(lowering.lowered(relation.condition), visitor.program.form.constants))
        visitor.steps.append(Compute(CASES, title, certain(negated(holds))))
        found[title] = relation.message
    return found


class _Asking:
    def __init__(self, visitor: Visitor, determination: str, told_already: set[str]) -> None:
        self.visitor, self.determination, self.told_already = visitor, determination, told_already
        self.doubts: dict[Doubt, Expr] = {}

    def asked(self) -> AskedColumns:
        visitor, name = self.visitor, self.determination
        view = view_of(visitor.program, name)
        outcome = self.slot(name)
        assert isinstance(outcome, Expr)
        joint = {key for split in visitor.program.form.definitions[name].joint for c in split.cases for key in c}
        together = any_of(*(unknown(self.slot(key)) for key in sorted(joint)))
        self.doubt(name, outcome, any_of(visitor.doubtful(name), all_of(is_null(outcome), together)))
        verdicts = {one.name: self.emit(f"准则：{one.name}", self.verdict(one.name)) for one in view.criteria}
        numbers: dict[str, tuple[str, str]] = {}
        words: dict[str, str] = {}
        for score in (one for one in view.below if one in visitor.program.package.scores):
            numbers[score] = self.number(score, self.told(score))
            grade = self.told(keys.band(score))
            if isinstance(grade, Expr):
                words[score] = self.emit(f"等次：{score}·", grade)
        amount = self.amount(outcome)
        if amount is not None:
            numbers[AMOUNT] = self.number(f"{AMOUNT}：{name}", amount)
        return AskedColumns(
            name,
            self.emit(f"结果：{name}", outcome),
            verdicts,
            numbers,
            words,
            self.emit(f"未尽：{name}", any_of(*self.doubts.values())),
            tuple(self.doubts),
        )

    def doubt(self, key: str, found: Val, where: Expr) -> None:
        """Note where the interpreter may know what a slot holds although it is unknown here."""
        if where != FALSE:
            over, fixed = (found.over, found.fixed) if isinstance(found, Num) else (found, True)
            held = str(over.value) if fixed and over.op == "column" else ""
            flag = self.emit(f"存疑：{self.determination}：{key}", where)
            self.doubts[Doubt(flag, held)] = column(flag, BOOL)

    def slot(self, key: str) -> Val:
        return self.visitor.slot(key)

    def told(self, key: str) -> Val:
        """What a slot says."""
        found = self.slot(key)
        self.doubt(key, found, self.visitor.doubtful(key))
        return found

    def verdict(self, criterion: str) -> Expr:
        """As `decision.core.verdict` says it."""
        applies, met = self.slot(keys.applies(criterion)), self.slot(keys.required(criterion))
        assert isinstance(applies, Expr)
        assert isinstance(met, Expr)
        outside, unsettled = certain(negated(applies)), any_of(is_null(applies), is_null(met))
        for key, value in ((keys.applies(criterion), applies), (keys.required(criterion), met)):
            self.doubt(key, value, all_of(self.visitor.doubtful(key), negated(outside)))
        return case(outside, const(OUTSIDE), certain(met), const(MET), unsettled, const(OPEN), const(UNMET))

    def amount(self, outcome: Expr) -> Num | None:
        """The amount of the outcome that is come to."""
        found: list[tuple[Expr, Val]] = []
        for index, one in enumerate(outcomes(self.visitor.program.package.determinations[self.determination])):
            if one.amount is not None:
                key = keys.amount(self.determination, index)
                value = self.slot(key)
                here = certain(compared("=", outcome, const(one.name)))
                self.doubt(key, value, all_of(here, self.visitor.doubtful(key)))
                found.append((here, value))
        values = [one for one in alike([value for _, value in found]) if isinstance(one, Num)]
        if not values:
            return None
        ways = [here for here, _ in found]
        return chosen(
            values,
            lambda taken: case(*(x for pair in zip(ways, taken, strict=True) for x in pair), nothing(taken[0].kind)),
        )

    def emit(self, name: str, expr: Expr) -> str:
        """A column that is told; what several determinations tell is worked out once."""
        if name not in self.told_already:
            self.told_already.add(name)
            self.visitor.steps.append(Compute(CASES, name, expr))
        return name

    def number(self, name: str, found: Val) -> tuple[str, str]:
        over, under = (found.over, found.under) if isinstance(found, Num) else (nothing("int"), const(1))
        return self.emit(f"数：{name}", over), self.emit(f"数：{name}÷", under)
