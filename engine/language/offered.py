"""What an unknown word in a sentence may have meant: only names of the kind that its place allows (help of E201)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.classes import dataclass
from engine.base.text import nearest
from engine.language.functions import NAMED_KINDS, ROWS
from engine.language.tree import Literal, Name, Node, Scope

Token = tuple[str, str, int, int, Literal | None]
"""(kind, text, start, end, constant). Kinds: name word call literal row end, and the marks ( ) [ ] , 、 ."""

_CALLS = {word: row for row in ROWS if row.form == "call" for word in row.words}
COMPARING = frozenset(word for row in ROWS if row.form == "infix" and row.compares for word in row.surface)
_VALUES = frozenset({"fact", "derived", "parameter", "score", "decision-table", "local", "finding"})
_APPLIED = frozenset({"parameter", "decision-table"})
_SAID = "只能用词汇表中的名称和语言的词语；新名称须先声明"


@dataclass(frozen=True, slots=True)
class _Open:
    """A bracket that is not closed yet: the word before it, the commas in it so far, and of an aggregate its table and
    what its records are called."""

    word: str
    commas: int
    table: str
    row: str


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """Where an unknown word stands: the scope, the tokens before it, what heads the column (in a cell), and the name that is
    being defined, which would rest on itself."""

    scope: Scope
    tokens: Sequence[Token]
    head: Node | None = None
    own: str = ""

    def help(self, word: str, after: str) -> str:
        """What to write instead of `word`, `after` which the text goes on so."""
        if after[:1] == "." and (named := self._record(word, after[1:])):
            return named
        members = self.members()
        if members and not (self.tokens and self.tokens[-1][0] == "."):
            near = nearest(word, members)
            alone = near and not nearest(word, (m for m in members if m != near))
            return f"是不是 `{near}`？" if alone else f"可取：{'、'.join(members)}"
        near = nearest(word, self.names(after))
        return f"是不是 `{near}`？" if near else _SAID

    def _record(self, word: str, after: str) -> str:
        """How a record is called from inside, where `word` is meant to be one whose cell is read."""
        read = max((c for of in self._opened() for c in self.scope.columns.get(of.table, ()) if after.startswith(c)),
                   key=len, default="")  # fmt: skip
        of = [o for o in self._opened() if read in self.scope.columns.get(o.table, ()) and not o.row]
        if not read or not of or nearest(word, (name for o in self._opened() for name in (o.table, o.row))):
            return ""
        around = [o for o in self._opened()[:-1] if o in of]
        outer = around[-1] if around else of[-1]
        return f"给{'外层的' if around else ''}记录起这个名称，写作 `{outer.table} {word}`"

    def names(self, after: str) -> Iterator[str]:
        """Every name that may stand here."""
        scope, opened = self.scope, self._opened()
        inside = opened[-1] if opened else None
        if self.tokens and self.tokens[-1][0] == "." and len(self.tokens) > 1:
            called = {o.row: o.table for o in opened if o.row}
            table = self.tokens[-2][1]
            yield from scope.columns.get(called.get(table, table), ())
            return
        if after[:1] == ".":
            yield from (*scope.columns, *(o.row for o in opened if o.row))
            return
        if after.lstrip(" \u3000")[:1] in ("（", "("):
            yield from (*_CALLS, *self._of(_APPLIED))
            return
        kinds = self._kinds(inside)
        if kinds is not None:
            yield from self._of(kinds)
            return
        yield from self._of(_VALUES)
        yield from (column for o in opened for column in scope.columns.get(o.table, ()))
        yield from (*scope.members, *_CALLS)

    def _of(self, kinds: frozenset[str]) -> Iterator[str]:
        return (name for name, symbol in self.scope.symbols.items() if symbol.kind in kinds and name != self.own)

    def _kinds(self, inside: _Open | None) -> frozenset[str] | None:
        """The kinds of definitions the bracket wants here, None where it wants a value."""
        row = _CALLS.get(inside.word) if inside is not None else None
        if row is None or inside is None or not row.parameters:
            return None
        pattern = row.parameters[min(inside.commas, len(row.parameters) - 1)].rstrip("?…")
        if pattern == "名":
            return _VALUES | {"table"}
        if inside.commas == 0 and (pattern == "表" or pattern.startswith("列:")):
            return frozenset({"table"})
        return frozenset(NAMED_KINDS[pattern]) if pattern in NAMED_KINDS else None

    def _opened(self) -> list[_Open]:
        """The brackets open here, outermost first."""
        found: list[tuple[str, int, int]] = []
        for index, (kind, *_) in enumerate(self.tokens):
            if kind == "(":
                found.append((self.tokens[index - 1][1] if index else "", index + 1, 0))
            elif kind == ")" and found:
                found.pop()
            elif kind == "," and found:
                found[-1] = (found[-1][0], found[-1][1], found[-1][2] + 1)
        return [self._bracket(*each) for each in found]

    def _bracket(self, word: str, first: int, commas: int) -> _Open:
        row = _CALLS.get(word)
        if row is None or not row.scans or first >= len(self.tokens):
            return _Open(word, commas, "", "")
        table = self.tokens[first][1]
        called = next((t[1] for t in self.tokens[first : first + 4] if t[0] == "row"), "")
        return _Open(word, commas, table if table in self.scope.columns else "", called)

    def members(self) -> tuple[str, ...]:
        """The members of the enumeration that something is compared with here."""
        tokens = list(self.tokens)
        if any(token[0] == "[" for token in tokens):
            while tokens and tokens[-1][0] in ("、", ",", "name", "literal"):
                tokens.pop()
        if tokens and tokens[-1][0] == "[":
            tokens.pop()
        elif len(tokens) != len(self.tokens):
            tokens = list(self.tokens)
        if not tokens:
            head = self.head
            return self._enumerated(head.name, "") if isinstance(head, Name) else ()
        if tokens[-1][0] != "word" or tokens[-1][1] not in COMPARING:
            return ()
        left = [token[1] for token in tokens[-5:-1]]
        if len(left) == 4 and left[1] in "（(" and left[3] in "）)":  # 结论（某决定）为…
            return self.scope.enums.get(f"{left[0]}：{left[2]}", ())
        return self._enumerated(left[-1], left[-3] if left[-2:-1] in (["."], ["的"]) else "") if left else ()

    def _enumerated(self, name: str, table: str) -> tuple[str, ...]:
        opened, columns = self._opened(), self.scope.columns
        called = {o.row: o.table for o in opened if o.row}
        within = [called.get(table, table)] if table else [o.table for o in reversed(opened)]
        of = next((t for t in within if name in columns.get(t, ())), None)
        symbol = self.scope.symbols.get(name) if of is None else columns[of][name]
        return self.scope.enums.get(symbol.type.name, ()) if symbol is not None and symbol.type.kind == "enum" else ()
