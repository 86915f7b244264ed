"""Mechanical faults of an official text, each planted in a made-up regulation that has none, and nothing else alarmed at."""

from __future__ import annotations

import pytest

from docs.make_images import ROOT
from engine.documents.official import faults_of
from engine.documents.provisions import doubled, lacking_consequence, without_exit, without_return, without_withdrawal
from engine.office.workspace import Workspace
from tests.documents.conftest import AS_OF
from tests.worlds.texts import package as small

CLEAN = """示范门店管理办法
第一章 总则
第一条　为规范示范门店，根据《关于培育示范门店的通知》（某商务〔2024〕7号），制定本办法。
第二条　本办法所称“示范门店”，是指经评定的门店。
第二章 条件
第三条　示范门店应当具备以下条件：
（一）有固定的场所；
（二）遵循“两公开”要求，两公开是指价格公开、服务公开；
（三）开展“早市”“夜市”“周末市”等活动。
第四条　“两公开”的牌子挂在门口。
附件
一、范围
（一）牌子
1.材质
2.尺寸
二、其他
"""


def test_a_clean_text_alarms_nobody() -> None:
    assert faults_of(CLEAN) == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "what"),
    [
        ("（某商务〔2024〕7号）", "（某商务〔2024〕7号", 3, "标点不成对"),
        ("“两公开”的牌子", "“两公开的牌子", 10, "标点不成对"),
        ("场所；", "场所,可以租用；", 7, "汉字之间用了半角标点，应为“，”"),
        ("〔2024〕", "[2024]", 3, "发文字号的年份用六角括号〔〕"),
        ("〔2024〕", "（2024）", 3, "发文字号的年份用六角括号〔〕"),
        ("，是指经评定的门店。", "，是指经评定的门店", 4, "句末没有标点"),
        ("第四条", "第五条", 10, "编号不连续，上一个是 3"),
        ("（二）遵循", "（三）遵循", 8, "编号不连续，上一个是 1"),
        ("2.尺寸", "3.尺寸", 15, "编号不连续，上一个是 1"),
        ("二、其他", "三、其他", 16, "编号不连续，上一个是 1"),
        ("，两公开是指价格公开、服务公开", "", 8, "用了而没有解释的词"),
    ],
)
def test_what_was_planted_is_found_where_it_is(right: str, wrong: str, line: int, what: str) -> None:
    assert right in CLEAN
    found = faults_of(CLEAN.replace(right, wrong, 1))
    assert (line, what) in [(fault.line, fault.what) for fault in found]
    numbers = {fault.what for fault in found if fault.what.startswith("编号不连续")}  # one moved on moves the next
    assert {fault.what for fault in found} - numbers <= {what}


def test_the_rules_tell_of_duties_and_sums_nothing_follows_from() -> None:
    package = Workspace(ROOT / "policies", AS_OF).program().package
    assert {"第五条第（一）项", "第十条"} <= set(lacking_consequence(package))
    assert "第十二条" not in lacking_consequence(package)
    assert ("活动经费", "全额核定") in without_return(package)
    assert without_withdrawal(package) == [("重大活动同意", "同意举办")]


def test_the_rules_tell_what_is_written_twice_and_what_has_no_way_out() -> None:
    """Three of the six were compared with the text, the others follow from how it is encoded; procedural articles that are
    cited beside what they apply are none of them."""
    package = Workspace(ROOT / "policies", AS_OF).program().package
    pairs = {(pair.one, pair.other) for pair in doubled(package)}
    assert pairs == {
        ("第十条", "附件第三（一）"),
        ("第十条", "附件第三（三）"),
        ("第十条", "附件第三（四）"),
        ("第十七条", "附件第三（二）"),
        ("第五条第（四）项", "附件第二（三）3"),
        ("第十五条", "第十八条"),
    }
    assert without_exit(package) == [("在册", "公示与公布", "公布认定")]


TWICE = """\
条款:
  - {引用: 第一条, 要旨: 场地, 类别: %s}
  - {引用: 第二条, 要旨: 场次, 类别: 义务}
  - {引用: 第三条, 要旨: 场地和场次, 类别: 义务}
准则:
  - {名称: 场地, 组: 条件, 条款: %s, 要求: 有场地}
  - {名称: 规模, 组: 条件, 条款: [第二条], 要求: 场次不少于3场}
  - {名称: 再查场地, 组: %s, 条款: [第三条], 要求: %s}
"""


@pytest.mark.parametrize(
    ("kind", "cited", "group", "again", "expected"),
    [
        ("义务", "[第一条, 第三条]", "条件", "人数不少于3人", [("第一条", "第三条", ("场地",))]),
        ("规则", "[第一条, 第三条]", "条件", "人数不少于3人", []),  # what is done where a duty is not met, say
        ("规则", "[第一条]", "条件", "有场地", [("第一条", "第三条", ("场地", "再查场地"))]),
        ("规则", "[第一条]", "别的", "有场地", []),
        ("规则", "[第一条]", "条件", "非有场地", []),
    ],
)
def test_doubled_is_what_asks_the_same_with_the_same_consequence(
    kind: str, cited: str, group: str, again: str, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    found = doubled(small(TWICE % (kind, cited, group, again)))
    assert [(pair.one, pair.other, pair.shared) for pair in found] == expected


STANDING = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 程序}]
状态: [未办, 有效, 失效]
事件:
  - {名称: 准予, 前提: [{状态: [未办], 条款: [第一条]}]}
  - {名称: 撤销, 前提: [{状态: [有效], 条款: [第一条]}]}
  - {名称: 退出, 前提: [{状态: [%s], 条款: [第一条]}]}
程序:
  - {名称: 准予, 条款: [第一条], 当: 准予, 则: {状态: 有效, 出具: [准予书]}}
  - {名称: 撤销, 条款: [第一条], 当: 撤销, 则: {状态: 失效, 出具: [撤销书]}}
  - {名称: 退出, 条款: [第一条], 当: 退出, 则: {状态: 失效}}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - {结果: 撤, 条件: 非有场地, 性质: 不利决定, 文书: [撤销书]}
      - {结果: 准, 条件: 有场地, 性质: 有利决定, 文书: [准予书]}
文书:
  - {名称: 准予书, 条款: [第一条], 标题: 准予书, 正文: [{段: 准}]}
  - {名称: 撤销书, 条款: [第一条], 标题: 撤销书, 正文: [{段: 撤}]}
"""


def test_a_standing_that_its_holder_can_leave_is_not_told_of() -> None:
    assert without_exit(small(STANDING % "有效")) == []
    assert without_exit(small(STANDING % "未办")) == [("有效", "审查", "准")]
