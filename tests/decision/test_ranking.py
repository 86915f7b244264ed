"""Ranking: order, preferences, ties, quota, and cases that cannot be placed yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.base.canonical import canonical
from engine.base.problem import Refused
from engine.decision.case import Case
from engine.decision.program import Program, compile_package
from engine.decision.ranking import RankingResult
from engine.decision.round import rank
from engine.views.paint import uncoloured
from engine.views.ranking import text
from tests.worlds.build import Build, case
from tests.worlds.texts import package


def program(quota: int | None = 2) -> Program:
    build = Build().fact("合格").fact("得分", "整数", "分").fact("年限", "整数", "年").fact("重点")
    build.parameter("名额", quota, "个").determination("审查", [("入选", "合格")], "落选")
    build.ranking("择优", "结论（审查）为入选", "名额", [("得分", True), ("年限", False)], ["重点"])
    return compile_package(build.package())


def one(
    name: str, score: int | None, years: int | None = 1, good: bool | None = True, key: bool | None = False
) -> Case:
    return case({"合格": good, "得分": score, "年限": years, "重点": key}, name=name)


def ranked(*cases: Case, quota: int | None = 2) -> RankingResult:
    return rank(program(quota), cases, "择优")


def places(result: RankingResult) -> list[tuple[str, int, bool | None]]:
    return [(p.case, p.place, p.within) for p in result.placed]


def test_by_the_first_key_then_the_second() -> None:
    result = ranked(one("甲", 80), one("乙", 90, 5), one("丙", 90, 2))
    assert places(result) == [("丙", 1, True), ("乙", 2, True), ("甲", 3, False)]
    assert [p.keys for p in result.placed] == [("90分", "2年"), ("90分", "5年"), ("80分", "1年")]
    assert (result.final, result.quota, result.heads, result.ties) == (True, "2个", ("得分", "年限"), ())


def test_a_preference_breaks_a_tie_and_nothing_else() -> None:
    result = ranked(one("甲", 90), one("乙", 90, key=True), one("丙", 95))
    assert places(result) == [("丙", 1, True), ("乙", 2, True), ("甲", 3, False)]


def test_a_tie_across_the_quota_is_left_to_a_person() -> None:
    result = ranked(one("甲", 90), one("乙", 80), one("丙", 80), one("丁", 70))
    assert places(result) == [("甲", 1, True), ("乙", 2, None), ("丙", 2, None), ("丁", 4, False)]
    assert (result.across, result.ties, result.final) == (("乙", "丙"), (("乙", "丙"),), False)


def test_a_tie_within_the_quota_is_named_and_changes_nothing() -> None:
    result = ranked(one("甲", 90), one("乙", 90), one("丙", 80))
    assert places(result) == [("甲", 1, True), ("乙", 1, True), ("丙", 3, False)]
    assert (result.across, result.ties, result.final) == ((), (("甲", "乙"),), True)


def test_an_unknown_preference_leaves_the_tie() -> None:
    result = ranked(one("甲", 90, key=None), one("乙", 90), quota=1)
    assert result.across == ("甲", "乙")
    assert result.notes == ("甲的“重点”尚未查明，不能据以区分并列",)


@pytest.mark.parametrize(
    ("waiting", "reason", "lacking"),
    [
        (one("丙", 99, good=None), "是否入围尚未查明", ("合格",)),
        (one("丙", None), "得分尚未查明", ("得分",)),
        (one("丙", None, None), "得分、年限尚未查明", ("得分", "年限")),
    ],
)
def test_a_case_that_cannot_be_placed_is_listed(waiting: Case, reason: str, lacking: tuple[str, ...]) -> None:
    result = ranked(one("甲", 90), waiting)
    assert [(p.case, p.reason, p.missing) for p in result.pending] == [("丙", reason, lacking)]
    assert places(result) == [("甲", 1, True)]
    assert not result.final


def test_a_case_not_admitted_is_excluded_by_name() -> None:
    result = ranked(one("甲", 90), one("乙", 99, good=False))
    assert (result.excluded, [p.case for p in result.placed]) == (("乙",), ["甲"])
    assert result.excluded_because == ("审查为落选（要求 结论（审查）为入选）",)


def test_without_a_quota_nobody_is_in_or_out() -> None:
    result = ranked(one("甲", 90), one("乙", 80), quota=None)
    assert places(result) == [("甲", 1, None), ("乙", 2, None)]
    assert (result.quota, result.final) == ("未知", False)
    assert result.notes == ("名额（名额）未定，名次只供参考",)


@pytest.mark.parametrize(
    ("quotas", "said"),
    [
        ((1, 2, 1), "甲、丙为1个；乙为2个"),
        ((2, 1, 1), "甲为2个；乙、丙为1个"),
        ((1, None, 1), "甲、丙为1个；乙为未知"),
        ((None, 2, 2), "甲为未知；乙、丙为2个"),
    ],
)
def test_cases_that_disagree_on_the_quota_put_nobody_in_or_out(quotas: tuple[int | None, ...], said: str) -> None:
    """Whichever case came first would otherwise draw the line for all. The places stand: they do not rest on it."""
    build = Build().fact("得分", "整数", "分").fact("名额", "整数", "个")
    build.ranking("择优", "得分不低于1分", "名额", [("得分", True)])
    cases = [
        case({"得分": score, "名额": quota}, name=name)
        for name, score, quota in zip("甲乙丙", (90, 80, 70), quotas, strict=True)
    ]
    result = rank(compile_package(build.package()), cases, "择优")
    assert places(result) == [("甲", 1, None), ("乙", 2, None), ("丙", 3, None)]
    assert (result.quota, result.final) == ("未知", False)
    assert result.notes == (f"名额（名额）各案件不一致，核对以后才有名额线，名次只供参考：{said}",)


def test_cases_that_agree_on_the_quota_have_it() -> None:
    build = Build().fact("得分", "整数", "分").fact("名额", "整数", "个")
    build.ranking("择优", "得分不低于1分", "名额", [("得分", True)])
    cases = [case({"得分": score, "名额": 1}, name=name) for name, score in (("甲", 90), ("乙", 80))]
    result = rank(compile_package(build.package()), cases, "择优")
    assert (places(result), result.quota, result.final) == ([("甲", 1, True), ("乙", 2, False)], "1个", True)


def test_no_cases_is_an_empty_ranking() -> None:
    assert (ranked().placed, ranked().quota) == ((), "2个")


@pytest.mark.parametrize(
    ("name", "cases", "code"),
    [("择尤", [], "E702"), ("择优", [one("甲", 1), one("甲", 2)], "E703")],
)
def test_what_cannot_be_ranked_is_refused(name: str, cases: list[Case], code: str) -> None:
    with pytest.raises(Refused) as refused:
        rank(program(), cases, name)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_the_order_given_does_not_matter_where_there_is_no_tie() -> None:
    cases = [one("甲", 80), one("乙", 90), one("丙", 85)]
    plain: list[Any] = [ranked(*cases).to_plain(), ranked(*reversed(cases)).to_plain()]
    assert canonical(plain[0]) == canonical(plain[1])


def test_only_the_part_of_the_condition_that_is_not_met_is_given_as_the_reason() -> None:
    build = Build().fact("合格").fact("得分", "整数", "分").parameter("入围线", 60, "分").parameter("名额", 1, "个")
    build.ranking("择优", "合格且得分不低于入围线", "名额", [("得分", True)], [])
    cases = [
        case({"合格": good, "得分": score}, name=name) for name, good, score in (("甲", True, 55), ("乙", False, 70))
    ]
    result = rank(compile_package(build.package()), cases, "择优")
    assert result.excluded_because == ("得分为55分、入围线为60分（要求 得分不少于入围线）", "合格为否（要求 合格）")


def test_a_ranking_says_under_which_rules_and_that_they_are_a_draft() -> None:
    build = Build(status="征求意见稿").fact("得分", "整数", "分").parameter("名额", 1, "个")
    build.ranking("择优", "得分不低于1分", "名额", [("得分", True)], [])
    result = rank(compile_package(build.package()), [case({"得分": 0}, name="甲")], "择优")
    lines = list(text(result, uncoloured))
    assert "征求意见稿" in result.notes[0]
    assert "基准日    2026-11-23" in lines
    assert any(line.startswith("依据      《测试办法》（征求意见稿）") for line in lines)
    assert any(line.startswith(f"所据      {result.basis.name}  规则 ") for line in lines)
    assert "未入围    甲：得分为0分（要求 得分不少于1分）" in lines


@pytest.mark.parametrize(
    ("pending", "within"),
    [
        (0, (True, True, True, True, True, False)),
        (2, (True, True, True, None, None, False)),
        (6, (None,) * 5 + (False,)),
    ],
)
def test_only_what_pending_cases_cannot_change_is_announced(pending: int, within: tuple[bool | None, ...]) -> None:
    """Any of the pending may still come first: whoever has a place that all of them leave within the quota is in."""
    settled = [one(name, 90 - index) for index, name in enumerate("甲乙丙丁戊己")]
    result = ranked(*settled, *(one(f"待{n}", None) for n in range(pending)), quota=5)
    assert [place.within for place in result.placed] == list(within)
    assert result.across == ()


SHARE_RULES = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
参数: [{名称: 比率, 条款: 第一条, 取值: [{值: 20%}]}]
择优: [{名称: 择优, 条款: 第一条, 入围: 有场地, 名额: %s, 次序: [{依据: 场次}]}]
"""


def by_share(quota: str, good: int, pending: int = 0) -> RankingResult:
    found = package(SHARE_RULES.replace("%s", quota))
    cases = [case({"有场地": True, "场次": 100 - n}, name=f"案{n}") for n in range(good)]
    cases += [case({"有场地": None, "场次": 1}, name=f"待{n}") for n in range(pending)]
    return rank(compile_package(found), cases, "择优")


@pytest.mark.parametrize(
    ("quota", "good", "taken"),
    [
        ("向下取整（20%×入围数）", 9, 1),
        ("向上取整（20%×入围数）", 9, 2),
        ("四舍五入（比率×入围数，0）", 8, 2),
        ("较大（1，向下取整（比率×入围数））", 4, 1),
        ("向下取整（20%×入围数）", 4, 0),
        ("3", 9, 3),
    ],
)
def test_a_share_of_those_ranked_is_rounded_as_the_rules_say(quota: str, good: int, taken: int) -> None:
    result = by_share(quota, good)
    assert [p.within for p in result.placed] == [True] * taken + [False] * (good - taken)
    assert (result.quota, result.final) == (str(taken), True)


def test_a_share_that_hangs_on_pending_cases_is_not_settled() -> None:
    result = by_share("向下取整（20%×入围数）", 9, pending=1)
    assert (result.quota, {p.within for p in result.placed}, result.final) == ("未知", {None}, False)
    assert any("待查的案件查明后才有名额线" in note for note in result.notes)
    assert by_share("向下取整（20%×入围数）", 5, pending=1).quota == "1"


def test_a_quota_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        by_share("20%×入围数", 4)
    assert [p.code for p in refused.value.problems] == ["E708"]


def test_a_person_is_asked_about_a_tie_only_where_something_hangs_on_it() -> None:
    inside = list(text(ranked(one("甲", 90), one("乙", 90), one("丙", 80)), uncoloured))
    across = list(text(ranked(one("甲", 90), one("乙", 80), one("丙", 80)), uncoloured))
    assert any("取舍不因先后而变" in line for line in inside)
    assert not any("由人" in line for line in inside)
    assert [line for line in across if "由人" in line and "并列" in line] == [
        "  ? 名额线上并列：乙、丙，由人决定取舍。",
        "名次未定：有待查或并列须由人决定。",
    ]


def by_rule(ties: str, *cases: Case, quota: int = 2) -> RankingResult:
    made = program(quota)
    chosen = replace(made.package.rankings["择优"], ties=ties)
    return rank(compile_package(replace(made.package, rankings={"择优": chosen})), cases, "择优")


@pytest.mark.parametrize(("ties", "within"), [("都不入选", False), ("都入选", True)])
def test_equals_across_the_quota_go_by_the_rule(ties: str, within: bool) -> None:
    result = by_rule(ties, one("甲", 90), one("乙", 80), one("丙", 80), one("丁", 70))
    assert places(result) == [("甲", 1, True), ("乙", 2, within), ("丙", 2, within), ("丁", 4, False)]
    assert (result.across, result.final) == ((), True)
    assert f"乙、丙同分，跨过名额线，按规定{ties}" in result.notes


def test_the_rule_waits_for_what_could_tell_them_apart_and_for_pending_cases() -> None:
    equals = one("乙", 80), one("丙", 80, key=None)
    assert by_rule("都不入选", one("甲", 90), *equals).across == ("乙", "丙")
    pending = one("待", None)
    assert places(by_rule("都入选", one("甲", 90), one("乙", 80), one("丙", 80), pending))[1:] == [
        ("乙", 2, None),
        ("丙", 2, None),
    ]
    assert places(by_rule("都不入选", one("甲", 90), one("乙", 80), one("丙", 80), pending))[1:] == [
        ("乙", 2, False),
        ("丙", 2, False),
    ]
