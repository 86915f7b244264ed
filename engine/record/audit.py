"""From a clause, a criterion, a fact, a person, a letter, a rule version … to the decisions that have to do with it, from the
rows written when they were recorded: nothing is decided again. Queries over a ledger's tables.

What the subject is follows from how it is written and from what the ledger has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from engine.base.classes import dataclass
from engine.record.act import read_body
from engine.record.chain import Head
from engine.record.rows import DECIDING, MENTIONED, RANKING, SATISFIED
from engine.record.store import Store

CLAUSE, CRITERION, FACT, PERSON, READING, PARAMETER = "条款", "准则", "事实", "人员", "口径", "参数"
LINKED = (CLAUSE, CRITERION, FACT, PERSON, READING, PARAMETER)
"""What decisions are linked with, as rows of `links` call it."""
CASE, PARTY, NUMBER, CODE, ENTRY, RULES, BASIS = "案件", "当事人", "文号", "凭据码", "条", "规则", "所据码"
KINDS = (*LINKED, CASE, PARTY, NUMBER, CODE, ENTRY, RULES, BASIS)
HANDLED = "经办"
"""The role of whoever recorded a decision, beside those of `rows`."""
WHOLE = "本项"
"""The role of a subject that is the decision's own: its case, its letter, its rules."""
_RANKS = {DECIDING: 4, SATISFIED: 3, MENTIONED: 2, HANDLED: 1, WHOLE: 0}
ROLES = {rank: role for role, rank in _RANKS.items()}
ADVERSE = "不利"
"""How what is said of a link ends, where the criterion, or one that rests on the clause, counts against the party."""
MANY = 400
"""Entries asked for one by one; of more all are read."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is traced: its kind (`KINDS`) and the names under which the ledger has it, a clause with all its parts."""

    kind: str
    names: tuple[str, ...]

    @property
    def said(self) -> str:
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which decisions count: recorded on these days (ISO, both inclusive, "" open), of a determination, with an outcome, in
    a role; `fields`: what the package's own fields (枚举) have to be; `regulation`: under which they were made."""

    since: str = ""
    until: str = ""
    determination: str = ""
    outcome: str = ""
    role: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    regulation: str = ""


@dataclass(frozen=True, slots=True)
class LetterOf:
    """A document that came of a decision."""

    seq: int
    document: str
    number: str
    code: str
    day: str
    person: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A decision: its entry, when it was recorded, what it came to, in which role the subject has to do with it and what
    more the ledger says of that; its letters."""

    seq: int
    day: str
    case: str
    party: str
    determination: str
    outcome: str
    nature: str
    as_of: str
    role: str
    said: tuple[str, ...] = ()
    letters: tuple[LetterOf, ...] = ()
    regulation: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """`counts`: by 规范 (where there are several) 作用 年份 决定 结果 性质 计为, and by each field asked for; `found`: the
    last of `total` decisions; `letters`: how many documents came of them."""

    subject: Subject
    filters: Filters
    head: Head
    total: int
    letters: int
    counts: Mapping[str, Mapping[str, int]]
    found: tuple[Linked, ...]


def regulations(store: Store) -> tuple[str, ...]:
    """The regulations whose rules decisions were recorded under: of every version of them, there are few."""
    entries = (store.entry(int(seq)) for (seq,) in store.select("seq", "acts", "kind = '规则'"))
    return tuple(sorted({str(read_body(one.entry.body).open.get("规范", "")) for one in entries if one is not None}))


# ---- selecting ----

_Places = dict[int, tuple[int, bool]]
"""Entry of a decision -> the highest of `_RANKS`, and whether the subject counts against the party."""


def _marks(names: Sequence[Any]) -> str:
    return ", ".join("?" * len(names))


def _places(store: Store, subject: Subject) -> _Places:
    """Every decision that has to do with the subject."""
    names, found = list(subject.names), _Places()
    if subject.kind not in LINKED:
        return {int(seq): (0, False) for (seq,) in store.sql.run(*_own(subject))}
    text = f"SELECT seq, role, said LIKE '%{ADVERSE}' FROM links WHERE about = ? AND name IN ({_marks(names)})"
    for seq, role, adverse in store.sql.run(text, [subject.kind, *names]):
        place, before = found.get(seq, (0, False))
        found[seq] = (max(place, _RANKS[role]), before or bool(adverse))
    if subject.kind == PERSON:
        handled = (
            f"SELECT seq FROM acts WHERE kind IN ('决定', '{RANKING}') AND person IN ({_marks(names)}) UNION SELECT s.decided FROM documents t "
            f"JOIN sources s ON s.seq = t.seq WHERE t.person IN ({_marks(names)})"
        )
        for (seq,) in store.sql.run(handled, [*names, *names]):
            found.setdefault(int(seq), (_RANKS[HANDLED], False))
    return found


def _own(subject: Subject) -> tuple[str, list[Any]]:
    """The decisions of a case, a party, a letter, an entry, rules, a basis."""
    names: list[Any] = list(subject.names)
    if subject.kind in (NUMBER, CODE):
        column = "number" if subject.kind == NUMBER else "code"
        text = "SELECT DISTINCT s.decided FROM documents t JOIN sources s ON s.seq = t.seq"
        return f"{text} WHERE t.{column} IN ({_marks(names)})", names
    if subject.kind == ENTRY:
        seqs = [int(name) for name in names]
        text = f"SELECT seq FROM decisions WHERE seq IN ({_marks(seqs)})"
        return f"{text} UNION SELECT decided FROM sources WHERE seq IN ({_marks(seqs)})", [*seqs, *seqs]
    column = {CASE: "case_id", PARTY: "party", RULES: "rules", BASIS: "basis"}[subject.kind]
    text = f"SELECT seq FROM decisions WHERE {column} IN ({_marks(names)})"
    if subject.kind not in (CASE, PARTY):
        return text, names
    return f"{text} UNION SELECT seq FROM placed WHERE {column} IN ({_marks(names)})", [*names, *names]


def limits(filters: Filters, of: str = "decisions") -> tuple[str, list[Any]]:
    """The filters as conditions on the table `decisions`, or by what a query calls it."""
    where, values = "", list[Any]()
    for column, sign, value in (
        ("day", ">=", filters.since),
        ("day", "<=", filters.until),
        ("determination", "=", filters.determination),
        ("outcome", "=", filters.outcome),
        ("regulation", "=", filters.regulation),
    ):
        if value:
            where += f" AND {of}.{column} {sign} ?"
            values.append(value)
    for name, value in filters.fields:
        where += f" AND EXISTS (SELECT 1 FROM fields f WHERE f.name = ? AND f.value = ? AND f.seq = {of}.seq)"
        values += [name, value]
    return where, values


# ---- counted and listed ----


def traced(store: Store, subject: Subject, filters: Filters, by: Sequence[str] = (), most: int = 0) -> Audited:
    """What the ledger has of the subject: counts over all of it, `by` fields too, and the last `most` decisions (0: all)."""
    with store.sql.reading():
        places = _places(store, subject)
        where, values = limits(filters)
        several = len(regulations(store)) > 1
        columns = "seq, day, determination, outcome, nature" + (", regulation" if several else "")
        text = f"SELECT {columns} FROM decisions WHERE 1 = 1{where}"
        rows = store.sql.run(*_among(text, "seq", sorted(places), values, " ORDER BY seq"))
        wanted = _RANKS.get(filters.role)
        chosen = [row for row in rows if row[0] in places and wanted in (None, places[row[0]][0])]
        counts = _counts(chosen, places)
        seqs = {row[0] for row in chosen}
        for name in by:
            counts[name] = _by_field(store, seqs, name)
        text = "SELECT seq, decided FROM sources WHERE 1 = 1"
        letters = {seq for seq, decided in store.sql.run(*_among(text, "decided", sorted(seqs), [])) if decided in seqs}
        found = _found(store, sorted(seqs)[-most:], places, subject)
        return Audited(subject, filters, store.head(), len(chosen), len(letters), counts, tuple(found))


def _counts(rows: Sequence[tuple[Any, ...]], places: _Places) -> dict[str, Mapping[str, int]]:
    found = {
        "规范": Counter(str(row[5]) for row in rows if len(row) > 5),
        "作用": Counter(ROLES[places[row[0]][0]] for row in rows),
        "年份": Counter(str(row[1])[:4] for row in rows),
        "决定": Counter(str(row[2]) for row in rows),
        "结果": Counter(f"{row[2]}：{row[3]}" for row in rows),
        "性质": Counter(str(row[4]) for row in rows if row[4]),
        "计为": Counter(ADVERSE for row in rows if places[row[0]][1]),
    }
    return {kind: _ordered(counts) for kind, counts in found.items() if counts or kind != "规范"}


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _by_field(store: Store, seqs: Collection[int], name: str) -> Mapping[str, int]:
    rows = store.sql.run("SELECT value, seq FROM fields WHERE name = ?", [name])
    return _ordered(Counter(str(value) for value, seq in rows if seq in seqs))


def _found(store: Store, seqs: Sequence[int], places: _Places, subject: Subject) -> Iterator[Linked]:
    said, letters, among = _said(store, subject, seqs), letters_of(store, seqs), set(seqs)
    columns = "seq, day, case_id, party, determination, outcome, nature, as_of, regulation"
    text = f"SELECT {columns} FROM decisions WHERE 1 = 1"
    for seq, day, case, party, determination, outcome, nature, as_of, under in store.sql.run(
        *_among(text, "seq", seqs, [], " ORDER BY seq")
    ):
        if seq in among:
            more = (ROLES[places[seq][0]], tuple(said.get(seq, ())), tuple(letters.get(seq, ())), under)
            yield Linked(seq, day, case, party, determination, outcome, nature, as_of, *more)


def _said(store: Store, subject: Subject, seqs: Sequence[int]) -> Mapping[int, list[str]]:
    """What more the links of these decisions with the subject say, and of a clause which part of it; of a case and a party
    where a ranking puts it."""
    found: dict[int, list[str]] = {}
    if subject.kind in (CASE, PARTY):
        column = "case_id" if subject.kind == CASE else "party"
        text = f"SELECT seq, case_id, place, standing FROM placed WHERE {column} IN ({_marks(subject.names)})"
        for seq, case, place, standing in store.sql.run(*_among(text, "seq", seqs, subject.names)):
            said = " ".join(
                part for part in ("" if subject.kind == CASE else case, place and f"第 {place} 名", standing) if part
            )
            found.setdefault(int(seq), []).append(said)
    if subject.kind not in LINKED:
        return found
    text = f"SELECT seq, name, said FROM links WHERE about = ? AND name IN ({_marks(subject.names)})"
    for seq, name, said in store.sql.run(*_among(text, "seq", seqs, [subject.kind, *subject.names])):
        more = " ".join(part for part in ("" if name == subject.said else name, said) if part)
        found.setdefault(int(seq), []).extend([more] if more else [])
    return found


def letters_of(store: Store, seqs: Sequence[int]) -> Mapping[int, list[LetterOf]]:
    """The documents of each of these decisions."""
    text = (
        "SELECT s.decided, t.seq, t.document, t.number, t.code, t.day, t.person FROM sources s "
        "JOIN documents t ON t.seq = s.seq WHERE 1 = 1"
    )
    found: dict[int, list[LetterOf]] = {}
    for decided, seq, *said in store.sql.run(*_among(text, "s.decided", seqs, [])):
        found.setdefault(int(decided), []).append(LetterOf(int(seq), *map(str, said)))
    return found


def _among(text: str, column: str, seqs: Sequence[int], values: Sequence[Any], end: str = "") -> tuple[str, list[Any]]:
    """The statement for these entries: named where they are few, between the first and the last where they are many."""
    if not seqs:
        return f"{text} AND 1 = 0{end}", list(values)
    if len(seqs) <= MANY:
        return f"{text} AND {column} IN ({_marks(seqs)}){end}", [*values, *seqs]
    return f"{text} AND {column} BETWEEN ? AND ?{end}", [*values, min(seqs), max(seqs)]


# ---- heat ----


@dataclass(frozen=True, slots=True)
class Heat:
    """How often a clause was a reason, met, mentioned; and how often it counted against the party."""

    name: str
    deciding: int = 0
    satisfied: int = 0
    mentioned: int = 0
    adverse: int = 0

    @property
    def total(self) -> int:
        return self.deciding + self.satisfied + self.mentioned


def heat(store: Store, filters: Filters, about: str = CLAUSE) -> list[Heat]:
    """Every clause (or criterion …) the decisions have to do with, the most often decisive first; of several regulations each with its
    own."""
    where, values = limits(filters)
    several = len(regulations(store)) > 1
    joined = "JOIN decisions ON decisions.seq = l.seq " if where or several else ""
    # What stands in a regulation is named with it (`study-rooms#第四条`); a citation of another's says so itself.
    name = (
        "CASE WHEN l.name LIKE '%#%' THEN l.name ELSE decisions.regulation || '#' || l.name END"
        if several
        else "l.name"
    )
    conditions = [*(f"l.role = '{role}'" for role in (DECIDING, SATISFIED, MENTIONED)), f"l.said LIKE '%{ADVERSE}'"]
    counts = ", ".join(map(_count, conditions))
    text = f"SELECT {name}, {counts} FROM links l {joined}WHERE l.about = ?{where} GROUP BY {name}"
    found = [Heat(str(named), *map(int, numbers)) for named, *numbers in store.sql.run(text, [about, *values])]
    return sorted(found, key=lambda one: (-one.deciding, -one.total, one.name))


def _count(condition: str) -> str:
    """In the order of the index a name's links are counted as they go by; by groups of role they would have to be sorted."""
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"
