"""What the rules that encode a regulation tell its drafters: duties nothing follows from, sums nobody can take back, standings
with no way out, the same provision in two places. Mechanical, without guessing at what the text means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from engine.base.classes import dataclass
from engine.language.printer import print_node
from engine.policy.citations import article_of
from engine.policy.package import Criterion, Determination, Outcome, Package
from engine.policy.procedure import Procedure
from engine.policy.uses import expressions, names_in, outcomes

IMPOSING = ("义务", "奖励", "鼓励", "标准")
"""Kinds of clauses that demand or give something by themselves; one of another kind may be cited beside the clause it applies."""


def lacking_consequence(package: Package) -> list[str]:
    """Clauses of 义务 that no determination with a burdening outcome cites: nothing follows where the duty is not met."""
    resting = {clause for one in package.determinations.values() if _burdens(one) for clause in one.clauses}
    duties = (c for c in package.clauses.values() if c.kind == "义务" and c.origin == package.id and not c.not_encoded)
    return [clause.citation for clause in duties if clause.citation not in resting]


def without_return(package: Package) -> list[tuple[str, str]]:
    """Determination and outcome of every sum granted, where no burdening outcome of another determination rests on it: how
    it is taken back is not said."""
    return [
        (one.name, outcome.name)
        for one in package.determinations.values()
        for outcome in outcomes(one)
        if outcome.amount is not None and outcome.nature == "有利决定" and not _taken_back(package, one.name)
    ]


def without_withdrawal(package: Package) -> list[tuple[str, str]]:
    """Determination and outcome of every favourable decision that grants neither a sum nor a standing, where no burdening
    outcome of another determination rests on it: how it is withdrawn or corrected is not said."""
    moves = _moves(package.procedure) if package.procedure is not None else ()
    standings = {name for _, _, documents in moves for name in documents}
    return [
        (one.name, outcome.name)
        for one in package.determinations.values()
        for outcome in outcomes(one)
        if outcome.nature == "有利决定" and outcome.amount is None and outcome.documents
        if standings.isdisjoint(outcome.documents) and not _taken_back(package, one.name)
    ]


def _burdens(determination: Determination) -> bool:
    return any(outcome.nature == "不利决定" for outcome in outcomes(determination))


def _taken_back(package: Package, name: str) -> bool:
    others = {one.name for one in package.determinations.values() if one.name != name and _burdens(one)}
    return any(owner in others and name in names_in([node]) for owner, node in expressions(package))


# ---- standings ----


def without_exit(package: Package) -> list[tuple[str, str, str]]:
    """(state, determination, outcome) of every state that a favourable outcome leads to and nothing but burdening outcomes
    leads out of for good: whoever holds the standing cannot give it up, and it never lapses."""
    procedure = package.procedure
    if procedure is None:
        return []
    granted, burdens = _documents(package, "有利决定"), _documents(package, "不利决定")
    free: dict[str, set[str]] = {}
    for source, target, documents in _moves(procedure):
        if not burdens.keys() & documents:
            free.setdefault(source, set()).add(target)
    left = {source for source, target, _ in _moves(procedure) if source != target}
    found: dict[str, tuple[str, str, str]] = {}
    for _, state, documents in _moves(procedure):
        names = [granted[name] for name in documents if name in granted]
        if names and state in left and left.issuperset(_reached(state, free)):
            determination, outcome = names[0]
            found.setdefault(state, (state, determination.name, outcome.name))
    return list(found.values())


def _documents(package: Package, nature: str) -> dict[str, tuple[Determination, Outcome]]:
    """The documents that tell of outcomes of one nature and of no other, with the first such outcome."""
    every = [(d, o) for d in package.determinations.values() for o in outcomes(d)]
    others = {name for _, o in every if o.nature != nature for name in o.documents}
    of = [(name, (d, o)) for d, o in every if o.nature == nature for name in o.documents if name not in others]
    return dict(reversed(of))


def _moves(procedure: Procedure) -> Iterator[tuple[str, str, set[str]]]:
    """(state before, state after, documents) of every rule that moves a party, by each state it may find."""
    for rule in procedure.rules.values():
        event = procedure.events.get(rule.trigger)
        asked = {s for requirement in event.requirements for s in requirement.states} if event is not None else set()
        if rule.target:
            for state in rule.states or sorted(asked) or procedure.states:
                yield state, rule.target, {*rule.documents}


def _reached(state: str, moves: Mapping[str, Iterable[str]]) -> set[str]:
    found, waiting = set[str](), [state]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += moves.get(one, ())
    return found


# ---- the same provision twice ----


@dataclass(frozen=True, slots=True)
class Doubled:
    """Two clauses of different articles, and what both say: criteria by name."""

    one: str
    other: str
    shared: tuple[str, ...]


def doubled(package: Package) -> list[Doubled]:
    """Pairs of clauses of different articles that ask the same or give the same: all that one of them asks is asked by the
    other too, or criteria that cite one each require the same of the same facts, with the same consequence."""
    own = [c for c in package.criteria.values() if c.origin == package.id]
    citing: dict[str, dict[str, None]] = {}
    for criterion in own:
        for citation in criterion.clauses:
            if citation in package.clauses and package.clauses[citation].kind in IMPOSING:
                citing.setdefault(citation, {})[criterion.name] = None
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for (one, of_one), (other, of_other) in combinations(citing.items(), 2):
        shared = of_one.keys() & of_other.keys()
        alike = package.clauses[one].kind == package.clauses[other].kind and article_of(one) != article_of(other)
        if alike and shared and len(shared) == min(len(of_one), len(of_other)):
            found[one, other] = tuple(name for name in of_one if name in shared)
    for first, second in combinations(own, 2):
        if _says(first) == _says(second) and first.groups == second.groups:
            pair = [criterion.clauses[0] for criterion in (first, second) if criterion.clauses]
            if len({*map(article_of, pair)}) > 1:
                found.setdefault((pair[0], pair[1]), (first.name, second.name))
    return [Doubled(one, other, shared) for (one, other), shared in found.items()]


def _says(criterion: Criterion) -> tuple[str, str, str]:
    applies = print_node(criterion.applies) if criterion.applies is not None else ""
    return print_node(criterion.requirement), applies, criterion.strength
