"""Types and units: an untyped tree and a scope in, a typed tree and problems out.

A name is resolved by what is expected of it: a member of the expected enumeration, else a column of the table an
aggregate is about, else a symbol, else a member that only one enumeration has. A count has no unit of its own and
takes that of what it is compared with. Where something is wrong its type becomes 任意, so that one mistake is one
problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.base.problem import Problem, Span
from engine.base.text import nearest
from engine.base.units import MONTHS, NONE, times
from engine.language.complaints import Complaints
from engine.language.functions import FUNCTIONS, NAMED_KINDS, Function
from engine.language.lexer import names_of
from engine.language.make import APPLIED, ON_DAY
from engine.language.printer import print_node
from engine.language.tree import BOOL, DATE, NUMBER, TEXT, Call, Items, Literal, Name, Node, Scope, Type
from engine.language.types import (
    ANY,
    COUNT,
    KIND_WORDS,
    common,
    expand,
    fitted,
    literal_type,
    takes_records,
    type_of,
    unify,
    with_type,
)
from engine.language.walk import nodes

VALUES = frozenset({"fact", "derived", "parameter", "score", "decision-table", "local", "finding"})
ORDERED = frozenset({"number", "date", "time", "any"})
_TYPES = {"是否": BOOL, "日期": DATE, "文本": TEXT, "条件": BOOL, "纯数": NUMBER}
_ENUMERATED = frozenset({"结论", "等次"})
"""Results that are a member of the enumeration of their first argument."""
_ADVICE = {
    "criterion": "满足（{}）",
    "group": "全部满足（{}）",
    "determination": "结论（{}）",
    "table": "计数（{}）",
}


def check(
    node: Node, scope: Scope, expected: Type | None = None, table: str = "", row: str = ""
) -> tuple[Node, list[Problem]]:
    """The typed tree, and problems (E201 to E212). `expected` None accepts every type; a number is expected in exactly
    the dimension given."""
    checker = _Checker(scope)
    if table:  # what is worked out of each of its records, called so
        checker.table, checker.called, checker.rows = table, row, {row: table}
    typed = checker.visit(node, expected)
    if expected is not None and expected.kind != "any":
        typed = fitted(typed, expected)
        checker.require(typed, expected)
    found = type_of(typed)
    if found.dimension == COUNT:
        typed = with_type(typed, expected if expected is not None and expected.kind == "number" else NUMBER)
    return typed, checker.problems


class _Checker(Complaints):
    """`table` is the table whose columns may be used, `around` those of the conditions around this one whose records have
    no name, `rows` what the records of these conditions are called, with their tables."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.table = ""
        self.around: tuple[str, ...] = ()
        self.rows: dict[str, str] = {}
        self.called = ""

    def visit(self, node: Node, expected: Type | None = None) -> Node:
        match node:
            case Literal():
                return with_type(node, literal_type(node))
            case Name():
                return self.value_name(node, expected)
            case Items():
                message = f"类型不符：`{print_node(node)}` 是一组值"
                self.report("E202", message, node.span, "一组值只能写在“属于”之后")
                return with_type(node, ANY)
            case Call():
                return self.call(node, expected)

    # Names

    def value_name(self, node: Name, expected: Type | None = None) -> Name:
        """A name where a value stands: of the vocabulary, a column, or a cell of a named record (甲.日期)."""
        if not node.table:
            return self.name(node, expected)
        table = self.rows.get(node.table)
        if table is None:
            return self.column(node)
        columns = self.scope.columns.get(table, {})
        if node.name in columns:
            return Name(node.name, table, node.span, "column", columns[node.name].type, node.table)
        help_ = f"是不是 `{node.table}.{near}`？" if (near := nearest(node.name, columns)) else None
        self.report("E211", f"`{node.table}` 是“{table}”的一条记录，没有这一列：`{node.name}`", node.span, help_)
        return Name(node.name, table, node.span, "column", ANY, node.table)

    def name(self, node: Name, expected: Type | None) -> Name:
        name, scope = node.name, self.scope
        if expected is not None and expected.kind == "enum" and name in scope.enums.get(expected.name, ()):
            return Name(name, "", node.span, "member", expected)
        column = scope.columns.get(self.table, {}).get(name)
        if column is not None:
            self.shadowing(node)
            return Name(name, self.table, node.span, "column", column.type, self.called)
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
                next((f"写作 `{row}.{name}`" for row, of in self.rows.items() if of == table), None)
                or f"放在 计数（{table}，…）一类的函数里",
            )
        near = nearest(name, (*(n for n, s in scope.symbols.items() if s.kind not in _ADVICE), *scope.members))
        return "E201", f"不认识的词：`{name}`", node.span, f"是不是 `{near}`？" if near else "新名称须先声明"

    def column(self, node: Name) -> Name:
        """A column written 表.列 where a value stands: only the first arguments of aggregates are written so."""
        if node.table not in self.scope.columns:
            message = f"`{node.table}` 不是这里的一条记录：`{print_node(node)}`"
            self.report(
                "E214", message, node.span, "记录的名称写在表名后面，如 存在（台账 甲，…甲.列名…），只在这个括号里能用"
            )
            return Name(node.name, node.table, node.span, "column", ANY)
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
        typed = Name(node.name, node.table, node.span, "column", columns[node.name].type, node.row)
        self.of_kind(typed, kind)
        return typed

    def named(self, node: Node, pattern: str) -> Name:
        """The argument that names a criterion, group, determination, score or table."""
        kinds = NAMED_KINDS[pattern]
        symbol = self.scope.symbols.get(node.name) if isinstance(node, Name) and not node.table else None
        if symbol is not None and symbol.kind in kinds:
            return Name(
                symbol.name, "", node.span, symbol.kind, symbol.type, node.row if isinstance(node, Name) else ""
            )
        word = {"表": "记录表"}.get(pattern, pattern)
        near = nearest(print_node(node), (s.name for s in self.scope.symbols.values() if s.kind in kinds))
        help_ = f"是不是 `{near}`？" if near else None
        self.report("E212", f"这里要{word}的名称：`{print_node(node)}`", node.span, help_)
        return Name(print_node(node), "", node.span, kinds[0], ANY)

    def presence(self, node: Node) -> Node:
        if not isinstance(node, Name):
            self.report("E209", f"这里只能写一个名称：`{print_node(node)}`", node.span, "先把它写成派生量")
            return with_type(node, ANY)
        symbol = self.scope.symbols.get(node.name) if not node.table else None
        return self.named(node, "表") if symbol is not None and symbol.kind == "table" else self.value_name(node)

    # Calls

    def call(self, node: Call, expected: Type | None) -> Call:
        if node.function in (ON_DAY, APPLIED) and self.kind_of(node.args[0]) == "decision-table":
            return self.applied(node)
        row = FUNCTIONS[ON_DAY if node.function == APPLIED else node.function]
        patterns = expand(row.parameters, node.args)
        if patterns is None:
            message = f"“{row.words[0]}”的内容不对：`{print_node(node)}`"
            self.report("E209", message, node.span, f"例如 {row.example}")
            return Call(node.function, node.args, node.span, ANY)
        bound: dict[str, Type] = {}
        args: dict[int, Node] = {}
        for index in self.reading_order(node.args, patterns):
            pattern, arg = patterns[index], node.args[index]
            if pattern in ("甲", "序"):
                args[index] = self.variable(node, row, arg, pattern, bound, expected, args)
            elif pattern.startswith(("条件", "式:")):
                args[index] = self.of_record(
                    node, arg, args[0], pattern.partition(":")[2] if ":" in pattern else "条件"
                )
            else:
                args[index] = self.argument(node, row, arg, pattern, bound, args)
            self.stored(args[index], index, row, pattern)
        if row.scans and self.table and not self.called:
            self.bare_cells(
                args[i] for i, pattern in enumerate(patterns) if not pattern.startswith(("列:", "条件", "式:"))
            )
        wanted = [bound.get("甲" if pattern == "列举" else pattern, ANY) for pattern in patterns]
        typed = tuple(fitted(args[i], wanted[i]) for i in range(len(args)))
        if row.form == "infix" and patterns in (["甲", "甲"], ["序", "序"], ["数", "数"]):
            self.ratio(*typed)
        return Call(node.function, typed, node.span, self.result(row, typed, bound, patterns))

    def kind_of(self, node: Node) -> str:
        symbol = self.scope.symbols.get(node.name) if isinstance(node, Name) and not node.table else None
        return symbol.kind if symbol is not None else ""

    def applied(self, node: Call) -> Call:
        """A decision table with values of one's own in the place of its inputs."""
        name, *given = node.args
        assert isinstance(name, Name)
        symbol = self.scope.symbols[name.name]
        table = Name(name.name, "", name.span, "decision-table", symbol.type)
        if len(given) != len(symbol.inputs):
            count = len(symbol.inputs)
            message = f"决定表 `{name.name}` 有 {count} 项输入，这里写了 {len(given)} 项"
            help_ = f"按输入的次序写满 {count} 项" if count else "还没有行的、输入用在聚合里的决定表不能套用"
            self.report("E209", message, node.span, help_)
            return Call(APPLIED, node.args, node.span, symbol.type)
        args = []
        for arg, wanted in zip(given, symbol.inputs, strict=True):
            args.append(fitted(self.visit(arg, wanted), wanted))
            self.require(args[-1], wanted)
        return Call(APPLIED, (table, *args), node.span, symbol.type)

    def stored(self, arg: Node, index: int, row: Function, pattern: str) -> None:
        """What is worked out of each record can be summed up and picked, but not gone by: order and periods need columns
        that the register has."""
        if not pattern.startswith("列:") or not isinstance(arg, Name):
            return
        symbol = self.scope.columns.get(arg.table, {}).get(arg.name)
        if symbol is not None and symbol.kind == "computed" and (index or not takes_records(row.parameters)):
            message = f"`{print_node(arg)}` 是派生列，这里要台账里有的列"
            self.report("E211", message, arg.span, "派生列可以汇总、查找，写进条件")

    def bare_cells(self, args: Iterable[Node]) -> None:
        """Cells of a record around in what an aggregate takes beside its own records."""
        for name in (part for arg in args for part in nodes(arg)):
            if isinstance(name, Name) and name.kind == "column" and not name.row and name.type != ANY:
                help_ = f"给外层的记录起个名称，写作 {name.table} 甲，这里用 甲.{name.name}"
                self.report("E214", f"`{name.name}` 是外层记录的列，外层的记录没有名称", name.span, help_)

    def of_record(self, node: Call, arg: Node, of: Node, kind: str) -> Node:
        """What is asked or worked out of each record of an aggregate: their columns are bare in there, and those of named
        records around it are written with the name."""
        table, row = ((of.table or of.name), of.row) if isinstance(of, Name) else ("", "")
        kept = self.table, self.around, self.rows, self.called
        if self.table and not self.called:
            self.around = (*self.around, self.table)
        if table and table in self.around:
            message = f"`{table}` 的条件里又数 `{table}`：里面写的列都是里层记录的，外层的记录没有名称"
            help_ = f"给外层的记录起个名称，写作 {table} 甲，里层用 甲.列名；里层与外层无关的，先写成派生量"
            self.report("E214", message, node.span, help_)
        if row and (row in self.rows or row in names_of(self.scope)):
            self.report("E214", f"记录的名称已有别的意思：`{row}`", of.span, "换一个名称，如 甲、乙、前一次")
        self.table, self.called, self.rows = table, row, {**self.rows, **({row: table} if row else {})}
        typed = self.visit(arg, BOOL if kind == "条件" else None)
        self.table, self.around, self.rows, self.called = kept
        if kind == "条件":
            self.require(typed, BOOL)
        else:
            self.of_kind(typed, kind)
        return typed

    def of_kind(self, typed: Node, kind: str) -> None:
        """Whether a column, or what takes its place, can be sorted, added up or told apart."""
        type_ = type_of(typed)
        if kind == "序" and type_.kind not in ORDERED:
            self.unordered(typed)
        elif kind == "值" and type_ == BOOL:
            table = typed.table if isinstance(typed, Name) else "表"
            message = f"类型不符：`{print_node(typed)}` 是是否"
            self.report("E202", message, typed.span, f"写作 计数（{table}，{print_node(typed)}）一类的条件")
        elif kind in ("数", "日期"):
            self.require(typed, {"数": NUMBER, "日期": DATE}[kind], any_unit=True)

    def shadowing(self, node: Name) -> None:
        """A column that a table of a condition around has as well: either could be meant."""
        for table in self.around:
            if table != self.table and node.name in self.scope.columns.get(table, {}):
                message = f"`{node.name}` 既是 `{self.table}` 的列，也是外层 `{table}` 的列，分不清是哪一个"
                help_ = f"给外层的记录起个名称，写作 {table} 甲：`{node.name}` 就是里层的，外层的写 甲.{node.name}"
                self.report("E214", message, node.span, help_)

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
        if pattern in NAMED_KINDS:
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
            return type_of(args[1] if patterns[0] == "表" else first)
        if result == "列值或个数" and "列:数" in patterns:
            return type_of(args[patterns.index("列:数")])
        return type_of(first) if result == "分" else Type("number", COUNT)
