"""A register that lists everybody's records, and a party's own events: a small world of allotments of timber.

What both tell of must agree; what only the events tell of is added, what only the file tells of others stays; and the
result of the matter at hand is no earlier record.
"""

from __future__ import annotations

from datetime import date

import pytest

from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.intake.builder import CaseBuilder
from engine.intake.history import read_history
from engine.language.printer import show_value
from engine.language.tree import Table
from engine.policy.nodes import read_yaml
from engine.policy.package import Package
from engine.policy.spec.base import pydantic_input
from engine.procedure.compiled import compile_procedure
from engine.procedure.dossier import entered, join, standing, standing_at
from engine.procedure.history import History
from engine.procedure.replay import replay
from tests.worlds.texts import header, load

DAY = date(2026, 6, 30)
WORLD = """\
条款: [{引用: 第一条, 要旨: 全部, 类别: 程序}]
单位: [{名称: 方}]
状态: [未立, 在册]
事实:
  - {名称: 林场, 类型: 文本, 取自: {事件: 更名, 项: 新名}}
  - {名称: 申请号, 类型: 文本, 取自: {事件: 申请, 项: 号}}
  - {名称: 申请量, 类型: 整数, 单位: 方, 取自: {事件: 申请, 项: 量, 同: {号: 申请号}}}
  - {名称: 申请日, 类型: 日期, 取自: {事件: 申请, 项: 日期, 同: {号: 申请号}}}
  - {名称: 已踏勘, 类型: 是否, 取自: {事件: 踏勘, 同: {号: 申请号}}}
记录表:
  - 名称: 指标簿
    列:
      - {名称: 户名, 类型: 文本, 必填: 是}
      - {名称: 批号, 类型: 文本}
      - {名称: 批量, 类型: 整数, 单位: 方, 必填: 是}
      - {名称: 备忘, 类型: 文本}
    取自:
      事件: 批准
      条件: 批复为准予
      列: {批号: 号, 批量: 量}
      本方: {户名: 林场}
      对应: [批号]
      本件: {号: 申请号}
派生量:
  - {名称: 已批, 单位: 方, 式: 合计（指标簿.批量，批量多于0方）}
准则:
  - {名称: 未超总量, 条款: [第一条], 要求: 申请量+已批不超过100方}
  - {名称: 踏勘过, 条款: [第一条], 强度: 鼓励, 要求: 已踏勘 且 申请日不早于2020年1月1日}
决定:
  - 名称: 批复审查
    条款: [第一条]
    适用: 已填（申请量）
    结果:
      - {结果: 不准, 条件: 任一未满足（未超总量）, 性质: 不利决定, 机关: 某局}
      - {结果: 准予, 条件: 全部满足（未超总量）, 机关: 某局, 有利: 是, 金额: 1元}
    默认: 不准
事件:
  - {名称: 立户, 条款: [第一条], 前提: [{状态: [未立], 条款: [第一条]}]}
  - {名称: 更名, 条款: [第一条], 载荷: [{名称: 新名, 类型: 文本, 必填: 是}]}
  - {名称: 踏勘, 条款: [第一条], 载荷: [{名称: 号, 类型: 文本, 必填: 是}]}
  - 名称: 申请
    条款: [第一条]
    载荷: [{名称: 号, 类型: 文本, 必填: 是}, {名称: 量, 类型: 整数, 单位: 方}]
  - 名称: 批准
    条款: [第一条]
    载荷: [{名称: 号, 类型: 文本, 必填: 是}, {名称: 批复, 决定: 批复审查, 必填: 是}, {名称: 量, 类型: 整数, 单位: 方}]
    前提:
      - {须先有: 申请, 同: [号], 条款: [第一条]}
      - 凡有: [{事件: 踏勘, 同: [号]}, {事件: 申请, 同: [号]}]
        条件: 批复为不准或踏勘的日期不早于申请的日期
        条款: [第一条]
        说明: 先申请、后踏勘
程序:
  - {名称: 立户, 条款: [第一条], 当: 立户, 则: {状态: 在册}}
  - {名称: 申请, 条款: [第一条], 当: 申请, 则: {事项: [{名称: 批复, 主体: 某局, 履行: {事件: 批准, 同: [号]}}]}}
  - {名称: 更名, 条款: [第一条], 当: 更名, 则: {事项: [{名称: 换证, 主体: 某局}]}}
"""
EVENTS = """\
- {编号: 1, 事件: 立户, 日期: 2026-01-05}
- {编号: 2, 事件: 申请, 日期: 2026-02-01, 号: 甲, 量: 30}
- {编号: 3, 事件: 批准, 日期: 2026-02-10, 号: 甲, 批复: 准予, 量: 30}
- {编号: 4, 事件: 申请, 日期: 2026-03-01, 号: 乙, 量: 90}
- {编号: 5, 事件: 批准, 日期: 2026-03-10, 号: 乙, 批复: 不准, 量: 90}
- {编号: 6, 事件: 申请, 日期: 2026-05-01, 号: 丙, 量: 40}
- {编号: 7, 事件: 批准, 日期: 2026-05-10, 号: 丙, 批复: 准予, 量: 40}
"""


def files(text: str = WORLD) -> dict[str, str]:
    return {"t/policy.yaml": header("t", 案件称呼="林场"), "world.yaml": text}


def world() -> Package:
    package, problems = load(files(), DAY)
    assert package is not None, [str(p) for p in problems]
    return package


PACKAGE = world()
PROGRAM, COMPILED = compile_package(PACKAGE), compile_procedure(PACKAGE)


def history(events: str = EVENTS) -> History:
    node, problems = read_yaml("事件:\n" + events, "events.yaml")
    assert node is not None
    found, more = read_history(pydantic_input(node)["事件"], PACKAGE, "甲-1", "南坡")
    assert [*problems, *more] == []
    return found


def case(book: str | None = "[]", **facts: str) -> Case:
    builder = CaseBuilder(PACKAGE, None, terse=True)
    text = "事实:\n" + "".join(f"  {k}: {v}\n" for k, v in {"林场": "南坡", **facts}.items())
    node, problems = read_yaml(text + (f"记录:\n  指标簿: {book}\n" if book is not None else ""), "case.yaml")
    assert node is not None
    root = pydantic_input(node)
    builder.take(root.get("事实"), root.get("记录"), None)
    assert [*problems, *builder.problems] == []
    return Case("甲-1", DAY, builder.facts)


def joined(given: Case, events: str = EVENTS, day: date = DAY, at: str = "") -> tuple[Case, list[str]]:
    found = history(events)
    timeline = replay(COMPILED, found, day)
    assert timeline.refused == ()
    now = standing_at(timeline, at, COMPILED.initial) if at else standing(timeline)
    whole, problems = join(COMPILED, given, now, entered(COMPILED, found, day))
    return whole, [f"{p.code} {p.message}" for p in problems]


def book(given: Case) -> list[str]:
    """户名 批号 批量 of each record."""
    table = given.facts["指标簿"].value
    assert isinstance(table, Table)
    columns = PACKAGE.tables["指标簿"].columns
    return [
        " ".join(show_value(v, c.type, c.unit) for c, v in zip(columns, row, strict=True) if v is not None)
        for row in table.rows
    ]


OTHERS = "{户名: 北坡, 批号: 甲, 批量: 20}"


def test_own_records_come_from_events_and_others_from_the_file() -> None:
    found, problems = joined(case(f"[{OTHERS}]"))
    assert problems == []
    assert book(found) == ["北坡 甲 20方", "南坡 甲 30方"], "丙 is being decided, 乙 was refused"
    assert found.facts["申请号"].value == "丙"
    assert decide(PROGRAM, found, "批复审查").outcome == "准予"


def test_what_the_file_knows_besides_stays_with_its_record() -> None:
    found, problems = joined(case(f"[{{户名: 南坡, 批号: 甲, 批量: 30, 备忘: 山火}}, {OTHERS}]"))
    assert (problems, book(found)) == ([], ["南坡 甲 30方 山火", "北坡 甲 20方"])
    assert found.record_place("指标簿", 0) != found.record_place("指标簿", 1)
    assert "events.yaml:4" in str(found.record_place("指标簿", 0))


def test_a_matter_chosen_by_the_file_is_decided_on_what_came_of_the_others() -> None:
    found, problems = joined(case("[]", 申请号="乙"))
    assert (problems, book(found)) == ([], ["南坡 甲 30方", "南坡 丙 40方"])
    assert decide(PROGRAM, found, "批复审查").outcome == "不准"


def test_asked_for_again_after_it_was_given_is_another_matter() -> None:
    again = EVENTS + "- {编号: 8, 事件: 申请, 日期: 2026-06-01, 号: 丙, 量: 40}\n"
    assert book(joined(case("[]"), again)[0]) == ["南坡 甲 30方", "南坡 丙 40方"]


def test_on_the_day_of_its_event_a_result_is_not_yet_a_record() -> None:
    found, _ = joined(case(f"[{{户名: 南坡, 批号: 丙, 批量: 40}}, {OTHERS}]"), at="7")
    assert book(found) == ["北坡 甲 20方", "南坡 甲 30方"]
    found, problems = joined(case(f"[{{户名: 南坡, 批号: 丙, 批量: 40}}, {OTHERS}]"), at="3")
    assert (problems, book(found)) == ([], ["北坡 甲 20方"]), "丙 was not known then"


def test_a_register_nobody_gave_is_not_known() -> None:
    found, problems = joined(case(None))
    assert problems == []
    assert "指标簿" not in found.facts
    assert decide(PROGRAM, found, "批复审查").outcome == "待查"


def test_a_record_under_an_earlier_name_is_its_own() -> None:
    renamed = EVENTS + "- {编号: 8, 事件: 更名, 日期: 2026-06-20, 新名: 南岭}\n"
    found, problems = joined(case("[{户名: 南坡, 批号: 甲, 批量: 30}]", 林场="南岭"), renamed)
    assert (problems, book(found)) == ([], ["南岭 甲 30方"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "{户名: 南坡, 批号: 甲, 批量: 35}",
            "E869 案卷的 `指标簿` 写明 `批量` 为 `35方`，事件记录得出 `30方`（events.yaml:4，事件记录 `批准`（3，2026-02-10））",
        ),
        ("{户名: 南坡, 批号: 丁, 批量: 5}", "E869 案卷的 `指标簿` 有一条记录，事件记录里没有这样的 `批准`"),
        ("{户名: 南坡, 批号: 乙, 批量: 90}", "E869 案卷的 `指标簿` 有一条记录，事件记录里没有这样的 `批准`"),
        ("{户名: 南坡, 批量: 30}", ""),  # its number is not written, and nothing else differs
    ],
)
def test_what_both_tell_of_must_agree(row: str, said: str) -> None:
    problems = joined(case(f"[{row}]"))[1]
    assert problems == ([said] if said else [])


def test_the_round_a_file_names_must_have_been() -> None:
    assert joined(case("[]", 申请号="甲"))[1] == []
    assert joined(case("[]", 申请号="戊"))[1] == [
        "E869 案卷写明 `申请号` 为 `戊`，事件记录得出 `丙`（events.yaml:7，事件记录 `申请`（6，2026-05-01））"
    ]


def test_an_event_that_does_not_say_leaves_it_to_the_file() -> None:
    silent = EVENTS.replace("号: 丙, 量: 40}", "号: 丙}", 1)
    found, problems = joined(case("[]", 申请量="45方"), silent)
    assert problems == []
    assert (found.facts["申请量"].value, found.facts["申请量"].recorded) == (45, False)


def test_an_event_of_another_round_does_not_count() -> None:
    surveyed = EVENTS + "- {编号: 8, 事件: 踏勘, 日期: 2026-06-01, 号: 甲}\n"
    assert joined(case("[]"), surveyed)[0].facts["已踏勘"].value is False
    assert joined(case("[]", 申请号="甲"), surveyed)[0].facts["已踏勘"].value is True


def test_facts_are_taken_after_those_that_tell_their_round() -> None:
    lines = WORLD.splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if "名称: 申请号," in line)
    last = next(i for i, line in enumerate(lines) if line == "记录表:\n")
    late = "".join([*lines[:number], *lines[number + 1 : last], lines[number], *lines[last:]])
    package, problems = load(files(late), DAY)
    assert package is not None, [str(p) for p in problems]
    assert package.procedure is not None
    order = [taken.fact for taken in package.procedure.taken]
    assert order.index("申请号") < order.index("申请量")


def test_facts_that_tell_each_others_round_are_an_error() -> None:
    ring = WORLD.replace("取自: {事件: 申请, 项: 号}", "取自: {事件: 申请, 项: 号, 同: {量: 申请量}}")
    found = [p for p in load(files(ring), DAY)[1] if p.code == "E847"]
    assert len(found) == 1
    assert "互相说明看哪一轮" in found[0].message


# ---- 凡有 ----

BEFORE = EVENTS.replace("- {编号: 4", "- {编号: 9, 事件: 踏勘, 日期: 2026-01-20, 号: 甲}\n- {编号: 4")


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        (EVENTS, []),  # there was no survey, so there is nothing to hold it against
        (EVENTS.replace("- {编号: 4", "- {编号: 9, 事件: 踏勘, 日期: 2026-02-05, 号: 甲}\n- {编号: 4"), []),
        (BEFORE, ["`批准`（3，2026-02-10）与 `踏勘`（9，2026-01-20）、`申请`（2，2026-02-01） 矛盾：先申请、后踏勘"]),
        (BEFORE.replace("号: 甲, 批复: 准予", "号: 甲, 批复: 不准"), []),
        (BEFORE.replace("日期: 2026-01-20, 号: 甲", "日期: 2026-01-20, 号: 乙"), []),  # another matter's, which was refused
    ],
)  # fmt: skip
def test_what_was_entered_before_must_not_contradict_it(events: str, refused: list[str]) -> None:
    timeline = replay(COMPILED, history(events), DAY)
    assert [r.problem.message for r in timeline.refused] == refused
    assert all(r.problem.code == "E854" for r in timeline.refused)
    assert all((r.problem.help or "").endswith("撤回 9、2 之一") for r in timeline.refused)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        条件: 批复为不准或踏勘的日期不早于申请的日期\n", ""),
        ("{事件: 踏勘, 同: [号]}", "{事件: 踏青, 同: [号]}"),
        ("{事件: 踏勘, 同: [号]}", "{事件: 踏勘, 同: [编]}"),
        ("凡有: [{事件: 踏勘", "须先有: 申请\n        凡有: [{事件: 踏勘"),
        ("{名称: 量, 类型: 整数, 单位: 方}]\n    前提", "{名称: 量, 类型: 整数, 单位: 方, 数额: 批复审查}]\n    前提"),
        ("{名称: 量, 类型: 整数, 单位: 方}]\n    前提", "{名称: 量, 类型: 金额, 单位: 元, 数额: 批示}]\n    前提"),
    ],
)
def test_slips_are_told(old: str, new: str) -> None:
    assert old in WORLD
    found = [p for p in load(files(WORLD.replace(old, new)), DAY)[1] if p.is_error]
    assert found
    assert found[0].place is not None
