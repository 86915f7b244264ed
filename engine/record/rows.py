"""What is looked up in a ledger, as rows of tables: written with each entry, and following from it alone. Pure.

So a row that was altered, added or taken away is found by making it again. What an entry has sealed goes from the rows
with it when it is taken away; a number given out stays given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.base.canonical import digest
from engine.record.act import FILES, Body, Part

TABLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "acts": (
        *(("seq", "INTEGER"), ("kind", "TEXT"), ("at", "TEXT"), ("person", "TEXT"), ("role", "TEXT")),
        *(("case_id", "TEXT"), ("name", "TEXT")),
    ),
    "decisions": (
        *(
            ("seq", "INTEGER"),
            ("case_id", "TEXT"),
            ("party", "TEXT"),
            ("regulation", "TEXT"),
            ("determination", "TEXT"),
        ),
        *(("outcome", "TEXT"), ("nature", "TEXT"), ("favourable", "INTEGER"), ("amount", "TEXT"), ("as_of", "TEXT")),
        *(("day", "TEXT"), ("basis", "TEXT"), ("rules", "TEXT"), ("facts", "TEXT"), ("before", "INTEGER")),
    ),
    "documents": (
        *(("seq", "INTEGER"), ("number", "TEXT"), ("sign", "TEXT"), ("year", "INTEGER"), ("serial", "INTEGER")),
        *(("organ", "TEXT"), ("document", "TEXT"), ("case_id", "TEXT"), ("party", "TEXT"), ("determination", "TEXT")),
        *(("outcome", "TEXT"), ("as_of", "TEXT"), ("record", "INTEGER"), ("day", "TEXT"), ("code", "TEXT")),
        *(("head", "TEXT"), ("digest", "TEXT"), ("person", "TEXT")),
    ),
    "sources": (("seq", "INTEGER"), ("decided", "INTEGER")),
    "placed": (*(("seq", "INTEGER"), ("case_id", "TEXT"), ("party", "TEXT"), ("place", "TEXT"), ("standing", "TEXT")),),
    "links": (("seq", "INTEGER"), ("about", "TEXT"), ("name", "TEXT"), ("role", "TEXT"), ("said", "TEXT")),
    "fields": (("seq", "INTEGER"), ("name", "TEXT"), ("value", "TEXT")),
    "terms": (
        *(("seq", "INTEGER"), ("case_id", "TEXT"), ("name", "TEXT"), ("who", "TEXT"), ("due", "TEXT")),
        *(("done", "TEXT"), ("clauses", "TEXT")),
    ),
    "numbers": (("seq", "INTEGER"), ("sign", "TEXT"), ("year", "INTEGER"), ("serial", "INTEGER")),
    "signs": (("seq", "INTEGER"), ("organ", "TEXT"), ("sign", "TEXT")),
    "used": (("seq", "INTEGER"), ("sign", "TEXT"), ("year", "INTEGER"), ("last", "INTEGER")),
    "uses": (("seq", "INTEGER"), ("name", "TEXT"), ("digest", "TEXT")),
    "erased": (("seq", "INTEGER"), ("target", "INTEGER")),
}
"""Table -> its columns with their types. `seq` is the entry a row follows from; days and times as in entries; truth as 1
and 0; "" and 0 for what there is none of. links: what a decision has to do with 条款 准则 事实 人员 口径 参数, in which
role (`DECIDING` …). sources: the decisions a document comes from. placed: of a ranking, which is a decision about several cases,
where each of them came and what that means for it. terms: what an event or a decision brought to an end, and
the last day for it."""

UNIQUE: Mapping[str, tuple[str, ...]] = {
    "numbers": ("sign", "year", "serial"),
    "signs": ("organ",),
    "erased": ("target",),
}
INDEXED: Mapping[str, tuple[str, ...]] = {
    "acts": ("case_id", "kind, name", "person, kind"),
    "decisions": ("case_id", "party", "basis", "rules", "seq, day, determination, outcome, nature"),
    "documents": ("number", "case_id", "party", "code", "person"),
    "sources": ("decided",),
    "placed": ("case_id", "party"),
    "links": ("about, name, seq, role, said",),
    "fields": ("name, value, seq",),
    "uses": ("digest",),
}
"""Table -> what it has an index on, each a column or several. All that is counted of a link is in its index: a clause that
every decision names is counted without looking at the links themselves."""
TERMS = "期限"
"""The key under which an event or a decision says what it brought to an end: what, who had to, last day, day, clauses."""
RANKING, PLACES, DIGESTS = "排序", "名次", "事实摘要"
"""The act that ranks cases; keys of its sealed part: each case with its party, place and what that means for it; by case, the
digest of its facts."""
DECIDING, SATISFIED, MENTIONED = "决定理由", "满足", "提及"
"""Why something is linked to a decision: the outcome rests on it; a condition that is met; it was looked at."""

Row = tuple[str, tuple[str | int, ...]]
"""A table and the values of its columns."""


def rows(seq: int, body: Body, sealed: Part | None) -> list[Row]:
    """The rows of entry `seq`; `sealed` None where it has no sealed part, or no longer."""
    known = sealed or {}
    found: list[Row] = [
        ("acts", (seq, body.kind, body.at, body.by.name, "、".join(body.by.roles), *_texts(known, "案件"), _name(body)))
    ]
    if make := _MORE.get(body.kind):
        found += make(seq, body, known)
    for part in (body.open, known):
        files = part.get(FILES, {})
        found += [("uses", (seq, name, str(digest))) for name, digest in _mapping(files).items()]
    return found


def _name(body: Body) -> str:
    """What the act is about, in a word: 决定, 文书, 事件 … of the kind's own name."""
    return _text(body.open, body.kind)


def _decision(seq: int, body: Body, sealed: Part) -> Iterator[Row]:
    said = body.open
    yield (
        "decisions",
        (
            seq,
            *_texts(sealed, "案件", "当事人"),
            *(_text(said, "规范"), _name(body), *_texts(said, "结果", "性质")),
            int(said.get("有利") is True),
            *_texts(said, "金额", "基准日"),
            body.day,
            *_texts(said, "所据码", "规则"),
            _text(sealed, DIGESTS) or (digest(known) if (known := _mapping(sealed.get(DIGESTS))) else ""),
            _whole(sealed, "前次"),
        ),
    )
    for link in (*_list(said.get("关联")), *_list(sealed.get("关联"))):
        about, name, role, more = map(str, link)
        yield "links", (seq, about, name, role, more)
    for name, value in _mapping(sealed.get("栏目", {})).items():
        yield "fields", (seq, name, str(value))
    yield from _terms(seq, sealed)
    for case, party, place, standing in _list(sealed.get(PLACES)):
        yield "placed", (seq, str(case), str(party), str(place), str(standing))


def _document(seq: int, body: Body, sealed: Part) -> Iterator[Row]:
    said = body.open
    place = (_text(said, "代字"), _whole(said, "年份"), _whole(said, "流水号"))
    if said.get("新号") is True:
        yield "numbers", (seq, *place)
    yield (
        "documents",
        (
            seq,
            _text(said, "文号"),
            *place,
            *_texts(said, "机关", "文书"),
            *_texts(sealed, "案件", "当事人"),
            *_texts(said, "决定", "结果", "基准日"),
            _whole(said, "记录"),
            *_texts(said, "成文日期", "凭据码", "账本头"),
            _text(sealed, "文书摘要"),
            body.by.name,
        ),
    )
    for source in _list(sealed.get("据")):
        yield "sources", (seq, int(source))


def _taken_over(seq: int, body: Body, sealed: Part) -> Iterator[Row]:
    """An old register: what organs sign with, numbers given out before it was kept, and its letters."""
    said = body.open
    yield from (("signs", (seq, organ, str(sign))) for organ, sign in _mapping(said.get("代字", {})).items())
    yield from (("used", (seq, str(sign), int(year), int(last))) for sign, year, last in _list(said.get("已用")))
    yield from (("numbers", (seq, str(sign), int(year), int(serial))) for sign, year, serial in _list(said.get("号")))
    for letter in _list(sealed.get("文书")):
        place = (str(letter["代字"]), int(letter["年份"]), int(letter["流水号"]))
        yield (
            "documents",
            (
                seq,
                "{}〔{}〕{}号".format(*place),
                *place,
                "",
                *_texts(letter, "文书", "案件", "当事人", "决定"),
                "",
                _text(letter, "基准日"),
                _whole(letter, "记录"),
                _text(letter, "日期"),
                "",
                "",
                _text(letter, "摘要"),
                _text(letter, "经办人"),
            ),
        )


def _event(seq: int, body: Body, sealed: Part) -> Iterator[Row]:
    yield from _terms(seq, sealed)


def _terms(seq: int, sealed: Part) -> Iterator[Row]:
    for name, who, due, done, clauses in _list(sealed.get(TERMS)):
        yield "terms", (seq, _text(sealed, "案件"), str(name), str(who), str(due), str(done), str(clauses))


def _erasure(seq: int, body: Body, sealed: Part) -> Iterator[Row]:
    yield "erased", (seq, _whole(body.open, "条"))


_MORE: Mapping[str, Callable[[int, Body, Part], Iterator[Row]]] = {
    "决定": _decision,
    RANKING: _decision,
    "文书": _document,
    "接管": _taken_over,
    "事件": _event,
    "清除": _erasure,
}


def _text(part: Part, key: str) -> str:
    value = part.get(key, "")
    return value if isinstance(value, str) else ""


def _texts(part: Part, *names: str) -> tuple[str, ...]:
    return tuple(_text(part, name) for name in names)


def _whole(part: Part, key: str) -> int:
    value = part.get(key, 0)
    return value if type(value) is int else 0


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
