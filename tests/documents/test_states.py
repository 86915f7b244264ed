"""Documents issued in certain states of the dossier only (在): what events and duties ask for, what a decision gives rise to."""

from __future__ import annotations

from typing import Any

import pytest

from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.documents.writing import drafts_of
from engine.policy.package import Package
from tests.worlds.permits import DOCUMENTS, files, timeline
from tests.worlds.texts import DAY, checked, package

IN_HAND = DOCUMENTS.replace("标题: 催办函,", "标题: 关于催办的函, 在: [办理中],").replace(
    "催办}]", "请在三日内办理，并书面说明情况。}], 主送: 某某书店"
)
APPLIED = "- {编号: a, 事件: 申请, 日期: 2026-06-01, 编码: 甲}\n"
GRANTED = APPLIED + "- {编号: b, 事件: 结论, 日期: 2026-06-03, 编码: 甲, 批复: 准}\n"
AGAIN = "- {编号: c, 事件: 异议办结, 日期: 2026-06-01, 编码: 甲}\n- {编号: d, 事件: 异议, 日期: 2026-06-02, 编码: 甲}\n"
REMINDED = """\
事实: [{名称: 证的状态, 类型: 枚举, 取自: 状态}]
准则: [{名称: 场地, 组: 条件, 条款: [第一条], 要求: 有场地, 未满足: 没有场地}]
决定:
  - 名称: 核查
    条款: [第一条]
    结果:
      - {结果: 须催办, 条件: 任一未满足（条件）, 性质: 程序性, 机关: 某局, 文书: [催办函]}
      - {结果: 无事, 条件: 全部满足（条件）, 性质: 程序性, 机关: 某局, 有利: 是}
"""


def world(documents: str = IN_HAND, **more: str) -> Package:
    return package({**files(), "documents.yaml": documents, **more})


@pytest.mark.parametrize(
    ("events", "as_of", "name", "ready", "may"),
    [
        (APPLIED, "2026-06-09", "作结论", True, ("催办函",)),
        (GRANTED, "2026-06-06", "立卷归档", False, ()),  # the state is 有效
        (GRANTED, "2027-02-05", "交年报", False, ()),
    ],
)
def test_a_duty_asks_for_a_document_while_the_dossier_is_in_its_states(
    events: str, as_of: str, name: str, ready: bool, may: tuple[str, ...]
) -> None:
    found = [d for d in timeline(events, as_of, world()).duties if d.name == name]
    assert [(d.ready, d.documents) for d in found[:1]] == [(ready, may)]
    before = [d for d in timeline(events, as_of).duties if d.name == name]
    assert [(d.ready, d.documents) for d in before[:1]] == [(True, ("催办函",))]
    assert [d.status for d in found] == [d.status for d in before], "the duty itself is what it was"


@pytest.mark.parametrize(
    ("events", "as_of", "owed"),
    [
        (APPLIED.replace("甲}", "甲, 加急: 是}"), "2026-06-01", ["催办函"]),
        (AGAIN, "2026-06-02", []),
        (APPLIED + AGAIN, "2026-06-02", ["催办函"]),
        (GRANTED + AGAIN.replace("06-0", "06-1"), "2026-06-20", ["决定书"]),
    ],
)
def test_an_event_asks_for_a_document_in_the_state_it_leaves_the_dossier_in(
    events: str, as_of: str, owed: list[str]
) -> None:
    assert [o.document for o in timeline(events, as_of, world()).documents] == owed


@pytest.mark.parametrize(
    ("state", "arises", "issued", "codes"),
    [("办理中", True, True, []), ("有效", False, False, []), (None, True, False, ["E603"])],
)
def test_a_decision_gives_rise_to_a_document_in_its_states(
    state: str | None, arises: bool, issued: bool, codes: list[str]
) -> None:
    """While nobody knows the state, the letter is kept back, and says so."""
    program = compile_package(world(**{"rules.yaml": REMINDED}))
    facts: dict[str, Any] = {"有场地": False, **({"证的状态": state} if state else {})}
    case = Case("A", DAY, {name: Fact(value) for name, value in facts.items()})
    decision = decide(program, case, "核查")
    assert (decision.outcome, decision.documents) == ("须催办", ("催办函",) if arises else ())
    drafts, problems = drafts_of(program, case, [decision], None, DAY)
    assert ([draft.stem for draft in drafts], [p.code for p in problems]) == (["催办函"] if issued else [], codes)


@pytest.mark.parametrize(
    ("documents", "more", "said"),
    [
        (IN_HAND.replace("[办理中]", "[办理]"), {"rules.yaml": REMINDED}, "没有的状态 `办理`"),
        (IN_HAND, {}, "没有事实记着案件的状态"),
        (IN_HAND, {"rules.yaml": REMINDED}, ""),
    ],
)
def test_states_that_nothing_tells_of_are_an_error(documents: str, more: dict[str, str], said: str) -> None:
    found = [p for p in checked({**files(), "documents.yaml": documents, **more}) if p.code == "E839"]
    assert [said in p.message for p in found] == ([True] if said else [])


def test_documents_in_states_need_a_procedure() -> None:
    alone = {**files(), "documents.yaml": IN_HAND}
    del alone["procedure.yaml"]
    assert [p.code for p in checked(alone) if p.code == "E839"] == ["E839"]
