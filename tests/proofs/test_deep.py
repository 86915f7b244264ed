"""What is found of rules in vain, with the proof or the case; the same without a solver, as far as that goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.decision.case import Case
from engine.decision.program import Program, compile_package
from engine.proofs import deep, finite
from engine.proofs.questions import asked_of
from engine.proofs.replies import BOUNDED, PROVED, UNKNOWN, WITNESSED, Reply
from tests.worlds.build import Build, case

STEPS = 2_000_000


def replies(program: Program, cases: tuple[Case, ...] = ()) -> Iterator[Reply]:
    values = [program.evaluated(one) for one in cases]
    yield from (deep.asked(program, cases, values, STEPS, question) for question in asked_of(program))


def said(program: Program, *cases: Case) -> dict[str, str]:
    """What is wrong: code and message."""
    return {p.message: p.code for reply in replies(program, cases) for p in reply.problems}


def people() -> Build:
    build = Build().fact("甲数", "整数", low=0, high=5).fact("乙数", "整数", low=0, high=5).fact("有证")
    return build.derived("总数", "甲数+乙数")


def test_what_derived_quantities_rule_out_is_proved() -> None:
    build = people().criterion("太多", "总数超过10").criterion("不少", "总数不少于10", group="别组")
    build.criterion("平常", "总数不少于3且有证", group="别组")
    build.determination("审查", [("准予", "全部满足（别组）"), ("从宽", "满足（不少）且总数少于9")], "不予")
    found = said(compile_package(build.package()))
    assert found == {
        "准则 `太多` 无论什么案件都达不到（已证）": "W381",
        "`审查` 的结果 `从宽` 无论什么案件都作不出（已证）": "W382",
    } | {message: code for message, code in found.items() if code == "R381"}
    assert "达到 `平常` 就一定达到 `不少`（已证）" not in found


def test_criteria_that_contradict_or_follow() -> None:
    build = people().criterion("多", "总数不少于8").criterion("少", "总数不超过6").criterion("更多", "总数不少于9")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    found = said(compile_package(build.package()))
    assert found["`多` 和 `少` 要一并达到，却不能都达到（已证）"] == "W385"
    assert found["达到 `更多` 就一定达到 `多`（已证）"] == "R381"
    assert "达到 `多` 就一定达到 `更多`（已证）" not in found


def test_a_year_follows_from_every_month_of_it() -> None:
    """第七条（六） under one reading: fifty a month make six hundred a year. No ledger need be tried."""
    build = Build().fact("统计年度", "整数", "年", low=2000, high=2080)
    build.table("台账", build.field("日期", "日期"), build.field("人次", "整数", "人次"))
    build.derived("全年", "合计（台账.人次，属于年度（日期，统计年度））", "人次")
    build.derived("最少一月", "逐月最少（台账.日期，年初（统计年度），年末（统计年度），台账.人次）", "人次")
    build.criterion("全年规模", "全年不少于300人次").criterion("每月规模", "最少一月不少于50人次")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    program = compile_package(build.package())
    found = {str(reply.question): reply.status for reply in replies(program)}
    assert found["`每月规模`、`全年规模` 一个达到而另一个没有"] == PROVED
    assert found["`全年规模`、`每月规模` 一个达到而另一个没有"] == WITNESSED
    assert found["`每月规模` 能够达到"] == WITNESSED
    assert BOUNDED not in found.values()
    assert UNKNOWN not in found.values()


def test_rows_and_gaps_of_a_table_are_seen_through_its_inputs() -> None:
    rows = [("少于5", "有证", "1"), ("超过5", "任意", "2"), ("超过10", "任意", "3")]
    build = people().decision_table(
        "档", ("总数", "有证"), [(a, "是" if b == "有证" else b, c) for a, b, c in rows], hit="首个"
    )
    build.determination("审查", [("准予", "档不少于2")], "不予")
    start = case({"甲数": 2, "乙数": 2, "有证": True})
    found = said(compile_package(build.package()), start)
    assert found == {
        "`档` 第 3 行无论什么案件都用不上（已证）": "W383",
        next(m for m in found if m.startswith("`档` 有的案件没有一行符合：以")): "W384",
    }
    gap = next(message for message in found if "没有一行" in message)
    assert "有证为否（现为是）" in gap or "为3（现为2）" in gap


@pytest.mark.parametrize("seed", range(2))
def test_the_same_question_has_the_same_answer(seed: int) -> None:
    build = people().criterion("多", "总数不少于8").criterion("少", "总数不超过6")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    start = case({"甲数": 2, "乙数": 2})
    first, second = (list(replies(compile_package(build.package()), (start,))) for _ in range(2))
    assert [(r.status, r.moves) for r in first] == [(r.status, r.moves) for r in second]


def test_a_question_that_takes_too_long_is_told_by_name() -> None:
    build = people().criterion("难", "甲数×甲数×甲数＋乙数×乙数×乙数为总数×总数×总数−1".replace("＋", "+"))
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    program = compile_package(build.package())
    question = next(q for q in asked_of(program) if str(q) == "`难` 能够达到")
    reply = deep.asked(program, (), (), 50, question)
    assert (reply.status, reply.why) == (UNKNOWN, "超时")


def test_without_a_solver_situations_answer_what_they_can() -> None:
    build = people().criterion("自相矛盾", "有证且非有证").criterion("平常", "甲数不少于3")
    build.criterion("算出", "总数不少于8")
    build.determination("审查", [("准予", "全部满足（条件组）")], "不予")
    program = compile_package(build.package())
    found = {str(question): finite.asked(program, question) for question in asked_of(program)}
    assert found["`自相矛盾` 能够达到"].status == PROVED
    assert found["`平常` 能够达到"].status == WITNESSED
    assert found["`算出` 能够达到"].status == UNKNOWN
    assert "没有求解器" in found["`算出` 能够达到"].why
