"""Where two versions of the rules decide otherwise: what is equivalent, stricter, looser, with witnesses both versions confirm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.apart import (
    BOTH,
    EQUIVALENT,
    LOOSER,
    OPEN_QUESTION,
    OTHERWISE,
    SAME,
    STRICTER,
    OfDetermination,
    TurningCase,
    compared_rules,
)
from engine.decision.case import Case, Fact
from engine.decision.decide import decide_all
from engine.decision.program import Program, compile_package
from engine.decision.witnesses import Version
from engine.language.tree import Value
from engine.policy.mutants import mutants
from engine.policy.resolve import read_library, resolve
from tests.worlds.texts import CALENDAR, header

DAY = date(2026, 6, 1)
RULES = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
单位: [{名称: 场}, {名称: 人}]
枚举: [{名称: 类项, 取值: [甲类, 乙类, 丙类]}]
事实:
  - {名称: 场次, 类型: 整数, 单位: 场, 条款: 第一条}
  - {名称: 人数, 类型: 整数, 单位: 人, 条款: 第一条}
  - {名称: 类, 类型: 枚举, 枚举: 类项, 条款: 第一条}
  - {名称: 有场地, 类型: 是否, 条款: 第一条}
  - {名称: 有人, 类型: 是否, 条款: 第一条}
记录表: [{名称: 台账, 条款: 第一条, 列: [{名称: 数, 类型: 整数}]}]
派生量: [{名称: 折算, 条款: 第一条, 单位: 场, 式: 场次×2}]
参数: [{名称: 下限, 单位: 场, 条款: 第一条, 取值: [{值: 12场}]}]
准则:
  - {名称: 规模, 组: 条件, 条款: 第一条, 要求: 场次不少于下限}
  - {名称: 人手, 组: 条件, 条款: 第一条, 强度: 一般应当, 要求: 人数不少于3人}
  - {名称: 场地, 组: 条件, 条款: 第一条, 适用: '类属于［甲类、乙类］', 要求: 有场地且有人}
  - {名称: 有账, 组: 账, 条款: 第一条, 要求: 存在（台账，数超过3）}
  - {名称: 分量, 组: 条件, 条款: 第一条, 要求: 折算不少于20场}
决定:
  - 名称: 审查
    条款: 第一条
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 不利决定, 机关: 某局}
      - {结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定, 机关: 某局}
  - 名称: 旁的
    条款: 第一条
    结果: [{结果: 有人, 条件: 有人, 性质: 内部, 机关: 某局}]
    默认: {结果: 没人, 性质: 内部, 机关: 某局}
  - 名称: 账上
    条款: 第一条
    结果: [{结果: 有, 条件: 全部满足（账）, 性质: 内部, 机关: 某局}]
    默认: {结果: 无, 性质: 内部, 机关: 某局}
"""
FACTS: dict[str, Value] = {"场次": Decimal(20), "人数": Decimal(9), "类": "甲类", "有场地": True, "有人": True}


def program(rules: str) -> Program:
    library, _ = read_library({"t": {"t/rules.yaml": header("t") + rules}})
    found, problems = resolve(library, "t", DAY, CALENDAR)
    assert found is not None, problems
    return compile_package(found)


def case(**facts: Value) -> Case:
    return Case(id="A", regulation="t", as_of=DAY, facts={name: Fact(value) for name, value in (FACTS | facts).items()})


def compare(old: str, new: str) -> dict[str, OfDetermination]:
    assert old in RULES
    before, after = program(RULES), program(RULES.replace(old, new))
    sides = [(Version(before, case()), Version(after, case()))]
    return {one.name: one for one in compared_rules(before, after, sides)}


def witness(found: OfDetermination, direction: str) -> TurningCase:
    return next(t for change in found.changes for t in change.tellings if t.direction == direction and t.decided)


@pytest.mark.parametrize(
    ("old", "new", "verdict", "direction", "moves"),
    [
        ("场次不少于下限", "场次超过下限", STRICTER, STRICTER, [("场次", "12场")]),
        ("场次不少于下限", "场次不少于下限且场次不少于1场", EQUIVALENT, "", []),
        ("场次不少于下限", "非（场次少于下限）", EQUIVALENT, "", []),
        ("场次不少于下限", "下限不超过场次", EQUIVALENT, "", []),
        ("值: 12场", "值: 11场", LOOSER, LOOSER, [("场次", "11场")]),
        ("值: 12场", "值: 15场", STRICTER, STRICTER, [("场次", "14场")]),
        ("场次不少于下限", "场次为12场", STRICTER, STRICTER, []),
        ("有场地且有人", "有场地或有人", LOOSER, LOOSER, [("有场地", "否")]),
        ("有场地且有人", "有人且有场地", EQUIVALENT, "", []),
        ("有场地且有人", "有场地且非有人", BOTH, STRICTER, []),
        ("类属于［甲类、乙类］", "类属于［甲类］", LOOSER, LOOSER, [("类", "乙类"), ("有场地", "否")]),
        ("类属于［甲类、乙类］", "类不为丙类", EQUIVALENT, "", []),
        ("取值: [甲类, 乙类, 丙类]", "取值: [甲类, 乙类, 丙类, 丁类]", EQUIVALENT, "", []),
        ("强度: 一般应当, 要求", "强度: 应当, 要求", STRICTER, STRICTER, [("人数", "2人"), ("人手的例外", "准予")]),
        ("场次×2", "场次×1", OPEN_QUESTION, "", []),
        ("折算不少于20场", "折算不少于30场", STRICTER, STRICTER, [("折算", "29场")]),
    ],
)
def test_a_change_of_meaning_has_a_witness(
    old: str, new: str, verdict: str, direction: str, moves: list[tuple[str, str]]
) -> None:
    found = compare(old, new)
    assert (found["审查"].verdict, found["旁的"].verdict) == (verdict, SAME)
    if direction:
        told = witness(found["审查"], direction)
        assert [(name, value) for name, _, value in told.moves] == moves or not moves
        assert (told.alone, {told.before, told.after}) == (True, {"准予", "不予"})


def test_nothing_changed_is_the_same() -> None:
    assert {one.verdict for one in compare("派生量:", "# 注\n派生量:").values()} == {SAME}


@pytest.mark.parametrize(
    "other", ["存在（台账，数不少于3）", "不存在（台账，数超过3）", "计数（台账，数超过4）不少于1"]
)
def test_what_is_asked_of_records_is_never_taken_for_the_same(other: str) -> None:
    found = compare("存在（台账，数超过3）", other)
    assert (found["审查"].verdict, found["账上"].verdict) in ((SAME, OPEN_QUESTION), (SAME, OTHERWISE))


def test_a_change_does_not_hide_another() -> None:
    before = program(RULES)
    after = program(RULES.replace("场次不少于下限", "场次超过下限").replace("有场地且有人", "有场地或有人"))
    sides = [(Version(before, case()), Version(after, case()))]
    found = next(one for one in compared_rules(before, after, sides) if one.name == "审查")
    told = {change.name: [(t.direction, t.alone) for t in change.tellings if t.decided] for change in found.changes}
    assert (found.verdict, told) == (BOTH, {"规模": [(STRICTER, True)], "场地": [(LOOSER, True)]})


def test_what_is_no_longer_decided_is_told_apart() -> None:
    change = next(c for c in compare("人数不少于3人", "人数不少于5人")["审查"].changes if c.name == "人手")
    assert [(t.before, t.after, t.moves) for t in change.tellings] == [
        ("准予", "不予", (("人数", "9人", "4人"), ("人手的例外", "未知", "不予"))),
        ("准予", "待查", (("人数", "9人", "4人"),)),
    ]


def test_a_new_criterion_and_one_that_is_gone() -> None:
    new = "  - {名称: 新的, 组: 条件, 条款: 第一条, 要求: 有人}\n决定:\n"
    before, after = program(RULES), program(RULES.replace("决定:\n", new))
    for one, other, direction in ((before, after, STRICTER), (after, before, LOOSER)):
        sides = [(Version(one, case(类="丙类")), Version(other, case(类="丙类")))]
        found = next(f for f in compared_rules(one, other, sides) if f.name == "审查")
        assert found.verdict == direction


@given(st.data())
def test_every_witness_of_facts_is_confirmed_by_deciding(data: st.DataObject) -> None:
    """A planted fault, any at all: the case with the facts moved comes to what was told under both versions."""
    before = BEFORE
    planted = data.draw(st.sampled_from(PLANTED))
    changed = planted.of(before.package)
    assert changed is not None
    after = compile_package(changed)
    base = case(
        场次=Decimal(data.draw(st.integers(8, 14))),
        人数=Decimal(data.draw(st.integers(1, 5))),
        类=data.draw(st.sampled_from(["甲类", "丙类"])),
    )
    for one in compared_rules(before, after, [(Version(before, base), Version(after, base))]):
        for told in (t for change in one.changes for t in change.tellings):
            moved = {name: value for name, _, value in told.moves}
            if not moved.keys() <= FACTS.keys():  # a derived quantity, or an excuse
                continue
            facts = base.facts | {name: Fact(_read(value)) for name, value in moved.items()}
            for version, wanted in ((before, told.before), (after, told.after)):
                decided = {d.determination: d.outcome for d in decide_all(version, replace(base, facts=facts))}
                assert decided[one.name] == wanted


def _read(text: str) -> Value:
    if text in ("是", "否"):
        return text == "是"
    number = text.rstrip("场人")
    return Decimal(number) if number.lstrip("-").isdigit() else text


BEFORE = program(RULES)
PLANTED = [m for m in mutants(BEFORE.package) if m.kind in ("比较", "界限", "连接", "取值", "强度")]


def test_every_planted_change_of_a_comparison_is_found() -> None:
    left = []
    for planted in (m for m in PLANTED if m.kind == "比较"):
        changed = planted.of(BEFORE.package)
        assert changed is not None
        after = compile_package(changed)
        sides = [(Version(BEFORE, case()), Version(after, case()))]
        found = compared_rules(BEFORE, after, sides)
        if not any(change.tellings for one in found for change in one.changes):
            left.append(planted.said)
    assert [said for said in left if "数超过3" not in said] == []  # records are not moved


def test_what_lies_between_the_limits_of_the_two_versions_is_tried() -> None:
    rate = RULES.replace("有人, 类型: 是否", "有人, 类型: 是否, 条款: 第一条}\n  - {名称: 率, 类型: 比例", 1)
    old = rate.replace("要求: 人数不少于3人", "要求: 率不少于60%")
    new = rate.replace("要求: 人数不少于3人", "要求: 率超过59%")
    one, other = (Version(program(text), case(率=Decimal("0.9"))) for text in (old, new))
    found = compared_rules(one.program, other.program, [(one, other)])
    (review,) = (each for each in found if each.name == "审查")
    assert review.verdict == LOOSER
    assert [move for move in witness(review, LOOSER).moves if move[0] == "率"] == [("率", "90%", "59.5%")]


def test_what_an_organ_or_a_duty_rests_on_is_told_though_it_is_written_the_same() -> None:
    duty = "义务: [{名称: 报送总结, 期限: '日后（基准日，报送期限）', 主体: 申请人, 条款: 第一条}]"
    owed = RULES.replace(
        "{结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定",
        f"{{结果: 准予, 条件: 全部满足（条件）, {duty}, 性质: 有利决定",
    )
    owed = owed.replace("参数: [", "参数: [{名称: 报送期限, 单位: 日, 条款: 第一条, 取值: [{值: 30日}]}, ")
    before, after = program(owed), program(owed.replace("值: 30日", "值: 20日"))
    found = {one.name: one for one in compared_rules(before, after, [])}
    assert [(f.outcome, f.what, f.rests) for f in found["审查"].follows] == [("准予", "义务", ("报送期限",))]
    assert found["审查"].verdict == "义务不同"
    assert found["旁的"].verdict == SAME
