"""Traces, ready lists and the heat of clauses as text, tables to be taken elsewhere (CSV, JSON), and a report to print."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from engine.base.cells import harmless
from engine.base.classes import dataclass
from engine.base.text import pad, width, wrap
from engine.decision.model import Decision
from engine.decision.ranking import RankingResult
from engine.office.tracing import Back, Listed
from engine.record.audit import Audited, Filters, Heat, Linked, Subject
from engine.record.chain import Head
from engine.views import ranking
from engine.views.decision import COLUMNS, full, labelled, rests_on, rule
from engine.views.markdown import cell
from engine.views.paint import Paint, uncoloured

BAR = 20
"""Columns of the longest bar."""
COUNTED = 12
"""Values of a count that are shown one by one."""
_ROLES = {"决定理由": "strong", "满足": "good", "提及": "faint"}
TRACE_COLUMNS = (
    *(
        "条",
        "日期",
        "基准日",
        "案件",
        "当事人",
        "决定",
        "结果",
        "性质",
        "作用",
        "说明",
        "文书",
        "文号",
        "凭据码",
        "签发",
        "规范",
    ),
)
HEAT_COLUMNS = ("条款", "决定理由", "满足", "提及", "不利")


def text(found: Audited, back: Sequence[Back], paint: Paint) -> Iterator[str]:
    """What was found: counts, the last decisions, and what they rest on."""
    yield rule(_title(found.subject))
    yield from _scope(found)
    for kind, counts in found.counts.items():
        yield from labelled(kind, _counted(counts)) if counts else ()
    if found.found:
        left = found.total - len(found.found)
        yield ""
        yield f"最后 {len(found.found)} 项（共 {found.total} 项，全部用 --csv）" if left else "各项决定"
        for one in found.found:
            yield from _found(one, paint, one.regulation if len(found.counts.get("规范", ())) > 1 else "")
    for made in back:
        yield ""
        yield rule(f"账本第 {made.seq} 条所凭")
        if isinstance(made.made, Decision):
            yield from wrap(f"所据 {rests_on(made.made.basis)}", COLUMNS, hanging=" " * 5)
        yield from _whole(made.made, paint)


def _whole(made: Decision | RankingResult, paint: Paint = uncoloured) -> Iterator[str]:
    return ranking.text(made, paint) if isinstance(made, RankingResult) else full(made, paint, every=True)


def _title(subject: Subject) -> str:
    return f"{subject.kind} {subject.said}"


def _scope(found: Audited) -> Iterator[str]:
    parts = f"，连同其中的 {'、'.join(found.subject.names[1:])}" if len(found.subject.names) > 1 else ""
    yield from wrap(f"{found.total} 项决定，{found.letters} 件文书{parts}", COLUMNS)
    if said := limits(found.filters):
        yield from labelled("范围", said)
    yield from labelled("账本头", found.head.short)


def limits(filters: Filters) -> str:
    """What the filters leave, in words; "" for everything."""
    days = f"{filters.since or '开始'} 至 {filters.until or '现在'}" if filters.since or filters.until else ""
    said = [
        ("规范", filters.regulation),
        ("记入日期", days),
        ("决定", filters.determination),
        ("结果", filters.outcome),
        ("作用", filters.role),
    ]
    return "，".join(f"{name} {value}" for name, value in (*said, *filters.fields) if value)


def _counted(counts: Mapping[str, int]) -> str:
    shown = [f"{value} {count}" for value, count in list(counts.items())[:COUNTED]]
    return "，".join(shown) + (f"，另有 {len(counts) - COUNTED} 种" if len(counts) > COUNTED else "")


def _found(one: Linked, paint: Paint, regulation: str) -> Iterator[str]:
    role = paint(one.role, _ROLES.get(one.role, "faint")) if one.role != "本项" else ""
    head = f"{pad(str(one.seq), 7)}{one.day}  {one.case or '（已清除）'}  {one.party}".rstrip()
    yield from wrap(head, COLUMNS, hanging=" " * 19)
    yield from wrap(
        f"{regulation} {one.determination}：{one.outcome}  {role}".strip(), COLUMNS, indent=" " * 7, hanging=" " * 9
    )
    for said in one.said:
        yield from wrap(said, COLUMNS, indent=" " * 9, hanging=" " * 11)
    for letter in one.letters:
        named = letter.number or f"凭据码 {letter.code}"
        by = f"，{letter.person}签发" if letter.person else ""
        yield from wrap(f"→ {letter.document}，{named}，{letter.day}{by}", COLUMNS, indent=" " * 9, hanging=" " * 11)


# ---- lists ----


def list_text(found: Listed) -> Iterator[str]:
    """A ready list, a row in a paragraph: the first columns in a line, the others by name below."""
    yield rule(f"{found.name}：{found.asks}")
    said = limits(found.filters)
    yield from labelled("范围", said) if said else ()
    yield from labelled("账本头", found.head.short)
    yield f"{len(found.rows)} 项" if found.rows else "没有。"
    for number, row in enumerate(found.rows, 1):
        pairs = [(name, value) for name, value in zip(found.columns, row, strict=True) if value]
        head = f"{number:>4}  {pairs[0][1]}" + (f"  {pairs[1][1]}" if len(pairs) > 1 else "")
        yield from wrap(head, COLUMNS, hanging=" " * 6)
        yield from wrap("，".join(f"{name} {value}" for name, value in pairs[2:]), COLUMNS, indent=" " * 6)


def lists_text(lists: Mapping[str, str]) -> Iterator[str]:
    """Which lists there are."""
    wide = max(map(width, lists))
    yield from (f"{pad(name, wide)}  {asks}" for name, asks in lists.items())


# ---- heat ----


def heat_text(found: Sequence[Heat], filters: Filters, head: Head, paint: Paint = uncoloured) -> Iterator[str]:
    """A line a clause: how often it was decisive, met, mentioned, and counted against the party."""
    yield rule("各条款在决定中的作用")
    said = limits(filters)
    yield from labelled("范围", said) if said else ()
    yield from labelled("账本头", head.short)
    wide = min(40, max((width(one.name) for one in found), default=4))
    most = max((one.deciding for one in found), default=0) or 1
    yield f"{pad('条款', wide)}  {_right('理由')} {_right('满足')} {_right('提及')} {_right('不利')}"
    for one in found:
        numbers = " ".join(f"{count:>6}" for count in (one.deciding, one.satisfied, one.mentioned, one.adverse))
        bar = "█" * (one.deciding * BAR // most) or ("▏" if one.deciding else "")
        yield f"{pad(one.name, wide)}  {numbers} {paint(bar, 'strong')}".rstrip()


def _right(word: str) -> str:
    return " " * (6 - width(word)) + word


# ---- taken elsewhere ----


def table(columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    """CSV. What a spreadsheet would take for a formula has a ' before it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def trace_rows(found: Audited) -> list[tuple[str | int, ...]]:
    """A row a decision, as `TRACE_COLUMNS` says."""
    return [
        (
            *(one.seq, one.day, one.as_of, one.case, one.party, one.determination, one.outcome, one.nature, one.role),
            "；".join(one.said),
            *(
                "、".join(getattr(letter, name) for letter in one.letters)
                for name in ("document", "number", "code", "person")
            ),
            one.regulation,
        )
        for one in found.found
    ]


def heat_rows(found: Sequence[Heat]) -> list[tuple[str | int, ...]]:
    """A row a clause, as `HEAT_COLUMNS` says."""
    return [(one.name, one.deciding, one.satisfied, one.mentioned, one.adverse) for one in found]


def to_plain(columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> list[dict[str, str | int]]:
    """The same rows for JSON."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def trace_plain(found: Audited) -> dict[str, Any]:
    """A trace for JSON."""
    return {
        "种类": found.subject.kind,
        "名称": list(found.subject.names),
        "范围": limits(found.filters),
        "账本头": str(found.head),
        "决定": found.total,
        "文书": found.letters,
        "计数": {kind: dict(counts) for kind, counts in found.counts.items()},
        "各项": to_plain(TRACE_COLUMNS, trace_rows(found)),
    }


# ---- to be printed ----

Cells = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked (`title`), what is said of it first, its rows, and lines in which single decisions are told whole."""

    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Cells]
    more: Sequence[str] = ()


def trace_report(found: Audited, back: Sequence[Back]) -> Report:
    """A trace; of a letter or an entry with what it rests on."""
    more = [line for one in back for line in _whole(one.made)]
    return Report(_title(found.subject), _trace_facts(found), TRACE_COLUMNS, trace_rows(found), more)


def list_report(found: Listed) -> Report:
    """A ready list."""
    facts = [("范围", limits(found.filters) or "全部"), ("账本头", str(found.head)), ("项数", str(len(found.rows)))]
    return Report(found.asks, facts, found.columns, found.rows)


def heat_report(found: Sequence[Heat], filters: Filters, head: Head) -> Report:
    """The heat of clauses."""
    facts = [("范围", limits(filters) or "全部"), ("账本头", str(head))]
    return Report("各条款在决定中的作用", facts, HEAT_COLUMNS, heat_rows(found))


def markdown(found: Report) -> Iterator[str]:
    """What was asked of which ledger, what came out, every row, and a place to sign."""
    yield f"# 审计报告：{found.title}"
    yield ""
    yield from (f"- {name}：{cell(value)}" for name, value in found.facts if value)
    yield ""
    if found.rows:
        yield f"| {' | '.join(found.columns)} |"
        yield "|" + "---|" * len(found.columns)
        yield from (f"| {' | '.join(cell(str(value)) or '—' for value in row)} |" for row in found.rows)
    else:
        yield "没有。"
    if found.more:
        yield from ("", "```", *found.more, "```")
    yield from ("", "审计人（签名）：　　　　　　　　日期：", "")


def _trace_facts(found: Audited) -> list[tuple[str, str]]:
    """What a report on a trace says first."""
    counts = [(kind, _counted(counts)) for kind, counts in found.counts.items() if counts]
    names = "、".join(found.subject.names[1:])
    scope = limits(found.filters) or "全部"
    return [
        ("连同", names),
        ("范围", scope),
        ("账本头", str(found.head)),
        ("决定", f"{found.total} 项"),
        ("文书", f"{found.letters} 件"),
        *counts,
    ]
