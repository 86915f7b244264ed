"""What an outcome rests on besides facts: parameters, tables, scores and interpretations, each with its standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import chain
from typing import Any

from engine.base.classes import dataclass
from engine.base.later import Later
from engine.base.numbers import Number, number_text, rounded
from engine.base.units import Unit
from engine.decision.core import Evaluation, verdict
from engine.decision.leaves import failed
from engine.decision.limbs import limits_of
from engine.decision.model import BURDEN, NOT_OPENED, UNDECIDED, Relied, ScoreLine, ScoreSheet
from engine.decision.program import Program, Step
from engine.decision.slots import outcome_nodes
from engine.decision.wording import cited, over_time, show, standing
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.keys import named_by
from engine.language.printer import show_value
from engine.language.row import Run
from engine.language.tree import Call, Node, Type, Value
from engine.language.values import multiply, subtract, sum_of
from engine.lowered.calls import Values
from engine.policy.package import Interpretation, Outcome, Package, Score


def names_relied(evaluation: Evaluation, outcome: Outcome | None) -> dict[str, None]:
    """Every name the outcome rests on, in the package's order: below the deciding names once it is settled, below the
    whole determination while it is not."""
    found = ReadSet(evaluation.view.program, evaluation.values).below(_start(evaluation, outcome))
    return dict.fromkeys(sorted(found, key=lambda name: evaluation.view.program.position.get(name, 0)))


def names_worked(evaluation: Evaluation, outcome: Outcome | None) -> dict[str, None]:
    """The same, with what lies below every criterion that is unmet, deciding or not."""
    view, values = evaluation.view, evaluation.values
    unmet = {criterion.name for criterion in view.criteria if verdict(values, criterion.slots) == "未满足"}
    found = ReadSet(view.program, values).below(_start(evaluation, outcome) | unmet)
    return dict.fromkeys(sorted(found, key=lambda name: view.program.position.get(name, 0)))


def _start(evaluation: Evaluation, outcome: Outcome | None) -> set[str]:
    view = evaluation.view
    program = view.program
    if evaluation.outcome in (UNDECIDED, NOT_OPENED):
        start = set(view.below)
    else:
        direct = {named_by(key) for key in program.steps[view.determination].reads}
        start = {*evaluation.deciding, *(name for name in direct if name in program.package.parameters)}
    for node in outcome_nodes(outcome) if outcome is not None else ():
        start |= ReadSet(program, evaluation.values).named(program.inlined(node))
    return start


def _stated(evaluation: Evaluation, outcome: Outcome | None, relied: dict[str, None]) -> set[str]:
    """Of what a burdening outcome rests on, what the reasons stated to its party rest on: what lies below the conditions that
    fail in the deciding criteria that are unmet, the truths between, and what follows from the outcome. What merely had to be found before that
    (that the file was complete, that the site was seen), or is met or open beside it, is no reason against anybody. All of it
    where no deciding criterion is unmet."""
    program, values = evaluation.view.program, evaluation.values
    known = {criterion.name: criterion.slots for criterion in evaluation.view.criteria}
    unmet = {n for n in evaluation.deciding if n in known and verdict(values, known[n]) == "未满足"}
    if outcome is None or outcome.nature != BURDEN or not unmet:
        return {*relied, evaluation.view.determination}
    reads = ReadSet(program, values)
    through, conditions = set[str](), [program.form.definitions[keys.required(name)].node for name in unmet]
    failing = [list(failed(program, values, node, through=through)) for node in conditions]
    applying = (program.form.definitions[keys.applies(name)].node for name in unmet)
    said = (*chain.from_iterable(failing), *applying, *outcome_nodes(outcome))
    return unmet | through | reads.below(name for node in said for name in reads.named(program.inlined(node)))


@dataclass(frozen=True, slots=True)
class NodeReads:
    """What a node reads whatever the case, and its choices."""

    always: frozenset[str]
    choices: tuple[ReadChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadChoice:
    """The conditions of a choice, and of each way what it reads and which conditions have to be what for it to be taken."""

    conditions: tuple[Run, ...]
    ways: tuple[tuple[tuple[tuple[int, bool], ...], NodeReads], ...]


@dataclass(frozen=True, slots=True)
class StepReads:
    """What a definition reads. `applies`: of a criterion, the slot of whether it applies and what only the condition that
    says so reads."""

    nodes: tuple[NodeReads, ...]
    applies: int | None = None


def _step_reads(program: Program, name: str) -> StepReads:
    """What the definition of a name reads, nothing where it has none; kept with the program."""
    kept: dict[str, StepReads] = program.views.setdefault(_READ_BELOW, {})
    found = kept.get(name)
    if found is None:
        step = program.steps.get(name)
        of = step.nodes if step is not None else ()
        nodes = tuple(_reads_of(program, program.inlined(node)) for node in of)
        limited = step is not None and step.kind == "criterion"
        found = kept[name] = StepReads(nodes, program.layout.criterion(name).applies if limited else None)
    return found


def _reads_of(program: Program, node: Node) -> NodeReads:
    """What a lowered node, nothing shared in it, reads; kept with the program."""
    kept: dict[int, tuple[Node, NodeReads]] = program.views.setdefault(_READ, {})
    found = kept.get(id(node))
    if found is None:
        found = kept[id(node)] = (node, _read(program, node))
    return found[1]


def _read(program: Program, node: Node) -> NodeReads:
    branches = FUNCTIONS[node.function].branches(node.args) if isinstance(node, Call) else ()
    if not isinstance(node, Call) or not (branches or any(isinstance(arg, Call) for arg in node.args)):
        return NodeReads(frozenset(named_by(key) for key in program.leaves(node)))
    conditions = {id(condition): condition for branch in branches for condition, _ in branch.guards}
    parts = [_read(program, part) for part in (conditions.values() if branches else node.args)]
    always = frozenset[str]().union(*(part.always for part in parts))
    choices = tuple(choice for part in parts for choice in part.choices)
    if not branches:
        return NodeReads(always, choices)
    places = {known: place for place, known in enumerate(conditions)}
    ways = tuple(
        (tuple((places[id(condition)], wanted) for condition, wanted in branch.guards), _read(program, branch.value))
        for branch in branches
    )
    return NodeReads(always, (*choices, ReadChoice(tuple(map(program.run_of, conditions.values())), ways)))


_READ, _READ_BELOW, _QUESTIONS = "所读：式", "所读：项", "口径：所涉"
"""Where a program keeps what its nodes and its definitions read, and what its questions touch."""


@dataclass(frozen=True, slots=True)
class ReadSet:
    """What is read on this case's path: of a choice every condition and only the values that are not ruled out, of a
    criterion that does not apply only the condition that says so."""

    program: Program
    values: Values

    def named(self, node: Node) -> Set[str]:
        """The names that a lowered node, nothing shared in it, reads itself."""
        return self._names(_reads_of(self.program, node))

    def _names(self, reading: NodeReads) -> Set[str]:
        if not reading.choices:
            return reading.always
        return reading.always.union(
            *(self._names(taken) for choice in reading.choices for taken in self._taken(choice))
        )

    def _taken(self, choice: ReadChoice) -> Iterator[NodeReads]:
        """What is read of the ways that are not ruled out."""
        truths: dict[int, Value] = {}
        for guards, way in choice.ways:
            for place, wanted in guards:
                if place not in truths:
                    truths[place] = choice.conditions[place](self.values, None)
                if truths[place] is (not wanted):
                    break
            else:
                yield way

    def below(self, names: Iterable[str]) -> set[str]:
        """`names` and everything read below them."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                for reading in self._readings(name):
                    waiting += self._names(reading)
        return found

    def _readings(self, name: str) -> tuple[NodeReads, ...]:
        reads = _step_reads(self.program, name)
        skipped = reads.applies is not None and self.values[reads.applies] is False
        return reads.nodes[:1] if skipped else reads.nodes


def _closure(steps: Mapping[str, Step], names: Iterable[str]) -> set[str]:
    """Everything below `names`, read or not."""
    return {below for name in names for below in (steps[name].rests_on if name in steps else (name,))}


def relied_on(evaluation: Evaluation, outcome: Outcome | None) -> tuple[Relied, ...]:
    """Parameters, decision tables and scores that the outcome rests on, then the interpretations that touch any of them;
    marked where the reasons stated to its party rest on them too."""
    program, names = evaluation.view.program, names_relied(evaluation, outcome)
    stated = _stated(evaluation, outcome, names)
    return relied_among(program, evaluation.values, names, evaluation.view.determination, stated)


def relied_among(
    program: Program, values: Values, names: Iterable[str], asked: str, stated: set[str] | None = None
) -> tuple[Relied, ...]:
    """The same of what a determination or a ranking, `asked`, rests on. `stated`: the names that reasons stated to somebody
    rest on, None for all."""
    all_ = {*names, asked}
    questions = touching(program, all_, asked)
    told = {one.number for one in (questions if stated in (None, all_) else touching(program, stated or all_, asked))}
    return (
        *figures(program, values, names, all_ if stated is None else stated),
        *(_interpretation(program.package, one, one.number in told) for one in questions),
    )


def figures(program: Program, values: Values, names: Iterable[str], stated: set[str]) -> Iterator[Relied]:
    """The parameters, decision tables and scores among names; marked where they are among those `stated`."""
    package = program.package
    for name in names:
        told = Later.of(name in stated)
        parameter = package.parameters.get(name)
        if parameter is not None:
            unset = f"参数未定，由{parameter.setter or '有权机关'}确定"
            text = over_time(parameter) if name in program.on_days else ""
            known = parameter.value is not None or text != ""
            text = text or (show_value(parameter.value, parameter.type, parameter.unit) if known else unset)
            source = standing(package, parameter.origin, parameter.source) if known else "未定"
            by = parameter.source if parameter.source in package.headers else parameter.origin
            of = title(package, by)
            yield Relied(name, "parameter", text, source, of, parameter.clauses, stated=told)
        table = package.decision_tables.get(name) or package.scores.get(name)
        if table is not None:
            value = values[program.slots[name]]
            symbol = package.scope.symbols.get(name)
            shown = show_value(value, symbol.type if symbol else None, table.unit)
            text = f"未定，由{table.setter or '有权机关'}确定" if table.open else shown
            source = "未定" if table.open else standing(package, table.origin, table.source)
            kind = "score" if name in package.scores else "decision-table"
            of = title(package, table.source or table.origin)
            yield Relied(name, kind, text, source, of, table.clauses, stated=told)


def touching(program: Program, names: set[str], asked: str) -> list[Interpretation]:
    """The questions that touch `names`, but not those whose options only change what this case's path does not read."""
    kept = program.views.get(_QUESTIONS)
    if kept is None:
        kept = program.views[_QUESTIONS] = [
            (question, frozenset(question.touches), frozenset(n for o in question.options for n in o.changes))
            for question in program.package.interpretations.values()
        ]
    found, below = list[Interpretation](), set[str]()
    for question, touches, changed in kept:
        if not names.isdisjoint(touches):
            unread = bool(changed) and names.isdisjoint(changed)
            below = below or (_closure(program.steps, names - {asked}) if unread else below)
            if not unread or not changed <= below:
                found.append(question)
    return found


def relied_name(question: Interpretation) -> str:
    """What a question is called among what a decision rests on: number and name."""
    return f"{question.number} {question.name}"


def _interpretation(package: Package, question: Interpretation, stated: bool) -> Relied:
    others = tuple(option.name for option in question.options if option.name != question.adopted)
    return Relied(
        name=relied_name(question),
        kind="interpretation",
        text=question.adopted or "未定",
        source="解释口径",
        package=title(package, question.origin),
        clauses=question.clauses,
        alternatives=others,
        stated=Later.of(stated),
    )


def title(package: Package, id_: str) -> str:
    """The title of a package of the stack by its id; of the regulation itself where there is none."""
    header = package.headers.get(id_)
    return header.title if header is not None else package.header.title


def score_sheets(evaluation: Evaluation) -> tuple[ScoreSheet, ...]:
    """The scores below the determination, line by line."""
    view = evaluation.view
    scores = view.program.package.scores
    return tuple(score_sheet(view.program, evaluation.values, scores[name]) for name in view.below if name in scores)


def _places(marks: Iterable[Any], total: Any, cap: Any, score: Score) -> int:
    """To how many places the parts of a total are shown: two, or as many as the total has, or as many more as it takes for
    those shown to add up to the total shown."""
    least, numbers = max(score.places or 0, 2), [mark for mark in marks if isinstance(mark, Number)]
    if not isinstance(total, Number):
        return least
    said = Decimal(number_text(total).removeprefix("≈"))
    exact = max(0, -int(said.as_tuple().exponent)) if score.places is None else score.places
    for places in range(least, _MOST):
        added = sum((rounded(mark, places) for mark in numbers), Decimal(0))
        if rounded(added if cap is None else min(added, cap), exact) == said:
            return places
    return _MOST


def _times(most: Any, factor: Any) -> Any:
    return multiply(most, factor) if isinstance(most, Number) and isinstance(factor, Number) else None


def _shortened(mark: Any, places: int, type_: Type | None, unit: Unit | None) -> str:
    """A mark as it is shown, ≈ where that is not the whole of it."""
    if not isinstance(mark, Number):
        return show_value(mark, type_, unit)
    short = rounded(mark, places)
    return ("≈" if short != mark else "") + show_value(short, type_, unit)


_MOST = 30
"""Places of a mark that are shown at most."""


def score_sheet(program: Program, values: Values, score: Score) -> ScoreSheet:
    """A score line by line, its parts shown so that they add up to the total shown."""
    package, slots = program.package, program.slots
    unit, symbol = score.unit, package.scope.symbols.get(score.name)
    type_ = symbol.type if symbol is not None else None
    member = program.value(score.weighted_by, values) if score.weighted_by is not None else None
    weighted = [values[slots[keys.item(score.name, item.name)]] for item in score.items]
    earned = [program.value(bonus.mark, values) for bonus in score.bonuses if program.value(bonus.when, values)]
    cap = program.value(score.cap, values) if score.cap is not None else None
    over = _over_cap(program, values, score, earned)
    earned += [over] if over is not None else []
    places = _places((*weighted, *earned), values[slots[score.name]], cap, score)
    lines = []
    for item, worth in zip(score.items, weighted, strict=True):
        mark = program.value(item.mark, values) if item.mark is not None else None
        weight = item.weights.get(member or "", item.weights.get("其他"))
        factor = program.value(weight, values) if weight is not None else None
        most = program.value(item.full, values) if item.full else None
        lines.append(
            ScoreLine(
                name=item.name,
                clauses=item.clauses,
                full=show(package, item.full, most) if item.full else "",
                mark=_shortened(mark, places, type_, unit),
                weight="1" if not item.weights else show_value(factor),
                weighted=_shortened(worth, places, type_, unit),
                weighted_full=show_value(most if not item.weights else _times(most, factor), type_, unit)
                if item.full
                else "",
            )
        )
    for bonus in score.bonuses:
        given = program.value(bonus.when, values)
        points = program.value(bonus.mark, values)
        shown = show_value(None if given is None else points if given else points and points * 0, type_, unit)
        most = show_value(points, type_, unit)
        lines.append(ScoreLine(bonus.name, bonus.clauses, most, shown, "1", shown, most))
    if over is not None and score.bonus_cap is not None:
        limit, shown = show_value(program.value(score.bonus_cap, values), type_, unit), show_value(over, type_, unit)
        lines.append(ScoreLine("加分封顶", score.clauses, limit, shown, "1", shown, limit))
    limits = [limit for band in score.bands if band.condition for limit in limits_of(program, values, band.condition)]
    total = show_value(values[slots[score.name]], type_, unit, limits)
    band = values[slots[keys.band(score.name)]] or ""
    source = cited(package, score.origin, score.source, score.clauses) if not score.open else "未定"
    return ScoreSheet(score.name, total, band, tuple(lines), source)


def _over_cap(program: Program, values: Values, score: Score, earned: Sequence[Number | None]) -> Number | None:
    """What the limit on bonuses takes off, below zero; None where it takes nothing off, or that is not known."""
    cap = program.value(score.bonus_cap, values) if score.bonus_cap is not None else None
    known = [mark for mark in earned if mark is not None]
    if cap is None or len(known) != len(earned) or any(program.value(b.when, values) is None for b in score.bonuses):
        return None
    over: Number = subtract(cap, sum_of(known))
    return over if over < 0 else None
