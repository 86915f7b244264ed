"""The calculation sheet: how every derived quantity, table, score and amount that an outcome rests on was come to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from engine.base.classes import dataclass
from engine.base.later import Later
from engine.base.problem import Cell, Place, Span
from engine.decision.case import Case
from engine.decision.core import Evaluation
from engine.decision.figures import WORKED, Figures, row_said, said, written_at
from engine.decision.model import AMOUNT, CONDITION, SCORE, ScoreSheet, Seen, Taken, Working
from engine.decision.program import Program, apart
from engine.decision.relied import ReadSet, names_worked, score_sheet
from engine.decision.wording import cited, kind_of, show
from engine.language import keys
from engine.language.make import LARGER, ROUNDED, SMALLER, TIMES, number, total
from engine.language.printer import print_node, show_value
from engine.language.tree import NUMBER, Call, Name, Node
from engine.lowered.calls import Values
from engine.policy.package import Bonus, DecisionTable, Derived, Outcome, Package, Score, ScoreItem
from engine.policy.uses import outcomes

_HITS = {
    "唯一": "",
    "首个": "，取第一个符合的行",
    "累计": "，符合的各行相加",
    "最大": "，符合的各行中取最大的",
    "最小": "，符合的各行中取最小的",
}


def workings(evaluation: Evaluation, case: Case, outcome: Outcome | None) -> Later[tuple[Working, ...]]:
    """The sheet, made when somebody asks for it; of what has no value yet nothing is told."""
    return Later(lambda: tuple(_sheet(evaluation, case, outcome)))


def _sheet(evaluation: Evaluation, case: Case, outcome: Outcome | None) -> Iterator[Working]:
    program = evaluation.view.program
    bench = _Bench(program, apart(program, evaluation.values), case)
    amount = outcome.amount if outcome is not None else None
    names = [name for name in names_worked(evaluation, outcome) if kind_of(program.package, name) in WORKED]
    files = sorted(program.package.files, key=len, reverse=True)
    read = ReadSet(program, bench.values)
    paying = read.below(read.named(program.inlined(amount))) if amount is not None else set[str]()
    scoring = read.below(name for name in names if name in program.package.scores)
    for name in names:
        if bench.value(name) is not None:
            ends = AMOUNT if name in paying else SCORE if name in scoring else CONDITION
            yield from (_within(files, replace(line, ends=ends)) for line in bench.lines(name))
    if outcome is not None and amount is not None:
        yield from (_within(files, line) for line in bench.amount(evaluation.view.determination, outcome, amount))


def _within(files: Sequence[str], line: Working) -> Working:
    """The line with places as the basis names files: a decision says the same wherever the rules were read from."""

    def placed(place: Place | None) -> Place | None:
        if not isinstance(place, Span):
            return place
        file = next((name for name in files if place.file.endswith(f"/{name}")), place.file)
        return Cell(file, place.cell) if place.cell else replace(place, file=file)

    taken = tuple(replace(one, place=placed(one.place)) for one in line.taken)
    return replace(line, place=placed(line.place), taken=taken)


@dataclass(frozen=True, slots=True)
class _By:
    """Whose rule a line follows."""

    source: str
    clauses: tuple[str, ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where lines are made: of one case under one program."""

    program: Program
    values: Values
    case: Case

    @property
    def package(self) -> Package:
        return self.program.package

    def value(self, key: str) -> Any:
        return self.values[self.program.slots[key]]

    def figures(self) -> Figures:
        return Figures(self.program, self.values, self.case)

    def lines(self, name: str) -> Iterator[Working]:
        package = self.package
        if name in package.derived:
            yield self.derived(package.derived[name])
        elif name in package.decision_tables:
            yield self.table(package.decision_tables[name])
        else:
            yield from self.score(package.scores[name])

    def derived(self, derived: Derived) -> Working:
        figures, value = self.figures(), self.value(derived.name)
        put_in = print_node(figures.put_into(derived.expression))
        text = show_value(value, derived.type, derived.unit)
        by = _By(cited(self.package, derived.origin, "", derived.clauses), derived.clauses, derived.span)
        return _line(derived.name, "derived", print_node(derived.expression), put_in, value, text, figures, by)

    def amount(self, determination: str, outcome: Outcome, amount: Node) -> Iterator[Working]:
        definition = self.package.determinations[determination]
        value = self.value(keys.amount(determination, outcomes(definition).index(outcome)))
        if value is not None:
            figures, clauses = self.figures(), outcome.clauses or definition.clauses
            put_in, text = print_node(figures.put_into(amount)), show(self.package, amount, value)
            by = _By(cited(self.package, definition.origin, "", clauses), clauses, outcome.span)
            line = _line("金额", "amount", print_node(amount), put_in, value, text, figures, by)
            yield replace(line, ends=AMOUNT)

    # ---- tables ----

    def table(self, table: DecisionTable) -> Working:
        figures, found = self.figures(), list[Node]()
        figures.read(table.inputs)
        for place, row in enumerate(table.rows, 1):
            met = {self.program.value(condition, self.values) for condition in row.conditions}
            if False in met or (table.hit == "首个" and found):
                continue
            sure = None not in met
            figures.taken.append(Taken(row_said(place, row, row.conditions, sure), row.span))
            found += [figures.put_into(row.output)] if sure else []
        if not figures.taken and table.default is not None:
            figures.take(f"没有一行符合，按默认：{print_node(table.default)}", table.default)
            found = [figures.put_into(table.default)]
        formula = f"按{'、'.join(map(print_node, table.inputs))}查表{_HITS[table.hit]}"
        put_in = _joined(table, found) if found else ""
        value = self.value(table.name)
        text = show_value(value, table.type, table.unit)
        source = cited(self.package, table.origin, table.source, table.clauses)
        by = _By(source, table.clauses, table.source_span or table.span)
        return _line(table.name, "decision-table", formula, put_in, value, text, figures, by)

    # ---- scores ----

    def score(self, score: Score) -> Iterator[Working]:
        """Every item and bonus, the total, the grade."""
        sheet = score_sheet(self.program, self.values, score)
        shown = {line.name: line.weighted for line in sheet.lines}
        place = score.source_span or score.span
        for item in score.items:
            if item.mark is not None:
                by = self._by(score, item.clauses, written_at(item.mark) or place)
                yield self._item(score, item, item.mark, shown[item.name], by)
        for bonus in score.bonuses:
            yield self._bonus(score, bonus, shown[bonus.name], self._by(score, bonus.clauses, written_at(bonus.when)))
        by = self._by(score, (), place)
        yield self._total(score, sheet, by)
        if sheet.band:
            yield self._grade(score, sheet, by)

    def _by(self, score: Score, clauses: tuple[str, ...], place: Place | None) -> _By:
        cites = clauses or score.clauses
        return _By(cited(self.package, score.origin, score.source, cites), cites, place)

    def _item(self, score: Score, item: ScoreItem, mark: Node, text: str, by: _By) -> Working:
        """The mark by its weight."""
        figures, program = self.figures(), self.program
        written, put_in = mark, figures.put_into(mark)
        member = program.value(score.weighted_by, self.values) if score.weighted_by is not None else None
        weight = item.weights.get(member or "", item.weights.get("其他"))
        if score.weighted_by is not None and weight is not None and program.value(weight, self.values) != 1:
            figures.read((score.weighted_by,))
            figures.take(f"权重{print_node(weight)}：{print_node(score.weighted_by)}为{member}", weight)
            written = Call(TIMES, (mark, weight), None, mark.type)
            put_in = Call(TIMES, (put_in, figures.put_into(weight)), None, mark.type)
        value = self.value(keys.item(score.name, item.name))
        name = f"{score.name}：{item.name}"
        return _line(name, "score", print_node(written), print_node(put_in), value, text, figures, by)

    def _bonus(self, score: Score, bonus: Bonus, text: str, by: _By) -> Working:
        figures, given = self.figures(), self.program.value(bonus.when, self.values)
        figures.read((bonus.when,))
        figures.take(f"{'成立' if given else '不成立'}：{print_node(bonus.when)}", bonus.when)
        put_in = print_node(figures.put_into(bonus.mark)) if given else ""
        value = self.program.value(bonus.mark, self.values) if given else number(0).value
        formula = f"若{print_node(bonus.when)}，则{print_node(bonus.mark)}，否则0"
        return _line(f"{score.name}：{bonus.name}", "score", formula, put_in, value, text, figures, by)

    def _total(self, score: Score, sheet: ScoreSheet, by: _By) -> Working:
        """The sum of what its items are shown as, at most the cap, rounded."""
        figures, value = self.figures(), self.value(score.name)
        names: list[Node] = [Name(line.name, "", None, "", NUMBER) for line in sheet.lines]
        figures.seen |= {line.name: Seen(line.name, "score", None, line.weighted, "") for line in sheet.lines}
        parts = [said(line.weighted, value, name) for line, name in zip(sheet.lines, names, strict=True)]
        cap = score.cap
        written = _capped(score, names, cap)
        put_in = _capped(score, parts, figures.put_into(cap) if cap is not None else None)
        return _line(score.name, "score", written, put_in, value, sheet.total, figures, by)

    def _grade(self, score: Score, sheet: ScoreSheet, by: _By) -> Working:
        figures = self.figures()
        figures.seen[score.name] = Seen(score.name, "score", self.value(score.name), sheet.total, "")
        bands = {band.name: print_node(band.condition) for band in score.bands if band.condition is not None}
        for band in score.bands:
            if band.name == sheet.band and band.condition is not None:
                figures.take(f"{band.name}：{bands[band.name]}", band.condition)
        formula = "；".join(f"{band.name}：{bands.get(band.name, '其他')}" for band in score.bands)
        return _line(f"等次（{score.name}）", "score", formula, "", sheet.band, sheet.band, figures, by)


def _joined(table: DecisionTable, found: Sequence[Node]) -> str:
    """What the rows that hold come to together, put in words; "" where one row is all there is to it."""
    if table.hit == "累计":
        return print_node(total(found, table.type))
    picked = {"最大": LARGER, "最小": SMALLER}.get(table.hit)
    return print_node(Call(picked, tuple(found), None, table.type)) if picked and len(found) > 1 else ""


def _capped(score: Score, parts: list[Node], cap: Node | None) -> str:
    """The sum, at most `cap`, rounded, as a text writes it."""
    found = total(parts, NUMBER)
    found = Call(SMALLER, (found, cap), None, NUMBER) if cap is not None else found
    return print_node(found if score.places is None else Call(ROUNDED, (found, number(score.places)), None, NUMBER))


def _line(name: str, kind: str, formula: str, put_in: str, value: Any, text: str, figures: Figures, by: _By) -> Working:
    return Working(
        name=name,
        kind=kind,
        formula=formula,
        taken=tuple(figures.taken),
        put_in=put_in if put_in not in (formula, text) else "",
        value=value,
        text=text,
        figures=tuple(figures.seen.values()),
        source=by.source,
        clauses=by.clauses,
        place=by.place,
    )
