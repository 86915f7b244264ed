"""Tokens -> tree, by precedence climbing. One problem per sentence: the first thing that does not fit.

    表达式 = "若" 表达式 "则" 表达式 "否则" 表达式 | 或式
    或式   = 且式 { ("或" | "或者") 且式 }
    且式   = 非式 { ("且" | "并且") 非式 }
    非式   = "非" 非式 | 比较
    比较   = 一比 [一比]                          下限接上限：满10年不满20年，300人次以上500人次以下
    一比   = [和] 比较词 和 [后缀]        年度活动场次不少于12场；为12场以上；达到12场以上
           | [和] 数量 后缀               服务人次300人次以上
           | [和] ("属于" | "不属于") 列举
           | 和
    和     = 积 { ("+" | "−") 积 }
    积     = 项 { ("×" | "÷") 项 }
    项     = "-" 项 | 常量 | 名称 [ "（" 表达式 "）" ] | 列 | 函数 "（" [表达式 { "，" 表达式 }] "）" | "（" 表达式 "）"
    列     = (表名 | 行名) ("." | "的") 列名            函数的第一项可以接行名：存在（复评记录 甲，…甲的评分…）
    列举   = "［" 和 { "、" 和 } "］"

A comparison without its left side takes the left side of the one before it (人数不少于5人且不满10人); in a cell of a
decision table it takes the head of the column, and there a bare value means equality and a bare 列举 membership.
Consecutive 且 (或) make one call with all operands; brackets keep theirs apart.
"""

from __future__ import annotations

from decimal import Decimal

from engine.base.problem import Problem, Span
from engine.language.functions import AND, COMPARE, FUNCTIONS, OR, PRODUCT, SUM, Function
from engine.language.lexer import CALLS, INFIX, POSTFIX, PREFIX, TRUTHS, Lexicon, Sentence, lex
from engine.language.make import ALL, AMONG, ANY, APPLIED, EQUAL, IF, MINUS_SIGN, ON_DAY, OVER
from engine.language.make import NOT as NEGATION
from engine.language.offered import Token
from engine.language.tree import BOOL, Call, Items, Literal, Name, Node

MAX_DEPTH = 64

Parsed = tuple[Node | None, list[Problem]]


def parse_expression(source: Sentence, lexicon: Lexicon) -> Parsed:
    """The tree of a sentence, or None with what is wrong (E201, E204 to E208)."""
    return _parse(source, lexicon, None)


def parse_cell(source: Sentence, lexicon: Lexicon, subject: Node) -> Parsed:
    """A cell of a decision table or a band of a score, as a condition over `subject`. 任意 and 其他 are always true,
    unless 其他 is a member of the subject's own enumeration."""
    word = source.text.strip()
    if word == "任意" or (word == "其他" and not _has_member(lexicon, subject, word)):
        return Literal(True, word, source.place(0, len(source.text)), BOOL), []
    return _parse(source, lexicon, subject)


def parse_literal(source: Sentence, lexicon: Lexicon) -> Parsed:
    """A constant: 12场, 50万元, -3, 2÷3, 2026-01-01, 是, “文字” or the name of an enumeration's member."""
    node, problems = _parse(source, lexicon, None)
    if node is None or isinstance(node, Literal) or (isinstance(node, Name) and node.name in lexicon.scope.members):
        return node, problems
    if isinstance(node, Call) and node.function == OVER:
        numbers = [arg.value for arg in node.args if isinstance(arg, Literal) and isinstance(arg.value, Decimal)]
        if len(numbers) == 2 and numbers[1]:
            return node, problems
    help_ = "写一个数量、分数（如 `2÷3`）、日期、是否、枚举值或加引号的文字"
    return None, [Problem("E204", f"这里要一个常量：`{source.text.strip()}`", source.place(0, len(source.text)), help_)]


_OR_EQUAL = dict.fromkeys(("大于", "超过", "多于", "高于"), "不少于") | dict.fromkeys(
    ("小于", "少于", "低于"), "不超过"
)
"""What people say before “等于” -> the one word for both."""


def _has_member(lexicon: Lexicon, subject: Node, member: str) -> bool:
    if not isinstance(subject, Name):
        return member in lexicon.scope.members
    symbol = lexicon.scope.symbols.get(subject.name)
    return symbol is not None and member in lexicon.scope.enums.get(symbol.type.name, ())


def _parse(source: Sentence, lexicon: Lexicon, subject: Node | None) -> Parsed:
    tokens, problems = lex(source, lexicon, subject)
    if problems:
        return None, problems
    if len(tokens) == 2 and subject is None and (alone := _alone(source, tokens[0])) is not None:
        return alone, []
    try:
        node = _Parser(source, tokens, subject).sentence()
    except _Stop as stop:
        return None, [stop.problem]
    if _depth(node) > MAX_DEPTH:
        return None, [_too_deep(source.place(0, len(source.text)))]
    return node, []


def _alone(source: Sentence, token: Token) -> Node | None:
    """A sentence of one word, as half of them are, where that is a name or a constant."""
    kind, text, start, end, constant = token
    if kind == "name":
        return Name(text, "", source.place(start, end))
    if kind == "literal" and constant is not None:
        return Literal(constant.value, text, source.place(start, end), constant.type)
    return None


def _depth(root: Node) -> int:
    """Levels of the tree, without recursion. Every visitor after the parser recurses at most this deep."""
    deepest, todo = 0, [(root, 1)]
    while todo:
        node, level = todo.pop()
        deepest = max(deepest, level)
        below = node.args if isinstance(node, Call) else node.items if isinstance(node, Items) else ()
        todo += [(child, level + 1) for child in below]
    return deepest


def _too_deep(place: Span | None) -> Problem:
    return Problem("E207", f"句子套得过深：超过{MAX_DEPTH}层", place, "拆成几个派生量，再引用它们的名称")


class _Stop(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Parser:
    """One sentence. `subject` is what a comparison without a left side is about; `cell` is on where a bare value is a
    condition on it."""

    def __init__(self, source: Sentence, tokens: list[Token], subject: Node | None) -> None:
        self.source, self.tokens, self.at, self.depth = source, tokens, 0, 0
        self.subject, self.cell, self.head = subject, subject is not None, subject

    def sentence(self) -> Node:
        node = self.expression()
        if self.kind != "end":
            raise self.unexpected()
        return node

    # Looking and stepping

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def text(self) -> str:
        return self.tokens[self.at][1]

    @property
    def start(self) -> int:
        return self.tokens[self.at][2]

    def word(self, table: dict[str, Function], precedence: int = 0) -> Function | None:
        """The row of the current word if it is in `table` (and of that precedence)."""
        if self.kind != "word":
            return None
        row = table.get(self.text)
        return row if row is not None and precedence in (0, row.precedence) else None

    def span(self, start: int) -> Span | None:
        """From `start` to the end of the last token taken."""
        return self.source.place(start, self.tokens[self.at - 1][3])

    def take(self, word: str) -> None:
        if self.kind != "word" or self.text != word:
            raise self.unexpected(f"“若”要写成 若……则……否则……，这里缺“{word}”")
        self.at += 1

    def unexpected(self, help_: str = "") -> _Stop:
        kind, text, start, end, _ = self.tokens[self.at]
        if kind == "end":
            whole = self.source.place(0, end)
            return _Stop(Problem("E204", f"句子没有写完：`{self.source.text.strip()}`", whole, help_ or "补上后半句"))
        place = self.source.place(start, end)
        if kind in (")", "]"):
            return _Stop(Problem("E205", f"括号没有配对：`{text}`", place, "删去它，或补上前一半"))
        if not help_ and kind in (",", "、"):
            help_ = "并列的条件用“且”“或”连接；数字中不写千分位逗号"
        if not help_ and text == "等于" and self.at and (both := _OR_EQUAL.get(self.tokens[self.at - 1][1])):
            help_ = f"连着写作 `{both}`"
        named = kind == "name" and self.at > 1 and [t[0] for t in self.tokens[self.at - 2 : self.at]] == ["(", "name"]
        if named and not help_:
            help_ = "给记录起的名称不能和别的名称相同，换一个；不是名称的，前面可能少了逗号"
        return _Stop(Problem("E204", f"这里读不通：`{text}`", place, help_ or "前面可能少了比较词、“且”或“或”"))

    def close(self, kind: str, opened: int) -> None:
        if self.kind == "end":
            place = self.source.place(opened, opened + 1)
            raise _Stop(Problem("E205", f"括号没有配对：`{self.source.text[opened]}`", place, "补上后一半括号"))
        if self.kind != kind:
            raise self.unexpected()
        self.at += 1

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Stop(_too_deep(self.source.place(self.start, len(self.source.text))))

    # Grammar, loosest first

    def expression(self) -> Node:
        self.deeper()
        subject = self.subject
        node = self.conditional() if self.kind == "word" and self.text == IF else self.chain(OR)
        self.subject = subject
        self.depth -= 1
        return node

    def conditional(self) -> Node:
        start, cell = self.start, self.cell
        self.at += 1
        self.cell = False
        condition = self.expression()
        self.take("则")
        self.cell = cell
        yes = self.expression()
        self.take("否则")
        no = self.expression()
        return Call(IF, (condition, yes, no), self.span(start))

    def chain(self, precedence: int) -> Node:
        start, operands = self.start, list[Node]()
        while True:
            operands.append(self.chain(AND) if precedence == OR else self.negation())
            if self.tokens[self.at][0] != "word" or self.word(INFIX, precedence) is None:
                break
            self.at += 1
        if len(operands) == 1:
            return operands[0]
        return Call(ANY if precedence == OR else ALL, tuple(operands), self.span(start))

    def negation(self) -> Node:
        row = self.word(PREFIX) if self.tokens[self.at][0] == "word" else None
        if row is None or row.name != NEGATION:
            return self.comparison()
        self.at += 1
        self.deeper()
        start = self.tokens[self.at - 1][2]
        node = self.negation()
        self.depth -= 1
        return Call(NEGATION, (node,), self.span(start))

    def comparison(self) -> Node:
        """One, or from a limit to a limit as statutes put it: 满10年不满20年, 300人次以上500人次以下."""
        start, node = self.start, self.one_comparison()
        if self.upper_limit_follows(node):
            node = Call(ALL, (node, self.one_comparison()), self.span(start))
        if self.tokens[self.at][0] == "word" and (self.word(INFIX, COMPARE) or self.word(POSTFIX)):
            raise self.unexpected("比较不能连写，用“且”分成两句")
        return node

    def upper_limit_follows(self, node: Node) -> bool:
        """Whether `node` is a lower limit of something, and an upper one comes next, in words."""
        row = FUNCTIONS[node.function] if isinstance(node, Call) else None
        if row is None or not row.orders or not isinstance(node, Call) or isinstance(node.args[0], Literal):
            return False
        limit = self.word(INFIX, COMPARE) if self.text[:1].isalpha() else None
        if self.kind == "literal":
            limit = POSTFIX.get(self.tokens[self.at + 1][1])
        return limit is not None and limit.orders and limit.direction(0) < 0 < row.direction(0)

    def one_comparison(self) -> Node:
        start = self.start
        row = self.word(INFIX, COMPARE) if self.tokens[self.at][0] == "word" else None
        if row is not None:
            left = self.elided()
        else:
            left = self.items() if self.cell and self.kind == "[" else self.sum()
            row = self.word(INFIX, COMPARE)
            if row is None:
                return self.without_word(start, left)
        self.at += 1
        if row.parameters[-1] == "列举":
            right = self.items()
        else:
            right = self.sum()
            row = self.suffixed(row)
        self.subject = left
        return Call(row.name, (left, right), self.span(start))

    def suffixed(self, row: Function) -> Function:
        """`row`, or what a word after the quantity makes of it: 为12场以上 is ≥."""
        after = self.word(POSTFIX)
        if after is None:
            return row
        if row.name not in (EQUAL, after.name):
            raise self.unexpected(f"“{self.text}”前面写“为”，或只留一个比较词")
        self.at += 1
        return after

    def without_word(self, start: int, left: Node) -> Node:
        """A comparison whose word follows (服务人次300人次以上), a cell's bare value, or no comparison at all."""
        after = self.word(POSTFIX)
        if after is not None:
            self.at += 1
            return Call(after.name, (self.elided(start), left), self.span(start))
        if self.kind == "literal" and self.tokens[self.at + 1][1] in POSTFIX:
            right = self.item()
            row = self.suffixed(FUNCTIONS[EQUAL])
            self.subject = left
            return Call(row.name, (left, right), self.span(start))
        if not self.cell or self.head is None or _is_condition(left):
            return left
        function = AMONG if isinstance(left, Items) else EQUAL
        return Call(function, (self.head, left), self.span(start))

    def elided(self, start: int | None = None) -> Node:
        if self.subject is not None:
            return self.subject
        place = self.source.place(self.start if start is None else start, self.tokens[self.at][3])
        raise _Stop(Problem("E204", f"不知道比较的是什么：`{self.text}`", place, "在比较词前写上名称"))

    def sum(self) -> Node:
        return self.left_to_right(SUM)

    def left_to_right(self, precedence: int) -> Node:
        start = self.start
        node = self.left_to_right(PRODUCT) if precedence == SUM else self.item()
        while self.tokens[self.at][0] == "word" and (row := self.word(INFIX, precedence)):
            self.at += 1
            right = self.left_to_right(PRODUCT) if precedence == SUM else self.item()
            node = Call(row.name, (node, right), self.span(start))
        return node

    def item(self) -> Node:
        kind, text, start, end, constant = self.tokens[self.at]
        row = self.word(PREFIX) if kind == "word" else None
        if row is not None and row.name == MINUS_SIGN:
            return self.negative()
        if kind == "literal" and constant is not None:
            self.at += 1
            return Literal(constant.value, text, self.source.place(start, end), constant.type)
        if kind == "word" and text in TRUTHS:
            self.at += 1
            return Literal(TRUTHS[text], text, self.source.place(start, end), BOOL)
        if kind == "name":
            return self.name()
        if kind == "call":
            return self.call()
        if kind == "(":
            # Brackets in a cell may be arithmetic, so a bare value in them stays a value.
            self.at, cell, self.cell = self.at + 1, self.cell, False
            node = self.expression()
            self.close(")", start)
            self.cell = cell
            return node
        raise self.unexpected("一组值写在“属于”之后" if kind == "[" else "")

    def negative(self) -> Node:
        start = self.start
        self.at += 1
        self.deeper()
        bare = self.kind == "literal"
        node = self.item()
        self.depth -= 1
        if bare and isinstance(node, Literal) and isinstance(node.value, Decimal):
            return Literal(-node.value, "-" + node.text, self.span(start), node.type)
        return Call(MINUS_SIGN, (node,), self.span(start))

    def name(self) -> Node:
        _, text, start, _, _ = self.tokens[self.at]
        self.at += 1
        if self.kind == "(":
            return self.dated(Name(text, "", self.span(start)), start)
        if self.kind != ".":
            return Name(text, "", self.span(start), row=self.row_name())
        self.at += 1
        if self.kind != "name":
            raise self.unexpected("写作 表名.列名")
        column = self.text
        self.at += 1
        return Name(column, text, self.span(start), row=self.row_name())

    def row_name(self) -> str:
        """What the records of the table or column before are called, as 甲 in 存在（复评记录 甲，…）."""
        name = self.text if self.kind == "row" else ""
        self.at += bool(name)
        return name

    def dated(self, parameter: Name, start: int) -> Node:
        """A parameter on a stated day, 扣除标准（所属期末）, or a decision table applied to other values, 标准（级别，人数）:
        what is named tells."""
        opened = self.start
        self.at += 1
        args = self.arguments(opened)
        return Call(ON_DAY if len(args) == 1 else APPLIED, (parameter, *args), self.span(start))

    def arguments(self, opened: int) -> list[Node]:
        """What stands in brackets, separated by commas, and the closing bracket."""
        kept, self.subject, cell, self.cell = self.subject, None, self.cell, False
        args: list[Node] = []
        while self.kind != ")" or args:
            args.append(self.expression())
            if self.kind not in (",", "、"):
                break
            self.at += 1
        self.close(")", opened)
        self.subject, self.cell = kept, cell
        return args

    def call(self) -> Node:
        _, word, start, _, _ = self.tokens[self.at]
        opened = self.tokens[self.at + 1][2]
        self.at += 2
        args = self.arguments(opened)
        return Call(CALLS[word].name, tuple(args), self.span(start))

    def items(self) -> Node:
        start = self.start
        if self.kind != "[":
            raise self.unexpected("一组值写作 ［甲、乙］")
        self.at += 1
        found = [self.sum()]
        while self.kind in ("、", ","):
            self.at += 1
            found.append(self.sum())
        self.close("]", start)
        return Items(tuple(found), self.span(start))


def _is_condition(node: Node) -> bool:
    return isinstance(node, Call) and FUNCTIONS[node.function].result == "是否"
