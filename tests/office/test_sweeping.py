"""A sweep says of every version of the rules what the interpreter says under it, and who turns between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.columns.plan import plan_of
from engine.commands.impact import impact
from engine.decision.core import evaluate_case
from engine.office import sweeping
from engine.office.batch import cases_in
from engine.office.workspace import Workspace
from engine.views import sweep as view
from tests.columns.chance import Chance
from tests.office.test_population import DAY, ROOT, tables

ASKED = ("认定审查", "申报路径")


@pytest.fixture(scope="module")
def rules() -> Workspace:
    return Workspace(ROOT / "policies", DAY)


def test_each_version_is_what_the_interpreter_says(rules: Workspace, tmp_path: Path) -> None:
    program = rules.program(day=DAY)
    paths = [path for path in cases_in([ROOT / "fixtures"]) if (path / "case.yaml").exists()]
    bases = [rules.case(path)[1] for path in paths if "faulty" not in path.name]
    chance = Chance(program, plan_of(program, ASKED), 3, [replace(one, as_of=DAY) for one in bases])
    cases = [replace(chance.case(number), excuses={}) for number in range(60)]
    file, records = tables(program, cases, tmp_path, ".parquet")
    versions = sweeping.of_parameter(rules, "活动场次下限", ["1场", "12场", "40场"])
    found = sweeping.sweep(versions, file, records, ASKED, DAY, 25, lambda done, whole: None)
    assert (found.read, found.versions) == (60, ("1场", "12场", "40场"))
    under = [one.rules.program(day=DAY) for one in versions]
    for name in ASKED:
        said = {case.id: tuple(evaluate_case(one, case, name).outcome for one in under) for case in cases}
        assert found.outcomes[name] == [Counter(each) for each in zip(*said.values(), strict=True)]
        assert found.turned[name] == {id_: each for id_, each in said.items() if len(set(each)) > 1}
    assert found.turned["认定审查"]
    assert not found.turned["申报路径"]
    moves = sum((found.moves("认定审查", place) for place in (1, 2)), Counter())
    assert all(f"{a} → {b}" in "".join(view.text(found, "活动场次下限")) for a, b in moves)
    assert sweeping.turned(found).count("\n") == 1 + len(found.turned["认定审查"])


def test_a_change_is_seen_where_it_reaches_and_nowhere_else(rules: Workspace, tmp_path: Path) -> None:
    """Over a batch: what the interpreter says before and after, and what the change is said not to reach stays as it is."""
    program = rules.program(day=DAY)
    before, after = (one.rules for one in sweeping.of_parameter(rules, "活动场次下限", ["1场", "40场"]))
    paths = [path for path in cases_in([ROOT / "fixtures"]) if (path / "case.yaml").exists()]
    bases = [rules.case(path)[1] for path in paths if "faulty" not in path.name]
    versions, reached = sweeping.of_change(before, after, DAY)
    assert "认定审查" in reached
    assert "年度考核" not in reached
    chance = Chance(program, plan_of(program, ASKED), 3, [replace(one, as_of=DAY) for one in bases])
    cases = [replace(chance.case(number), excuses={}) for number in range(60)]
    file, records = tables(program, cases, tmp_path, ".parquet")
    found = sweeping.sweep(versions, file, records, reached, DAY, 25, lambda done, whole: None)
    sides = [one.rules.program(day=DAY) for one in versions]
    for name in (*reached, "年度考核", "申报路径", "活动经费"):
        said = {case.id: tuple(evaluate_case(one, case, name, False).outcome for one in sides) for case in cases}
        turned = {id_: each for id_, each in said.items() if len(set(each)) > 1}
        assert turned == found.turned.get(name, {})
    assert found.turned["认定审查"]
    packages = sides[0].package, sides[1].package
    told = "\n".join(view.impact_text(found, "多几场", packages))
    assert "参数 活动场次下限：1场 → 40场" in told
    assert "碰不到的决定" in told
    plain = view.impact_plain(found, packages)
    assert plain["读入"] == 60
    assert sum(one["件数"] for one in plain["决定"]["认定审查"]["改变"]) == len(found.turned["认定审查"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["--table", "甲=乙"], "是就一张案件表说的"),
        (["--cases", "fixtures", "fixtures/01-optics-park"], "只能取一种"),
        (["--cases", "fixtures"], "不是案件表"),
        (["--cases", "fixtures", "--out", "a.txt"], "不能写成 `a.txt`"),
    ],
)
def test_what_impact_does_not_take_together(written: list[str], said: str) -> None:
    overlay = ["--with", "fixtures/overlays/fewer-activities.yaml"]
    with pytest.raises(Refused) as caught:
        impact.main([*overlay, *written], standalone_mode=False)
    assert said in caught.value.problems[0].message


def test_all_options_and_what_is_no_value(rules: Workspace) -> None:
    number = next(iter(rules.program().package.interpretations))
    options = rules.program().package.interpretations[number].options
    assert [one.said for one in sweeping.of_interpretation(rules, number)] == [one.name for one in options]
    with pytest.raises(Refused):
        sweeping.of_interpretation(rules, "Q无")


@pytest.mark.parametrize(
    ("name", "values", "code", "said"),
    [
        ("活动场次下限", ["12场", "十二"], "E208", "`十二` 不能作参数 `活动场次下限` 的值"),
        ("活动场次下限", ["12天"], "E203", "`12天` 不能作参数"),
        ("活动场次下限", ["{"], "E112", "`{` 不能作参数"),
        ("活动场次下限", ["12场", "12场"], "E557", "`12场` 写了 2 次"),
        ("活动场次下限", [""], "E557", "空着"),
        ("无", ["1"], "E316", "没有参数 `无`"),
    ],
)
def test_what_is_no_value_is_told_once(rules: Workspace, name: str, values: list[str], code: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        sweeping.of_parameter(rules, name, values)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == (code, None)
    assert said in problem.message
