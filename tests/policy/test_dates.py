"""Dated values: overlaps are errors, days without a value are warnings that name the days, changes are neither."""

from __future__ import annotations

from datetime import date

import pytest

from tests.worlds.texts import load

CASES = [
    ("{值: 12场}, {值: 10场, 自: 2027-01-01}", "", ""),
    ("{值: 12场, 至: 2026-12-31}, {值: 10场, 自: 2027-01-01}", "", ""),
    ("{值: 12场, 至: 2027-06-30}, {值: 10场, 自: 2027-01-01, 至: 2027-02-01}", "", ""),
    (
        "{值: 12场, 至: 2027-01-30}, {值: 10场, 自: 2027-01-01}",
        "E329",
        "`12场` 与 `10场` 在 2027-01-01 至 2027-01-30 重叠",
    ),
    ("{值: 10场, 自: 2027-01-01}, {值: 12场, 至: 2027-01-01}", "E329", "`12场` 与 `10场` 在 2027-01-01 重叠"),
    (
        "{值: 12场, 自: 2026-01-01, 至: 2026-06-30}, {值: 10场, 自: 2026-02-01, 至: 2026-06-30}, {值: 9场, 自: 2026-07-01}",
        "E329",
        "2026-02-01 至 2026-06-30 重叠",
    ),
    ("{值: 12场, 至: 2026-06-30}, {值: 10场, 自: 2027-01-01}", "W356", "2026-07-01 至 2026-12-31 没有取值"),
    ("{值: 12场, 自: 2027-01-01}", "W356", "2026-08-01 没有取值"),
    ("{值: 12场, 至: 2026-01-01}", "W356", "2026-08-01 没有取值"),
]


@pytest.mark.parametrize(("values", "code", "said"), CASES)
def test_periods(values: str, code: str, said: str) -> None:
    _package, problems = load(f"参数: [{{名称: 下限, 取值: [{values}]}}]\n", date(2026, 8, 1))
    assert [p.code for p in problems] == ([code] if code else [])
    assert all(said in p.message for p in problems)
