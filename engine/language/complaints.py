"""What is wrong with types and units, said in Chinese with what to write instead (E202, E203)."""

from __future__ import annotations

from engine.base.problem import Problem, Span
from engine.base.text import nearest
from engine.base.units import MONTHS, NONE, show
from engine.language.functions import Function
from engine.language.other_units import AFTER, converted, lacks_percent
from engine.language.printer import print_node
from engine.language.tree import Call, Literal, Name, Node, Scope, Type
from engine.language.types import COUNT, describe, type_of, unify


class Complaints:
    """Keeps the problems of one expression."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.problems = scope, list[Problem]()

    def report(self, code: str, message: str, span: Span | None, help_: str | None = None) -> None:
        self.problems.append(Problem(code, message, span, help_))

    def require(self, node: Node, wanted: Type, any_unit: bool = False) -> bool:
        """Whether `node` has the type; reports it where not."""
        found = type_of(node)
        if unify(found, wanted) is not None or (any_unit and found.kind == wanted.kind == "number"):
            return True
        shown = print_node(node)
        if found.kind == wanted.kind == "number":
            if wanted.dimension == NONE:
                self.report(
                    "E203", f"单位不符：`{shown}`（{show(found.dimension)}）应是没有单位的数", node.span, "去掉单位"
                )
            else:
                self.wrong_unit(node, show(wanted.dimension))
            return False
        help_ = f"这里要{describe(wanted)}"
        if wanted.kind == "bool" and found.kind == "enum":
            help_ = "几个取值之一写作 属于［甲、乙］"
        self.report("E202", f"类型不符：`{shown}` 是{describe(found)}，不是{describe(wanted)}", node.span, help_)
        return False

    def unordered(self, node: Node) -> None:
        message = f"类型不符：`{print_node(node)}` 是{describe(type_of(node))}，不能比较大小"
        self.report("E202", message, node.span, "比较大小的应是数、日期或时刻；其他用“为”或“属于”")

    def counted(self, node: Node, unit: str) -> None:
        """A count of days, months, years: in `unit`, or without."""
        if type_of(node).dimension not in (NONE, COUNT, ((unit, 1),)) and type_of(node).kind == "number":
            given = show(type_of(node).dimension)
            other = f"改用 `{AFTER[given]}（…，{print_node(node)}）`" if given in AFTER else None
            self.wrong_unit(node, unit, self.of_parameter(node, unit) or other)

    def of_parameter(self, node: Node, unit: str) -> str:
        """Of a parameter the advice is to write its value in the unit the rules count in: another function or name would make
        the rules mean something else. "" of anything else."""
        if not isinstance(node, Name) or node.kind != "parameter":
            return ""
        return f"参数 `{print_node(node)}` 的值要以“{unit}”计{'，如 `15个工作日`' if unit == '工作日' else ''}"

    def wrong_unit(self, node: Node, unit: str, help_: str | None = None) -> None:
        shown, dimension = print_node(node), type_of(node).dimension
        found = "" if isinstance(node, Literal) and dimension else f"（{show(dimension)}）"
        number = converted(node, unit) if isinstance(node, Literal) else ""
        help_ = help_ or (f"写作 `{number}{unit}`" if number else f"换成以“{unit}”计的量")
        self.report("E203", f"单位不符：`{shown}`{found}应以“{unit}”计", node.span, help_)

    def ratio(self, left: Node, right: Node) -> None:
        """A share counted in % beside a number without: 95 would be 9500 %."""
        for name, literal in ((left, right), (right, left)):
            if isinstance(name, Name) and (bare := lacks_percent(self.scope, name, literal)):
                message = f"单位不符：`{print_node(name)}`以 % 计，`{bare}` 没有写 %"
                self.report("E203", message, literal.span, f"写作 `{bare}%`")

    def mismatch(self, call: Call, row: Function, left: Node, right: Node, left_type: Type | None = None) -> None:
        a, b = left_type or type_of(left), type_of(right)
        verb = {"比较与归属": "比较", "算术": "一起计算"}.get(row.topic, "并用")
        if a.kind == b.kind == "number":
            if self.bare_parameter(left, b) or self.bare_parameter(right, a):
                return
            message = f"单位不符：{_operand(left, a)}不能与 {_operand(right, b)}{verb}"
            self.report("E203", message, call.span, self.other_unit(left, right, a, b))
            return
        message = f"类型不符：`{print_node(left)}`（{describe(a)}）不能与 `{print_node(right)}`（{describe(b)}）{verb}"
        self.report("E202", message, call.span, self.advice(a, right))

    def bare_parameter(self, node: Node, wanted: Type) -> bool:
        """Whether `node` is a parameter given as a number without the unit it is wanted in; told where it is given."""
        symbol = self.scope.symbols.get(node.name) if isinstance(node, Name) and node.kind == "parameter" else None
        given = symbol.value if symbol is not None else None
        if given is None or not wanted.dimension or wanted.dimension == COUNT:
            return False
        unit = "个月" if wanted.dimension == MONTHS else show(wanted.dimension)
        message = f"单位不符：参数 `{print_node(node)}` 的值 `{given.text}` 没有单位，用它的地方以“{unit}”计"
        self.report("E203", message, given.span, f"写作 `{given.text}{unit}`")
        return True

    def advice(self, wanted: Type, node: Node) -> str | None:
        members = self.scope.enums.get(wanted.name, ()) if wanted.kind == "enum" else ()
        near = nearest(print_node(node).strip("“”"), members)
        if members:
            return f"是不是 `{near}`？" if near else f"可取：{'、'.join(members)}"
        return None

    def other_unit(self, left: Node, right: Node, a: Type, b: Type) -> str | None:
        """写作 `12人次`，或改用 `活动场次`."""
        for operand, wanted in ((left, b), (right, a)):
            if len(wanted.dimension) == 1 and (advised := self.of_parameter(operand, show(wanted.dimension))):
                return advised
        hints = []
        literal, wanted = (right, a) if isinstance(right, Literal) else (left, b)
        if isinstance(literal, Literal) and len(wanted.dimension) <= 1:
            number = converted(literal, show(wanted.dimension))
            hints += [f"写作 `{number}{show(wanted.dimension) if wanted.dimension else ''}`"] if number else []
        named, given = (left, b) if isinstance(left, Name) else (right, a)
        if isinstance(named, Name) and given.dimension:
            symbols = self.scope.symbols.values()
            same = [s.name for s in symbols if s.kind in ("fact", "derived") and s.type == given]
            near = same[0] if len(same) == 1 else nearest(named.name, same)
            hints += [f"改用 `{near}`"] if near else []
        return "，或".join(hints) or f"换成以“{show(wanted.dimension)}”计的量"


def _operand(node: Node, type_: Type) -> str:
    """`服务人次`（人次）; a quantity shows its unit itself."""
    unit = "" if isinstance(node, Literal) and type_.dimension else f"（{show(type_.dimension)}）"
    return f"`{print_node(node)}`{unit or ' '}"
