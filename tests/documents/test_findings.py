"""The reasons people gave, in letters: of a 判断 that went against the party, of a 一般应当 that is not let pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.base.problem import Span
from engine.decision.case import Case, Fact, Finding
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import Program, compile_package
from engine.documents.lists import items_of
from engine.documents.model import DocumentPlan
from engine.documents.plan import plan_document
from engine.documents.writing import CaseReading
from engine.policy.checks import check_package
from tests.worlds.texts import DAY, load, package, underlined

RULES = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
事实:
  - {名称: 场地整洁, 类型: 判断, 说明: 场地是否整洁, 条款: [第一条]}
  - {名称: 服务周到, 类型: 判断, 说明: 服务是否周到}
  - {名称: 单位, 类型: 文本}
派生量: [{名称: 服务好, 式: 服务周到}]
准则:
  - {名称: 甲, 组: 条件, 条款: [第一条], 强度: 一般应当, 要求: 场地整洁且有场地, 未满足: '不整洁：{场地整洁的理由}'}
  - {名称: 乙, 组: 条件, 条款: [第一条], 要求: 服务好, 未满足: 服务不周}
  - {名称: 丙, 组: 条件, 条款: [第一条], 强度: 鼓励, 要求: 场地整洁, 未满足: 不予鼓励}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 不利决定, 机关: 某局, 文书: [告知书]}
      - {结果: 准予, 条件: 全部满足（条件）, 机关: 某局, 文书: [告知书]}
文书:
  - 名称: 告知书
    条款: [第一条]
    标题: 审查告知书
    主送: '{单位}'
    正文:
      - 段: '{场地整洁的日期}{场地整洁的判断人}审查。'
        当: 已填（场地整洁的判断人）
      - {逐项: 未满足准则, 段: '{名称}：{说明}。'}
      - {逐项: 不利判断, 段: '{说明}（{条款}），{日期}：{理由}。'}
      - {逐项: 不予例外准则, 段: '{名称}不予例外，{日期}：{理由}。'}
      - {逐项: 准予例外准则, 段: '{名称}准予例外，{日期}{判断人}：{理由}。'}
      - {逐项: 附随, 段: '{说明}'}
附随: [{名称: 复议, 性质: [不利决定], 类型: 救济, 内容: 可以申请复议。}]
"""
WHO = Finding("林某某", date(2026, 5, 20), "墙面渗水，尚未修复。")
WHY = Finding("陈某某", date(2026, 5, 21), "没有特殊原因。")


@pytest.fixture(scope="module")
def program() -> Program:
    found = package(RULES)
    assert [p.code for p in check_package(found, None) if p.is_error] == []
    return compile_package(found)


def decided(
    program: Program, excused: bool | None, **findings: Any
) -> tuple[Decision, Case, DocumentPlan | None, list[str]]:
    facts = {"单位": Fact("甲单位"), "有场地": Fact(True), "服务周到": Fact(True, finding=WHO)}
    facts |= {name: Fact(value, finding=finding) for name, (value, finding) in findings.items()}
    excuses = {} if excused is None else {"甲": Fact(excused, finding=WHY)}
    case = Case("A", DAY, facts, excuses)
    decision = decide(program, case, "审查")
    values = program.load(case)
    for step in program.steps.values():
        step.rule(values)
    plan, problems = plan_document(program.package, decision, case, "告知书", CaseReading(program, values), date=DAY)
    return decision, case, plan, [f"{p.code} {p.message}" for p in problems]


def said(plan: DocumentPlan | None) -> list[str]:
    assert plan is not None
    return [part.text for part in plan.body]


def test_the_refusal_and_its_reasons_are_told(program: Program) -> None:
    _, _, plan, _ = decided(program, False, 场地整洁=(False, WHO))
    assert said(plan) == [
        "2026年5月20日林某某审查。",
        "甲：不整洁：墙面渗水，尚未修复。",
        "场地是否整洁（第一条），2026年5月20日：墙面渗水，尚未修复。",
        "甲不予例外，2026年5月21日：没有特殊原因。",
        "可以申请复议。",
    ]


def test_an_exception_granted_is_told_and_decides_for_the_party(program: Program) -> None:
    decision, _, plan, _ = decided(program, True, 场地整洁=(False, WHO))
    assert decision.outcome == "准予"
    assert "甲准予例外，2026年5月21日陈某某：没有特殊原因。" in said(plan)
    assert not any("不予例外" in text for text in said(plan))


def test_a_finding_below_a_derived_quantity_is_found(program: Program) -> None:
    _, _, plan, _ = decided(program, None, 场地整洁=(True, WHO), 服务周到=(False, WHY))
    assert "服务是否周到（第一条），2026年5月21日：没有特殊原因。" in said(plan)


def test_findings_for_the_party_are_not_reasons_against_it(program: Program) -> None:
    decision, _, _, _ = decided(program, None, 场地整洁=(True, WHO))
    assert items_of(program.package, decision, "不利判断") == ()
    assert items_of(program.package, decision, "不予例外准则") == ()


def test_the_paragraph_is_traced_to_criterion_clause_and_finding(program: Program) -> None:
    _, _, plan, _ = decided(program, False, 场地整洁=(False, WHO))
    assert plan is not None
    traces = {part.text[:2]: part.traces[0] for part in plan.body}
    assert (traces["场地"].criterion, traces["场地"].clauses, traces["场地"].facts) == (
        "甲",
        ("第一条",),
        ("场地整洁",),
    )
    assert (traces["甲不"].criterion, traces["甲不"].clauses) == ("甲", ("第一条",))
    assert traces["20"].facts == ("场地整洁",)


def test_without_a_finding_its_reasons_are_unknown_and_no_letter_is_written(program: Program) -> None:
    unmet = {"有场地": (False, None)}
    decision, _, plan, problems = decided(program, False, **unmet)
    assert plan is None
    assert next(c.message for c in decision.criteria if c.name == "甲") == "不整洁：〔场地整洁的理由尚未查明〕"
    assert any(text.startswith("E603 `场地整洁的理由` 未知") for text in problems)


@pytest.mark.parametrize(
    ("rules", "code", "place"),
    [
        (RULES.replace("{场地整洁的理由}", "{单位的理由}"), "E201", "的理由"),
        (RULES.replace("要求: 服务好", "要求: 服务周到的理由为“好”"), "E201", "的理由"),
        (RULES.replace("{场地整洁的日期}", "{场地整洁的日期+1场}"), "E202", "场地整洁的日期"),
        (RULES.replace("名称: 单位, 类型: 文本", "名称: 服务周到的理由, 类型: 文本"), "E320", "服务周到的理由"),
        (RULES.replace("名称: 单位,", "名称: 判断人,"), "E327", "判断人"),
    ],
)
def test_mistakes(rules: str, code: str, place: str) -> None:
    _, problems = load(rules)
    assert (code, place) in [(p.code, underlined(p, rules)) for p in problems]


@pytest.mark.parametrize(("excused", "word"), [(False, "不予例外"), (True, "准予例外")])
def test_a_paragraph_on_an_exception_rests_on_who_decided_it_where_and_why(
    program: Program, excused: bool, word: str
) -> None:
    facts = {"单位": Fact("甲单位"), "有场地": Fact(True), "服务周到": Fact(True, finding=WHO)}
    facts["场地整洁"] = Fact(False, finding=WHO)
    case = Case("A", DAY, facts, {"甲": Fact(excused, place=Span("case/a.yaml", 12, 3, 12, 5), finding=WHY)})
    decision, values = decide(program, case, "审查"), program.evaluated(case)
    plan, _ = plan_document(program.package, decision, case, "告知书", CaseReading(program, values), date=DAY)
    assert plan is not None
    told = {evidence.name: (evidence.text, evidence.source) for evidence in plan.evidence}
    assert told["例外理由：甲"] == (f"{word}，没有特殊原因", "a.yaml:12，陈某某 2026年5月21日认定")
    said = [part for part in plan.body if any("例外理由：甲" in trace.facts for trace in part.traces)]
    assert [part.text for part in said][-1].startswith("甲")
