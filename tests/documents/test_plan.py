from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.documents.gate import SAMPLES
from engine.documents.plan import plan_document
from engine.language.tree import Name
from engine.policy.package import Block, Header

GOLDEN = Path(__file__).parent / "golden"


def refused(world: Any, package: Any, decision: Any, name: str, **given: Any) -> list[tuple[str, str, str | None]]:
    reading = given.pop("reading", world.reading)
    plan, problems = plan_document(package, decision, world.case, name, reading, date=world.day, **given)
    assert plan is None
    return [(p.code, p.message, p.help) for p in problems]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("认定通知", {}),
        ("不予认定告知书", {"outcome": "不予认定", "nature": "不利决定"}),
        ("补正告知书", {"outcome": "待查"}),
    ],
)
def test_plans(world: Any, name: str, changes: dict[str, Any], update_golden: bool) -> None:
    plan = world.plan(name, number="榕商务〔2026〕1号", **changes)
    text = json.dumps(asdict(plan), ensure_ascii=False, indent=1, default=str) + "\n"
    file = GOLDEN / f"{name}.json"
    if update_golden:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_every_reason_is_traced(world: Any) -> None:
    plan = world.plan("不予认定告知书", outcome="不予认定", nature="不利决定")
    item = next(p for p in plan.body if p.text.startswith("活动规模"))
    assert item.text == "活动规模（第七条第（六）项）：近一年举办活动9场，低于12场。"
    assert [(t.criterion, t.clauses, t.facts) for t in item.traces] == [
        ("活动规模", ("第七条第（六）项",), ("活动场次",))
    ]
    value = world.plan().body[1]
    assert value.traces[0].facts == ("活动场次",)
    assert value.traces[0].clauses == ("第七条第（六）项",)


def test_burdening_decisions_carry_remedies_before_service(world: Any) -> None:
    plan = world.plan("不予认定告知书", outcome="不予认定", nature="不利决定")
    assert [p.traces[0].criterion for p in plan.body[-2:]] == ["行政复议", "送达"]
    assert not any("复议" in p.text for p in world.plan("不予认定告知书").body)


def test_without_a_remedy_no_burdening_decision_is_issued(world: Any) -> None:
    decision = world.decision(documents=("不予认定告知书",), nature="不利决定", attached=())
    plan, problems = plan_document(
        world.package(), decision, world.case, "不予认定告知书", world.reading, date=world.day
    )
    assert plan is None
    assert [(p.code, p.place is not None) for p in problems] == [("E665", True)]


def test_sections_left_out_leave_no_hole(world: Any) -> None:
    headings = [p.text for p in world.plan().body if p.level]
    assert headings == ["一、认定结果", "二、工作要求"]


def test_texts_of_the_frame(world: Any) -> None:
    plan = world.plan()
    assert plan.addressee == "福州某某商贸有限公司"
    assert plan.annexes == ("门店信息表",)
    assert plan.organ == "福州市商务局"
    assert plan.number == ""
    assert "".join(plan.title_lines) == plan.title == "关于认定福州某某商贸有限公司为示范门店的通知"
    assert plan.receipt.basis == world.decision().basis


@pytest.mark.parametrize("status", ["征求意见稿", "示例", "有效"])
def test_drafts_are_marked(world: Any, status: str) -> None:
    header = Header("demo", "示范门店管理办法", "规范性文件", status, 3, since=date(2020, 1, 1))
    package = world.package(headers={"demo": header})
    plan, _ = plan_document(package, world.decision(), world.case, "认定通知", world.reading, date=world.day)
    assert plan is not None
    assert plan.sample is (status in SAMPLES)


def test_sample_parameters_are_said(world: Any) -> None:
    from engine.decision.model import Relied

    sample = Relied("整改期限", "parameter", "30个工作日", "实施口径（示例）", "demo-scheme", ("第十二条",))
    assert "整改期限" in world.plan(relied=(sample,)).notes[0]
    assert world.plan(relied=(replace(sample, source="条文"),)).notes == ()


def test_unknown_fact_names_who_supplies_it(world: Any) -> None:
    reading = replace(world.reading, texts={**world.reading.texts, "活动场次": None})
    case = replace(world.case, facts={"单位名称": world.case.facts["单位名称"]})
    plan, problems = plan_document(world.package(), world.decision(), case, "认定通知", reading, date=world.day)
    assert plan is None
    assert [(p.code, p.message, p.help) for p in problems] == [
        ("E603", "`活动台账数` 未知，不能写入文书（写入 `活动场次` 需要）", "由申报单位补充 `活动台账数`")
    ]


def test_unset_parameter_names_who_sets_it(world: Any) -> None:
    block = Block("段", ("限", Name("整改期限", kind="parameter"), "内整改。"))
    found = refused(world, world.document("认定通知", body=(block,)), world.decision(), "认定通知")
    assert found == [
        (
            "E604",
            "参数 `整改期限` 未定（第十二条），不能出具正式文书",
            "由市商务局确定，另建 `性质: 实施方案` 的政策包，`实施` 写上 demo，`参数` 写 `{参数: 整改期限, 取值: [{值: …}]}`",
        )
    ]


def test_unknown_condition(world: Any) -> None:
    found = refused(world, world.package(), world.decision(), "认定通知", reading=replace(world.reading, truths={}))
    assert found[0][0] == "E613"
    assert "`有异议`" in found[0][1]
    assert found[0][2] == "由审核机关补充 `有异议`"


@pytest.mark.parametrize(
    ("name", "changes", "code", "text"),
    [
        ("认定通知书", {}, "E601", "没有文书 `认定通知书`"),
        ("不予认定告知书", {}, "E602", "`认定审查` 的结果是 `予以认定`，不出具 `不予认定告知书`"),
        ("认定通知", {"outcome": "待查", "documents": ()}, "E602", "`认定审查` 的结果是 `待查`，不出具 `认定通知`"),
    ],
)
def test_wrong_document(world: Any, name: str, changes: dict[str, Any], code: str, text: str) -> None:
    assert refused(world, world.package(), world.decision(**changes), name)[0][:2] == (code, text)


DOCUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"signature": ("",)}, "E615", "没有写明发文机关"),
    ({"title": ("行政处罚决定书",)}, "E610", "行政处罚"),
    ({"body": (Block("段", ("请于待补前报送。",)),)}, "E611", "待补"),
    ({"body": (Block("段", ("甲",), each="没有的列表"),)}, "E609", "没有的列表"),
    ({"body": (Block("段", (Name("金额", kind="local"),)),)}, "E603", "金额"),
    ({"body": (Block("段", (Name("补救", kind="local"),), each="未满足准则"),)}, "E603", "`活动规模` 没有 `补救`"),
]


@pytest.mark.parametrize(("changes", "code", "text"), DOCUMENTS, ids=[c for _, c, _ in DOCUMENTS])
def test_wording_refused(world: Any, changes: dict[str, Any], code: str, text: str) -> None:
    found = refused(world, world.document("认定通知", **changes), world.decision(), "认定通知")
    assert (found[0][0], text in found[0][1]) == (code, True)


@pytest.mark.parametrize("number", ["榕人社[2026]1号", "榕人社〔2026〕第1号", "榕人社〔2026〕001号", "1号"])
def test_bad_number(world: Any, number: str) -> None:
    found = refused(world, world.package(), world.decision(), "认定通知", number=number)
    assert found[0][:2] == ("E606", f"发文字号 `{number}` 不合规范")


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ("甲\u202e公司", "U+202E（从右到左覆盖）"),
        ("甲\u200b公司", "U+200B（零宽空格）"),
        ("甲\x1b[31m", "U+001B（终端控制符）"),
        ("甲\ud800", "U+D800"),
        ("甲\ue000", "U+E000（自造字）"),
    ],
)
def test_hidden_characters_refused_by_name(world: Any, bad: str, named: str) -> None:
    reading = replace(world.reading, texts={**world.reading.texts, "单位名称": bad})
    found = refused(world, world.package(), world.decision(), "认定通知", reading=reading)
    assert found[0][0] == "E616"
    assert named in found[0][1]
    assert bad not in found[0][1]


def test_newlines_in_values_become_text(world: Any) -> None:
    reading = replace(world.reading, texts={**world.reading.texts, "单位名称": "甲\n公司"})
    plan, _ = plan_document(world.package(), world.decision(), world.case, "认定通知", reading, date=world.day)
    assert plan is not None
    assert plan.addressee == "甲公司"


def test_provisional_due_dates_refused(world: Any) -> None:
    duty = replace(world.decision().duties[0], provisional="2027年放假安排尚未公布")
    block = Block("段", (Name("名称", kind="local"), "：", Name("期限", kind="local"), "。"), each="义务")
    package = world.document("认定通知", body=(block,))
    assert refused(world, package, world.decision(duties=(duty,)), "认定通知")[0][0] == "E608"
    plan, _ = plan_document(package, world.decision(), world.case, "认定通知", world.reading, date=world.day)
    assert plan is not None
    assert plan.body[0].text == "报送总结：2027年1月15日。"


def test_groups_are_lists_too(world: Any) -> None:
    block = Block("段", (Name("名称", kind="local"), Name("结论", kind="local"), "。"), each="门店条件")
    plan, _ = plan_document(
        world.document("认定通知", body=(block,)),
        world.decision(),
        world.case,
        "认定通知",
        world.reading,
        date=world.day,
    )
    assert plan is not None
    assert [p.text for p in plan.body] == ["活动规模未满足。"]


def test_layouts_not_made_yet_write_nothing(world: Any) -> None:
    package = world.document("认定通知", layout="挂图")
    plan, problems = plan_document(package, world.decision(), world.case, "认定通知", world.reading, date=world.day)
    assert plan is None
    assert [p.code for p in problems] == ["W605"]


def test_date_is_an_input(world: Any) -> None:
    plan, _ = plan_document(
        world.package(), world.decision(), world.case, "认定通知", world.reading, date=date(2026, 1, 5)
    )
    assert plan is not None
    assert plan.date == date(2026, 1, 5)
