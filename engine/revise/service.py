"""What an editor of sentences asks: what is wrong with a sentence in its place, and what may be written at the cursor.

Nothing is written: the rules are read with the sentence in its place, as if it stood in the file, so that whatever
`check` of a sentence says is said here too, of names, types and units alike. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, Span
from engine.language.lexer import Lexicon, Sentence, lex
from engine.language.offered import COMPARING, Token, UnknownWord
from engine.language.tree import BOOL, Scope, Type
from engine.language.types import describe
from engine.policy.nodes import RULES, Scalar
from engine.policy.resolve import Library, read_library, resolve
from engine.revise.edits import SetPart, planned
from engine.revise.found import definition, part, roots
from engine.revise.splices import applied


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong, and which characters [start, end) of the sentence it is about; None where it lies elsewhere."""

    problem: Problem
    start: int | None = None
    end: int | None = None

    def utf16(self, sentence: str) -> tuple[int, int] | None:
        """The same as editors for the web count: in units of UTF-16."""
        if self.start is None or self.end is None:
            return None
        return units_before(sentence, self.start), units_before(sentence, self.end)


def units_before(text: str, at: int) -> int:
    """How many units of UTF-16 the characters before `at` have."""
    return len(text[:at].encode("utf-16-le")) // 2


def tried(library: Library, target: str, edit: SetPart, day: date, calendar: Calendar) -> list[Remark]:
    """What would be wrong with the rules of `target` on `day` if a part said what `edit` has it say, and is not now."""
    texts = (item for sources in library.sources.values() for item in sources.items())
    files = {file: text.encode() for file, text in texts if file.endswith(RULES)}
    changed = {file: data.decode() for file, data in applied(planned(edit, files), files)[0].items()}
    sources = {
        key: {file: changed.get(file, text) for file, text in own.items()} for key, own in library.sources.items()
    }
    after, problems = read_library(sources)
    if not any(problem.is_error for problem in problems):
        problems += resolve(after, target, day, calendar)[1]
    before = {(p.code, p.message) for p in resolve(library, target, day, calendar)[1]}
    try:
        node = part(
            definition(roots({f: t.encode() for f, t in changed.items()}), edit.kind, edit.name), edit.place
        ).node
    except Refused:  # the text broke the file itself
        node = None
    new = [problem for problem in problems if (problem.code, problem.message) not in before]
    return [_remark(problem, node if isinstance(node, Scalar) else None) for problem in new]


def _remark(problem: Problem, sentence: Scalar | None) -> Remark:
    place = problem.place
    if sentence is None or not isinstance(place, Span) or place.file != sentence.source.file:
        return Remark(problem)
    spans = [sentence.place(at, at + 1) for at in range(len(sentence.text))]
    first, last = (place.line, place.column), (place.end_line, place.end_column)
    inside = [at for at, s in enumerate(spans) if first <= (s.line, s.column) and (s.end_line, s.end_column) <= last]
    return Remark(problem, inside[0], inside[-1] + 1) if inside else Remark(problem)


@dataclass(frozen=True, slots=True)
class Offer:
    """What may stand at the cursor in place of the characters from `start` on: `wanted` says of what kind, for people, ""
    where anything may; `words` are names, most fitting first, or the members of an enumeration; `units` of a number."""

    start: int
    wanted: str
    words: tuple[str, ...]
    units: tuple[str, ...] = ()


def offer(text: str, at: int, scope: Scope, expected: Type | None = BOOL, own: str = "") -> Offer:
    """What may be written at the character `at` of a sentence; `expected`: what the whole of it has to be, `own`: what it
    defines."""
    tokens, _ = lex(Sentence(text[:at], lambda a, b: None), Lexicon(scope))
    tokens = [token for token in tokens if token[0] != "end"]
    start = tokens[-1][3] if tokens else 0
    start += len(text[start:at]) - len(text[start:at].lstrip())
    if start == at and tokens and tokens[-1][0] in ("name", "either"):  # it may be the beginning of a longer one
        start = tokens.pop()[2]
    typed, here = text[start:at], UnknownWord(scope, tokens, own=own)
    wanted = _compared(tokens, scope) or (expected if not tokens and expected != BOOL else None)
    if members := here.members():
        said = describe(wanted) if wanted is not None else ""
        return Offer(start, said, tuple(word for word in members if word.startswith(typed)))
    names = [name for name in dict.fromkeys(here.names(text[at:])) if typed in name]
    names.sort(key=lambda name: not name.startswith(typed))
    if wanted is None:
        return Offer(start, "", tuple(names))
    fitting = tuple(name for name in names if _fits(scope, name, wanted))
    units = tuple(
        n for n, unit in scope.units.items() if wanted.kind == "number" and unit.dimension == wanted.dimension
    )
    return Offer(start, describe(wanted), fitting, units)


def _compared(tokens: Sequence[Token], scope: Scope) -> Type | None:
    """The type of what something is being compared with here."""
    if len(tokens) < 2 or tokens[-1][1] not in COMPARING:
        return None
    return _type_of(scope, tokens[-2][1])


def _type_of(scope: Scope, name: str) -> Type | None:
    symbol = scope.symbols.get(name) or next((c[name] for c in scope.columns.values() if name in c), None)
    return symbol.type if symbol is not None else None


def _fits(scope: Scope, name: str, wanted: Type) -> bool:
    found = _type_of(scope, name)
    return found is not None and (found.kind, found.dimension, found.name) == (
        wanted.kind,
        wanted.dimension,
        wanted.name,
    )
