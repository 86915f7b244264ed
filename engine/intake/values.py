"""From what people write to typed values in base units. A value is either understood exactly or a `Fault` says why not.

Two tempers: a case file is *strict*; a ledger is *lenient* about the habits of spreadsheets (full-width digits,
thousands separators, √ for 是, a time behind a date), and says where it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date, time
from decimal import Decimal

from engine.base.classes import dataclass
from engine.base.identifiers import objection, unified_identifier
from engine.base.numbers import number_text
from engine.base.text import find_hidden, folded, nearest, unified
from engine.base.units import BUILT_IN, Unit
from engine.intake.days import native_clock, native_day, read_clock, read_day, shown_moment
from engine.intake.quantities import Measure
from engine.intake.understood import Understood
from engine.policy.package import NOT_YET, Field
from engine.spreadsheets.formats import Formatted
from engine.spreadsheets.grid import CellValue as Raw
from engine.spreadsheets.grid import Fault, short

MAX_TEXT = 10_000
EXACT_DIGITS = 15
"""What a number in a spreadsheet holds: of a longer one only so many digits are left."""

_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{2,}", re.ASCII)
_YES = {"是": True, "否": False}
_LENIENT_YES = _YES | {"√": True, "✓": True, "有": True, "Y": True, "×": False, "✗": False, "无": False, "N": False}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads values of one fact or column. `members` of its enumeration; `measure` reads its numbers; `epoch_1904`: the
    workbook counts days from 1904."""

    declared: Field
    measure: Measure
    members: tuple[str, ...] = ()
    lenient: bool = False
    epoch_1904: bool = False
    cache: dict[tuple[type, Raw], Understood | Fault] = field(default_factory=dict, compare=False, repr=False)

    def read(self, raw: Raw) -> Understood | Fault:
        """Never raises. Results are remembered, so that a column of few values costs little."""
        key = (raw.__class__, raw)
        found = self.cache.get(key)
        if found is None:
            found = self._read(raw)
            if len(self.cache) < 50_000:
                self.cache[key] = found
        return found

    def in_unit(self, unit: Unit | None) -> Reader:
        """The same, for numbers that a head or the sheet states to be in `unit`."""
        return replace(self, measure=replace(self.measure, default=unit), cache={})

    def lost(self, written: str) -> Fault | None:
        """Why a text cannot be taken from a number cell that shows it."""
        if self.declared.identifier:
            message = f"{self.declared.word}不能取自数字（日期）单元格：开头的零和 {EXACT_DIGITS} 位以后的数字留不住"
            return Fault("E525", message, "把该列设为文本格式，对照原件重新输入")
        if len(written.lstrip("-").replace(".", "").lstrip("0")) > EXACT_DIGITS:
            message = f"数字单元格只有 {EXACT_DIGITS} 位是准的，`{written}` 末尾的数字已丢失"
            return Fault("E525", message, "把该列设为文本格式后重新输入")
        return None

    def _read(self, raw: Raw) -> Understood | Fault:
        if isinstance(raw, Fault):
            return raw
        kind = self.declared.type.kind
        if not isinstance(raw, str):
            return _NATIVE[kind](self, raw)
        if isinstance(raw, Formatted) and kind == "text" and (lost := self.lost(raw)) is not None:
            return lost
        text, remark = raw.strip(), ""
        if (plain_form := unified(text)) != text:
            text, remark = plain_form, f"`{short(text)}` 里有部首或兼容字，按 `{short(plain_form)}` 读取"
        if kind != "text" and _FULL_WIDTH.search(text):
            half = unicodedata.normalize("NFKC", text)
            if not self.lenient and half != text and kind != "enum":
                return Fault("E522", f"`{text}` 用了全角字符", f"改成半角 `{half}`")
            if kind != "enum":
                text, remark = half, f"全角 `{text}` 按 `{half}` 读取"
        result = _FROM_TEXT[kind](self, text)
        return result._replace(remark=result.remark or remark) if isinstance(result, Understood) else result


def writable(declared: Field, enums: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What may be written of an enumeration: nobody concludes that a conclusion cannot be made yet."""
    return tuple(member for member in enums.get(declared.type.name, ()) if member != NOT_YET)


def make_reader(
    declared: Field,
    units: Mapping[str, Unit],
    enums: Mapping[str, tuple[str, ...]],
    lenient: bool,
    epoch_1904: bool = False,
) -> Reader:
    """The reader of a fact (`lenient` False) or a ledger column."""
    known = {unit.name: unit for unit in BUILT_IN} | dict(units)
    members = writable(declared, enums)
    return Reader(declared, Measure(declared, known, lenient), members, lenient, epoch_1904)


def _bool(reader: Reader, text: str) -> Understood | Fault:
    words = _LENIENT_YES if reader.lenient else _YES
    value = words.get(text.upper())
    if value is None:
        return Fault("E510", f"`{short(text)}` 不是 `是` 或 `否`", "写 `是` 或 `否`；不清楚就留空")
    return Understood(value)


def _text(reader: Reader, text: str) -> Understood | Fault:
    if hidden := find_hidden(text):
        return Fault("E516", f"有不允许的字符 `{hidden[1]}`", "删去该字符后重新输入")
    if len(text) > MAX_TEXT:
        return Fault("E517", f"有 {len(text)} 个字，超过上限 {MAX_TEXT}", "只填需要的内容")
    if reader.lenient and _SCIENTIFIC.fullmatch(text):
        return Fault("E525", f"`{text}` 已变成科学记数法，末尾的数字丢失", "把该列设为文本格式后重新输入")
    return _identifier(reader.declared.word, text) if reader.declared.identifier else Understood(text)


def _identifier(word: str, text: str) -> Understood | Fault:
    """A number with a check of its own, however its digits are grouped."""
    number = unified_identifier(text)
    if wrong := objection(word, number):
        return Fault("E526", f"`{short(text)}` 不是{word}：{wrong}", "对照原件核对")
    return Understood(number, "" if number == text else f"`{short(text)}` 按 `{number}` 读取")


def _native_text(reader: Reader, raw: Raw) -> Understood | Fault:
    """A text that a spreadsheet took for something else: what it lost on the way is refused or told."""
    written = number_text(raw) if isinstance(raw, Decimal) else ""
    if (lost := reader.lost(written)) is not None:
        return lost
    if isinstance(raw, bool):
        return Understood("是" if raw else "否")
    if isinstance(raw, Decimal):
        return (
            Understood(written, f"数字 `{written}` 按文字读取，末尾的零可能丢失")
            if "." in written
            else Understood(written)
        )
    if isinstance(raw, date | time):
        shown = shown_moment(raw)
        return Understood(shown, f"单元格是日期，按文字 `{shown}` 读取；若本是编号（如 3-1），已被表格软件改成日期")
    return Understood(str(raw))


def _member(reader: Reader, text: str) -> Understood | Fault:
    if text in reader.members:
        return Understood(text)
    alike = [member for member in reader.members if folded(member) == folded(text)]
    if len(alike) == 1:
        return Understood(alike[0], f"`{short(text)}` 按 `{alike[0]}` 读取")
    close = nearest(text, reader.members)
    some = "、".join(reader.members[:12])
    return Fault("E518", f"`{short(text)}` 不在可选的词内", f"是否想写 `{close}`？" if close else f"可写 {some}")


def _native_bool(reader: Reader, raw: Raw) -> Understood | Fault:
    if isinstance(raw, bool):
        return Understood(raw)
    return _bool(reader, number_text(raw) if isinstance(raw, Decimal) else str(raw))


def _native_member(reader: Reader, raw: Raw) -> Understood | Fault:
    return _member(reader, number_text(raw) if isinstance(raw, Decimal) else str(raw))


_FROM_TEXT: Mapping[str, Callable[[Reader, str], Understood | Fault]] = {
    "bool": _bool,
    "number": lambda reader, text: reader.measure.read(text),
    "date": lambda reader, text: read_day(text, reader.lenient),
    "time": lambda reader, text: read_clock(text),
    "text": _text,
    "enum": _member,
}
_NATIVE: Mapping[str, Callable[[Reader, Raw], Understood | Fault]] = {
    "bool": _native_bool,
    "number": lambda reader, raw: reader.measure.native(raw),
    "date": lambda reader, raw: native_day(raw, reader.epoch_1904),
    "time": lambda reader, raw: native_clock(raw),
    "text": _native_text,
    "enum": _native_member,
}
