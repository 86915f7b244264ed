"""Examples: which day's rules they are run under, what is told of those that fail."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.decision.program import Program, compile_package
from engine.intake.examples import ExampleReport, run_examples
from tests.worlds.texts import package


class _Asked(Exception):
    """Enough is known: the program was asked for."""


@pytest.mark.parametrize(
    ("case", "example", "expected"),
    [
        ("基准日: 2026-05-06\n", "", date(2026, 5, 6)),
        ("基准日: 2026-05-06\n", "    基准日: 2027-01-02\n", date(2027, 1, 2)),
        ("", "", None),
    ],
)
def test_the_day_of_an_example(case: str, example: str, expected: date | None, tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tmp_path / "案件.yaml").write_text(f"案件: A-1\n{case}", encoding="utf-8")
    text = f"用例:\n  - 名称: 甲\n    案件: ../案件.yaml\n{example}    断言: [{{决定: 认定, 结果: 通过}}]\n"
    (tests / "01.yaml").write_text(text, encoding="utf-8")
    asked: list[date | None] = []

    def programs(day: date | None) -> Program:
        asked.append(day)
        raise _Asked

    with pytest.raises(_Asked):
        run_examples(tests, programs, ExampleReport())
    assert asked == [expected]


RULES = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
准则: [{名称: 规模, 组: 条件, 条款: 第一条, 要求: 场次不少于12场 且 有场地}]
决定: [{名称: 审查, 条款: 第一条, 结果: [{结果: 准予, 条件: 全部满足（条件）}, {结果: 不予, 条件: 任一未满足（条件）}]}]
"""


def report(folder: Path, examples: str, case: str = "", rules: str = RULES) -> ExampleReport:
    (folder / "tests" / "cases").mkdir(parents=True)
    (folder / "tests" / "01.yaml").write_text(examples, encoding="utf-8")
    (folder / "tests" / "cases" / "base.yaml").write_text(case, encoding="utf-8")
    program = compile_package(package(rules))
    found = ExampleReport()
    run_examples(folder / "tests", lambda day: program, found)
    return found


def example(name: str, facts: str, outcome: str = "准予", case: str = "") -> str:
    return f"  - {{名称: {name}, {case}事实: {{{facts}}}, 断言: [{{决定: 审查, 结果: {outcome}}}]}}\n"


def test_a_mistake_in_a_file_that_many_examples_build_on_is_told_once(tmp_path: Path) -> None:
    """Fifty-nine times the same line hides the one that has to be put right."""
    many = "".join(example(f"例{n}", "有场地: 是", case="案件: cases/base.yaml, ") for n in range(5))
    found = report(tmp_path, f"用例:\n{many}", "案件: A\n规范: t\n事实: {场次: 十二场}\n")
    assert (found.passed, found.failed) == (0, 5)
    assert [p.code for p in found.problems] == ["E511"]


def test_the_same_mistake_in_two_places_is_told_of_both(tmp_path: Path) -> None:
    found = report(tmp_path, "用例:\n" + example("一", "场地: 是") + example("二", "场地: 是"))
    assert [(p.code, getattr(p.place, "line", 0)) for p in found.problems] == [("E501", 2), ("E501", 3)]


@pytest.mark.parametrize(
    ("facts", "outcome", "help"),
    [
        # a fact the rules ask for since yesterday: which one, and where it goes
        ("场次: 12场", "准予", "缺 `有场地`：在用例的 `事实` 里写明，或写进它的案件文件"),
        ("有场地: 是", "准予", "缺 `场次`：在用例的 `事实` 里写明，或写进它的案件文件"),
        ("", "不予", "缺 `有场地`、`场次`：在用例的 `事实` 里写明，或写进它的案件文件"),
        ("场次: 11场", "准予", "决定性的是 `规模`"),
        ("场次: 12场", "准许", "是否想写 `准予`？"),
    ],
)
def test_a_failed_example_says_what_decided_or_what_is_missing(
    facts: str, outcome: str, help: str, tmp_path: Path
) -> None:
    (problem,) = report(tmp_path, "用例:\n" + example("甲", facts, outcome)).problems
    assert (problem.code, problem.help) == ("E412", help)


PAID = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
决定:
  - 名称: 审查
    条款: 第一条
    结果: [{结果: 准予, 条件: 有场地, 金额: 若场次不少于10场则50万元否则920.5元}, {结果: 不予, 条件: 非有场地}]
"""


@pytest.mark.parametrize(
    ("sessions", "amount", "right"),
    [
        (10, "50万元", True),
        (10, "500000元", True),
        (10, "500000.00元", True),
        (1, "920.50元", True),
        (10, "50元", False),
        (10, "50万", False),
        (10, "500000", False),
        (1, "920.5场", False),
    ],
)
def test_amounts_are_compared_as_values(sessions: int, amount: str, right: bool, tmp_path: Path) -> None:
    text = f"用例: [{{名称: 甲, 事实: {{有场地: 是, 场次: {sessions}}}, 断言: [{{决定: 审查, 结果: 准予, 金额: {amount}}}]}}]\n"
    found = report(tmp_path, text, rules=PAID)
    assert (found.passed, [p.code for p in found.problems]) == ((1, []) if right else (0, ["E413"]))


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [("", "准予"), ("场次: 3", "不予"), ("场次: ", "待查"), ("场次: ''", "待查"), ("场次: {值: }", "待查")],
)
def test_what_an_example_leaves_blank_is_not_known_whatever_its_case_says(
    facts: str, outcome: str, tmp_path: Path
) -> None:
    text = "用例:\n" + example("甲", facts, outcome, case="案件: cases/base.yaml, ")
    found = report(tmp_path, text, "案件: A\n规范: t\n事实: {场次: 12, 有场地: 是}\n")
    assert (found.passed, [p.message for p in found.problems]) == (1, [])


SIGNED = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 规则}]
参数: [{名称: 下限, 单位: 场, 条款: 第一条, 取值: [{值: 12场}]}, {名称: 时限, 条款: 第一条, 取值: [{值: 1年}]}]
派生量: [{名称: 还差, 单位: 场, 式: 较大（下限−场次，0场）}]
决定: [{名称: 审查, 条款: 第一条, 结果: [{结果: 准予, 条件: 有场地 且 还差为0场, 机关: 某局}, {结果: 不予, 条件: 非有场地, 机关: 某区局}]}]
"""


@pytest.mark.parametrize(
    ("facts", "expected", "message"),
    [
        ("有场地: 是, 场次: 12", "结果: 准予, 机关: 某局, 值: {还差: 0场, 下限: 12场, 场次: 12场}", ""),
        ("有场地: 否", "结果: 不予, 机关: 某区局, 值: {还差: 待查}", ""),
        ("有场地: 否", "结果: 不予, 机关: 某局", "用例 `甲`：`机关` 应为 `某局`，实为 `某区局`"),
        ("有场地: 否, 场次: 3", "结果: 不予, 值: {还差: 8场}", "用例 `甲`：`还差` 应为 `8场`，实为 `9场`"),
        ("有场地: 否", "结果: 不予, 值: {下限: 13场}", "用例 `甲`：`下限` 应为 `13场`，实为 `12场`"),
        ("有场地: 否", "结果: 不予, 值: {时限: 12个月}", ""),
        ("有场地: 否", "结果: 不予, 值: {时限: 11个月}", "用例 `甲`：`时限` 应为 `11个月`，实为 `1年`"),
        ("有场地: 否", "结果: 不予, 值: {还欠: 9场}", "用例 `甲`：没有 `还欠`"),
    ],
)
def test_who_decides_and_what_quantities_come_to(facts: str, expected: str, message: str, tmp_path: Path) -> None:
    text = f"用例: [{{名称: 甲, 事实: {{{facts}}}, 断言: [{{决定: 审查, {expected}}}]}}]\n"
    found = report(tmp_path, text, rules=SIGNED)
    assert [(p.code, p.message) for p in found.problems] == ([("E413", message)] if message else [])
