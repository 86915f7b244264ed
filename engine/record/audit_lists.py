"""The lists auditors ask for first, from the rows written when things were recorded. Queries over a ledger's tables.

What was sealed and has been taken away is in no list any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from engine.base.classes import dataclass
from engine.record.act import read_body
from engine.record.audit import Filters, letters_of, limits
from engine.record.store import Store
from engine.record.subjects import names

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadyList:
    """What it asks, the names of its columns, and who answers."""

    asks: str
    columns: tuple[str, ...]
    rows: Callable[[Store, Filters], Iterator[Row]]


def _when(filters: Filters, column: str) -> tuple[str, list[Any]]:
    """The days asked for, as a condition on a column that begins with a day."""
    found = [
        (f"SUBSTR({column}, 1, 10) {sign} ?", day)
        for sign, day in ((">=", filters.since), ("<=", filters.until))
        if day
    ]
    return "".join(f" AND {text}" for text, _ in found), [day for _, day in found]


_OF = "d.case_id, d.party, d.determination, d.outcome, d.day, d.seq"
OF = ("案件", "当事人", "决定", "结果", "日期", "条")


def _exceptions(store: Store, filters: Filters) -> Iterator[Row]:
    """Every exception of a 一般应当 that was granted or refused."""
    more, values = limits(filters, "d")
    rows = store.sql.run(
        f"SELECT l.name, l.said, {_OF} FROM links l JOIN decisions d ON d.seq = l.seq WHERE l.about = '人员' "
        f"AND (l.said LIKE '准予例外 %' OR l.said LIKE '不准例外 %'){more} ORDER BY d.seq, l.said",
        values,
    )
    for person, said, *of in rows:
        what, _, reason = said.partition("：")
        verdict, _, criterion = what.partition(" ")
        yield verdict, criterion, person, reason, *map(str, of)


def _same_person(store: Store, filters: Filters) -> Iterator[Row]:
    """Who found something, recorded the decision that looked at it, and issued its letter."""
    more, values = limits(filters, "d")
    rows = store.sql.run(
        f"SELECT DISTINCT l.name, {_OF} FROM links l JOIN decisions d ON d.seq = l.seq JOIN acts a ON a.seq = d.seq "
        f"WHERE l.about = '人员' AND a.person = l.name{more} ORDER BY d.seq",
        values,
    )
    letters = letters_of(store, [int(row[-1]) for row in rows]) if rows else {}
    for person, *of in rows:
        signed = [one for one in letters.get(int(of[-1]), ()) if one.person == person]
        if signed:
            yield person, "、".join(one.number or f"{one.document}（{one.code}）" for one in signed), *map(str, of)


def _late(store: Store, filters: Filters) -> Iterator[Row]:
    """What was done after its last day, by whatever tells of it first: the decision, the event."""
    more, values = _when(filters, "a.at")
    rows = store.sql.run(
        "SELECT t.case_id, t.name, t.who, t.due, t.done, t.clauses, a.kind, a.seq FROM terms t "
        f"JOIN acts a ON a.seq = t.seq WHERE t.done > t.due{more} ORDER BY t.done, t.seq, t.name",
        values,
    )
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        said = tuple(map(str, row))
        first.setdefault(said[:4], said)
    yield from sorted(first.values(), key=lambda one: (int(one[-1]), one[1]))


def _examples(store: Store, filters: Filters) -> Iterator[Row]:
    """Decisions that rest on values that are only examples."""
    more, values = limits(filters, "d")
    for about in ("参数", "口径"):
        rows = store.sql.run(
            f"SELECT l.name, l.said, {_OF} FROM links l JOIN decisions d ON d.seq = l.seq WHERE l.about = '{about}' "
            f"AND l.said LIKE '%（示例）%'{more} ORDER BY d.seq, l.name",
            values,
        )
        yield from ((about, *map(str, row)) for row in rows)


def _changed_since(store: Store, filters: Filters) -> Iterator[Row]:
    """Decisions that rest on an interpretation or a parameter that was changed afterwards."""
    more, values = limits(filters, "d")
    for kind in ("口径", "参数"):
        known = names(store, kind)
        for seq, name in store.select("seq, name", "acts", "kind = ?", [kind]):
            kept = store.entry(int(seq))
            said = read_body(kept.entry.body).open if kept is not None else {}
            for linked in (one for one in known if one == name or one.startswith(f"{name} ")):
                rows = store.sql.run(
                    f"SELECT l.said, {_OF} FROM links l JOIN decisions d ON d.seq = l.seq WHERE l.about = ? AND l.name = ? "
                    f"AND l.seq < ? AND d.regulation = ?{more} ORDER BY d.seq",
                    [kind, linked, seq, said.get("规范", ""), *values],
                )
                change = f"{said.get('原', '')} → {said.get('值', '')}（第 {seq} 条）"
                yield from ((kind, linked, change, *map(str, of)) for _, *of in rows)


_RESTED = (("facts", "事实"), ("rules", "规则"), ("as_of", "基准日"))
"""Columns of a decision that say what it rests on, and how they are called."""


def _remade(store: Store, filters: Filters) -> Iterator[Row]:
    """Decisions made again, with the one before and in what the two differ; events taken back. What is only of another day
    and comes to the same is none."""
    more, values = limits(filters, "d")
    columns = ", ".join(f"b.{column} <> d.{column}" for column, _ in _RESTED)
    rows = store.sql.run(
        f"SELECT {columns}, b.outcome, b.seq, {_OF} FROM decisions d JOIN decisions b ON b.seq = d.before "
        f"WHERE d.before > 0{more} ORDER BY d.seq",
        values,
    )
    for *differ, outcome, seq, case, party, determination, now, day, own in rows:
        other = [word for differs, (_, word) in zip(differ, _RESTED, strict=True) if differs] or ["日历或程序"]
        if other != ["基准日"] or outcome != now or _placed(store, seq) != _placed(store, own):
            before = f"{outcome}（第 {seq} 条）"
            yield "重作", before, "、".join(other), *map(str, (case, party, determination, now, day, own))
    more, values = _when(filters, "a.at")
    text = f"SELECT a.case_id, a.at, a.seq FROM acts a WHERE a.kind = '撤回'{more} ORDER BY a.seq"
    for case, at, seq in store.sql.run(text, values):
        event, reason = _withdrawn(store, str(case), int(seq))
        yield "撤回", event, reason, str(case), "", "", "", str(at)[:10], str(seq)


def _withdrawn(store: Store, case: str, seq: int) -> tuple[str, str]:
    """Which event entry `seq` took back, and why; "" for what was erased."""
    seal = store.seal(seq)
    said = seal.content if seal is not None else {}
    for entry, name in store.select("seq, name", "acts", "kind = '事件' AND case_id = ?", [case]):
        event = store.seal(int(entry))
        if event is not None and said and event.content.get("编号") == said.get("撤回"):
            return f"{name}（{event.content.get('日期', '')}，第 {entry} 条）", str(said.get("理由", ""))
    return "", str(said.get("理由", ""))


def _placed(store: Store, seq: int) -> set[Row]:
    """What came of each case in a ranking."""
    return {tuple(map(str, row)) for row in store.select("case_id, place, standing", "placed", "seq = ?", [seq])}


def _numbers(store: Store, filters: Filters) -> Iterator[Row]:
    """Numbers left out, and numbers whose days run backwards."""
    more, values = _when(filters, "t.day")
    given: dict[tuple[str, int], dict[int, tuple[str, str]]] = {}
    text = f"SELECT t.sign, t.year, t.serial, t.day, t.document FROM documents t WHERE t.sign <> ''{more} ORDER BY t.seq DESC"
    for sign, year, serial, day, document in store.sql.run(text, values):
        given.setdefault((str(sign), int(year)), {})[int(serial)] = (str(day), str(document))
    before: dict[tuple[str, int], int] = {}
    for sign, year, last in store.select("sign, year, last", "used"):
        before[sign, int(year)] = max(int(last), before.get((sign, int(year)), 0))
    taken = {(str(s), int(y), int(n)) for s, y, n in store.select("sign, year, serial", "numbers")}
    for (sign, year), letters in sorted(given.items()):
        start = 1 if not (filters.since or filters.until) else min(letters)
        for serial in range(max(start, before.get((sign, year), 0) + 1), max(letters)):
            if (sign, year, serial) not in taken:
                yield "缺号", f"{sign}〔{year}〕{serial}号", "", "", ""
        for (one, (day, document)), (other, (later, _)) in pairwise(sorted(letters.items())):
            if later < day:
                yield "倒置", f"{sign}〔{year}〕{one}号", document, day, f"{sign}〔{year}〕{other}号 {later}"


def _unserved(store: Store, filters: Filters) -> Iterator[Row]:
    """Documents that have to be served, of which the ledger has no service on or after their day."""
    due = _to_be_served(store)
    served: dict[tuple[str, str], list[str]] = {}
    for seq, case, name in store.select("seq, case_id, name", "acts", "kind = '送达'"):
        seal = store.seal(int(seq))
        served.setdefault((str(case), str(name)), []).append(
            str(seal.content.get("日期", "")) if seal is not None else ""
        )
    more, values = _when(filters, "t.day")
    text = (
        "SELECT DISTINCT d.regulation, t.document, t.number, t.code, t.case_id, t.party, t.day, t.seq FROM documents t "
        f"JOIN sources s ON s.seq = t.seq JOIN decisions d ON d.seq = s.decided WHERE 1 = 1{more} ORDER BY t.seq"
    )
    for regulation, document, number, code, case, party, day, seq in store.sql.run(text, values):
        if document in due.get(str(regulation), ()) and not any(
            on >= day for one in str(case).split("、") for on in served.get((one, str(document)), ())
        ):
            yield str(document), str(number), str(code), str(case), str(party), str(day), str(seq)


def _to_be_served(store: Store) -> Mapping[str, set[str]]:
    """Regulation -> the documents that any of its versions has served."""
    found: dict[str, set[str]] = {}
    for (seq,) in store.select("seq", "acts", "kind = '规则'"):
        kept = store.entry(int(seq))
        said = read_body(kept.entry.body).open if kept is not None else {}
        names = said.get("须送达", ())
        found.setdefault(str(said.get("规范", "")), set()).update(map(str, names if isinstance(names, list) else ()))
    return found


LISTS: Mapping[str, ReadyList] = {
    "例外": ReadyList("准予和不准的例外，谁、为什么", ("例外", "准则", "判断人", "理由", *OF), _exceptions),
    "同一人": ReadyList("同一个人认定、决定、签发", ("姓名", "签发的文书", *OF), _same_person),
    "逾期": ReadyList("过了期限才办的", ("案件", "事项", "由谁", "期限", "办结", "条款", "凭", "条"), _late),
    "示例口径": ReadyList("依据示例的口径、参数作的决定", ("种类", "名称", "内容", *OF), _examples),
    "口径已变": ReadyList("所依据的口径、参数后来变了的决定", ("种类", "名称", "改动", *OF), _changed_since),
    "重作": ReadyList("重新作出的决定，撤回的事件", ("怎样", "前一次", "不同在或理由", *OF), _remade),
    "号序": ReadyList("缺号，号和日期倒置", ("怎样", "文号", "文书", "日期", "后一号"), _numbers),
    "未送达": ReadyList(
        "出具了没有送达的文书", ("文书", "文号", "凭据码", "案件", "当事人", "成文日期", "条"), _unserved
    ),
}
"""Name -> list."""
