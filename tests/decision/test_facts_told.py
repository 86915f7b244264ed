"""In what facts differ is said to the cell: whoever compares two ledgers by eye should not have to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.case import Case, Fact, Finding
from engine.decision.facts import facts_differing, facts_plain
from engine.decision.facts_told import MOST, facts_told
from engine.language.tree import Table, Value
from tests.sizes import examples

ROWS = tuple((f"活动{n}", Decimal(n)) for n in range(40))


def case(value: Value, **more: Any) -> Case:
    return Case("甲", date(2026, 1, 1), {"事": Fact(value, **more)})


def told(before: Case, after: Case) -> list[str]:
    return facts_told(facts_plain(before), facts_plain(after))


def ledger(rows: tuple[tuple[Value, ...], ...]) -> Case:
    return case(Table(("名称", "人次"), rows))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Decimal(12), Decimal(13), ["事（12 → 13）"]),
        (True, None, ["事（是 → 未填）"]),
        (date(2026, 1, 2), date(2026, 1, 3), ["事（2026-01-02 → 2026-01-03）"]),
        (("甲", "乙"), ("甲",), ["事（甲、乙 → 甲）"]),
    ],
)
def test_a_value(before: Value, after: Value, said: list[str]) -> None:
    assert told(case(before), case(after)) == said


def test_how_it_came_to_be_known() -> None:
    found = Finding("林岚", date(2026, 1, 2), "看过")
    other = replace(found, person="陈若川")
    assert told(case(True, finding=found), case(True, finding=other)) == ["事的判断人（林岚 → 陈若川）"]
    assert len(told(case(True), case(True, finding=found))) == 3
    assert told(case(True), case(True, evidence="合同")) == ["事的佐证（没有 → 合同）"]


def test_a_fact_that_is_new_and_another_case() -> None:
    assert told(Case("甲", date(2026, 1, 1), {}), case(Decimal(1))) == ["事（没有 → 1）"]
    assert told(Case("甲", date(2026, 1, 1), {}), Case("乙", date(2026, 1, 1), {})) == ["案件（甲 → 乙）"]


def test_a_ledger_is_told_cell_by_cell_however_long_it_is() -> None:
    changed = (*ROWS[:30], ("活动30", Decimal(99)), *ROWS[31:])
    assert told(ledger(ROWS), ledger(changed)) == ["事第31条的人次（30 → 99）"]
    assert told(ledger(ROWS), ledger(ROWS[:5] + ROWS[6:])) == ["事少了原第6条（活动5，5）"]
    assert told(ledger(ROWS), ledger((*ROWS[:5], ("新的", None), *ROWS[5:]))) == ["事多出第6条（新的）"]


def test_where_much_differs_the_rest_is_counted() -> None:
    found = told(ledger(ROWS), ledger(tuple((name, Decimal(1000)) for name, _ in ROWS)))
    assert (len(found), found[-1]) == (MOST + 1, "事等 40 处")


_TABLES = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 3).map(Decimal)), max_size=6).map(tuple)


@given(_TABLES, _TABLES)
@settings(max_examples=examples(100))
def test_it_is_silent_exactly_where_nothing_differs(
    one: tuple[tuple[Value, ...], ...], other: tuple[tuple[Value, ...], ...]
) -> None:
    plain: Mapping[str, Any] = facts_plain(ledger(one))
    assert bool(facts_told(plain, facts_plain(ledger(other)))) == bool(
        facts_differing(plain, facts_plain(ledger(other)))
    )
