"""Remedies: sentences that can stand in an order, and what they leave to people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.decision.decide import decide
from engine.decision.model import Remedy
from engine.decision.moved import Moved
from engine.decision.program import compile_package
from engine.decision.undoing import find_undoing
from tests.worlds.build import Build, case, records

OUTCOMES = [("不予", "任一未满足（条件组）"), ("准予", "全部满足（条件组）")]


def remedy(build: Build, facts: dict[str, Any], excuses: dict[str, bool] | None = None) -> Remedy:
    build.determination("审查", OUTCOMES, favourable="准予")
    found = decide(compile_package(build.package()), case(facts, excuses), "审查").remedy
    assert found is not None
    return found


def numbers() -> Build:
    build = Build().fact("场次", "整数", "场", change="可增").fact("人次", "整数", "人次", change="可增", high=1000)
    build.fact("投诉", "整数", "件", change="可减").fact("比例", "比例", "%", change="可改")
    return build.fact("面积", "小数", change="可增").fact("人数", "整数", change="可改")


ALL = {"场次": 10, "人次": 280, "投诉": 9, "比例": Decimal("0.5"), "面积": 80, "人数": 9}


@pytest.mark.parametrize(
    ("requirement", "sentence"),
    [
        ("场次不少于12场", "将场次由10场增至12场。"),
        ("场次超过12场", "将场次由10场增至13场。"),
        ("场次不少于12场，且人次不少于300人次", "将场次由10场增至12场；将人次由280人次增至300人次。"),
        ("场次不少于12场，或人次不少于300人次", "将场次由10场增至12场。"),
        ("场次不少于12场，且（场次为12场或场次不少于15场）", "将场次由10场增至12场。"),
        ("投诉不满5件", "将投诉由9件减至4件。"),
        ("比例不低于60%", "将比例由50%增至60%。"),
        ("比例超过60%", "将比例由50%增至61%。"),
        ("比例低于40%", "将比例由50%减至39%。"),
        ("面积÷人数不少于10", "将面积由80增至90。"),
        ("面积×3超过250", "将面积由80增至83.34。"),
        ("面积×人数不少于1000", "将面积由80增至111.12。"),
        ("面积×1不少于200，且人数不少于1000", "将面积由80增至200；将人数由9增至1000。"),
    ],
)
def test_the_nearest_value_that_does(requirement: str, sentence: str) -> None:
    found = remedy(numbers().criterion("准则", requirement), ALL)
    assert (found.sentence, found.reachable, found.remains) == (sentence, True, ())


def test_a_derived_quantity_may_be_what_changes() -> None:
    build = Build()
    build.table("台账", build.field("日", "日期"))
    build.derived("场次", "计数（台账）", "场", change="可增").criterion("规模", "场次不少于12场")
    rows = [(date(2026, 1, day),) for day in range(1, 11)]
    assert remedy(build, {"台账": records(("日",), *rows)}).sentence == "将场次由10场增至12场。"


@pytest.mark.parametrize(
    ("change", "now", "reachable"),
    [("可改", False, True), ("可增", False, True), ("可减", False, False), ("", False, False)],
)
def test_a_truth_changes_only_in_its_direction(change: str, now: bool, reachable: bool) -> None:
    found = remedy(Build().fact("场地", change=change).criterion("准则", "场地"), {"场地": now})
    assert found.reachable is reachable
    assert found.sentence == ("将场地由否改为是。" if reachable else "取决于不能由当事人改变的事项：场地（须为是）。")


def test_a_member_is_changed_to_one_that_does() -> None:
    build = Build().enum("类型项", "甲类", "乙类", "丙类").fact("类型", "类型项", change="可改")
    found = remedy(build.criterion("准则", "类型属于［乙类、丙类］"), {"类型": "甲类"})
    assert found.sentence == "将类型由甲类改为乙类。"


@pytest.mark.parametrize(
    ("day", "change", "sentence"),
    [
        (date(2026, 12, 1), "可改", "将开工日期由2026年12月1日推迟至2027年1月1日。"),
        (date(2026, 11, 1), "可改", "取决于不能由当事人改变的事项：开工日期。"),
        (date(2026, 12, 1), "", "取决于不能由当事人改变的事项：开工日期。"),
    ],
)
def test_a_day_moves_only_if_it_is_still_to_come(day: date, change: str, sentence: str) -> None:
    build = Build().fact("开工日期", "日期", change=change).criterion("准则", "开工日期不早于2027年1月1日")
    assert remedy(build, {"开工日期": day}).sentence == sentence


def test_a_day_is_never_moved_into_the_past() -> None:
    build = Build().fact("开工日期", "日期", change="可改").criterion("准则", "开工日期早于2026年11月1日")
    assert not remedy(build, {"开工日期": date(2026, 12, 1)}).reachable


def test_findings_are_named_and_never_changed() -> None:
    build = numbers().fact("交通便利", finding=True, change="可改")
    build.criterion("规模", "场次不少于12场").criterion("区位", "交通便利")
    found = remedy(build, {**ALL, "交通便利": False})
    assert (found.reachable, found.remains) == (False, ("交通便利",))
    assert [change.name for change in found.changes] == ["场次"]
    assert found.sentence == "将场次由10场增至12场；须由有权人认定：交通便利（须为是）。"


def test_what_is_unknown_is_to_be_supplied() -> None:
    found = remedy(numbers().fact("租约").criterion("准则一", "租约").criterion("准则二", "场次不少于12场"), ALL)
    assert found.sentence == "将场次由10场增至12场；须补充提供：租约。"


def waived() -> Build:
    build = numbers().fact("年限", "整数", "年")
    build.criterion("甲准则", "场次不少于12场", strength="一般应当")
    return build.criterion("乙准则", "年限不少于3年", strength="一般应当")


def test_an_excuse_is_asked_for_only_where_nothing_can_be_changed() -> None:
    found = remedy(waived(), {**ALL, "年限": 1})
    assert (found.changes[0].name, found.changes[0].value) == ("场次", Decimal(12))
    assert (found.reachable, found.remains) == (False, ("例外理由：乙准则",))
    assert found.sentence == "将场次由10场增至12场；须由有权人写明例外理由：乙准则。"


def test_an_excuse_once_refused_is_not_asked_for_again() -> None:
    found = remedy(waived(), {**ALL, "年限": 1}, {"甲准则": False, "乙准则": False})
    assert found.sentence == "将场次由10场增至12场；取决于不能由当事人改变的事项：年限。"


def test_a_change_does_not_undo_what_another_criterion_needs() -> None:
    build = Build().fact("已接入", change="可改").fact("更新日期", "日期")
    build.criterion("接入", "已接入").criterion("更新", "更新日期不早于2026年11月1日", applies="已接入")
    found = remedy(build, {"已接入": True, "更新日期": date(2026, 1, 1)})
    assert found.sentence == "取决于不能由当事人改变的事项：更新日期。"


def test_a_change_that_cannot_help_is_not_asked_for() -> None:
    build = (
        Build().fact("申领", "金额", "元", change="可减", low=0).fact("余额", "金额", "元").fact("场地", change="可改")
    )
    build.criterion("有余额", "余额超过0元").criterion("在余额内", "申领不超过余额").criterion("有场地", "场地")
    found = remedy(build, {"申领": 30000, "余额": 0, "场地": False})
    assert found.sentence == "将场地由否改为是；取决于不能由当事人改变的事项：余额。"


@pytest.mark.parametrize(
    ("unfilled", "sentence"),
    [("人数", "须补充提供：台账（空白的格：/记录/台账/1/人数）。"), ("主办", "取决于不能由当事人改变的事项：人次。")],
)
def test_a_ledger_is_asked_for_only_where_a_cell_that_is_read_is_blank(unfilled: str, sentence: str) -> None:
    build = Build()
    build.table("台账", build.field("人数", "整数", "人次"), build.field("主办", "文本"))
    build.derived("人次", "合计（台账.人数）", "人次").criterion("规模", "人次不少于100人次")
    blank = None if unfilled == "人数" else 5
    rows = [(5, "甲" if unfilled == "人数" else None), (blank, "乙")]
    assert remedy(build, {"台账": records(("人数", "主办"), *rows)}).sentence == sentence


def test_what_is_counted_is_put_right_in_the_criterions_own_words() -> None:
    build = Build()
    build.table("台账", build.field("日", "日期"))
    build.derived("场次", "计数（台账）", "场", change="可增")
    build.criterion("规模", "场次不少于12场", remedy="补充已办活动的佐证")
    rows = [(date(2026, 1, day),) for day in range(1, 11)]
    found = remedy(build, {"台账": records(("日",), *rows)}).sentence
    assert found == "将场次由10场增至12场；达到“规模”的办法：补充已办活动的佐证。"


_CELLS = "须补充提供：台账（空白的格：/记录/台账/0/日、/记录/台账/1/日）。"


@pytest.mark.parametrize(
    ("requirement", "change", "said", "sentence"),
    [
        ("场次不少于12场", "可增", "只有至少8场、至多10场", f"将场次由至多10场增至12场；{_CELLS}"),
        ("场次不少于12场", "", "只有至少8场、至多10场", "取决于不能由当事人改变的事项：场次。"),
        ("场次不超过5场", "可减", "只有至少8场、至多10场", f"将场次由至少8场减至5场；{_CELLS}"),
        ("场次不超过5场", "可增", "只有至少8场、至多10场", "取决于不能由当事人改变的事项：场次。"),
        (
            "场次不少于12场，且人数不少于60人次",
            "可增",
            "只有至少8场、至多10场",
            f"将场次由至多10场增至12场；将人数由至多50人次增至60人次；{_CELLS}",
        ),
        ("场次×2不少于30场", "可增", "只有至少8场、至多10场", f"将场次由至多10场增至15场；{_CELLS}"),
    ],
)
def test_a_sum_that_blank_cells_cannot_save_has_to_grow_beyond_what_they_could_make_it(
    requirement: str, change: str, said: str, sentence: str
) -> None:
    """Eight records of the year and two without a day: ten at most, whatever their days are."""
    build = Build()
    build.table("台账", build.field("日", "日期"), build.field("人次", "整数", "人次", low=0))
    build.derived("场次", "计数（台账，日早于2027-01-01）", "场", change=change)
    build.derived("人数", "合计（台账.人次，日早于2027-01-01）", "人次", change=change)
    build.criterion("规模", requirement, unmet="只有{场次}")
    rows = [(None, 5)] * 2 + [(date(2026, 1, day), 5) for day in range(1, 9)]
    facts = {"台账": records(("日", "人次"), *rows)}
    build.determination("审查", OUTCOMES, favourable="准予")
    found = decide(compile_package(build.package()), case(facts), "审查")
    assert found.remedy is not None
    assert (found.criteria[0].message, found.remedy.sentence) == (said, sentence)


def test_a_sum_that_blank_cells_may_save_is_not_asked_to_grow() -> None:
    build = Build().fact("场地", change="可改").criterion("有场地", "场地")
    build.table("台账", build.field("日", "日期")).derived(
        "场次", "计数（台账，日早于2027-01-01）", "场", change="可增"
    )
    build.criterion("规模", "场次不少于9场")
    rows = [(None,)] * 2 + [(date(2026, 1, day),) for day in range(1, 9)]
    found = remedy(build, {"台账": records(("日",), *rows), "场地": False})
    assert found.sentence == f"将场地由否改为是；{_CELLS}"


def test_an_unset_parameter_is_to_be_set_first() -> None:
    build = numbers().parameter("下限", None, "场", setter="人社局").criterion("准则", "场次不少于下限")
    assert remedy(build, ALL).sentence == "须先确定：下限。"


def test_a_remedy_reaches_through_another_determination() -> None:
    build = numbers().criterion("规模", "场次不少于12场").determination("受理", OUTCOMES)
    build.determination("审查", [("准予", "结论（受理）为准予")], "不予", favourable="准予")
    found = decide(compile_package(build.package()), case(ALL), "审查").remedy
    assert found is not None
    assert found.sentence == "将场次由10场增至12场。"


def test_a_band_of_a_score_is_reached_by_the_nearest_mark() -> None:
    build = Build().fact("服务", "整数", "分", low=0, high=40, change="可增")
    build.score("得分", {"服务分": "服务+服务"}, {"合格": "60分以上", "不合格": "不满60分"})
    build.determination("审查", [("合格", "等次（得分）为合格")], "不合格", favourable="合格")
    found = decide(compile_package(build.package()), case({"服务": 20}), "审查").remedy
    assert found is not None
    assert found.sentence == "将服务由20分增至30分。"


def crowded(*names: str) -> tuple[Build, dict[str, Any]]:
    """So many quantities that could be moved, all of them fine as they are, that trying every set of moves is given up:
    the plans themselves have to be right. `names` are 1 and may only grow."""
    fine = [f"余{n:02}" for n in range(15)]
    build = Build()
    for name in fine:
        build.fact(name, "整数", change="可改")
    for name in names:
        build.fact(name, "整数", change="可增")
    build.criterion("其余", "，且".join(f"{name}不少于5" for name in fine))
    return build, dict.fromkeys(fine, 9) | dict.fromkeys(names, 1)


def test_what_proves_unnecessary_is_not_asked_for() -> None:
    """甲 is moved first, which upsets the second criterion, and mending that makes 甲 unnecessary. An order to put right
    may ask for nothing that is not needed."""
    build, facts = crowded("甲", "乙", "丙")
    build.criterion("一", "甲不少于5或乙不少于5").criterion("二", "甲少于5或乙不少于5")
    assert remedy(build.criterion("三", "乙少于5或丙不少于5"), facts).sentence == "将乙由1增至5；将丙由1增至5。"


def test_the_one_of_many_ways_that_upsets_nothing_is_found() -> None:
    """Twelve ways to meet the first criterion, of which eleven violate the second: a party is told the twelfth and not
    that nothing can be done."""
    ways = [f"途{n:02}" for n in range(12)]
    build, facts = crowded(*ways, "另")
    build.criterion("一", "或".join(f"{name}不少于5" for name in ways))
    build.criterion("二", "且".join(f"{name}少于5" for name in ways[:-1])).criterion("三", "另不少于5")
    assert remedy(build, facts).sentence == "将途11由1增至5；将另由1增至5。"


def test_many_things_that_all_have_to_change_are_told_and_not_tried_in_every_combination(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of thirty there are a thousand million sets, of which none but the whole might do: so many are never looked at."""
    looked: list[frozenset[str]] = []
    opened = Moved.opened

    def counted(self: Moved, names: Iterable[str]) -> Any:
        looked.append(frozenset(names))
        assert len(looked) < 5000, "every combination is looked at"
        return opened(self, looked[-1])

    monkeypatch.setattr(Moved, "opened", counted)
    names = [f"数{n:02}" for n in range(30)]
    build = Build()
    for name in names:
        build.fact(name, "整数", change="可增").criterion(f"准则{name}", f"{name}不少于5")
    found = remedy(build, dict.fromkeys(names, 1))
    assert [change.name for change in found.changes] == names
    assert found.reachable


def test_nothing_to_reach_is_no_remedy() -> None:
    build = numbers().criterion("规模", "场次不少于12场").determination("审查", OUTCOMES)
    assert decide(compile_package(build.package()), case(ALL), "审查").remedy is None
    build = numbers().criterion("规模", "场次不少于1场").determination("审查", OUTCOMES, favourable="准予")
    assert decide(compile_package(build.package()), case(ALL), "审查").remedy is None


def test_a_range_that_cannot_be_reached_is_left_to_people() -> None:
    found = remedy(numbers().criterion("规模", "人次不少于2000人次"), ALL)
    assert (found.reachable, found.changes) == (False, ())


def test_a_value_between_two_that_are_no_good_is_found_through_a_derived_quantity() -> None:
    build = (
        Build().fact("数一", "整数", "场").fact("数二", "整数", "场", change="可减").derived("和", "数一+数二", "场")
    )
    build.determination("审查", [("准予", "和为4场")], "不予", favourable="准予")
    assert found_for(build, {"数一": 3, "数二": 4}).sentence == "将数二由4场减至1场。"
    assert not found_for(build, {"数一": 5, "数二": 2}).reachable


def test_any_favourable_outcome_is_aimed_at_the_smallest_change_first() -> None:
    build = Build().fact("须授权").fact("数", "整数", "场", change="可增").fact("丙", change="可改")
    build.determination(
        "审查",
        [
            build.outcome("甲等", "须授权", favourable=True),
            build.outcome("乙等", "丙且数不少于3场", favourable=True),
            build.outcome("丙等", "数不少于5场", favourable=True),
        ],
        "不予",
    )
    found = found_for(build, {"须授权": False, "丙": False, "数": 1})
    assert (found.outcome, found.sentence) == ("丙等", "将数由1场增至5场。")


def test_every_way_that_takes_as_little_is_named() -> None:
    build = Build().fact("种子资金", change="可改").fact("案例数", "整数", "个", change="可增")
    build.criterion("条件", "种子资金或案例数不少于3个")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予", favourable="准予")
    found = found_for(build, {"种子资金": False, "案例数": 1})
    assert (found.sentence, found.alternatives) == ("将种子资金由否改为是。", ("将案例数由1个增至3个。",))


def test_a_finding_that_ought_to_be_otherwise_is_named_with_the_value_it_would_need() -> None:
    build = Build().fact("骗取属实", finding=True).criterion("未骗取", "非骗取属实")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予", favourable="准予")
    assert found_for(build, {"骗取属实": True}).sentence == "须由有权人认定：骗取属实（须为否）。"


@pytest.mark.parametrize(
    ("change", "loan", "place", "together", "apart"),
    [
        (
            "",
            False,
            False,
            "取决于不能由当事人改变的事项：场地（须为是）。",
            "取决于不能由当事人改变的事项：场地（须为是）。",
        ),
        (
            "",
            True,
            False,
            "取决于不能由当事人改变的事项：场地（须为是）、有贷款（须为否）。",
            "取决于不能由当事人改变的事项：场地（须为是）。",
        ),
        (
            "",
            None,
            False,
            "取决于不能由当事人改变的事项：场地（须为是）。",
            "取决于不能由当事人改变的事项：场地（须为是）。",
        ),
        ("", False, None, "须补充提供：场地。", "须补充提供：场地。"),
        ("", True, True, "取决于不能由当事人改变的事项：有贷款（须为否）。", "须补充提供：贷款额。"),
        ("可改", False, False, "将场地由否改为是。", "将场地由否改为是。"),
        (
            "可改",
            True,
            False,
            "取决于不能由当事人改变的事项：有贷款（须为否）。",
            "将场地由否改为是；须补充提供：贷款额。",
        ),
    ],
)
def test_what_cannot_matter_is_not_asked_for(
    change: str, loan: bool | None, place: bool | None, together: str, apart: str
) -> None:
    """Of a loan the amount counts, in one requirement with the place or as a criterion of its own that applies to loans:
    whatever stands in the way for good, or holds without it, the amount is not asked for."""
    facts = {name: value for name, value in (("有贷款", loan), ("场地", place)) if value is not None}
    for sentence, several in ((together, False), (apart, True)):
        build = Build().fact("有贷款").fact("贷款额", "整数", "个").fact("场地", change=change)
        if several:
            build.criterion("一", "场地").criterion("二", "贷款额不超过3个", applies="有贷款")
        else:
            build.criterion("一", "场地且（非有贷款或贷款额不超过3个）")
        assert remedy(build, facts).sentence == sentence


def test_a_way_that_leads_nowhere_is_not_told() -> None:
    """Once the number is raised, what is not known yet makes no difference any more, and refused it stays."""
    build = Build().fact("数", "整数", low=0, high=4, change="可增").fact("甲")
    build.criterion("一", "数不少于3且甲且非（甲且数超过2）")
    found = remedy(build, {"数": 1})
    assert (found.reachable, found.sentence) == (False, "仅靠可以改变的事项，不能得到“准予”的结果。")


def found_for(build: Build, facts: dict[str, Any]) -> Remedy:
    found = decide(compile_package(build.package()), case(facts), "审查").remedy
    assert found is not None
    return found


def test_of_a_favourable_outcome_it_is_told_what_would_undo_it() -> None:
    build = Build().fact("场地").fact("场次", "整数", "场").fact("备注")
    build.criterion("条件", "场地且场次不少于12场").criterion("任选", "场次不少于5场或备注")
    program = compile_package(build.determination("审查", OUTCOMES, favourable="准予").package())
    good, bad = case({"场地": True, "场次": 14, "备注": True}), case({"场地": False, "场次": 14, "备注": True})
    found = find_undoing(program, good, decide(program, good, "审查"))
    assert [(change.name, change.now, change.to) for change in found] == [
        ("场地", "是", "否"),
        ("场次", "14场", "11场"),
    ]
    assert find_undoing(program, bad, decide(program, bad, "审查")) == ()
