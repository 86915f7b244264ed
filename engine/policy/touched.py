"""What a change of the rules can touch: the definitions that say something else and all that rest on them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.tree import Node
from engine.policy.differences import changed_names
from engine.policy.package import Package
from engine.policy.uses import names_in, reached, users

Reach = frozenset[str] | None
"""The names a change reaches; None: any decision may come out otherwise."""


def reach(before: Package, after: Package) -> Reach:
    """What the difference between two versions reaches in either."""
    names = changed_names(before, after)
    return None if names is None else frozenset[str]().union(*(reached(users(p), names) for p in (before, after)))


def on_histories(before: Package, after: Package, names: Reach) -> bool:
    """Whether a history may go another way where `names` say something else: an event, a rule, a duty that comes back or the
    days of a document rest on them, or a document itself is another."""
    return names is None or before.documents != after.documents or any(_in_histories(p, names) for p in (before, after))


def _in_histories(package: Package, names: frozenset[str]) -> bool:
    procedure = package.procedure
    if procedure is None:
        return False
    return not names.isdisjoint(procedure.named) or not names.isdisjoint(names_in(_days(package)))


def _days(package: Package) -> Iterator[Node]:
    """The expressions beside the procedure that a history reads: days of documents, of general law, and who decides."""
    for document in package.documents.values():
        yield from (n for n in (document.due, document.day, document.earliest, document.latest) if n is not None)
        yield from document.conditions
    yield from (item.due for item in package.attachments if item.due is not None)
    for organ in package.organs.values():
        yield from (n for n in (organ.review, organ.court, organ.objection, organ.contact) if n is not None)
