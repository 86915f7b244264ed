"""Days and times of day from what people write: understood exactly, or a `Fault` whose advice fits what was written."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from engine.base.numbers import number_text
from engine.intake.understood import Understood
from engine.spreadsheets.grid import Fault, short

FIRST_YEAR, LAST_YEAR = 1800, 2200
DAY_HELP = "写作 `2026-01-05`"
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))",
    re.ASCII,
)
_SPACED = re.compile(r"(?<=[0-9])\s+(?=[-/.年月日])|(?<=[-/.年月])\s+(?=[0-9])", re.ASCII)
_TIME = r"[0-9]{1,2}(?::|时|点)[0-9]{1,2}(?:(?::|分)[0-9]{1,2}秒?|分)?"
_CLOCK = re.compile(r"([0-9]{1,2})(?::|时|点)([0-9]{1,2})(?:(?::|分)([0-9]{1,2})?秒?)?", re.ASCII)
_LATER = re.compile(rf"(.+?)(?:\s*T|\s+)({_TIME})(?:\s*[-–—~至]\s*({_TIME}))?(?:\.0+)?", re.ASCII)
_WEEKDAY = re.compile(r"(.+?)\s*[（(]?(?:星期|周)([一二三四五六日天])[）)]?")
_DAYS_OF_WEEK = "一二三四五六日"
_SHORT_YEAR = re.compile(r"([0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月)", re.ASCII)
_NO_YEAR = re.compile(r"([0-9]{1,2})(?:[-/.]([0-9]{1,2})|月([0-9]{1,2})日?)", re.ASCII)
_SERIALS = range(20_000, 80_001)  # 1954 to 2119: a day whose cell lost its format


def read_day(text: str, lenient: bool) -> Understood | Fault:
    """A day written as text. `lenient`, as in ledgers: spaces around the separators, a clock or a weekday after it."""
    written = text
    if lenient:
        text, fault = _day_alone(text)
        if fault is not None:
            return fault
    match = _DATE.fullmatch(text)
    if match is None:
        return Fault("E513", f"`{short(written)}` 不是日期", _advice(text))
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        value = date(year, month, day)
    except ValueError:
        return Fault("E513", f"`{short(written)}`：没有这一天", "核对月份和日期")
    if lenient and (named := _WEEKDAY.fullmatch(written)):
        weekday = _DAYS_OF_WEEK[value.weekday()]
        if named.group(2).replace("天", "日") != weekday:
            return Fault("E513", f"`{short(written)}`：{value} 是星期{weekday}", "核对日期和星期")
    return in_years(value, text)


def _day_alone(text: str) -> tuple[str, Fault | None]:
    """The day without a weekday or a clock behind it, which must be one."""
    if named := _WEEKDAY.fullmatch(text):
        text = named.group(1)
    if later := _LATER.fullmatch(text):
        for clock in later.groups()[1:]:
            if clock is not None and isinstance(read_clock(clock), Fault):
                return text, Fault("E513", f"`{short(text)}`：没有这个时刻 `{clock}`", "核对时刻，或只写日期")
        text = later.group(1)
    return _SPACED.sub("", text).strip(), None


def _advice(text: str) -> str:
    """How to write what was probably meant."""
    if short := _SHORT_YEAR.fullmatch(text):
        year, _, month, day = short.groups()
        return f"年份写四位，例如 `20{year}-{int(month):02}-{int(day):02}`"
    if month_only := _MONTH.fullmatch(text):
        month = int(month_only.group(2) or month_only.group(3))
        return f"只有年和月；补上日，例如 `{month_only.group(1)}-{month:02}-01`" if 1 <= month <= 12 else DAY_HELP
    if no_year := _NO_YEAR.fullmatch(text):
        day = int(no_year.group(2) or no_year.group(3))
        return f"补上年份，例如 `2026-{int(no_year.group(1)):02}-{day:02}`"
    if re.search(r"[0-9].*[至到~—–].*[0-9]", text):
        return "只写开始的那一天，例如 `2026-01-05`"
    return DAY_HELP


def in_years(value: date, shown: str) -> Understood | Fault:
    """The day, or E513 where no case can be of such a year; `shown`: as it was written."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        return Fault("E513", f"`{shown}` 的年份不在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", "核对年份")
    return Understood(value)


def native_day(raw: object, epoch_1904: bool) -> Understood | Fault:
    """A day from a cell that is no text. `epoch_1904`: the workbook counts days from 1904."""
    if isinstance(raw, datetime):
        return in_years(raw.date(), str(raw.date()))
    if isinstance(raw, date):
        return in_years(raw, str(raw))
    if isinstance(raw, Decimal) and raw == raw.to_integral_value():
        number = int(raw)
        if 18_000_101 <= number <= 22_001_231:
            return read_day(str(number), lenient=True)
        if number in _SERIALS:
            return _serial_day(raw, epoch_1904)
    shown = number_text(raw) if isinstance(raw, Decimal) else str(raw)
    return Fault("E513", f"`{shown}` 不是日期", _advice(shown))


def _serial_day(raw: Decimal, epoch_1904: bool) -> Understood | Fault:
    from engine.spreadsheets.cells import serial_value

    value, other = serial_value(raw), serial_value(raw, epoch_1904=True)
    if epoch_1904:
        message = f"数字 `{number_text(raw)}` 没有日期格式；这份工作簿从 1904 年起算，可以是 {other}，也可以是 {value}"
        return Fault("E513", message, "把单元格设为日期格式，核对后保存")
    return (
        Understood(value, f"数字 `{number_text(raw)}` 按日期序号读作 {value}")
        if isinstance(value, date)
        else _no_such(raw)
    )


def _no_such(raw: Decimal) -> Fault:
    return Fault("E513", f"`{number_text(raw)}` 不是日期", DAY_HELP)


def read_clock(text: str) -> Understood | Fault:
    """A time of day written 14:30 or 14:30:05, or E521."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return Fault("E521", f"`{short(text)}` 不是时刻", "写作 `14:30`")
    try:
        return Understood(time(int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)))
    except ValueError:
        return Fault("E521", f"`{text}`：没有这个时刻", "写作 `14:30`")


def native_clock(raw: object) -> Understood | Fault:
    """A time of day from a spreadsheet's own value, or E521."""
    if isinstance(raw, datetime):
        return Understood(raw.time())
    if isinstance(raw, time):
        return Understood(raw)
    return Fault("E521", f"`{raw}` 不是时刻", "写作 `14:30`")


def shown_moment(raw: date | time) -> str:
    """A day, instant or time of day as people write it: no seconds that are zero, no offset."""
    if isinstance(raw, datetime):
        clock = raw.time()
        return f"{raw.date()} {shown_moment(clock)}"
    if isinstance(raw, time):
        return raw.strftime("%H:%M:%S" if raw.second else "%H:%M")
    return str(raw)
