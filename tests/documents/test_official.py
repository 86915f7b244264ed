"""Mechanical faults of an official text, each planted in a made-up regulation that has none, and nothing else alarmed at."""

from __future__ import annotations

import pytest

from docs.make_images import ROOT
from engine.documents.official import faults_of, lacking_consequence, without_return
from engine.office.workspace import Workspace
from tests.documents.conftest import AS_OF

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
