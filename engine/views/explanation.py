"""Why (a smallest reason), everything that was found, why not, what would change it, what no longer matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.base.text import wrap
from engine.decision.model import (
    BESIDE,
    NOT_OPENED,
    UNCLEAR,
    UNDECIDED,
    VERDICTS,
    CriterionResult,
    Decision,
    NamedFinding,
    RemedyChange,
)
from engine.policy.package import NOT_YET
from engine.views.decision import COLUMNS, criterion, outcome_role, premise_line, rule
from engine.views.paint import Paint, uncoloured
from engine.views.workings import worked


def explain(
    decision: Decision, paint: Paint = uncoloured, columns: int = COLUMNS, *, undoing: Sequence[RemedyChange] = ()
) -> Iterator[str]:
    """The answers about one decision; `undoing`: what would undo a favourable one."""
    yield rule(f"{decision.determination}：{decision.outcome}", columns)
    if decision.outcome == NOT_OPENED:
        yield from _not_opened(decision, columns)
        return
    yield from _why(decision, paint, columns)
    yield from _found(decision, columns)
    if decision.workings.value:
        yield from _title("怎样算出来的")
        yield from worked(decision.workings.value, columns)
    yield from _why_not(decision, paint, columns)
    yield from _what_changes(decision, columns, undoing)
    yield from _what_no_longer_matters(decision, columns)


def _not_opened(decision: Decision, columns: int) -> Iterator[str]:
    """Why it is not opened, and what is not filled in that would open it."""
    known, absent = _by_name(decision), {m.name for m in decision.missing if m.reopens}
    yield "本案没有触发这项决定的事实，未启动。"
    for name in decision.reasons:
        text = f"{name}：{known[name].verdict}" if name in known else _seen(decision, name)
        yield from wrap(text, columns, indent="  · ", hanging=" " * 4)
    below = [name for name in decision.grounds if name not in decision.reasons]
    if below:
        yield from wrap(f"所凭的事实：{'、'.join(below)}", columns, indent="  ", hanging=" " * 4)
    if absent:
        yield from wrap(f"没有填报、填报后可能启动：{'、'.join(sorted(absent))}", columns, indent="  ", hanging=" " * 4)


def _title(text: str) -> Iterator[str]:
    yield ""
    yield f"【{text}】"


def _by_name(decision: Decision) -> dict[str, CriterionResult]:
    return {result.name: result for result in decision.criteria}


def _why(decision: Decision, paint: Paint, columns: int) -> Iterator[str]:
    shown = paint(decision.outcome, outcome_role(decision))
    yield from _title("为什么")
    if decision.outcome == UNDECIDED:
        possible = "、".join(decision.possible)
        yield from wrap(f"还不能决定：缺少的事实会影响结果，可能是 {possible}。", columns, indent="  ")
        for premise in decision.premises:
            if premise.verdict == UNCLEAR:
                yield from wrap(f"前提待查明：{premise_line(premise)}", columns, indent="  ? ", hanging=" " * 4)
        return
    if decision.outcome == NOT_YET:
        yield "  下列各项还没有具备，既不作有利的决定，也不作不利的决定："
        for premise in decision.premises:
            if premise.lacking:
                yield from wrap(premise_line(premise), columns, indent="  ✗ ", hanging=" " * 4)
    lead = f"只凭下列各项就得出“{shown}”，少一项就不够，其余怎样都不改变它。这是一个最小的理由，不是查明的全部。"
    yield from wrap(lead, columns, indent="  ")
    known = _by_name(decision)
    for name in dict.fromkeys((*decision.opened, *decision.reasons)):
        if name in known:
            yield from criterion(known[name], paint, columns)
        else:
            yield from wrap(_seen(decision, name), columns, indent="  · ", hanging=" " * 4)
    if decision.grounds:
        yield from wrap(f"所凭的事实：{'、'.join(decision.grounds)}", columns, indent="  ", hanging=" " * 4)
    if not (decision.reasons or decision.opened):
        yield "  不依赖任何准则（没有其他结果成立时即为此）。"


def _seen(decision: Decision, name: str, between: str = " = ") -> str:
    """A value that outcomes read themselves, with its source."""
    seen = next((s for s in decision.facts if s.name == name), None)
    source = f"  ← {seen.source}" if seen and seen.source else ""
    return f"{name}{between}{seen.text}{source}" if seen else name


def _found(decision: Decision, columns: int) -> Iterator[str]:
    """Everything that was found of what the condition of the outcome reads, the unmet criteria with every 判断 against the
    party, each once."""
    read = [c for c in decision.criteria if c.counted != BESIDE]
    if not (read or decision.found):
        return
    yield from _title("查明的全部")
    for result in read:
        if result.verdict == "未满足":
            clauses = f"（{'、'.join(result.clauses)}）" if result.clauses else ""
            text = f"{result.name}{clauses}{_standing(result)}：{result.message}"
            yield from wrap(text, columns, indent=f"  {result.mark} ", hanging=" " * 4)
            yield from _findings(result.found, columns, " " * 6)
    yield from _findings(decision.found, columns, "  ✗ ")
    for verdict in ("满足", "不适用", "待查明"):
        named = [c.name for c in read if c.verdict == verdict]
        if named:
            text = f"{verdict}（{len(named)}）：{'、'.join(named)}"
            yield from wrap(text, columns, indent=f"  {VERDICTS[verdict]} ", hanging=" " * 4)


def _findings(found: Iterable[NamedFinding], columns: int, indent: str) -> Iterator[str]:
    for one in found:
        said = one.finding
        line = f"{one.name}：{said.person}，{said.on.isoformat()}，{said.reasons}"
        yield from wrap(line, columns, indent=indent, hanging=" " * 8)


def _standing(result: CriterionResult) -> str:
    """What an unmet criterion counts for, where it does not count against the party."""
    if result.excused is not None:
        return "，已准予例外"
    return "，鼓励，不作为依据" if result.strength == "鼓励" else ""


def _why_not(decision: Decision, paint: Paint, columns: int) -> Iterator[str]:
    target = decision.remedy.outcome if decision.remedy else ""
    if decision.favourable or not target:
        return
    yield from _title(f"为什么不是“{target}”")
    known = _by_name(decision)
    for name in decision.obstacles:
        if name in known:
            clauses = f"（{'、'.join(known[name].clauses)}）" if known[name].clauses else ""
            text = f"{name}{clauses}：{_in_the_way(known[name])}"
            yield from wrap(text, columns, indent=f"  {'✗' if known[name].fails else '·'} ", hanging=" " * 4)
        else:
            yield from wrap(_seen(decision, name, "为"), columns, indent="  · ", hanging=" " * 4)
    if not decision.obstacles:
        yield from wrap(_nothing_in_the_way(decision, target), columns, indent="  ")


def _in_the_way(result: CriterionResult) -> str:
    """What is unmet; of a criterion whose being met rules the outcome out, the values that make it so."""
    if result.fails:
        return result.message
    deciding = [s for s in result.seen if s.name in result.reasons] or list(result.seen)
    return "、".join(f"{s.name}为{s.text}" for s in deciding) or result.sentence


def _nothing_in_the_way(decision: Decision, target: str) -> str:
    if target in decision.possible:
        return f"已查明的事项没有排除“{target}”，尚待查明的事项决定结果。"
    return "没有哪一项准则或事实单独排除它；结果取决于决定的其他条件。"


def _what_changes(decision: Decision, columns: int, undoing: Sequence[RemedyChange]) -> Iterator[str]:
    needed = [m for m in decision.missing if m.matters]
    reopening = [m.name for m in decision.missing if m.reopens]
    if decision.remedy is None and not needed and not reopening and not undoing:
        return
    yield from _title("什么会改变它")
    if decision.remedy is not None:
        yield from wrap(decision.remedy.sentence, columns, indent="  ")
        for way in decision.remedy.alternatives:
            yield from wrap(f"或者：{way}", columns, indent="  ", hanging=" " * 4)
    said = decision.remedy.remains if decision.remedy is not None else ()
    for item in needed:
        asked = f"写明例外理由：{item.name}" if item.kind == "excuse" else f"补充“{item.name}”"
        if item.name in said or f"例外理由：{item.name}" in said:
            continue
        others = [name for name in item.criteria if name != item.name]
        criteria = f"（影响 {'、'.join(others)}）" if others else ""
        yield from wrap(asked + criteria, columns, indent="  · ", hanging=" " * 4)
    if undoing:
        turned = "；".join(f"{change.name}由{change.now}变为{change.to}" for change in undoing)
        yield from wrap(f"单有下列一项改变，就不再是这个结果：{turned}", columns, indent="  · ", hanging=" " * 4)
    if reopening:
        text = f"结果以没有填报为据，填报后可能改变：{'、'.join(reopening)}"
        yield from wrap(text, columns, indent="  · ", hanging=" " * 4)


def _what_no_longer_matters(decision: Decision, columns: int) -> Iterator[str]:
    idle = [m.name for m in decision.missing if not m.matters and not m.reopens]
    beside = [c.name for c in decision.criteria if c.name not in decision.reasons]
    if decision.outcome == UNDECIDED or not (idle or beside):
        beside = []
    if not (idle or beside):
        return
    yield from _title("什么已不再重要")
    if idle:
        yield from wrap(f"仍未填写、但不再影响结果：{'、'.join(idle)}", columns, indent="  ", hanging=" " * 4)
    if beside:
        yield from wrap(f"不是决定性的准则：{'、'.join(beside)}", columns, indent="  ", hanging=" " * 4)
