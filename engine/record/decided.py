"""What is recorded of a decision: the case as it was known, who found what, the rules, the decision and what it has to do
with clauses, criteria, facts, persons and readings. Pure.

The facts are kept under the digest that a decision's basis names; so is the whole calendar, because a letter may count days
that its decision did not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from engine.base import basis
from engine.base.canonical import Plain, canonical
from engine.base.classes import dataclass
from engine.decision.case import Case, Fact
from engine.decision.facts import facts_digest, facts_plain, shown
from engine.decision.model import ADVERSE, AMOUNT, NOT_OPENED, CriterionResult, Decision
from engine.decision.program import Program
from engine.decision.ranking import RankingResult, asked_of, rested
from engine.decision.relied import relied_among
from engine.decision.serial import to_plain
from engine.decision.wording import called
from engine.language.printer import show_value
from engine.language.tree import Name
from engine.language.walk import nodes
from engine.policy.package import Package, Ranking
from engine.policy.uses import expressions, names_in, outcomes
from engine.record.act import FILES, Act
from engine.record.rows import DECIDING, DIGESTS, MENTIONED, PLACES, RANKING, SATISFIED, TERMS

Contents = Mapping[str, bytes]
"""What is kept with an act, by name."""

FACTS, DECISION, CALENDAR = "事实", "决定", "日历"
"""Names of contents, all JSON: the facts of a case, a decision, the calendar it was made with; a ranking is `RANKING`."""
DAYS = "各案基准日"
"""The key of a ranking's sealed part under which each of its cases has its own day."""
TOLD = "出自事件"
"""The key of a decision's sealed part that names the facts its case has from the events of its history."""
SENT = "来件/"
"""What the names of a case's own files begin with."""
AMENDED = "更正"
"""The name of the content that says, as JSON, what was said of a case over its files, where something was."""
CASE_FILE, HISTORY_FILE = "案件文件", "事件记录"
"""Keys of what is sealed with facts: which of the files is the case, and the history whose event it stood at (`AtEvent`)."""
AT_EVENT = "就事件"
"""The key of what is sealed with facts and decisions that names the event of the history they were for."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act to be recorded with what is kept for it: sealed, or `public` (rules, calendars)."""

    act: Act
    contents: Contents = field(default_factory=dict)
    public: Contents = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RulesUsed:
    """The rules a decision comes from: what they are in a word each, and their files; `served`: documents that are to be
    served on the party."""

    regulation: str
    digest: str
    parameters: Mapping[str, str]
    readings: Mapping[str, str]
    served: tuple[str, ...]
    files: Contents

    @property
    def deed(self) -> Deed:
        open_: dict[str, Plain] = {
            "规范": self.regulation,
            "规则": self.digest,
            "参数": dict(self.parameters),
            "口径": dict(self.readings),
            "须送达": list(self.served),
        }
        return Deed(Act("规则", open_), public=self.files)


@dataclass(frozen=True, slots=True)
class AtEvent:
    """How a case stood in its history: for which `event` (its number) it was decided; the history's `file` among those
    sent, looked at from day `until`; `standing`: the event at which it stood, "" for the end of that day."""

    event: str
    file: str
    until: date
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What the history of a case says: `acts`, its events with the terms each brought to an end (`rows.TERMS`); `terms`,
    those that a decision of the case brings to an end, by determination."""

    acts: tuple[tuple[Act, tuple[Plain, ...]], ...] = ()
    terms: Mapping[str, Sequence[Plain]] = field(default_factory=dict)


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class CaseDecided:
    """One case with all its decisions, ready to be recorded. `facts`: everything known of it as JSON; `sent`: its files as
    they were read, `file` the one that is the case, "" for their folder."""

    case: str
    as_of: date
    party: str
    facts: bytes
    findings: tuple[Act, ...]
    served: tuple[Act, ...]
    decisions: tuple[Deed, ...]
    rules: RulesUsed
    sent: Contents = field(default_factory=dict)
    file: str = ""
    at: AtEvent | None = None
    past: Past = NO_PAST

    @property
    def occasion(self) -> str:
        """What it was decided for: the number of an event, "" for the case itself."""
        return self.at.event if self.at is not None else ""


def case_decided(
    package: Package,
    case: Case,
    decisions: Iterable[Decision],
    rules: RulesUsed,
    at: AtEvent | None = None,
    past: Past = NO_PAST,
) -> CaseDecided:
    """What is to be recorded of the decisions that were opened for the case."""
    party = called(package, case)

    def deed(decision: Decision) -> Deed:
        terms = past.terms.get(decision.determination)
        more: dict[str, Plain] = {TERMS: list(terms)} if terms else {}
        return _decision(package, case, decision, party, more | ({AT_EVENT: at.event} if at is not None else {}))

    return CaseDecided(
        case.id,
        case.as_of,
        party,
        canonical(facts_plain(case)),
        tuple(_findings(case)),
        tuple(_served(package, case)),
        tuple(deed(decision) for decision in decisions if decision.outcome != NOT_OPENED),
        rules,
        at=at,
        past=past,
    )


def rules_used(package: Package, files: Contents) -> RulesUsed:
    """The rules of a package, whose `files` are given by what its basis calls them."""
    parameters = {
        name: "未定" if one.value is None else show_value(one.value, one.type, one.unit)
        for name, one in package.parameters.items()
    }
    readings = {number: one.adopted or "未定" for number, one in package.interpretations.items()}
    served = tuple(document.name for document in package.documents.values() if document.served)
    return RulesUsed(package.id, package.digest, parameters, readings, served, files)


def _findings(case: Case) -> Iterator[Act]:
    """认定: of every fact and exception that a person found, what, when and why."""
    for kind, facts in (("认定", case.facts), ("例外", case.excuses)):
        for name, fact in facts.items():
            if (found := fact.finding) is not None:
                said = {"案件": case.id, "事项": name, "判断人": found.person, "日期": found.on.isoformat()}
                yield Act("认定", {"认定": kind}, {**said, "理由": found.reasons, "值": shown(fact.value)})


def _served(package: Package, case: Case) -> Iterator[Act]:
    """送达: of every document whose day of service the case knows."""
    for document in package.documents.values():
        fact = case.facts.get(document.served)
        if fact is not None and isinstance(fact.value, date):
            sealed = {"案件": case.id, "日期": fact.value.isoformat(), "佐证": fact.evidence}
            yield Act("送达", {"规范": package.id, "送达": document.name}, sealed)


def _decision(package: Package, case: Case, decision: Decision, party: str, more: Mapping[str, Plain]) -> Deed:
    rested = decision.basis
    links = list(dict.fromkeys(_links(package, decision, case)))
    open_: dict[str, Plain] = {
        "规范": package.id,
        "决定": decision.determination,
        "结果": decision.outcome,
        "性质": decision.nature,
        "有利": decision.favourable,
        "金额": decision.amount,
        "基准日": decision.as_of.isoformat(),
        "所据码": rested.name,
        "规则": rested.rules,
        "程序": rested.release,
        "关联": [list(link) for link in links if link[0] != "人员"],
    }
    sealed: dict[str, Plain] = {
        "案件": case.id,
        "当事人": party,
        "所据": basis.to_plain(rested),
        "事实摘要": dict(rested.facts).get(case.id, ""),
        "关联": [list(link) for link in links if link[0] == "人员"],
        "栏目": dict(_fields(package, case.facts)),
        TOLD: sorted(name for name, fact in case.facts.items() if fact.recorded),
        **more,
    }
    kept = {DECISION: canonical(to_plain(decision))}
    return Deed(Act("决定", open_, sealed), kept, {CALENDAR: canonical(package.calendar.said)})


def ranked(program: Program, result: RankingResult, cases: Sequence[Case]) -> Deed:
    """What is recorded of a ranking beside the facts of its cases: it is a decision about all of them."""
    package, standings = program.package, result.standings
    links = list(dict.fromkeys(_ranking_links(program, package.rankings[result.ranking], cases)))
    counted = "，".join(f"{what} {number}" for what, number in Counter(what for _, what in standings.values()).items())
    open_: dict[str, Plain] = {
        "规范": package.id,
        RANKING: result.ranking,
        "结果": f"名次{'确定' if result.final else '未定'}：{counted}",
        "性质": result.nature,
        "基准日": package.as_of.isoformat(),
        "所据码": result.basis.name,
        "规则": package.digest,
        "程序": result.basis.release,
        "关联": [list(link) for link in links if link[0] != "人员"],
    }
    sealed: dict[str, Plain] = {
        "案件": "、".join(case.id for case in cases),
        "所据": basis.to_plain(result.basis),
        "关联": [list(link) for link in links if link[0] == "人员"],
        PLACES: [[case, result.names.get(case, ""), *said] for case, said in standings.items()],
        DIGESTS: {case.id: facts_digest(case) for case in cases},
        DAYS: {case.id: case.as_of.isoformat() for case in cases},
        TOLD: {case.id: sorted(name for name, fact in case.facts.items() if fact.recorded) for case in cases},
    }
    calendar = {CALENDAR: canonical(package.calendar.said)}
    return Deed(Act(RANKING, open_, sealed), {RANKING: canonical(result.to_plain())}, calendar)


def _fields(package: Package, facts: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    """Facts whose values the package lists (枚举): what decisions are counted by, such as a district or a type."""
    for name, field_ in package.facts.items():
        fact = facts.get(name)
        if field_.type.kind == "enum" and fact is not None and isinstance(fact.value, str):
            yield name, fact.value


# ---- what it has to do with what ----

Link = tuple[str, str, str, str]
"""(what it is, its name, the role it has, more of it): see `rows.TABLES`."""


def _links(package: Package, decision: Decision, case: Case) -> Iterator[Link]:
    names = {*decision.reasons, *decision.opened}
    ranks, adverse = dict[str, str](), set[str]()
    for clause in decision.clauses:
        ranks[clause] = DECIDING
    for one in decision.criteria:
        role = _role(one, names)
        yield "准则", one.name, role, _standing(one)
        for clause in one.clauses:
            ranks[clause] = _higher(ranks.get(clause, MENTIONED), role)
            adverse |= {clause} if one.counted == ADVERSE else set()
    for attached in decision.attached:
        for clause in attached.clauses:
            ranks.setdefault(clause, MENTIONED)
    yield from (("条款", clause, role, ADVERSE if clause in adverse else "") for clause, role in ranks.items())
    facts = _facts(decision, names, case)
    yield from (("事实", name, role, "") for name, role in facts.items())
    known = {*ranks, *facts, *(one.name for one in decision.criteria)}
    paid = [link for link in dict.fromkeys(_amount(package, decision)) if link[1] not in known]
    yield from paid
    facts |= {name: role for kind, name, role, _ in paid if kind == "事实"}
    yield from _persons(decision, case, facts)
    for relied in decision.relied:
        kind = "口径" if relied.kind == "interpretation" else "参数"
        yield kind, relied.name, DECIDING, f"{relied.text}（{relied.source}）"


def _role(one: CriterionResult, names: set[str]) -> str:
    if one.name in names:
        return DECIDING
    return SATISFIED if one.verdict == "满足" or one.excused is not None else MENTIONED


def _standing(one: CriterionResult) -> str:
    """Verdict, strength, and what it counts for: a criterion that only sorts cases into kinds is not 不利."""
    verdict = "例外" if one.excused is not None else one.verdict
    return f"{verdict} {one.strength} {one.counted}"


def _higher(one: str, other: str) -> str:
    order = (MENTIONED, SATISFIED, DECIDING)
    return max(one, other, key=order.index)


_FACTUAL = ("fact", "derived", "table")


def _facts(decision: Decision, names: set[str], case: Case) -> dict[str, str]:
    """Fact, record table or what is derived of them -> its role; a table that only a derived quantity reads, by way of the
    grounds."""
    found = dict[str, str]()
    for one in decision.criteria:
        role = SATISFIED if _role(one, names) == SATISFIED else MENTIONED
        for seen in one.seen:
            if seen.kind in _FACTUAL:
                found[seen.name] = _higher(found.get(seen.name, MENTIONED), role)
    for seen in decision.facts:
        if seen.kind in _FACTUAL:
            found.setdefault(seen.name, MENTIONED)
    grounds = (name for name in (*decision.grounds, *names) if name in found or name in case.facts)
    return found | dict.fromkeys(grounds, DECIDING)


def _amount(package: Package, decision: Decision) -> Iterator[Link]:
    """What the amount was come to by: no reason for the outcome, but the decision rests on it. Items of a score and
    aggregates have no names of their own: of these the record tables they read."""
    lines = [line for line in decision.workings.value if line.ends == AMOUNT]
    amounts = (one.amount for one in outcomes(package.determinations[decision.determination]))
    owners = {line.name.partition("：")[0] for line in lines}
    read = [node for owner, node in expressions(package) if owner in owners]
    tables = names_in([*read, *(one for one in amounts if one is not None)]) if lines else {}
    facts = [line.name for line in lines] + [seen.name for line in lines for seen in line.figures]
    for clause in (clause for line in lines for clause in line.clauses):
        yield "条款", clause, MENTIONED, AMOUNT
    for name in (*facts, *(name for name in tables if name in package.tables)):
        if name in package.criteria:
            yield "准则", name, MENTIONED, AMOUNT
        elif name in package.facts or name in package.tables or name in package.derived:
            yield "事实", name, MENTIONED, AMOUNT


def _persons(decision: Decision, case: Case, facts: Mapping[str, str]) -> Iterator[Link]:
    """Who found what the decision looked at, and who let a criterion pass or refused to."""
    for name, role in facts.items():
        if (finding := case.facts[name].finding if name in case.facts else None) is not None:
            yield "人员", finding.person, role, f"认定 {name}"
    for one in decision.criteria:
        for said, found in (("准予例外", one.excused), ("不准例外", one.refused)):
            if found is not None:
                yield "人员", found.person, DECIDING, f"{said} {one.name}：{found.said}"


def _ranking_links(program: Program, definition: Ranking, cases: Sequence[Case]) -> Iterator[Link]:
    """What a ranking names itself is a reason for it; what lies below that was looked at."""
    package, below = program.package, rested(program, definition)
    named = {one.name for asked in asked_of(definition) for one in nodes(asked) if isinstance(one, Name)}
    ranks = dict.fromkeys(definition.clauses, DECIDING)
    for name in sorted(below, key=lambda name: program.position.get(name, 0)):
        role = DECIDING if name in named else MENTIONED
        if (criterion := package.criteria.get(name)) is not None:
            yield "准则", name, role, ""
            ranks |= {clause: _higher(ranks.get(clause, MENTIONED), role) for clause in criterion.clauses}
        elif name in package.facts or name in package.tables or name in package.derived:
            yield "事实", name, role, ""
        for case in cases:
            if (fact := case.facts.get(name)) is not None and fact.finding is not None:
                yield "人员", fact.finding.person, role, f"认定 {name}（{case.id}）"
    yield from (("条款", clause, role, "") for clause, role in ranks.items())
    for relied in relied_among(program, list(program.initial), below, definition.name):
        kind = "口径" if relied.kind == "interpretation" else "参数"
        text = (
            relied.text if relied.kind in ("interpretation", "parameter") else ""
        )  # a table comes to something for each case
        yield kind, relied.name, DECIDING, f"{text}（{relied.source}）"


def with_files(act: Act, digests: Mapping[str, str], public: Mapping[str, str]) -> Act:
    """The act with the digests of what is kept for it."""

    def added(part: Mapping[str, Any], more: Mapping[str, str]) -> Mapping[str, Any]:
        return {**part, FILES: dict(more)} if more else part

    return Act(act.kind, added(act.open, public), added(act.sealed, digests))
