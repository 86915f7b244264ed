"""The values behind a letter's reasons, found again in its case; a case that has changed says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.base.problem import Refused
from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.program import Program, compile_package
from engine.documents.recounted import CHANGED, from_cases, recounted
from engine.documents.trace import Letter, packed, unpacked
from engine.documents.writing import drafts_of
from engine.language.tree import Table
from engine.office.workspace import Workspace
from engine.views.trace import everything

ROOT = Path(__file__).parents[2]
NAME = "不予认定告知书"


@cache
def world() -> tuple[Program, Case]:
    program, case, _ = Workspace(ROOT / "policies", date(2026, 11, 23)).case(ROOT / "fixtures" / "03-maker-incubator")
    return program, case


def letter(number: str = "榕人社〔2026〕7号", day: date = date(2026, 12, 1)) -> Letter:
    """As its file tells it: without values."""
    program, case = world()
    (draft,), _ = drafts_of(program, case, [decide(program, case, "认定审查")], NAME, day, number)
    return unpacked(packed(draft.plan), "信.docx")


def facts(found: Letter) -> dict[str, tuple[str, str]]:
    return {f.name: (f.text, f.source) for one in found.told for r in one.reasons for f in r.facts}


def test_values_come_back_from_the_case() -> None:
    before = letter()
    assert not before.values
    assert facts(before)["年度活动场次"] == ("", "")
    found = recounted(before, world()[0], [world()[1]])
    assert (found.faults, found.values) == ((), True)
    text, source = facts(found)["年度活动场次"]
    assert text == "11场"
    assert "起帆孵化器活动台账.xlsx" in source
    assert [one.text for one in found.told] == [one.text for one in before.told]


def test_a_case_that_has_changed_says_so_and_shows_its_own_values() -> None:
    program, case = world()
    changed = replace(case, facts={**case.facts, "申报单位": Fact("另一单位")})
    found = recounted(letter(), program, [changed])
    assert found.faults == (CHANGED.format("规则、口径、日历、程序相同；事实不同"),)
    assert facts(found)["年度活动场次"][0] == "11场"


def test_facts_that_differ_are_named_where_the_letter_carries_them() -> None:
    program, case = world()
    (draft,), _ = drafts_of(program, case, [decide(program, case, "认定审查")], NAME, date(2026, 12, 1), "")
    full = unpacked(packed(draft.carrying(True).plan), "信.docx")
    ledger = case.facts["活动台账"]
    assert isinstance(ledger.value, Table)
    shorter = replace(ledger, value=replace(ledger.value, rows=ledger.value.rows[:5]))
    found = recounted(full, program, [replace(case, facts={**case.facts, "活动台账": shorter})])
    assert found.faults[0].startswith(CHANGED.format("规则、口径、日历、程序相同；事实不同：年度活动场次（11场 → "))


def test_rules_and_calendar_that_differ_are_named() -> None:
    program, case = world()
    clause = replace(program.package.clauses["第三条"], gist="另一要旨")
    files = {**program.package.files, f"{program.package.id}/clauses.yaml": "0" * 12}
    other = replace(
        program.package, digest="sha256:0", files=files, clauses={**program.package.clauses, "第三条": clause}
    )
    found = recounted(letter(), compile_package(other), [case])
    assert (found.faults, found.since) == ((), f"口径、日历、事实、程序相同；规则不同：{other.id}/clauses.yaml")
    assert "与案件今天所据的相比：口径、日历、事实、程序相同；规则不同" in "".join(everything(found))
    assert recounted(letter(), program, [case]).since == ""
    earlier = replace(letter(), basis=None)
    assert recounted(earlier, program, [case]).since == ""


def test_a_letter_of_the_same_basis_that_says_something_else_says_so() -> None:
    program, case = world()
    before = letter()
    found = recounted(replace(before, receipt={**before.receipt, "文书摘要": "sha256:0"}), program, [case])
    assert found.faults == (CHANGED.format("所据相同：变的是程序代码，或者文件里的文字"),)


@pytest.mark.parametrize(
    ("owner", "receipt", "said"),
    [
        ("FZ-2026-999", {}, "给的案件是 `FZ-2026-999`"),
        ("FZ-2026-003", {"决定": "没有的决定"}, "现在出不了"),
        ("FZ-2026-003", {"文书": "没有的文书"}, "现在出不了"),
        ("FZ-2026-003", {"文书": "认定通知"}, "现在出不了"),
        ("FZ-2026-003", {"成文日期": "某日"}, "现在出不了"),
    ],
)
def test_what_does_not_belong_together_is_refused(owner: str, receipt: dict[str, str], said: str) -> None:
    program, case = world()
    before = letter()
    with pytest.raises(Refused) as refused:
        recounted(replace(before, receipt={**before.receipt, **receipt}), program, [replace(case, id=owner)])
    (problem,) = refused.value.problems
    assert problem.code == "E653"
    assert said in problem.message


def test_the_case_is_read_for_the_letters_own_day() -> None:
    asked: list[date] = []

    def load(day: date) -> list[tuple[Program, Case]]:
        asked.append(day)
        return [world()]

    assert from_cases(load)(letter()).values
    assert asked == [date(2026, 11, 23)]
    with pytest.raises(Refused) as refused:
        from_cases(load)(replace(letter(), receipt={"基准日": "某日"}))
    assert refused.value.problems[0].code == "E651"
