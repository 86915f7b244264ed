"""A decision as text: the outcome, then every criterion with its clause and what was seen, then what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.base.basis import Basis, together, words
from engine.base.text import clip, pad, width, wrap
from engine.decision.case import Case
from engine.decision.model import (
    COUNTED,
    HOLDS,
    LACKING,
    NOT_OPENED,
    UNCLEAR,
    UNDECIDED,
    VERDICTS,
    CriterionResult,
    Decision,
    Missing,
    PremiseResult,
    Seen,
)
from engine.decision.wording import NOT_FILLED, called
from engine.policy.package import NOT_YET, Package
from engine.views.paint import Paint, uncoloured
from engine.views.workings import amounts, worked

COLUMNS = 80
_PREMISE = {HOLDS: "前提", LACKING: "须先", UNCLEAR: "待查前提"}
"""What a premise is called by how it stands."""

_ROLES = {"满足": "good", "未满足": "bad", "待查明": "open", "不适用": "faint"}


def outcome_role(decision: Decision) -> str:
    """good, bad or open: how an outcome is to be seen."""
    if decision.outcome in (UNDECIDED, NOT_YET):
        return "open"
    good = decision.favourable or decision.nature == "有利决定"
    return "good" if good else "bad" if decision.nature == "不利决定" else "strong"


def rule(title: str, columns: int = COLUMNS) -> str:
    """A heading line filled to the full width."""
    head = f"━━ {title} "
    return head + "━" * max(0, columns - width(head))


def labelled(label: str, text: str, columns: int = COLUMNS) -> list[str]:
    """`label  text`, wrapped under the text."""
    head = pad(label, 10)
    return wrap(text, columns, indent=f"{head}", hanging=" " * width(head))


def title(case: Case, package: Package, columns: int = COLUMNS) -> list[str]:
    """Which case: its number, what it is called, its day."""
    whose = f"案件 {case.id}  {called(package, case)}".rstrip()
    whole = f"{whose}  {day(case)}"
    return [whole] if width(whole) <= columns else [*wrap(whose, columns), day(case)]


def day(case: Case) -> str:
    """The day it is decided for, and that it was not asked for where it merely is today."""
    return f"基准日 {case.as_of.isoformat()}" + ("" if case.dated else "（未写基准日，按今天）")


def basis(package: Package, found: Basis, columns: int = COLUMNS) -> list[str]:
    """Under which rules: title, status; then what all of it rests on, by its code and in a word each."""
    header = package.header
    status = "" if header.status == "有效" else f"（{header.status}）"
    return [
        *wrap(f"依据 《{header.title}》{status}", columns),
        *wrap(f"所据 {rests_on(found)}", columns, hanging=" " * 5),
    ]


def rests_on(found: Basis) -> str:
    """`7C31-90AA-52E1  规则 6d7e1f0a2b3c  日历 2026  事实 51c0aa7e9d02  程序 0.1.0`."""
    return "  ".join((found.name, *(f"{part} {word}" for part, word in words(found))))


def heading(case: Case, package: Package, decisions: Sequence[Decision]) -> list[str]:
    """Which case, its day, and what its decisions rest on."""
    shown = basis(package, together([decision.basis for decision in decisions])) if decisions else []
    return [*title(case, package), *shown]


def case_report(
    case: Case,
    package: Package,
    decisions: Sequence[Decision],
    source: Sequence[str] = (),
    paint: Paint = uncoloured,
    *,
    every: bool = False,
    single: bool = False,
) -> Iterator[str]:
    """A case: a summary of its determinations, then each opened one in full; `single`: only that one;
    `source`: the line that names the rules."""
    yield from (*heading(case, package, decisions), *source)
    opened = [d for d in decisions if single or d.outcome != NOT_OPENED]
    if not single:
        yield ""
        yield from summary(opened, paint)
        closed = [not_opened(d) for d in decisions if d.outcome == NOT_OPENED]
        if closed:
            yield from wrap(f"未启动：{'、'.join(closed)}", COLUMNS, indent="– ", hanging="  ")
    for decision in opened:
        yield ""
        yield from full(decision, paint, every=every)


def not_opened(decision: Decision) -> str:
    """A determination that is not opened, with what is not filled in that would open it."""
    names = _closing(decision)
    return decision.determination + (f"（未填{'、'.join(names)}）" if names else "")


def _closing(decision: Decision) -> list[str]:
    """What is not filled in and keeps the determination from being opened."""
    return [s.name for s in decision.facts if s.text == NOT_FILLED and s.name in decision.reasons]


def summary(decisions: Sequence[Decision], paint: Paint = uncoloured, columns: int = COLUMNS) -> Iterator[str]:
    """One line a determination: what came out and what decided it."""
    opened = [d for d in decisions if d.outcome != NOT_OPENED]
    wide = max((width(d.determination) for d in opened), default=0)
    result = max((width(_outcome(d)) for d in opened), default=0)
    for decision in opened:
        mark = {"good": "✓", "bad": "✗", "open": "?"}.get(outcome_role(decision), "·")
        head = f"{paint(mark, outcome_role(decision))} {pad(decision.determination, wide)}  "
        shown = paint(pad(_outcome(decision), result), outcome_role(decision))
        yield from _beside(head + shown + "  ", _because(decision), 6 + wide + result, columns)


def _beside(head: str, text: str, taken: int, columns: int) -> Iterator[str]:
    """`text` after a head that takes so many columns, the rest of it under the beginning; in a line of its own, where
    little room is left."""
    if columns - taken < 16:
        yield head.rstrip()
        yield from wrap(text, columns, indent=" " * 6) if text else ()
        return
    first, *rest = wrap(text, columns - taken) or [""]
    yield (head + first).rstrip()
    yield from (" " * taken + line for line in rest)


def _outcome(decision: Decision) -> str:
    return decision.outcome


def _because(decision: Decision) -> str:
    if decision.outcome == NOT_YET:
        return "须先" + "；".join(premise.first for premise in decision.premises if premise.lacking)
    if decision.outcome == UNDECIDED:
        needed = [m.name for m in decision.missing if m.matters]
        return f"待补 {len(needed)} 项：{'、'.join(needed)}" if needed else "待查"
    unmet = [c.name for c in decision.against]
    if unmet and decision.nature == "不利决定":
        return "未满足：" + "、".join(unmet)
    return f"金额 {decision.amount}" if decision.amount else ""


def full(
    decision: Decision, paint: Paint = uncoloured, *, every: bool = False, columns: int = COLUMNS
) -> Iterator[str]:
    """The whole decision. Criteria that are met and beside the point are listed by name unless `every`."""
    clauses = "、".join(decision.clauses)
    yield rule(f"{decision.determination}（{clauses}）" if clauses else decision.determination, columns)
    shown = paint(decision.outcome, outcome_role(decision))
    facts = [decision.nature] if decision.nature else []
    if decision.outcome == NOT_OPENED and (blank := _closing(decision)):
        facts.append(f"尚未启动：{'、'.join(blank)}未填，填报以后再审查")
    facts += [f"由{decision.authority}作出"] if decision.authority else []
    facts += [f"金额 {decision.amount}"] if decision.amount else []
    yield pad("结果", 10) + shown + (f"（{'，'.join(facts)}）" if facts else "")
    if decision.outcome == UNDECIDED and decision.possible:
        yield from labelled("可能", "、".join(decision.possible), columns)
    for premise in decision.premises:
        if premise.verdict != HOLDS or every:
            yield from labelled(_PREMISE[premise.verdict], premise_line(premise), columns)
    if decision.stated and (every or decision.documents):
        yield from labelled("前提所凭", stated_line(decision), columns)
    if decision.note:
        yield from labelled("说明", decision.note, columns)
    met = {c.name for c in decision.criteria if c.verdict == "满足" or c.excused is not None}
    if decision.reasons and not met.issuperset(decision.reasons):
        yield from labelled("决定性", "、".join(decision.reasons), columns)
    yield from _criteria(decision, paint, every, columns)
    yield from _scores(decision, columns)
    yield from _workings(decision, columns, every=every)
    yield from _missing(decision.missing, paint, columns)
    yield from _next(decision, columns)


def premise_line(premise: PremiseResult) -> str:
    """What comes first, who does it, by which clause, and the condition that says so."""
    who = f"由{premise.who}" if premise.who else ""
    return f"{who}{premise.first}（{'、'.join(premise.clauses)}）：须{premise.sentence}"


def stated_line(decision: Decision) -> str:
    """What the premises rest on without a history, each with its source."""
    said = "、".join(f"{s.name} {s.text}" + (f"（{s.source}）" if s.source else "") for s in decision.stated)
    return f"案卷写明的{said}，没有事件记录可以核对"


def _criteria(decision: Decision, paint: Paint, every: bool, columns: int) -> Iterator[str]:
    if not (decision.criteria or decision.facts or decision.found):
        return
    yield ""
    quiet: list[CriterionResult] = []
    judged = every or decision.outcome != NOT_OPENED  # what is not opened holds nothing against anybody
    for result in decision.criteria if judged else ():
        if every or result.verdict in ("未满足", "待查明"):
            yield from criterion(result, paint, columns)
        else:
            quiet.append(result)
    for verdict in ("满足", "不适用"):
        named = [r.name for r in quiet if r.verdict == verdict]
        if named:
            deciding = [n for n in named if n in decision.reasons]
            share = f"，决定性 {len(deciding)}" if deciding else ""
            text = f"{verdict}（{len(named)}{share}）：{'、'.join(named)}"
            lines = wrap(text, columns, indent=f"  {VERDICTS[verdict]} ", hanging=" " * 4)
            yield paint(lines[0], _ROLES[verdict])
            yield from lines[1:]
    if decision.facts and (every or not decision.criteria):
        yield from _seen(decision.facts, columns, "  · ")
    for line in findings_lines(decision):
        yield from wrap(line, columns, indent="  ✗ ", hanging=" " * 4)


def criterion(result: CriterionResult, paint: Paint = uncoloured, columns: int = COLUMNS) -> Iterator[str]:
    """Mark, name, clause, strength; then the sentence, what was seen and what is wrong."""
    mark = paint(result.mark, "good" if result.excused is not None else _ROLES[result.verdict])
    tail = " · ".join(("、".join(result.clauses), *marks(result)))
    gap = columns - 3 - width(result.mark) - width(result.name) - width(tail)
    yield f"  {mark} {result.name}" + (" " * gap + tail if gap > 1 else f"  {tail}")
    yield from wrap(result.sentence, columns, indent=" " * 6)
    yield from _seen(result.seen, columns, "      ")
    for said in messages(result):
        yield from wrap(said, columns, indent="      → ", hanging=" " * 8)
    for word, finding in (("例外理由", result.excused), ("不予例外", result.refused)):
        if finding is not None:
            who = f"{finding.person}，{finding.on.isoformat()}"
            yield from wrap(f"{word}（{who}）：{finding.reasons}", columns, indent="      ", hanging=" " * 8)


def marks(result: CriterionResult) -> list[str]:
    """What sets a criterion apart: a strength other than 应当, and of an unmet one what it counts for; 鼓励 never counts."""
    strength = [] if result.strength == "应当" else [result.strength]
    told = result.verdict == "未满足" and result.counted != COUNTED and result.strength != "鼓励"
    return strength + ([result.counted] if told else [])


def messages(result: CriterionResult) -> list[str]:
    """What is unmet: each limb that is, in its own words; nothing of a criterion that is not unmet."""
    said = [limb.message for limb in result.limbs if limb.verdict == "未满足"]
    return (said or [result.message]) if result.verdict == "未满足" else []


def _seen(items: Iterable[Seen], columns: int, indent: str) -> Iterator[str]:
    for seen in items:
        source = f"  ← {seen.source}" if seen.source else ""
        text = f"{seen.name} = {seen.text}{source}"
        yield from wrap(text, columns, indent=indent, hanging=" " * (width(indent) + 2))


def _scores(decision: Decision, columns: int) -> Iterator[str]:
    for sheet in decision.scores:
        yield ""
        band = f"，{sheet.band}" if sheet.band else ""
        yield from labelled("评分", f"{sheet.name} {sheet.total}{band}（{sheet.source}）", columns)
        wide = max((width(line.name) for line in sheet.lines), default=0)
        for line in sheet.lines:
            weight = f" × {line.weight}" if line.weight not in ("", "1") else ""
            # The full mark is one before weighting: it stands beside the mark it limits.
            full_mark = f"（满分 {line.full}）" if line.full else ""
            value = f"{line.mark}{full_mark}{weight} = {line.weighted}" if weight else f"{line.weighted}{full_mark}"
            yield f"          {pad(line.name, wide)}  {value}"


def _workings(decision: Decision, columns: int, *, every: bool) -> Iterator[str]:
    """How the amount was come to; of scores their table says it, unless `every`."""
    if every and decision.workings.value:
        yield ""
        yield "计算"
        yield from worked(decision.workings.value, columns)
        return
    lines = amounts(decision)
    if lines:
        yield ""
    for place, line in enumerate(lines):
        yield from labelled("" if place else "计算", line, columns)


def findings_lines(decision: Decision) -> list[str]:
    """Every 判断 against the party that the condition of the outcome reads itself."""
    return [
        f"{one.name}：{one.finding.person}，{one.finding.on.isoformat()}，{one.finding.reasons}"
        for one in decision.found
    ]


def _missing(items: Sequence[Missing], paint: Paint, columns: int) -> Iterator[str]:
    needed = [m for m in items if m.matters]
    reopening = [m.name for m in items if m.reopens]
    idle = [m.name for m in items if not m.matters and not m.reopens]
    if needed:
        yield ""
        yield paint("待补（按先后）", "open")
    for index, item in enumerate(needed, 1):
        by = f"  由 {item.by}" if item.by else ""
        question = item.question or item.label
        head = f"  {index}. {item.name}"
        yield from wrap(f"{head}：{question}{by}" if question else head + by, columns, hanging=" " * 5)
        if item.evidence:
            yield from wrap(f"佐证：{item.evidence}", columns, indent=" " * 5)
    if reopening:
        yield from labelled("未填", f"{'、'.join(reopening)}（填报后可能改变结果）", columns)
    if idle:
        yield from labelled("不再影响", "、".join(idle), columns)


def _next(decision: Decision, columns: int) -> Iterator[str]:
    remedy = decision.remedy
    lines: list[str] = []
    if remedy is not None and remedy.sentence:
        lines += labelled("补救", remedy.sentence, columns)
        for way in remedy.alternatives:
            lines += labelled("或者", way, columns)
    for duty in decision.duties:
        due = f"，期限 {duty.due.isoformat()}" if duty.due else ""
        caution = f"（{duty.provisional}）" if duty.provisional else ""
        who = f"{duty.who}：" if duty.who else ""
        lines += labelled("义务", f"{who}{duty.name}{due}{caution}  {'、'.join(duty.clauses)}", columns)
    if decision.documents:
        lines += labelled("文书", "、".join(decision.documents), columns)
    for item in decision.attached:
        # How periods run is the same everywhere: the name is enough here, the text is in the letter and the JSON.
        body = item.name if item.kind == "期限" else item.text
        lines += labelled(item.kind, f"{body}（{'、'.join(item.clauses)}）", columns)
    lines += _relied(decision, columns)
    for note in decision.notes:
        lines += labelled("注意", note, columns)
    if lines:
        yield ""
        yield from lines


def _relied(decision: Decision, columns: int) -> list[str]:
    """What the outcome rests on besides facts, by standing: the text itself, sample values, readings."""
    by_source: dict[str, list[str]] = {}
    for item in decision.relied:
        by_source.setdefault(item.source, []).append(f"{item.name} {item.text}".strip())
    lines: list[str] = []
    for source, names in by_source.items():
        label = {"条文": "条文参数", "实施口径（示例）": "示例口径"}.get(source, source)
        lines += labelled(clip(label, 9), "；".join(names), columns)
    return lines
