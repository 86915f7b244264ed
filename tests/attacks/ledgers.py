"""Ledgers that are easily read wrong, by the guard that meets each: what the reader must say, and what it must read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.language.tree import NUMBER, TEXT
from engine.policy.package import Field, RecordTable
from tests.intake.sheets import data, raw, text, write
from tests.worlds.clubs import ACTIVITIES

Build = Callable[[Path], Path]
HEAD = ["活动日期", "活动名称", "服务人次"]
MONEY = ["活动日期", "活动名称", "经费"]
DAY, NEXT = date(2026, 1, 5), date(2026, 2, 5)
PEOPLE = RecordTable(
    "人才名册",
    (
        Field("姓名", TEXT, "文本", required=True),
        Field("证件号", TEXT, "文本"),
        Field("身份证号码", TEXT, "身份证号"),
        Field("满意率", NUMBER, "比例"),
    ),
)
NOTES = RecordTable("要点", (Field("事项", TEXT, "文本", required=True), Field("内容", TEXT, "文本", required=True)))


@dataclass(frozen=True)
class LedgerAttack:
    """`answer`: the code that must be among the problems, "" where the ledger is simply read. `reads`: the values of
    `column` that are read, None where the ledger is refused."""

    name: str
    guard: str
    build: Build
    answer: str
    column: str = "服务人次"
    reads: Sequence[Any] | None = None
    table: RecordTable = ACTIVITIES


def book(rows: Sequence[Sequence[Any]], **options: Any) -> Build:
    return lambda folder: write(folder / "台账.xlsx", rows, **options)


def tabs(**sheets: Sequence[Sequence[Any]]) -> Build:
    """A workbook with these sheets; a name that ends in _ is of a hidden one."""

    def build(folder: Path) -> Path:
        from openpyxl import Workbook

        made = Workbook()
        made.remove(made.worksheets[0])
        for title, rows in sheets.items():
            sheet = made.create_sheet(title.rstrip("_"))
            sheet.sheet_state = "hidden" if title.endswith("_") else "visible"
            for row in rows:
                sheet.append(list(row))
        made.save(folder / "台账.xlsx")
        return folder / "台账.xlsx"

    return build


def lines(*written: str) -> Build:
    def build(folder: Path) -> Path:
        path = folder / "台账.csv"
        path.write_text("\n".join(written) + "\n", encoding="utf-8")
        return path

    return build


def sheet(*rows: str, **options: Any) -> Build:
    return lambda folder: raw(folder / "台账.xlsx", *rows, **options)


def count(value: Any) -> Build:
    return book([HEAD, [DAY, "甲", value]])


def day(value: Any) -> Build:
    return book([HEAD, [value, "甲", 3]])


def money(
    value: Any, head: str = "经费", above: Sequence[Sequence[Any]] = (), foot: Sequence[Sequence[Any]] = ()
) -> Build:
    return book([*above, ["活动日期", "活动名称", head], [DAY, "甲", value], *foot])


def person(number: Any = None, ratio: Any = None, head: str = "满意率") -> Build:
    return book([["姓名", "证件号", head], ["张三", number, ratio]])


MALFORMED = (
    *("约30", "30余", "30左右", "30-40", "30~40", "30至40", "30/40", "(30)", "30?", "30+5", "3 0", "30.", "30人和5人"),
    *("30人", "30场", "30个", "30元", "30人次以上", "近30", "不足30", "30..5", "--30", "三十30", "30*2", "30%"),
    *("1e3", "1E3", "10^3", "0x1F", "30，40，50", "30、40", "30;40", "№30", "30 人次 40"),
)
GROUPS = ("1,234,5", "12,34", "1,2345", "1,23,45", "12,3", "123,45", "1,23,4人次", "0,12,3", "1,2", "1,234,")
DAYS = (
    *("25.6.12", "25-6-12", "2024.5", "2024年5月", "2026-02-30", "2026年2月30日", "20260230", "2026-13-01", "1/5/2026"),
    *("5-1-2026", "2026-1/5", "2026.1/5", "2026-01-05至2026-01-07", "2026.1.5-7", "1月5日", "1.5", "2026", "2026-1"),
    *(
        "2026-0-5",
        "2026-1-0",
        "0026-01-05",
        "2026年",
        "公元2026年1月5日前后",
        "2026-01-05?",
        "约2026-01-05",
        "99999-1-5",
    ),
    *("2026-01-05 25:61", "2026-01-05（星期三）", "2026-1-5-6", "1066-10-14", "3026-01-05"),
)
SPACED = ("2025-1-1 2", "2025年1月1 2日", "202 5-1-12", "2025/1 1/2", "2 025.1.12")
FOREIGN = ("美元", "港币", "欧元", "USD", "元/人", "英镑", "日元", "场", "人次", "吨", "元每人", "$")
MULTIPLES = {
    "千元": 1000,
    "万元": 10_000,
    "亿元": 100_000_000,
    "百万元": 1_000_000,
    "人民币万元": 10_000,
    "单位：万元": 10_000,
}
LABELS = (
    *(
        "合计",
        "总计",
        "小计",
        "共计",
        "累计",
        "3月小计",
        "12月份小计",
        "第一季度合计",
        "上半年合计",
        "全年合计",
        "年终总计",
    ),
    *("本页小计", "合 计", "合　计：", "2026年度合计", "总合计", "合计12场", "合计：1262", "TOTAL", "总数", "本月累计"),
)
STYLED = (
    ('0.00"万元"', 3, 30_000),
    ("0.00\\万\\元", 3, 30_000),
    ('0,"千元"', 3000, 3000),
    ('"人民币"0"万元"', 3, None),
    ("[$US$-409]#,##0", 3, None),
    ('"$"#,##0', 3, None),
    ("[$€-2] #,##0", 3, None),
    ('0!.0,"万"', 30_000, None),
    ("0.0,", 3000, None),
    ('[>=10000]0!.0,"万";0', 30_000, None),
    ('0"场"', 3, None),
    ('#,##0"吨"', 3, None),
    ("¥#,##0", 3, 3),
)


def named(kind: str, items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """`kind: item` names."""
    return ((f"{kind}: {item}", item) for item in items)


def numbers() -> Iterator[LedgerAttack]:
    for name, written in named("number", MALFORMED):
        yield LedgerAttack(name, "numbers are understood whole", count(written), "E5")
    for name, written in named("group", GROUPS):
        yield LedgerAttack(name, "thousands are groups of three", count(written), "E511")
    for name, written in named("numeral", ("1_000", "1_0", "+1_0")):
        cells = text("2026-01-05", "甲") + f"<c><v>{written}</v></c>"
        yield LedgerAttack(name, "numerals of a file are decimal", sheet(data(text(*HEAD), cells)), "E511")


def calendar() -> Iterator[LedgerAttack]:
    for name, written in named("day", DAYS):
        yield LedgerAttack(name, "days are understood whole", day(written), "E513")
    for name, written in named("spaced day", SPACED):
        yield LedgerAttack(name, "spaces only around separators", day(written), "E513")
    for serial in (44255, 45000, 46027):
        cells = f"<c><v>{serial}</v></c>" + text("甲", "3")
        build = sheet(data(text(*HEAD), cells), workbook='<workbookPr date1904="1"/>')
        yield LedgerAttack(f"1904: {serial}", "days counted from 1904 are not guessed", build, "E513")


def measures() -> Iterator[LedgerAttack]:
    for name, word in named("head in", FOREIGN):
        yield LedgerAttack(name, "units of heads", money(4, f"经费（{word}）"), "E519", "经费")
        if word not in ("场", "人次"):
            yield LedgerAttack(f"cell in: {word}", "known units only", money(f"4{word}"), "E519", "经费")
    for word, factor in MULTIPLES.items():
        build = money(4, f"经费（{word}）")
        yield LedgerAttack(f"head in: {word}", "units of heads", build, "", "经费", [4 * factor])
    for head in ("经费[万元]", "经费【万元】", "经费/万元", "经费\n（万元）", "经费：万元", "经费 (万元)"):
        yield LedgerAttack(f"head: {head!r}", "units of heads", money(4, head), "", "经费", [40_000])
    heads = {"服务人次（千人次）": [3000], "服务人次（万人次）": [30_000], "服务人次（百万人次）": None}
    for head, reads in heads.items():
        build = book([["活动日期", "活动名称", head], [DAY, "甲", 3]])
        yield LedgerAttack(f"head: {head}", "units of heads", build, "" if reads else "E520", reads=reads)
    above: dict[str, list[Any]] = {
        "单位：万元": ["单位：万元"],
        "（单位：万元）": ["2026年经费表（单位：万元）"],
        "金额单位：万元": ["填报单位：甲社", "金额单位：万元"],
        "以万元为单位": ["2026年台账，以万元为单位"],
        "单位： 万元 in two cells": ["单位：", "万元"],
        "title in 万元": ["2026年经费（万元）"],
        "单位：人次、万元": ["单位：人次、万元"],
        "计量单位:万元": ["计量单位:万元"],
    }
    for name, row in above.items():
        yield LedgerAttack(f"above: {name}", "units of sheets", money(4, above=[row]), "", "经费", [40_000])
    for said in ("单位：美元", "单位：千吨", "单位：元、万元", "金额单位：港币", "（单位：欧元）"):
        yield LedgerAttack(f"above: {said}", "units of sheets", money(4, above=[[said]]), "E519", "经费")
    for said in ("单位：万元", "注：金额单位为万元", "说明：以万元为单位", "备注：单位：美元"):
        yield LedgerAttack(f"below: {said}", "units at the foot", money(4, foot=[[said]]), "E519", "经费")
    for style, value, reads in STYLED:
        answer = "" if reads is not None else "E5"
        build = money((value, style))
        guard = "numbers as they are shown"
        if reads == value:
            continue
        yield LedgerAttack(f"format: {style}", guard, build, answer, "经费", None if reads is None else [reads])


def rows() -> Iterator[LedgerAttack]:
    for name, label in named("total", LABELS):
        build = book([HEAD, [DAY, "甲", 3], [NEXT, label, 3]])
        yield LedgerAttack(name, "totals by label", build, "W543", reads=[3])
    sums = [[DAY, "甲", 3], [DAY, "乙", 4], [NEXT, "丙", 5]]
    build = book([HEAD, *sums, [None, None, 12]])
    yield LedgerAttack("total without a label", "totals by value", build, "W543", reads=[3, 4, 5])
    build = book([["序号", *HEAD], *([n, *row] for n, row in enumerate(sums, 1)), [4, None, None, 12]])
    yield LedgerAttack("total with a number alone", "totals by value", build, "W543", reads=[3, 4, 5])
    again = [[NEXT, "丁", 1], [NEXT, "戊", 2], [NEXT, "己", 3]]
    build = book([HEAD, *sums, [None, "小计", 12], *again, [None, None, 6]])
    yield LedgerAttack("second subtotal without a label", "totals by value", build, "W543", reads=[3, 4, 5, 1, 2, 3])
    twice = [[DAY, "甲", 3], [NEXT, "乙", 4]]
    for name, pasted in {
        "one row twice": [*twice, twice[0]],
        "pasted twice": [*twice, *twice],
        "one after the other": [twice[0], twice[0], twice[1]],
        "blank cells alike": [[DAY, "甲", None], [DAY, "甲", None]],
        "written in another way": [*twice, ["2026年1月5日", "甲", "3人次"]],
        "number beside it differs": [[*row, n] for n, row in enumerate([*twice, *twice])],
    }.items():
        head = [*HEAD, "序号"] if len(pasted[0]) > 3 else HEAD
        reads = [row[2] if row[2] != "3人次" else 3 for row in pasted]
        guard = "records that are there already"
        yield LedgerAttack(f"duplicate: {name}", guard, book([head, *pasted]), "W524", reads=reads)
    yield LedgerAttack(
        "duplicate: in a CSV",
        "records that are there already",
        lines("活动日期,活动名称,服务人次", "2026-01-05,甲,3", "2026-01-05,甲,3"),
        "W524",
        reads=[3, 3],
    )
    moved = "cells that have moved"
    for name, row in {
        "thousands without quotes": "2026-01-05,甲,1,234",
        "one cell more": "2026-01-05,甲,3,999",
        "two cells more": "2026-01-05,甲,3,9,9",
    }.items():
        yield LedgerAttack(f"CSV: {name}", moved, lines("活动日期,活动名称,服务人次", row), "E543")
    build = lines("事项,内容", "甲,乙,丙")
    yield LedgerAttack("CSV: a comma in a text", moved, build, "E543", "内容", table=NOTES)
    yield LedgerAttack(
        "CSV: thousands move into 备注",
        moved,
        lines("活动日期,活动名称,服务人次,备注", "2026-01-05,甲,1,234"),
        "W522",
        reads=[1],
    )
    yield LedgerAttack(
        "CSV: thousands move into 备注, padded",
        moved,
        lines("活动日期,活动名称,服务人次,备注", "2026-01-05,甲,1,234,"),
        "E543",
    )


def texts() -> Iterator[LedgerAttack]:
    lost = "texts from number cells"
    for digits in ("350102199001011234", "6222021234567890123", "1234567890123456", "3.50102199001011E+17"):
        cells = text("张三") + f"<c><v>{digits}</v></c>"
        yield LedgerAttack(
            f"id in a number cell: {digits}",
            lost,
            sheet(data(text("姓名", "证件号"), cells)),
            "E525",
            "证件号",
            table=PEOPLE,
        )
    build = sheet(data(text("姓名", "身份证号码"), text("张三") + "<c><v>110105194912310020</v></c>"))
    yield LedgerAttack("identifier in a number cell", lost, build, "E525", "身份证号码", table=PEOPLE)
    for name, value, reads in (
        ("a day in a text column", DAY, "2026-01-05"),
        ("an instant in a text column", datetime.fromisoformat("2026-01-05T14:30"), "2026-01-05 14:30"),
        ("a fraction in a text column", 3.1, "3.1"),
    ):
        yield LedgerAttack(name, lost, person(value), "W522", "证件号", [reads], PEOPLE)
    yield LedgerAttack(
        "leading zeros by format", "numbers as they are shown", person((123, "00000")), "", "证件号", ["00123"], PEOPLE
    )
    for written in ("3.50102E+17", "3.5E+10", "1E+15"):
        build = lines("姓名,证件号", f"张三,{written}")
        yield LedgerAttack(f"CSV id: {written}", "texts in scientific notation", build, "E525", "证件号", table=PEOPLE)
    ratio = "ratios have two readings"
    for value in (0.85, 1, 0.5, 0.01, "0.9", "1", "０.８"):
        yield LedgerAttack(f"ratio: {value!r}", ratio, person(None, value), "E523", "满意率", table=PEOPLE)
    build = person(None, 3, "满意率（‰）")
    yield LedgerAttack("ratio: 3 under ‰", "units of heads", build, "", "满意率", [Decimal("0.003")], PEOPLE)
    for written, reads in (("⼈才⼤会", "人才大会"), ("⻓乐⻔", "长乐门"), ("金⾹", "金香"), ("福\uf9d1", "福六")):
        yield LedgerAttack(
            f"look-alike: {written}", "look-alikes", book([HEAD, [DAY, written, 3]]), "W522", "活动名称", [reads]
        )


def places() -> Iterator[LedgerAttack]:
    fit = "sheets that fit"
    first, second = [HEAD, [DAY, "甲", 3]], [HEAD, [NEXT, "乙", 4]]
    longer = [[*HEAD, "经费"], [DAY, "甲", 3, 5]]
    yield LedgerAttack("sheets: two halves", fit, tabs(上半年=first, 下半年=second), "W547", reads=[3, 4])
    yield LedgerAttack("sheets: one head longer", fit, tabs(上半年=longer, 下半年=second), "W547", reads=[3, 4])
    yield LedgerAttack("sheets: goes on without a head", fit, tabs(一=first, 二=[[NEXT, "乙", 4]]), "E548")
    yield LedgerAttack(
        "sheets: a head misspelt",
        fit,
        tabs(一=first, 二=[["活动日期", "活动名称了", "服务人次"], [NEXT, "乙", 4]]),
        "E548",
    )
    yield LedgerAttack("sheets: one hidden", fit, tabs(一=first, 二_=second), "W545", reads=[3])
    yield LedgerAttack(
        "sheets: another table", fit, tabs(一=first, 通讯录=[["姓名", "电话"], ["张三", "1"]]), "W540", reads=[3]
    )
    for title in ("汇总", "统计表", "合计", "副本", "备份", "旧", "作废", "模板", "Sheet1 copy"):
        yield LedgerAttack(f"sheets: {title}", "copies and summaries", tabs(**{title: second, "明细": first}), "E548")
    yield LedgerAttack(
        "duplicate: over two sheets",
        "records that are there already",
        tabs(一=[*first, [NEXT, "丙", 9]], 二=[*second, [DAY, "甲", 3]]),
        "W524",
        reads=[3, 9, 4, 3],
    )
    order = "rows and cells in order"
    cell = text("2026-01-05", "甲", "3")
    twice = f'<sheetData><row r="1">{text(*HEAD)}</row><row r="2">{cell}</row><row r="2">{cell}</row></sheetData>'
    yield LedgerAttack("row twice", order, sheet(twice), "E163")
    back = f'<sheetData><row r="1">{text(*HEAD)}</row><row r="3">{cell}</row><row r="2">{cell}</row></sheetData>'
    yield LedgerAttack("rows out of order", order, sheet(back), "E163")
    both = '<c r="A2" t="inlineStr"><is><t>2026-01-05</t></is></c><c r="B2" t="inlineStr"><is><t>甲</t></is></c>'
    both += '<c r="C2"><v>3</v></c><c r="C2"><v>30</v></c>'
    yield LedgerAttack("cell twice", order, sheet(data(text(*HEAD), both)), "E163")
    hidden = "what is hidden"
    columns = '<cols><col min="3" max="3" hidden="1"/></cols>' + data(text(*HEAD), cell)
    yield LedgerAttack("hidden column", hidden, sheet(columns), "W545", reads=[3])
    yield LedgerAttack(
        "column without width", hidden, sheet(columns.replace('hidden="1"', 'width="0"')), "W545", reads=[3]
    )
    row = f'<sheetData><row r="1">{text(*HEAD)}</row><row r="2" hidden="1">{cell}</row></sheetData>'
    yield LedgerAttack("hidden row", hidden, sheet(row), "W545", reads=[3])
    yield LedgerAttack("row without height", hidden, sheet(row.replace('hidden="1"', 'ht="0"')), "W545", reads=[3])
    struck = '<fonts><font/><font><strike/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>'
    crossed = text("2026-01-05", "甲") + '<c s="1"><v>3</v></c>'
    yield LedgerAttack("crossed-out row", hidden, sheet(data(text(*HEAD), crossed), styles=struck), "W542", reads=[3])
    runs = text("2026-01-05") + '<c t="s"><v>0</v></c><c><v>3</v></c>'
    strings = "<si><r><rPr><strike/></rPr><t>甲</t></r><r><t>乙</t></r></si>"
    yield LedgerAttack("crossed-out words", hidden, sheet(data(text(*HEAD), runs), strings=strings), "W542", reads=[3])
    blind = '<numFmts><numFmt numFmtId="180" formatCode=";;;"/></numFmts><cellXfs><xf/><xf numFmtId="180"/></cellXfs>'
    yield LedgerAttack(
        "number that is not shown", hidden, sheet(data(text(*HEAD), crossed), styles=blind), "W545", reads=[3]
    )
    yield LedgerAttack(
        "merged cells",
        hidden,
        book([HEAD, [DAY, "甲", 3], [NEXT, "乙", None]], merges=["C2:C3"]),
        "W544",
        reads=[3, None],
    )
    head = "one head above the records"
    notes = [["事项", "内容"], ["甲", "乙"]]
    turned = LedgerAttack(
        "second head in another order",
        head,
        book([*notes, ["内容", "事项"], ["丁", "丙"]]),
        "E544",
        "事项",
        table=NOTES,
    )
    yield turned
    yield replace(
        turned,
        name="second head alike",
        build=book([*notes, *notes[:1], ["丙", "丁"]]),
        answer="W543",
        column="事项",
        reads=["甲", "丙"],
    )
    yield replace(
        turned,
        name="records above the head",
        build=book([[DAY, "甲", 3], HEAD, [NEXT, "乙", 4]]),
        table=ACTIVITIES,
        column="服务人次",
    )
    yield LedgerAttack(
        "a column without a head", "columns have a head", book([HEAD, [DAY, "甲", 3, 99]]), "W541", reads=[3]
    )


LEDGERS = (*numbers(), *calendar(), *measures(), *rows(), *texts(), *places())
