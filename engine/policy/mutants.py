"""Small faults planted in a package, one at a time: what its examples should notice. Pure.

A mutant says where (a path of attributes, places and keys into the package) and what stands there instead, so that the
same fault can be planted in the package of every day on which it makes sense.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.base.classes import dataclass
from engine.base.numbers import number_text
from engine.base.problem import Span
from engine.language.functions import FUNCTIONS
from engine.language.make import ALL, ANY, FALSE, LARGER, MINUS, NOT, PLUS, SMALLER, TRUE, all_of
from engine.language.printer import print_node, show_value
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node
from engine.policy import package as p
from engine.policy import procedure as q
from engine.policy.package import Package

Turn = str | int
Path = tuple[Turn, ...]

SWAPPED = {ALL: ANY, ANY: ALL, PLUS: MINUS, MINUS: PLUS, LARGER: SMALLER, SMALLER: LARGER}
"""Rows that are mistaken for one another, comparisons aside (they say themselves which)."""
STRENGTHS: Mapping[str, str] = {"应当": "鼓励", "一般应当": "应当", "鼓励": "应当"}
WORDED = frozenset(("unmet", "remedy", "note", "text"))
"""Attributes that hold wording: letters have their own tests."""
FOLLOWING = frozenset(("requirement", "sentence", "premises", "scope"))
"""Attributes that follow from others, which are mutated."""
SECTIONS = ("derived", "tables", "criteria", "decision_tables", "scores", "determinations", "rankings")


@dataclass(frozen=True, slots=True)
class Mutant:
    """`owner`: the definition it is in; `kind` and `said`: what was done, in words; `before` stands at `path`, `after` takes its
    place."""

    owner: str
    kind: str
    said: str
    path: Path
    before: Any
    after: Any
    span: Span | None = None

    def of(self, package: Package) -> Package | None:
        """The package with the fault; None where something else stands in the place."""
        try:
            if _at(package, self.path) != self.before:
                return None
        except (KeyError, IndexError, AttributeError, TypeError):
            return None
        made: Package = _with(package, self.path, self.after)
        name = self.path[1]
        criterion = made.criteria.get(str(name)) if self.path[0] == "criteria" else None
        if criterion is None:
            return made
        whole = replace(criterion, requirement=all_of(limb.condition for limb in criterion.limbs))
        made = replace(made, criteria={**made.criteria, whole.name: whole})
        return made if self.before != "鼓励" else replace(made, groups={**made.groups, **_counting(made, whole)})


def _counting(package: Package, criterion: p.Criterion) -> dict[str, tuple[str, ...]]:
    """The groups of a criterion that was 鼓励, with it among those that count."""
    known = {group: {*package.groups.get(group, ()), criterion.name} for group in criterion.groups}
    return {group: tuple(name for name in package.criteria if name in names) for group, names in known.items()}


def mutants(package: Package) -> Iterator[Mutant]:
    """Every fault of these kinds, in the package's order: comparisons, limits, connectives and operators of all expressions;
    strengths, applicability (exceptions included), cells and rows of tables, bonuses, the order of outcomes; values of
    parameters; conditions, states and premises of the procedure."""
    for section in SECTIONS:
        for name, item in getattr(package, section).items():
            yield from _definition(name, (section, name), item)
    for parameter in package.parameters.values():
        yield from _parameter(parameter)
    if package.procedure is not None:
        yield from _procedure(package.procedure)


def _definition(owner: str, path: Path, item: Any) -> Iterator[Mutant]:
    span = getattr(item, "span", None)
    for place, value in _values(item, path):
        yield from _of(owner, place, value, span)


def _of(owner: str, path: Path, value: Any, span: Span | None) -> Iterator[Mutant]:
    """The faults of one value that stands somewhere in a definition."""
    match value:
        case Literal() | Name() | Items() | Call():
            for kind, said, changed in _expression(value):
                yield Mutant(owner, kind, said, path, value, changed, _span(value) or span)
        case p.Criterion():
            if (weaker := STRENGTHS.get(value.strength)) is not None:
                said = f"`{value.strength}` 变 `{weaker}`"
                yield Mutant(owner, "强度", said, (*path, "strength"), value.strength, weaker, value.span)
            if value.applies is not None:
                what = f"例外 `{value.overrides}`" if value.overrides else "适用条件"
                yield Mutant(owner, "适用", f"删去{what}", (*path, "applies"), value.applies, None, value.span)
        case p.DecisionTable():
            for at, row in enumerate(value.rows):
                rest = value.rows[:at] + value.rows[at + 1 :]
                yield Mutant(owner, "决定表", f"删去第 {at + 1} 行", (*path, "rows"), value.rows, rest, row.span)
        case p.Score():
            for at, bonus in enumerate(value.bonuses):
                rest_ = value.bonuses[:at] + value.bonuses[at + 1 :]
                yield Mutant(
                    owner, "加分", f"删去 `{bonus.name}`", (*path, "bonuses"), value.bonuses, rest_, value.span
                )
        case p.Determination():
            yield from _ordering(owner, path, value)


def _ordering(owner: str, path: Path, item: p.Determination) -> Iterator[Mutant]:
    """Neighbouring outcomes the other way round."""
    for at in range(len(item.outcomes) - 1):
        one, other = item.outcomes[at : at + 2]
        if p.NOT_YET in (one.name, other.name):
            continue
        turned = (*item.outcomes[:at], other, one, *item.outcomes[at + 2 :])
        said = f"`{other.name}` 提到 `{one.name}` 之前"
        yield Mutant(owner, "结果次序", said, (*path, "outcomes"), item.outcomes, turned, one.span or item.span)


def _parameter(item: p.Parameter) -> Iterator[Mutant]:
    for value in _near(item.value):
        shown = [show_value(one, item.type, item.unit) for one in (item.value, value)]
        said = f"{shown[0]} 变 {shown[1]}"
        path = ("parameters", item.name)
        changed = replace(item, value=value, dated=tuple(replace(d, value=value) for d in item.dated))
        yield Mutant(item.name, "参数", said, path, item, changed, item.source_span or item.span)


def _procedure(item: q.Procedure) -> Iterator[Mutant]:
    for section in ("events", "rules", "periodic"):
        for name, one in getattr(item, section).items():
            path: Path = ("procedure", section, name)
            yield from _definition(name, path, one)
            yield from _conditions(name, path, one)


def _conditions(owner: str, path: Path, item: q.Event | q.ProcedureRule | q.Periodic) -> Iterator[Mutant]:
    """What an event, a rule or a duty asks for, left out."""
    if isinstance(item, q.Event):
        for at, one in enumerate(item.requirements):
            rest = item.requirements[:at] + item.requirements[at + 1 :]
            said = f"删去前提 {one.kind}"
            yield Mutant(owner, "程序", said, (*path, "requirements"), item.requirements, rest, one.span or item.span)
        return
    dropped = {"when": "条件", "absent": "且无", "states": "在"} if isinstance(item, q.ProcedureRule) else {}
    for attribute, word in dropped.items():
        before = getattr(item, attribute)
        if before:
            after = None if attribute == "when" else ()
            yield Mutant(owner, "程序", f"删去 `{word}`", (*path, attribute), before, after, item.span)


# ---- expressions ----

Changed = tuple[str, str, Node]
"""Kind, what was done in words, the expression with it."""


def _expression(node: Node) -> Iterator[Changed]:
    """Every expression that differs from `node` in one operator or constant."""
    yield from _here(node)
    parts = node.args if isinstance(node, Call) else node.items if isinstance(node, Items) else ()
    for at, part in enumerate(parts):
        for kind, said, changed in _expression(part):
            yield kind, said, _replaced(node, at, changed)


def _replaced(node: Node, at: int, part: Node) -> Node:
    if isinstance(node, Call):
        return replace(node, args=(*node.args[:at], part, *node.args[at + 1 :]))
    assert isinstance(node, Items)
    return replace(node, items=(*node.items[:at], part, *node.items[at + 1 :]))


def _here(node: Node) -> Iterator[Changed]:
    if isinstance(node, Literal):
        for value in _near(node.value):
            text = _rewritten(node, value)
            yield "界限", f"{node.text} 变 {text}", replace(node, value=value, text=text)
    elif isinstance(node, Items) and len(node.items) > 1:
        for at, one in enumerate(node.items):
            left = replace(node, items=node.items[:at] + node.items[at + 1 :])
            yield "取值", f"`{print_node(node)}` 少了 `{print_node(one)}`", left
    elif isinstance(node, Call):
        yield from _call(node)


def _call(node: Call) -> Iterator[Changed]:
    row = FUNCTIONS[node.function]
    if node.function == NOT:
        yield "连接", f"`{print_node(node)}` 去掉“{row.words[0]}”", node.args[0]
    elif row.compares and row.opposite:
        other = FUNCTIONS[row.flipped].opposite if row.orders else row.opposite
        said = f"`{print_node(node)}` 的“{row.words[0]}”变“{FUNCTIONS[other].words[0]}”"
        yield "比较", said, replace(node, function=other)
    elif node.function in SWAPPED:
        other = SWAPPED[node.function]
        kind = "连接" if row.result == "bool" or node.type == BOOL else "运算"
        said = f"`{print_node(node)}` 的“{row.words[0]}”变“{FUNCTIONS[other].words[0]}”"
        if node.type is not None and node.type.kind in ("bool", "number"):
            yield kind, said, replace(node, function=other)


def _rewritten(node: Literal, value: Any) -> str:
    """Another value, written as the literal is: 20平方米, 10%."""
    if isinstance(value, bool):
        return print_node(TRUE if value else FALSE)
    if isinstance(value, date):
        return value.isoformat()
    if node.text.endswith("%"):
        return f"{number_text(value * 100)}%"
    was = number_text(node.value) if isinstance(node.value, Decimal) else ""
    return node.text.replace(was, number_text(value), 1) if was and was in node.text else number_text(value)


def _near(value: Any) -> Iterator[Any]:
    """Values next to one: on either side, the other truth."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, Decimal | Fraction):
        step = Decimal(1) if value == int(value) else Decimal(1).scaleb(_exponent(value))
        yield from (value + step, value - step) if isinstance(value, Decimal) else (value + 1, value - 1)
    elif isinstance(value, date):
        yield from (value + timedelta(days=1), value - timedelta(days=1))


def _exponent(value: Decimal | Fraction) -> int:
    found = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return found if isinstance(found, int) else 0


# ---- places ----


def _values(item: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """`item` and everything in it that may be mutated, with where it stands; expressions are not entered."""
    yield path, item
    if isinstance(item, Literal | Name | Items | Call | Span):
        return
    parts: Iterator[tuple[Turn, Any]] = iter(())
    if is_dataclass(item) and not isinstance(item, type):
        named = (f.name for f in fields(item) if f.init and f.name not in WORDED | FOLLOWING)
        parts = ((name, getattr(item, name)) for name in named)
    elif isinstance(item, tuple):
        parts = iter(enumerate(item))
    elif isinstance(item, Mapping):
        parts = iter(item.items())
    for step, part in parts:
        if part is not None and not isinstance(part, str | int):
            yield from _values(part, (*path, step))


def _span(node: Node) -> Span | None:
    return node.span


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = getattr(value, step) if isinstance(step, str) and is_dataclass(value) else value[step]
    return value


def _with(value: Any, path: Path, after: Any) -> Any:
    """`value` with `after` at `path`."""
    if not path:
        return after
    step, rest = path[0], path[1:]
    if isinstance(value, tuple) and isinstance(step, int):
        return (*value[:step], _with(value[step], rest, after), *value[step + 1 :])
    if isinstance(value, Mapping):
        return {**value, step: _with(value[step], rest, after)}
    return replace(value, **{str(step): _with(getattr(value, str(step)), rest, after)})
