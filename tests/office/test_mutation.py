"""Which faults the examples of a package notice: one exactly on the limit does, one far from it does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.decision.program import compile_package
from engine.intake.examples import ExampleReport, run_examples
from engine.office.mutation import Trial, Trials, argued, noticed
from engine.office.proposing import accept, proposals
from engine.office.renewing import renew
from engine.office.workspace import Workspace
from engine.policy.mutants import mutants
from engine.views.mutants import mutants as view
from engine.views.paint import uncoloured
from tests.policy.test_mutants import RULES
from tests.worlds import permits
from tests.worlds.texts import header

DAY = date(2026, 6, 1)
GOOD = "面积: 200平方米, 店铺类型: 书店, 吸烟: 否, 开业日: 2026-03-01"


def _example(name: str, facts: str, outcome: str) -> str:
    return f"  - {{名称: {name}, 事实: {{{facts}}}, 断言: [{{决定: 评定, 结果: {outcome}}}]}}\n"


def _tried(folder: Path, files: dict[str, str], examples: str) -> list[Trial]:
    trials = _trials(folder, files, examples)
    return noticed(trials, list(mutants(trials.program.package)), lambda *_: None, 2)


def _written(folder: Path, files: dict[str, str], examples: str) -> Path:
    """A package with one file of examples, and where that is."""
    tests = folder / "shop" / "tests"
    tests.mkdir(parents=True)
    for name, text in files.items():
        (folder / "shop" / name).write_text(text, encoding="utf-8")
    (tests / "a.yaml").write_text(examples, encoding="utf-8")
    return tests / "a.yaml"


def _trials(folder: Path, files: dict[str, str], examples: str) -> Trials:
    _written(folder, files, examples)
    workspace, report = Workspace(folder, DAY), ExampleReport()
    run_examples(folder / "shop" / "tests", workspace.by_day, report, workspace.adopting)
    assert not report.failed
    assert not report.problems
    return Trials(report, workspace.program())


def _lives(found: list[Trial], owner: str, said: str) -> bool:
    (one,) = [one for one in found if one.mutant.owner == owner and said in one.mutant.said]
    return not one.killer


@pytest.mark.parametrize(("area", "alive"), [("80平方米", False), ("200平方米", True)])
def test_an_example_on_the_limit_notices(tmp_path: Path, area: str, alive: bool) -> None:
    facts = GOOD.replace("200平方米", area)
    files = {"policy.yaml": header("shop") + RULES}
    found = _tried(tmp_path, files, "用例:\n" + _example("甲", facts, "合格"))
    assert _lives(found, "够大", "“不少于”变“超过”") is alive
    assert _lives(found, "下限", "变 81平方米") is alive
    assert _lives(found, "下限", "变 79平方米")
    assert not _lives(found, "无烟", "去掉“非”")


def test_what_lives_is_told_with_its_place(tmp_path: Path) -> None:
    files = {"policy.yaml": header("shop") + RULES}
    found = _tried(tmp_path, files, "用例:\n" + _example("甲", GOOD, "合格"))
    lines = list(view([(one, None) for one in found], uncoloured))
    count = sum(bool(one.killer) for one in found)
    total = sum(not one.same for one in found)
    alike = f"；另有 {len(found) - total} 处等价，改了等于没改，不算在内"
    assert lines[-1] == f"改错 {total} 处，用例发现 {count} 处（{count * 100 // total}%）{alike}"
    assert any(line.startswith("  够大  ") and "policy.yaml:" in line for line in lines)
    assert "    · 比较：`面积不少于下限` 的“不少于”变“超过”" in lines


@pytest.mark.parametrize(("day", "alive"), [("2026-06-08", False), ("2026-06-09", True)])
def test_histories_notice_what_a_procedure_asks(tmp_path: Path, day: str, alive: bool) -> None:
    """作出结论要在受理满二日以后。"""
    example = (
        "程序用例:\n  - 名称: 刚满二日\n    基准日: 2026-06-30\n    事件:\n"
        "      - {编号: a, 事件: 申请, 日期: 2026-06-06, 编码: 甲}\n"
        f"      - {{编号: b, 事件: 结论, 日期: {day}, 编码: 甲, 批复: 准}}\n"
        "    断言: {状态: 有效}\n"
    )
    files = {"policy.yaml": header("shop")} | permits.files()
    found = _tried(tmp_path, files, example)
    assert _lives(found, "结论", "2日 变 3日") is alive
    assert not _lives(found, "准予", "`批复为准` 的“为”变“不为”")
    assert _lives(found, "吊销", "删去前提 条件")


def test_what_the_quick_way_tells_is_what_the_rules_compiled_anew_tell(tmp_path: Path) -> None:
    """A fault is tried on values at hand; every example decided whole, by rules with the fault, says the same."""
    files = {"policy.yaml": header("shop") + RULES}
    near = GOOD.replace("200平方米", "80平方米")
    examples = "用例:\n" + _example("甲", near, "合格") + _example("乙", GOOD.replace("否", "是"), "不合格")
    trials = _trials(tmp_path, files, examples)
    for mutant in mutants(trials.program.package):
        changed = mutant.of(trials.program.package)
        assert changed is not None
        anew = compile_package(changed)
        slow = any(example.differing(anew) for example in trials.report.ready)
        assert bool(trials.of(mutant).killer) is slow, mutant


def test_a_fault_that_changes_nothing_is_the_same(tmp_path: Path) -> None:
    """新店 is 鼓励 in no group: nothing that is decided rests on it, or on how it is put."""
    files = {"policy.yaml": header("shop") + RULES}
    found = _tried(tmp_path, files, "用例:\n" + _example("甲", GOOD, "合格"))
    assert {one.mutant.owner for one in found if one.same} == {"新店"}
    assert all(one.same for one in found if one.mutant.owner == "新店")


def test_the_case_that_would_notice_is_written_and_waits_for_a_person(tmp_path: Path) -> None:
    files = {"policy.yaml": header("shop") + RULES}
    trials = _trials(tmp_path, files, "# 店铺\n用例:\n" + _example("甲", GOOD, "合格"))
    planted = list(mutants(trials.program.package))
    tried = noticed(trials, planted, lambda *_: None, 1)
    found = proposals(trials, tried, lambda *_: None, 1)
    (at,) = [at for at in found if "“不少于”变“超过”" in planted[at].said]
    assert found[at].moves == (("面积", "200平方米", "80平方米"),)
    assert (found[at].found.outcome, found[at].found.instead) == ("合格", "不合格")
    path = tmp_path / "shop" / "tests" / "a.yaml"
    before = path.read_text(encoding="utf-8")
    assert accept([found[at], found[at]]) == {str(path): 1}
    text = path.read_text(encoding="utf-8")
    assert text.startswith(before.rstrip("\n"))

    again = ExampleReport()
    run_examples(path.parent, Workspace(tmp_path, DAY).by_day, again)
    assert (again.passed, len(again.unconfirmed)) == (1, 1)
    assert bool(Trials(again, trials.program).of(planted[at]).killer) is False

    path.write_text("".join(line for line in text.splitlines(True) if "待确认" not in line), encoding="utf-8")
    confirmed = ExampleReport()
    run_examples(path.parent, Workspace(tmp_path, DAY).by_day, confirmed)
    assert (confirmed.passed, confirmed.failed, len(confirmed.unconfirmed)) == (2, 0, 0)
    assert bool(Trials(confirmed, trials.program).of(planted[at]).killer) is True


ARGUED = """\
论证:
  - {名称: [够大], 改动: ['`面积不少于下限` 的“不少于”变“超过”'], 理由: 示例：没有正好达到的店}
  - {名称: [够大, 无烟], 改动: ["`非吸烟` 去掉“非”"], 理由: 示例}
"""


def test_what_is_argued_is_counted_apart_and_told_once_it_is_out_of_date(tmp_path: Path) -> None:
    """An argument is no killing; one about a fault that an example notices, or that is none, is told at its place."""
    files = {"policy.yaml": header("shop") + RULES}
    trials = _trials(tmp_path, files, "用例:\n" + _example("甲", GOOD, "合格") + ARGUED)
    planted = list(mutants(trials.program.package))
    tried = noticed(trials, planted, lambda *_: None, 1)
    found, wrong = argued(tried, trials.report.argued, planted)
    (one,) = [one for one in found if one.argued]
    assert (one.mutant.owner, one.killer, one.alive) == ("够大", "", False)
    assert [(p.code, p.message) for p in wrong] == [
        ("W414", "论证过的改错，规则里没有这一处：`够大` `非吸烟` 去掉“非”"),
        ("W414", "论证过的改错，用例 `甲` 已经发现：`无烟` `非吸烟` 去掉“非”"),
    ]
    assert sum(one.alive for one in tried) - 1 == sum(one.alive for one in found)
    (last,) = [line for line in view([(one, None) for one in found], uncoloured) if line.startswith("改错 ")]
    assert "，论证过 1 处，其余 " in last


def test_examples_that_no_longer_hold_are_rewritten_and_wait_for_a_person(tmp_path: Path) -> None:
    """The limit goes from 80 to 81; what the example expected before stands beside what it comes to now, and the rest of the
    file is as it was. Histories and rows of tables are left to a person."""
    near = GOOD.replace("200平方米", "80平方米")
    table = (
        "用例表:\n  - {名称: 表, 事实: {店铺类型: 书店, 吸烟: 否, 开业日: 2026-03-01}, 决定: 评定, 输入: [面积], 输出: [结果],"
        " 行: [[80平方米, 合格]]}\n"
    )
    text = "# 店铺\n用例:\n" + _example("甲", near, "合格") + _example("乙", GOOD, "合格") + table
    _trials(tmp_path, {"policy.yaml": header("shop") + RULES}, text)
    rules, path = tmp_path / "shop" / "policy.yaml", tmp_path / "shop" / "tests" / "a.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("80平方米", "81平方米"), encoding="utf-8")
    report = ExampleReport()
    run_examples(path.parent, Workspace(tmp_path, DAY).by_day, report)
    assert report.failed == 2
    written, left = renew(report)
    assert (written, [name.startswith("表") for name in left]) == ({str(path): 1}, [True])
    now = path.read_text(encoding="utf-8")
    claim = "断言: [{决定: 评定, 结果: 不合格}], 待确认: 规则改了；原来写的是 评定 为 合格}"
    assert now == text.replace("断言: [{决定: 评定, 结果: 合格}]}", claim, 1)
    again = ExampleReport()
    run_examples(path.parent, Workspace(tmp_path, DAY).by_day, again)
    assert (again.passed, again.failed, len(again.unconfirmed)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("stood", "note"),
    [
        ("结果: 不合格, 决定性: [无烟]", "评定 为 不合格，决定性 无烟"),  # the same outcome, for another reason
        ("结果: 合格, 机关: 某局", "评定 为 合格，机关 某局"),
        ("结果: 合格, 决定性: [无烟, 够大]", "评定 为 合格，决定性 无烟、够大"),
    ],
)
def test_nothing_of_what_was_expected_before_is_lost(tmp_path: Path, stood: str, note: str) -> None:
    small = GOOD.replace("200平方米", "10平方米")
    text = "用例:\n" + _example("甲", small, "合格").replace("结果: 合格", stood)
    file = _written(tmp_path, {"policy.yaml": header("shop") + RULES}, text)
    report = ExampleReport()
    run_examples(file.parent, Workspace(tmp_path, DAY).by_day, report)
    renew(report)
    now = file.read_text(encoding="utf-8")
    assert "决定: 评定, 结果: 不合格" in now
    assert f"原来写的是 {note}" in now
