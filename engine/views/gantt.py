"""A timeline as a picture: the states as a band, events on it, every duty a bar from its birth to its deadline.

Plain SVG and a self-contained HTML page around it: no script, nothing fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from html import escape

from engine.base.classes import dataclass
from engine.base.svg import circle, document, element, line, path, rect, steps, text, title, view_box
from engine.base.text import clauses_text, width
from engine.policy.package import Package
from engine.procedure.serial import payload
from engine.procedure.timeline import (
    ENDED,
    EXPIRED,
    LATE,
    MET,
    OPEN,
    OVERDUE,
    PENDING,
    SETTLED,
    UNSET,
    Duty,
    Timeline,
)
from engine.views.timeline import term

WIDTH, LABELS, RIGHT = 1100, 250, 24
ROW, BAR, TOP = 26, 12, 46
_COLOURS = {
    MET: "#3f8f5f",
    LATE: "#c98a1b",
    OPEN: "#3b6fb5",
    OVERDUE: "#b3362b",
    SETTLED: "#b08a86",
    ENDED: "#b8b8b8",
    EXPIRED: "#b8b8b8",
    UNSET: "#8a6fb0",
    PENDING: "#7fa3d1",
}
_BANDS = ("#dfe7f2", "#e8efe2", "#f4ead8", "#efe1e4", "#e3e9ea", "#ece6f2")
_INK, _FAINT, _GRID = "#222", "#666", "#e4e4e4"
_FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day begins, in pixels, kept inside the plot."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(LABELS + min(1.0, max(0.0, share)) * (WIDTH - LABELS - RIGHT), 1)


def svg(timeline: Timeline) -> str:
    """The picture; its height follows from the number of different duties."""
    scale = _scale(timeline)
    rows: dict[str, list[Duty]] = {}
    for duty in timeline.duties:
        rows.setdefault(duty.name, []).append(duty)
    height = TOP + 2 * ROW + len(rows) * ROW + 34
    body = [*_axis(scale, height), *_states(timeline, scale), *_events(timeline, scale)]
    for index, (name, duties) in enumerate(rows.items()):
        body += _row(name, duties, timeline.as_of, scale, TOP + (2 + index) * ROW)
    body += _today(timeline.as_of, scale, height)
    return document(
        body,
        viewBox=view_box(0, 0, WIDTH, height),
        font_family=_FONT,
        font_size=12,
        role="img",
        aria_label=f"{timeline.title or timeline.case} 时间线",
    )


def _scale(timeline: Timeline) -> _Scale:
    days = [timeline.as_of, *(e.day for e in timeline.events)]
    days += [d for duty in timeline.duties if duty.live for d in (duty.due, duty.start) if d is not None]
    first, last = min(days), max(days)
    margin = timedelta(max(3, (last - first).days // 40))
    return _Scale(first - margin, last + margin)


def _axis(scale: _Scale, height: int) -> Iterator[str]:
    """A line and a label every month, quarter or year, as there is room for."""
    months = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    step = next(s for s in (1, 3, 6, 12, 24, 60, 120, 1200) if months / s <= 14 or s == 1200)
    month = scale.first.year * 12 + scale.first.month - 1
    for index in range(month + 1, scale.last.year * 12 + scale.last.month):
        if index % step:
            continue
        day = date(index // 12, index % 12 + 1, 1)
        x = scale.x(day)
        yield line(x, TOP - 8, x, height - 24, stroke=_GRID)
        label = f"{day.year}" if step >= 12 or day.month == 1 else f"{day.year}-{day.month:02}"
        yield text(x, TOP - 14, label, 11, "middle", _FAINT)


def _states(timeline: Timeline, scale: _Scale) -> Iterator[str]:
    yield text(LABELS - 12, TOP + 17, "状态", 12, "end", _FAINT)
    edges = [(m.effect.event.day, m.after) for m in timeline.moves]
    names = list(dict.fromkeys(state for _, state in edges))
    for index, (first, state) in enumerate(edges):
        last = edges[index + 1][0] if index + 1 < len(edges) else timeline.as_of
        left, right = scale.x(first), scale.x(last)
        fill = _BANDS[names.index(state) % len(_BANDS)]
        said = title(f"{state} {first.isoformat()} 至 {last.isoformat()}")
        yield rect(left, TOP, max(1.0, right - left), ROW - 2, said, fill=fill, stroke="#fff")
        if right - left >= width(state) * 6.2 + 6:
            yield text((left + right) / 2, TOP + 17, state, 12, "middle", _INK)


def _events(timeline: Timeline, scale: _Scale) -> Iterator[str]:
    yield text(LABELS - 12, TOP + ROW + 17, "事件", 12, "end", _FAINT)
    y = TOP + ROW + 13
    for entry in timeline.events:
        x = scale.x(entry.day)
        said = title(f"{entry.day.isoformat()} {entry.event}")
        yield path(steps("M", x, y - 5, "l5 5l-5 5l-5 -5z"), said, fill="#555", fill_opacity=0.75)
    for refusal in timeline.refused:
        x = scale.x(refusal.entry.day)
        cross = steps("M", x - 4, y - 4, "l8 8m0 -8l-8 8")
        yield path(cross, title(refusal.problem.message), stroke=_COLOURS[OVERDUE], stroke_width=2)


def _row(name: str, duties: Sequence[Duty], as_of: date, scale: _Scale, y: int) -> Iterator[str]:
    yield line(0, y, WIDTH, y, stroke=_GRID)
    shown = name if width(name) <= 36 else _clip(name, 34)
    yield text(LABELS - 12, y + 17, shown, 12, "end", _INK)
    for duty in duties:
        yield from _bar(duty, as_of, scale, y + (ROW - BAR) // 2)


def _clip(text: str, columns: int) -> str:
    while width(text) > columns:
        text = text[:-1]
    return text + "…"


def _bar(duty: Duty, as_of: date, scale: _Scale, y: int) -> Iterator[str]:
    """From its birth to its deadline (or to where it was met, ended, or now); what is late is drawn on in red."""
    begun = duty.start or duty.born
    closed = duty.closed_by.day if duty.closed_by else duty.ended or as_of
    last = duty.due if duty.due is not None else max(begun, closed)
    left, right = scale.x(begun), max(scale.x(begun) + 3, scale.x(last + timedelta(1)))
    colour = _COLOURS[duty.status]
    period = f"（{duty.period}）" if duty.period else ""
    said = f"{duty.name}{period}：{duty.status}，{term(duty)}，{duty.who}，依 {clauses_text(duty.clauses)}"
    full = 0.35 if duty.status in (OPEN, PENDING) else 0.8
    parts = [rect(left, y, right - left, BAR, rx=2, fill=colour, fill_opacity=full, stroke=colour)]
    late = duty.status in (OVERDUE, LATE, SETTLED) and not duty.period  # the next period's bar follows at once
    if late and duty.due is not None and closed > duty.due:
        end, look = max(scale.x(closed), right + 2), _COLOURS[OVERDUE]
        parts.append(line(right, y + BAR / 2, end, y + BAR / 2, stroke=look, stroke_width=3, stroke_dasharray="4 2"))
    if duty.closed_by is not None:
        x = scale.x(duty.closed_by.day)
        parts.append(circle(x, y + BAR / 2, 3.5, fill="#fff", stroke=colour, stroke_width=2))
    yield element("g", title(said), *parts)


def _today(as_of: date, scale: _Scale, height: int) -> Iterator[str]:
    x = scale.x(as_of)
    yield line(x, TOP - 6, x, height - 24, stroke=_COLOURS[OVERDUE], stroke_width=1.2)
    anchor = "end" if x > WIDTH - 120 else "middle"
    yield text(x, height - 8, f"截至 {as_of.isoformat()}", 11, anchor, _COLOURS[OVERDUE])


# The page


_STYLE = f"""
body {{ font-family: {_FONT}; color: {_INK}; max-width: {WIDTH}px; margin: 24px auto; padding: 0 16px; line-height: 1.6; }}
h1 {{ font-size: 20px; margin: 0 0 4px; }} h2 {{ font-size: 16px; margin: 24px 0 8px; }}
p {{ margin: 4px 0; color: {_FAINT}; }} svg {{ width: 100%; height: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: 13px; }}
th, td {{ border-bottom: 1px solid {_GRID}; text-align: left; padding: 5px 8px; vertical-align: top; }}
th {{ color: {_FAINT}; font-weight: normal; white-space: nowrap; }} td.short {{ white-space: nowrap; }}
.key span {{ display: inline-block; margin-right: 14px; }} .key i {{ display: inline-block; width: 12px; height: 12px;
margin-right: 4px; vertical-align: -1px; }}
@media print {{ body {{ margin: 0; }} tr {{ break-inside: avoid; }} }}
"""


def page(timeline: Timeline, package: Package) -> str:
    """A whole HTML page: picture, duties, events."""
    title = escape(f"{timeline.title or timeline.case} 时间线")
    since = f"（自 {timeline.since.isoformat()}）" if timeline.since else ""
    status = "" if package.header.status == "有效" else f"（{package.header.status}）"
    facts = escape(
        f"截至 {timeline.as_of.isoformat()}　状态 {timeline.state}{since}　依据《{package.header.title}》{status}"
    )
    statuses = dict.fromkeys(d.status for d in timeline.duties)
    key = "".join(f'<span><i style="background:{_COLOURS[s]}"></i>{s}</span>' for s in _COLOURS if s in statuses)
    parts = [f"<h1>{title}</h1><p>{facts}</p>", svg(timeline), f'<p class="key">{key}</p>', *_refusals(timeline)]
    parts += [*_duty_table(timeline), *_event_table(timeline, package)]
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


_SHORT = ("日期", "期限", "情况", "状态")
"""Columns that are never broken."""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "<table><tr>" + "".join(f"<th>{escape(h)}</th>" for h in heads) + "</tr>"
    marks = [' class="short"' if head in _SHORT else "" for head in heads]
    for row in rows:
        yield "<tr>" + "".join(f"<td{m}>{escape(cell)}</td>" for m, cell in zip(marks, row, strict=True)) + "</tr>"
    yield "</table>"


def _refusals(timeline: Timeline) -> Iterator[str]:
    if timeline.refused:
        yield "<h2>不可能成立的事件（不计入）</h2>"
        rows = [
            (r.problem.message.replace("`", ""), r.problem.clause or "", r.problem.help or "") for r in timeline.refused
        ]
        yield from _table(("事件", "条款", "怎么办"), rows)


def _duty_table(timeline: Timeline) -> Iterator[str]:
    live = [d for d in timeline.duties if d.live]
    if live:
        yield "<h2>未了的事项</h2>"
        live.sort(key=lambda d: d.due or d.start or date.max)
        rows = [
            (
                d.status,
                d.name + (f"（{d.period}）" if d.period else ""),
                term(d),
                d.who,
                clauses_text(d.clauses),
                "、".join(d.documents) if d.ready else "",
            )
            for d in live
        ]
        yield from _table(("情况", "事项", "期限", "主体", "条款", "可以出具"), rows)


def _event_table(timeline: Timeline, package: Package) -> Iterator[str]:
    moves = {m.effect.event.id: f"{m.before} → {m.after}" for m in timeline.moves}
    documents: dict[str, list[str]] = {}
    for owed in timeline.documents:
        documents.setdefault(owed.effect.event.id, []).append(owed.document)
    clauses: dict[str, dict[str, None]] = {}
    for effect in timeline.effects:
        clauses.setdefault(effect.event.id, {}).update(dict.fromkeys(effect.clauses))
    yield "<h2>经过</h2>"
    rows = [
        (
            e.day.isoformat(),
            e.event,
            payload(e, package),
            moves.get(e.id, ""),
            "、".join(documents.get(e.id, ())),
            clauses_text(clauses.get(e.id, ())),
        )
        for e in timeline.events
    ]
    yield from _table(("日期", "事件", "内容", "状态", "文书", "条款"), rows)
