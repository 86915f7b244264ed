"""A timeline as text in 80 columns: the state, what happened, what is owed by whom by when and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from engine.base.text import clauses_text, pad, width, wrap
from engine.policy.package import Package
from engine.procedure.history import Entry
from engine.procedure.serial import payload
from engine.procedure.sweep import Due
from engine.procedure.timeline import (
    ENDED,
    EXPIRED,
    LATE,
    MET,
    OVERDUE,
    SETTLED,
    Duty,
    Effect,
    Refusal,
    Timeline,
    TimelineChange,
)
from engine.views.decision import COLUMNS, basis, rule
from engine.views.paint import Paint, uncoloured

_MARKS = {
    MET: ("✓", "good"),
    LATE: ("✓", "open"),
    OVERDUE: ("✗", "bad"),
    SETTLED: ("✗", "faint"),
    ENDED: ("–", "faint"),
    EXPIRED: ("–", "faint"),
}


def text(
    timeline: Timeline,
    package: Package,
    source: Sequence[str] = (),
    paint: Paint = uncoloured,
    *,
    every: bool = False,
) -> Iterator[str]:
    """The whole timeline; duties that are done or over are listed by name unless `every`; `source`: the line that names
    the rules."""
    title = f"{timeline.title}（{timeline.case}）" if timeline.title else timeline.case
    yield rule(f"{title} 截至 {timeline.as_of.isoformat()}")
    since = f"（自 {timeline.since.isoformat()}）" if timeline.since else ""
    yield pad("状态", 10) + paint(timeline.state, "strong") + since
    for event, begun, last in timeline.running:
        yield pad("期限", 10) + f"{last.isoformat()} 届满：{event}（自〔{begun}〕起算）"
    yield from (*basis(package, timeline.basis), *source)
    yield ""
    yield paint("经过", "strong")
    yield from _happened(timeline, package, paint)
    yield from _refused(timeline.refused, paint)
    yield from _duties(timeline, paint, every)
    if timeline.cautions:
        yield ""
        yield paint("查不清", "open")
        for problem in timeline.cautions:
            yield from wrap(
                f"{problem.message}  {problem.clause or ''}".rstrip(), COLUMNS, indent="  ? ", hanging="    "
            )


def _happened(timeline: Timeline, package: Package, paint: Paint) -> Iterator[str]:
    moves = {move.effect.event.id: move for move in timeline.moves}
    effects: dict[str, list[Effect]] = {}
    for effect in timeline.effects:
        effects.setdefault(effect.event.id, []).append(effect)
    documents: dict[str, list[str]] = {}
    for owed in timeline.documents:
        documents.setdefault(owed.effect.event.id, []).append(owed.document)
    if not timeline.events:
        yield "  没有事件"
    for entry in timeline.events:
        head = f"  {entry.day.isoformat()}  〔{'期满' if entry.since else entry.id}〕{entry.event}{_entered(entry)}"
        move = moves.get(entry.id)
        tail = f"{move.before} → {move.after}" if move else ""
        gap = COLUMNS - width(head) - width(tail)
        yield head + (" " * gap if gap > 1 else "  ") + paint(tail, "strong") if tail else head
        if said := payload(entry, package):
            yield from wrap(said, COLUMNS, indent=" " * 14)
        for effect in effects.get(entry.id, ()):
            named = clauses_text(effect.clauses)
            via = f"，经 {'、'.join(effect.through)}" if effect.through else ""
            joined = f"，并据 {'、'.join(effect.joined)} 号事件" if effect.joined else ""
            yield from wrap(f"依 {named}：{effect.rule}{joined}{via}", COLUMNS, indent=" " * 14, hanging=" " * 16)
        if issued := documents.get(entry.id):
            yield from wrap(f"文书：{'、'.join(issued)}", COLUMNS, indent=" " * 14, hanging=" " * 16)


def _entered(entry: Entry) -> str:
    """When and by whom it was entered, as far as that is worth telling."""
    late = entry.entered is not None and entry.entered > entry.day
    when = f"{entry.entered.isoformat()} " if late and entry.entered else ""
    return f"（{when}{entry.by}{'补录' if late else '录入'}）" if late or entry.by else ""


def _refused(refused: Sequence[Refusal], paint: Paint) -> Iterator[str]:
    if refused:
        yield ""
        yield paint("不可能成立（不计入）", "bad")
    for refusal in refused:
        problem = refusal.problem
        yield from wrap(f"{problem.message}（{problem.clause}）", COLUMNS, indent="  ✗ ", hanging="    ")
        if problem.help:
            yield from wrap(problem.help, COLUMNS, indent="    → ", hanging="      ")


def _duties(timeline: Timeline, paint: Paint, every: bool) -> Iterator[str]:
    if not timeline.duties:
        return
    yield ""
    yield paint("事项", "strong")
    open_ = [d for d in timeline.duties if d.live]
    done = [d for d in timeline.duties if not d.live]
    for duty in sorted(open_, key=_urgency):
        yield from duty_lines(duty, paint)
    if not open_:
        yield "  没有未了的事项"
    if every:
        for duty in done:
            yield from duty_lines(duty, paint)
        return
    for status in dict.fromkeys(d.status for d in done):
        names: dict[str, int] = {}
        for duty in done:
            if duty.status == status:
                names[duty.name] = names.get(duty.name, 0) + 1
        mark, role = _MARKS.get(status, ("·", "open"))
        shown = "、".join(name + (f"×{count}" if count > 1 else "") for name, count in names.items())
        lines = wrap(f"{status}（{sum(names.values())}）：{shown}", COLUMNS, indent=f"  {mark} ", hanging="    ")
        yield paint(lines[0], role)
        yield from lines[1:]


def _urgency(duty: Duty) -> tuple[bool, date]:
    return duty.due is None and duty.start is None, duty.due or duty.start or date.max


def duty_lines(
    duty: Duty, paint: Paint = uncoloured, whose: str = "", documents: bool = True, others: Sequence[str] = ()
) -> Iterator[str]:
    """One duty: status, name, until when; by whom and under which clause; what may be issued. `others`: further periods
    of which the same is to be said."""
    mark, role = _MARKS.get(duty.status, ("·", "open"))
    period = f"（{duty.period}）" if duty.period else ""
    head = f"  {mark} {whose}{duty.name}{period}"
    when = term(duty)
    gap = COLUMNS - width(head) - width(when)
    yield paint(head, role) + (" " * gap if gap > 1 else "  ") + when
    detail = f"{duty.status}，{duty.who or '未写主体'}，依 {clauses_text(duty.clauses)}"
    if duty.closed_by is not None:
        detail += f"，{duty.closed_by.day.isoformat()} {duty.closed_by.event}"
    if duty.ended is not None:
        detail += f"，{duty.ended.isoformat()} 起不再处于相应状态"
    yield from wrap(detail, COLUMNS, indent=" " * 6)
    if duty.provisional:
        yield from wrap(duty.provisional, COLUMNS, indent=" " * 6)
    if others:
        yield from wrap(f"另有 {len(others)} 期：{'、'.join(others)}", COLUMNS, indent=" " * 6, hanging=" " * 8)
    if documents and duty.ready:
        yield from wrap(f"可以出具：{'、'.join(duty.documents)}", COLUMNS, indent="      → ", hanging=" " * 8)


def term(duty: Duty) -> str:
    """Until when, or from when."""
    if duty.unset:
        return f"期限未定：{duty.unset}"
    if duty.due is not None:
        return f"期限 {duty.due.isoformat()}{'（暂估）' if duty.provisional else ''}"
    return f"自 {duty.start.isoformat()} 起" if duty.start else "没有期限"


def due_text(
    found: Sequence[Due], as_of: date, until: date, source: Sequence[str] = (), paint: Paint = uncoloured
) -> Iterator[str]:
    """The sweep over all parties: group by group; `source`: the line that names the rules."""
    yield rule(f"待办 截至 {as_of.isoformat()}，看到 {until.isoformat()}")
    yield from source
    if not found:
        yield "没有到期或待办的事项"
    for group in dict.fromkeys(d.group for d in found):
        items = _together([d for d in found if d.group == group])
        count = sum(map(len, items))
        yield ""
        yield paint(f"{group}（{len(items)}{f' 项，{count} 期' if count > len(items) else ''}）", _role(group))
        for first, *more in items:
            yield from duty_lines(
                first.duty, paint, f"{first.title or first.case}：", others=[d.duty.period for d in more]
            )
    if any(item.documents for item in found):
        yield from ("", f"出具：guiju issue 案件的文件夹 --as-of {as_of.isoformat()}")


def _role(group: str) -> str:
    return "bad" if group == OVERDUE else "strong"


def _together(items: Sequence[Due]) -> list[list[Due]]:
    """A periodic duty missed again and again by one party is told once, by its earliest period."""
    found: dict[tuple[str, ...], list[Due]] = {}
    for index, item in enumerate(items):
        own = "" if item.duty.period else str(index)
        found.setdefault((item.case, item.duty.source, item.duty.name, own), []).append(item)
    return list(found.values())


def changes(found: Sequence[TimelineChange], paint: Paint = uncoloured) -> Iterator[str]:
    """What an entry changed."""
    if not found:
        yield "  没有变化"
    for change in found:
        role = {"+": "good", "−": "bad"}.get(change.sign, "open")
        lines = wrap(f"{change.kind} {change.text}", COLUMNS, indent=f"  {change.sign} ", hanging="    ")
        yield from (paint(line, role) for line in lines)
