"""Tree -> Chinese sentence, and values as people read them. `parse(print(tree)) == tree`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from engine.base.numbers import Number, divide, number_text
from engine.base.text import long_date
from engine.base.units import MONEY, MONTHS, PERIOD, SHARE, Unit, in_words, money_written, show
from engine.language.functions import AND, COMPARE, FUNCTIONS, NOT, OR, SIGN, SUM, Function
from engine.language.tree import Call, Items, Literal, Name, Node, Table, Type, Value
from engine.language.types import expand

_CONDITIONAL = 0


def print_node(node: Node) -> str:
    """The sentence of a tree, typed or not, in canonical words, without brackets it can do without."""
    text, _ = _show(node)
    return text


def _show(node: Node) -> tuple[str, int]:
    """Text and how tightly it binds."""
    match node:
        case Literal():
            return _literal(node), SIGN if node.text.startswith("-") else SIGN + 1
        case Name():
            return _name(node), SIGN + 1
        case Items():
            return f"［{'、'.join(_within(item, SUM) for item in node.items)}］", SIGN + 1
        case Call():
            return _call(node)


def _name(node: Name) -> str:
    """Inside an aggregate the checker has filled in the table a column belongs to: it is written bare or with its row."""
    if node.kind == "column":
        return f"{node.row}.{node.name}" if node.row else node.name
    return (f"{node.table}.{node.name}" if node.table else node.name) + (f" {node.row}" if node.row else "")


def _literal(node: Literal) -> str:
    if isinstance(node.value, str):
        return f"“{node.value}”" if "”" not in node.value else f'"{node.value}"'
    return node.text or show_value(node.value)


def _call(node: Call) -> tuple[str, int]:
    row = FUNCTIONS[node.function]
    word = row.words[0]
    if row.form == "dated":
        return f"{print_node(node.args[0])}（{'，'.join(map(print_node, node.args[1:]))}）", SIGN + 1
    if row.form == "implied":
        return _show(node.args[0])
    if row.form == "special":
        condition, yes = (_within(arg, OR) for arg in node.args[:2])
        no = print_node(node.args[2])  # 否则若…… needs no brackets
        return f"若{condition}，则{yes}，否则{no}", _CONDITIONAL
    if row.precedence == SIGN and isinstance(node.args[0], Literal):
        return f"{word}（{print_node(node.args[0])}）", SIGN  # without brackets it would be a negative literal
    if row.form == "prefix":
        return word + _within(node.args[0], row.precedence), row.precedence
    if row.form == "infix" and len(node.args) > 1:
        return _infix(node, row), row.precedence
    patterns = (expand(row.parameters, node.args) if row.scans else None) or map(row.pattern, range(len(node.args)))
    return f"{word}（{'，'.join(map(_argument, node.args, patterns))}）", SIGN + 1


def _argument(arg: Node, pattern: str) -> str:
    """An argument; a whole column is written with its table."""
    if isinstance(arg, Name) and arg.table and pattern.startswith("列:"):
        return f"{arg.table}.{arg.name}" + (f" {arg.row}" if arg.row else "")
    return print_node(arg)


def _infix(node: Call, row: Function) -> str:
    if row.precedence in (OR, AND):
        joint = "，" + row.words[0] if _is_clause(node) else row.words[0]
        # 且 binds tighter than 或, but readers should not have to know.
        return joint.join(_within(arg, NOT) for arg in node.args)
    left, right = node.args
    word = row.words[0]
    if row.dates and any(arg.type is not None and arg.type.kind == "date" for arg in node.args):
        word = row.dates
    # A comparison's operands are sums; + − × ÷ associate to the left.
    low = SUM if row.precedence == COMPARE else row.precedence
    return _within(left, low) + word + _within(right, low if row.precedence == COMPARE else low + 1)


def _is_clause(node: Call) -> bool:
    """Whether a conjunction joins sentences rather than words, and reads better with commas."""
    return any(isinstance(arg, Call) and FUNCTIONS[arg.function].form == "infix" for arg in node.args)


def _within(node: Node, tightest: int) -> str:
    text, binds = _show(node)
    return text if binds >= tightest else f"（{text}）"


def show_value(value: Value, type_: Type | None = None, unit: Unit | None = None, beside: Iterable[Number] = ()) -> str:
    """A run-time value for people: 12场, 50万元, 85%, 2026年1月15日, 是, 未知 where it is None. A fraction is ≈, with enough
    digits to be told from the numbers it stands `beside`."""
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal | Fraction):
        return _number(value, type_, unit, beside)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Table):
        return f"{len(value.rows)}条记录"
    if isinstance(value, tuple):
        element = type_.element if type_ is not None else None
        return "、".join(show_value(item, element, unit) for item in value)
    return str(value)


def _number(value: Number, type_: Type | None, unit: Unit | None, beside: Iterable[Number]) -> str:
    dimension = type_.dimension if type_ is not None else ()
    if unit == SHARE:
        share = Fraction(value)
        return f"{share.numerator}/{share.denominator}" if share.denominator > 1 else number_text(value)
    if unit == PERIOD or (unit is None and dimension == MONTHS):
        return in_words(value)
    if (unit is not None and unit.name == "元") or (unit is None and dimension == MONEY):
        return money_written(value, beside)
    if unit is not None:
        scaled, *others = (divide(number, unit.factor) or number for number in (value, *beside))
        return number_text(scaled, others) + unit.name
    return number_text(value, beside) + (show(dimension) if dimension else "")
