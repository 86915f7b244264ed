"""Notes on a regulation, each anchored by a stretch of its words: found where the words stand, moved where they stand in
another clause now, ambiguous where they stand more than once, orphaned where they are gone. Pure.

A note is about words, not about a place in a file: so it survives another numbering, and says so when its words are no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from engine.base.classes import dataclass
from engine.policy.spec.notes import NoteSpec

Anchor = Literal["在原处", "移到别处", "有几处", "找不到"]


@dataclass(frozen=True, slots=True)
class AnchoredNote:
    """A note with where its words stand now: `clauses` (none: gone), and what that means."""

    note: NoteSpec
    anchor: Anchor
    clauses: tuple[str, ...]


def anchored(notes: Iterable[NoteSpec], words: Mapping[str, str]) -> Iterator[AnchoredNote]:
    """Each note at the clauses whose words (citation -> wording, or gist) have its quotation. Blanks do not count."""
    plain = {citation: _plain(text) for citation, text in words.items()}
    for note in notes:
        quote = _plain(note.quote)
        around = _plain(note.before) + quote + _plain(note.after)
        exact = _at(around, plain) or _at(quote, plain)
        own = [one for one in exact if one == note.clause.text]
        if len(own) == 1 or len(exact) == 1:
            anchor: Anchor = "在原处" if own else "移到别处"
            yield AnchoredNote(note, anchor, tuple(own or exact))
        else:
            yield AnchoredNote(note, "有几处" if exact else "找不到", tuple(dict.fromkeys(exact)))


def _plain(text: object) -> str:
    return "".join(str(text).split()) if text is not None else ""


def _at(quote: str, words: Mapping[str, str]) -> list[str]:
    """The clauses that have the words, as often as they do."""
    return [citation for citation, text in words.items() for _ in range(text.count(quote))]
