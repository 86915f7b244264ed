"""Sentences and wordings of a package, parsed and typed where every name has its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from engine.language.check import check
from engine.language.tree import BOOL, Node, Scope, Symbol, Type
from engine.language.wording import parse_template
from engine.policy import package as p
from engine.policy.names import LOCALS, Names, finding_parts
from engine.policy.nodes import Scalar
from engine.policy.stack import texts
from engine.policy.untyped import Parser


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
        return typed

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
