"""Trees built by the program: the names of the rows that the grammar and the lowering call, and how calls are put together.

Nowhere else does the name of a row stand as text, its own row aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from engine.language.tree import BOOL, NUMBER, Call, Literal, Name, Node, Type

ANY, ALL, NOT, IF = "或", "且", "非", "若"
EQUAL, NOT_EQUAL, AMONG, FILLED = "=", "≠", "属于", "已填"
PLUS, MINUS, TIMES, OVER, MINUS_SIGN = "+", "−", "×", "÷", "负"
LARGER, SMALLER, ROUNDED, EXISTS, SHARED_OUT = "较大", "较小", "四舍五入", "存在", "分摊"
EVERY, NONE_OF = "全部", "不存在"
TO_STEP = ("向上取整到", "向下取整到", "四舍五入到")
"""What rounds to a multiple of its second argument."""
IF_KNOWN, FIRST, ONLY, CUMULATED, UNMET_COUNT, UNKNOWN = "若严", "首中", "同值", "累计", "界数", "未知"
LARGEST_HIT, SMALLEST_HIT = "取大", "取小"
RECORDS, WITH_CELL, AS_MONTHS, ON_DAY, APPLIED, RATE = "选", "添格", "折月", "当日值", "套用", "分项得分率"
COUNT_OF, SUM_OF, KINDS_OF, LEAST_BY_MONTH = "计数", "合计", "种数", "逐月最少"
"""What counts and adds up records."""
IN_TEXTS = ("包含", "开头为", "结尾为", "连写")
"""What looks at the letters of texts."""
ALL_PASSED, ANY_UNMET = "全部满足", "任一未满足"
"""What asks several criteria together."""
PER_RECORD = (RECORDS, WITH_CELL)
"""What asks, or works out, something of every record."""
CHOICES = (FIRST, IF, ONLY)
"""What comes to one of the values it is written with."""

THIS_ROW = "本行"
"""What a record is called that a 派生列 is worked out of."""

TRUE = Literal(True, "是", None, BOOL)
FALSE = Literal(False, "否", None, BOOL)


def all_of(parts: Iterable[Node]) -> Node:
    """The conjunction: what is true for certain left out, one part alone by itself."""
    return _joined(ALL, parts, TRUE, FALSE)


def any_of(parts: Iterable[Node]) -> Node:
    """或 of the parts, flattened; 否 of none."""
    return _joined(ANY, parts, FALSE, TRUE)


def _joined(function: str, parts: Iterable[Node], neutral: Literal, decisive: Literal) -> Node:
    left = [part for part in parts if part != neutral]
    if decisive in left:
        return decisive
    return neutral if not left else left[0] if len(left) == 1 else Call(function, tuple(left), None, BOOL)


def negated(node: Node) -> Node:
    """非 of a truth, with a double one undone."""
    if node in (TRUE, FALSE):
        return FALSE if node == TRUE else TRUE
    if isinstance(node, Call) and node.function == NOT:
        return node.args[0]
    return Call(NOT, (node,), None, BOOL)


def slot(key: str, type_: Type | None = BOOL) -> Name:
    """A read of a slot that no text names."""
    return Name(key, "", None, "slot", type_)


def added_cell(table: str, type_: Type | None) -> Name:
    """The cell that 添格 puts behind those of a record."""
    return Name("", table, None, "cell", type_)


def unknown(type_: Type | None = None) -> Call:
    """No value of this type."""
    return Call(UNKNOWN, (), None, type_)


def choose(function: str, pairs: Iterable[tuple[Node, Node]], default: Node, type_: Type | None) -> Node:
    """首中, 同值 or 累计 of conditions with their values."""
    args = [part for pair in pairs for part in pair]
    return Call(function, (*args, default), None, type_)


def total(parts: Sequence[Node], type_: Type | None) -> Node:
    """The sum, from the left."""
    found = parts[0]
    for part in parts[1:]:
        found = Call(PLUS, (found, part), None, type_)
    return found


def number(value: int) -> Literal:
    """A whole number without a unit."""
    return Literal(Decimal(value), str(value), type=NUMBER)
