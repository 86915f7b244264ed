"""The days of letters: nothing a letter rests on happened after it, papers come before what rests on them, a service record
is of the day of what it serves; and so it is with all documents of the sample cases."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.base.problem import Problem, Refused
from engine.base.text import long_date
from engine.decision.case import Case, Fact, Finding
from engine.decision.decide import decide, decide_all
from engine.decision.program import compile_package
from engine.documents.draft import Draft
from engine.documents.estimates import WORKING_PAPERS
from engine.documents.joint import apart
from engine.documents.pieces import pieces_of
from engine.documents.writing import drafts_of
from engine.office.workspace import Workspace
from engine.policy.package import Package
from tests.worlds.permits import RULES, letters
from tests.worlds.texts import DAY, package

LATER, EARLIER = date(2026, 6, 9), date(2026, 5, 20)
SAID = "经审查，准予{店名}开办。"
FACT = "  - {名称: 告知送达日期, 类型: 日期}"
PAPER = """  - {名称: 考察表, 条款: [第一条], 版式: 表格, 标题: 考察表, 正文: [{栏: [{项: 被考察的店名, 值: '{店名}'}, {项: 考察意见}]}]}
"""


def changed(*pairs: tuple[str, str]) -> str:
    rules = RULES
    for old, new in pairs:
        assert old in rules
        rules = rules.replace(old, new)
    return rules


def issued(rules: str, dates: dict[str, date], **facts: Fact) -> tuple[dict[str, date], list[Problem]]:
    """The letters of a shop that is granted, by their days; and what is wrong."""
    program = compile_package(package(letters(rules)))
    given = {"店名": Fact("小满书店"), "机构类型": Fact("乙型"), "有场地": Fact(True), "整洁": Fact(True), **facts}
    case = Case("A", DAY, given)
    drafts, problems = drafts_of(program, case, [decide(program, case, "审查")], None, dates=dates)
    return {draft.stem: draft.plan.date for draft in drafts}, problems


@pytest.mark.parametrize(
    ("declared", "on", "codes"),
    [
        (FACT, DAY, []),
        (FACT, LATER, ["E672", "E668"]),
        (FACT.replace("日期}", "日期, 预定: 是}"), LATER, []),
    ],
)
def test_what_has_happened_is_not_after_the_letter(declared: str, on: date, codes: list[str]) -> None:
    rules = changed((FACT, declared), (SAID, "你店{告知送达日期}的情况收悉。经审查，准予{店名}开办。"))
    found, problems = issued(rules, {}, 告知送达日期=Fact(on))
    assert [p.code for p in problems] == codes
    assert bool(found) is not bool(codes)


@pytest.mark.parametrize(("on", "codes"), [(DAY, []), (LATER, ["E672", "E668"])])
def test_nor_is_what_somebody_found(on: date, codes: list[str]) -> None:
    rules = changed(
        ("{名称: 整洁, 类型: 是否}", "{名称: 整洁, 类型: 判断}"),
        (SAID, "{整洁的理由}，准予{店名}开办。"),
    )
    finding = Finding(person="甲", on=on, reasons="现场整洁")
    _, problems = issued(rules, {}, 整洁=Fact(True, finding=finding))
    assert [p.code for p in problems] == codes


def test_a_letter_has_a_day_of_its_own_and_its_record_the_same() -> None:
    rules = changed(("    标题: 关于准予开办的通知", "    成文日期: 告知送达日期\n    标题: 关于准予开办的通知"))
    assert issued(rules, {}, 告知送达日期=Fact(EARLIER)) == ({"准予通知": EARLIER, "送达回证": EARLIER}, [])
    assert issued(rules, {})[0] == {"准予通知": DAY, "送达回证": DAY}
    assert issued(rules, {"准予通知": LATER})[0] == {"准予通知": LATER, "送达回证": LATER}


@pytest.mark.parametrize(
    ("dates", "kept"),
    [
        ({}, {"考察表", "准予通知", "送达回证"}),
        ({"准予通知": EARLIER}, {"准予通知", "送达回证"}),
        ({"送达回证": EARLIER}, {"考察表", "准予通知"}),
    ],
)
def test_papers_come_before_letters_and_records_not(dates: dict[str, date], kept: set[str]) -> None:
    rules = changed(("文书: [准予通知, 送达回证]", "文书: [考察表, 准予通知, 送达回证]")) + PAPER
    found, problems = issued(rules, dates)
    assert set(found) == kept
    assert {p.code for p in problems} == ({"E660"} if dates else set())


# ---- the sample cases ----

ROOT = Path(__file__).resolve().parents[2]


@cache
def samples() -> list[tuple[Package, Case, list[Draft], list[Problem]]]:
    workspace, found = Workspace(ROOT / "policies", date(2026, 11, 23)), []
    for folder in sorted((ROOT / "fixtures").glob("[0-9]*")):
        try:
            program, case, _ = workspace.case(folder)
        except Refused:
            continue
        _, own = apart(program.package, case, decide_all(program, case), None)
        found.append((program.package, case, *drafts_of(program, case, own, None)))
    return found


def test_no_sample_tells_of_what_is_to_come() -> None:
    for rules, case, drafts, problems in samples():
        assert not [p for p in problems if p.code == "E672"]
        past = {f.value for n, f in case.facts.items() if n in rules.facts and not rules.facts[n].planned}
        past = {long_date(day) for day in past if isinstance(day, date) and day != case.as_of}
        for draft in drafts:
            said = {d for piece in pieces_of(draft.plan) for d in re.findall(r"\d{4}年\d+月\d+日", piece.text)}
            for day in said & past:
                year, month, number = map(int, re.findall(r"\d+", day))
                assert date(year, month, number) <= draft.plan.date, (case.id, draft.stem, day)


def test_papers_of_the_samples_come_before_their_letters_and_records_with_them() -> None:
    for rules, case, drafts, _ in samples():
        for draft in drafts:
            of_decision = [other.plan for other in drafts if other.determination == draft.determination]
            to_party = [p.date for p in of_decision if rules.documents[p.name].to_party]
            if draft.serves:
                assert draft.plan.date == max(letter.plan.date for letter in draft.serves), (case.id, draft.stem)
            elif draft.plan.layout in WORKING_PAPERS and to_party:
                assert draft.plan.date <= min(to_party), (case.id, draft.stem)
            assert draft.served is None or draft.served.on >= draft.plan.date, (case.id, draft.stem)
