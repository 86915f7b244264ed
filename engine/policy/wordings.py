"""Sentences and wordings of a package, parsed and typed where every name has its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from engine.base.problem import Problem
from engine.base.text import nearest
from engine.language.check import check
from engine.language.tree import BOOL, Call, Literal, Name, Node, Scope, Symbol, Type
from engine.language.walk import nodes
from engine.language.wording import parse_template
from engine.policy import package as p
from engine.policy.names import LOCALS, Names, finding_parts
from engine.policy.nodes import Scalar
from engine.policy.procedure import OUTCOMES
from engine.policy.stack import texts
from engine.policy.untyped import Parser

CLOSED: dict[str, tuple[str, ...]] = {
    "结论": ("满足", "未满足", "待查明", "不适用", "待查", p.NOT_YET),
    "据于": ("条文", "解释口径", "实施口径", "实施口径（示例）"),
}
"""Of names among `LOCALS` that take no other words, which; 结论 takes the outcomes of determinations too."""
_SAME = ("=", "≠", "属于", "不属于")


class Wordings:
    """Reads what a spec says in the language; problems go to `names.problems`."""

    def __init__(self, names: Names, parser: Parser) -> None:
        self.names, self.parser = names, parser
        local = {n: Symbol(n, "local", t) for n, t in LOCALS.items()} | finding_parts(names)
        self.wording_scope = Scope(names.symbols | local, names.columns, names.enums, names.members, names.units)
        self.wording_parser = Parser(
            self.wording_scope, names.problems, parser.lexicon.wider(self.wording_scope, local)
        )

    def expression(self, scalar: Scalar | None, expected: Type | None) -> Node | None:
        """A checked expression in the rules' scope."""
        if scalar is None:
            return None
        node = self.parser.expression(scalar)
        return self.checked(node, self.names.scope, expected) if node is not None else None

    def checked(self, node: Node, scope: Scope, expected: Type | None) -> Node:
        """The typed node, in a scope."""
        typed, problems = check(node, scope, expected)
        self.names.problems += problems
        self.names.problems += self._never_said(typed) if scope is self.wording_scope else ()
        return typed

    def _never_said(self, typed: Node) -> Iterator[Problem]:
        """E210 where a name that takes certain words only is compared with another: that would never hold."""
        for call in (n for n in nodes(typed) if isinstance(n, Call) and n.function in _SAME):
            said = [n for arg in call.args for n in nodes(arg) if isinstance(n, Literal)]
            for name in (a.name for a in call.args if isinstance(a, Name) and a.kind == "local" and a.name in CLOSED):
                words = self._words(name)
                yield from (_unsaid(name, one, words) for one in said if not {*_words_of(one)} <= {*words})

    def _words(self, name: str) -> list[str]:
        """What a name of `CLOSED` may say."""
        made = (members for enum, members in self.names.enums.items() if enum.startswith(OUTCOMES))
        return [*CLOSED[name], *(word for members in made for word in members if OUTCOMES.startswith(name))]

    def wording(self, scalar: Scalar | None) -> p.Template:
        """A checked text with placeholders; it may also use the names in `LOCALS`."""
        if scalar is None:
            return ()
        parts, problems = parse_template(self.wording_parser.source(scalar), self.wording_parser.lexicon)
        self.names.problems += problems
        return tuple(x if isinstance(x, str) else self.checked(x, self.wording_scope, None) for x in parts)

    @contextmanager
    def records_of(self, table: str) -> Iterator[None]:
        """While it lasts, wordings may also use the columns of a record table."""
        columns = {n: Symbol(n, "local", s.type, s.unit) for n, s in self.names.columns.get(table, {}).items()}
        with self.also(columns):
            yield

    @contextmanager
    def also(self, symbols: Mapping[str, Symbol]) -> Iterator[None]:
        """While it lasts, wordings may use these names too."""
        before = self.wording_scope, self.wording_parser
        scope = self.wording_scope
        self.wording_scope = Scope({**scope.symbols, **symbols}, scope.columns, scope.enums, scope.members, scope.units)
        self.wording_parser = Parser(
            self.wording_scope, self.names.problems, before[1].lexicon.wider(self.wording_scope, symbols)
        )
        try:
            yield
        finally:
            self.wording_scope, self.wording_parser = before

    def condition(self, scalar: Scalar | None) -> Node | None:
        """A checked truth that may also use the names in `LOCALS`."""
        if scalar is None:
            return None
        node = self.wording_parser.expression(scalar)
        return self.checked(node, self.wording_scope, BOOL) if node is not None else None

    def local(self, node: Node) -> Node:
        """A checked expression that may also use the names in `LOCALS`."""
        return self.checked(node, self.wording_scope, None)

    def cited(self, scalars: Iterable[Scalar]) -> tuple[str, ...]:
        """The clauses it cites."""
        return texts(list(scalars))


def _words_of(one: Literal) -> list[str]:
    """The words of a text that lists some."""
    return str(one.value).split("、")


def _unsaid(name: str, one: Literal, words: list[str]) -> Problem:
    near = nearest(str(one.value), words)
    help_ = f"是不是 `{near}`？" if near else f"可取：{'、'.join(CLOSED[name])}"
    return Problem("E210", f"`{one.value}` 不是“{name}”的取值，这样写永远不成立", one.span, help_)
