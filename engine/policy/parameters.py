"""Parameters of a stack: which package or reading supplies a value on the day, its type, unit and dates."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from engine.base.classes import dataclass
from engine.base.numbers import divide, number_text
from engine.base.units import Unit
from engine.language.check import check
from engine.language.parser import parse_literal
from engine.language.tree import NUMBER, Call, Literal, Name, Node, Symbol, Type, Value
from engine.policy.dated import Dated, value_on
from engine.policy.dates import check_dates
from engine.policy.names import Names, range_of, type_of_word, unit_for, written_unit
from engine.policy.nodes import Scalar
from engine.policy.package import Parameter
from engine.policy.spec.rules import ParameterFiller
from engine.policy.spec.vocabulary import DatedSpec, ParameterSpec
from engine.policy.stack import Stack, texts
from engine.policy.untyped import Parser


def typed_parameters(stack: Stack, names: Names, parser: Parser) -> dict[str, Parameter]:
    """Every parameter of the stack by name, entered among `names` as a symbol; what is wrong with one goes to
    `names.problems`."""
    result = {}
    for item in stack.every("parameters"):
        spec: ParameterSpec = item.spec
        parameter = parameter_of(spec, item.origin, stack, names, parser)
        if spec.name.text not in result:
            result[spec.name.text] = parameter
            symbol = Symbol(spec.name.text, "parameter", parameter.type, parameter.unit, value=_bare(parameter))
            names.symbols[spec.name.text] = symbol
    return result


def _bare(parameter: Parameter) -> Literal | None:
    """Its number where it is given as one without a unit."""
    value = parameter.value
    if parameter.type != NUMBER or parameter.unit is not None or not isinstance(value, Decimal):
        return None
    return Literal(value, number_text(value), parameter.source_span, NUMBER)


def parameter_of(spec: ParameterSpec, origin: str, stack: Stack, names: Names, parser: Parser) -> Parameter:
    """A parameter with its value under the stack; problems go to the names."""
    name = spec.name.text
    unit = unit_for(spec.type, spec.unit, names)
    type_ = type_of_word(spec.type, unit, spec.enum, names, spec.name) if spec.type else None
    declared = unit
    if type_ is None and unit is not None:
        type_ = Type("number", unit.dimension)
    supply = _supply(spec, origin, stack, names)
    scalar = supply.scalar
    shown = scalar or (spec.values[0].value if spec.values else None)  # outside its dates a value still tells the type
    value, found = _literal(shown, type_, names, parser) if shown else (None, None)
    if shown:  # what is declared says in what it is counted; how it is written says how it is read
        unit = written_unit(shown.text, type_ or found, names) or unit
    if scalar and spec.type == "整数" and isinstance(value, Decimal | Fraction) and value % 1:
        names.fail("E348", f"参数 `{name}` 是整数，取值是 `{scalar.text}`", scalar.span, "写成整数，或改 `类型`")
    dated = tuple(Dated(_literal(d.value, type_ or found, names, parser)[0], d.since, d.until) for d in supply.dated)
    values = [(one.value, read.value) for one, read in zip(supply.dated, dated, strict=True)]
    _within(spec, declared or unit, values or ([(scalar, value)] if scalar else []), names)
    if type_ is None and found is None:
        names.fail("E325", f"参数 `{name}` 没有值，也看不出类型", spec.name.span, "写 `类型` 或 `单位`")
    return Parameter(
        name=name,
        type=type_ or found or Type("any"),
        value=value if scalar else None,
        unit=unit,
        clauses=texts(spec.clauses),
        setter=spec.setter.text if spec.setter else "",
        label=spec.label.text if spec.label else "",
        origin=origin,
        source=supply.source,
        note=supply.note,
        span=spec.name.span,
        source_span=scalar.span if scalar else None,
        open=spec.open,
        dated=dated,
    )


_COUNTS = ("整数", "金额", "比例")
"""What is never below zero unless a range says so."""


def _within(spec: ParameterSpec, unit: Unit | None, values: Iterable[tuple[Scalar, Value]], names: Names) -> None:
    """E379 for every value, of whatever day, that lies beyond what is declared (范围)."""
    low, high = range_of(spec.range, unit, names)
    if spec.range is None and spec.type in _COUNTS:
        low = Decimal(0)
    for scalar, value in values:
        if isinstance(value, Decimal | Fraction) and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            said = f"超出范围 {spec.range.text}" if spec.range else "是负数"
            message = f"参数 `{spec.name.text}` 的值 `{scalar.text}` {said}"
            names.fail("E379", message, scalar.span, "改正这个值；规定确实这样写的，改 `范围`")


@dataclass(frozen=True, slots=True)
class _Supply:
    """Where a parameter's value comes from: its text on the day (None without one), which package or interpretation
    supplied it, that one's remark, and all its values where they hold on some days only."""

    scalar: Scalar | None = None
    source: str = ""
    note: str = ""
    dated: tuple[DatedSpec, ...] = ()


def _supply(spec: ParameterSpec, origin: str, stack: Stack, names: Names) -> _Supply:
    name = spec.name.text
    if name in stack.patches.parameters:
        scalar, by = stack.patches.parameters[name]
        return _Supply(scalar, by)
    if spec.open:
        filler = stack.fillers.get(name)
        if filler is None or not isinstance(filler.spec, ParameterFiller):
            return _Supply()
        values, origin, label = filler.spec.values, filler.origin, filler.spec.label
    else:
        values, label = spec.values, None
        if not values:
            names.fail(
                "E326", f"参数 `{name}` 没有 `取值`", spec.name.span, "写 `取值`，或写 `未定: 是` 并注明 `由` 谁定"
            )
    check_dates(values, name, stack.as_of, names)
    held = value_on(values, stack.as_of)
    dated = values if len(values) > 1 or any(v.since or v.until for v in values) else ()
    return _Supply(held.value if held else None, origin, label.text if label else "", dated)


def _literal(scalar: Scalar, type_: Type | None, names: Names, parser: Parser) -> tuple[Value, Type | None]:
    node, problems = parse_literal(parser.source(scalar), parser.lexicon)
    names.problems += problems
    if node is None:
        return None, type_
    typed, problems = check(node, names.scope, type_)
    names.problems += problems
    return _constant(typed), typed.type


def _constant(node: Node) -> Value:
    """The value of a literal, of one number divided by another, or of an enumeration's member."""
    match node:
        case Literal():
            return node.value
        case Call(args=(Literal(value=Decimal() as whole), Literal(value=Decimal() as by))):
            return divide(whole, by)
        case _:
            return node.name if isinstance(node, Name) else None
