"""Tables, forms, places to sign, pictures and annexes of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.base.problem import Problem
from engine.decision.model import ScoreLine, ScoreSheet
from engine.documents.model import LINE, LetterCell, LetterParagraph, LetterPicture, LetterTable
from engine.documents.plan import plan_document
from engine.language.tree import Name
from engine.policy.package import AnnexPage, Block, Slot


def value(name: str) -> Name:
    return Name(name, kind="fact")


def local(name: str) -> Name:
    return Name(name, kind="local")


def column(head: str, width: int = 0) -> Slot:
    return Slot((head,), (local(head),), width)


BODY = Block("段", ("以上情况已经核对。",))
"""A letter needs a body that says something."""


def planned(world: Any, *body: Block, **document: Any) -> Any:
    """The letter with this body, told without the sentence it ends with."""
    package = world.document("认定通知", body=(*body, BODY), **document)
    given = {"pictures": document.pop("pictures")} if "pictures" in document else {}
    plan, problems = plan_document(
        package, world.decision(), world.case, "认定通知", world.reading, date=world.day, **given
    )
    assert plan is not None, problems
    return replace(plan, body=plan.body[:-1])


def texts(table: LetterTable) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in (*table.head, *table.rows)]


CRITERIA = Block(
    "表", ("一、门店条件",), each="全部准则", slots=tuple(map(column, ("序", "条款", "要求", "所见", "结论")))
)


def test_a_table_has_a_row_for_each_item(world: Any) -> None:
    (table,) = planned(world, CRITERIA).body
    assert texts(table) == [
        ["序", "条款", "要求", "所见", "结论"],
        ["一、门店条件"],
        ["1", "第七条第（六）项", "活动不少于12场", "活动场次：9场", "未满足"],
        ["2", "第七条第（六）项", "活动不少于12场", "活动场次：9场", "满足"],
    ]
    assert all(sum(cell.width for cell in row.cells) == LINE for row in (*table.head, *table.rows))
    assert [t.criterion for t in table.traces] == ["活动规模", "场地"]


def test_rows_are_numbered_as_they_stand(world: Any) -> None:
    block = replace(CRITERIA, when=local("只要满足"))
    reading = replace(world.reading, truths={})

    class Reading:
        years = reading.years

        def text(self, expression: Any, names: Any, beside: Any = ()) -> str | None:
            return reading.text(expression, names)

        def truth(self, condition: Any, names: Any) -> bool:
            return names["结论"] == "满足"

        def estimate(self, expression: Any, names: Any) -> str:
            return reading.estimate(expression, names)

    (table,) = planned(replace(world, reading=Reading()), block).body
    assert [row[0] for row in texts(table)[2:]] == ["1"]


def test_tables_under_the_same_head_become_one(world: Any) -> None:
    second = replace(CRITERIA, text=("二、再列一遍",))
    other = replace(CRITERIA, slots=CRITERIA.slots[:2])
    first, last = planned(world, CRITERIA, second, other).body
    assert [row[0] for row in texts(first)] == ["序", "一、门店条件", "1", "2", "二、再列一遍", "1", "2"]
    assert texts(last)[0] == ["序", "条款"]


def test_a_table_without_rows_is_left_out_with_its_heading(world: Any) -> None:
    empty = replace(CRITERIA, each="依据口径")
    plan = planned(world, Block("标题", ("一、口径",)), empty, Block("标题", ("二、其他",)), Block("段", ("甲。",)))
    assert [part.text for part in plan.body] == ["一、其他", "甲。"]


def test_what_an_item_does_not_say_stays_blank(world: Any) -> None:
    (table,) = planned(world, replace(CRITERIA, text=(), slots=(column("名称"), column("补救")))).body
    assert texts(table)[1:] == [["活动规模", ""], ["场地", ""]]


@pytest.mark.parametrize(
    ("given", "widths"),
    [((0, 0), (14, 14)), ((2, 0, 0), (2, 13, 13)), ((0, 0, 0), (10, 9, 9)), ((2, 6, 3), (2, 6, 20)), ((0,), (28,))],
)
def test_widths_fill_the_line(world: Any, given: tuple[int, ...], widths: tuple[int, ...]) -> None:
    slots = tuple(Slot((f"甲{place}",), ("乙",), width) for place, width in enumerate(given))
    (table,) = planned(world, Block("表", (), each="全部准则", slots=slots)).body
    assert tuple(cell.width for cell in table.head[0].cells) == widths


def test_score_lines(world: Any) -> None:
    line = ScoreLine("规划", ("第十一条",), "10分", "7分", "1.5", "10.5分", "15分")
    sheet = ScoreSheet("年度得分", "10.5分", "良好", (line,), "")
    block = Block(
        "表", (), each="分项得分", slots=tuple(map(column, ("名称", "满分", "得分", "权重", "加权得分", "加权满分")))
    )
    package = world.document("认定通知", body=(block, BODY))
    decision = world.decision(scores=(sheet,))
    plan, _ = plan_document(package, decision, world.case, "认定通知", world.reading, date=world.day)
    assert plan is not None
    assert [c.text for c in plan.body[0].rows[0].cells] == ["规划", "10分", "7分", "1.5", "10.5分", "15分"]


def test_a_form_has_two_entries_to_a_row(world: Any) -> None:
    slots = (
        Slot(("单位",), (value("单位名称"),), LINE),
        Slot(("场次",), (value("活动场次"),)),
        Slot(("异议",), ("有",), when=value("有异议")),
        Slot(("结论",), (local("结论"),)),
        Slot(("签收",), ()),
    )
    (table,) = planned(world, Block("栏", (), slots=slots)).body
    assert texts(table) == [["单位", "福州某某商贸有限公司"], ["场次", "14场", "结论", "予以认定"], ["签收", ""]]
    assert [[c.width for c in row.cells] for row in table.rows] == [[4, 24], [4, 10, 4, 10], [4, 24]]
    assert {c.kind for c in table.cells} == {"项", "填"}


def test_a_place_to_sign(world: Any) -> None:
    (table,) = planned(world, Block("签章", ("核查意见",), signer=("核查人（签名）",))).body
    assert table.rows[0].cells == (LetterCell("核查意见", 4, "项"), LetterCell("", 24, "签章", "核查人（签名）"))


def test_pictures(world: Any) -> None:
    drawn = LetterPicture("得分", "得分", "各项得分", "<svg/>", b"", 150, 60)

    def draw(name: str) -> tuple[Any, ...] | Problem:
        return (drawn,) if name == "得分" else Problem("E617", f"没有图 `{name}`")

    package = world.document("认定通知", body=(Block("图", ("得分",)), BODY))
    given = (package, world.decision(), world.case, "认定通知", world.reading)
    plan, _ = plan_document(*given, date=world.day, pictures=draw)
    assert plan is not None
    assert plan.body[:-1] == (drawn,)
    for pictures in (None, draw):
        package = world.document("认定通知", body=(Block("图", ("别的",)),))
        plan, problems = plan_document(package, *given[1:], date=world.day, pictures=pictures)
        assert plan is None
        assert [(p.code, "别的" in p.message) for p in problems] == [("E617", True)]


def test_annexes_are_listed_and_numbered_after_those_only_named(world: Any) -> None:
    page = AnnexPage(("清单。",), (CRITERIA,))
    plan = planned(world, Block("段", ("甲。",)), pages=(page,))
    assert plan.annexes == ("门店信息表", "清单")
    assert [(p.label, p.title) for p in plan.pages] == [("附件2", "清单")]
    single = planned(world, Block("段", ("甲。",)), pages=(page,), annexes=())
    assert [p.label for p in single.pages] == ["附件"]
    empty = AnnexPage(("空。",), (replace(CRITERIA, each="依据口径"),))
    assert planned(world, Block("段", ("甲。",)), pages=(empty,)).pages == ()


def test_copies_and_capitals(world: Any) -> None:
    package = world.document(
        "认定通知",
        body=(Block("段", ("奖励", local("金额"), "（大写：", local("金额大写"), "）。")),),
        copies=(("市财政局",),),
    )
    decision = world.decision(amount="50000元")
    plan, _ = plan_document(package, decision, world.case, "认定通知", world.reading, date=world.day)
    assert plan is not None
    assert plan.copies == ("市财政局",)
    assert plan.body == (LetterParagraph(0, "奖励50000元（大写：人民币伍万元整）。"),)


def test_served_letters_are_those_addressed_to_someone(world: Any) -> None:
    block = Block("段", (local("送达文书"), "。"))
    package = world.document("补正告知书", body=(block,), addressee=())
    decision = world.decision(documents=("认定通知", "补正告知书"))
    plan, _ = plan_document(package, decision, world.case, "补正告知书", world.reading, date=world.day)
    assert plan is not None
    assert plan.body[0].text == "认定通知。"


def test_the_lines_of_a_value_are_kept(world: Any) -> None:
    """In a paragraph each becomes one of its own, in a cell they stand under one another: in the plan, Word and PDF."""
    from io import BytesIO

    from docx import Document as Word
    from pdfminer.high_level import extract_text

    from engine.documents.issue import render

    said = replace(world.reading, texts={**world.reading.texts, "单位名称": "甲店。\n\n 乙店。\n丙店 \n"})
    form = Block("栏", (), slots=(Slot(("门店",), (value("单位名称"),)), Slot(("一栏",), ("无",))))
    lines = replace(world, reading=said)
    paragraph = Block("段", ("门店有：", value("单位名称"), "。"))
    plan = replace(planned(lines, paragraph, form, title=("关于门店的通知",)), sample=False)
    assert [part.text for part in plan.body if isinstance(part, LetterParagraph)] == [
        "门店有：甲店。",
        "乙店。",
        "丙店。",
    ]
    (table,) = (part for part in plan.body if isinstance(part, LetterTable))
    assert "甲店。\n乙店。\n丙店" in [cell.text for row in table.rows for cell in row.cells]
    cells = [cell.text for t in Word(BytesIO(render(plan, "docx"))).tables for row in t.rows for cell in row.cells]
    assert "甲店。\n乙店。\n丙店" in cells
    assert "甲店。\n乙店。\n丙店" in extract_text(BytesIO(render(plan, "pdf")))
    assert (
        "甲店。乙店。丙店"
        in planned(lines, Block("标题", ("一、", value("单位名称"))), paragraph, title=("关于门店的通知",)).body[0].text
    )


@pytest.mark.parametrize(("unmet", "begins"), [(1, ["近一年"]), (2, ["（一）近一年", "（二）近一年"])])
def test_one_item_alone_bears_no_number(world: Any, unmet: int, begins: list[str]) -> None:
    block = Block("段", ("（", local("汉字序"), "）", local("说明"), "。"), each="未满足准则")
    criteria = tuple(world.criterion(f"准则{number}") for number in range(unmet))
    package = replace(world.document("不予认定告知书", body=(block,)), groups={})
    decision = world.decision(criteria=criteria, outcome="不予认定", documents=("不予认定告知书",))
    plan, problems = plan_document(package, decision, world.case, "不予认定告知书", world.reading, date=world.day)
    assert plan is not None, problems
    assert [part.text[: len(said)] for part, said in zip(plan.body, begins, strict=True)] == begins
