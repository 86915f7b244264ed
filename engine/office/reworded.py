"""Edge: which sentences of a case's letters are others under changed rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from engine.base.classes import dataclass
from engine.base.problem import Refused
from engine.decision.model import Decision
from engine.decision.witnesses import Version
from engine.policy.package import Package
from engine.policy.touched import Reach

if TYPE_CHECKING:
    from engine.documents.model import DocumentPlan

_SENTENCES = re.compile(r"[^。；！？\n]+[。；！？]?")


@dataclass(frozen=True, slots=True)
class LetterChange:
    """A letter that a case comes to under both rules: its sentences that are gone, and the new ones; both () where it can be
    written under one only, which `lost` says in words."""

    document: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    lost: str = ""


def documents_touched(before: Package, after: Package, reach: Reach) -> frozenset[str]:
    """The letters whose own wording is another, or rests on what the change reaches."""
    both = before.documents.keys() & after.documents.keys()
    return frozenset(
        name for name in both if reach is None or name in reach or before.documents[name] != after.documents[name]
    )


def letter_changes(
    before: Version, after: Version, decisions: Sequence[tuple[Decision, Decision]], names: Collection[str]
) -> Iterator[LetterChange]:
    """The letters among `names` that both decisions of a determination give rise to and that say something else."""
    for pair in decisions:
        for name in (name for name in pair[0].documents if name in pair[1].documents and name in names):
            old, new = (_sentences(*given, name) for given in zip((before, after), pair, strict=True))
            if old is None or new is None:
                if old is not new:
                    yield LetterChange(name, (), (), "改后写不出" if new is None else "原来写不出，改后写得出")
            elif old != new:
                yield LetterChange(name, *_differing(old, new))


def _sentences(side: Version, decision: Decision, name: str) -> list[str] | None:
    """What the letters called so say, sentence by sentence; None where it cannot be written."""
    from engine.documents.writing import drafts_of

    try:
        drafts, _ = drafts_of(side.program, side.case, [decision], name)
    except Refused:
        return None
    said = (text for draft in drafts for text in _texts(draft.plan))
    return [found.group().strip() for text in said for found in _SENTENCES.finditer(text)] if drafts else None


def _texts(plan: DocumentPlan) -> Iterator[str]:
    """What a person reads, a paragraph or a row of a table on a line of its own."""
    yield from (plan.title, plan.addressee, *plan.annexes)
    yield from (part.text for part in plan.body)
    yield from (part.text for page in plan.pages for part in page.body)


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    steps = [step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"]
    gone = dict.fromkeys(one for _, a, b, _, _ in steps for one in old[a:b])
    added = dict.fromkeys(one for _, _, _, c, d in steps for one in new[c:d])
    return tuple(gone), tuple(added)
