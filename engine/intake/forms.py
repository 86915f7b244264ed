"""Empty forms from the vocabulary: `case.yaml` with every question, and a workbook for every record table.

Untouched forms load as a case in which everything is unknown. The same package gives the same bytes.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.problem import Problem, Refused
from engine.base.text import width, wrap
from engine.base.units import PERIOD
from engine.files.faults import refusal
from engine.files.writing import create_all, make_folder
from engine.intake.case import CASE_FILE, MAX_ID
from engine.intake.stages import CaseStage
from engine.intake.values import writable
from engine.language.printer import print_node
from engine.policy.package import AS_OF, Field, Package, RecordTable
from engine.spreadsheets.grid import letters

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORM_ROWS = 500
_COLUMNS = 100
_HINTS = {
    "整数": "整数",
    "小数": "数字",
    "金额": "金额",
    "比例": "百分比，例如 85%",
    "期间": "期间，例如 1年6个月",
    "日期": "日期，例如 2026-01-05",
    "时刻": "时刻，例如 14:30",
    "文本": "文字",
    "身份证号": "18位身份证号",
    "统一社会信用代码": "18位统一社会信用代码",
    "账号": "账号或银行卡号，只写数字",
    "是否": "是 或 否",
}
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_FIXED_TIME = (2000, 1, 1, 0, 0, 0)


def init_case(
    package: Package, directory: Path, regulation: str = "", stages: Sequence[CaseStage] = ()
) -> tuple[list[Path], list[Problem]]:
    """Write the empty form into `directory` (made if need be), with the questions of `stages` (none: all). Existing
    files are never overwritten: then nothing is written at all. The files written, or the problem. Refused (exit code 2):
    E902 what the file system refuses."""
    form = case_form(package, directory.resolve().name[:MAX_ID], regulation or package.id, stages)
    asked = {name for stage in stages for name in stage.asked} or set(package.tables).difference(package.of_round)
    files = {CASE_FILE: form.encode()}
    files |= {f"{t.name}.xlsx": ledger_form(t, package) for t in package.tables.values() if t.name in asked}
    try:
        make_folder(directory)
        if there := next((name for name in files if os.path.lexists(directory / name)), None):
            message = f"`{directory / there}` 已经存在，没有覆盖"
            return [], [Problem("E556", message, help="换一个文件夹，或先移走原有文件")]
        create_all({directory / name: data for name, data in files.items()})
    except OSError as error:
        raise Refused(refusal(error), 2) from None
    return [directory / name for name in files], []


def case_form(package: Package, id: str, regulation: str, stages: Sequence[CaseStage] = ()) -> str:
    """The text of an empty `case.yaml`: one key a fact, its question and evidence as comments; by stage where `stages` are
    given, each with what is first needed there."""
    real = (name for name, fact in package.facts.items() if not fact.formal)
    given = (name for name in (*real, *package.tables) if name not in package.of_round)
    stages = stages or (CaseStage("", tuple(given)),)
    tables = [package.tables[name] for stage in stages for name in stage.asked if name in package.tables]
    lines = [
        *_comment(f"案件填报表：{package.header.title}", ""),
        *_comment("冒号后空一格填写。不清楚的留空：留空是“未填”，不会按“否”或零处理。", ""),
        f"案件: {quoted(id)}",
        f"规范: {regulation}",
        f"基准日: {package.as_of}",
        "",
        "事实:",
    ]
    for stage in stages:
        facts = [package.facts[name] for name in stage.asked if name in package.facts and name != AS_OF]
        title = f"{stage.name or '其他'}（{len(facts)} 项）" if len(stages) > 1 or stage.name else ""
        lines += ["", *_comment(f"════ {title} ════", "  ")] if title and facts else []
        for fact in facts:
            lines += _fact_lines(fact, package)
    if tables:
        lines += ["", "记录:"]
    for table in tables:
        lines += _comment(table.label, "  ")
        lines += _rules_of(package, table.name)
        lines += _comment(f"在 {table.name}.xlsx 里逐行填写；确实没有记录时写 []", "  ")
        lines.append(f"  {table.name}: {table.name}.xlsx")
    return "\n".join([*lines, "", *_excuse_lines(package)]).rstrip() + "\n"


def _fact_lines(fact: Field, package: Package) -> list[str]:
    lines = [""]
    lines += _comment(fact.question or fact.label, "  ")
    lines += _comment("填写：" + _how(fact, package), "  ")
    if fact.evidence:
        lines += _comment("证据：" + fact.evidence, "  ")
    if fact.clauses:
        lines += _comment("依据：" + "、".join(fact.clauses), "  ")
    lines += _rules_of(package, fact.name)
    if not fact.finding:
        return [*lines, f"  {fact.name}:"]
    return [*lines, f"  {fact.name}:", *(f"    {key}:" for key in ("判断", "人", "日期", "理由"))]


def _rules_of(package: Package, name: str) -> list[str]:
    """What must hold between a fact, or the records of a table, and others."""
    found = [print_node(relation.said) for relation in package.relations.values() if name in relation.given]
    return [line for said in found for line in _comment("须：" + said, "  ")]


def _excuse_lines(package: Package) -> list[str]:
    general = [criterion.name for criterion in package.criteria.values() if criterion.strength == "一般应当"]
    if not general:
        return []
    lines = _comment("“一般应当”的准则未满足而仍拟通过时，去掉行首的 # 逐条写明理由：", "")
    lines += [f"# {line}" for line in ("例外理由:", f"  {general[0]}: {{判断: 是, 人: , 日期: , 理由: }}")]
    return lines + _comment("可写例外理由的准则：" + "、".join(general), "")


def _comment(text: str, indent: str) -> list[str]:
    return wrap(" ".join(text.split()), _COLUMNS, indent=f"{indent}# ") if text.strip() else []


def quoted(text: str) -> str:
    """Text as a YAML scalar in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def _how(field: Field, package: Package) -> str:
    """How a value is written: its type, unit, choices and range."""
    members = writable(field, package.scope.enums) if field.type.kind == "enum" else ()
    what = (
        "、".join(members) + " 之一" if members else _HINTS.get(field.word, "") or _KINDS.get(field.type.kind, "文字")
    )
    unit = f"，单位 {field.unit.name}" if field.unit is not None and field.unit != PERIOD else ""
    return ("判断；" if field.finding else "") + what + unit


_KINDS = {"bool": "是 或 否", "number": "数字", "date": "日期，例如 2026-01-05", "time": "时刻，例如 14:30"}


def ledger_form(table: RecordTable, package: Package) -> bytes:
    """An .xlsx with a frozen header, drop-downs, date formats and a sheet of instructions; no records."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:
        sheet = book.create_sheet()
    sheet.title = _title(table.name)
    guide, options = book.create_sheet("填写说明"), book.create_sheet("选项")
    _fill_header(sheet, table)
    _fill_guide(guide, table, package)
    for index, column in enumerate(table.columns, 1):
        _validate(sheet, options, index, column, package)
    options.sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return normalised(buffer.getvalue())


def _title(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "·", name)[:31]


def _fill_header(sheet: Worksheet, table: RecordTable) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="FF999999")
    for index, column in enumerate(table.columns, 1):
        cell = sheet.cell(1, index, column.name + (f"（{column.unit.name}）" if column.unit else ""))
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFFFE9B3" if column.required else "FFEDEDED")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        sheet.column_dimensions[letters(index)].width = max(12, width(str(cell.value)) + 4)
        if column.type.kind in ("date", "text"):
            style = "yyyy-mm-dd" if column.type.kind == "date" else "@"
            sheet.column_dimensions[letters(index)].number_format = style
            for row in range(2, FORM_ROWS + 2):
                sheet.cell(row, index).number_format = style
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"


def _fill_guide(guide: Worksheet, table: RecordTable, package: Package) -> None:
    from openpyxl.styles import Alignment, Font

    rows = [(f"{table.name}：{table.label}" if table.label else table.name, "", "", "")]
    rows += [("每条记录一行；不清楚的单元格留空；不要合并单元格；合计行不计入。黄色表头的列必填。", "", "", "")]
    rows += [("列", "填写", "必填", "说明")]
    rows += [(c.name, _how(c, package), "是" if c.required else "", c.label or c.question) for c in table.columns]
    checked = [print_node(relation.said) for relation in package.relations.values() if relation.table == table.name]
    rows += [("", f"每条须：{said}", "", "") for said in checked]
    for number, row in enumerate(rows, 1):
        for index, text in enumerate(row, 1):
            cell = guide.cell(number, index, text or None)
            cell.alignment = Alignment(vertical="top", wrap_text=number > 3)
            cell.font = Font(bold=number in (1, 3))
    for index, size in enumerate((20, 36, 8, 48), 1):
        guide.column_dimensions[letters(index)].width = size


def _validate(sheet: Worksheet, options: Worksheet, index: int, column: Field, package: Package) -> None:
    """Drop-downs for choices (from the hidden sheet: a list in the rule itself is limited to 255 characters), bounds
    for dates and numbers. Warnings only: a person may still type what the form does not foresee."""
    from openpyxl.worksheet.datavalidation import DataValidation

    letter, kind = letters(index), column.type.kind
    choices = {"bool": ("是", "否"), "enum": writable(column, package.scope.enums)}.get(kind, ())
    if choices:
        for row, word in enumerate((column.name, *choices), 1):
            options.cell(row, index, word)
        rule = DataValidation(type="list", formula1=f"选项!${letter}$2:${letter}${len(choices) + 1}", allow_blank=True)
        rule.error = "请从下拉列表中选择"
    elif kind == "date":
        rule = DataValidation(type="date", operator="between", formula1="2", formula2="109939", allow_blank=True)
        rule.error = "请填写日期，例如 2026-01-05"
    elif kind == "number" and column.word == "整数":
        rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        rule.error = "请填写整数"
    else:
        return
    rule.errorTitle, rule.errorStyle = column.name, "warning"
    rule.add(f"{letter}2:{letter}{FORM_ROWS + 1}")
    sheet.add_data_validation(rule)


def normalised(data: bytes) -> bytes:
    """The same parts in a fixed order with fixed times, so that equal forms are equal bytes."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, _FIXED_TIME)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            target.writestr(info, content)
    return out.getvalue()
