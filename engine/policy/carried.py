"""Every clause and what became of it: which rules carry it, which questions of interpretation it raises, why it is not
encoded. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.policy.checks import cited, clause_key, procedural
from engine.policy.package import Clause, Inexpressible, Interpretation, Package

ENCODED, PARTLY, SETTLED, UNSETTLED, EXCLUDED, LACKING = "已编码", "部分", "歧义已定", "歧义未定", "不编码", "未编码"


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """A clause: `carriers` are the rules, facts and documents that cite it, `settled` and `unsettled` the numbers of its
    interpretations by whether one option is adopted, `inexpressible` what in it the language cannot say, `excluded` why no
    rule carries it. `status`: 已编码, 歧义未定 before 部分 before 歧义已定 where several are true of it, 不编码, 未编码."""

    citation: str
    gist: str
    kind: str
    package: str
    status: str
    carriers: tuple[str, ...]
    settled: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    inexpressible: tuple[str, ...] = ()
    excluded: str = ""
    span: Span | None = None


def coverage(package: Package) -> tuple[ClauseCoverage, ...]:
    """Every clause of the regulation and of the packages with it, in their order."""
    carriers: dict[str, dict[str, None]] = {key: {} for key in package.clauses}
    for name, citation, origin in _citations(package):
        if (key := clause_key(package, citation, origin)) in carriers:
            carriers[key][name] = None
    return tuple(_of(package, key, clause, tuple(carriers[key])) for key, clause in package.clauses.items())


def _citations(package: Package) -> Iterable[tuple[str, str, str]]:
    for rule, citation in cited(package):
        if not isinstance(rule, Interpretation | Inexpressible):  # they are told apart, not what carries it
            yield rule.name, citation, rule.origin
    yield from ((name, citation, origin) for name, citation, origin, _ in procedural(package))


def _of(package: Package, key: str, clause: Clause, carriers: tuple[str, ...]) -> ClauseCoverage:
    questions = [q for q in package.interpretations.values() if _cites(package, q.clauses, q.origin, key)]
    settled = tuple(q.number for q in questions if q.adopted)
    unsettled = tuple(q.number for q in questions if not q.adopted)
    beyond = tuple(i.name for i in package.inexpressible if _cites(package, i.clauses, i.origin, key))
    return ClauseCoverage(
        citation=clause.citation,
        gist=clause.gist,
        kind=clause.kind,
        package=clause.origin,
        status=_status(
            bool(carriers or questions), bool(settled), bool(unsettled), bool(beyond), bool(clause.not_encoded)
        ),
        carriers=carriers,
        settled=settled,
        unsettled=unsettled,
        inexpressible=beyond,
        excluded=clause.not_encoded,
        span=clause.span,
    )


def _cites(package: Package, clauses: Iterable[str], origin: str, key: str) -> bool:
    return any(clause_key(package, citation, origin) == key for citation in clauses)


def _status(carried: bool, settled: bool, unsettled: bool, beyond: bool, excluded: bool) -> str:
    if unsettled:
        return UNSETTLED
    if not carried:
        return EXCLUDED if excluded else PARTLY if beyond else LACKING
    return PARTLY if beyond else SETTLED if settled else ENCODED
