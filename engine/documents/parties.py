"""Whom a letter is about: one case, or several that share it (并案), each with its own decision and values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from itertools import chain

from engine.base.basis import Basis
from engine.base.capitals import capital_of
from engine.base.classes import dataclass
from engine.base.text import said_clauses
from engine.base.truth import Truth
from engine.decision.basis import with_years
from engine.decision.case import Case
from engine.decision.model import Decision
from engine.documents.reading import Reading
from engine.language.tree import Node
from engine.policy.document import Block, Template
from engine.policy.package import Document, Package

JOINT = "并案"
SERVED, SERVED_NUMBER = "送达文书", "送达文号"
"""The local names by which a service record says what it is about: the titles, and the numbers."""
BETWEEN = "、"
"""Between the numbers of the cases in a receipt."""


@dataclass(frozen=True, slots=True)
class Party:
    """A case a letter is about. `placed`: what a ranking says of it, under 名次, 择优结果 and 首项相同."""

    case: Case
    decision: Decision
    reading: Reading
    placed: Mapping[str, str] = field(default_factory=dict)

    def basis(self, package: Package) -> Basis:
        """What its decision rests on, and what the wording has read of the calendar besides."""
        return with_years(self.decision.basis, package.calendar, self.reading.years)

    def own(self, name: str) -> str:
        """A fact by a name that tells it from the same fact of the other cases."""
        return f"{name}（{self.case.id}）"


def owners(parties: Sequence[Party], names: Iterable[str]) -> Iterator[tuple[str, Party, str]]:
    """Each name with the party whose fact it is and what that party calls it; the first one's where none is named."""
    suffixes = {party.own(""): party for party in parties}
    for name in names:
        places = [place for place, char in enumerate(name) if char == "（" and name[place:] in suffixes]
        if places:
            yield name, suffixes[name[places[0] :]], name[: places[0]]
        else:
            yield name, parties[0], name


def said_of(package: Package, party: Party) -> dict[str, str]:
    """What the wording of a letter may say about the decision, by the names it is said under."""
    decision = party.decision
    known = {
        "机关": decision.authority,
        "结论": decision.outcome,
        "决定": decision.determination,
        "条款": said_clauses(decision.clauses),
        "金额": decision.amount,
        "金额大写": capital_of(decision.amount),
        SERVED: BETWEEN.join(name for name in decision.documents if _is_letter(package, name)),
        "案件": party.case.id,
        "规范题名": package.header.title,
        "说明": decision.note,
        "补救": decision.remedy.sentence if decision.remedy else "",
    }
    return {name: text for name, text in known.items() if text}


def _is_letter(package: Package, name: str) -> bool:
    """Whether a document is addressed to the party, and so is served."""
    document = package.documents.get(name)
    return document is not None and document.to_party


def letter_day(document: Document, party: Party) -> date:
    """The 成文日期 of a letter that nobody has dated: that of the event that asks for it, else its own (成文日期), else the day
    on which its history says it was decided, else the day decided for."""
    case, decision = party.case, party.decision
    own = party.reading.day(document.day) if document.day is not None else None
    decided = case.decided_on(decision.determination, decision.outcome)
    return case.act(decision.determination, document.name) or own or decided or case.as_of


def joined(parties: Sequence[Party]) -> Decision:
    """The decisions of the parties as one: the first, resting on whatever any of them rests on."""
    decisions = [party.decision for party in parties]
    if len(decisions) == 1:
        return decisions[0]
    return replace(
        decisions[0],
        case=BETWEEN.join(party.case.id for party in parties),
        criteria=tuple(chain.from_iterable(d.criteria for d in decisions)),
        relied=tuple(dict.fromkeys(chain.from_iterable(d.relied for d in decisions))),
        estimated=tuple(dict.fromkeys(chain.from_iterable(d.estimated for d in decisions))),
    )


# ---- which cases share a letter ----


def grouped(package: Package, document: Document, parties: Sequence[Party]) -> list[list[Party]]:
    """The parties of which `document` says the same outside its list of cases, in their order: each group is a letter."""
    found: dict[object, list[Party]] = {}
    for party in parties:
        found.setdefault(_likeness(package, document, party), []).append(party)
    return list(found.values())


def _likeness(package: Package, document: Document, party: Party) -> object:
    decision, local, reading = party.decision, said_of(package, party), party.reading
    due = reading.text(document.due, local) if document.due is not None else None
    if due is not None:
        local["期限"] = due
    texts: tuple[str | None, ...] = tuple(reading.text(node, local) for node in _common_texts(document))
    truths: tuple[Truth, ...] = tuple(reading.truth(node, local) for node in _common_conditions(document))
    # A ranking is one: whoever was assessed a day later has a place among the others, not one of his own.
    day = letter_day(document, party) if not document.ranking else None
    scores = dict.fromkeys(block.each for block in document.blocks if block.each in package.scores)
    standards = tuple((line.name, line.full, line.weight) for name in scores for line in reading.sheet(name).lines)
    return decision.determination, decision.outcome, decision.authority, day, due, texts, truths, standards


def _common_texts(document: Document) -> Iterator[Node]:
    """The expressions a letter says once, not for each of its cases."""
    for template in (
        *document.around,
        *(page.title for page in document.pages),
        *chain(*map(_common, document.blocks)),
    ):
        yield from (part for part in template if not isinstance(part, str))


def _common(block: Block) -> tuple[Template, ...]:
    """Wordings of a block that are said once: all of them, or of a table for each case its head."""
    if not block.each:
        return block.templates
    return (block.text, *(slot.head for slot in block.slots)) if block.kind == "表" else ()


def _common_conditions(document: Document) -> Iterator[Node]:
    yield from (annex.when for annex in document.annexes if annex.when is not None)
    for block in document.blocks:
        yield from () if block.each else block.conditions
