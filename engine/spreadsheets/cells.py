"""What stands in a cell of a spreadsheet: text, numbers as a spreadsheet computes with them, days and instants."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.base.calendar import BEIJING
from engine.base.numbers import unsigned_zero
from engine.base.text import HIDDEN, hidden_name
from engine.spreadsheets.formats import Format
from engine.spreadsheets.grid import MAX_CELL, CellValue, Fault

_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?", re.ASCII)
PLAIN = Format()


def text_value(text: str) -> str | Fault | None:
    """Text as it stands, None where it is blank; hidden characters and oversize are faults."""
    if not text or text.isspace():
        return None
    if HIDDEN.search(text):
        text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
        if found := HIDDEN.search(text):
            return Fault("E516", f"有不允许的字符 `{hidden_name(found.group())}`", "删去该字符后重新输入")
    if len(text) > MAX_CELL:
        return Fault("E517", f"单元格有 {len(text)} 个字，超过上限 {MAX_CELL}", "只填需要的内容")
    return text


def number_value(text: str, format: Format = PLAIN, epoch_1904: bool = False) -> CellValue:
    """The number in a cell: a decimal of at most 15 significant digits (what a spreadsheet computes with), the date
    it is shown as, or the text a person sees where the format adds a unit or zeros: `85%`, `3万元`, `00123`."""
    if _INTEGER.fullmatch(text):
        number = Decimal(text)
    elif not _NUMBER.fullmatch(text):
        return Fault("E511", f"`{text[:40]}` 不是数字", "重新输入数字")
    elif len(text) < 40 and text.lstrip("-").isdigit():
        number = Decimal(text)  # longer than a spreadsheet computes with: whoever needs all digits must be told
    else:
        number = Decimal(f"{float(text):.15g}")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return Fault("E512", f"数字 `{text[:40]}` 超出可以处理的范围", "核对后重新输入")
    number = Decimal(f"{number:f}")
    number = unsigned_zero(number)
    return serial_value(number, epoch_1904) if format.kind == "date" else format.shown(number)


LAST_SERIAL, LAST_SERIAL_1904 = 2_958_465, 2_957_003
"""9999-12-31 in the two date systems of a workbook."""


def serial_value(number: Decimal, epoch_1904: bool = False) -> CellValue:
    """The date or instant of an Excel serial number; below 1 it is a time of day."""
    days, part = divmod(number, 1)
    seconds = int((part * 86400).quantize(Decimal(1)))
    if 0 < number < 1 and seconds < 86400:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if not epoch_1904 and days == 60:
        return Fault("E513", "日期序号 60 是 1900-02-29，没有这一天", "重新输入日期")
    last = LAST_SERIAL_1904 if epoch_1904 else LAST_SERIAL
    if not 1 <= days <= last or (days == last and seconds == 86400):
        return Fault("E513", f"单元格是日期格式，但 `{number}` 不是日期", "重新输入日期，或把格式改成“常规”")
    first = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 31 if days < 60 else 30)
    day = first + timedelta(days=int(days))
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(seconds=seconds) if part else day


def iso_value(text: str) -> CellValue:
    """The day or instant of a cell that holds one in ISO 8601."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return Fault("E513", f"`{text[:40]}` 带有时区", "重新输入日期")
        return moment.replace(tzinfo=BEIJING)
    except ValueError:
        return Fault("E513", f"`{text[:40]}` 不是日期", "重新输入日期")
