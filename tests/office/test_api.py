"""The engine as a library: what another program may hand over, what is refused at the door, and what the calls give."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.problem import Cell, Pointer
from engine.decision.case import Case, Fact, Finding
from engine.decision.decide import decide_all
from engine.decision.model import Decision
from engine.language.tree import Table
from engine.office import api
from engine.office.workspace import Workspace
from tests.sizes import examples

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
REFUSED = ROOT / "fixtures/03-maker-incubator"
FINDING = Finding("陈若川", date(2026, 10, 16), "现场查看")
HEAD = {"案件": "FZ-2026-900", "基准日": "2026-11-23"}
LIFE = {
    "案件": "FZ-S90",
    "名称": "试验",
    "事件": [{"编号": "1", "事件": "申报", "日期": date(2026, 3, 2)}],
}


@cache
def packages() -> api.Packages:
    return api.load(ROOT / "policies")


@cache
def sample() -> api.CaseFile:
    return api.open_case(packages(), REFUSED)


def refusal(call: Callable[[], object]) -> dict[str, str]:
    """Code of each problem -> where it stands."""
    with pytest.raises(api.Refused) as refused:
        call()
    assert all(problem.help for problem in refused.value.problems)
    return {problem.code: str(problem.place or "") for problem in refused.value.problems}


def test_the_names_are_those_documented() -> None:
    assert sorted(api.__all__) == api.__all__
    assert [name for name in api.__all__ if not getattr(api, name).__doc__] == []


# ---- data ----


def test_a_case_from_data_is_the_case_from_files() -> None:
    written = api.open_case(packages(), REFUSED).case
    data = {
        "案件": written.id,
        "规范": "fuzhou-talent-station",
        "基准日": written.as_of,
        "事实": {name: as_data(fact) for name, fact in written.facts.items() if not isinstance(fact.value, Table)},
        "记录": {
            name: [dict(zip(fact.value.columns, row, strict=True)) for row in fact.value.rows]
            for name, fact in written.facts.items()
            if isinstance(fact.value, Table)
        },
        "例外理由": {name: as_data(fact) for name, fact in written.excuses.items()},
    }
    found = api.open_case(packages(), data)
    assert found.problems == ()
    assert {n: f.value for n, f in found.case.facts.items()} == {n: f.value for n, f in written.facts.items()}
    one, other = (list(map(essence, api.decide(file))) for file in (found, sample()))
    assert one == other
    assert found.case.facts["驿站类型"].place == Pointer("", "/事实/驿站类型")
    assert found.case.facts["活动台账"].place == Pointer("", "/记录/活动台账")


def essence(decision: Decision) -> Any:
    """What a decision says, wherever its facts stand."""
    missing = [replace(item, places=()) for item in decision.missing]
    return decision.outcome, decision.reasons, missing, decision.remedy, api.rows([decision])


def as_data(fact: Fact) -> Any:
    if fact.finding is None:
        return {"值": fact.value, "证据": fact.evidence} if fact.evidence else fact.value
    finding = fact.finding
    return {"判断": fact.value, "人": finding.person, "日期": finding.on, "理由": finding.reasons}


def test_ledgers_named_in_data_are_read_from_the_folder_given() -> None:
    data = {**HEAD, "记录": {"活动台账": "起帆孵化器活动台账.xlsx"}}
    found = api.open_case(packages(), data, folder=REFUSED)
    assert found.case.facts["活动台账"].value == sample().case.facts["活动台账"].value
    assert refusal(lambda: api.open_case(packages(), data)) == {"E555": "/记录/活动台账"}
    away = {**HEAD, "记录": {"活动台账": "../03-maker-incubator/起帆孵化器活动台账.xlsx"}}
    assert refusal(lambda: api.open_case(packages(), away, folder=REFUSED)) == {"E555": "/记录/活动台账"}


BAD_DATA: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("a misspelt fact", {"事实": {"驿站类形": "行业型"}}, {"E501": "/事实/驿站类形"}),
    ("a misspelt table", {"记录": {"活动台帐": []}}, {"E502": "/记录/活动台帐"}),
    ("a misspelt column", {"记录": {"活动台账": [{"日起": "2026-01-05"}]}}, {"E501": "/记录/活动台账/0/日起"}),
    ("a misspelt section", {"事实s": {}}, {"E503": "/事实s"}),
    ("a float", {"事实": {"专家资源人数": 14.0}}, {"E557": "/事实/专家资源人数"}),
    ("a number nobody writes", {"事实": {"专家资源人数": 10**5000}}, {"E557": "/事实/专家资源人数"}),
    ("not a number", {"事实": {"专家资源人数": float("nan")}}, {"E557": "/事实/专家资源人数"}),
    ("a decimal that is none", {"事实": {"专家资源人数": Decimal("NaN")}}, {"E511": "/事实/专家资源人数"}),
    ("an enum value that does not exist", {"事实": {"驿站类型": "行业形"}}, {"E518": "/事实/驿站类型"}),
    ("text for a number", {"事实": {"专家资源人数": "十四人"}}, {"E511": "/事实/专家资源人数"}),
    ("a truth value for a number", {"事实": {"专家资源人数": True}}, {"E511": "/事实/专家资源人数"}),
    ("a number for a truth value", {"事实": {"政策宣传区域": 1}}, {"E510": "/事实/政策宣传区域"}),
    ("a unit that does not fit", {"事实": {"专家资源人数": "14场"}}, {"E519": "/事实/专家资源人数"}),
    ("below the range", {"事实": {"专家资源人数": -1}}, {"E520": "/事实/专家资源人数"}),
    ("no such day", {"事实": {"申报日期": "2026-02-30"}}, {"E513": "/事实/申报日期"}),
    ("an instant for a day", {"事实": {"申报日期": MOMENT}}, {"E557": "/事实/申报日期"}),
    ("bytes", {"事实": {"驿站名称": b"\xe9"}}, {"E557": "/事实/驿站名称"}),
    ("a set", {"事实": {"驿站类型": {"行业型"}}}, {"E557": "/事实/驿站类型"}),
    ("a list for a value", {"事实": {"驿站类型": ["行业型"]}}, {"E505": "/事实/驿站类型"}),
    ("a bare finding", {"事实": {"交通便利人才集聚": True}}, {"E531": "/事实/交通便利人才集聚"}),
    ("half a finding", {"事实": {"交通便利人才集聚": {"判断": True, "人": "甲"}}}, {"E530": "/事实/交通便利人才集聚"}),
    ("hidden characters", {"事实": {"驿站名称": "甲\u200b乙"}}, {"E516": "/事实/驿站名称"}),
    ("an excuse nobody may give", {"例外理由": {"材料审核通过": True}}, {"E553": "/例外理由/材料审核通过"}),
    ("a key that is no text", {"事实": {7: "甲"}}, {"E557": "/事实"}),
    ("no number", {"案件": ""}, {"E550": "/案件"}),
    ("no day", {"基准日": None}, {"E707": ""}),
    ("no such regulation", {"规范": "fuzhou"}, {"E314": ""}),
    ("endless nesting", {"事实": {"驿站类型": [[[[[[[[[[[[1]]]]]]]]]]]]}}, {"E557": "/事实/驿站类型" + "/0" * 7}),
]


@pytest.mark.parametrize(("what", "data", "codes"), BAD_DATA, ids=[what for what, _, _ in BAD_DATA])
def test_data_is_refused_with_its_place(what: str, data: dict[str, Any], codes: dict[str, str]) -> None:
    assert refusal(lambda: api.open_case(packages(), HEAD | data)) == codes
    if set(data) == {"事实"}:
        assert refusal(lambda: api.amend(sample(), facts=data["事实"])) == codes


def test_every_fault_is_told_at_once() -> None:
    facts = {"驿站类形": "行业型", "驿站类型": "行业形", "专家资源人数": "十四人", "申报日期": "2026-02-30"}
    found = refusal(lambda: api.open_case(packages(), {**HEAD, "事实": facts}))
    assert found == {
        "E501": "/事实/驿站类形",
        "E518": "/事实/驿站类型",
        "E511": "/事实/专家资源人数",
        "E513": "/事实/申报日期",
    }


def test_what_is_not_said_is_unknown() -> None:
    found = api.open_case(packages(), {**HEAD, "事实": {"驿站类型": None, "专家资源人数": ""}})
    assert found.case.facts == {}
    (decision,) = api.decide(found, "认定审查")
    assert decision.outcome in ("待查", "不适用")


# ---- the door ----

Typed = Callable[[Case], Case]


def having(name: str, value: Any, finding: Finding | None = None) -> Typed:
    return lambda case: replace(case, facts={**case.facts, name: Fact(value, finding=finding)})


BAD_CASES: list[tuple[str, Typed, str]] = [
    ("another day than the rules", lambda case: replace(case, as_of=date(2030, 1, 1)), "E704"),
    ("an instant for the day", lambda case: replace(case, as_of=MOMENT), "E704"),
    ("a misspelt fact", having("驿站类形", "行业型"), "E501"),
    ("the day as a fact", having("基准日", DAY), "E501"),
    ("a float", having("专家资源人数", 14.0), "E511"),
    ("an int", having("专家资源人数", 14), "E511"),
    ("text for a number", having("专家资源人数", "14"), "E511"),
    ("a truth value for a number", having("专家资源人数", True), "E511"),
    ("a number for a truth value", having("政策宣传区域", Decimal(1)), "E510"),
    ("not a number", having("专家资源人数", Decimal("NaN")), "E511"),
    ("half a person", having("专家资源人数", Decimal("1.5")), "E511"),
    ("below the range", having("专家资源人数", Decimal(-1)), "E520"),
    ("an enum value that does not exist", having("驿站类型", "行业形"), "E518"),
    ("a number for a word", having("驿站类型", Decimal(1)), "E518"),
    ("text for a day", having("申报日期", "2026-08-28"), "E513"),
    ("an instant for a day", having("申报日期", MOMENT), "E513"),
    ("a number for text", having("驿站名称", Decimal(1)), "E505"),
    ("hidden characters", having("驿站名称", "甲\u200b乙"), "E516"),
    ("a finding by nobody", having("交通便利人才集聚", True), "E531"),
    ("a finding without reasons", having("交通便利人才集聚", True, replace(FINDING, reasons="")), "E530"),
    ("a finding without a day", having("交通便利人才集聚", True, replace(FINDING, on="2026-10-16")), "E530"),
    ("a list for a table", having("活动台账", ()), "E502"),
    ("columns of another table", having("活动台账", Table(("活动日期",), ((DAY,),))), "E541"),
    ("a record too short", having("异议记录", Table(("异议日期",), ((DAY, "甲"),))), "E541"),
    ("an excuse nobody may give", lambda c: replace(c, excuses={"材料审核通过": Fact(True, finding=FINDING)}), "E553"),
    ("an excuse by nobody", lambda c: replace(c, excuses={"年度活动规模": Fact(True)}), "E531"),
    (
        "an excuse that is no truth value",
        lambda c: replace(c, excuses={"年度活动规模": Fact("是", finding=FINDING)}),
        "E510",
    ),
]


@pytest.mark.parametrize(("what", "change", "code"), BAD_CASES, ids=[what for what, _, _ in BAD_CASES])
def test_no_case_passes_the_door_that_the_rules_do_not_know(what: str, change: Typed, code: str) -> None:
    file = sample()
    assert list(refusal(lambda: api.CaseFile(file.rules, change(file.case)))) == [code]


def test_a_record_is_refused_by_its_cell() -> None:
    file = sample()
    ledger = file.case.facts["活动台账"]
    assert isinstance(ledger.value, Table)
    at = ledger.value.columns.index("服务人次")
    rows = [list(row) for row in ledger.value.rows]
    rows[2][at] = "很多"
    value = Table(ledger.value.columns, tuple(map(tuple, rows)))
    bad = replace(file.case, facts={**file.case.facts, "活动台账": replace(ledger, value=value)})
    with pytest.raises(api.Refused) as refused:
        api.CaseFile(file.rules, bad)
    (problem,) = refused.value.problems
    assert isinstance(problem.place, Cell)
    assert (problem.code, problem.place.file) == ("E511", "起帆孵化器活动台账.xlsx")
    assert problem.place == ledger.cell(2, "服务人次")


@pytest.mark.parametrize("call", [api.evaluate, api.explain, api.missing, api.remedy, api.decide])
def test_an_unknown_determination_is_a_problem(call: Callable[..., object]) -> None:
    assert refusal(lambda: call(sample(), "认定审察")) == {"E701": ""}


def test_what_is_done_to_the_callers_dicts_later_is_no_concern() -> None:
    facts = dict(sample().case.facts)
    file = api.CaseFile(sample().rules, replace(sample().case, facts=facts))
    facts.clear()
    assert api.decide(file) == api.decide(sample())


# ---- what the calls give ----


def test_the_parts_of_a_decision_are_those_of_the_whole() -> None:
    for whole in api.decide(sample()):
        verdicts = api.evaluate(sample(), whole.determination)
        why = api.explain(sample(), whole.determination)
        assert (verdicts.outcome, verdicts.possible, verdicts.reasons) == (whole.outcome, whole.possible, whole.reasons)
        assert verdicts.verdicts == {c.name: c.verdict for c in whole.criteria}
        assert (why.outcome, why.criteria, why.facts, why.reasons) == (
            whole.outcome,
            whole.criteria,
            whole.facts,
            whole.reasons,
        )
        assert (why.scores, why.relied) == (whole.scores, whole.relied)
        assert api.missing(sample(), whole.determination) == whole.missing
        assert api.remedy(sample(), whole.determination) == whole.remedy
        assert api.decide(sample(), whole.determination) == (whole,)


def test_a_decision_leaves_nothing_behind() -> None:
    """A service decides for years: what is compiled once is found again, and nothing is added by deciding again."""
    for name in ("03-maker-incubator", "04-culture-guild", "20-minhou-service", "24-harbour-union"):
        file = api.open_case(packages(), ROOT / "fixtures" / name)
        api.decide(file)
        kept = {name: len(found) for name, found in vars(file.rules).items() if isinstance(found, dict)}
        api.decide(file)
        assert {name: len(found) for name, found in vars(file.rules).items() if isinstance(found, dict)} == kept
        assert max(kept.values()) > 100


def test_the_library_decides_as_the_command_line_does() -> None:
    assert api.decide(sample()) == decide_all(sample().rules, sample().case)


def test_facts_replaced_without_touching_files() -> None:
    before = api.decide(sample(), "认定审查")
    gone = api.amend(sample(), facts={"专家资源人数": None})
    assert "专家资源人数" not in gone.case.facts
    fewer = api.amend(sample(), facts={"专家资源人数": "3人"})
    assert fewer.case.facts["专家资源人数"].value == Decimal(3)
    assert fewer.case.facts["驿站类型"] == sample().case.facts["驿站类型"]
    (shift,) = api.compare(before, api.decide(fewer, "认定审查"))
    assert not shift.turned
    assert ("专家资源", "满足", "未满足") in [(s.what, s.before, s.after) for s in shift.details]
    assert api.compare(before, api.decide(api.amend(sample()), "认定审查")) == []
    excuse = {"判断": True, "人": "甲", "日期": "2026-10-20", "理由": "防汛停办"}
    (turned,) = api.compare(before, api.decide(api.amend(sample(), excuses={"年度活动规模": excuse}), "认定审查"))
    assert (turned.before, turned.after) == ("不予认定", "符合认定条件")
    none = api.amend(sample(), records={"活动台账": []})
    columns = tuple(column.name for column in sample().package.tables["活动台账"].columns)
    assert none.case.facts["活动台账"].value == Table(columns, ())
    assert api.amend(sample(), excuses={"年度活动规模": None}).case.excuses == {}


def test_several_supposed_changes_share_one_base(tmp_path: Path) -> None:
    one = api.vary(packages(), {"参数": {"活动场次下限": "11场"}})
    both = api.vary(one, {"参数": {"服务人次下限": "290人次"}})
    file = tmp_path / "改动.yaml"
    file.write_text("参数: {活动场次下限: 11场, 服务人次下限: 290人次}\n", encoding="utf-8")
    found = {}
    for name, rules in (("base", packages()), ("one", one), ("both", both), ("file", api.vary(packages(), file))):
        (decision,) = api.decide(api.open_case(rules, REFUSED), "认定审查")
        found[name] = decision.outcome
    assert found == {"base": "不予认定", "one": "不予认定", "both": "符合认定条件", "file": "符合认定条件"}
    assert one._workspace.library is packages()._workspace.library


def test_packages_are_read_once_whatever_days_they_are_looked_at_on() -> None:
    rules = Workspace(ROOT / "policies", DAY)
    first, second = (rules.on(date(year, 1, 1)) for year in (2026, 2027))
    assert first.library is second.library is rules.library


BAD_CHANGES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"参数": {"活动场次下限": 11.5}}, {"E557": "/参数/活动场次下限"}),
    ({"参数s": {}}, {"E305": "/参数s"}),
    ({"参数": {"活动场次下线": "11场"}}, {"E316": "/参数/活动场次下线"}),
    ({"参数": {"活动场次下限": "11人次"}}, {"E203": "/参数/活动场次下限"}),
]


@pytest.mark.parametrize(("change", "codes"), BAD_CHANGES)
def test_a_change_that_means_nothing_is_refused(change: dict[str, Any], codes: dict[str, str]) -> None:
    assert refusal(lambda: api.open_case(api.vary(packages(), change), REFUSED)) == codes


def test_letters() -> None:
    planned = api.plan(sample(), api.decide(sample(), "认定审查"), "不予认定告知书", number="榕人社〔2026〕1号")
    (letter,) = planned.plans
    assert planned.problems == ()
    assert letter.number == "榕人社〔2026〕1号"
    assert api.render(letter, "docx") == api.render(letter, "docx")
    assert list(refusal(lambda: api.render(letter, "odt"))) == ["E634"]
    assert list(refusal(lambda: api.plan(sample(), api.decide(sample()), "告知书"))) == ["E640"]


def test_no_letter_is_planned_by_the_decision_on_another_case_or_of_another_day() -> None:
    """What was decided of the one would be said of the other; a decision read back from JSON is the same decision."""
    decision = api.decide(sample(), "认定审查")
    lower = api.vary(packages(), {"参数": {"活动场次下限": "11场"}})
    others = {
        "案件、事实": api.open_case(packages(), ROOT / "fixtures/01-optics-park"),
        "事实": api.amend(sample(), facts={"专家资源人数": "15人"}),
        "规则": api.open_case(lower, REFUSED),
    }
    for differs, file in others.items():
        with pytest.raises(api.Refused) as refused:
            api.plan(file, decision, "不予认定告知书")
        (problem,) = refused.value.problems
        assert (problem.code, f"，{differs}与案件" in problem.message) == ("E705", True), problem.message
    back = [api.restore(json.loads(json.dumps(api.plain(one), ensure_ascii=False))) for one in decision]
    assert api.plan(sample(), back, "不予认定告知书") == api.plan(sample(), decision, "不予认定告知书")


WRONG_KINDS: dict[str, Callable[[Any], object]] = {
    "no folder": api.load,
    "no day to check": lambda value: api.check(packages(), value),
    "no case": lambda value: api.open_case(packages(), value),
    "no day of a case": lambda value: api.open_case(packages(), HEAD, day=value or "今天"),
    "no name of a determination": lambda value: api.decide(sample(), value or 7),
    "no history": lambda value: api.replay(packages(), value, DAY),
    "no day of a history": lambda value: api.replay(packages(), LIFE, value),
    "no day of the clauses": lambda value: api.clauses(packages(), value),
    "no day of a letter": lambda value: api.plan(sample(), (), day=value or "今天"),
}


@pytest.mark.parametrize("call", WRONG_KINDS.values(), ids=WRONG_KINDS)
@pytest.mark.parametrize("value", [None, ["认定审查"], MOMENT], ids=["nothing", "a list", "an instant"])
def test_an_argument_of_another_kind_is_refused(call: Callable[[Any], object], value: Any) -> None:
    assert list(refusal(lambda: call(value))) == ["E557"]


@pytest.mark.parametrize("call", [api.load, lambda value: api.open_case(packages(), value)])
def test_a_path_written_as_text_is_refused_and_says_how_to_write_it(call: Callable[[Any], object]) -> None:
    with pytest.raises(api.Refused) as refused:
        call("policies")
    assert "Path" in str(refused.value.problems[0].help)


def test_histories() -> None:
    path = ROOT / "fixtures/histories/s01-optics"
    life = api.replay(packages(), path, DAY)
    assert life.timeline.state == "已取消"
    assert refusal(lambda: api.replay(packages(), {**LIFE, "事件": [{"事件": "申报"}]}, DAY)) == {
        "E840": "/事件/0/事件"
    }
    bad = {**LIFE, "事件": [{"编号": "1", "事件": "申抱", "日期": DAY}]}
    assert refusal(lambda: api.replay(packages(), bad, DAY)) == {"E841": "/事件/0/事件"}
    assert refusal(lambda: api.replay(packages(), {**LIFE, "事件": [{"事件": "申报", "日期": 1.5}]}, DAY)) == {
        "E557": "/事件/0/日期"
    }
    assert refusal(lambda: api.replay(packages(), {}, DAY)) == {"E840": "/案件"}
    assert refusal(lambda: api.replay(packages(), {"名称": "试验", "事件": []}, DAY)) == {"E840": "/案件"}


RECOGNISED = {
    "案件": HEAD["案件"],
    "事件": [
        {
            "编号": "1",
            "事件": "申报",
            "日期": "2026-03-02",
            "批次": "甲",
            "申报通知日期": "2026-02-20",
            "申报途径": "直接申报",
        }
    ],
}


def test_what_events_give_is_joined_with_a_case_from_data() -> None:
    case = {**HEAD, "事实": {"申报批次": "甲"}}
    file = api.open_case(packages(), case, history=RECOGNISED)
    assert {
        name: str(fact.value) for name, fact in file.case.facts.items() if fact.recorded and name != "异议记录"
    } == {
        "申报日期": "2026-03-02",
        "申报通知发布日期": "2026-02-20",
        "驿站状态": "待初审",
        "已被取消资格": "False",
        "原认定已确认延续": "False",
        "变更已报备": "False",
        "突发事件已报告": "False",
    }
    wrong = {**case, "事实": {"申报批次": "甲", "申报日期": "2026-03-03"}}
    assert refusal(lambda: api.open_case(packages(), wrong, history=RECOGNISED)) == {"E869": "/事实/申报日期"}
    other = {**RECOGNISED, "案件": "FZ-2026-901"}
    assert list(refusal(lambda: api.open_case(packages(), case, history=other))) == ["E870"]


def test_under_rules_only_supposed_a_case_may_come_to_something_else_than_was_concluded() -> None:
    folder = ROOT / "fixtures/01-optics-park"
    stricter = api.vary(packages(), {"参数": {"专家资源下限": "400人"}})
    assert api.evaluate(api.open_case(stricter, folder), "认定审查").outcome != "符合认定条件"
    scored = {
        "案件": "FZ-2026-001",
        "基准日": "2026-11-23",
        "事实": {"驿站类型": "行业型", "考核结论": "考核优秀", "考核启动日期": "2026-02-01"},
    }
    assert api.open_case(packages(), scored).problems == (), "its files do not tell"


def test_a_history_that_a_case_names_is_joined_too() -> None:
    folder = ROOT / "fixtures/histories/s09-qifeng"
    case = {"案件": "FZ-2025-109", "基准日": "2026-08-24", "事件记录": "events.yaml", "事实": {}}
    assert api.open_case(packages(), case, folder=folder).case.facts["驿站状态"].value == "已取消"
    assert refusal(lambda: api.open_case(packages(), case)) == {"E557": "/事件记录"}


def test_what_is_wrong_with_files_is_refused(tmp_path: Path) -> None:
    assert list(refusal(lambda: api.load(tmp_path))) == ["E901"]
    assert list(refusal(lambda: api.open_case(packages(), tmp_path / "没有"))) == ["E101"]
    with pytest.raises(api.Refused) as refused:
        api.open_case(packages(), ROOT / "fixtures/99-faulty-ledger")
    assert {problem.code[0] for problem in refused.value.problems} == {"E", "W"}


def test_a_bad_ledger_does_not_lose_the_case() -> None:
    """Read tolerantly, what cannot be read is unknown and told; it may be explained, not decided."""
    file = api.open_case(packages(), ROOT / "fixtures/99-faulty-ledger", tolerant=True)
    rows = file.case.facts["活动台账"].value
    assert isinstance(rows, Table)
    assert len(rows.rows) > 4
    assert sum(None in row[:4] for row in rows.rows) >= 4
    assert sum(problem.is_error for problem in file.problems) == 4
    assert api.evaluate(file, "认定审查").outcome == "待查"
    assert set(refusal(lambda: api.decide(file, "认定审查"))) == {"E513", "E520", "E511", "E518"}
    assert set(refusal(lambda: api.plan(file, ()))) == {"E513", "E520", "E511", "E518"}


def test_the_sample_rules_have_nothing_wrong() -> None:
    assert api.check(packages(), DAY, whole=False) == []
    worse = api.vary(packages(), {"停用": ["年度活动规模"]})
    assert [problem.code for problem in api.check(worse, DAY, whole=False)] != []


def test_from_a_coroutine() -> None:
    async def both() -> list[str]:
        files = await asyncio.gather(*(asyncio.to_thread(api.open_case, packages(), REFUSED) for _ in range(3)))
        found = await asyncio.gather(*(asyncio.to_thread(api.decide, file, "认定审查") for file in files))
        return [decision.outcome for (decision,) in found]

    assert asyncio.run(both()) == ["不予认定"] * 3


# ---- a good guest ----

GUEST = """
import sys
from datetime import date
from pathlib import Path
from engine.office import api

root = Path(sys.argv[1])
packages = api.load(root / "policies")
file = api.open_case(packages, root / "fixtures/03-maker-incubator")
(decision,) = api.decide(file, "认定审查")
planned = api.plan(file, [decision], "不予认定告知书")
assert len(api.render(planned.plans[0], "docx")) > 5_000
assert api.replay(packages, root / "fixtures/histories/s01-optics", date(2026, 11, 23)).timeline.state
assert "click" not in sys.modules
"""


def test_nothing_is_printed_or_written_and_no_folder_or_environment_matters(tmp_path: Path) -> None:
    """From an empty folder, with a home of its own and nothing in the environment; rules lying there are not looked at."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    (here / "policies" / "fuzhou-talent-station").mkdir(parents=True)
    (here / "policies" / "fuzhou-talent-station" / "policy.yaml").write_text("规范: {", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    environment = {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", GUEST, str(ROOT)]
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_process_may_go_elsewhere_after_loading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    found = api.load(Path("policies"))
    monkeypatch.chdir(tmp_path)
    assert found.folder == ROOT / "policies"
    assert api.check(found, DAY, whole=False) == []
    assert api.open_case(found, REFUSED).case == sample().case


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=12),
    st.binary(max_size=4),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(["是", "行业型", "12场", "2026-01-05", "活动台账.xlsx", "../case.yaml", "1e9", "１２", "9" * 40]),
)
NAMES = """案件 基准日 规范 事实 记录 例外理由 驿站类型 专家资源人数 申报日期 活动台账 活动日期 值 交通便利人才集聚 判断 人 日期 理由
年度活动规模 材料审核通过 驿站类形 名称 事件 编号 参数 停用"""
names = st.sampled_from([*NAMES.split(), ""])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=3), inner, max_size=4)
)
sections = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("事实", "记录", "例外理由", "案件", "规范", "基准日", "甲"), values)
)


def told(call: Callable[[], Any]) -> Any:
    """What comes back, or the problems it is refused with."""
    try:
        return call()
    except api.Refused as refused:
        return refused.problems


@settings(max_examples=examples(150), deadline=None)
@given(sections, st.booleans())
def test_whatever_is_handed_over_is_understood_or_refused(data: dict[str, Any], whole: bool) -> None:
    found = told(lambda: api.open_case(packages(), HEAD | data if whole else data))
    if isinstance(found, api.CaseFile):
        assert api.evaluate(found, "认定审查").outcome
    else:
        assert found
        assert all(problem.message and problem.code for problem in found)
    assert told(lambda: api.replay(packages(), data, DAY))
    assert told(lambda: api.vary(packages(), data).rules(DAY))
    assert told(lambda: api.restore(data))
