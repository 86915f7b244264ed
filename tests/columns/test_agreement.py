"""Columns say what the interpreter says, of cases by chance under real and random rules; a bug planted in a form is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from engine.base.problem import Refused
from engine.columns import forms, polars_engine, sql_engine
from engine.columns.algebra import FALSE, any_of, case, const, plus
from engine.columns.ends import exact
from engine.columns.numbers import Num
from engine.columns.plan import plan_of
from engine.columns.records import SCANS
from engine.decision.program import Program, compile_package
from engine.language.functions import FUNCTIONS
from engine.language.row import InColumns
from engine.office.batch import cases_in
from engine.office.workspace import Workspace
from tests.columns.chance import Compared, compared
from tests.decision.oracle import Sketch
from tests.sizes import sized
from tests.worlds.build import Build

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)
ENGINES = {"polars": polars_engine.run, "duckdb": sql_engine.run}
IN_THE_VISITOR = {"选", "添格"}


@pytest.fixture(scope="module")
def office() -> tuple[Program, list[Any]]:
    """The regulation with its samples as bases."""
    rules = Workspace(ROOT / "policies", DAY)
    program = rules.program(day=DAY)
    paths = [
        path for path in cases_in([ROOT / "fixtures"]) if "faulty" not in path.name and (path / "case.yaml").exists()
    ]
    return program, [rules.case(path)[1] for path in paths]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_determination(office: tuple[Program, list[Any]], engine: str) -> None:
    program, bases = office
    found = compared(program, tuple(program.package.determinations), sized(60, 6000), 1, bases, ENGINES[engine])
    assert [line for one in found.values() for line in one.differing] == []
    assert all(len(one.outcomes) >= 3 for one in found.values())
    assert sum(len(one.outcomes) for one in found.values()) > 80
    assert sum(one.left for one in found.values()) < sum(one.rows for one in found.values()) / 2


def test_random_rules() -> None:
    """Strengths, 适用, exceptions, presence, cases to try, bounds."""
    found = Compared()
    for seed in range(sized(120, 6000)):
        one = compared(compile_package(Sketch(seed).package), ["审查"], 12, seed)["审查"]
        found.differing += one.differing
        found.rows += one.rows
    assert found.differing == []
    assert found.rows > 1000


def worked(*texts: str) -> Program:
    """A package in which a determination rests on each sentence, and is called by its number."""
    build = Build().fact("甲").fact("数一", "整数", low=-20, high=20).fact("数二", "整数", low=0, high=7)
    build.fact("量", "小数", low=-3, high=3).fact("日一", "日期").fact("日二", "日期").fact("名", "文本")
    columns = (("日", "日期"), ("次", "整数"), ("实", "是否"), ("型", "文本"))
    limits = {"次": {"low": -5, "high": 40}}
    build.table("台账", *(build.field(name, word, **limits.get(name, {})) for name, word in columns))
    for number, text in enumerate(texts):
        build.determination(f"第{number}项", [("准予", text)], "不予")
    return compile_package(build.package())


SENTENCES = (
    "甲且数一不少于3或非甲且数二超过2",
    "数一+数二超过5",
    "数一−数二少于量×2",
    "数一×数二不少于12",
    "数一÷数二不少于2",
    "数一÷数二+量÷数二为1",
    "向上取整（数一÷3）为2",
    "向下取整（量×数一÷7）不超过-1",
    "四舍五入（量÷3，1）不少于0.3",
    "四舍五入到（数一，3）为6",
    "向上取整到（量，0.5）不少于1",
    "向下取整到（数一÷3，2）少于0",
    "较大（数一，数二，量）为数二",
    "较小（数一÷3，量）少于0",
    "（若甲则数一否则数二）不少于2",
    "（若甲则日一否则日二）早于2026年10月1日",
    "-数一不少于数二",
    "数一属于［1、2、3］",
    "数二不属于［0、7］",
    "名包含“准”",
    "名开头为“不”或名结尾为“予”",
    "连写（名，“甲”）为“准予甲”",
    "日后（日一，数二×1日）早于日二",
    "月后（日一，数一×1个月）不晚于日二",
    "年后（日一，数二×1年）晚于日二",
    "天数（日一，日二）超过30日",
    "月数（日一，日二）不少于6个月",
    "年数（日一，日二）不少于1年",
    "余日数（日一，日二）不少于10日",
    "工作日后（日一，数一×1个工作日）不晚于日二",
    "工作日数（日一，日二）超过20个工作日",
    "顺延（日一）为日一",
    "不顺延（日一）早于日二",
    "属于年度（日一，2026年）且非属于同月（日一，日二）",
    "年度（日一）为2025年或月份（日一）不少于10月份",
    "季度（日一）为4季度",
    "年初（年度（日一））早于日二且年末（年度（日二））晚于日一",
    "季初（日一）早于季末（日二）",
    "月初（日一）不晚于月末（日二）",
    "已填（甲）或未填（数一）",
    "计数（台账，实且次不少于数二）不少于2",
    "计数（台账）为3或计数（台账，日早于日一）为2",
    "合计（台账.次，实）超过10",
    "合计（台账，次×2+数一，实）超过10",
    "存在（台账，实且属于年度（日，年度（日一）））且不存在（台账，次超过30）",
    "全部（台账，次不少于0或实）",
    "最大（台账.次，实）不少于20",
    "最小（台账.日，实）早于日一",
    "平均（台账.次，实）不少于5",
    "种数（台账.型，实）不少于2",
    "逐月最少（台账.日，年初（2026年），年末（2026年））不少于1",
    "逐月最少（台账.日，月初（日一），月末（日一），台账.次，实）不少于2",
)


@pytest.mark.parametrize("engine", ENGINES)
def test_sentences(engine: str) -> None:
    program = worked(*SENTENCES)
    found = compared(program, tuple(program.package.determinations), sized(150, 20_000), 1, engine=ENGINES[engine])
    for text, one in zip(SENTENCES, found.values(), strict=True):
        assert one.differing == [], text
        assert one.left < one.rows, text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_row_has_a_form_or_says_why_not(name: str) -> None:
    row = FUNCTIONS[name]
    if row.meaning is not None and name not in IN_THE_VISITOR and not (row.rewrite and name == "已填"):
        assert isinstance(row.column, InColumns) is (name in forms.FORMS)


PLANTED: dict[str, tuple[str, Callable[..., Any]]] = {
    "或": ("甲且数一不少于3或非甲且数二超过2", lambda v, call: any_of(*map(v.truth, call.args[:1]))),
    "≤": ("数一不超过3", forms.FORMS["<"]),
    "<": ("数一少于3", forms.FORMS["≤"]),
    "非": ("非甲", lambda v, call: case(v.truth(call.args[0]), FALSE, const(True))),
    "×": ("数一×数二不少于12", lambda v, call: v.number(call.args[0])),
    "÷": ("数一÷数二不少于2", lambda v, call: v.number(call.args[0])),
    "向上取整": ("向上取整（数一÷3）为2", forms.FORMS["向下取整"]),
    "四舍五入": ("四舍五入（量÷3，1）不少于0.3", lambda v, call: v.number(call.args[0])),
    "较大": ("较大（数一，数二）为数二", forms.FORMS["较小"]),
    "若": ("（若甲则数一否则数二）不少于2", lambda v, call: v.value(call.args[1])),
    "月后": ("月后（日一，数一×1个月）不晚于日二", forms.FORMS["年后"]),
    "工作日后": (
        "工作日后（日一，数一×1个工作日）不晚于日二",
        lambda v, call: plus(v.truth(call.args[0]), v.number(call.args[1]).over),
    ),
    "顺延": ("顺延（日一）为日一", forms.FORMS["不顺延"]),
    "年数": ("年数（日一，日二）不少于1年", lambda v, call: Num(const(1), 1, 1)),
    "计数": ("计数（台账，实）为3", lambda v, call: exact(Num(const(3), 3, 3))),
    "存在": ("存在（台账，实）", lambda v, call: const(True)),
    "合计": ("合计（台账.次，实）超过10", SCANS["最大"]),
    "逐月最少": (
        "逐月最少（台账.日，年初（2026年），年末（2026年））不少于1",
        lambda v, call: exact(Num(const(1), 1, 1)),
    ),
    "首中": ("甲", lambda v, call: v.value(call.args[-1])),
}
"""Row → a sentence, and a form that is wrong."""


@pytest.mark.parametrize("name", PLANTED)
def test_a_wrong_form_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, wrong = PLANTED[name]
    monkeypatch.setitem(cast(dict[str, Any], SCANS if name in SCANS else forms.FORMS), name, wrong)
    assert compared(worked(text), ["第0项"], 300, 2)["第0项"].differing


def test_a_number_without_a_range_is_refused_with_the_line_to_add() -> None:
    build = Build().fact("数", "整数").determination("审查", [("准予", "数超过1")], "不予")
    with pytest.raises(Refused) as caught:
        plan_of(compile_package(build.package()), ["审查"])
    (problem,) = caught.value.problems
    assert problem.code == "E940"
    assert "- {名称: 数, 类型: 整数, 范围: 最小 至 最大}" in problem.message
