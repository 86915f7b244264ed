"""A population under several versions of the rules, as text and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from engine.base.text import pad, width, wrap
from engine.decision.model import UNDECIDED
from engine.office.sweeping import Sweep
from engine.policy.differences import differences
from engine.policy.package import Package
from engine.views.decision import COLUMNS, rule
from engine.views.impact import difference_lines, difference_plain
from engine.views.paint import Paint, uncoloured
from engine.views.population_page import drawn_shares, html, table


def text(found: Sweep, title: str, source: Sequence[str] = (), paint: Paint = uncoloured) -> Iterator[str]:
    """How many come to what under each version, then who turns from each to the next."""
    yield rule(f"逐项试算 {title}")
    yield from source
    yield from outcomes_told(found, paint)


def outcomes_told(found: Sweep, paint: Paint = uncoloured) -> Iterator[str]:
    """How many come to what, determination by determination, and the count of all."""
    for name, each in found.outcomes.items():
        yield paint(name, "strong")
        order = _outcomes(found, name)
        first = max(map(width, (*order, "")))
        wide = [max(width(said), 7) for said in found.versions]
        yield "  " + pad("", first) + "".join("  " + _right(v, w) for v, w in zip(found.versions, wide, strict=True))
        for outcome in order:
            counts = "".join("  " + _right(str(c[outcome]), w) for c, w in zip(each, wide, strict=True))
            yield f"  {pad(outcome, first)}{counts}"
        for place in range(1, len(found.versions)):
            moves = found.moves(name, place)
            said = "，".join(f"{a} → {b} {n} 件" for (a, b), n in moves.most_common()) or "没有改变"
            yield from wrap(
                f"{found.versions[place - 1]} → {found.versions[place]}：{said}", COLUMNS, indent="  ", hanging="    "
            )
        yield f"  各次不全相同的 {len(found.turned[name])} 件"
    yield f"读入 {found.read} 件，退回 {found.out} 件"


def impact_text(
    found: Sweep,
    title: str,
    packages: tuple[Package, Package],
    source: Sequence[str] = (),
    paint: Paint = uncoloured,
) -> Iterator[str]:
    """What was changed, then of every determination this can reach how many come to what before and after, and who turns."""
    yield rule(f"影响 {title}")
    yield from source
    yield paint("改了什么", "strong")
    (before, after), changed = packages, differences(*packages)
    for difference in changed:
        yield from difference_lines(difference)
    if not changed:
        yield "  没有改动"
    yield from outcomes_told(found, paint)
    if same := [name for name in after.determinations if name in before.determinations and name not in found.outcomes]:
        yield from wrap(f"改动碰不到的决定：{'、'.join(same)}", COLUMNS, hanging="  ")


def impact_plain(found: Sweep, packages: tuple[Package, Package]) -> dict[str, Any]:
    """The same, JSON-ready."""
    decided = {
        name: {
            "结果": {said: dict(counted) for said, counted in zip(found.versions, each, strict=True)},
            "改变": [{"原": a, "改": b, "件数": count} for (a, b), count in found.moves(name, 1).most_common()],
        }
        for name, each in found.outcomes.items()
    }
    changed = list(map(difference_plain, differences(*packages)))
    return {"改动": changed, "读入": found.read, "退回": found.out, "决定": decided}


def _right(said: str, wide: int) -> str:
    return " " * (wide - width(said)) + said


def _outcomes(found: Sweep, name: str) -> list[str]:
    """Every outcome that some version comes to, the most frequent first, 待查 last."""
    counted = {
        outcome: sum(each[outcome] for each in found.outcomes[name])
        for each in found.outcomes[name]
        for outcome in each
    }
    return sorted(counted, key=lambda one: (one == UNDECIDED, -counted[one], one))


def page(found: Sweep, title: str, source: Sequence[str]) -> str:
    """A whole HTML page: of each determination the shares of the outcomes, version by version, and who turns."""
    parts = [f"<h1>{escape(f'逐项试算 {title}')}</h1>", *(f'<p class="small">{escape(line)}</p>' for line in source)]
    parts.append(f"<p>读入 {found.read} 件，退回 {found.out} 件。</p>")
    for name, each in found.outcomes.items():
        order = _outcomes(found, name)
        values = dict(zip(found.versions, each, strict=True))
        parts += [f"<h2>{escape(name)}</h2>", *drawn_shares(values, order)]
        rows = [(said, *(str(counted[outcome]) for outcome in order)) for said, counted in values.items()]
        parts += table(("规则", *order), rows)
        moved = [
            (found.versions[place - 1], found.versions[place], a, b, str(count))
            for place in range(1, len(found.versions))
            for (a, b), count in found.moves(name, place).most_common()
        ]
        if moved:
            parts += ["<h3>从一个到下一个，谁改变</h3>", *table(("自", "至", "原来", "改为", "件数"), moved)]
    return html(f"逐项试算 {title}", parts)
