"""From what people write to typed values in base units. A value is either understood exactly or a `Fault` says why not.

Two tempers: a case file is *strict*; a ledger is *lenient* about the habits of spreadsheets (full-width digits,
thousands separators, √ for 是, a time behind a date), and says where it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, Inexact
from typing import NamedTuple

from engine.base.numbers import EXACT, Number, divide, plain, read_number
from engine.base.text import find_hidden, nearest
from engine.base.units import BUILT_IN, Unit, show
from engine.intake.grid import Fault
from engine.intake.grid import Value as Raw
from engine.language.tree import Value
from engine.policy.package import Field

MAX_TEXT = 10_000
FIRST_YEAR, LAST_YEAR = 1800, 2200
_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_QUANTITY = re.compile(r"([-+−]?[0-9.]+)\s*((?![eE][-+]?[0-9])[^\s0-9,.^*+-][^0-9,^*]*)?", re.ASCII)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))",
    re.ASCII,
)
_CLOCK = re.compile(r"([0-9]{1,2})(?::|时|点)([0-9]{1,2})(?:(?::|分)([0-9]{1,2})?秒?)?", re.ASCII)
_DAY_HELP = "写作 `2026-01-05`"
_YES = {"是": True, "否": False}
_LENIENT_YES = _YES | {"√": True, "✓": True, "有": True, "Y": True, "×": False, "✗": False, "无": False, "N": False}


class Read(NamedTuple):
    """A value understood, with a remark where it was written in an unusual way."""

    value: Value
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads values of one fact or column. `units` by name; `members` of its enumeration; `default` overrides the
    declared unit (a column head such as `经费（万元）`)."""

    declared: Field
    units: Mapping[str, Unit]
    members: tuple[str, ...] = ()
    lenient: bool = False
    default: Unit | None = None
    cache: dict[tuple[type, Raw], Read | Fault] = field(default_factory=dict, compare=False, repr=False)

    def read(self, raw: Raw) -> Read | Fault:
        """Never raises. Results are remembered, so that a column of few values costs little."""
        key = (raw.__class__, raw)
        found = self.cache.get(key)
        if found is None:
            found = self._read(raw)
            if len(self.cache) < 50_000:
                self.cache[key] = found
        return found

    def _read(self, raw: Raw) -> Read | Fault:
        if isinstance(raw, Fault):
            return raw
        kind = self.declared.type.kind
        if not isinstance(raw, str):
            return _NATIVE[kind](self, raw)
        text, remark = raw.strip(), ""
        if kind != "text" and _FULL_WIDTH.search(text):
            half = unicodedata.normalize("NFKC", text)
            if not self.lenient and half != text and kind != "enum":
                return Fault("E522", f"`{text}` 用了全角字符", f"改成半角 `{half}`")
            if kind != "enum":
                text, remark = half, f"全角 `{text}` 按 `{half}` 读取"
        result = _FROM_TEXT[kind](self, text)
        return result._replace(remark=result.remark or remark) if isinstance(result, Read) else result


def make_reader(
    declared: Field, units: Mapping[str, Unit], enums: Mapping[str, tuple[str, ...]], lenient: bool
) -> Reader:
    """The reader of a fact (`lenient` False) or a ledger column."""
    known = {unit.name: unit for unit in BUILT_IN} | dict(units)
    return Reader(declared, known, enums.get(declared.type.name, ()), lenient)


def _bool(reader: Reader, text: str) -> Read | Fault:
    words = _LENIENT_YES if reader.lenient else _YES
    value = words.get(text.upper())
    if value is None:
        return Fault("E510", f"`{_short(text)}` 不是 `是` 或 `否`", "写 `是` 或 `否`；不清楚就留空")
    return Read(value)


def _number(reader: Reader, text: str) -> Read | Fault:
    remark = ""
    if reader.lenient and _THOUSANDS.match(text):
        text = text.replace(",", "")
    match = _QUANTITY.fullmatch(text)
    number = read_number(match.group(1).replace("−", "-").removeprefix("+")) if match else None
    if match is None or number is None:
        return _not_a_number(reader, text, match)
    unit = reader.default or reader.declared.unit
    if word := (match.group(2) or "").strip():
        given = reader.units.get(word)
        if given is None:
            close = nearest(
                word, (u.name for u in reader.units.values() if u.dimension == reader.declared.type.dimension)
            )
            return Fault("E519", f"不认识的单位 `{word}`", f"是否想写 `{close}`？" if close else "只写数字即可")
        if given.dimension != reader.declared.type.dimension:
            wanted = unit.name if unit else show(reader.declared.type.dimension)
            help = f"换算成 `{wanted}` 再填" if unit else "去掉单位，只写数字"
            return Fault("E519", f"单位不符：`{_short(text)}` 应以 `{wanted}` 计", help)
        unit = given
    return _checked(reader, number, unit, _short(text), remark)


def _not_a_number(reader: Reader, text: str, match: re.Match[str] | None) -> Fault:
    digits = match.group(1) if match else text
    unit = (match.group(2) or "").strip() if match else ""
    if re.fullmatch(r"[-+−]?[0-9]+(\.[0-9]+)?", digits, re.ASCII) and (not unit or unit in reader.units):
        return Fault("E512", f"数字 `{_short(text)}` 太长", "至多 30 位整数、10 位小数；核对后重新填写")
    if "," in text and _THOUSANDS.match(text):
        return Fault("E511", f"`{_short(text)}` 里有千分位逗号", f"写作 `{text.replace(',', '')}`")
    if re.fullmatch(r"[-+]?[0-9.]+([eE^*]|\*\*)[-+]?[0-9]+", text, re.ASCII) and len(text) < 60:
        return Fault("E512", f"`{text}` 用了乘方或科学记数法", "写成普通数字，例如 `12000`")
    return Fault("E511", f"`{_short(text)}` 不是数字", f"只写数字，例如 `{_example(reader)}`；不清楚就留空")


def _example(reader: Reader) -> str:
    unit = reader.default or reader.declared.unit
    return f"12{unit.name}" if unit else "12"


def _native_number(reader: Reader, raw: Raw) -> Read | Fault:
    if isinstance(raw, Decimal):
        return _checked(reader, raw, reader.default or reader.declared.unit, plain(raw), "")
    if isinstance(raw, bool):
        return Fault("E511", f"`{'TRUE' if raw else 'FALSE'}` 不是数字", "重新输入数字")
    return Fault("E511", f"单元格是日期格式（显示为 `{raw}`），应为数字", "把单元格格式改成“常规”后重新输入数字")


def _checked(reader: Reader, number: Decimal, unit: Unit | None, shown: str, remark: str) -> Read | Fault:
    """In base units, whole where it must be, within the range. Without a declared range counts are not negative."""
    declared = reader.declared
    try:
        value = EXACT.multiply(number, unit.factor) if unit else number
    except (Inexact, ArithmeticError):
        return Fault("E512", f"数字 `{shown}` 超出可以处理的范围", "核对后重新填写")
    if declared.word == "整数" and value != value.to_integral_value():
        return Fault("E511", f"`{shown}` 不是整数", "只填整数")
    low: Number | None = declared.low
    if low is None and declared.word in ("整数", "金额", "比例"):
        low = Decimal(0)
    if (low is not None and value < low) or (declared.high is not None and value > declared.high):
        return Fault("E520", f"`{shown}` 超出范围 {_range(reader, low, declared.high)}", "核对后重新填写")
    if declared.word == "比例" and declared.high is None and value > 1:
        return Fault("E520", f"比例 `{shown}` 超过 100%", f"写作 `{plain(number)}%`，或核对后重新填写")
    return Read(value, remark)


def _range(reader: Reader, low: Number | None, high: Number | None) -> str:
    return f"{_bound(low, reader.declared.unit)} 至 {_bound(high, reader.declared.unit)}"


def _bound(bound: Number | None, unit: Unit | None) -> str:
    if bound is None:
        return "不限"
    if unit is None:
        return plain(bound)
    return plain(divide(bound, unit.factor) or Decimal(0)) + unit.name


def _day(reader: Reader, text: str) -> Read | Fault:
    if reader.lenient:
        text = re.split(r"[ T]+(?=[0-9]{1,2}:)", text, maxsplit=1)[0]
    match = _DATE.fullmatch(text.replace(" ", "") if reader.lenient else text)
    if match is None:
        return Fault("E513", f"`{_short(text)}` 不是日期", _DAY_HELP)
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        value = date(year, month, day)
    except ValueError:
        return Fault("E513", f"`{text}`：没有这一天", "核对月份和日期")
    return _in_years(value, text)


def _in_years(value: date, shown: str) -> Read | Fault:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        return Fault("E513", f"`{shown}` 的年份不在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", "核对年份")
    return Read(value)


def _native_day(reader: Reader, raw: Raw) -> Read | Fault:
    if isinstance(raw, datetime):
        return _in_years(raw.date(), str(raw.date()))
    if isinstance(raw, date):
        return _in_years(raw, str(raw))
    if isinstance(raw, Decimal) and raw == raw.to_integral_value():
        number = int(raw)
        if 18_000_101 <= number <= 22_001_231:
            return _day(reader, str(number))
        if 20_000 <= number <= 80_000:  # 1954 to 2119: a date whose cell lost its format
            from engine.intake.xlsx import serial_value

            value = serial_value(raw)
            return Read(value, f"数字 `{number}` 按日期序号读作 {value}") if isinstance(value, date) else _no_day(raw)
    return _no_day(raw)


def _no_day(raw: Raw) -> Fault:
    shown = plain(raw) if isinstance(raw, Decimal) else str(raw)
    return Fault("E513", f"`{shown}` 不是日期", _DAY_HELP)


def _clock(reader: Reader, text: str) -> Read | Fault:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return Fault("E521", f"`{_short(text)}` 不是时刻", "写作 `14:30`")
    try:
        return Read(time(int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)))
    except ValueError:
        return Fault("E521", f"`{text}`：没有这个时刻", "写作 `14:30`")


def _native_clock(reader: Reader, raw: Raw) -> Read | Fault:
    if isinstance(raw, time):
        return Read(raw)
    if isinstance(raw, datetime):
        return Read(raw.time())
    return Fault("E521", f"`{raw}` 不是时刻", "写作 `14:30`")


def _text(reader: Reader, text: str) -> Read | Fault:
    if hidden := find_hidden(text):
        return Fault("E516", f"有不允许的字符 `{hidden[1]}`", "删去该字符后重新输入")
    if len(text) > MAX_TEXT:
        return Fault("E517", f"有 {len(text)} 个字，超过上限 {MAX_TEXT}", "只填需要的内容")
    return Read(text)


def _native_text(reader: Reader, raw: Raw) -> Read | Fault:
    if isinstance(raw, bool):
        return Read("是" if raw else "否")
    return Read(plain(raw) if isinstance(raw, Decimal) else str(raw))


def _member(reader: Reader, text: str) -> Read | Fault:
    if text in reader.members:
        return Read(text)
    close = nearest(text, reader.members)
    some = "、".join(reader.members[:12])
    return Fault("E518", f"`{_short(text)}` 不在可选的词内", f"是否想写 `{close}`？" if close else f"可写 {some}")


def _native_bool(reader: Reader, raw: Raw) -> Read | Fault:
    if isinstance(raw, bool):
        return Read(raw)
    return _bool(reader, plain(raw) if isinstance(raw, Decimal) else str(raw))


def _native_member(reader: Reader, raw: Raw) -> Read | Fault:
    return _member(reader, plain(raw) if isinstance(raw, Decimal) else str(raw))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


_FROM_TEXT: Mapping[str, Callable[[Reader, str], Read | Fault]] = {
    "bool": _bool,
    "number": _number,
    "date": _day,
    "time": _clock,
    "text": _text,
    "enum": _member,
}
_NATIVE: Mapping[str, Callable[[Reader, Raw], Read | Fault]] = {
    "bool": _native_bool,
    "number": _native_number,
    "date": _native_day,
    "time": _native_clock,
    "text": _native_text,
    "enum": _native_member,
}
