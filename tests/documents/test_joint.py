"""Letters that several cases share: who is in which, in what order, whose values each row says; numbers and manifests."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.base.problem import Refused
from engine.decision.case import Case, Fact
from engine.decision.decide import decide_all
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.documents.draft import LIST, MANIFEST, Draft
from engine.documents.joint import Share, apart, joint_letters
from engine.documents.model import LetterTable
from engine.documents.parties import Party, grouped, joined, owners, said_of
from engine.documents.recounted import CHANGED, PARTLY, recounted
from engine.documents.trace import packed, unpacked
from engine.documents.writing import drafts_of, reading_of
from engine.office.batch import Request, Rules, issue_all
from engine.office.produced import ProducedCase
from engine.office.registers import InFile
from engine.office.workspace import Workspace
from engine.policy.document import Block, Document

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
DAY, ANNOUNCED = date(2026, 11, 9), date(2026, 11, 23)
"""Between the first day of the notices and their last."""
SAME = ("01-optics-park", "05-outbound-chamber", "11-marine-institute", "12-startup-campus")
OTHER = "02-chip-works"
"""A case whose notice begins on another day, which its files alone say: it has not happened yet."""
PLANNED = """  申报批次: 第1批
  申报通知发布日期: 2026-08-03
  申报日期: 2026-08-25
  实地考察日期: 2026-10-15
  列入拟入选名单: 是
  公示起始日期: 2026-11-16
  公示截止日期: 2026-11-23
"""
ELSEWHERE = TemporaryDirectory()
NOTICE, SUMMARY, FOLDER = "公示", "评审汇总表", "并案-2026-11-09"


@cache
def place(name: str) -> Path:
    """Where the case is; of `OTHER` a copy without its history."""
    if name != OTHER:
        return FIXTURES / name
    folder = Path(shutil.copytree(FIXTURES / name, Path(ELSEWHERE.name) / name))
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    assert "事件记录: history\n" in text
    text = text.replace("事件记录: history\n", "").replace("事实:\n", "事实:\n" + PLANNED)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


@cache
def world(name: str) -> tuple[Program, Case, tuple[Decision, ...]]:
    program, case, _ = Workspace(ROOT / "policies", DAY, as_of=DAY).case(place(name))
    return program, case, tuple(decide_all(program, case))


def shares(names: tuple[str, ...], document: str | None = None) -> list[Share]:
    found: list[Share] = []
    for name in names:
        program, case, decisions = world(name)
        found += apart(program.package, case, decisions, document)[0]
    return found


def letters(names: tuple[str, ...], document: str) -> list[tuple[tuple[str, ...], Draft]]:
    found = []
    for cases, draft, problems in joint_letters(world(names[0])[0], shares(names, document), FOLDER, None):
        assert draft is not None, problems
        found.append((cases, draft))
    return found


def rows(draft: Draft) -> list[list[str]]:
    table = next(part for part in draft.plan.body if isinstance(part, LetterTable))
    return [[cell.text for cell in row.cells] for row in table.rows]


def numbers(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(world(name)[1].id for name in names)


def value(name: str, fact: str) -> object:
    return world(name)[1].facts[fact].value


def test_a_notice_tells_of_every_case_with_that_cases_own_values() -> None:
    ((cases, draft),) = letters(SAME, NOTICE)
    assert (cases, draft.folder, draft.stem) == (numbers(SAME), FOLDER, NOTICE)
    told = [[str(place), *(value(n, f) for f in ("驿站名称", "申报单位"))] for place, n in enumerate(SAME, 1)]
    assert [row[:3] for row in rows(draft)] == told


def test_cases_of_which_it_would_say_something_else_get_their_own() -> None:
    found = letters((*SAME, OTHER), NOTICE)
    assert [(cases, draft.folder) for cases, draft in found] == [
        (numbers(SAME), FOLDER),
        (numbers((OTHER,)), world(OTHER)[1].id),
    ]
    text = [" ".join(part.text for part in draft.plan.body) for _, draft in found]
    assert ("2026年11月9日" in text[0], "2026年11月16日起" in text[1]) == (True, True)


def test_letters_of_one_name_in_one_folder_are_numbered() -> None:
    program = world(SAME[0])[0]
    changed = [
        replace(s, case=replace(s.case, facts={**s.case.facts, "公示截止日期": Fact(date(2026, 11, 20))}))
        if s.case.id in numbers(SAME[2:])
        else s
        for s in shares(SAME, NOTICE)
    ]
    found = [(cases, draft.stem) for cases, draft, _ in joint_letters(program, changed, FOLDER, None) if draft]
    assert found == [(numbers(SAME[:2]), "公示（01）"), (numbers(SAME[2:]), "公示（02）")]


@pytest.mark.parametrize("name", [NOTICE, SUMMARY])
@pytest.mark.parametrize(
    "changed", [{"authority": "福州市数据管理局"}, {"outcome": "另一结果"}, {"determination": "另一决定"}]
)
def test_what_is_decided_otherwise_or_by_another_organ_is_no_letter_of_the_first(
    name: str, changed: dict[str, str]
) -> None:
    """Even where no sentence names them: the letter is signed by the organ of its first case, and its receipt says that
    case's determination and outcome, so a case of another organ would be signed by one that has no power over it."""
    mixed = [
        replace(s, decision=replace(s.decision, **changed)) if n % 2 else s for n, s in enumerate(shares(SAME, name))
    ]
    assert split(bare(name), mixed) == [numbers(SAME[::2]), numbers(SAME[1::2])]


def bare(name: str, *blocks: Block) -> Document:
    """A joint document that says nothing but its blocks."""
    document = world(SAME[0])[0].package.documents[name]
    return replace(document, title=(), signature=(), addressee=(), body=blocks, pages=(), copies=())


def split(document: Document, given: list[Share]) -> list[tuple[str, ...]]:
    """The numbers of the cases in each letter."""
    program = world(SAME[0])[0]
    parties = [Party(s.case, s.decision, reading_of(program, s.case)) for s in given]
    return [tuple(party.case.id for party in group) for group in grouped(program.package, document, parties)]


def blocks() -> dict[str, tuple[Block, bool]]:
    """Blocks that say what differs of two cases, and whether the cases then need letters of their own."""
    package = world(SAME[0])[0].package
    once, each = package.documents[NOTICE].body[:2]
    unit, marked = each.slots[2].text, package.documents[SUMMARY].body[0].slots[2].when
    return {
        "in the list": (each, False),
        "a cell only some cases have": (replace(each, slots=(replace(each.slots[2], when=marked),)), False),
        "a paragraph for each": (replace(once, text=unit, each=each.each), False),
        "a sentence": (replace(once, text=unit), True),
        "the words before a table": (replace(each, text=unit), True),
        "the head of a column": (replace(each, slots=(replace(each.slots[2], head=unit),)), True),
        "a paragraph there or not": (replace(once, text=("一段",), when=marked), True),
    }


def test_cases_share_a_letter_where_all_it_says_once_is_the_same() -> None:
    """Otherwise the values of the first case would be said of the others too; and a list in which cases may not differ
    would be no list."""
    given = shares(SAME[:2], NOTICE)
    facts = {name: fact for name, fact in given[0].case.facts.items() if name != "选址评审分"}
    given[0] = replace(given[0], case=replace(given[0].case, facts=facts))
    one, other = numbers(SAME[:2])
    for what, (block, differ) in blocks().items():
        assert split(bare(NOTICE, block), given) == ([(one,), (other,)] if differ else [(one, other)]), what


def test_whose_a_fact_is_is_told_from_brackets_in_its_name() -> None:
    """The letter's reasons find their values by it; a name with brackets of its own is no case's number."""
    one, other = [Party(w[1], w[2][0], reading_of(w[0], w[1])) for w in map(world, SAME[:2])]
    asked = ["经费（元）", f"经费（元）（{other.case.id}）", f"单位（{one.case.id}）", "单位", "单位（某某）"]
    assert list(owners([one, other], asked)) == [
        ("经费（元）", one, "经费（元）"),
        (f"经费（元）（{other.case.id}）", other, "经费（元）"),
        (f"单位（{one.case.id}）", one, "单位"),
        ("单位", one, "单位"),
        ("单位（某某）", one, "单位（某某）"),
    ]


def test_only_letters_to_somebody_are_served() -> None:
    """A receipt of service that named a working paper would prove that the party got what it never got."""
    program, case, decisions = world(SAME[0])
    decision = replace(decisions[0], documents=("实地考察表", "受理通知书", "没有这个文书"))
    said = said_of(program.package, Party(case, decision, reading_of(program, case)))
    assert said["送达文书"] == "受理通知书"


def test_a_shared_letter_rests_on_what_any_of_its_cases_rests_on() -> None:
    """A sample value, an estimate or an unmet criterion of the second case alone is as much behind the letter as one of
    the first; its notes and what forbids it are read from the decision made of all."""
    program, given = world(SAME[0])[0], shares(SAME[:3], NOTICE)
    parties = [Party(s.case, s.decision, reading_of(program, s.case)) for s in given]
    decisions = [party.decision for party in parties]
    whole = joined(parties)
    assert whole.case == "、".join(numbers(SAME[:3]))
    assert [c.name for c in whole.criteria] == [c.name for d in decisions for c in d.criteria]
    assert len(whole.criteria) > len(decisions[0].criteria)
    bare = replace(parties[0], decision=replace(decisions[0], relied=()))
    late = replace(parties[1], decision=replace(decisions[1], estimated=("暂估：2027年",)))
    assert joined([bare, late]).relied == decisions[1].relied != ()
    assert joined([bare, late]).estimated == ("暂估：2027年",)
    assert joined(parties[:1]) is decisions[0]


def test_a_letter_shared_with_an_estimate_is_not_sent() -> None:
    program, given = world(SAME[0])[0], shares(SAME[:2], NOTICE)
    given[1] = replace(given[1], decision=replace(given[1].decision, estimated=("暂估：2027年",)))
    ((_, draft, problems),) = joint_letters(program, given, FOLDER, None)
    assert (draft, [p.code for p in problems]) == (None, ["E608"])


def test_whichever_case_does_not_meet_a_criterion_its_sample_values_are_named() -> None:
    """The wording for an unmet criterion may print a value nobody has set yet; a letter that hides this because only the
    second case is concerned passes a sample off as the text."""
    program = world(SAME[0])[0]
    given = [replace(s, decision=replace(s.decision, relied=())) for s in shares(SAME[:2], NOTICE)]

    def notes(index: int, name: str) -> tuple[str, ...]:
        decision = given[index].decision
        unmet = tuple(replace(c, verdict="未满足") if c.name == name else c for c in decision.criteria)
        changed = [*given]
        changed[index] = replace(given[index], decision=replace(decision, criteria=unmet))
        ((_, draft, _),) = joint_letters(program, changed, FOLDER, None)
        assert draft is not None
        return draft.plan.notes

    told = {c.name: (notes(0, c.name), notes(1, c.name)) for c in given[0].decision.criteria}
    assert {name for name, (first, second) in told.items() if first != second} == set()
    assert [name for name, (first, _) in told.items() if first]


def test_a_ranking_gives_order_places_and_results() -> None:
    names = ("12-startup-campus", "07-hr-union", "01-optics-park")
    ((cases, draft),) = letters(names, SUMMARY)
    assert cases == numbers(("01-optics-park", "12-startup-campus", "07-hr-union"))
    assert [(row[0], row[-1]) for row in rows(draft)] == [("1", "入选"), ("2", "入选"), ("3", "入选")]
    ((_, alone),) = letters(names[:1], SUMMARY)
    assert (rows(alone)[0][0], rows(alone)[0][-1]) == ("", "")


def without(name: str, *facts: str) -> tuple[Program, Case, tuple[Decision, ...]]:
    """A case of which some facts are not known."""
    program, case, _ = world(name)
    case = replace(case, facts={known: fact for known, fact in case.facts.items() if known not in facts})
    return program, case, tuple(decide_all(program, case))


def test_a_ranking_in_a_letter_announces_nothing_that_a_pending_case_may_still_change() -> None:
    """Five places: whoever is fifth while the marks of one more are not known is out once those are better."""
    pending, last = "11-marine-institute", "07-hr-union"
    names = (*(name for name in SAME if name != pending), OTHER, last)
    program, case, decisions = without(pending, "选址评审分")
    given = [*shares(names, SUMMARY), *apart(program.package, case, decisions, SUMMARY)[0]]
    ((cases, draft, problems),) = joint_letters(program, given, FOLDER, None)
    assert draft is not None, problems
    told = {id: (row[0], row[-1]) for id, row in zip(cases, rows(draft), strict=True)}
    assert list(told.values()) == [*((str(n), "入选") for n in range(1, 5)), ("5", "待定"), ("", "待查")]
    assert (cases[4], cases[5]) == (world(last)[1].id, case.id)


def told_otherwise(names: tuple[str, ...], **facts: object) -> list[Share]:
    """The shares of cases in their ranking, the last of which says something else of itself."""
    *given, last = shares(names, SUMMARY)
    known = {**last.case.facts, **{name: Fact(value) for name, value in facts.items()}}
    return [*given, replace(last, case=replace(last.case, facts=known))]


def test_a_ranking_of_cases_assessed_on_several_days_is_one_letter_of_the_last_day() -> None:
    names, later = ("12-startup-campus", "07-hr-union", "01-optics-park"), date(2026, 10, 30)
    given = told_otherwise(names, 综合评估日期=later)
    ((cases, draft, problems),) = joint_letters(world(names[0])[0], given, FOLDER, None)
    assert draft is not None, problems
    assert draft.plan.date == later > min(s.case.facts["综合评估日期"].value for s in given)
    assert cases == numbers(("01-optics-park", "12-startup-campus", "07-hr-union"))
    assert [row[0] for row in rows(draft)] == ["1", "2", "3"]


def test_a_ranking_older_than_what_it_announces_is_kept_back_whichever_case_says_so() -> None:
    names = ("12-startup-campus", "01-optics-park")
    given = told_otherwise(names, 综合评估日期=date(2026, 11, 20))
    ((_, draft, problems),) = joint_letters(world(names[0])[0], given, FOLDER, None)
    assert (draft, [p.code for p in problems]) == (None, ["E660"])


def test_cases_of_several_rounds_are_ranked_apart() -> None:
    names = ("12-startup-campus", "07-hr-union", "01-optics-park")
    found = list(joint_letters(world(names[0])[0], told_otherwise(names, 申报批次="第9批"), FOLDER, None))
    assert [cases for cases, _, _ in found] == [numbers(("12-startup-campus", "07-hr-union")), numbers(names[2:])]


@pytest.mark.parametrize("pending", [False, True])
def test_who_is_on_no_list_yet_is_not_announced(pending: bool) -> None:
    """名单公布 names the cases that are on the list for certain, and waits for one whose place another may still change."""
    document, rules, given = "名单公布", Workspace(ROOT / "policies", ANNOUNCED, as_of=ANNOUNCED), list[Share]()
    for name in SAME[:2]:
        program, case, _ = rules.case(place(name))
        if pending and name == SAME[1]:
            case = replace(case, facts={known: f for known, f in case.facts.items() if known != "列入拟入选名单"})
        given += apart(program.package, case, decide_all(program, case), document)[0]
    ((cases, draft, problems),) = joint_letters(program, given, FOLDER, None)
    assert draft is not None, problems
    announced = SAME[:1] if pending else SAME[:2]
    assert cases == numbers(announced)
    assert [row[1] for row in rows(draft)] == [value(name, "驿站名称") for name in announced]


def test_what_is_unknown_of_one_case_names_it() -> None:
    program = world(SAME[0])[0]
    given = shares(SAME, NOTICE)
    facts = {name: fact for name, fact in given[1].case.facts.items() if name != "申报单位"}
    given[1] = replace(given[1], case=replace(given[1].case, facts=facts))
    ((_, draft, problems),) = joint_letters(program, given, FOLDER, None)
    assert draft is None
    assert [(p.code, p.message.split(" ")[0]) for p in problems] == [("E603", f"{given[1].case.id}：`申报单位`")]


def test_the_receipt_names_every_case_and_a_rows_facts_are_its_own() -> None:
    ((cases, draft),) = letters(SAME, NOTICE)
    assert draft.plan.receipt.case == "、".join(cases)
    known = {e.name: e.text for e in draft.plan.evidence}
    assert [known[f"申报单位（{id}）"] for id in cases] == [value(name, "申报单位") for name in SAME]
    program, case, _ = world(SAME[1])
    letter = unpacked(packed(draft.plan), "公示.docx")
    found = recounted(letter, program, [case])
    assert found.faults == (PARTLY.format("、".join(id for id in cases if id != case.id)),)
    values = {f.name: f.text for one in found.told for reason in one.reasons for f in reason.facts}
    assert values[f"申报单位（{cases[1]}）"] == value(SAME[1], "申报单位")
    assert values[f"申报单位（{cases[0]}）"] == ""
    whole = [world(name)[1] for name in SAME]
    again = recounted(letter, program, whole)
    assert again.faults == ()
    assert {f.text for one in again.told for r in one.reasons for f in r.facts} >= {
        str(value(n, "申报单位")) for n in SAME
    }
    changed = replace(whole[0], facts={**whole[0].facts, "申报单位": Fact("另一单位")})
    said = f"规则、口径、日历、程序相同；事实不同：案件 {whole[0].id}"
    assert recounted(letter, program, [changed, *whole[1:]]).faults == (CHANGED.format(said),)
    with pytest.raises(Refused):
        recounted(letter, program, [world(OTHER)[1]])


def test_one_case_alone_has_the_same_letter_in_its_own_folder() -> None:
    program, case, decisions = world(SAME[0])
    drafts, _ = drafts_of(program, case, decisions, NOTICE, DAY)
    ((_, draft),) = letters(SAME[:1], NOTICE)
    assert (drafts[0].plan, drafts[0].folder) == (draft.plan, draft.folder)


def test_many_cases_share_one_letter() -> None:
    """More than Chinese numerals of two places can count."""
    program, case, decisions = world(SAME[0])
    many = [replace(case, id=f"FZ-{number:04}") for number in range(120)]
    given = [Share(NOTICE, one, d) for one in many for d in decisions if NOTICE in d.documents]
    ((cases, draft, problems),) = joint_letters(program, given, FOLDER, None)
    assert (len(cases), problems) == (120, [])
    assert draft is not None
    assert [row[0] for row in rows(draft)] == [str(place) for place in range(1, 121)]


# ---- in a batch ----


def batch(out: Path, names: tuple[str, ...] = (*SAME, OTHER), jobs: int = 1) -> list[ProducedCase]:
    register = out.with_suffix(".jsonl")
    register.write_text('{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n', encoding="utf-8")
    rules = Rules(ROOT / "policies", DAY, as_of=DAY)
    request = Request(out, ("docx",), NOTICE, register=InFile(register) if register else None)
    return issue_all(rules, [place(name) for name in names], request, jobs)


def test_a_batch_tells_where_each_cases_letter_is(tmp_path: Path) -> None:
    results = batch(tmp_path / "out")
    assert [result.read.joint for result in results] == [False] * 5 + [True]
    whole = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))["案件"]
    shared = [f"{FOLDER}/{NOTICE}.docx"]
    assert [entry.get("并案文书") for entry in whole] == [shared] * 4 + [None, None]
    assert [[d["案件"] for d in entry["文书"]] for entry in whole] == [
        *([[]] * 4),
        list(numbers((OTHER,))),
        ["、".join(numbers(SAME))],
    ]
    listed = (tmp_path / "out" / LIST).read_text(encoding="utf-8")
    assert "（5 个案件，2 件文书）" in listed
    assert f"`{shared[0]}`" in listed
    assert (tmp_path / "out" / FOLDER / MANIFEST).is_file()


def test_one_document_asked_for_is_written_shared_or_not(tmp_path: Path) -> None:
    """And nothing else with it: a case with a part in a shared letter keeps its other letters for the time they are
    asked for, and one without any has just its own."""
    rules = Rules(ROOT / "policies", DAY, as_of=DAY)
    written = {}
    for name in (NOTICE, "受理通知书"):
        asked = Request(tmp_path / name, ("docx",), name, dates={"受理通知书": date(2026, 10, 12)})
        results = issue_all(rules, [FIXTURES / case for case in SAME[:2]], asked)
        written[name] = [[made.draft.stem for made in one.made] for one in results]
    assert written == {NOTICE: [[], [], [NOTICE]], "受理通知书": [["受理通知书"], ["受理通知书"]]}


def test_processes_make_no_difference(tmp_path: Path) -> None:
    for jobs in (1, 2):
        batch(tmp_path / str(jobs), jobs=jobs)
    files = [
        {p.relative_to(tmp_path / jobs): p.read_bytes() for p in (tmp_path / jobs).rglob("*") if p.is_file()}
        for jobs in ("1", "2")
    ]
    assert files[0] == files[1]
    assert (tmp_path / "1.jsonl").read_text() == (tmp_path / "2.jsonl").read_text()
