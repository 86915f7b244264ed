"""What a number format makes of a number: what a person sees in the cell is what is read.

A format may hold a unit (`0.00"万元"`, `[$US$-409]#,##0`), leading zeros (`00000`), a percent sign, or a scale that hides
thousands (`0,`). The number alone would be something else than the office meant.
"""

from __future__ import annotations

import re
from decimal import Decimal

from engine.base.classes import dataclass
from engine.base.numbers import number_text
from engine.spreadsheets.grid import Fault

_PERCENT_IDS = {9, 10}
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<mark>[^\]]*)\]'
    r"|(?P<digits>General|[#0?]+(?:[#0?,.]*)(?:[eE][+-][0#?]+)?|\.[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_PUNCTUATION = frozenset(" +-()/:@,")
_CONDITION = re.compile(r"[<>=]")
_ELAPSED = re.compile(r"[hms]+", re.IGNORECASE)


class Formatted(str):
    """What a number cell shows where its format adds something: 00123, 3万元. Text to read, but no text that was typed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four parts of a format: what stands before and after the digits; `zeros` to pad to; `scale`:
    thousands left out; `odd`: something stands between the digits."""

    before: str = ""
    after: str = ""
    zeros: int = 0
    scale: int = 0
    odd: bool = False
    digits: bool = False

    @property
    def bare(self) -> bool:
        return not (self.before or self.after or self.zeros or self.scale or self.odd)


@dataclass(frozen=True, slots=True)
class Format:
    """`kind`: `date`, `percent`, `hidden` (nothing is shown) or "" with `sections` where they say more than digits."""

    kind: str = ""
    sections: tuple[Section, ...] = ()
    conditional: bool = False

    def shown(self, number: Decimal) -> Decimal | str | Fault:
        """The number as a person sees it, with its unit; the number itself where the format adds nothing."""
        if self.kind == "percent":
            return Formatted(number_text(number * 100) + "%")
        if not self.sections:
            return number
        section = self._section(number)
        if self.conditional or section.odd or (section.scale and not (section.before or section.after)):
            message = f"单元格的数字格式使 `{number_text(number)}` 显示成别的数"
            return Fault("E511", message, "把单元格格式改成“常规”，核对后重新输入")
        if section.bare or not section.digits:
            return number
        written = number_text(number.scaleb(-3 * section.scale))
        if section.zeros and written.isdigit():
            written = written.zfill(section.zeros)
        return Formatted(section.before + written + section.after)

    def _section(self, number: Decimal) -> Section:
        which = 1 if number < 0 else 2 if number == 0 else 0
        return self.sections[which] if which < len(self.sections) else self.sections[0]


def read_format(key: int, code: str | None) -> Format:
    """The format of a style: its number, and its code where the workbook defines it."""
    if code is None:
        return Format("date" if key in _DATE_IDS else "percent" if key in _PERCENT_IDS else "")
    parts = code.split(";")
    if len(parts) > 1 and not any(part.strip() for part in parts[:2]):
        return Format("hidden")
    first = _bare(parts[0])
    numeric = any(letter in first for letter in "0#?@")
    if any(letter in first for letter in "ymdhs") and (not numeric or "ss.0" in first):
        return Format("date")
    if numeric and "%" in first:
        return Format("percent")
    sections = tuple(_section(part) for part in parts[:3])
    conditional = any(_CONDITION.search(mark) for mark in re.findall(r"\[([^\]$]*)\]", code))
    if all(section.bare for section in sections):
        return Format()
    return Format("", sections, conditional)


def _bare(part: str) -> str:
    """The letters that mean something: without literals, colours and languages."""
    kept = []
    for token in _TOKEN.finditer(part):
        if (mark := token["mark"]) is not None:
            kept.append(mark if _ELAPSED.fullmatch(mark) else "")
        else:
            kept.append(
                "0" if (token["digits"] or "").lower() == "general" else token["digits"] or token["other"] or ""
            )
    return "".join(kept).lower()


def _section(part: str) -> Section:
    before, after, digits = "", "", ""
    odd = False
    for token in _TOKEN.finditer(part):
        found = token["digits"]
        if found:
            odd = odd or bool(digits and after.strip())
            digits += found
            continue
        other = token["other"] if token["other"] and token["other"] not in _PUNCTUATION else ""
        literal = token["quoted"] or token["escaped"] or token["money"] or other or ""
        literal = literal if literal.strip(" -+()") else ""
        before, after = (before, after + literal) if digits else (before + literal, after)
    whole = digits if digits.strip("0") == "" and len(digits) > 1 else ""
    scale = len(digits) - len(digits.rstrip(","))
    return Section(before.strip(), after.strip(), len(whole), scale, odd, bool(digits))
