"""A small made-up regulation with two letters, a decided case, and a reading that looks values up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.base.basis import Basis
from engine.base.calendar import Calendar
from engine.base.problem import Span
from engine.base.truth import Truth
from engine.decision.case import Case, Fact
from engine.decision.model import (
    ADVERSE,
    COUNTED,
    Attached,
    CriterionResult,
    Decision,
    Missing,
    ObligationDue,
    Relied,
    ScoreSheet,
    Seen,
)
from engine.documents.plan import DocumentPlan, plan_document
from engine.language.tree import BOOL, TEXT, Call, Name, Node, Scope, Type
from engine.policy.package import Block, Derived, Document, Field, Header, NamedAnnex, Package, Parameter

AS_OF = date(2026, 11, 23)
CLAUSE = "第七条第（六）项"
PLACE = Span("documents.yaml", 3, 5, 3, 20)


def value(name: str) -> Name:
    return Name(name, kind="fact")


def local(name: str) -> Name:
    return Name(name, kind="local")


@dataclass
class Lookup:
    """A `Reading` over a table of texts and truths by name."""

    texts: Mapping[str, str] = field(default_factory=dict)
    truths: Mapping[str, bool] = field(default_factory=dict)
    estimates: Mapping[str, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def text(self, expression: Node, local: Mapping[str, str], beside: Sequence[Node] = ()) -> str | None:
        assert isinstance(expression, Name)
        return local.get(expression.name, self.texts.get(expression.name))

    def day(self, expression: Node) -> date | None:
        return None

    def truth(self, condition: Node, local: Mapping[str, str]) -> Truth:
        assert isinstance(condition, Name)
        return True if condition.name in local else self.truths.get(condition.name)

    def sheet(self, score: str) -> ScoreSheet:
        raise AssertionError(score)

    def estimate(self, expression: Node, local: Mapping[str, str]) -> str:
        return self.estimates.get(expression.name, "") if isinstance(expression, Name) else ""


NOTICE = Document(
    name="认定通知",
    clauses=("第九条",),
    layout="公文",
    title=("关于认定", value("单位名称"), "为示范门店的通知"),
    addressee=(value("单位名称"), "："),
    body=(
        Block("标题", ("一、认定结果",), span=PLACE),
        Block("段", ("近一年你单位举办活动", value("活动场次"), "，予以认定。"), span=PLACE),
        Block("标题", ("二、异议处理",), span=PLACE),
        Block("段", ("公示期间收到的异议已经核实。",), when=value("有异议"), span=PLACE),
        Block("标题", ("三、工作要求",), span=PLACE),
        Block("段", ("请于", local("期限"), "前报送总结。"), span=PLACE),
    ),
    annexes=(NamedAnnex(("门店信息表。",)),),
    signature=(local("机关"),),
    due=value("报送期限"),
    span=PLACE,
)
REFUSAL = Document(
    name="不予认定告知书",
    clauses=("第九条",),
    layout="公文",
    title=("关于不予认定", value("单位名称"), "的告知书"),
    addressee=(value("单位名称"),),
    body=(
        Block("段", ("经审查，你单位未满足下列条件：",), span=PLACE),
        Block(
            "段",
            (local("序"), ". ", local("名称"), "（", local("条款"), "）：", local("说明"), "。"),
            each="未满足准则",
            span=PLACE,
        ),
    ),
    annexes=(),
    signature=(),
    span=PLACE,
)
REQUEST = Document(
    name="补正告知书",
    clauses=("第九条",),
    layout="公文",
    title=("补正告知书",),
    addressee=(value("单位名称"),),
    body=(
        Block("段", (local("序"), ".", local("说明"), "，请提交", local("证据"), "。"), each="待补事实", span=PLACE),
    ),
    annexes=(),
    signature=(),
    span=PLACE,
)


def _package(**changes: Any) -> Package:
    header = Header("demo", "示范门店管理办法", "规范性文件", "有效", 3, since=date(2020, 1, 1))
    facts = [
        Field("单位名称", TEXT, "文本", supplier="申报单位"),
        Field("有异议", BOOL, "是否", supplier="审核机关"),
        Field("报送期限", Type("date"), "日期"),
        Field("活动台账数", Type("number"), "整数", supplier="申报单位", clauses=(CLAUSE,)),
    ]
    base = Package(
        id="demo",
        as_of=AS_OF,
        digest="sha256:" + "ab" * 32,
        headers={"demo": header},
        clauses={},
        scope=Scope(),
        facts={f.name: f for f in facts},
        tables={},
        derived={"活动场次": Derived("活动场次", value("活动台账数"), Type("number"), clauses=(CLAUSE,))},
        parameters={"整改期限": Parameter("整改期限", Type("number"), None, clauses=("第十二条",), setter="市商务局")},
        criteria={},
        groups={"门店条件": ("活动规模",)},
        decision_tables={},
        scores={},
        determinations={},
        rankings={},
        interpretations={},
        inexpressible=(),
        attachments=(),
        documents={d.name: d for d in (NOTICE, REFUSAL, REQUEST)},
        calendar=Calendar("中国内地", ()),
    )
    return replace(base, **changes)


def _criterion(name: str, verdict: str = "未满足") -> CriterionResult:
    seen = (Seen("活动场次", "derived", Decimal(9), "9场", "台账.xlsx!A4:H12"),)
    message = "近一年举办活动9场，低于12场" if verdict == "未满足" else ""
    counted = ADVERSE if verdict == "未满足" else COUNTED
    return CriterionResult(
        name,
        verdict,
        "应当",
        (CLAUSE,),
        "活动不少于12场",
        seen,
        message,
        "",
        None,
        "demo",
        ("门店条件",),
        counted=counted,
    )


def _decision(**changes: Any) -> Decision:
    base = Decision(
        determination="认定审查",
        case="MD-2026-001",
        as_of=AS_OF,
        outcome="予以认定",
        possible=(),
        nature="有利决定",
        authority="福州市商务局",
        favourable=True,
        amount="",
        note="",
        clauses=("第九条第（二）项",),
        criteria=(_criterion("活动规模"), _criterion("场地", "满足")),
        reasons=("活动规模",),
        missing=(
            Missing("租期", "fact", "场地租期", "租到哪天？", "租赁合同", "申报单位", ("场地",), True, (CLAUSE,)),
        ),
        remedy=None,
        relied=(),
        documents=("认定通知",),
        duties=(ObligationDue("报送总结", "依托单位", date(2027, 1, 15), ("附件二",)),),
        attached=(
            Attached("送达", "送达", "本告知书直接送达。", ("general#民事诉讼法第八十八条",), None, "general"),
            Attached(
                "行政复议",
                "救济",
                "可以自收到之日起60日内申请行政复议。",
                ("general#行政复议法第二十条",),
                None,
                "general",
            ),
        ),
        scores=(),
        notes=(),
        basis=Basis(
            "demo", AS_OF, AS_OF, "sha256:" + "ab" * 32, (), (), (), (("MD-2026-001", "sha256:" + "cd" * 32),), "0"
        ),
    )
    return replace(base, **changes)


CASE = Case("MD-2026-001", AS_OF, {"单位名称": Fact("甲公司"), "活动台账数": Fact(None)})
READING = Lookup(
    {"单位名称": "福州某某商贸有限公司", "活动场次": "14场", "报送期限": "2027年1月15日"}, {"有异议": False}
)


@dataclass(frozen=True)
class World:
    """Everything a test of documents starts from."""

    package: Callable[..., Package] = _package
    decision: Callable[..., Decision] = _decision
    criterion: Callable[..., CriterionResult] = _criterion
    case: Case = CASE
    reading: Lookup = field(default_factory=lambda: READING)
    day: date = AS_OF

    def plan(self, name: str = "认定通知", *, number: str = "", **decision: Any) -> DocumentPlan:
        given = _decision(documents=(name,), **decision)
        plan, problems = plan_document(_package(), given, CASE, name, READING, date=AS_OF, number=number)
        assert plan is not None, problems
        return plan

    def document(self, name: str, **changes: Any) -> Package:
        """The package with one document changed."""
        package = _package()
        return replace(package, documents={**package.documents, name: replace(package.documents[name], **changes)})


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def letter(world: World) -> DocumentPlan:
    """Two pages with headings of three levels, two annexes, a draft's watermark and a note."""
    from engine.documents.plan import LetterParagraph

    plan = world.plan(number="榕商务〔2026〕12号")
    long = "近一年你单位举办活动9场，服务286人次；独立活动场所面积42平方米，租赁合同于2026年12月31日届满。"
    body = [LetterParagraph(0, long)]
    for place, name in enumerate(("查明的事实", "处理结果"), 1):
        body.append(LetterParagraph(1, f"{'一二三'[place - 1]}、{name}"))
        body += [
            LetterParagraph(2, "（一）依托机构"),
            LetterParagraph(3, "1.活动规模"),
            LetterParagraph(4, "（1）场次"),
            LetterParagraph(0, long * 2),
        ]
    return replace(plan, body=tuple(body), annexes=("补正材料清单", "联系方式"), sample=True, notes=("本件为示例",))


CONDITION = Call("且", (value("有异议"), value("单位名称")))
RELIED = Relied("整改期限", "parameter", "30个工作日", "实施口径（示例）", "demo-scheme", ("第十二条",))
