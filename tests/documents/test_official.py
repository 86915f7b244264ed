"""Mechanical faults of an official text, each planted in a made-up regulation that has none, and nothing else alarmed at."""

from __future__ import annotations

import pytest

from docs.make_images import ROOT
from engine.documents.official import faults_of
from engine.documents.provisions import doubled, lacking_consequence, without_exit, without_return, without_withdrawal
from engine.office.workspace import Workspace
from tests.documents.conftest import AS_OF
from tests.worlds.bookshops import TWENTY
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


def test_twenty_sound_articles_alarm_nobody() -> None:
    assert faults_of(TWENTY) == []


PLANTED = [
    ("营业执照（副本）", "营业执照（副本", "标点不成对"),
    ("《示范书店评分表》（附件1）", "《示范书店评分表（附件1）", "标点不成对"),
    ("材料不齐的，", "材料不齐的,", "汉字之间用了半角标点，应为“，”"),
    ("下列条件：", "下列条件:", "汉字之间用了半角标点，应为“：”"),
    ("不予评定：", "不予评定:", "汉字之间用了半角标点，应为“：”"),
    ("（签名）", "(签名)", "汉字之间用了半角标点，应为“（”"),
    ("〔2023〕18号", "[2023]18号", "发文字号的年份用六角括号〔〕"),
    ("〔2024〕3号", "（2024）3号", "发文字号的年份用六角括号〔〕"),
    ("〔2019〕55号", "【2019】55号", "发文字号的年份用六角括号〔〕"),
    ("起终止。", "起终止", "句末没有标点"),
    ("市财政局解释。", "市财政局解释", "句末没有标点"),  # no stop inside either
    ("近1年发生安全事故的；", "近1年发生安全事故的", "句末没有标点"),
    ("第七条", "第八条", "编号不连续，上一个是 6"),
    ("（三）其他不宜评定", "（四）其他不宜评定", "编号不连续，上一个是 2"),
    ("2.兼职人员", "3.兼职人员", "编号不连续，上一个是 1"),
    ("附件：1.示范书店评分表\n2.", "附件：1.示范书店评分表\n3.", "编号不连续，上一个是 1"),
    ("第四章", "第五章", "编号不连续，上一个是 3"),
    ("作出撤销决定以前，", "作出撤销决定以前，落实“双告知”要求，“双告知”由经办人办理，", ""),
    ("起示范作用", "按“三好”要求起示范作用", ""),
    ("依法登记，正常经营", "落实“三好”要求，正常经营", ""),
]


@pytest.mark.parametrize(("right", "wrong", "what"), PLANTED)
def test_what_was_planted_among_twenty_articles_is_found_and_nothing_else(right: str, wrong: str, what: str) -> None:
    """A term used once only, or twice in one line, is not told of: that takes two places."""
    assert right in TWENTY
    found = faults_of(TWENTY.replace(right, wrong, 1))
    told = {fault.what for fault in found} - {what}
    assert bool(found) is bool(what)
    assert {fault for fault in told if not fault.startswith("编号不连续")} == set()


def test_a_term_used_in_two_articles_and_explained_in_none_is_told_once() -> None:
    twice = TWENTY.replace("起示范作用", "按“三好”要求起示范作用").replace("正常经营", "落实“三好”要求，正常经营")
    assert [(fault.what, fault.said) for fault in faults_of(twice)] == [("用了而没有解释的词", "“三好”")]


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


GIVEN = """\
条款:
  - {引用: 第一条, 要旨: 场地, 类别: 义务}
  - {引用: 第二条, 要旨: 场次, 类别: 义务}
准则:
  - {名称: 场地, 组: 条件, 条款: [第一条], 要求: 有场地, 未满足: 没有场地}
  - {名称: 场次够, 组: 规模, 条款: [第二条], 要求: 场次不少于3场, 未满足: 场次不够}
决定:
  - 名称: 许可
    条款: [第一条]
    结果:
      - {结果: 不许, 条件: 任一未满足（条件）, 性质: 不利决定}
      - {结果: 许, 条件: 全部满足（条件）, 性质: 有利决定, 文书: [准予书]}
  - 名称: 补助
    条款: [第二条]
    结果:
      - {结果: 不补, 条件: 任一未满足（规模）, 性质: 程序性}
      - {结果: 补, 条件: 全部满足（规模）, 性质: 有利决定, 金额: 场次×100元÷1场}
%s文书:
  - {名称: 准予书, 条款: [第一条], 标题: 准予书, 正文: [{段: 准}]}
"""
TAKEN_BACK = """\
  - 名称: 收回
    条款: [第二条]
    结果:
      - {结果: 收回, 条件: 结论（补助）为补 且 人数少于3人, 性质: 不利决定}
      - {结果: 撤销, 条件: 结论（许可）为许 且 人数少于2人, 性质: 不利决定}
      - {结果: 不收回, 条件: 人数不少于3人, 性质: 程序性}
"""


def test_what_nothing_follows_from_and_what_nobody_takes_back_are_told_of_any_rules() -> None:
    alone, back = small(GIVEN % ""), small(GIVEN % TAKEN_BACK)
    assert (lacking_consequence(alone), lacking_consequence(back)) == (["第二条"], [])
    assert (without_return(alone), without_return(back)) == ([("补助", "补")], [])
    assert (without_withdrawal(alone), without_withdrawal(back)) == ([("许可", "许")], [])
