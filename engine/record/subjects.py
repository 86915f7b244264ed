"""What somebody means who writes a clause, a number, a code or a name, as the ledger has it. Queries over its tables.

Several readings are all returned: who asks is told, nothing is chosen for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from engine.base.text import chinese, numeral
from engine.policy.citations import covered
from engine.record.audit import (
    BASIS,
    CASE,
    CLAUSE,
    CODE,
    ENTRY,
    LINKED,
    NUMBER,
    PARTY,
    PERSON,
    READING,
    RULES,
    Subject,
)
from engine.record.codes import has_form, typed
from engine.record.store import Store

_PART = re.compile(
    "第[(（]?([0-9]{1,4}|[零〇一二两三四五六七八九十百千]{1,9})[)）]?([条款项目章节])(之[一二三四五六七八九十])?"
)
_NUMBER = re.compile(r"(.+)[〔\[\(（【]([0-9]{4})[〕\]\)）】]第?([1-9][0-9]{0,4})号?")
_DIGEST = re.compile("(?:sha256:)?([0-9a-f]{8,64})")


def clause_written(text: str) -> str:
    """A clause as packages write it: 第7条第(6)项 → 第七条第（六）项. What is no clause stays as it is."""

    def part(found: re.Match[str]) -> str:
        digits, unit, more = found.groups()
        number = int(digits) if digits.isdigit() else numeral(digits)
        said = chinese(number) if number else digits
        return f"第（{said}）{unit}" if unit == "项" else f"第{said}{unit}{more or ''}"

    return _PART.sub(part, unicodedata.normalize("NFKC", text).replace(" ", "").strip("《》"))


def number_written(text: str) -> str:
    """A document's number with the brackets numbers have; "" for what is none."""
    found = _NUMBER.fullmatch("".join(text.split()))
    return f"{found[1]}〔{found[2]}〕{found[3]}号" if found else ""


def subjects(store: Store, text: str, kind: str = "") -> list[Subject]:
    """Everything `text` may mean in this ledger, of one `kind` where that is said."""
    found = dict.fromkeys(one for one in _subjects(store, text.strip()) if kind in ("", one.kind))
    return list(found)


def _subjects(store: Store, text: str) -> Iterator[Subject]:
    if text.isascii() and text.isdigit() and len(text) < 16 and store.select("seq", "acts", "seq = ?", [int(text)]):
        yield Subject(ENTRY, (text,))
    number = number_written(text)
    if number and store.select("seq", "documents", "number = ?", [number]):
        yield Subject(NUMBER, (number,))
    code = typed(text) if has_form(text) else None
    if code and store.select("seq", "documents", "code = ?", [code]):
        yield Subject(CODE, (code,))
    for kind, table, column in (
        (CASE, "acts", "case_id"),
        (PARTY, "decisions", "party"),
        (PARTY, "placed", "party"),
        (BASIS, "decisions", "basis"),
    ):
        if text and store.sql.run(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", [text]):
            yield Subject(kind, (text,))
    yield from _rules(store, text)
    yield from (one for kind in LINKED if (one := _linked(store, kind, text)))
    if text and store.sql.run("SELECT 1 FROM acts WHERE person = ? LIMIT 1", [text]):
        yield Subject(PERSON, (text,))


def _rules(store: Store, text: str) -> Iterator[Subject]:
    """A version of the rules by its digest, or the first eight digits of it or more, as decisions print them."""
    if found := _DIGEST.fullmatch(text.lower()):
        known = {str(name) for (name,) in store.select("name", "acts", "kind = '规则'")}
        yield from (Subject(RULES, (name,)) for name in sorted(known) if name.startswith(f"sha256:{found[1]}"))


def _linked(store: Store, kind: str, text: str) -> Subject | None:
    known = names(store, kind)
    if kind == CLAUSE:
        said = clause_written(text)
        written = {name: [clause_written(one) for one in covered(_bare(name))] for name in known}
        whole = [name for name in known if said in written[name]]
        parts = [name for name in known if any(one.startswith(f"{said}第") for one in written[name])]
        return (
            Subject(kind, tuple(dict.fromkeys([*whole, *([] if whole else [said]), *parts])))
            if whole or parts
            else None
        )
    if kind == READING:  # `Q07 高新区的受理部门`: by either half too
        asked = tuple(name for name in known if text in (name, *name.split(" ", 1)))
        return Subject(kind, asked) if asked else None
    return Subject(kind, (text,)) if text in known else None


def _bare(clause: str) -> str:
    """A citation without the package it comes from."""
    return clause.rpartition("#")[2]


def names(store: Store, kind: str) -> list[str]:
    """Every name of a kind that decisions are linked with: one look into the index a name, however many links there are."""
    return list(_each(store, "SELECT MIN(name) FROM links WHERE about = ? AND name > ?", [kind]))


def field_names(store: Store) -> list[str]:
    """Every field (枚举) that some decision's case has."""
    return list(_each(store, "SELECT MIN(name) FROM fields WHERE name > ?", []))


def _each(store: Store, text: str, values: Sequence[str]) -> Iterator[str]:
    name = ""
    while (found := store.sql.run(text, [*values, name])[0][0]) is not None:
        name = str(found)
        yield name


def known_words(store: Store) -> Sequence[str]:
    """What can be asked for by name, for suggestions."""
    return [name for kind in LINKED for name in names(store, kind)]
