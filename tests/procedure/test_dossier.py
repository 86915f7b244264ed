"""A file and a history are one dossier: a small world that knows nothing of any regulation here.

A licence is granted, reviewed every year and withdrawn; complaints are raised and answered.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.decision.case import Case, Fact, Finding
from engine.decision.conclusions import contradictions, reached
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import compile_package
from engine.documents.writing import drafts_of
from engine.intake.builder import CaseBuilder
from engine.intake.history import read_history
from engine.language.tree import Table
from engine.policy.nodes import read_yaml
from engine.policy.package import NOT_YET, Package
from engine.policy.spec.base import pydantic_input
from engine.procedure.compiled import compile_procedure
from engine.procedure.dossier import entered, join, standing, standing_at
from engine.procedure.dossier import joined as of_file
from engine.procedure.history import History
from engine.procedure.replay import replay
from tests.worlds.texts import checked, header, load

DAY = date(2026, 6, 1)
WORLD = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 程序}]
状态: [未办, 有效, 待吊销, 吊销]
枚举: [{名称: 答复项, 取值: [属实, 不属实, 核实中]}]
事实:
  - {名称: 持证人, 类型: 文本, 取自: {事件: 更名, 项: 新名}}
  - {名称: 证的状态, 类型: 枚举, 取自: 状态}
  - {名称: 已吊销, 类型: 是否, 取自: {状态: [吊销]}}
  - {名称: 年检年份, 类型: 整数, 单位: 年}
  - {名称: 发证日, 类型: 日期, 取自: {事件: 发证, 项: 日期}}
  - {名称: 曾申诉, 类型: 是否, 取自: {事件: 申诉}}
  - {名称: 年检结论, 类型: 枚举, 决定: 年检, 取自: {事件: 年检结论, 项: 年检结果, 同: {年份: 年检年份}}}
  - {名称: 评分数, 类型: 整数, 单位: 分}
  - {名称: 告知日, 类型: 日期}
  - {名称: 现场合格, 类型: 判断}
记录表:
  - 名称: 申诉簿
    列:
      - {名称: 申诉日期, 类型: 日期, 必填: 是}
      - {名称: 申诉答复, 类型: 枚举, 枚举: 答复项, 必填: 是}
      - {名称: 备忘, 类型: 文本}
    取自:
      事件: 申诉
      列: {申诉日期: 日期, 申诉答复: 答复的答复结果}
      后续: 答复
      同: [编码]
      对应: [申诉日期]
      未了: {申诉答复: 核实中}
派生量:
  - {名称: 作出的年检, 式: 若已填（年检结论）则年检结论否则若结论（年检）属于［尚不能作出、合格、不合格］则结论（年检）否则年检结论}
准则:
  - {名称: 达标, 条款: [第一条], 要求: 评分数不少于60分}
  - {名称: 现场, 条款: [第一条], 强度: 鼓励, 要求: 现场合格且现场合格的日期不早于发证日}
决定:
  - 名称: 年检
    条款: [第一条]
    适用: 已填（评分数）
    前提:
      - {式: 未填（证的状态）或证的状态属于［有效、待吊销］, 条款: [第一条], 先: 发证, 主体: 某局}
    结果:
      - {结果: 不合格, 条件: 任一未满足（达标）, 性质: 不利决定, 机关: 某局, 文书: [通知]}
      - {结果: 合格, 条件: 全部满足（达标）, 机关: 某局, 有利: 是}
  - 名称: 吊销审查
    条款: [第一条]
    适用: 已填（告知日）
    前提:
      - {式: 作出的年检为不合格, 条款: [第一条], 先: 作出不合格的年检, 主体: 某局}
      - {式: 告知日不早于发证日, 条款: [第一条], 先: 发证}
    结果:
      - {结果: 不吊销, 条件: 曾申诉且存在（申诉簿，申诉答复为属实）, 机关: 某局, 有利: 是}
      - {结果: 吊销, 条件: 全部满足（达标）或任一未满足（达标）, 性质: 不利决定, 机关: 某局, 文书: [决定书]}
    默认: 不吊销
文书:
  - {名称: 通知, 条款: [第一条], 阶段: 决定, 标题: 通知, 正文: [{段: '{持证人}不合格。'}]}
  - {名称: 决定书, 条款: [第一条], 阶段: 决定, 标题: 决定书, 正文: [{段: '{持证人}吊销，{已吊销}。'}]}
事件:
  - {名称: 发证, 条款: [第一条], 前提: [{状态: [未办], 条款: [第一条]}]}
  - 名称: 年检结论
    条款: [第一条]
    载荷: [{名称: 年份, 类型: 整数, 单位: 年, 必填: 是}, {名称: 年检结果, 决定: 年检, 必填: 是}]
    前提: [{状态: [有效, 待吊销], 条款: [第一条]}]
  - {名称: 更名, 条款: [第一条], 载荷: [{名称: 新名, 类型: 文本, 必填: 是}]}
  - {名称: 申诉, 条款: [第一条], 载荷: [{名称: 编码, 类型: 文本, 必填: 是}]}
  - {名称: 答复, 条款: [第一条], 载荷: [{名称: 编码, 类型: 文本, 必填: 是}, {名称: 答复结果, 类型: 枚举, 枚举: 答复项}]}
  - 名称: 吊销
    条款: [第一条]
    载荷: [{名称: 年份, 类型: 整数, 单位: 年}, {名称: 吊销结果, 决定: 吊销审查}]
    前提: [{须先有: 年检结论, 同: [年份], 条款: [第一条]}]
程序:
  - {名称: 发证, 条款: [第一条], 当: 发证, 则: {状态: 有效}}
  - {名称: 不合格, 条款: [第一条], 当: 年检结论, 条件: 年检结果为不合格, 则: {状态: 待吊销, 出具: [通知]}}
  - {名称: 更名, 条款: [第一条], 当: 更名, 则: {出具: [通知]}}
  - {名称: 申诉, 条款: [第一条], 当: 申诉, 则: {事项: [{名称: 答复, 履行: {事件: 答复, 同: [编码]}}]}}
  - {名称: 吊销, 条款: [第一条], 当: 吊销, 则: {状态: 吊销, 出具: [决定书]}}
"""
EVENTS = """\
- {编号: 1, 事件: 发证, 日期: 2025-01-10}
- {编号: 2, 事件: 年检结论, 日期: 2025-12-01, 年份: 2025, 年检结果: 合格}
- {编号: 3, 事件: 申诉, 日期: 2026-02-01, 编码: 甲}
- {编号: 4, 事件: 答复, 日期: 2026-02-10, 编码: 甲, 答复结果: 不属实}
- {编号: 5, 事件: 申诉, 日期: 2026-03-01, 编码: 乙}
- {编号: 6, 事件: 年检结论, 日期: 2026-04-01, 年份: 2026, 年检结果: 不合格}
- {编号: 7, 事件: 吊销, 日期: 2026-05-20, 年份: 2026, 吊销结果: 吊销}
"""


def files(text: str = WORLD) -> dict[str, str]:
    return {"t/policy.yaml": header("t", 案件称呼="持证人"), "world.yaml": text}


def world() -> Package:
    package, problems = load(files(), DAY)
    assert package is not None, [str(p) for p in problems]
    return package


PACKAGE = world()
PROGRAM = compile_package(PACKAGE)
COMPILED = compile_procedure(PACKAGE)


def history(events: str = EVENTS, case: str = "甲-1", title: str = "张记") -> History:
    node, problems = read_yaml("事件:\n" + events, "events.yaml")
    assert node is not None
    found, more = read_history(pydantic_input(node)["事件"], PACKAGE, case, title)
    assert [*problems, *more] == []
    return found


def case(case_id: str = "甲-1", day: date = DAY, **facts: Any) -> Case:
    """Facts as a file writes them; tables under their own name."""
    builder = CaseBuilder(PACKAGE, None, terse=True)
    tables = {k: v for k, v in facts.items() if k in PACKAGE.tables}
    text = "事实:\n" + "".join(f"  {k}: {v}\n" for k, v in facts.items() if k not in tables)
    text += "记录:\n" + "".join(f"  {k}: {v}\n" for k, v in tables.items())
    node, problems = read_yaml(text, "case.yaml")
    assert node is not None
    root = pydantic_input(node)
    builder.take(root.get("事实"), root.get("记录"), None)
    assert [*problems, *builder.problems] == []
    return Case(case_id, day, builder.facts)


def joined(found: History, given: Case, day: date = DAY, at: str = "") -> tuple[Case, list[str]]:
    timeline = replay(COMPILED, found, day)
    now = standing_at(timeline, at, COMPILED.initial) if at else standing(timeline)
    whole, problems = join(COMPILED, given, now, entered(COMPILED, found, day))
    return whole, [f"{p.code} {p.message}" for p in problems]


def decided(given: Case, determination: str = "吊销审查") -> Decision:
    return decide(PROGRAM, given, determination)


# ---- 前提 ----


def test_a_premise_that_does_not_hold_leaves_nothing_to_decide() -> None:
    found = decided(case(评分数="80分", 告知日="2026-05-01", 发证日="2025-01-10", 曾申诉="否"))
    assert (found.outcome, found.nature, found.documents, found.attached, found.remedy, found.favourable) == (
        NOT_YET, "", (), (), None, False,
    )  # fmt: skip
    lacking = [p for p in found.premises if p.lacking]
    assert [(p.first, p.who, p.clauses) for p in lacking] == [("作出不合格的年检", "某局", ("第一条",))]
    assert found.reasons == ("作出的年检",)


def test_an_unknown_premise_asks_for_the_fact() -> None:
    found = decided(case(告知日="2026-05-01", 发证日="2025-01-10", 曾申诉="否"))
    assert found.outcome == "待查"
    assert NOT_YET in found.possible
    assert "年检结论" in [m.name for m in found.missing if m.matters]


def test_a_typed_conclusion_does_where_there_is_no_history() -> None:
    found = decided(case(年检结论="不合格", 告知日="2026-05-01", 发证日="2025-01-10", 曾申诉="否", 评分数="50分"))
    assert found.outcome == "吊销"
    assert all(p.verdict == "具备" for p in found.premises)
    assert "作出的年检" not in found.reasons, "premises that hold are no reasons"


def test_a_conclusion_written_down_is_the_one_the_file_gives() -> None:
    given = case(年检结论="合格", 评分数="50分")
    (problem,) = contradictions(PROGRAM, given)
    assert problem.code == "E872"
    assert problem.message.startswith(
        "案卷写明 `年检结论` 为 `合格`，案卷的材料得出 `年检` 为 `不合格`（评分数 case.yaml:"
    )
    assert problem.place == given.facts["年检结论"].place
    assert contradictions(PROGRAM, case(年检结论="不合格", 评分数="50分")) == ()
    assert contradictions(PROGRAM, case(年检结论="合格")) == (), "the file does not tell"
    assert contradictions(PROGRAM, case(年检结论="合格", 评分数="50分", 证的状态="未办")) == (), (
        "nothing can be decided yet"
    )


def test_a_conclusion_the_file_comes_to_itself_can_be_left_out() -> None:
    """So that a change of the rules is seen in what rests on it."""
    assert reached(PROGRAM, case(年检结论="不合格", 评分数="50分")) == {"年检结论"}
    assert reached(PROGRAM, case(年检结论="不合格", 评分数="80分")) == frozenset()
    assert reached(PROGRAM, case(年检结论="不合格")) == frozenset(), "the file does not tell"


def test_a_conclusion_of_an_event_is_held_against_the_file_too() -> None:
    whole, _ = joined(history(), case(年检年份="2026年", 评分数="80分"))
    (problem,) = contradictions(PROGRAM, Case(whole.id, DAY, {**whole.facts, "证的状态": Fact("待吊销")}))
    assert problem.message.startswith("事件记录写明 `年检结论` 为 `不合格`")


REVOKED = {"评分数": "50分", "年检年份": "2026年", "告知日": "2026-05-01"}


def test_what_an_event_says_is_held_against_the_file_whether_or_not_a_fact_repeats_it() -> None:
    events = EVENTS.replace("吊销结果: 吊销", "吊销结果: 不吊销")
    whole, problems = of_file(COMPILED, case(**REVOKED), history(events))
    assert problems == ()
    (problem,) = contradictions(PROGRAM, whole)
    assert problem.message.startswith(
        "`吊销`（7，2026-05-20）写明 `吊销结果` 为 `不吊销`，案卷的材料得出 `吊销审查` 为 `吊销`"
    )
    assert contradictions(PROGRAM, of_file(COMPILED, case(**REVOKED), history())[0]) == ()


def test_an_event_of_another_year_is_not_this_files() -> None:
    """What 2025 came to is no conclusion of the file of 2026; the latest of a year counts."""
    again = EVENTS.replace(
        "{编号: 7", "{编号: 8, 事件: 年检结论, 日期: 2026-05-02, 年份: 2026, 年检结果: 不合格}\n- {编号: 7"
    )
    for events in (EVENTS, again.replace("年份: 2026, 年检结果: 不合格", "年份: 2026, 年检结果: 合格", 1)):
        whole, _ = of_file(COMPILED, case(**REVOKED), history(events))
        assert [act.value for act in whole.concluded] == ["不合格", "吊销"]


def test_what_was_found_only_later_says_nothing_against_an_event() -> None:
    """Where the case as it was on the day of the event does not contradict it, nothing does."""
    whole, _ = of_file(COMPILED, case(**REVOKED), history(EVENTS.replace("吊销结果: 吊销", "吊销结果: 不吊销")))
    assert len(contradictions(PROGRAM, whole, lambda day: (PROGRAM, whole))) == 1
    unknown = Case(whole.id, DAY, {**whole.facts, "告知日": Fact(date(2026, 5, 1), finding=Finding("甲", DAY, "乙"))})
    assert contradictions(PROGRAM, whole, lambda day: (PROGRAM, unknown)) == ()


def test_what_only_the_files_say_is_named_and_what_events_say_is_not() -> None:
    facts = {"年检年份": "2026年", "评分数": "50分", "告知日": "2026-05-01", "曾申诉": "是"}
    found = decided(case(年检结论="不合格", 发证日="2025-01-10", **facts))
    assert [(s.name, s.text) for s in found.stated] == [("年检结论", "不合格"), ("发证日", "2025年1月10日")]
    assert decided(joined(history(), case(**facts))[0]).stated == ()


def test_what_only_the_files_say_is_told_to_the_office_and_not_to_the_party() -> None:
    facts = {"年检结论": "{值: 不合格, 证据: 年检通知}", "发证日": "2025-01-10", "告知日": "2026-05-01", "曾申诉": "否"}
    given = case(已吊销="否", 评分数="50分", 持证人="张记", **facts)
    plans, problems = drafts_of(PROGRAM, given, [decided(given)], None, DAY)
    assert [p.message for p in problems if p.is_error] == []
    assert plans[0].plan.notes == ()
    assert [seen.name for seen in decided(given).stated] == ["年检结论", "发证日"]


TO_ORDER = EVENTS[: EVENTS.index("- {编号: 7")]
TWICE = EVENTS.replace("2025, 年检结果: 合格", "2025, 年检结果: 不合格")


@pytest.mark.parametrize(
    ("events", "facts", "notice", "order"),
    [
        (EVENTS, {"年检年份": "2026年"}, date(2026, 4, 1), date(2026, 5, 20)),
        (EVENTS, {"年检年份": "2025年"}, None, None),  # the events of 2026 are another year's
        (TWICE, {"年检年份": "2025年"}, date(2025, 12, 1), None),
        (TWICE, {}, None, date(2026, 5, 20)),  # nobody knows which year is meant, where there are two
        (EVENTS, {}, date(2026, 4, 1), date(2026, 5, 20)),
    ],
)
def test_a_letter_bears_the_day_of_the_event_it_comes_from(
    events: str, facts: dict[str, str], notice: date | None, order: date | None
) -> None:
    given, _ = of_file(COMPILED, case(**facts), history(events))
    assert (given.act("年检", "通知"), given.act("吊销审查", "决定书")) == (notice, order)


def test_a_day_that_is_asked_for_comes_before_the_event() -> None:
    given, problems = of_file(COMPILED, case(评分数="50分", 年检年份="2026年", 持证人="张记"), history(TO_ORDER))
    assert problems == ()
    decisions = [decided(given, "年检")]
    assert decisions[0].documents == ("通知",)
    days = [
        drafts_of(PROGRAM, given, decisions, None, signed, dates=dates)[0][0].plan.date
        for signed, dates in ((None, {}), (DAY, {}), (DAY, {"通知": date(2026, 4, 3)}))
    ]
    assert days == [date(2026, 4, 1), DAY, date(2026, 4, 3)]


def test_what_is_not_yet_decided_is_no_outcome_for_others() -> None:
    found = decided(case(评分数="50分", 证的状态="未办", 告知日="2026-05-01", 发证日="2025-01-10", 曾申诉="否"))
    assert found.outcome == NOT_YET
    assert decided(case(评分数="50分", 证的状态="未办"), "年检").outcome == NOT_YET


def test_rules_may_ask_for_the_day_of_a_finding() -> None:
    def at(day: date) -> Case:
        given = case(发证日="2025-01-10")
        return Case(given.id, DAY, {**given.facts, "现场合格": Fact(True, finding=Finding("林某", day, "看过"))})

    program = PROGRAM
    slot = program.slots["要求：现场"]
    assert program.evaluated(at(date(2025, 1, 10)))[slot] is True
    assert program.evaluated(at(date(2025, 1, 9)))[slot] is False


# ---- 取自 ----


def test_facts_come_from_events() -> None:
    found, problems = joined(history(), case(年检年份="2026年"))
    assert problems == []
    values = {name: fact.value for name, fact in found.facts.items() if name != "申诉簿"}
    assert values == {
        "年检年份": 2026,
        "证的状态": "吊销",
        "已吊销": True,
        "发证日": date(2025, 1, 10),
        "曾申诉": True,
        "年检结论": "不合格",
    }
    assert "年检结论" in found.facts["年检结论"].evidence
    table = found.facts["申诉簿"].value
    assert isinstance(table, Table)
    assert [row[:2] for row in table.rows] == [(date(2026, 2, 1), "不属实"), (date(2026, 3, 1), "核实中")]


def test_of_several_rounds_the_one_meant_is_taken() -> None:
    found, _ = joined(history(), case(年检年份="2025年"))
    assert found.facts["年检结论"].value == "合格"
    unsaid, _ = joined(history(), case())
    assert "年检结论" not in unsaid.facts, "which year is not said, so nothing is guessed"


def test_of_several_ways_the_one_that_happened_last_is_taken() -> None:
    ways = "{事件: 发证, 项: 日期, 或: [{事件: 换证, 项: 原发证日, 条件: 原发证日早于事件日期}]}"
    text = WORLD.replace("取自: {事件: 发证, 项: 日期}", f"取自: {ways}").replace(
        "  - {名称: 更名, 条款: [第一条], 载荷", "  - {名称: 换证, 条款: [第一条], 载荷: [{名称: 原发证日, 类型: 日期}]}\n  - {名称: 更名, 条款: [第一条], 载荷"
    )  # fmt: skip
    package, problems = load(files(text), DAY)
    assert package is not None, [str(p) for p in problems]
    compiled = compile_procedure(package)

    def issued(*events: str) -> Any:
        node, _ = read_yaml("事件:\n" + "".join(events), "events.yaml")
        assert node is not None
        found, more = read_history(pydantic_input(node)["事件"], package, "甲-1", "张记")
        assert more == []
        whole, told = join(compiled, case(), standing(replay(compiled, found, DAY)))
        assert told == ()
        return whole.facts["发证日"].value if "发证日" in whole.facts else None

    first, second = (
        "- {编号: 1, 事件: 发证, 日期: 2025-01-10}\n",
        "- {编号: 2, 事件: 换证, 日期: 2026-02-02, 原发证日: %s}\n",
    )
    assert issued(first) == date(2025, 1, 10)
    assert issued(second % "2023-05-05") == date(2023, 5, 5)
    assert issued(first, second % "2023-05-05") == date(2023, 5, 5)
    assert issued(first, second % "2027-05-05") == date(2025, 1, 10)


def test_an_event_finds_the_state_before_it() -> None:
    found, _ = joined(history(), case(年检年份="2026年"), at="7")
    assert found.facts["证的状态"].value == "待吊销"
    assert found.facts["已吊销"].value is False


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"发证日": "2025-01-11"}, "E869 案卷写明 `发证日` 为 `2025年1月11日`，事件记录得出 `2025年1月10日`"),
        ({"年检结论": "合格", "年检年份": "2026年"}, "E869 案卷写明 `年检结论` 为 `合格`，事件记录得出 `不合格`"),
        ({"年检结论": "合格", "年检年份": "2024年"}, "E869 案卷写明 `年检结论` 为 `合格`，事件记录里没有这样的 `年检结论`"),
        ({"已吊销": "否"}, "E869 案卷写明 `已吊销` 为 `否`，事件记录得出 `是`"),
        (
            {"申诉簿": "[{申诉日期: 2026-02-01, 申诉答复: 不属实}]"},
            "E869 案卷的 `申诉簿` 没有写事件记录 `申诉`（5，2026-03-01）",
        ),
        (
            {"申诉簿": "[{申诉日期: 2026-02-01, 申诉答复: 不属实}, {申诉日期: 2026-03-01, 申诉答复: 属实}]"},
            "E869 案卷的 `申诉簿` 写明 `申诉答复` 为 `属实`，事件记录得出 `核实中`（events.yaml:6，事件记录 `申诉`（5，2026-03-01））",
        ),
        ({"持证人": "李记"}, "E870 案卷里的持证人是 `李记`，事件记录的名称是 `张记`"),
    ],
)  # fmt: skip
def test_what_is_said_in_both_places_must_agree(said: dict[str, str], message: str) -> None:
    _, problems = joined(history(), case(**said))
    assert len(problems) == 1
    assert problems[0].startswith(message)


def test_what_agrees_is_no_conflict_and_a_richer_table_stays() -> None:
    book = "[{申诉日期: 2026-02-01, 申诉答复: 不属实, 备忘: 电话}, {申诉日期: 2026-03-01, 申诉答复: 核实中}]"
    found, problems = joined(history(), case(发证日="2025-01-10", 已吊销="是", 申诉簿=book, 持证人="张记"))
    assert problems == []
    table = found.facts["申诉簿"].value
    assert isinstance(table, Table)
    assert table.rows[0][2] == "电话"


def test_another_cases_file_is_refused() -> None:
    _, problems = joined(history(), case("乙-2"))
    assert problems == ["E870 案卷是案件 `乙-2` 的，事件记录是 `甲-1` 的"]


def test_a_change_of_name_that_is_recorded_is_none() -> None:
    renamed = history(EVENTS + "- {编号: 8, 事件: 更名, 日期: 2026-05-25, 新名: 李记}\n")
    assert joined(renamed, case(持证人="李记"))[1] == []
    assert joined(renamed, case(持证人="王记"))[1] != []


def test_what_a_later_file_tells_of_later_is_not_known_yet() -> None:
    later = "- {编号: 8, 事件: 更名, 日期: 2026-05-25, 新名: 李记}\n"
    found, problems = joined(history(EVENTS + later), case(年检年份="2026年", 年检结论="不合格"), date(2026, 3, 1))
    assert problems == []
    assert "年检结论" not in found.facts


# ---- check ----


def test_check_asks_for_a_premise_where_the_procedure_orders_two() -> None:
    assert [p.message for p in checked(files()) if p.code == "W363"] == []
    blind = WORLD.replace("      - {式: 作出的年检为不合格, 条款: [第一条], 先: 作出不合格的年检, 主体: 某局}\n", "")
    blind = blind.replace("条件: 全部满足（达标）或任一未满足（达标）", "条件: 评分数少于100分")
    found = [p for p in checked(files(blind)) if p.code == "W363"]
    assert [p.message for p in found] == ["程序里 `年检` 在 `吊销审查` 以前，`吊销审查` 却不看它"]


def test_check_asks_for_the_states_of_an_event_whose_determination_looks_at_them() -> None:
    def told(text: str) -> list[str]:
        return [p.message for p in checked(files(text)) if p.code == "W369"]

    assert told(WORLD) == []
    anywhere = WORLD.replace("    前提: [{状态: [有效, 待吊销], 条款: [第一条]}]\n", "")
    assert anywhere != WORLD
    assert told(anywhere) == [
        "`年检结论` 写明 `年检` 的结果，`年检` 的前提看案件的状态，`年检结论` 却什么状态都可以发生"
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{名称: 发证日, 类型: 日期, 取自: {事件: 发证, 项: 日期}}", "{名称: 发证日, 类型: 日期, 取自: {事件: 发证}}", "E847"),
        ("取自: {事件: 发证, 项: 日期}", "取自: {事件: 发正, 项: 日期}", "E832"),
        ("取自: {事件: 发证, 项: 日期}", "取自: {事件: 发证, 项: 日}", "E835"),
        ("取自: {事件: 发证, 项: 日期}", "取自: {事件: 发证, 项: 日期, 或: [{状态: [有效]}]}", "E847"),
        ("取自: {事件: 发证, 项: 日期}", "取自: {事件: 发证, 项: 日期, 或: [{事件: 申诉, 项: 编码}]}", "E847"),
        ("取自: 状态}", "取自: 经过}", "E847"),
        ("取自: {状态: [吊销]}", "取自: {状态: [注销]}", "E834"),
        ("取自: {状态: [吊销]}", "取自: {状态: [吊销], 事件: 发证}", "E847"),
        ("{名称: 现场合格, 类型: 判断}", "{名称: 现场合格, 类型: 判断, 取自: {事件: 申诉}}", "E847"),
        ("决定: 年检, 取自", "决定: 年剪, 取自", "E831"),
        ("同: {年份: 年检年份}", "同: {年份: 年检年}", "E847"),
        ("同: {年份: 年检年份}", "同: {年: 年检年份}", "E835"),
        ("列: {申诉日期: 日期, ", "列: {申诉日: 日期, ", "E847"),
        ("申诉答复: 答复的答复结果", "申诉答复: 答复的答复", "E835"),
        ("未了: {申诉答复: 核实中}", "未了: {申诉答复: 不知道}", "E847"),
        ("      同: [编码]\n      对应", "      同: [编号码]\n      对应", "E835"),
        ("对应: [申诉日期]", "对应: [备忘]", "E847"),
        ("对应: [申诉日期]", "本方: {备忘: 发证日}", "E847"),
        ("对应: [申诉日期]", "本件: {编码: 发证日}", "E835"),
        ("对应: [申诉日期]", "条件: 编号为“甲”", "E"),
        ("条款: [第一条], 先: 发证, 主体: 某局}", "先: 发证, 主体: 某局}", "E405"),
    ],
)  # fmt: skip
def test_slips_are_told_with_their_place(old: str, new: str, code: str) -> None:
    assert old in WORLD
    text = files(WORLD.replace(old, new))
    problems = checked(text) if code == "E405" else load(text, DAY)[1]
    found = [p for p in problems if p.code.startswith(code)]
    assert found, [str(p) for p in problems]
    assert found[0].place is not None
