"""What is asked of one version of the rules (`guiju check --deep`): whether every criterion can be met and can fail, every
outcome come about, every row of a table hit; gaps and overlaps, criteria that contradict each other or follow.

A question is whether there is a case in which some slots and expressions come to what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span
from engine.decision.program import Program
from engine.language import keys
from engine.language.make import ALL_PASSED, ANY_UNMET, TRUE, all_of, slot
from engine.language.tree import Call, Literal, Name, Node, Type, Value
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.lowered.form import is_bounded
from engine.lowered.rules import NOT_OPENED, counting
from engine.policy.package import Criterion, DecisionTable, Determination, Package
from engine.policy.uses import expressions, outcomes

MET, FAILED, OPENED, CLOSED = "能够达到", "能够达不到", "能够适用", "能够不适用"
REACHED, HIT, GAP, OVERLAP = "能够作出", "能够用上", "没有一行符合", "两行都符合"
TOGETHER, IMPLIED = "能够都达到", "一个达到而另一个没有"
"""What a question asks a case of."""

_WORD = Type("enum")


@dataclass(frozen=True, slots=True)
class DeepQuestion:
    """Whether there is a case in which `what` is so of `about`: each of `conditions`, a lowered expression, comes to the
    value beside it. `problem` is what is wrong where there is none (`wanted`), or where there is one."""

    what: str
    about: tuple[str, ...]
    wanted: bool
    problem: Problem
    conditions: tuple[tuple[Node, Value], ...]

    def holds(self, program: Program, values: Values) -> bool:
        """Whether the values of a case are such."""
        return all(program.value(node, values) == value for node, value in self.conditions)

    def __str__(self) -> str:
        return f"{'、'.join(f'`{name}`' for name in self.about)} {self.what}"


def asked_of(program: Program) -> Iterator[DeepQuestion]:
    """Every question about a package, in its order."""
    package = program.package
    for criterion in package.criteria.values():
        yield from _of_criterion(criterion)
    for name in package.determinations:
        yield from _of_outcomes(package.determinations[name])
    for table in package.decision_tables.values():
        if not table.open:
            yield from _of_table(program, table)
    yield from _of_pairs(program)


def _of_criterion(criterion: Criterion) -> Iterator[DeepQuestion]:
    name = criterion.name
    required, applies = slot(keys.required(name)), slot(keys.applies(name))
    asked = [
        (MET, required, True, "无论什么案件都达不到"),
        (FAILED, required, False, "无论什么案件都达到，等于没有要求"),
    ]
    if criterion.applies is not None and not isinstance(criterion.applies, Literal):
        asked.append((OPENED, applies, True, "无论什么案件都不适用"))
        asked.append((CLOSED, applies, False, "什么案件都适用，适用条件等于没有写"))
    for what, key, wanted, said in asked:
        help_ = "核对比较词、数值，和它所凭的各项怎样算出"
        problem = Problem("W381", f"准则 `{name}` {said}（已证）", criterion.span, help_)
        yield DeepQuestion(what, (name,), True, problem, ((key, wanted),))


def _of_outcomes(determination: Determination) -> Iterator[DeepQuestion]:
    name = determination.name
    spans: dict[str, Span | None] = {}
    for outcome in outcomes(determination):
        spans.setdefault(outcome.name, outcome.span)
    if determination.applies is not None:
        spans.setdefault(NOT_OPENED, determination.span)
    for word, span in spans.items():
        message = f"`{name}` 的结果 `{word}` 无论什么案件都作不出（已证）"
        problem = Problem("W382", message, span or determination.span, "核对各结果的条件和先后")
        yield DeepQuestion(REACHED, (name, word), True, problem, ((slot(name, _WORD), word),))


def _of_table(program: Program, table: DecisionTable) -> Iterator[DeepQuestion]:
    rows = [program.lowered(all_of(row.conditions)) for row in table.rows]
    for index, row in enumerate(table.rows):
        before = rows[:index] if table.hit == "首个" else []
        message = f"`{table.name}` 第 {index + 1} 行无论什么案件都用不上（已证）"
        problem = Problem("W383", message, row.span or table.span, "核对这一行的条件，和各输入能取的值")
        conditions = ((rows[index], True), *((node, False) for node in before))
        yield DeepQuestion(HIT, (table.name, f"第{index + 1}行"), True, problem, conditions)
    if table.default is None:
        problem = Problem("W384", f"`{table.name}` 有的案件没有一行符合", table.span, "补一行，或写 `默认`")
        yield DeepQuestion(GAP, (table.name,), False, problem, tuple((node, False) for node in rows))
    if table.hit == "唯一":
        for (i, one), (j, other) in combinations(enumerate(rows), 2):
            if table.rows[i].output != table.rows[j].output:
                message = f"`{table.name}` 第 {i + 1} 行与第 {j + 1} 行能同时符合"
                problem = Problem("W384", message, table.rows[j].span or table.span, "改条件使其互斥")
                about = (table.name, f"第{i + 1}行", f"第{j + 1}行")
                yield DeepQuestion(OVERLAP, about, False, problem, ((one, True), (other, True)))


def _of_pairs(program: Program) -> Iterator[DeepQuestion]:
    """Of criteria that are asked together, or measure the same thing: whether both can pass; whether one follows from the
    other. One that names the other says so itself."""
    package = program.package
    named = [c for c in package.criteria.values() if c.requirement != TRUE and c.strength != "鼓励"]
    together = _together(package)
    for one, other in combinations(named, 2):
        below = program.steps[one.name].rests_on, program.steps[other.name].rests_on
        common = _givens(program, one.name) & _givens(program, other.name)
        if not common or one.name in below[1] or other.name in below[0]:
            continue
        joint = frozenset((one.name, other.name)) in together
        if joint:
            message = f"`{one.name}` 和 `{other.name}` 要一并达到，却不能都达到（已证）"
            problem = Problem("W385", message, other.span, "核对两条的限度；只对各自的一类适用的，写 `适用`")
            conditions = tuple((slot(keys.passed(c.name)), True) for c in (one, other))
            yield DeepQuestion(TOGETHER, (one.name, other.name), True, problem, conditions)
        if joint or _measured(program, one.name) & _measured(program, other.name):
            for a, b in ((one, other), (other, one)):
                problem = Problem(
                    "R381", f"达到 `{a.name}` 就一定达到 `{b.name}`（已证）", b.span, "本意如此的，不必改"
                )
                met, failed = slot(keys.met(a.name)), slot(keys.required(b.name))
                yield DeepQuestion(IMPLIED, (a.name, b.name), True, problem, ((met, True), (failed, False)))


def _together(package: Package) -> set[frozenset[str]]:
    """Pairs of criteria that one expression asks to be met together."""
    groups = counting(package)
    found: set[frozenset[str]] = set()
    for _, tree in expressions(package):
        for node in nodes(tree):
            if isinstance(node, Call) and node.function in (ALL_PASSED, ANY_UNMET):
                named = [arg.name for arg in node.args if isinstance(arg, Name)]
                several = dict.fromkeys(c for name in named for c in groups.get(name, (name,)))
                found |= {frozenset(pair) for pair in combinations(several, 2)}
    return found


def _measured(program: Program, criterion: str) -> frozenset[str]:
    """The numbers and days a criterion measures itself, and the ledgers it counts or adds up."""
    package, form = program.package, program.form
    found: set[str] = set()
    for name in program.steps[criterion].reads:
        fact = package.facts.get(name)
        if fact is not None and fact.type.kind in ("number", "date"):
            found.add(name)
        definition = form.definitions.get(name)
        if definition is not None and is_bounded(form.inlined(definition.node)):
            found |= {n.name for n in nodes(form.inlined(definition.node)) if isinstance(n, Name) and n.kind == "table"}
    return frozenset(found)


def _givens(program: Program, criterion: str) -> frozenset[str]:
    """The facts and tables a criterion rests on."""
    package, below = program.package, program.steps[criterion].rests_on
    return frozenset(name for name in below if name in package.facts or name in package.tables)
