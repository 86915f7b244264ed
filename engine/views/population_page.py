"""A batch as a page: what came of it, drawn and as tables. One file, nothing fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from html import escape

from engine.base import svg
from engine.decision.model import UNDECIDED
from engine.office.population import Assessed
from engine.office.population_summary import DeterminationSummary

_GOOD, _BAD, _OPEN, _BESIDE = "#2f6f4f", "#a8432f", "#c79a3b", "#8a8f98"
_WIDE, _NAMES, _BAR = 760.0, 220.0, 22.0
_STYLE = """
body { font-family: "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; margin: 32px auto; max-width: 860px;
  color: #222; line-height: 1.6; padding: 0 16px; }
h1 { font-size: 22px; margin-bottom: 0; } h2 { font-size: 18px; border-bottom: 2px solid #333; margin-top: 36px; }
h3 { font-size: 15px; margin: 20px 0 4px; } p.small { color: #666; font-size: 13px; margin: 2px 0; }
table { border-collapse: collapse; font-size: 13px; margin: 6px 0; } th, td { border: 1px solid #ccc; padding: 3px 10px; }
th { background: #f3f4f6; text-align: left; font-weight: 600; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } .key i { display: inline-block; width: 10px; height: 10px; margin: 0 4px 0 12px; }
@media print { body { margin: 0; } table, svg { break-inside: avoid; } }
"""


def page(found: Assessed, summaries: Sequence[DeterminationSummary], title: str, source: Sequence[str]) -> str:
    """A whole HTML page: counts that add up, then each determination."""
    heading = escape(f"批量决定 {title}")
    parts = [f"<h1>{heading}</h1>", *(f'<p class="small">{escape(line)}</p>' for line in source)]
    parts.append(f"<p>读入 {_count(found.read)} 件，退回 {_count(found.out)} 件。</p>")
    for one in summaries:
        parts += _determination(one, found.out)
    return html(f"批量决定 {title}", parts)


def html(title: str, parts: Sequence[str]) -> str:
    """A whole page of what is HTML already."""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _determination(one: DeterminationSummary, rejected: int) -> Iterator[str]:
    yield f"<h2>{escape(one.name)}</h2>"
    undecided = one.outcomes[UNDECIDED]
    decided = one.outcomes.total() - undecided
    said = f"已决定 {_count(decided)} + 待查 {_count(undecided)} + 退回 {_count(rejected)} = 读入 "
    yield f'<p class="small">{said}{_count(decided + undecided + rejected)}</p>'
    order = _in_order(one)
    yield _bars([(name, one.outcomes[name], _colour(one, name, order)) for name in order], one.outcomes.total())
    for fact, values in one.by.items():
        yield f"<h3>按{escape(fact)}</h3>"
        yield from drawn_shares(values, order, one)
        yield from _crossed(fact, values, order)
    if one.unmet:
        yield "<h3>没有达到最多的准则</h3>"
        rows = [
            (name, "、".join(clauses), _count(count), _share(count, one.outcomes.total()))
            for name, clauses, count in one.unmet
        ]
        yield from table(("准则", "条款", "件数", "占比"), rows)
    if one.missing:
        yield "<h3>待查的案件最该先补</h3>"
        yield from table(("事项", "件数"), [(name, _count(count)) for name, count in one.missing])
    if one.paid:
        yield "<h3>金额（元）</h3>"
        paid = [
            (p.outcome, _count(p.cases), _money(p.total), _money(p.total / p.cases), _money(p.least), _money(p.most))
            for p in one.paid
        ]
        yield from table(("结果", "件数", "合计", "平均", "最少", "最多"), paid)


def _in_order(one: DeterminationSummary) -> list[str]:
    return sorted(one.outcomes, key=lambda name: (name == UNDECIDED, -one.outcomes[name], name))


def _colour(one: DeterminationSummary, name: str, order: Sequence[str]) -> str:
    """Adverse outcomes, favourable ones and others in shades of their own."""
    if name == UNDECIDED:
        return _OPEN
    kinds = {
        **dict.fromkeys(order, _BESIDE),
        **dict.fromkeys(one.favourable, _GOOD),
        **dict.fromkeys(one.adverse, _BAD),
    }
    same = [other for other in order if kinds[other] == kinds[name] and other != UNDECIDED]
    return _mixed(kinds[name], min(same.index(name), 3) * 0.22)


def _mixed(colour: str, white: float) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)


def _bars(rows: Sequence[tuple[str, int, str]], total: int) -> str:
    """A bar a row, with its count and share."""
    most = max((count for _, count, _ in rows), default=0) or 1
    space = _WIDE - _NAMES - 130
    parts: list[str] = []
    for place, (name, count, colour) in enumerate(rows):
        y = place * (_BAR + 8) + 4
        long = space * count / most
        parts.append(svg.text(_NAMES - 10, y + 16, name, 14, "end"))
        parts.append(svg.rect(_NAMES, y, max(long, 1), _BAR, svg.title(f"{name} {count}"), fill=colour))
        parts.append(svg.text(_NAMES + long + 8, y + 16, f"{_count(count)}（{_share(count, total)}）", 13))
    return _drawing(parts, len(rows) * (_BAR + 8) + 8)


_SERIES = ("#2b5f8a", "#6fa3c7", "#7a5c99", "#b59bcb", "#3f7f7a", "#93bdb8", "#8a6d3b", "#c9b28a")
"""Colours of outcomes of which nothing is said."""


def drawn_shares(
    values: Mapping[str, Counter[str]], order: Sequence[str], one: DeterminationSummary | None = None
) -> Iterator[str]:
    """Of each value the shares of the outcomes, under a key of the colours."""
    plain = {name: _OPEN if name == UNDECIDED else _SERIES[place % len(_SERIES)] for place, name in enumerate(order)}
    colours = {name: _colour(one, name, order) for name in order} if one is not None else plain
    marks = (f'<span><i style="background:{colours[name]}"></i>{escape(name)}</span>' for name in order)
    yield f'<p class="small key">{"".join(marks)}</p>'
    yield _stacked(values, order, colours)


def _stacked(values: Mapping[str, Counter[str]], order: Sequence[str], colours: Mapping[str, str]) -> str:
    space = _WIDE - _NAMES - 90
    parts: list[str] = []
    for place, (value, counted) in enumerate(values.items()):
        y, x = place * (_BAR + 6) + 4, _NAMES
        parts.append(svg.text(_NAMES - 10, y + 16, value, 13, "end"))
        for name in order:
            if counted[name]:
                long = space * counted[name] / counted.total()
                said = f"{value} {name} {counted[name]}"
                parts.append(svg.rect(x, y, long, _BAR, svg.title(said), fill=colours[name]))
                x += long
        parts.append(svg.text(_NAMES + space + 8, y + 16, _count(counted.total()), 13))
    return _drawing(parts, len(values) * (_BAR + 6) + 8)


def _drawing(parts: Sequence[str], high: float) -> str:
    return svg.document(
        parts, viewBox=svg.view_box(0, 0, _WIDE, high), width=_WIDE, height=high, font_family="sans-serif"
    )


def _crossed(fact: str, values: dict[str, Counter[str]], order: Sequence[str]) -> Iterator[str]:
    rows = [(v, *(_count(counted[name]) for name in order), _count(counted.total())) for v, counted in values.items()]
    yield from table((fact, *order, "合计"), rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of a page."""
    yield "<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for row in rows:
        cells = (
            f'<td class="n">{c}</td>' if c[:1].isdigit() and at else f"<td>{escape(c)}</td>" for at, c in enumerate(row)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</table>"


def _count(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f}%" if total else "–"


def _money(value: Fraction) -> str:
    return f"{float(value):,.2f}".replace(",", "\u202f")
