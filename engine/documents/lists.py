"""The lists an 逐项 block may run over, each item with the names its wording may use and the reasons behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.base.text import chinese, long_date, said_clauses
from engine.decision.case import Finding
from engine.decision.model import (
    CONDITION,
    COUNTED,
    UNDECIDED,
    Attached,
    CriterionResult,
    Decision,
    Missing,
    ObligationDue,
    Relied,
    ScoreLine,
    ScoreSheet,
    Working,
)
from engine.decision.relied import relied_name
from engine.decision.wording import standing, unknown_in
from engine.documents.observed import findings, judged, observed
from engine.documents.parties import Party, said_of
from engine.documents.reading import Reading, basis
from engine.language.printer import print_node, show_value
from engine.language.tree import Table
from engine.policy.document import PARTIES
from engine.policy.package import Criterion, Package

ATTACHED = "附随"
GROUND = "据于"
"""What of a criterion is looked for only where the wording says it: it takes deciding the case by other readings."""
EXCUSE = "例外理由："
"""Before the name of a criterion: what somebody decided on letting it pass, as something a paragraph rests on."""
SAMPLE = "示例"
"""In the standing of what an example lays down (实施口径（示例）)."""
_ATTACHED_ORDER = ("期限", "陈述申辩", "救济", "送达")


@dataclass(frozen=True, slots=True)
class Trace:
    """What a paragraph rests on: a criterion (or what general law attaches) by name, its clauses, the facts seen."""

    criterion: str
    clauses: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One turn of an 逐项 block. `problem`: why it cannot stand in a firm letter; `party`: the case it tells of, where
    the letter tells of several; `reading`: of a record, the case with its cells as names; `also`: what else it
    rests on, of several told as one."""

    local: Mapping[str, str]
    trace: Trace
    problem: Problem | None = None
    party: Party | None = None
    reading: Reading | None = None
    also: tuple[Trace, ...] = ()

    def numbered(self, place: int) -> Item:
        """The same item as the `place`-th of its list."""
        said = {name: text for name, text in self.local.items() if text}
        return replace(self, local={**said, "序": str(place), "汉字序": chinese(place)})


def items_of(
    package: Package, decision: Decision, each: str, stage: str = "", parties: Iterable[Party] = ()
) -> tuple[Item, ...] | None:
    """The items of the list named `each`, numbered from 1, for a document of `stage` about `parties`; None where there is
    no such list. Of a group the decision does not look at: what its criteria ask, of everybody, with nothing found."""
    maker, told = LISTS.get(each), tuple(parties)
    alone = told[0] if len(told) == 1 else None
    if each == ATTACHED:
        found = [_attached(a) for a in attached_in_order(decision, stage)]
    elif each == PARTIES:
        found = [_party(package, party) for party in told]
    elif maker is not None:
        found = list(maker(package, decision, alone))
    elif each in package.scores and told:
        lines = told[0].reading.sheet(each).lines
        found = [_score_line(line) if alone is not None else _standard(line) for line in lines]
    elif each in package.groups:
        deciding = frozenset(package.groups[each])
        # A group of nothing but 鼓励 lists those: none of them decides, all of them are told.
        found = [
            _criterion(package, c, alone)
            for c in decision.criteria
            if (c.name in deciding if deciding else each in c.groups)
        ] or [_asked(package, c) for c in package.criteria.values() if each in c.groups]
    else:
        return None
    return tuple(item.numbered(place) for place, item in enumerate(found, 1))


def grounded(decision: Decision, items: Iterable[Item]) -> Iterator[Item]:
    """The items of criteria with what those that count against the party rest on (据于)."""
    rests = {c.name: "、".join(c.rests.value) for c in decision.criteria if c.fails}
    for item in items:
        yield replace(item, local={**item.local, GROUND: rests.get(item.trace.criterion, "")})


def records_of(package: Package, party: Party, table: str) -> tuple[Item, ...] | None:
    """The records of a register in the case's order, each with its cells as names; None while there is no register."""
    fact = party.case.facts.get(table)
    if fact is None or not isinstance(fact.value, Table):
        return None
    symbols = package.scope.columns[table]
    clauses = package.tables[table].clauses
    found = []
    for number, row in enumerate(fact.value.rows, 1):
        cells = party.reading.cells(table, row)
        said = {c: show_value(v, symbols[c].type, symbols[c].unit) for c, v in cells.items() if v is not None}
        found.append(Item(said, Trace("", clauses, (table,)), reading=party.reading.about(cells)).numbered(number))
    return tuple(found)


def _party(package: Package, party: Party) -> Item:
    """A case, in words of its own."""
    trace = Trace("", party.decision.clauses, ())
    return Item({**said_of(package, party), **party.placed}, trace, party=party)


def _criterion(package: Package, result: CriterionResult, party: Party | None) -> Item:
    local = {
        "名称": result.name,
        "条款": said_clauses(result.clauses),
        "说明": result.message or result.sentence,
        "补救": result.remedy,
        "证据": "、".join(dict.fromkeys(seen.source for seen in result.seen if seen.source)),
        "结论": result.verdict,
        "要求": demanded(package, result),
        "所见": observed(package, result, party),
        "判定": judged(package, result, party),
    }
    finding = result.refused or result.excused
    found = (finding,) if finding is not None else findings(package, result, party)
    if len(found) == 1:
        local |= _found(found[0])
    problem = None
    if unknown := unknown_in(local["说明"]):
        message = f"`{unknown[0]}` 未知，不能写入文书（写入准则 `{result.name}` 的事实需要）"
        known = next(
            (one.source for one in result.seen if one.name == unknown[0]), ""
        )  # of a sum: which cells are blank
        problem = Problem("E603", message, help=f"先补填，再出具：{known}" if known else "先补充这一项，再出具")
    rests_on = dict.fromkeys(s.name for s in result.seen)
    if result.refused or result.excused:
        rests_on[EXCUSE + result.name] = None
    trace = Trace(result.name, result.clauses, tuple(rests_on))
    return Item(local, trace, problem)


def _asked(package: Package, criterion: Criterion) -> Item:
    """What a criterion asks of anybody: no finding, no verdict."""
    local = {
        "名称": criterion.name,
        "条款": said_clauses(criterion.clauses),
        "要求": _with_figures(package, criterion.name, criterion.sentence),
        **dict.fromkeys(("说明", "补救", "证据", "结论", "所见", "判定"), ""),
    }
    return Item(local, Trace(criterion.name, criterion.clauses, ()))


def _unmet(decision: Decision) -> list[CriterionResult]:
    """All that counts against the party; while nothing is decided yet, all that may."""
    if decision.outcome == UNDECIDED:
        return [c for c in decision.criteria if c.fails and c.counted == COUNTED]
    return list(decision.against)


def _found(finding: Finding) -> dict[str, str]:
    return {"理由": finding.said, "日期": long_date(finding.on), "判断人": finding.person}


def _findings(package: Package, decision: Decision) -> Iterator[Item]:
    """The 判断 that decided against the party, once each, with the criterion they made unmet; a mark is none that does."""
    told: set[str] = set()
    pairs = [(result.name, result.clauses, found) for result in _unmet(decision) for found in result.found]
    for criterion, cited, found in (*pairs, *(("", decision.clauses, found) for found in decision.found)):
        fact = package.facts[found.name]
        if found.name not in told and fact.type.kind != "number":
            told.add(found.name)
            clauses = fact.clauses or cited
            local = {"名称": fact.name, "说明": fact.label or fact.name, "条款": said_clauses(clauses)}
            yield Item(local | _found(found.finding), Trace(criterion, clauses, (fact.name,)))


def demanded(package: Package, result: CriterionResult) -> str:
    """What a criterion asks, with figures for the names of the parameters it rests on: 专家不少于专家资源下限 as 专家不少于10人, or
    10人（示例口径） where an example and not the regulation says how many."""
    return _with_figures(package, result.name, result.sentence)


def _with_figures(package: Package, name: str, text: str) -> str:
    criterion = package.criteria.get(name)
    rests_on = set(basis(package, criterion.requirement)) if criterion is not None else set[str]()
    known = [package.parameters[name] for name in rests_on if name in package.parameters]
    for parameter in sorted(known, key=lambda parameter: (-len(parameter.name), parameter.name)):
        if parameter.value is not None:
            figure = show_value(parameter.value, parameter.type, parameter.unit)
            adopted = "（示例口径）" if is_sample(package, parameter.name) else ""
            text = text.replace(parameter.name, figure + adopted)
    return text


def is_sample(package: Package, name: str) -> bool:
    """Whether a parameter, score or table is what an example lays down."""
    item = package.parameters.get(name) or package.scores.get(name) or package.decision_tables.get(name)
    return item is not None and SAMPLE in standing(package, item.origin, item.source)


def _score_line(line: ScoreLine) -> Item:
    local = {
        "名称": line.name,
        "条款": said_clauses(line.clauses),
        "满分": line.full,
        "得分": line.mark,
        "权重": line.weight,
        "加权得分": line.weighted,
        "加权满分": line.weighted_full,
    }
    return Item(local, Trace(line.name, line.clauses, (line.name,)))


def _standard(line: ScoreLine) -> Item:
    """What an item of a score counts for, whoever is marked."""
    local = {**_score_line(line).local}
    for mark in ("得分", "加权得分"):
        del local[mark]
    return Item(local, Trace(line.name, line.clauses, (line.name,)))


def _grades(package: Package, sheet: ScoreSheet) -> Iterator[Item]:
    """From what mark on each grade of a score is given, in the order of the rules: 不少于80分，且少于90分."""
    score = package.scores[sheet.name]
    for band in score.bands:
        asked = print_node(band.condition).replace(score.name, "") if band.condition is not None else "其他"
        local = {"名称": band.name, "要求": asked, "条款": said_clauses(score.clauses), "来源": sheet.source}
        yield Item(local, Trace(score.name, score.clauses, (score.name,)))


def _working(line: Working) -> Item:
    local = {
        "名称": line.name,
        "条款": said_clauses(line.clauses),
        "算式": "＝".join(line.steps),
        "代入": line.put_in,
        "得数": line.text,
        "说明": "；".join(taken.text for taken in line.taken),
        "来源": line.source,
    }
    figures = (figure.name for figure in line.figures if figure.kind in ("fact", "parameter"))
    return Item(local, Trace(line.name, line.clauses, tuple(figures)))


def _missing(missing: Missing) -> Item:
    local = {
        "名称": missing.name,
        "条款": said_clauses(missing.clauses),
        "说明": missing.label or missing.name,
        "证据": missing.evidence,
        "问题": missing.question,
        "提供": missing.by,
    }
    return Item(local, Trace("、".join(missing.criteria), missing.clauses, (missing.name,)))


def _relied(package: Package, relied: Relied) -> Item:
    """Of a score not what it came to is laid down by somebody, but how it is marked. A question is named in words, with what
    its reading means: its number is the office's own."""
    question = next((q for q in package.interpretations.values() if relied_name(q) == relied.name), None)
    adopted = next((o for o in question.options if o.name == question.adopted), None) if question is not None else None
    local = {
        "名称": question.name if question is not None else relied.name,
        "条款": said_clauses(relied.clauses),
        "说明": "分值和计分办法" if relied.kind == "score" else relied.text,
        "含义": adopted.effect.rstrip("。") if adopted is not None else "",
        "来源": relied.source,
    }
    return Item(local, Trace(relied.name, relied.clauses, ()))


def _attached(attached: Attached) -> Item:
    local = {
        "名称": attached.name,
        "条款": said_clauses(attached.clauses),
        "说明": attached.text,
        "期限": long_date(attached.due) if attached.due else "",
    }
    return Item(local, Trace(attached.name, attached.clauses, ()))


def _duty(duty: ObligationDue) -> Item:
    local = {
        "名称": duty.name,
        "义务": duty.name,
        "条款": said_clauses(duty.clauses),
        "主体": duty.who,
        "期限": long_date(duty.due) if duty.due else "",
    }
    problem = None
    if duty.provisional:
        message = f"`{duty.name}` 的期限只是暂估，不能写入正式文书：{duty.provisional}"
        problem = Problem("E608", message, help="待当年放假安排公布并载入日历后再出具")
    return Item(local, Trace(duty.name, duty.clauses, ()), problem)


def attached_in_order(decision: Decision, stage: str) -> list[Attached]:
    """期限, 陈述申辩, 救济, 送达, as far as a document of `stage` says them; within a kind as the packages have it."""
    rank = {kind: place for place, kind in enumerate(_ATTACHED_ORDER)}
    return sorted((a for a in decision.attached if a.speaks_in(stage)), key=lambda a: rank.get(a.kind, len(rank)))


LISTS: Mapping[str, Callable[[Package, Decision, Party | None], Iterable[Item]]] = {
    "未满足准则": lambda p, d, one: [_criterion(p, c, one) for c in _unmet(d)],
    "全部准则": lambda p, d, one: [_criterion(p, c, one) for c in d.criteria],
    "不予例外准则": lambda p, d, one: [_criterion(p, c, one) for c in _unmet(d) if c.refused is not None],
    "准予例外准则": lambda p, d, one: [_criterion(p, c, one) for c in d.criteria if c.excused is not None],
    "不利判断": lambda p, d, _: _findings(p, d),
    "待补事实": lambda p, d, _: [_missing(m) for m in d.missing if m.matters and m.kind in ("fact", "table")],
    "依据口径": lambda p, d, _: [_relied(p, r) for r in d.relied if r.stated.value],
    "相关口径": lambda p, d, _: [_relied(p, r) for r in d.relied],
    "分项得分": lambda p, d, _: [_score_line(line) for sheet in d.scores for line in sheet.lines],
    "等次标准": lambda p, d, _: [item for sheet in d.scores for item in _grades(p, sheet)],
    "义务": lambda p, d, _: [_duty(duty) for duty in d.duties],
    "计算": lambda p, d, _: [_working(line) for line in d.workings.value if line.ends != CONDITION],
}
"""逐项 name -> items; 附随, 各案件 and the names of criteria groups work too."""
