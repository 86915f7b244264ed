"""Long titles are broken by meaning into balanced lines (GB/T 9704-2012, 7.3.1: 词意完整，排列对称，长短适宜)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

LINE = 20
"""Characters of 2号 (22 pt) that fit into 156 mm."""
DIGIT, LETTER = 0.6, 0.8
"""Of a character: bold digits and Latin letters of 宋体 are wider than half of one."""

KINDS = (
    "通知书",
    "告知书",
    "决定书",
    "通知",
    "决定",
    "公告",
    "公示",
    "通报",
    "报告",
    "意见",
    "回执",
    "回证",
    "函",
    "批复",
)
"""文种: what a title ends with; never separated from the 的 before it."""

_WORDS = (
    *("关于", "认定", "取消", "收回", "责令", "限期", "整改", "考核", "结果", "名单", "年度", "申报", "材料", "补正"),
    *("受理", "不予", "资格", "公布", "公示", "活动", "经费", "奖励", "核定", "备案", "同意", "变更", "情况", "有关"),
    *(
        "管理",
        "办法",
        "工作",
        "项目",
        "人力资源",
        "社会保障",
        "委员会",
        "办公室",
        "有限公司",
        "服务中心",
        "牌匾",
        "创新创业",
        "产业园",
        "技术",
    ),
)
NAME = 20.0
"""What it costs to break a name."""
JOINING = "和与及的"
"""Characters that join what follows to what is before: no line ends in one."""
_CLOSING = "、，。：；）》”〕】"
_OPENING = "（《“〔【"
_QUOTED = re.compile("“[^”]*”|《[^》]*》")


def broken(title: str, whole: Iterable[str] = (), width: int = LINE) -> tuple[str, ...]:
    """`title` in as few lines of at most `width` as possible, cut where it reads well and evenly. Texts in `whole` (names filled
    in) and what is quoted are kept together where they fit on a line, with a line more if need be."""
    if _wide(title) <= width:
        return (title,)
    costs = _break_costs(title, [w for w in whole if 1 < len(w) <= width])
    ways = [cuts for lines in range(2, 9) if (cuts := _best(title, costs, lines, width)) is not None]
    fewest = len(ways[0]) if ways else 0
    good = (cuts for cuts in ways if len(cuts) <= fewest + 1 and max(costs[cut] for cut in cuts) < NAME)
    edges = (0, *next(good, ways[0] if ways else ()), len(title))
    return tuple(title[a:b] for a, b in pairwise(edges))


def torn(lines: Sequence[str], names: Iterable[str], width: int = LINE) -> Iterator[str]:
    """The names and quoted texts that a title's lines break, though it could be broken elsewhere."""
    title, found = "".join(lines), [name for name in names if 1 < len(name) <= width]
    found += [quoted for quoted in _QUOTED.findall(title) if len(quoted) <= width]
    better = set(_inside(broken(title, found, width), found))
    yield from (name for name in dict.fromkeys(_inside(lines, found)) if name not in better)


def joined_at_an_end(lines: Sequence[str]) -> list[str]:
    """The lines of a title, but the last, that end in a word which joins them to the next."""
    return [line for line in lines[:-1] if line[-1:] in JOINING]


def _wide(text: str) -> float:
    """Characters of room that a piece of a title takes."""
    return sum(1.0 if not char.isascii() else LETTER if char.isalpha() else DIGIT for char in text)


def _inside(lines: Sequence[str], names: Iterable[str]) -> Iterator[str]:
    """The names with a break of the lines inside."""
    title = "".join(lines)
    cuts = [sum(map(len, lines[:number])) for number in range(1, len(lines))]
    for name in names:
        starts = [at for at in range(len(title)) if title.startswith(name, at)]
        if any(at < cut < at + len(name) for at in starts for cut in cuts):
            yield name


def _break_costs(title: str, whole: Sequence[str]) -> list[float]:
    """The cost of a line break before each character."""
    costs = [1.0] * len(title)
    quoted = [found.group() for found in _QUOTED.finditer(title)]
    for word, cost in [
        *((w, 8.0) for w in _WORDS),
        *((w, NAME) for w in (*KINDS, *whole)),
        *((w, 60.0) for w in quoted),
    ]:
        start = title.find(word)
        while start >= 0:
            for inside in range(start + 1, start + len(word)):
                costs[inside] = max(costs[inside], cost)
            start = title.find(word, start + 1)
    for at in range(1, len(title)):
        before, after = title[at - 1], title[at]
        if after in _CLOSING or before in _OPENING or (before + after).isascii():
            costs[at] = 1000.0
        elif after == "的" or before in JOINING:
            costs[at] = 50.0
        elif title.startswith("关于", at) or (costs[at] <= 1.0 and (before in "、》）" or after in "和与及")):
            costs[at] = 0.0
        elif before == "于" and title[at - 2 : at] == "关于":
            costs[at] = 30.0
    for kind in KINDS:
        if title.endswith("的" + kind):
            costs[len(title) - len(kind)] = 50.0
    return costs


def _best(title: str, costs: Sequence[float], lines: int, width: int) -> tuple[int, ...] | None:
    """The cheapest `lines` - 1 break positions, or None where no such breaking fits."""
    even = _wide(title) / lines

    @cache
    def rest(start: int, left: int) -> tuple[float, tuple[int, ...]] | None:
        size = _wide(title[start:])
        if left == 1:
            return ((size - even) ** 2 / 4, ()) if size <= width else None
        found: tuple[float, tuple[int, ...]] | None = None
        for cut in range(start + 2, len(title) - 1):
            size = _wide(title[start:cut])
            if size > width:
                break
            tail = rest(cut, left - 1)
            if tail is None:
                continue
            cost = (size - even) ** 2 / 4 + costs[cut] * 2 + tail[0]
            if found is None or cost < found[0]:
                found = (cost, (cut, *tail[1]))
        return found

    best = rest(0, lines)
    return best[1] if best else None
