"""Edge: what an auditor asks of the office's ledger: traces both ways, ready lists, the heat of clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.decision.model import Decision
from engine.decision.ranking import RankingResult
from engine.decision.serial import from_plain
from engine.documents.embedded import pointed, read_trace
from engine.documents.receipt import LABEL
from engine.office.replaying import recorded_decision, recorded_ranking
from engine.record.audit import CODE, ENTRY, KINDS, NUMBER, Audited, Filters, Subject, regulations, traced
from engine.record.audit_lists import LISTS, Row
from engine.record.chain import Head
from engine.record.codes import has_form, typed
from engine.record.store import Store
from engine.record.subjects import field_names, known_words, subjects

BACK = (NUMBER, CODE, ENTRY)
"""Kinds of subject that are one decision, or few: these are shown down to their cells."""


@dataclass(frozen=True, slots=True)
class Back:
    """A decision as it was recorded, with what it rests on: criteria, facts, cells, persons; a ranking with its places."""

    seq: int
    made: Decision | RankingResult


@dataclass(frozen=True, slots=True)
class Listed:
    """A ready list as it stands in a ledger."""

    name: str
    asks: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    filters: Filters
    head: Head


def subject(store: Store, text: str, kind: str = "") -> Subject:
    """What `text` means in this ledger: the file of a letter means the code that it carries. Refused: E929 a code that was
    mistyped, E930 nothing of that name, or several, or a letter that was altered; E650, E651 a file that is no letter of ours."""
    if kind and kind not in KINDS:
        raise Refused(Problem("E930", f"没有种类 `{kind}`", help=f"可用：{'、'.join(KINDS)}"), 2)
    if letter := pointed(text, None):
        return _of_file(store, letter[0])
    found = subjects(store, text, kind)
    if len(found) == 1:
        return found[0]
    if found:
        message = f"`{text}` 有几种可能：{'、'.join(f'{one.kind} {one.said}' for one in found)}"
        raise Refused(Problem("E930", message, help=f"写明是哪一种，例如 `--kind {found[0].kind}`"), 2)
    if has_form(text) and typed(text) is None:
        message = f"凭据码 `{text}` 的校验字符不对，抄错了"
        raise Refused(Problem("E929", message, help="对照文书上印的再抄一遍；没有 I、L、O、U 这几个字母"), 2)
    help = (
        did_you_mean(text, known_words(store))
        or "写条款、准则、事实、人员、案件编号、当事人、文号、凭据码、口径、规则摘要"
    )
    of_kind = f"没有{kind} `{text}`" if kind else f"没有 `{text}`"
    raise Refused(Problem("E930", f"账本里{of_kind}", help=help), 2)


def within(store: Store, text: str, filters: Filters) -> tuple[str, Filters]:
    """What is asked of, apart from the regulation it is of (`study-rooms#第四条`), which is a filter. Refused (E930): a filter
    that nothing in the ledger comes up to."""
    regulation, sign, rest = text.partition("#")
    if sign and regulation in regulations(store) and not subjects(store, text):
        if filters.regulation not in ("", regulation):
            message = f"`{text}` 不是 `{filters.regulation}` 的"
            raise Refused(Problem("E930", message, help="规范只写一处"), 2)
        text, filters = rest, replace(filters, regulation=regulation)
    known(store, filters)
    return text, filters


def known(store: Store, filters: Filters) -> None:
    """Refused (E930): a regulation, a determination or an outcome that no decision in the ledger has."""
    for what, column, value in (
        ("规范", "regulation", filters.regulation),
        ("决定", "determination", filters.determination),
        ("结果", "outcome", filters.outcome),
    ):
        if value and not store.sql.run(f"SELECT 1 FROM decisions WHERE {column} = ? LIMIT 1", [value]):
            has = [str(one) for (one,) in store.sql.run(f"SELECT DISTINCT {column} FROM decisions ORDER BY 1", [])]
            help = did_you_mean(value, has) or (f"有 {'、'.join(has)}" if has else "账本里还没有决定")
            raise Refused(Problem("E930", f"账本里没有{what} `{value}`", help=help), 2)


def _of_file(store: Store, file: Path) -> Subject:
    letter = read_trace(file)
    code = letter.receipt.get(LABEL, "")
    if altered := [*letter.faults, *map(str, letter.altered)]:
        help = f"用 `guiju verify` 看改了什么；从登记的原件追溯，写凭据码 {code}"
        raise Refused(Problem("E930", f"`{file}` 出具以后改动过：{altered[0]}", help=help), 2)
    if not store.select("seq", "documents", "code = ?", [code]):
        help = "是别的单位、别的账本的，或出具时没有记账；用 `guiju verify` 核验这件文书"
        raise Refused(Problem("E930", f"账本里没有 `{file}`（凭据码 {code}）", help=help), 2)
    return Subject(CODE, (code,))


def trace(
    store: Store, asked: Subject, filters: Filters, by: Sequence[str], most: int
) -> tuple[Audited, tuple[Back, ...]]:
    """The decisions that have to do with the subject; of a letter or an entry also what they rest on. Refused (E930): a field
    that no decision has."""
    known = field_names(store)
    for name in (*by, *(name for name, _ in filters.fields)):
        if name not in known:
            help = did_you_mean(name, known) or f"可用：{'、'.join(known)}"
            raise Refused(Problem("E930", f"账本里没有栏目 `{name}`", help=help), 2)
    found = traced(store, asked, filters, by, most)
    back = [_back(store, one.seq) for one in found.found] if asked.kind in BACK else []
    return found, tuple(one for one in back if one is not None)


def _back(store: Store, seq: int) -> Back | None:
    try:
        if (ranking := recorded_ranking(store, seq)) is not None:
            return Back(seq, RankingResult.from_plain(ranking))
        return Back(seq, from_plain(recorded_decision(store, seq).written))
    except (Refused, KeyError):
        return None  # taken away, or of another release's form: the rows say what can be said


def listed(store: Store, name: str, filters: Filters) -> Listed:
    """The ready list called `name`. Refused (E930): there is none of that name."""
    if name not in LISTS:
        lists = "、".join(LISTS)
        raise Refused(Problem("E930", f"没有清单 `{name}`", help=did_you_mean(name, LISTS) or f"可用：{lists}"), 2)
    one = LISTS[name]
    with store.sql.reading():
        return Listed(name, one.asks, one.columns, tuple(one.rows(store, filters)), filters, store.head())
