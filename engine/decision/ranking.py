"""择优: the one construct that sees several cases. A case that may still be admitted, or whose place is not known yet, is
listed as 待查 and never silently dropped; a tie is named and left to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Any

from engine.base.basis import Basis
from engine.base.basis import from_plain as basis_of_plain
from engine.base.basis import to_plain as plain_basis
from engine.base.canonical import digest
from engine.base.classes import dataclass
from engine.base.numbers import number_text
from engine.base.problem import Problem, Refused
from engine.base.text import nearest
from engine.decision.basis import basis_of
from engine.decision.case import Case
from engine.decision.core import value_key
from engine.decision.facts import facts_digest
from engine.decision.missing import Live
from engine.decision.notes import in_force
from engine.decision.program import Program, consulted
from engine.decision.wording import called, seen, show, standing
from engine.language.keys import named_by
from engine.language.make import ALL, number
from engine.language.printer import print_node
from engine.language.tree import Call, Name, Node
from engine.lowered.calls import Values
from engine.policy.package import DecisionTable, Package, Parameter, Ranking, Score

WITHIN = {True: "入选", False: "未入选", None: "待定"}
PENDING, EXCLUDED = "待查", "未入围"


@dataclass(frozen=True, slots=True)
class Placed:
    """A case in its place. `keys`: what it is ordered by, as shown; `within`: inside the quota, None where that hangs
    on a tie, on an unknown quota or on cases still pending, all of which may come before it; `tied` with cases of the
    same place."""

    case: str
    place: int
    keys: tuple[str, ...]
    within: bool | None
    tied: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A case that cannot be placed yet, and what is missing for it."""

    case: str
    reason: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankingResult:
    """`final`: nothing is pending and no tie lies across the quota. `heads`: what the keys are, in words. `basis` has
    the facts of all its cases."""

    ranking: str
    basis: Basis
    heads: tuple[str, ...]
    quota: str
    placed: tuple[Placed, ...]
    pending: tuple[Pending, ...]
    excluded: tuple[str, ...]
    ties: tuple[tuple[str, ...], ...]
    across: tuple[str, ...]
    final: bool
    authority: str
    nature: str
    clauses: tuple[str, ...]
    notes: tuple[str, ...]
    excluded_because: tuple[str, ...] = ()
    """For each excluded case, the part of the condition it does not meet, with the values."""
    as_of: date | None = None
    regulation: str = ""
    """Title, and status unless in force."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What each case is called, where its package says."""

    def label(self, case: str) -> str:
        """A case by its number and what it is called."""
        return f"{case} {self.names.get(case, '')}".rstrip()

    @property
    def standings(self) -> dict[str, tuple[str, str]]:
        """Case -> its place ("" for none) and what that means for it, in a word; those without a place come last."""
        found = {placed.case: (str(placed.place), WITHIN[placed.within]) for placed in self.placed}
        found |= {pending.case: ("", PENDING) for pending in self.pending}
        return found | dict.fromkeys(self.excluded, ("", EXCLUDED))

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "择优": self.ranking,
            "次序依据": list(self.heads),
            "名额": self.quota,
            "名次": [
                {"案件": p.case, "名次": p.place, "依据值": list(p.keys), "入选": p.within, "并列": p.tied}
                for p in self.placed
            ],
            "待查": [{"案件": p.case, "原因": p.reason, "待补": list(p.missing)} for p in self.pending],
            "未入围": list(self.excluded),
            "未入围原因": dict(zip(self.excluded, self.excluded_because, strict=True)),
            "并列": [list(tie) for tie in self.ties],
            "名额线并列": list(self.across),
            "确定": self.final,
            "机关": self.authority,
            "性质": self.nature,
            "条款": list(self.clauses),
            "提示": list(self.notes),
            "基准日": self.as_of.isoformat() if self.as_of is not None else None,
            "规范": self.regulation,
            "所据": plain_basis(self.basis),
            "名称": dict(self.names),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> RankingResult:
        """The ranking of which `to_plain` is `plain`. KeyError, TypeError, ValueError for what it does not write."""
        waiting = (Pending(one["案件"], one["原因"], tuple(one["待补"])) for one in plain["待查"])
        return cls(
            ranking=plain["择优"],
            basis=basis_of_plain(plain["所据"]),
            heads=tuple(plain["次序依据"]),
            quota=plain["名额"],
            placed=tuple(
                Placed(one["案件"], one["名次"], tuple(one["依据值"]), one["入选"], one["并列"])
                for one in plain["名次"]
            ),
            pending=tuple(waiting),
            excluded=tuple(plain["未入围"]),
            excluded_because=tuple(plain["未入围原因"][case] for case in plain["未入围"]),
            ties=tuple(map(tuple, plain["并列"])),
            across=tuple(plain["名额线并列"]),
            final=plain["确定"],
            authority=plain["机关"],
            nature=plain["性质"],
            clauses=tuple(plain["条款"]),
            notes=tuple(plain["提示"]),
            as_of=date.fromisoformat(plain["基准日"]) if plain["基准日"] is not None else None,
            regulation=plain["规范"],
            names=dict(plain["名称"]),
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    case: Case
    values: Values
    keys: tuple[Any, ...]


def ranked(program: Program, cases: Sequence[Case], joined: Sequence[Case], ranking: str) -> RankingResult:
    """The cases in order, valued as `joined`: with what their round gives besides. Raises `Refused` for an unknown ranking (E702)
    or a case given twice (E703)."""
    definition = _definition(program.package, cases, ranking)
    evaluated = [(case, program.evaluated(whole)) for case, whole in zip(cases, joined, strict=True)]
    entries, pending, excluded = _admitted(program, evaluated, definition)
    groups, notes = _ordered(program, entries, definition)
    quota, doubt = _quota(program, evaluated, definition, range(len(entries), len(entries) + len(pending) + 1))
    placed, across = _placed(program, groups, quota, definition, len(pending))
    notes = [*notes, *doubt, *_across_by_rule(groups, quota, definition, across)]
    if pending:
        notes = [*notes, "有案件待查，查明后名次可能改变"]
    header, day = program.package.header, program.package.as_of
    years = {year for _, values in evaluated for year in consulted(program.slots, values).years}
    facts = tuple((case.id, _facts(case, day)) for case in cases)
    notes = [*in_force(header, day), *notes, *_sample(program, definition)]
    status = "" if header.status == "有效" else f"（{header.status}）"
    return RankingResult(
        ranking=ranking,
        basis=basis_of(program.package, day, years, facts),
        heads=tuple(print_node(key.expression) for key in definition.order),
        quota="未知" if quota is None else show(program.package, definition.quota, quota),
        placed=placed,
        pending=tuple(pending),
        excluded=tuple(excluded),
        excluded_because=tuple(excluded.values()),
        as_of=day,
        regulation=f"《{header.title}》{status}",
        names={case.id: name for case in cases if (name := called(program.package, case))},
        ties=tuple(tuple(e.case.id for e in group) for group in groups if len(group) > 1),
        across=across,
        final=not pending and not across and quota is not None,
        authority=definition.authority,
        nature=definition.nature,
        clauses=definition.clauses,
        notes=tuple(notes),
    )


def _facts(case: Case, day: date) -> str:
    """The digest of a case's facts; its own day is among them where it is another than the ranking's."""
    own = facts_digest(case)
    return own if case.as_of == day else digest([own, case.as_of.isoformat()])


def _definition(package: Package, cases: Sequence[Case], ranking: str) -> Ranking:
    rankings = package.rankings
    if ranking not in rankings:
        near = nearest(ranking, rankings)
        help_ = f"是不是 `{near}`？" if near else f"可用：{'、'.join(rankings)}" if rankings else "本规范没有择优"
        raise Refused(Problem("E702", f"没有择优 `{ranking}`", help=help_))
    twice = [case.id for index, case in enumerate(cases) if case.id in [c.id for c in cases[:index]]]
    if twice:
        raise Refused(Problem("E703", f"案件 `{twice[0]}` 重复参加择优", help="每个案件只列一次，编号不要相同"))
    return rankings[ranking]


def _admitted(
    program: Program, evaluated: Iterable[tuple[Case, Values]], definition: Ranking
) -> tuple[list[_Entry], list[Pending], dict[str, str]]:
    entries, pending, excluded = [], list[Pending](), dict[str, str]()
    for case, values in evaluated:
        admitted = program.value(definition.admitted, values)
        keys = tuple(program.value(key.expression, values) for key in definition.order)
        if admitted is False:
            excluded[case.id] = _because(program, values, case, definition.admitted)
        elif admitted is None:
            pending.append(Pending(case.id, "是否入围尚未查明", _lacking(program, values, [definition.admitted])))
        elif None in keys:
            unknown = [k.expression for k, value in zip(definition.order, keys, strict=True) if value is None]
            words = "、".join(print_node(node) for node in unknown)
            pending.append(Pending(case.id, f"{words}尚未查明", _lacking(program, values, unknown)))
        else:
            entries.append(_Entry(case, values, keys))
    return entries, pending, excluded


def _because(program: Program, values: Values, case: Case, admitted: Node) -> str:
    """The conjuncts that are false, each with what it saw."""
    parts = admitted.args if isinstance(admitted, Call) and admitted.function == ALL else (admitted,)
    found = []
    for part in parts:
        if program.value(part, values) is False:
            keys = dict.fromkeys(map(value_key, program.leaves(part)))
            items = [seen(program, values, case, key) for key in keys]
            found.append(f"{'、'.join(f'{item.name}为{item.text}' for item in items)}（要求 {print_node(part)}）")
    return "；".join(found)


def _sample(program: Program, definition: Ranking) -> list[str]:
    """The caution that the order rests on sample values, if it does."""
    package, below = program.package, rested(program, definition)
    sections: tuple[Mapping[str, Parameter | DecisionTable | Score], ...]
    sections = (package.parameters, package.decision_tables, package.scores)
    found = [item for section in sections for name, item in section.items() if name in below]
    names = [item.name for item in found if standing(package, item.origin, item.source) == "实施口径（示例）"]
    return [f"所依据的{'、'.join(names)}为示例口径，正式使用前须由有权机关确定"] if names else []


def asked_of(definition: Ranking) -> tuple[Node, ...]:
    """What a ranking asks of its cases: whether they are admitted, how many are taken, by what they are ordered."""
    order = (key.expression for key in definition.order)
    return definition.admitted, _with_ranked(definition.quota, 0), *order, *definition.preferences


def rested(program: Program, definition: Ranking) -> set[str]:
    """Every name a ranking rests on."""
    return {name for node in asked_of(definition) for name in program.rests_on(node)}


def _lacking(program: Program, values: Values, nodes: Iterable[Any]) -> tuple[str, ...]:
    live = Live(program, values)
    for node in nodes:
        live.visit(program.lowered(node))
    return tuple(dict.fromkeys(named_by(name) for _, name in live.found))


def _ordered(program: Program, entries: Sequence[_Entry], definition: Ranking) -> tuple[list[list[_Entry]], list[str]]:
    """Groups of equal entries, best first; Python's sort is stable, so later keys are sorted first."""
    ordered = list(entries)
    for index, key in reversed(list(enumerate(definition.order))):
        ordered = sorted(ordered, key=_key(index), reverse=key.descending)
    groups: list[list[_Entry]] = []
    for entry in ordered:
        if groups and groups[-1][0].keys == entry.keys:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    notes: list[str] = []
    for preference in definition.preferences:
        run = program.run_of(preference)
        split: list[list[_Entry]] = []
        for group in groups:
            truths = {entry.case.id: run(entry.values, None) for entry in group}
            if len(group) > 1 and None in truths.values():
                unknown = "、".join(case for case, truth in truths.items() if truth is None)
                notes.append(f"{unknown}的“{print_node(preference)}”尚未查明，不能据以区分并列")
                split.append(group)
            else:
                split += [part for part in _by_truth(group, truths) if part]
        groups = split
    return groups, notes


def _key(index: int) -> Callable[[_Entry], Any]:
    return lambda entry: entry.keys[index]


def _by_truth(group: Sequence[_Entry], truths: Mapping[str, Any]) -> list[list[_Entry]]:
    return [[entry for entry in group if bool(truths[entry.case.id]) is wanted] for wanted in (True, False)]


def _quota(
    program: Program, evaluated: Sequence[tuple[Case, Values]], definition: Ranking, ranked: range
) -> tuple[Any, tuple[str, ...]]:
    """The quota, and why there is none; `ranked`: how many cases may be ranked. Where it rests on that and comes out
    differently, it is not known before the pending cases are. Raises `Refused` (E708) where it is no whole number."""
    found = [_quota_of(program, evaluated, definition, number) for number in ranked]
    for quota, _ in found:
        if quota is not None and (quota < 0 or quota != int(quota)):
            message = f"名额（{print_node(definition.quota)}）算出 {number_text(quota)}，不是整数"
            help_ = "写明取整的办法：向上取整、向下取整或四舍五入"
            raise Refused(Problem("E708", message, definition.span, help_))
    if len({quota for quota, _ in found}) == 1:
        return found[0]
    asked = f"名额（{print_node(definition.quota)}）"
    return None, (f"{asked}随入围的件数而定，待查的案件查明后才有名额线，名次只供参考",)


def _quota_of(
    program: Program, evaluated: Sequence[tuple[Case, Values]], definition: Ranking, ranked: int
) -> tuple[Any, tuple[str, ...]]:
    """The quota with so many cases ranked. It is one for all the cases: where what they say of it differs, none of them
    is believed, and nobody is in or out until a person has settled which is right."""
    counted = _with_ranked(definition.quota, ranked)
    run = program.run_of(definition.quota) if counted is definition.quota else program.run_once(counted)
    if not evaluated:
        return run(list(program.initial), None), ()
    found: dict[Any, list[str]] = {}
    for case, values in evaluated:
        found.setdefault(run(values, None), []).append(case.id)
    if len(found) == 1 and None not in found:
        return next(iter(found)), ()
    asked = f"名额（{print_node(definition.quota)}）"
    if len(found) == 1:
        return None, (f"{asked}未定，名次只供参考",)
    told = ((show(program.package, definition.quota, quota), cases) for quota, cases in found.items())
    said = "；".join(f"{'、'.join(cases)}为{text}" for text, cases in told)
    return None, (f"{asked}各案件不一致，核对以后才有名额线，名次只供参考：{said}",)


def _with_ranked(node: Node, ranked: int) -> Node:
    """The quota with the number of cases in the place of 入围数; the same tree where it does not ask."""
    if isinstance(node, Name):
        return number(ranked) if node.kind == "local" else node
    if not isinstance(node, Call):
        return node
    args = tuple(_with_ranked(arg, ranked) for arg in node.args)
    same = all(new is old for new, old in zip(args, node.args, strict=True))
    return node if same else Call(node.function, args, node.span, node.type)


def _told_apart(program: Program, group: Sequence[_Entry], definition: Ranking) -> bool:
    """Whether all that could break a tie in the group is known."""
    runs = [program.run_of(preference) for preference in definition.preferences]
    return len(group) == 1 or all(run(entry.values, None) is not None for run in runs for entry in group)


def _within(before: int, after: int, quota: Any, pending: int, ties: str) -> bool | None:
    """Whether a group of equals is in, wherever the pending cases may come: ahead of it, behind it, or among it."""
    if quota is None:
        return None
    if ties == "都入选":
        return True if before + pending < quota else False if before >= quota else None
    if ties == "都不入选" and after > quota:
        return False
    return True if after + pending <= quota else False if before >= quota else None


def _across_by_rule(
    groups: Sequence[Sequence[_Entry]], quota: Any, definition: Ranking, across: Sequence[str]
) -> list[str]:
    """What is told of equals across the line of the quota where the package says what becomes of them."""
    before = 0
    for group in groups:
        after = before + len(group)
        cases = [entry.case.id for entry in group]
        if quota is not None and before < quota < after and definition.ties != "由人定" and cases != list(across):
            return [f"{'、'.join(cases)}同分，跨过名额线，按规定{definition.ties}"]
        before = after
    return []


def _placed(
    program: Program, groups: Sequence[Sequence[_Entry]], quota: Any, definition: Ranking, pending: int
) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    placed: list[Placed] = []
    across: tuple[str, ...] = ()
    for group in groups:
        before, after = len(placed), len(placed) + len(group)
        ties = definition.ties if _told_apart(program, group, definition) else "由人定"
        within = _within(before, after, quota, pending, ties)
        if quota is not None and before < quota < after and ties == "由人定":
            across = tuple(entry.case.id for entry in group)
        for entry in group:
            shown = zip(definition.order, entry.keys, strict=True)
            keys = tuple(show(program.package, key.expression, value) for key, value in shown)
            placed.append(Placed(entry.case.id, before + 1, keys, within, len(group) > 1))
    return tuple(placed), across
