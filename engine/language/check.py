"""Types and units: an untyped tree and a scope in, a typed tree and problems out.

A name is resolved by what is expected of it: a member of the expected enumeration, else a column of the table an
aggregate is about, else a symbol, else a member that only one enumeration has. A count has no unit of its own and
takes that of what it is compared with. Where something is wrong its type becomes 任意, so that one mistake is one
problem.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.problem import Problem, Span
from engine.base.text import nearest
from engine.base.units import MONTHS, NONE, show, times
from engine.language.functions import FUNCTIONS, Function
from engine.language.other_units import AFTER, converted, lacks_percent
from engine.language.printer import print_node
from engine.language.tree import BOOL, DATE, NUMBER, TEXT, Call, Items, Literal, Name, Node, Scope, Type
from engine.language.types import (
    ANY,
    COUNT,
    KIND_WORDS,
    common,
    describe,
    expand,
    fitted,
    literal_type,
    type_of,
    unify,
    with_type,
)

VALUES = frozenset({"fact", "derived", "parameter", "score", "decision-table", "local", "finding"})
ORDERED = frozenset({"number", "date", "time", "any"})
_TYPES = {"是否": BOOL, "日期": DATE, "文本": TEXT, "条件": BOOL, "纯数": NUMBER}
_NAMED = {
    "准则": ("criterion",),
    "参数": ("parameter",),
    "组": ("group", "criterion"),
    "决定": ("determination",),
    "评分": ("score",),
}
_ENUMERATED = frozenset({"结论", "等次"})
"""Results that are a member of the enumeration of their first argument."""
_ADVICE = {
    "criterion": "满足（{}）",
    "group": "全部满足（{}）",
    "determination": "结论（{}）",
    "table": "计数（{}）",
}


def check(node: Node, scope: Scope, expected: Type | None = None) -> tuple[Node, list[Problem]]:
    """The typed tree, and problems (E201 to E212). `expected` None accepts every type; a number is expected in exactly
    the dimension given."""
    checker = _Checker(scope)
    typed = checker.visit(node, expected)
    if expected is not None and expected.kind != "any":
        typed = fitted(typed, expected)
        checker.require(typed, expected)
    found = type_of(typed)
    if found.dimension == COUNT:
        typed = with_type(typed, expected if expected is not None and expected.kind == "number" else NUMBER)
    return typed, checker.problems


class _Checker:
    """`table` is the table whose columns may be used, `around` those of the conditions around this one, `bound` the types the current call's variables have."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.problems, self.table = scope, list[Problem](), ""
        self.around: tuple[str, ...] = ()

    def report(self, code: str, message: str, span: Span | None, help_: str | None = None) -> None:
        self.problems.append(Problem(code, message, span, help_))

    def visit(self, node: Node, expected: Type | None = None) -> Node:
        match node:
            case Literal():
                return with_type(node, literal_type(node))
            case Name():
                return self.column(node) if node.table else self.name(node, expected)
            case Items():
                message = f"类型不符：`{print_node(node)}` 是一组值"
                self.report("E202", message, node.span, "一组值只能写在“属于”之后")
                return with_type(node, ANY)
            case Call():
                return self.call(node, expected)

    # Names

    def name(self, node: Name, expected: Type | None) -> Name:
        name, scope = node.name, self.scope
        if expected is not None and expected.kind == "enum" and name in scope.enums.get(expected.name, ()):
            return Name(name, "", node.span, "member", expected)
        column = scope.columns.get(self.table, {}).get(name)
        if column is not None:
            self.shadowing(node)
            return Name(name, self.table, node.span, "column", column.type)
        symbol = scope.symbols.get(name)
        if symbol is not None and symbol.kind in VALUES:
            return Name(name, "", node.span, symbol.kind, symbol.type)
        owners = scope.members.get(name, ())
        if symbol is None and len(owners) == 1 and (expected is None or expected.kind != "enum"):
            return Name(name, "", node.span, "member", Type("enum", name=owners[0]))
        self.report(*self.unresolved(node, expected))
        return Name(name, "", node.span, symbol.kind if symbol else "", ANY)

    def unresolved(self, node: Name, expected: Type | None) -> tuple[str, str, Span | None, str | None]:
        """Why a name is no value here."""
        name, scope = node.name, self.scope
        symbol = scope.symbols.get(name)
        if symbol is not None:
            advice = _ADVICE.get(symbol.kind)
            help_ = f"写作 `{advice.format(name)}`" if advice else None
            what = KIND_WORDS.get(symbol.kind, "定义的名称")
            return "E212", f"`{name}` 是{what}，不能直接当作值", node.span, help_
        owners = scope.members.get(name, ())
        if owners and expected is not None and expected.kind == "enum":
            members = scope.enums.get(expected.name, ())
            help_ = f"是不是 `{near}`？" if (near := nearest(name, members)) else f"可取：{'、'.join(members)}"
            return "E210", f"`{name}` 不是“{expected.name}”的取值", node.span, help_
        if owners:
            lists = "、".join(f"“{owner}”" for owner in owners)
            return (
                "E210",
                f"`{name}` 在{lists}中都有，分不清是哪一个",
                node.span,
                "与相应的事实比较，或给枚举值换个名称",
            )
        table = next((table for table, columns in scope.columns.items() if name in columns), "")
        if table:
            return (
                "E211",
                f"`{name}` 是记录表“{table}”的列，不能单独使用",
                node.span,
                f"放在 计数（{table}，…）一类的函数里",
            )
        near = nearest(name, (*(n for n, s in scope.symbols.items() if s.kind not in _ADVICE), *scope.members))
        return "E201", f"不认识的词：`{name}`", node.span, f"是不是 `{near}`？" if near else "新名称须先声明"

    def column(self, node: Name) -> Name:
        """A column written 表.列 where a value stands: only the first arguments of aggregates are written so."""
        help_ = f"写作 合计（{print_node(node)}）一类的函数；条件中直接写 `{node.name}`"
        self.report("E211", f"`{print_node(node)}` 是一整列，不能当作一个值", node.span, help_)
        return Name(node.name, node.table, node.span, "column", ANY)

    def column_of(self, node: Node, kind: str) -> Name:
        """The argument that names a column, of type `kind` where one is given."""
        if not isinstance(node, Name) or not node.table:
            self.report("E209", f"这里要一列：`{print_node(node)}`", node.span, "写作 表名.列名")
            return Name(print_node(node), "", node.span, "column", ANY)
        columns = self.scope.columns.get(node.table)
        if columns is None or node.name not in columns:
            near = nearest(node.name, columns) if columns else nearest(node.table, self.scope.columns)
            where = f"记录表“{node.table}”没有这一列" if columns else f"没有记录表“{node.table}”"
            help_ = f"是不是 `{near}`？" if near else None
            self.report("E211", f"{where}：`{print_node(node)}`", node.span, help_)
            return Name(node.name, node.table, node.span, "column", ANY)
        typed = Name(node.name, node.table, node.span, "column", columns[node.name].type)
        if kind == "序" and typed.type is not None and typed.type.kind not in ORDERED:
            self.unordered(typed)
        elif kind == "值" and typed.type == BOOL:
            message = f"类型不符：`{print_node(typed)}` 是是否"
            self.report("E202", message, node.span, f"写作 计数（{typed.table}，{typed.name}）一类的条件")
        elif kind in ("数", "日期"):
            self.require(typed, {"数": NUMBER, "日期": DATE}[kind], any_unit=True)
        return typed

    def named(self, node: Node, pattern: str) -> Name:
        """The argument that names a criterion, group, determination, score or table."""
        kinds = _NAMED.get(pattern, ("table",))
        symbol = self.scope.symbols.get(node.name) if isinstance(node, Name) and not node.table else None
        if symbol is not None and symbol.kind in kinds:
            return Name(symbol.name, "", node.span, symbol.kind, symbol.type)
        word = {"表": "记录表"}.get(pattern, pattern)
        near = nearest(print_node(node), (s.name for s in self.scope.symbols.values() if s.kind in kinds))
        help_ = f"是不是 `{near}`？" if near else None
        self.report("E212", f"这里要{word}的名称：`{print_node(node)}`", node.span, help_)
        return Name(print_node(node), "", node.span, kinds[0], ANY)

    def presence(self, node: Node) -> Node:
        if not isinstance(node, Name):
            self.report("E209", f"这里只能写一个名称：`{print_node(node)}`", node.span, "先把它写成派生量")
            return with_type(node, ANY)
        symbol = self.scope.symbols.get(node.name)
        return self.named(node, "表") if symbol is not None and symbol.kind == "table" else self.name(node, None)

    # Calls

    def call(self, node: Call, expected: Type | None) -> Call:
        row = FUNCTIONS[node.function]
        patterns = expand(row.parameters, node.args)
        if patterns is None:
            message = f"“{row.words[0]}”的内容不对：`{print_node(node)}`"
            self.report("E209", message, node.span, f"例如 {row.example}")
            return Call(node.function, node.args, node.span, ANY)
        bound: dict[str, Type] = {}
        args: dict[int, Node] = {}
        table = ""
        for index in self.reading_order(node.args, patterns):
            pattern, arg = patterns[index], node.args[index]
            if pattern in ("甲", "序"):
                args[index] = self.variable(node, row, arg, pattern, bound, expected, args)
            elif pattern == "条件":
                self.nested(node, table)
                around, self.around = self.around, (*self.around, self.table)
                outer, self.table = self.table, table
                args[index] = self.visit(arg, BOOL)
                self.table, self.around = outer, around
                self.require(args[index], BOOL)
            else:
                args[index] = self.argument(node, row, arg, pattern, bound, args)
            if index == 0:
                first = args[0]
                table = first.table or first.name if isinstance(first, Name) else ""
        wanted = [bound.get("甲" if pattern == "列举" else pattern, ANY) for pattern in patterns]
        typed = tuple(fitted(args[i], wanted[i]) for i in range(len(args)))
        if row.form == "infix" and patterns in (["甲", "甲"], ["序", "序"], ["数", "数"]):
            self.ratio(*typed)
        return Call(node.function, typed, node.span, self.result(row, typed, bound, patterns))

    def nested(self, node: Call, table: str) -> None:
        """A condition on records of the table that another condition around it is about: its columns would silently be
        those of the inner record."""
        if table and table == self.table:
            message = f"`{table}` 的条件里又数 `{table}`：里面写的列都是里层记录的，外层的记录没有名称"
            self.report("E214", message, node.span, "里层与外层无关的，先把里层写成派生量，再引用它的名称")

    def shadowing(self, node: Name) -> None:
        """A column that a table of a condition around has as well: either could be meant."""
        for table in self.around:
            if table != self.table and node.name in self.scope.columns.get(table, {}):
                message = f"`{node.name}` 既是 `{self.table}` 的列，也是外层 `{table}` 的列，分不清是哪一个"
                self.report("E214", message, node.span, "给其中一列换个名称；外层的列在里层不能用")

    def reading_order(self, args: Sequence[Node], patterns: Sequence[str]) -> list[int]:
        """Left to right, but bare members after the operands that say which enumeration is meant."""
        late = [p in ("甲", "序") and self.bare_member(a) for a, p in zip(args, patterns, strict=True)]
        # A list is read for its operand's type, so it comes last of all.
        return sorted(range(len(args)), key=lambda i: (patterns[i] == "列举", late[i], i))

    def bare_member(self, node: Node) -> bool:
        if isinstance(node, Call):
            branches = FUNCTIONS[node.function].branches(node.args) if len(node.args) == 3 else ()
            return bool(branches) and all(self.bare_member(branch.value) for branch in branches)
        if not isinstance(node, Name) or node.table or node.name in self.scope.columns.get(self.table, ()):
            return False
        return node.name in self.scope.members and node.name not in self.scope.symbols

    def argument(
        self, call: Call, row: Function, arg: Node, pattern: str, bound: dict[str, Type], args: dict[int, Node]
    ) -> Node:
        """One argument against its pattern; binds 数 and checks it."""
        if pattern in _NAMED or pattern == "表":
            return self.named(arg, pattern)
        if pattern == "名":
            return self.presence(arg)
        if pattern.startswith("列") and pattern != "列举":
            return self.column_of(arg, pattern[2:])
        if pattern == "列举":
            return self.listed(call, row, arg, bound)
        if pattern == "分项":
            score = args[0]
            name = f"分项：{score.name}" if isinstance(score, Name) else ""
            return self.name(arg, Type("enum", name=name)) if isinstance(arg, Name) else self.named(arg, "评分")
        typed = self.visit(arg, _TYPES.get(pattern))
        if pattern in _TYPES:
            self.require(typed, _TYPES[pattern])
        elif self.require(typed, NUMBER, any_unit=True):
            if pattern == "数":
                self.bind(call, row, typed, "数", bound, args)
            elif pattern.startswith("数["):
                typed = fitted(typed, Type("number", ((pattern[2:-1], 1),)))
                self.counted(typed, pattern[2:-1])
        return typed

    def variable(
        self, call: Call, row: Function, arg: Node, pattern: str, bound: dict[str, Type], expected: Type | None,
        args: dict[int, Node],
    ) -> Node:  # fmt: skip
        typed = self.visit(arg, bound.get(pattern) or (expected if row.result == pattern else None))
        if pattern == "序" and type_of(typed).kind not in ORDERED:
            self.unordered(typed)
            return with_type(typed, ANY)
        self.bind(call, row, typed, pattern, bound, args)
        return typed

    def bind(
        self, call: Call, row: Function, typed: Node, variable: str, bound: dict[str, Type], args: dict[int, Node]
    ) -> None:
        known, new = bound.get(variable), type_of(typed)
        found = new if known is None else common(known, new)
        if found is not None:
            bound[variable] = found
            return
        assert known is not None
        other = next((a for a in args.values() if unify(type_of(a), known) is not None), typed)
        self.mismatch(call, row, other, typed)
        bound[variable] = ANY

    def listed(self, call: Call, row: Function, arg: Node, bound: dict[str, Type]) -> Node:
        if not isinstance(arg, Items):
            self.report("E209", f"这里要一组值：`{print_node(arg)}`", arg.span, "写作 ［甲、乙］")
            return with_type(arg, ANY)
        found, element = [], bound.get("甲", ANY)
        for item in arg.items:
            typed = self.visit(item, element)
            shared = common(element, type_of(typed))
            if shared is None:
                self.mismatch(call, row, call.args[0], typed, element)
            elif shared.dimension == MONTHS:
                bound["甲"] = element = shared
            found.append(typed)
        return Items(tuple(found), arg.span, Type("items", element=element))

    def result(self, row: Function, args: tuple[Node, ...], bound: dict[str, Type], patterns: list[str]) -> Type:
        result = row.result
        if result in _TYPES or result in ("甲", "序", "数"):
            return _TYPES.get(result) or bound.get(result, ANY)
        if result.startswith("数["):
            return Type("number", ((result[2:-1], 1),))
        if result in ("积", "商"):
            a, b = (NONE if type_of(arg).dimension == COUNT else type_of(arg).dimension for arg in args)
            return Type("number", times(a, b, 1 if result == "积" else -1))
        first = args[0]
        if result == "参数值":
            return type_of(first)
        if result in _ENUMERATED:
            return Type("enum", name=f"{result}：{first.name}") if isinstance(first, Name) else ANY
        if result == "列值":
            return type_of(first)
        if result == "列值或个数" and "列:数" in patterns:
            return type_of(args[patterns.index("列:数")])
        return type_of(first) if result == "分" else Type("number", COUNT)

    # What is wrong with types and units

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
            self.wrong_unit(node, unit, f"改用 `{AFTER[given]}（…，{print_node(node)}）`" if given in AFTER else None)

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
            message = f"单位不符：{_operand(left, a)}不能与 {_operand(right, b)}{verb}"
            self.report("E203", message, call.span, self.other_unit(left, right, a, b))
            return
        message = f"类型不符：`{print_node(left)}`（{describe(a)}）不能与 `{print_node(right)}`（{describe(b)}）{verb}"
        self.report("E202", message, call.span, self.advice(a, right))

    def advice(self, wanted: Type, node: Node) -> str | None:
        members = self.scope.enums.get(wanted.name, ()) if wanted.kind == "enum" else ()
        near = nearest(print_node(node).strip("“”"), members)
        if members:
            return f"是不是 `{near}`？" if near else f"可取：{'、'.join(members)}"
        return None

    def other_unit(self, left: Node, right: Node, a: Type, b: Type) -> str | None:
        """写作 `12人次`，或改用 `活动场次`."""
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
