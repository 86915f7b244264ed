"""What a ground rests on: the text itself, a figure somebody chose, a reading; and how letters may say so (据于)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.model import UNDECIDED, VERDICTS, Decision
from engine.decision.program import Program, compile_package
from engine.decision.resting import _FIGURES, READING, TEXT
from engine.documents.writing import drafts_of
from engine.policy.package import NOT_YET
from engine.policy.wordings import CLOSED
from tests.worlds.texts import DAY, header, load, package

RULES = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
参数:
  - {名称: 场次下限, 类型: 整数, 单位: 场, 条款: [第一条], 取值: [{值: 12场}]}
  - {名称: 人数下限, 类型: 整数, 单位: 人, 条款: [第一条], 未定: 是, 由: 某局}
  - {名称: 等候天数, 类型: 整数, 单位: 日, 条款: [第一条], 未定: 是, 由: 某局}
事实:
  - {名称: 店名, 类型: 文本}
  - {名称: 露台, 类型: 是否}
  - {名称: 申请日, 类型: 日期}
派生量:
  - {名称: 算有场地, 式: 有场地, 条款: [第一条]}
  - {名称: 满期日, 式: 日后（申请日，等候天数）, 条款: [第一条]}
解释口径:
  - 编号: Q1
    名称: 露台
    问题: 露台算不算场地？
    条款: [第一条]
    选项: [{名称: 不算, 效果: 不算。}, {名称: 算, 效果: 算。, 改: {式: {算有场地: 有场地或露台}}}]
    采用: 不算
    影响: [算有场地]
  - 编号: Q2
    名称: 谁来查
    问题: 谁来查？
    条款: [第一条]
    选项: [{名称: 甲查, 效果: 甲查。}, {名称: 乙查, 效果: 乙查。}]
    采用: 甲查
    影响: [场次]
准则:
  - {名称: 活动, 组: 条件, 条款: [第一条], 要求: 场次不少于场次下限, 未满足: '{场次}，少于{场次下限}'}
  - 名称: 人员和场次
    组: 条件
    条款: [第一条]
    要求:
      - {条件: 人数不少于人数下限, 未满足: '{人数}，少于{人数下限}'}
      - {条件: 场次不少于1场, 未满足: 没有办过活动}
  - {名称: 场地, 组: 条件, 条款: [第一条], 要求: 算有场地, 未满足: 没有场地}
  - {名称: 等候, 组: 条件, 条款: [第一条], 要求: 基准日不早于满期日, 未满足: '{满期日}才满'}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 程序性, 机关: 某局, 文书: [告知书]}
      - {结果: 准予, 条件: 全部满足（条件）, 机关: 某局, 有利: 是}
文书:
  - 名称: 告知书
    条款: [第一条]
    标题: 关于审查结果的告知书
    主送: '{店名}'
    正文:
      - 逐项: 未满足准则
        段: '{说明}，{若据于为“条文”则“不符合”否则“按照本件采用的口径，没有达到”}{条款}的要求。'
"""
SCHEME = """\
实施:
  - {参数: 人数下限, 取值: [{值: 3人}]}
  - {参数: 等候天数, 取值: [{值: 30日}]}
"""
SOUND: dict[str, Any] = {
    "店名": "小满书店",
    "场次": Decimal(20),
    "人数": Decimal(5),
    "有场地": True,
    "露台": False,
    "申请日": DAY.replace(month=1),
}


def world(status: str, rules: str = RULES) -> Program:
    top = header("s", 性质="实施方案", 状态=status, 位阶="4", 依据="[t]", 实施="[t]")
    return compile_package(package({"rules.yaml": rules, "s/policy.yaml": top, "s/scheme.yaml": SCHEME}))


def decided(program: Program, **facts: Any) -> tuple[Case, Decision]:
    case = Case("A", DAY, {name: Fact(value) for name, value in {**SOUND, **facts}.items()})
    return case, decide(program, case, "审查")


@pytest.mark.parametrize(
    ("facts", "name", "rests"),
    [
        ({"场次": Decimal(9)}, "活动", ("条文",)),  # a question nobody can try changes nothing
        ({"人数": Decimal(2)}, "人员和场次", ("实施口径（示例）",)),
        ({"场次": Decimal(0)}, "人员和场次", ("条文",)),
        ({"人数": Decimal(2), "场次": Decimal(0)}, "人员和场次", ("实施口径（示例）", "条文")),
        ({"有场地": False}, "场地", ("条文",)),  # under neither option
        ({"有场地": False, "露台": True}, "场地", ("解释口径",)),
        ({"申请日": DAY}, "等候", ("实施口径（示例）",)),  # by way of a derived day
        ({"人数": Decimal(2)}, "活动", ()),
    ],
)
def test_a_ground_knows_what_it_rests_on(facts: dict[str, Any], name: str, rests: tuple[str, ...]) -> None:
    _, decision = decided(world("示例"), **facts)
    assert next(c.rests.value for c in decision.criteria if c.name == name) == rests


def test_a_scheme_in_force_is_named_as_what_it_is() -> None:
    _, decision = decided(world("有效"), 人数=Decimal(2))
    assert [c.rests.value for c in decision.criteria if c.fails] == [("实施口径",)]


def test_what_counts_against_nobody_is_no_ground() -> None:
    _, decision = decided(world("示例"))
    assert (decision.outcome, {c.rests.value for c in decision.criteria}) == ("准予", {()})


def test_a_letter_says_of_each_ground_what_it_rests_on() -> None:
    program = world("有效")
    case, decision = decided(program, 场次=Decimal(9), 人数=Decimal(2), 有场地=False, 露台=True)
    drafts, problems = drafts_of(program, case, [decision], None, DAY)
    assert [p for p in problems if p.code.startswith("E")] == []
    assert [part.text for part in drafts[0].plan.body] == [
        "9场，少于12场，不符合第一条的要求。",
        "2人，少于3人，按照本件采用的口径，没有达到第一条的要求。",
        "没有场地，按照本件采用的口径，没有达到第一条的要求。",
    ]


def test_a_letter_tells_of_the_reading_that_a_ground_turns_on_by_way_of_a_truth() -> None:
    """What lies between the ground and the fact is where the reading changes something."""
    burdening = RULES.replace("条件: 任一未满足（条件）, 性质: 程序性", "条件: 任一未满足（条件）, 性质: 不利决定")
    for terrace, told in ((True, ["Q1 露台"]), (False, [])):
        _, decision = decided(world("有效", burdening), 有场地=False, 露台=terrace)
        assert [one.name for one in decision.relied if one.kind == "interpretation" and one.stated.value] == told


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("据于为“条纹”", "`条纹` 不是“据于”的取值，这样写永远不成立 是不是 `条文`？"),
        ("据于不为“实施口径(示例)”", "`实施口径(示例)` 不是“据于”的取值，这样写永远不成立 是不是 `实施口径（示例）`？"),
        (
            "据于属于［“条文”、“规划”］",
            "`规划` 不是“据于”的取值，这样写永远不成立 可取：条文、解释口径、实施口径、实施口径（示例）",
        ),
        ("结论为“未满”", "`未满` 不是“结论”的取值，这样写永远不成立 是不是 `未满足`？"),
        ("据于为“实施口径（示例）、条文”", ""),
        ("据于包含“口径”", ""),
        ("结论为“待查明”", ""),
        ("决定为“审查” 且 结论为“准予”", ""),
        ("名称为“条纹”", ""),
    ],
)
def test_a_word_that_is_never_said_is_refused(written: str, refused: str) -> None:
    """Else wording that goes by it would silently say the other thing."""
    _, problems = load(RULES.replace("据于为“条文”", written))
    assert [f"{p.message} {p.help}" for p in problems if p.code == "E210"] == [refused][: bool(refused)]
    assert all(p.place is not None for p in problems)


def test_the_words_that_are_said_are_those_of_decisions() -> None:
    assert {TEXT, READING, *_FIGURES} == {*CLOSED["据于"]}
    assert {*VERDICTS, UNDECIDED, NOT_YET} == {*CLOSED["结论"]}
