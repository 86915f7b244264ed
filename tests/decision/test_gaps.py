"""Holes and overlaps of grade bands and decision tables, also where totals are rounded."""

from __future__ import annotations

import pytest

from engine.decision.gaps import check_tables
from tests.worlds.texts import package

SCORE = """\
评分:
  - 名称: 总分
    单位: 分
%s    分项: [{名称: 项, 满分: 100分, 计分: {线性: {依据: 场次, 零分: 0场, 满分: 100场}}}]
    等次: [{名称: 优, 区间: %s}, {名称: 良, 区间: %s}]
"""


@pytest.mark.parametrize(
    ("places", "first", "second", "codes"),
    [
        ("", "85分以上", "84分以下", ["E343"]),
        ("    取整: 0\n", "85分以上", "84分以下", []),
        ("    取整: 1\n", "85分以上", "84分以下", ["E343"] * 3),
        ("    取整: 1\n", "85分以上", "84.9分以下", []),
        ("    取整: 0\n", "86分以上", "84分以下", ["E343"]),
        ("    取整: 0\n", "84.5分以上", "84分以下", []),
        ("", "85分以上", "不满85分", []),
        ("    取整: 0\n", "85分以上", "85分以下", ["E344"]),
    ],
)
def test_bands_meet_for_every_total_there_can_be(places: str, first: str, second: str, codes: list[str]) -> None:
    assert [p.code for p in check_tables(package(SCORE % (places, first, second)))] == codes


RATE = """\
事实: [{名称: 率, 类型: 比例}]
决定表:
  - 名称: 档
    输入: [率]
    命中: 首个
    行: [[不少于60%, 1], [少于60%, 0]]
"""


def test_limits_closer_than_one_are_tried_between() -> None:
    assert not check_tables(package(RATE))
    assert [p.code for p in check_tables(package(RATE.replace(", [少于60%, 0", ", [少于50%, 0")))] == ["W342"]
