"""Radicals and compatibility forms in rules are refused where they stand; in facts they are read as what they look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.base.problem import Span
from engine.intake.case import load_case
from engine.policy.shape import read_examples, read_overlay, read_package
from tests.worlds.clubs import package

HEAD = "规范:\n  标识: a\n"


@pytest.mark.parametrize(
    ("text", "line", "char"),
    [
        ("单位:\n  - 名称: ⼈次\n", 2, "U+2F08"),
        ("枚举:\n  - {名称: 类, 取值: [⻓期, 短期]}\n", 2, "U+2ED3"),
        ("⾏业: 甲\n", 1, "U+2F8F"),
        ("准则:\n  - 要求: 服务\uf9d1次\n", 2, "U+F9D1"),
    ],
)
def test_rules_with_look_alikes_are_refused(text: str, line: int, char: str) -> None:
    for problems in (
        read_package({"a.yaml": text})[1],
        read_examples("a.yaml", text)[1],
        read_overlay("a.yaml", text)[1],
    ):
        found = next(problem for problem in problems if problem.code == "E109")
        assert isinstance(found.place, Span)
        assert (found.place.line, char in found.message, found.help is not None) == (line, True, True)


def test_comments_may_hold_them() -> None:
    assert "E109" not in {p.code for p in read_package({"a.yaml": "# ⼈次\n单位:\n  - 名称: 人次\n"})[1]}


def test_facts_are_read_as_what_they_look_like(tmp_path: Path) -> None:
    text = "事实:\n  单位名称: ⻓乐⼈社\n  机构类型: ⾏业型\n  独⽴场地: 是\n记录:\n  会员名册: [{姓名: ⾦⾹}]\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    case, problems = load_case(tmp_path, package())
    assert case is not None
    assert [case.facts[name].value for name in ("单位名称", "机构类型", "独立场地")] == ["长乐人社", "行业型", True]
    assert [p.code for p in problems] == ["W522", "W522", "W522"]


@pytest.mark.parametrize("name", ["独立场地 ", "独 立场地", "独立場地"])
def test_names_are_compared_by_their_shape(name: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(f"事实:\n  '{name}': 是\n", encoding="utf-8")
    case, problems = load_case(tmp_path, package())
    if name == "独立場地":
        assert [p.code for p in problems] == ["E501"]
    else:
        assert case is not None
        assert case.facts["独立场地"].value is True


def test_one_fact_in_two_spellings_is_told(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("事实:\n  独立场地: 是\n  '独 立场地': 否\n", encoding="utf-8")
    assert [p.code for p in load_case(tmp_path, package())[1]] == ["E123"]
