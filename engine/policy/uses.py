"""Who uses which name: every expression of a package with its owner. Feeds checks, coverage and `review`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.language.tree import Name, Node
from engine.language.walk import nodes
from engine.policy.package import (
    Criterion,
    DecisionTable,
    Determination,
    Document,
    Outcome,
    Package,
    Ranking,
    Score,
    Template,
)
from engine.policy.procedure import Procedure


def template_nodes(*templates: Template) -> Iterator[Node]:
    """The expressions in wordings."""
    for template in templates:
        yield from (part for part in template if not isinstance(part, str))


def _given(*nodes: Node | None) -> Iterator[Node]:
    yield from (node for node in nodes if node is not None)


def _criterion(item: Criterion) -> Iterator[Node]:
    yield from _given(item.requirement, item.applies)
    yield from template_nodes(item.remedy, *(text for limb in item.limbs for text in (limb.unmet, limb.remedy)))


def _table(item: DecisionTable) -> Iterator[Node]:
    yield from item.inputs
    for row in item.rows:
        yield from row.conditions
        yield row.output
    yield from _given(item.default)


def _score(item: Score) -> Iterator[Node]:
    yield from _given(item.weighted_by, item.bonus_cap, item.cap, *(b.condition for b in item.bands))
    for line in item.items:
        yield from _given(line.full, line.mark)
        yield from line.weights.values()
    for bonus in item.bonuses:
        yield from (bonus.when, bonus.mark)


def outcomes(item: Determination) -> tuple[Outcome, ...]:
    """The listed outcomes and the default, once each."""
    listed = item.outcomes
    return listed if item.default is None or item.default in listed else (*listed, item.default)


def _determination(item: Determination) -> Iterator[Node]:
    yield from _given(item.applies)
    yield from (premise.who for premise in item.premises if not isinstance(premise.who, str))
    for outcome in outcomes(item):
        yield from _given(outcome.when, outcome.amount, *(d.due for d in outcome.duties))
        named = (outcome.authority, *(duty.who for duty in outcome.duties))
        yield from (one for one in named if not isinstance(one, str))
        yield from template_nodes(outcome.note)


def _ranking(item: Ranking) -> Iterator[Node]:
    yield from (item.admitted, item.quota, *(k.expression for k in item.order), *item.preferences)


def _document(item: Document) -> Iterator[Node]:
    yield from template_nodes(*item.templates)
    yield from _given(item.due, item.day, item.earliest, item.latest, *item.conditions)


def _procedure(item: Procedure) -> Iterator[tuple[str, Node]]:
    for event in item.events.values():
        for requirement in event.requirements:
            yield from ((event.name, node) for node in _given(requirement.not_before, requirement.when))
        yield from ((event.name, node) for term in event.terms for node in _given(term.when, term.last))
    for rule in item.rules.values():
        yield from ((rule.name, node) for node in _given(rule.when, *(join.when for join in rule.absent)))
    yield from ((taken.fact, node) for taken in item.taken for node in _given(taken.when))
    yield from ((rows.table, node) for rows in item.rows for node in _given(rows.when))
    duties = [(rule.name, duty) for rule in item.rules.values() for duty in rule.duties]
    for name, duty in (*duties, *((p.name, p.duty) for p in item.periodic.values())):
        ways = [node for _, how in duty.ways for node in (how.when, how.times, *(n for _, n in how.totals))]
        who = duty.who if not isinstance(duty.who, str) else None
        yield from ((name, node) for node in _given(who, duty.start, duty.due, *ways))


def _general_law(package: Package) -> Iterator[tuple[str, Node]]:
    for organ in package.organs.values():
        yield from ((organ.name, node) for node in _given(organ.review, organ.court, organ.objection, organ.contact))
    for item in package.attachments:
        yield from ((item.name, node) for node in (*template_nodes(item.text), *_given(item.due)))


def expressions(package: Package) -> Iterator[tuple[str, Node]]:
    """(owner, expression) for everything in the package, in package order."""
    for name, derived in package.derived.items():
        yield name, derived.expression
    for name, records in package.tables.items():
        yield from ((name, column.expression) for column in records.computed.values())
        yield from ((name, node) for node in records.of_cases.values())
    yield from ((name, relation.condition) for name, relation in package.relations.items())
    for name, criterion in package.criteria.items():
        yield from ((name, node) for node in _criterion(criterion))
    for name, table in package.decision_tables.items():
        yield from ((name, node) for node in _table(table))
    for name, score in package.scores.items():
        yield from ((name, node) for node in _score(score))
    for name, determination in package.determinations.items():
        yield from ((name, node) for node in _determination(determination))
    for name, ranking in package.rankings.items():
        yield from ((name, node) for node in _ranking(ranking))
    yield from _general_law(package)
    for name, document in package.documents.items():
        yield from ((name, node) for node in _document(document))
    for name, picture in package.pictures.items():
        yield from ((name, node) for node in picture.nodes)
    if package.procedure is not None:
        yield from _procedure(package.procedure)


def users(package: Package, more: Iterable[tuple[str, str]] = ()) -> dict[str, dict[str, str]]:
    """Name -> the definitions that name it -> the group it is in through which they do, "" where they name it itself.
    `more`: (definition, name) of what is named in no expression."""
    uses = ((owner, name) for owner, node in expressions(package) for name in names_in([node]))
    found: dict[str, dict[str, str]] = {}
    for owner, name in (*uses, *more):
        found.setdefault(name, {})[owner] = ""
        for member in package.groups.get(name, ()):
            found.setdefault(member, {}).setdefault(owner, name)
    return found


def reached(using: Mapping[str, Mapping[str, str]], names: Iterable[str]) -> frozenset[str]:
    """Names and every definition that rests on them, through others too. `using`: what `users` found."""
    found = {*names}
    waiting = [*found]
    while waiting:
        new = using.get(waiting.pop(), {}).keys() - found
        found |= new
        waiting += new
    return frozenset(found)


def names_in(trees: Iterable[Node]) -> dict[str, None]:
    """The names used, in order of first use; a column counts as a use of its table."""
    found: dict[str, None] = {}
    for node in trees:
        for part in nodes(node):
            if isinstance(part, Name):
                if part.kind not in ("column", "member"):
                    found[part.name] = None
                if part.table:
                    found[part.table] = None
    return found
