"""What the law asks of a decision that burdens someone, in every such letter of the Fuzhou package's sample cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.decision.decide import decide_all
from engine.decision.model import Decision
from engine.documents.model import DocumentPlan, LetterParagraph
from engine.documents.writing import drafts_of
from engine.language.tree import Name
from engine.office.workspace import Workspace
from engine.policy.package import Determination, Outcome, Package

ROOT = Path(__file__).parents[2]
CASES = ("03", "06", "07", "10", "12", "17", "18", "19", "20", "21", "22", "24", "25", "26", "27")
NOTICES = {"拟取消资格告知书"}
"""Letters before a decision: they ask to be heard, and there is nothing yet to appeal against."""


@dataclass(frozen=True)
class Letter:
    case: str
    package: Package
    decision: Decision
    plan: DocumentPlan

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.plan.body)

    def figure(self, parameter: str) -> str:
        """The value of a parameter as letters say it."""
        value = self.package.parameters[parameter].value
        assert value is not None, parameter
        return str(value)


@cache
def workspace() -> Workspace:
    return Workspace(ROOT / "policies", date(2026, 11, 23))


@cache
def letters() -> tuple[Letter, ...]:
    return tuple(letter for number in CASES for letter in _letters(number))


def _letters(number: str) -> Iterator[Letter]:
    folder = next(f for f in sorted((ROOT / "fixtures").iterdir()) if f.name.startswith(f"{number}-"))
    program, case, _ = workspace().case(folder)
    decisions = [d for d in decide_all(program, case) if d.nature == "不利决定" or "送达回证" in d.documents]
    drafts, _ = drafts_of(program, case, decisions, None, case.as_of)
    by_name = {d.determination: d for d in decisions}
    for draft in drafts:
        if program.package.documents[draft.plan.name].to_party:
            yield Letter(folder.name, program.package, by_name[draft.determination], draft.plan)


def named() -> list[tuple[str, Letter]]:
    return [(f"{letter.case}-{letter.plan.name}", letter) for letter in letters()]


def _burdening(package: Package) -> Iterator[tuple[Determination, Outcome]]:
    for determination in package.determinations.values():
        default = (determination.default,) if determination.default else ()
        for outcome in (*determination.outcomes, *default):
            if outcome.nature == "不利决定":
                yield determination, outcome


def test_every_burdening_outcome_is_served_by_letter() -> None:
    package = workspace().program().package
    found = list(_burdening(package))
    assert len(found) >= 10
    for determination, outcome in found:
        addressed = [name for name in outcome.documents if package.documents[name].to_party]
        assert addressed, f"{determination.name} {outcome.name}"
        assert "送达回证" in outcome.documents, f"{determination.name} {outcome.name}"


def test_the_samples_show_every_burdening_letter() -> None:
    package = workspace().program().package
    needed = {n for _, o in _burdening(package) for n in o.documents if package.documents[n].to_party}
    assert {letter.plan.name for letter in letters() if letter.decision.nature == "不利决定"} == needed


def _said(letter: Letter, pattern: str) -> bool:
    return re.search(pattern, letter.text) is not None


def party(letter: Letter) -> bool:
    return letter.plan.addressee == letter.plan.addressee.strip() != ""


def facts(letter: Letter) -> bool:
    return any(t.facts for part in letter.plan.body for t in part.traces)


def evidence(letter: Letter) -> bool:
    return _said(letter, "证明|佐证|材料|记录|台账|核查|复核|审核|考核|评估|收悉")


def basis(letter: Letter) -> bool:
    return _said(letter, "》(（以下简称《办法》）)?(第[一二三四五六七八九十]+条|附件)")


def clauses(letter: Letter) -> bool:
    return any(t.clauses for part in letter.plan.body for t in part.traces)


def statement(letter: Letter) -> bool:
    """A notice offers to hear the party; a decision comes after that."""
    return _said(letter, "可以.*陈述和申辩") is (letter.plan.name in NOTICES)


def _reviewed(letter: Letter) -> bool:
    """Whether review and action are to be told of: in a decision of a government department."""
    return letter.plan.name not in NOTICES and letter.package.organs[letter.decision.authority].kind == "政府部门"


def _body(letter: Letter, asked: str) -> str:
    named_ = letter.package.organs[letter.decision.authority].said(asked)
    return re.escape(letter.figure(named_.name)) if isinstance(named_, Name) else "。"


def review(letter: Letter) -> bool:
    return _said(letter, f"60日内，向{_body(letter, '机关的复议机关')}申请行政复议") is _reviewed(letter)


def court(letter: Letter) -> bool:
    return _said(letter, f"6个月内，依法直接向{_body(letter, '机关的管辖法院')}提起行政诉讼") is _reviewed(letter)


def objection(letter: Letter) -> bool:
    """A public institution and a party organ say where to object, and nothing of review."""
    other = letter.plan.name not in NOTICES and not _reviewed(letter)
    return _said(letter, f"有异议的，可以{_body(letter, '机关的异议途径')}。") is other


def record(letter: Letter) -> bool:
    return _said(letter, "送达回证")


def organ(letter: Letter) -> bool:
    return bool(letter.plan.organ) and letter.plan.organ not in letter.plan.addressee


def service(letter: Letter) -> bool:
    return "送达回证" in letter.decision.documents


def no_punishment(letter: Letter) -> bool:
    return not re.search("处罚|许可", letter.plan.title)


def draft(letter: Letter) -> bool:
    return letter.plan.sample


DUTIES = (
    party,
    facts,
    evidence,
    basis,
    clauses,
    statement,
    review,
    court,
    objection,
    record,
    organ,
    service,
    no_punishment,
    draft,
)


@pytest.mark.parametrize("duty", DUTIES, ids=[duty.__name__ for duty in DUTIES])
def test_burdening_letters(duty: object) -> None:
    assert callable(duty)
    lacking = [name for name, letter in named() if not duty(letter)]
    assert lacking == []


DEMANDS = {
    "责令限期整改通知书": ("整改期限", "内完成整改", "复核", "仍不符合要求的，将依照《办法》第十二条取消资格"),
    "取消资格并收回牌匾决定": (
        "牌匾交回期限",
        "内向我局交回牌匾",
        "核查牌匾交回",
        "逾期没有交回的，由我局依照《办法》第十二条收回",
    ),
    "拟取消资格告知书": ("陈述申辩期限", "内，以书面或者口头方式", "复核", "逾期没有提出的"),
}


@pytest.mark.parametrize("name", DEMANDS)
def test_what_is_demanded_by_when_and_what_follows(name: str) -> None:
    period, demand, check, consequence = DEMANDS[name]
    found = [letter for letter in letters() if letter.plan.name == name]
    assert found
    for letter in found:
        assert re.search(f"之次日起{letter.figure(period)}个工作日{demand}", letter.text)
        assert check in letter.text
        assert consequence in letter.text


def test_every_letter_says_which_stage_it_is() -> None:
    documents = workspace().program().package.documents
    for name, letter in named():
        assert documents[letter.plan.name].stage == ("事先告知" if letter.plan.name in NOTICES else "决定"), name


def test_a_cancellation_says_from_facts_that_the_party_was_told_and_heard() -> None:
    found = [letter for letter in letters() if letter.plan.name == "取消资格并收回牌匾决定"]
    assert found
    for letter in found:
        assert _said(letter, r"拟取消资格告知书于\d{4}年\d+月\d+日送达")
        assert _said(letter, "没有提出陈述申辩|提出了陈述申辩，经复核")


def test_a_draft_knows_the_day_on_which_it_was_served() -> None:
    folder = ROOT / "fixtures" / "20-minhou-service"
    program, case, _ = workspace().case(folder)
    drafts, _ = drafts_of(program, case, decide_all(program, case), "责令限期整改通知书", case.as_of)
    (draft,) = drafts
    assert draft.served is not None
    assert (draft.served.on, draft.dated) == (date(2026, 3, 10), False)
    assert getattr(draft.served.place, "file", "").endswith("events.yaml")
    drafts, _ = drafts_of(program, case, decide_all(program, case), "责令限期整改通知书", date(2026, 3, 6))
    assert drafts[0].dated


def test_letters_give_the_reasons_people_recorded() -> None:
    """Why no exception was made, why a judgement went against the party: in the finder's words, without his name. A mark is
    no judgement against anybody."""
    told = 0
    for name, letter in named():
        if letter.plan.name in ("不予认定告知书", "拟取消资格告知书", "不予推荐告知书", "重大活动不予同意函"):
            if letter.decision.determination == "公示与公布":
                continue
            findings = [c.refused for c in letter.decision.criteria if c.refused is not None]
            facts = letter.package.facts
            findings += [
                f.finding
                for c in letter.decision.criteria
                for f in c.found
                if c.fails and c.strength != "鼓励" and facts[f.name].type.kind != "number"
            ]
            for finding in findings:
                assert finding.said in letter.text, name
                assert finding.person not in letter.text, name
                told += 1
    assert told >= 8


def test_unmet_criteria_come_from_the_decision() -> None:
    """Each unmet criterion a refusal lists is in the letter with its own words and clause."""
    for letter in letters():
        if letter.plan.name != "不予认定告知书" or letter.decision.determination != "认定审查":
            continue
        reasons = [
            c for c in letter.decision.criteria if c.verdict == "未满足" and c.strength != "鼓励" and not c.excused
        ]
        traced = {t.criterion for part in letter.plan.body if isinstance(part, LetterParagraph) for t in part.traces}
        assert {c.name for c in reasons if c.name in letter.decision.reasons} <= traced
        assert reasons
