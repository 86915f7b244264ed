"""What a check sheet says of a criterion beside what it asks: what was seen, who found it and why, and how it is judged. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.text import long_date
from engine.decision.case import Finding
from engine.decision.model import CriterionResult, Seen
from engine.documents.parties import Party
from engine.documents.reading import basis
from engine.language.make import COUNT_OF, EVERY, EXISTS, NONE_OF
from engine.language.tree import NUMBER, Call, Items, Name, Node, Table
from engine.policy.package import Package

_FINDINGS = frozenset({"fact", "table", "derived", "score", "decision-table", "determination"})
_OF_RECORDS = frozenset({EXISTS, NONE_OF, EVERY})
_CLOSED = ("满足", "未满足", "不适用")
_JUDGED = {"满足": "符合", "未满足": "不符合", "不适用": "不适用"}
EXCUSED, NOTHING = "例外", "没有此项"
"""How a criterion is judged that was let pass, and one that asks something of all records of a register that has none."""


def judged(package: Package, result: CriterionResult, party: Party | None = None) -> str:
    """符合, 不符合, 例外, 不适用 or 没有此项, as a form says it; "" while it is open, for whoever fills it in by hand."""
    if result.excused is not None:
        return EXCUSED
    if result.verdict == "满足" and party is not None and _of_nothing(package, result.name, party):
        return NOTHING
    return _JUDGED.get(result.verdict, "")


def observed(package: Package, result: CriterionResult, party: Party | None = None) -> str:
    """What was found: 年度活动场次：14场; 场地：否，与村务共用（林观澜，2026年11月23日); of what was let pass, who let it and why.

    Limits and the day of the decision are not findings. A day that is counted on, and a yes or a no that follows, are told
    by what they follow from (of `party`). What is not known, and a yes or a no while the criterion is open, is left for
    whoever fills it in by hand."""
    told = [text for one in _looked_at(package, result) for text in _told(package, result, one, party)]
    if (excuse := result.excused) is not None:
        told.append(f"准予例外，理由是{_by(excuse)}")
    return "；".join(dict.fromkeys(told))


def findings(package: Package, result: CriterionResult, party: Party | None = None) -> tuple[Finding, ...]:
    """What somebody found of a criterion, each once: of an unmet one what counts against the party, else all that it asks."""
    found = [one.finding for one in result.found]
    if not found and party is not None and result.verdict in _CLOSED:
        known = (party.case.facts.get(one.name) for one in _looked_at(package, result))
        found = [fact.finding for fact in known if fact is not None and fact.finding is not None]
    return tuple(dict.fromkeys(found))


def _looked_at(package: Package, result: CriterionResult) -> Iterator[Seen]:
    """The findings among what a criterion saw: of one that applies those it asks, of another those that say it does not."""
    criterion = package.criteria.get(result.name)
    asked = None
    if criterion is not None:
        asked = criterion.applies if result.verdict == "不适用" else criterion.requirement
    names = None if asked is None else frozenset(basis(package, asked))
    for one in result.seen:
        known = one.kind in _FINDINGS and one.name != "基准日" and one.text and one.value is not None
        if known and (names is None or one.name in names):
            yield one


def _told(package: Package, result: CriterionResult, one: Seen, party: Party | None) -> Iterator[str]:
    if result.verdict not in _CLOSED and isinstance(one.value, bool):
        return
    derived = package.derived.get(one.name)
    if party is not None and derived is not None and derived.type.kind in _FOLLOWING:
        yield from _below(package, derived.expression, party)
    else:
        yield _with_finder(one.name, one.text, party)


_FOLLOWING = ("bool", "date")


def _below(package: Package, node: Node, party: Party) -> Iterator[str]:
    """What a yes or a no, or a day, follows from: values known in the case, and how many records there are of a kind."""
    match node:
        case Call(function, (Name() as table, *_)) if function in _OF_RECORDS:
            number = party.reading.text(Call(COUNT_OF, node.args, node.span, NUMBER), {})
            if number is not None:
                yield f"{table.name}{number}条"
        case Call(_, parts) | Items(parts):
            for part in parts:
                yield from _below(package, part, party)
        case Name(name) if name in package.derived and package.derived[name].type.kind in _FOLLOWING:
            yield from _below(package, package.derived[name].expression, party)
        case Name(name) if name in package.derived or (name in package.facts and name != "基准日"):
            text = party.reading.text(node, {})
            if text is not None:
                yield _with_finder(name, text, party)


def _with_finder(name: str, text: str, party: Party | None) -> str:
    fact = party.case.facts.get(name) if party is not None else None
    if fact is None:
        return f"{name}：{text}"
    if fact.finding is not None:
        return f"{name}：{text}，{_by(fact.finding)}"
    return f"{name}：{text}（{fact.evidence}）" if fact.evidence else f"{name}：{text}"


def _by(finding: Finding) -> str:
    return f"{finding.said}（{finding.person}，{long_date(finding.on)}）"


def _of_nothing(package: Package, name: str, party: Party) -> bool:
    """Whether a criterion asks something of all records of a register, and there are none."""
    criterion = package.criteria.get(name)
    facts = (party.case.facts.get(table) for table in _of_all(package, criterion.requirement)) if criterion else ()
    return any(fact is not None and isinstance(fact.value, Table) and not fact.value.rows for fact in facts)


def _of_all(package: Package, node: Node) -> Iterator[str]:
    """The registers of all whose records a condition asks something."""
    match node:
        case Call(function, (Name(table), *_)) if function == EVERY:
            yield table
        case Call(_, parts) | Items(parts):
            for part in parts:
                yield from _of_all(package, part)
        case Name(name) if name in package.derived:
            yield from _of_all(package, package.derived[name].expression)
