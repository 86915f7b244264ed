"""Phase one of resolution: every expression of the stack parsed, patches and exceptions applied, nothing typed yet.

An `UntypedDefinition` may be named by others. Its `nodes` are its expressions by role, each with the type
it must have; they are enough to order definitions by what they depend on and to check them in that order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.base.text import did_you_mean
from engine.language.lexer import Lexicon, Sentence
from engine.language.make import ALL, IF, LARGER, MINUS, NOT, OVER, SMALLER, THIS_ROW, TIMES, number
from engine.language.other_units import lacks_percent
from engine.language.parser import Parsed, parse_cell, parse_expression
from engine.language.tree import BOOL, DATE, NUMBER, Call, Literal, Name, Node, Scope, Type
from engine.policy.groups import CriteriaGroups
from engine.policy.names import Names, type_of_word, unit_for, unit_of
from engine.policy.nodes import Scalar
from engine.policy.spec.rules import (
    CriterionSpec,
    DecisionTableFiller,
    DecisionTableSpec,
    DeterminationSpec,
    ItemSpec,
    LinearSpec,
    ScaleSpec,
    ScoreFiller,
    ScoreSpec,
    StagedSpec,
)
from engine.policy.spec.vocabulary import ComputedSpec, DerivedSpec
from engine.policy.stack import Required, Stack
from engine.policy.words import Strength


@dataclass(slots=True)
class UntypedDefinition:
    """A definition on its way: `body` is what supplies its content (the filler of an open term, else the spec)."""

    name: str
    kind: str
    spec: Any
    body: Any
    origin: str
    source: str
    strength: Strength = "应当"  # of a criterion
    nodes: dict[str, tuple[Node, Type | None]] = field(default_factory=dict)

    def node(self, role: str) -> Node | None:
        entry = self.nodes.get(role)
        return entry[0] if entry else None


class Parser:
    """Parses scalars in one scope and keeps the problems. `own`: what the scalars define, while that is one thing."""

    own = ""

    def __init__(self, scope: Scope, problems: list[Problem], lexicon: Lexicon | None = None) -> None:
        self.scope = scope
        self.problems = problems
        self.lexicon = Lexicon(scope) if lexicon is None else lexicon

    def source(self, scalar: Scalar) -> Sentence:
        return Sentence(scalar.text, scalar.place, self.own)

    def _keep(self, parsed: Parsed) -> Node | None:
        node, problems = parsed
        self.problems += problems
        return node

    def expression(self, scalar: Scalar, rows: tuple[str, ...] = ()) -> Node | None:
        """An expression; `rows`: what records are called that it is about."""
        return self._keep(parse_expression(replace(self.source(scalar), rows=rows), self.lexicon))

    def cell(self, scalar: Scalar, subject: Node) -> Node | None:
        return self._keep(parse_cell(self.source(scalar), self.lexicon, subject))


def untyped_definitions(stack: Stack, names: Names, parser: Parser) -> dict[str, UntypedDefinition]:
    """All definitions by name, in reading order, without those switched off."""
    definitions: dict[str, UntypedDefinition] = {}
    groups = CriteriaGroups(stack, names, parser.expression)
    makers: dict[str, Callable[..., UntypedDefinition | None]] = {
        "derived": untyped_derived,
        "decision_tables": _decision_table,
        "scores": _score,
        "criteria": partial(untyped_criterion, groups),
        "determinations": _determination,
    }
    for section, make in makers.items():
        for item in stack.every(section):
            parser.own = item.spec.name.text
            untyped = make(item.spec, item.origin, stack, names, parser)
            if untyped is not None and untyped.name not in definitions:
                definitions[untyped.name] = untyped
    for item in stack.every("tables"):
        for computed in item.spec.computed:
            untyped = _computed(item.spec.name.text, computed, item.origin, names, parser)
            definitions.setdefault(untyped.name, untyped)
    parser.own = ""
    _exceptions(definitions, names)
    return definitions


def _put(untyped: UntypedDefinition, role: str, node: Node | None, expected: Type | None) -> None:
    if node is not None:
        untyped.nodes[role] = (node, expected)


def untyped_derived(spec: DerivedSpec, origin: str, stack: Stack, names: Names, parser: Parser) -> UntypedDefinition:
    """A derived quantity under the patches of the stack."""
    scalar, _by = stack.patches.expressions.get(spec.name.text, (spec.expression, ""))
    scalar = scalar if isinstance(scalar, Scalar) else spec.expression  # told of where the patches are looked at
    untyped = UntypedDefinition(spec.name.text, "derived", spec, spec, origin, origin)
    unit = unit_of(spec.unit, names)
    _put(untyped, "式", parser.expression(scalar), Type("number", unit.dimension) if unit else None)
    return untyped


def _computed(table: str, spec: ComputedSpec, origin: str, names: Names, parser: Parser) -> UntypedDefinition:
    """A 派生列, under 表.列, which no name of the language is."""
    parser.own = spec.name.text
    untyped = UntypedDefinition(f"{table}.{spec.name.text}", "column", spec, table, origin, origin)
    unit = unit_of(spec.unit, names)
    expected = Type("number", unit.dimension) if unit else None
    _put(untyped, "式", parser.expression(spec.expression, (THIS_ROW,)), expected)
    return untyped


def untyped_criterion(
    groups: CriteriaGroups, written: CriterionSpec, origin: str, stack: Stack, names: Names, parser: Parser
) -> UntypedDefinition | None:
    """A criterion under the patches of the stack, without the exceptions to it; None where it is switched off."""
    spec = groups.around(written)
    name = spec.name.text
    disabled, _by = stack.patches.disabled.get(name, (spec.disabled, ""))
    if disabled:
        return None
    required, _by = stack.patches.expressions.get(name, (spec.requirement, ""))
    strength, _by = stack.patches.strengths.get(name, (spec.strength, ""))
    untyped = UntypedDefinition(name, "criterion", spec, required, origin, origin, strength)
    for index, condition in enumerate(conditions(required)):
        _put(untyped, f"要求{index}", parser.expression(condition), BOOL)
    if spec.unmet is not None and not isinstance(spec.requirement, Scalar):
        message = f"`{name}` 的 `要求` 分项列出，又写了一句总的 `未满足`"
        names.fail("E373", message, spec.unmet.span, "把它拆开，写在各项的 `未满足` 里")
    own = parser.expression(spec.applies) if spec.applies else None
    _put(untyped, "适用", groups.applying(spec, own), BOOL)
    return untyped


def conditions(required: Required) -> tuple[Scalar, ...]:
    """What is required, limb by limb."""
    return (required,) if isinstance(required, Scalar) else tuple(limb.condition for limb in required)


def _filler(stack: Stack, name: str, kind: type[Any]) -> tuple[Any, str] | None:
    filler = stack.fillers.get(name)
    return (filler.spec, filler.origin) if filler is not None and isinstance(filler.spec, kind) else None


def _decision_table(
    spec: DecisionTableSpec, origin: str, stack: Stack, names: Names, parser: Parser
) -> UntypedDefinition:
    name = spec.name.text
    body, source = spec, origin
    if spec.open and (filled := _filler(stack, name, DecisionTableFiller)):
        body, source = filled
    untyped = UntypedDefinition(name, "decision-table", spec, body, origin, source)
    inputs = [parser.expression(scalar) for scalar in spec.inputs]
    for index, node in enumerate(inputs):
        _put(untyped, f"输入{index}", node, None)
    result = output_type(spec, names)
    for row, cells in enumerate(body.rows):
        if len(cells) != len(inputs) + 1:
            message = f"`{name}` 第 {row + 1} 行有 {len(cells)} 格，应为 {len(inputs) + 1} 格"
            names.fail("E330", message, cells[0].span if cells else spec.name.span, "每行依次写各输入的条件和输出")
            continue
        for column, (cell, subject) in enumerate(zip(cells, inputs, strict=False)):
            if subject is not None:
                _put(untyped, f"格{row}.{column}", parser.cell(cell, subject), BOOL)
        _put(untyped, f"出{row}", parser.expression(cells[-1]), result)
    if body.default:
        _put(untyped, "默认", parser.expression(body.default), result)
    return untyped


def output_type(spec: DecisionTableSpec, names: Names) -> Type | None:
    """The declared type of a decision table's value; None lets the first row say."""
    unit = unit_for(spec.output.type, spec.output.unit, names)
    if spec.output.type:
        return type_of_word(spec.output.type, unit, spec.output.enum, names, spec.name)
    if spec.output.enum:
        return type_of_word("枚举", None, spec.output.enum, names, spec.name)
    return Type("number", unit.dimension) if unit else None


def _score(spec: ScoreSpec, origin: str, stack: Stack, names: Names, parser: Parser) -> UntypedDefinition:
    name = spec.name.text
    body: Any = spec
    source = origin
    if spec.open and (filled := _filler(stack, name, ScoreFiller)):
        body, source = filled
    untyped = UntypedDefinition(name, "score", spec, body, origin, source)
    mark = names.symbols[name].type if name in names.symbols else NUMBER
    if body.weighted_by:
        _put(untyped, "权重按", parser.expression(body.weighted_by), None)
    for item in body.items:
        _item(untyped, item, mark, names, parser)
    for bonus in body.bonuses:
        _put(untyped, f"加分条件：{bonus.name.text}", parser.expression(bonus.when), BOOL)
        _put(untyped, f"加分：{bonus.name.text}", parser.expression(bonus.mark), mark)
    if body.bonus_cap:
        _put(untyped, "加分封顶", parser.expression(body.bonus_cap), mark)
    if body.cap:
        _put(untyped, "封顶", parser.expression(body.cap), mark)
    own = Name(name, span=spec.name.span)
    for band in body.bands:
        if band.interval:
            _put(untyped, f"等次：{band.name.text}", parser.cell(band.interval, own), BOOL)
    return untyped


def _item(untyped: UntypedDefinition, item: ItemSpec, mark: Type, names: Names, parser: Parser) -> None:
    name = item.name.text
    full = parser.expression(item.full) if item.full else None
    _put(untyped, f"满分：{name}", full, mark)
    if item.scale:
        _put(untyped, f"计分：{name}", _scale(item, item.scale, full, names, parser), mark)
    elif not (untyped.body is untyped.spec and untyped.spec.open):
        names.fail("E338", f"分项 `{name}` 没有写 `计分`", item.name.span, "例如 `计分: {式: …}`")
    for member, weight in item.weights.items():
        _put(untyped, f"权重：{name}：{member}", parser.expression(weight), NUMBER)


def _scale(item: ItemSpec, scale: ScaleSpec, full: Node | None, names: Names, parser: Parser) -> Node | None:
    """A scale as an ordinary expression: 线性 becomes a clamped proportion of the full mark, 分档 nested 若 … 则 …."""
    given = [form for form in (scale.expression, scale.linear, scale.staged) if form is not None]
    if len(given) != 1:
        message = f"分项 `{item.name.text}` 的 `计分` 要写 `式`、`线性`、`分档` 之一"
        names.fail("E338", message, item.name.span, "三者取一" if given else "例如 `计分: {式: …}`")
        return None
    if scale.expression:
        return parser.expression(scale.expression)
    return _linear(item, scale.linear, full, names, parser) if scale.linear else _staged(scale.staged, names, parser)


def _linear(item: ItemSpec, scale: LinearSpec, full: Node | None, names: Names, parser: Parser) -> Node | None:
    if item.full is None:
        names.fail("E339", f"分项 `{item.name.text}` 按线性计分，却没有写 `满分`", item.name.span, "补上 `满分: 10分`")
    measure, zero, top = (parser.expression(s) for s in (scale.of, scale.zero, scale.full))
    if measure is None or zero is None or top is None or full is None:
        return None
    for end in (zero, top):
        if isinstance(measure, Name) and (bare := lacks_percent(names.scope, measure, end)) and end.span is not None:
            message = f"单位不符：`{measure.name}`以 % 计，`{bare}` 没有写 %"
            names.fail("E203", message, end.span, f"写作 `{bare}%`")
            return None
    share = Call(OVER, (Call(MINUS, (measure, zero)), Call(MINUS, (top, zero))))
    clamped = Call(LARGER, (number(0), Call(SMALLER, (number(1), share))))
    return Call(TIMES, (full, clamped))


def _staged(scale: StagedSpec | None, names: Names, parser: Parser) -> Node | None:
    """Nested conditions; the last step must be 其他, so that no measure is left without a mark."""
    measure = parser.expression(scale.of) if scale else None
    if scale is None or measure is None:
        return None
    steps = [(parser.cell(step.when, measure), parser.expression(step.mark)) for step in scale.steps]
    last, result = steps[-1]
    if last is not None and not (isinstance(last, Literal) and last.value is True):
        when = scale.steps[-1].when
        names.fail("E337", f"最后一档写作 `{when.text}`，应写 `其他`", when.span, "再加一档 `{条件: 其他, 得分: 0分}`")
    for when_node, mark in reversed(steps[:-1]):
        if when_node is None or mark is None or result is None:
            return None
        result = Call(IF, (when_node, mark, result))
    return result


def _determination(
    spec: DeterminationSpec, origin: str, stack: Stack, names: Names, parser: Parser
) -> UntypedDefinition:
    untyped = UntypedDefinition(spec.name.text, "determination", spec, spec, origin, origin)
    if spec.applies:
        _put(untyped, "适用", parser.expression(spec.applies), BOOL)
    for place, premise in enumerate(spec.premises):
        _put(untyped, f"前提{place}", parser.expression(premise.when), BOOL)
        if premise.who is not None and not isinstance(premise.who, Scalar):
            _put(untyped, f"先{place}", parser.expression(premise.who.expression), None)
    outcomes = [*spec.outcomes, *([spec.default] if spec.default and not isinstance(spec.default, Scalar) else [])]
    for index, outcome in enumerate(outcomes):
        if outcome.when:
            _put(untyped, f"条件{index}", parser.expression(outcome.when), BOOL)
        elif index < len(spec.outcomes):
            message = f"结果 `{outcome.name.text}` 没有写 `条件`"
            names.fail("E345", message, outcome.name.span, "写 `条件: …`；其余情形的结果写在 `默认`")
        if outcome.amount:
            _put(untyped, f"金额{index}", parser.expression(outcome.amount), None)
        if outcome.authority is not None and not isinstance(outcome.authority, Scalar):
            _put(untyped, f"机关{index}", parser.expression(outcome.authority.expression), None)
        for place, duty in enumerate(outcome.duties):
            if duty.due:
                _put(untyped, f"期限{index}.{place}", parser.expression(duty.due), DATE)
            if duty.who is not None and not isinstance(duty.who, Scalar):
                _put(untyped, f"主体{index}.{place}", parser.expression(duty.who.expression), None)
    return untyped


def _exceptions(definitions: dict[str, UntypedDefinition], names: Names) -> None:
    """例外: where the exception applies, the general rule does not; 优先于 orders exceptions to the same rule. One that
    itself has exceptions is settled first, so that it yields before others yield to it."""
    yields = {d.name: _yields(d, names) for d in definitions.values() if d.kind == "criterion"}
    for name in _settled(yields, definitions, names):
        untyped = definitions[name]
        applies = untyped.node("适用")
        if not yields[name]:
            continue
        if applies is None:
            names.fail("E331", f"例外 `{name}` 没有写 `适用`", untyped.spec.name.span, "例外只在一定情形下适用")
            continue
        for other in (definitions[n] for n in yields[name] if n in definitions):
            before = other.node("适用")
            unless = Call(NOT, (applies,))
            _put(other, "适用", unless if before is None else Call(ALL, (before, unless)), BOOL)


def _yields(untyped: UntypedDefinition, names: Names) -> list[str]:
    """The criteria that give way where `untyped` applies. One that is switched off is none of them."""
    scalars = [*([untyped.spec.overrides] if untyped.spec.overrides else []), *untyped.spec.precedes]
    for scalar in scalars:
        known = names.symbols.get(scalar.text)
        if known is None or known.kind != "criterion":
            criteria = [n for n, symbol in names.symbols.items() if symbol.kind == "criterion"]
            names.fail("E332", f"`{scalar.text}` 不是准则", scalar.span, did_you_mean(scalar.text, criteria))
    return [scalar.text for scalar in scalars]


def _settled(yields: dict[str, list[str]], definitions: dict[str, UntypedDefinition], names: Names) -> list[str]:
    """Criteria, each after those it gives way to."""
    stronger: dict[str, list[str]] = {name: [] for name in yields}
    for name, others in yields.items():
        for other in others:
            if other in stronger:
                stronger[other].append(name)
    try:
        return list(TopologicalSorter(stronger).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        shown = " → ".join(f"`{n}`" for n in cycle)
        names.fail(
            "E346",
            f"例外的先后成了循环：{shown}",
            definitions[cycle[0]].spec.name.span,
            "删去其中一处 `例外` 或 `优先于`",
        )
        return []
