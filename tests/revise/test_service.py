"""What an editor of sentences is told: what is wrong in its place, and what may be written at the cursor."""

from __future__ import annotations

from datetime import date

import pytest

from engine.language.tree import BOOL, NUMBER, Type
from engine.office import api
from engine.revise.service import offer
from tests.worlds.texts import header

DAY = date(2026, 6, 1)
RULES = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
单位: [{名称: 场}, {名称: 人}]
枚举: [{名称: 类项, 取值: [甲类, 乙类]}]
事实:
  - {名称: 场次, 类型: 整数, 单位: 场, 条款: 第一条}
  - {名称: 类, 类型: 枚举, 枚举: 类项, 条款: 第一条}
  - {名称: 开始日, 类型: 日期, 条款: 第一条}
记录表: [{名称: 台账, 条款: 第一条, 列: [{名称: 日子, 类型: 日期}, {名称: 人数, 类型: 整数, 单位: 人}]}]
参数:
  - {名称: 场次下限, 单位: 场, 条款: 第一条, 取值: [{值: 12场}]}
  - {名称: 人数下限, 单位: 人, 条款: 第一条, 取值: [{值: 3人}]}
准则:
  - 名称: 规模
    组: 条件
    条款: 第一条
    适用: "类为甲类"
    要求: 场次不少于场次下限
    未满足: 只有{场次}
决定:
  - 名称: 审查
    条款: 第一条
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 不利决定, 机关: 某局}
      - {结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定, 机关: 某局}
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> api.Packages:
    folder = tmp_path_factory.mktemp("service") / "policies"
    (folder / "club").mkdir(parents=True)
    (folder / "club" / "policy.yaml").write_text(header("club") + RULES)
    return api.load(folder)


@pytest.mark.parametrize(
    ("place", "text", "code", "told", "help"),
    [
        (("要求",), "场次不少于场次下限", "", "", ""),
        (("要求",), "场次不少于12人", "E203", "场次不少于12人", "12场"),
        (("要求",), "场数不少于12场", "E201", "场数", "场次"),
        (("要求",), "场次", "E202", "场次", ""),
        (("适用",), "类为丙类", "E201", "丙类", "甲类"),
        (("适用",), "类为不对的", "E201", "不对的", "可取：甲类、乙类"),
        (("适用",), "类为甲类 且 场次超过", "E204", "", ""),
        (("未满足",), "只有{场数}", "E201", "场数", "场次"),
        (("例外",), "规摸", "E332", "规摸", "规模"),
    ],
)
def test_a_sentence_is_checked_in_its_place(
    packages: api.Packages, place: tuple[str], text: str, code: str, told: str, help: str
) -> None:
    found = api.sentence(packages, DAY, "准则", "规模", place, text)
    assert [remark.problem.code for remark in found if remark.problem.is_error][:1] == ([code] if code else [])
    for remark in found[:1]:
        assert text[remark.start : remark.end] == told if told else True
        assert help in (remark.problem.help or "")


def test_characters_beyond_the_first_plane_count_twice_for_the_web(packages: api.Packages) -> None:
    text = "𠮷𠮷{场数}"
    (remark, *_) = api.sentence(packages, DAY, "准则", "规模", ("未满足",), text)
    assert (remark.start, remark.end) == (3, 5)
    assert remark.utf16(text) == (5, 7)


@pytest.mark.parametrize(
    ("text", "start", "wanted", "words", "units"),
    [
        ("类为", 2, "枚举“类项”", ("甲类", "乙类"), ()),
        ("类为甲", 2, "枚举“类项”", ("甲类",), ()),
        ("类属于［甲类、", 7, "", ("甲类", "乙类"), ()),
        ("场次不少于", 5, "数（场）", ("场次", "场次下限"), ("场",)),
        ("场次不少于场次", 5, "数（场）", ("场次", "场次下限"), ("场",)),
        ("开始日不早于", 6, "日期", ("基准日", "开始日"), ()),
        ("计数（台", 3, "", ("台账",), ()),
        ("合计（台账.", 6, "", ("日子", "人数"), ()),
    ],
)
def test_what_may_be_written_at_the_cursor(
    packages: api.Packages, text: str, start: int, wanted: str, words: tuple[str, ...], units: tuple[str, ...]
) -> None:
    found = api.offer(packages, DAY, text, len(text))
    assert (found.start, found.wanted, found.words, found.units) == (start, wanted, words, units)


def test_the_beginning_of_a_value_is_offered_by_its_type(packages: api.Packages) -> None:
    scope = packages.rules(DAY).package.scope
    assert offer("", 0, scope, Type("date")).words == ("基准日", "开始日")
    assert "场次" in offer("", 0, scope, BOOL).words
    assert "场次" not in offer("", 0, scope, NUMBER).words
