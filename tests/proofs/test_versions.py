"""Two versions before the solver: changes found at their limits, alone, with the nearest case; equal ones proved equal."""

from __future__ import annotations

from collections.abc import Callable

from engine.decision.apart import EQUIVALENT, LOOSER, SAME, STRICTER, OfDetermination, compared_rules
from engine.decision.case import Case
from engine.decision.program import Program, compile_package
from engine.decision.witnesses import Version
from engine.policy.package import Outcome
from engine.proofs.versions import Prover
from tests.worlds.build import Build, case

STEPS = 2_000_000


def rules(
    first: str, second: str = "有证", strength: str = "应当", more: Callable[[Build], object] = lambda build: None
) -> Program:
    build = (
        Build().fact("甲数", "整数", low=0).fact("乙数", "整数", low=0).fact("有证").fact("费用", "金额", "元", low=0)
    )
    build.table("台账", build.field("日期", "日期"), build.field("人次", "整数", low=0), build.field("种类", "文本"))
    build.derived("总数", "甲数+乙数").derived("场次", "计数（台账，人次不少于10）")
    more(build)
    build.criterion("规模", first, strength=strength).criterion("证件", second)
    good = build.outcome("准予", "全部满足（条件组）", nature="有利决定")
    bad = build.outcome("不予", "任一未满足（条件组）", nature="不利决定")
    build.determination("审查", [bad, good], Outcome("待定", None))
    return compile_package(build.package())


START = case({"甲数": 8, "乙数": 8, "有证": True, "费用": 100})


def compared(before: Program, after: Program, start: Case = START) -> OfDetermination:
    sides = [(Version(before, start), Version(after, start))]
    (one,) = compared_rules(before, after, sides, search=False)
    return Prover.of((before, after), sides, STEPS).settled(one)


def test_a_limit_that_is_left_out_is_found_on_the_limit() -> None:
    found = compared(rules("总数不少于12"), rules("总数超过12"))
    assert (found.verdict, found.left) == (STRICTER, ())
    (change,) = found.changes
    told = [(t.direction, t.before, t.after, t.alone) for t in change.tellings if t.decided]
    assert told == [(STRICTER, "准予", "不予", True)]
    moves = {name: int(instead) for name, _, instead in change.tellings[0].moves}
    assert moves.get("甲数", 8) + moves.get("乙数", 8) == 12
    assert len(moves) == 1


def test_calculating_otherwise_to_the_same_is_proved() -> None:
    found = compared(rules("总数×2不少于24"), rules("非（12超过乙数+甲数）"))
    assert (found.verdict, found.left) == (EQUIVALENT, ())
    assert compared(rules("总数不少于12"), rules("总数不少于12")).verdict == SAME


def test_every_change_has_a_case_of_its_own() -> None:
    found = compared(rules("总数不少于12", "有证"), rules("总数超过12", "有证或费用为0元"))
    shown = {change.name: [t.direction for t in change.tellings if t.decided] for change in found.changes}
    assert shown == {"规模": [STRICTER], "证件": [LOOSER]}
    assert all(t.alone for change in found.changes for t in change.tellings)


def test_what_only_becomes_open_is_told_apart() -> None:
    found = compared(rules("总数不少于12", "有证"), rules("总数不少于12", "有证且费用×2为费用+费用"))
    assert found.verdict != STRICTER
    told = [t for change in found.changes for t in change.tellings]
    assert told
    assert all(not t.decided for t in told)


def test_a_ledger_is_written_anew_where_it_has_to_be() -> None:
    found = compared(rules("场次不少于3"), rules("场次不少于4"))
    assert found.verdict == STRICTER
    (telling,) = (t for change in found.changes for t in change.tellings if t.decided)
    assert ("场次", "未知", "3") in telling.moves
