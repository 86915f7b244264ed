"""A wording by provision: how its lines are cited, what of it the rules list, and what became of it in a new version."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.policy.official_text import OfficialText, parse_official, reworded, unmatched

STREETS = """示范书店管理办法

第一章 总则
第一条　为扶持书店，制定本办法。
第二条　本办法所称书店，是指有门面的书店。
网上书店不适用本办法。
第二章 条件
第三条　书店应当具备以下条件：
（一）营业面积不少于80平方米；
（二）有以下图书：
1.本地作者的；
2.儿童读物；
（三）有座位。
具备前款第（三）项条件的，可以延长开放。
第四条　每年活动不少于12场。

附件：示范书店标准
3
附件
示范书店标准
一、门面
门面临街。
二、陈设
（一）书架
1.高度
不高于二米。
2.间距
（二）灯光
"""


def _cited(text: str) -> dict[str, str]:
    return {clause.citation: clause.text for clause in parse_official(text).clauses}


def test_provisions_are_cited_as_people_cite_them() -> None:
    assert list(_cited(STREETS)) == [
        "第一条",
        "第二条第一款",
        "第二条第二款",
        "第三条第一款",
        "第三条第（一）项",
        "第三条第（二）项",
        "第三条第（二）项第1目",
        "第三条第（二）项第2目",
        "第三条第（三）项",
        "第三条第二款",
        "第四条",
        "附件第一",
        "附件第二",
        "附件第二（一）",
        "附件第二（一）1",
        "附件第二（一）2",
        "附件第二（二）",
    ]
    assert _cited(STREETS)["附件第二（一）1"] == "1.高度\n不高于二米。"
    assert (
        parse_official(STREETS).wording("第二条")
        == "第二条　本办法所称书店，是指有门面的书店。\n网上书店不适用本办法。"
    )
    assert parse_official(STREETS).wording("第三条第一款第（一）项") == "（一）营业面积不少于80平方米；"
    assert parse_official(STREETS).wording("第九条") == ""


def test_lines_of_no_provision_are_told() -> None:
    loose = [said for _, said in parse_official(STREETS).loose]
    assert loose == [
        "示范书店管理办法",
        "第一章 总则",
        "第二章 条件",
        "附件：示范书店标准",
        "3",
        "附件",
        "示范书店标准",
    ]


LINES = [line for line in STREETS.splitlines() if line]


@given(st.lists(st.sampled_from([*LINES, "（一）又一项；", "附件2", "随便一句。"]), max_size=30))
def test_no_line_is_lost_and_none_is_in_two_places(lines: list[str]) -> None:
    found = parse_official("\n".join(lines))
    told = [said for _, said in found.loose] + [said for c in found.clauses for said in c.text.split("\n")]
    assert sorted(told) == sorted(lines)


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ("（三）有座位。", "（三）有座位。\n（一）又一项；", "`第三条第一款第（一）项` 有两处"),
        ("第四条　每年", "第三条　每年", "`第三条` 有两处"),
        ("第四条　每年", "第4条　每年", "条号写成了阿拉伯数字：`第4条　每年活动不少于1`"),
        ("第四条　每年", "第四条每年", "条号后面没有空格：`第四条每年活动不少于12`"),
        ("（二）有以下", "(二)有以下", "项号的括号不是全角的一对：`(二)有以下图书：`"),
        ("第二条　本办法所称", "第五条　本办法所称", "`第三条` 在 `第五条` 之后"),
        ("1.高度", "2.高度", "`附件第二（一）2` 有两处"),
    ],
)
def test_numbers_that_cannot_be_relied_on_are_told(was: str, now: str, why: str) -> None:
    assert was in STREETS
    assert why in [said for _, said in parse_official(STREETS.replace(was, now, 1)).odd]


def test_a_sound_text_has_no_odd_numbers() -> None:
    assert parse_official(STREETS).odd == ()
    assert parse_official(STREETS.replace("第四条　", "第三条之一　")).odd == ()


def test_an_article_put_in_between_is_one_of_its_own() -> None:
    found = _cited(STREETS.replace("第四条　", "第三条之一　另一条。\n第四条　"))
    assert found["第三条之一"] == "第三条之一　另一条。"
    assert found["第三条第二款"] == "具备前款第（三）项条件的，可以延长开放。"


@pytest.mark.parametrize(
    ("listed", "unlisted", "absent"),
    [
        (["第一条至第四条", "附件第一", "附件第二"], [], []),
        (
            ["第一条", "第二条", "第三条第（一）项", "第三条第（二）项", "第三条第（三）项", "第三条第二款"],
            ["第四条"],
            [],
        ),
        (["第一条", "第二条第一款", "第三条", "第四条"], ["第二条第二款"], []),
        (["第一条至第四条", "第五条", "第三条第（四）项"], [], ["第五条", "第三条第（四）项"]),
        (["第一条至第五条"], [], ["第一条至第五条"]),
        (
            ["第一条至第四条", "附件第二（一）1", "附件第二（一）3"],
            ["附件第一", "附件第二（一）2", "附件第二（二）"],
            ["附件第二（一）3"],
        ),
    ],
)
def test_what_is_on_one_side_only_is_told(listed: list[str], unlisted: list[str], absent: list[str]) -> None:
    whole = parse_official(STREETS if any("附件" in one for one in listed) else STREETS.split("附件：")[0])
    found = unmatched(whole, listed)
    assert [clause.citation for clause in found.unlisted] == unlisted
    assert list(found.absent) == absent


def _changes(old: str, new: str) -> list[tuple[str, str, str]]:
    found = reworded(parse_official(old), parse_official(new))
    return [(o.change, o.old.citation if o.old else "", o.new.citation if o.new else "") for o in found]


@pytest.mark.parametrize(
    ("was", "now", "changes"),
    [
        ("", "", []),
        ("12场", "10场", [("改文字", "第四条", "第四条")]),
        ("80平方米", "60平方米", [("改文字", "第三条第（一）项", "第三条第（一）项")]),
        ("（三）有座位。\n", "", [("删去", "第三条第（三）项", "")]),
        (
            "第四条　每年",
            "第四条　店内不得吸烟。\n第五条　每年",
            [("新增", "", "第四条"), ("改编号", "第四条", "第五条")],
        ),
        (
            "第四条　每年活动不少于12场。",
            "第四条　店内不得吸烟。\n第五条　每年活动不少于10场。",
            [("新增", "", "第四条"), ("改编号和文字", "第四条", "第五条")],
        ),
        (
            "第四条　每年活动不少于12场。",
            "第四条　店内禁烟，违者罚酒三杯。",
            [("删去", "第四条", ""), ("新增", "", "第四条")],
        ),
        ("（一）书架\n", "（一）书橱\n", [("改文字", "附件第二（一）", "附件第二（一）")]),
    ],
)
def test_what_became_of_a_provision(was: str, now: str, changes: list[tuple[str, str, str]]) -> None:
    assert _changes(STREETS, STREETS.replace(was, now, 1) if was else STREETS) == changes


@given(st.permutations(range(4)), st.permutations(range(4)))
def test_whatever_is_moved_nothing_is_left_untold(first: list[int], second: list[int]) -> None:
    """Each provision of either text is paired, added or taken away; the same text differs in nothing."""
    said = ["有门面。", "每年活动不少于12场。", "店内不得吸烟，违者劝离。", "夜间开放到二十二时。"]
    old, new = (
        "\n".join(f"第{'一二三四'[at]}条　{said[which]}" for at, which in enumerate(order[: 3 + at_]))
        for at_, order in enumerate((first, second))
    )
    found = reworded(parse_official(old), parse_official(new))
    kept = [c for c in parse_official(new).clauses if c not in [one.new for one in found]]
    assert all(c in parse_official(old).clauses for c in kept)
    assert len(parse_official(old).clauses) - sum(o.change == "删去" for o in found) == len(
        parse_official(new).clauses
    ) - sum(o.change == "新增" for o in found)


def test_an_empty_text_has_nothing() -> None:
    assert parse_official("\n　\n") == OfficialText((), ())
