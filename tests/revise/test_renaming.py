"""One name for another: rules, examples and cases go on meaning what they meant, or nothing is changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.intake.examples import ExampleReport, run_examples
from engine.office.revising import Revised, renaming, write
from engine.office.workspace import Workspace
from engine.policy.calendar_data import load_calendar
from engine.revise.splices import applied
from tests.cli.run import guiju
from tests.worlds.texts import header

DAY = date(2026, 6, 1)
RULES = """\
条款: [{引用: 第一条, 要旨: 场次够的准予, 类别: 规则}]
单位: [{名称: 场}]
枚举: [{名称: 类项, 取值: [甲类, 乙类]}]
事实:
  - {名称: 单位名称, 类型: 文本, 条款: 第一条}
  - {名称: 场次, 类型: 整数, 单位: 场, 条款: 第一条}
  - {名称: 类, 类型: 枚举, 枚举: 类项, 条款: 第一条}
  - {名称: 场次属实, 类型: 判断, 条款: 第一条}
记录表:
  - {名称: 台账, 条款: 第一条, 列: [{名称: 日子, 类型: 日期}, {名称: 人数, 类型: 整数}]}
参数: [{名称: 下限, 单位: 场, 条款: 第一条, 取值: [{值: 12场}]}]
准则:
  - 名称: 规模
    组: 条件
    条款: 第一条
    强度: 一般应当
    要求: 场次不少于下限 或 类为甲类
    未满足: 场次只有{场次}，下限{下限}（{场次属实的判断人}）
  - {名称: 属实, 组: 条件, 条款: 第一条, 要求: 场次属实 且 计数（台账，人数超过0）不少于1}
决定:
  - 名称: 审查
    条款: 第一条
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 不利决定, 机关: 某局}
      - {结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定, 机关: 某局, 文书: 函}
解释口径:
  - 编号: Q1
    名称: 规模口径
    问题: 下限是多少
    条款: 第一条
    选项: [{名称: 照写, 效果: 不变}, {名称: 少两场, 效果: 下限少两场, 改: {参数: {下限: 10场}, 强度: {规模: 应当}}}]
    采用: 照写
    影响: [规模]
文书: [{名称: 函, 条款: 第一条, 标题: 函, 正文: [{段: '准予{单位名称}，{场次}。'}]}]
"""
EXAMPLES = """\
用例:
  - 名称: 场次够了   # 场次不改这里
    事实: {单位名称: 场次, 场次: 12场, 类: 乙类, 场次属实: {判断: 是, 人: 某人, 日期: 2026-05-01, 理由: 场次核过}}
    记录: {台账: [{日子: 2026-05-01, 人数: 3}]}
    断言: [{决定: 审查, 结果: 准予, 值: {场次: 12场}}]
  - 名称: 少了
    案件: cases/a.yaml
    断言: [{决定: 审查, 结果: 不予, 决定性: [规模]}]
"""
CASE = """\
案件: A1
规范: club
基准日: 2026-06-01
事实: {单位名称: 甲, 场次: 11场, 类: 乙类, 场次属实: {判断: 是, 人: 某人, 日期: 2026-05-01, 理由: 核过}}
例外理由: {规模: {判断: 否, 人: 某人, 日期: 2026-05-01, 理由: 没有理由}}
记录: {台账: [{日子: 2026-05-01, 人数: 3}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    package = tmp_path / "policies" / "club"
    (package / "tests" / "cases").mkdir(parents=True)
    (package / "policy.yaml").write_text(header("club") + RULES)
    (package / "tests" / "a.yaml").write_text(EXAMPLES)
    (package / "tests" / "cases" / "a.yaml").write_text(CASE)
    return tmp_path / "policies"


def done(folder: Path, old: str, new: str, *cases: Path) -> Revised:
    return renaming(folder, old, new, cases, DAY, load_calendar())


@pytest.mark.parametrize(
    ("old", "new", "kinds", "count"),
    [
        ("场次", "活动数", ("事实",), 7),
        ("下限", "最少场次", ("参数",), 4),
        ("乙类", "丁类", ("枚举的取值",), 3),
        ("场次属实", "已核", ("事实",), 5),
        ("规模", "够大", ("准则",), 5),
        ("准予", "同意", ("结果",), 2),
        ("台账", "登记簿", ("记录表",), 4),
        ("人数", "人头", ("列",), 4),
        ("少两场", "宽", ("选项",), 1),
    ],
)
def test_a_name_is_changed_wherever_it_is_one(
    folder: Path, old: str, new: str, kinds: tuple[str, ...], count: int
) -> None:
    found = done(folder, old, new)
    assert (found.kinds, [str(p) for p in found.problems]) == (kinds, [])
    changed = sum(
        data.decode().count(new) - found.before[file].decode().count(new) for file, data in found.after.items()
    )
    assert changed == count
    write(found)
    report = ExampleReport()
    run_examples(folder / "club" / "tests", Workspace(folder, DAY).by_day, report)
    assert (report.passed, report.failed, [str(p) for p in report.problems if p.is_error]) == (2, 0, [])
    assert dict(applied(found.back, found.after)[0]) == found.before


def test_what_people_read_stays(folder: Path) -> None:
    write(done(folder, "场次", "活动数"))
    text = (folder / "club" / "policy.yaml").read_text()
    assert "要旨: 场次够的准予" in text
    assert "未满足: 场次只有{活动数}，下限{下限}（{场次属实的判断人}）" in text
    examples = (folder / "club" / "tests" / "a.yaml").read_text()
    assert "名称: 场次够了   # 场次不改这里" in examples
    assert "理由: 场次核过" in examples
    assert "单位名称: 场次" in examples


def test_a_column_goes_by_its_old_name_too(folder: Path) -> None:
    write(done(folder, "人数", "人头"))
    assert "{名称: 人头, 类型: 整数, 别名: [人数]}" in (folder / "club" / "policy.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("场此", "甲", "没有 `场此` 这个名称"),
        ("场次", "下限", "已经是参数的名称"),
        ("场次", "且", "不能作名称"),
        ("场次", "甲 乙", "不能作名称"),
        ("场次", "机关", "不能作名称"),
    ],
)
def test_what_cannot_be_a_name(folder: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        done(folder, old, new)
    assert [(p.code, said in p.message) for p in refused.value.problems] == [("E936", True)]


def test_nothing_is_changed_where_a_sentence_would_read_otherwise(folder: Path) -> None:
    """A fact called 或类 makes 场次不少于下限或类为甲类 another sentence."""
    file = folder / "club" / "policy.yaml"
    file.write_text(file.read_text().replace("下限 或 类为", "下限或类为"))
    before = file.read_bytes()
    found = done(folder, "场次属实", "或类")
    assert not found.sound
    assert file.read_bytes() == before


def test_on_the_command_line(folder: Path) -> None:
    args = ("--policies", str(folder))
    dry = guiju("rename", "场次", "活动数", "--dry-run", *args)
    assert (dry.code, "只看不写：会改 3 个文件，检查没有新的问题" in dry.out) == (0, True)
    assert "活动数" not in (folder / "club" / "policy.yaml").read_text()
    assert "事实 `场次` 改名为 `活动数`" in guiju("rename", "场次", "活动数", *args).out
    assert "活动数不少于下限" in (folder / "club" / "policy.yaml").read_text()
    wrong = guiju("set", "下限", "10人", *args)
    assert (wrong.code, "没有写入文件" in wrong.out) == (1, True)
    assert "取值: [{值: 12场}]" in (folder / "club" / "policy.yaml").read_text()
    assert "值: 10人" in wrong.err  # the line as it would be
    same = guiju("set", "下限", "12场", *args)
    assert (same.code, "与原来相同" in same.out, "已写入" in same.out) == (0, True, False)
    found = guiju("set", "下限", "10场", "--since", "2027-01-01", "--json", *args)
    assert '"写入": true' in found.out
    assert (
        "取值: [{值: 12场, 至: 2026-12-31}, {值: 10场, 自: 2027-01-01}]"
        in (folder / "club" / "policy.yaml").read_text()
    )
    nowhere = guiju("set", "下限", "10场")
    assert (nowhere.code, "E937" in nowhere.err) == (2, True)


def test_a_member_that_stands_in_a_ledger_is_not_left_behind(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("日子,类\n2026-05-01,乙类\n")
    case = tmp_path / "c.yaml"
    case.write_text(CASE.replace("[{日子: 2026-05-01, 人数: 3}]", "a.csv"))
    with pytest.raises(Refused) as refused:
        done(folder, "乙类", "丁类", case)
    assert "a.csv` 的 B2" in str(refused.value.problems[0])


ORGANS = """
机关名录: [{名称: [某局], 类别: 政府部门, 复议机关: “某市政府”, 管辖法院: “某法院”}]
"""


def test_an_organ_is_renamed_wherever_it_acts(folder: Path) -> None:
    path = folder / "club" / "policy.yaml"
    path.write_text(path.read_text() + ORGANS)
    (after,) = done(folder, "某局", "另局").after.values()
    assert after.decode().count("机关: 另局") == 2
    assert "某局" not in after.decode()
    path.write_text(path.read_text().replace("机关: 某局", "机关: {式: “某局”}"))
    with pytest.raises(Refused, match="作为文字"):
        done(folder, "某局", "另局")


@pytest.mark.parametrize("new", ["“甲”", '"甲"', "甲：乙", "第一条", "的值不少于", "不少于数", "《甲》"])
def test_what_cannot_be_read_as_a_name_is_none(folder: Path, new: str) -> None:
    with pytest.raises(Refused, match="不能作名称"):
        done(folder, "场次", new)
