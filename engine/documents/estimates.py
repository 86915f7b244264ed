"""What stands behind the words of a letter, so that a day nobody can be sure of is never printed as a firm one. Pure.

A value is an estimate (暂估) where it rests on working days that a notice not yet published may still move. A letter that
would print it, or would say something because of it, is refused; a paper for use within the office marks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.base.problem import Problem, Span
from engine.decision.model import CriterionResult, Decision
from engine.documents.lists import Item
from engine.language.tree import Name, Node
from engine.policy.package import Attachment, Criterion, Document, Limb, Package, Template
from engine.policy.uses import template_nodes

WORKING_PAPERS = ("表格", "报告")
"""Layouts for use within the office, which may carry an estimate."""
MARK = "（暂估）"
LATER = "待当年放假安排公布并载入日历后再出具"


def refusal(name: str, reason: str, place: Span | None) -> Problem:
    """E608: `name` may not be printed as firm."""
    return Problem("E608", f"`{name}` 只是暂估，不能写入正式文书：{reason}", place, help=LATER)


def behind(package: Package, decision: Decision, document: Document, item: Item | None, node: Node) -> tuple[Node, ...]:
    """The expressions whose values `node` prints: itself, or what the text of one of the letter's own names is made of."""
    if not isinstance(node, Name) or node.kind not in ("local", ""):
        return (node,)
    if item is None or node.name not in item.local:
        said = _DOCUMENT.get(node.name)
        return tuple(said(package, decision, document)) if said is not None else ()
    criterion = package.criteria.get(item.trace.criterion)
    if criterion is not None:
        made = _CRITERION.get(node.name)
        result = next((c for c in decision.criteria if c.name == criterion.name), None)
        return tuple(made(criterion, result)) if made is not None else ()
    attached = next((a for a in package.attachments if a.name == item.trace.criterion), None)
    law = _ATTACHED.get(node.name)
    organ = package.organs.get(decision.authority)
    return tuple(law(attached.about(organ))) if attached is not None and law is not None else ()


def said_of_unmet(criterion: Criterion | None, result: CriterionResult | None) -> Iterator[Template]:
    """The wordings that say what of a criterion is unmet; none of one that the package does not have."""
    yield from (limb.unmet for limb in _unmet(criterion, result)) if criterion is not None else ()


def _unmet(criterion: Criterion, result: CriterionResult | None) -> list[Limb]:
    """The limbs of a criterion that are unmet; all of it where nobody says."""
    if result is None or not result.limbs:
        return list(criterion.limbs)
    pairs = zip(criterion.limbs, result.limbs, strict=True)
    return [limb for limb, found in pairs if found.verdict == "未满足"]


def _of(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else (node,)


def _note(package: Package, decision: Decision, document: Document) -> Iterable[Node]:
    determination = package.determinations.get(decision.determination)
    outcomes = determination.outcomes if determination is not None else ()
    return template_nodes(*(outcome.note for outcome in outcomes if outcome.name == decision.outcome))


_DOCUMENT: Mapping[str, Callable[[Package, Decision, Document], Iterable[Node]]] = {
    "期限": lambda package, decision, document: _of(document.due),
    "说明": _note,
}
_CRITERION: Mapping[str, Callable[[Criterion, CriterionResult | None], Iterable[Node]]] = {
    "说明": lambda c, result: template_nodes(*said_of_unmet(c, result)),
    "补救": lambda c, result: template_nodes(c.remedy, *(limb.remedy for limb in _unmet(c, result))),
    "所见": lambda c, _: (c.requirement, *_of(c.applies)),
}
_ATTACHED: Mapping[str, Callable[[Attachment], Iterable[Node]]] = {
    "说明": lambda a: template_nodes(a.text),
    "期限": lambda a: _of(a.due),
}
