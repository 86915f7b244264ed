"""Last days of which nobody has said whether they move on from a day off (民法典 203). Pure.

A term reckoned in calendar days, months or years may end on a day off. Where it is used as one — a due day, or what a
day must not be later than — the rules say which it is: `顺延（…）` or `不顺延（…）`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.base.problem import Problem, Span
from engine.language.functions import FUNCTIONS
from engine.language.tree import Call, Literal, Name, Node
from engine.language.walk import nodes
from engine.policy.check_procedure import duties_of
from engine.policy.package import Package
from engine.policy.uses import expressions


def check_deadlines(package: Package) -> Iterator[Problem]:
    """W358 for each such term, where it is written."""
    told: set[Span | None] = set()
    for node in _last_days(package):
        for term in _bare(package, node):
            if term.span not in told:
                told.add(term.span)
                message = f"`{term.function}` 算出的期限，最后一日遇上休假日是否顺延，没有写明"
                help_ = f"顺延的写 `顺延（{term.function}（…））`，不顺延的写 `不顺延（{term.function}（…））`"
                yield Problem("W358", message, term.span, help_)


def _last_days(package: Package) -> Iterator[Node]:
    """Every expression that is used as the last day of something."""
    due = [d.due for determination in package.determinations.values() for o in determination.outcomes for d in o.duties]
    due += [attachment.due for attachment in package.attachments]
    due += [document.due for document in package.documents.values()]
    if package.procedure is not None:
        due += [duty.due for _, duty in duties_of(package.procedure)]
    yield from (node for node in due if node is not None)
    for _, node in expressions(package):
        for part in nodes(node):
            if isinstance(part, Call) and (limit := FUNCTIONS[part.function].limit) >= 0:
                yield part.args[limit]


def _bare(package: Package, node: Node) -> Iterator[Call]:
    """The terms `node` comes to, through choices and derived quantities, of which it is not said."""
    if isinstance(node, Name):
        derived = package.derived.get(node.name)
        yield from _bare(package, derived.expression) if derived is not None else ()
    elif isinstance(node, Call):
        row = FUNCTIONS[node.function]
        if row.term:
            yield from () if _backwards(node.args[1]) else (node,)
        choices = [branch.value for branch in row.branches(node.args)]
        if row.result == "序":  # the greater or the smaller of them
            choices += node.args
        yield from (term for choice in choices for term in _bare(package, choice))


def _backwards(count: Node) -> bool:
    """Whether it counts back from a day: that is no term, and nothing moves on."""
    return isinstance(count, Literal) and isinstance(count.value, Decimal) and count.value < 0
