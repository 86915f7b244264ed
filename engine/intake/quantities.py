"""Numbers with and without units from what people write: understood exactly, or a `Fault` says why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, Inexact

from engine.base.classes import dataclass
from engine.base.numbers import EXACT, Number, divide, number_text, read_number
from engine.base.text import nearest, numeral
from engine.base.units import MONTHS, NONE, PERIOD, Unit, find_unit, in_words, period_written, show
from engine.intake.understood import Understood
from engine.policy.package import Field
from engine.spreadsheets.grid import CellValue as Raw
from engine.spreadsheets.grid import Fault, short

RATIO = "比例"
_UNIT = r"((?![eE][-+]?[0-9])[^\s0-9,.^*+-][^0-9,^*]*)?"
_QUANTITY = re.compile(r"([¥￥])?\s*([-+−]?[0-9.]+)\s*" + _UNIT, re.ASCII)
_GROUPED = re.compile(
    r"([¥￥]?\s*[-+−]?)([0-9]{1,3}(?:,[0-9]{3})+)((?:\.[0-9]+)?\s*(?:[^\s0-9,.^*+-][^0-9,^*]*)?)", re.ASCII
)
_CHINESE = re.compile("([零〇一二两三四五六七八九十百千万]+)(.*)")


@dataclass(frozen=True, slots=True)
class Measure:
    """How the numbers of a fact or column are read. `default`: the unit its head or the sheet states, where it does."""

    declared: Field
    units: Mapping[str, Unit]
    lenient: bool = False
    default: Unit | None = None

    @property
    def unit(self) -> Unit | None:
        return self.default or self.declared.unit

    @property
    def is_ratio(self) -> bool:
        unit = self.declared.unit
        return self.declared.word == RATIO or (unit is not None and unit.dimension == NONE and unit.factor != 1)

    def read(self, text: str) -> Understood | Fault:
        if self.declared.type.dimension == MONTHS and (months := period_written(text)) is not None:
            return self._checked(months, None, short(text))
        grouped = _GROUPED.fullmatch(text) if self.lenient else None
        if grouped:
            text = grouped.group(1) + grouped.group(2).replace(",", "") + grouped.group(3)
        match = _QUANTITY.fullmatch(text)
        number = read_number(match.group(2).replace("−", "-").removeprefix("+")) if match else None
        if match is None or number is None:
            return self._not_a_number(text, match)
        word = (match.group(3) or "").strip()
        if match.group(1):
            word = word or "元"
        return self._given(number, word, text) if word else self._bare(number, short(text))

    def native(self, raw: Raw) -> Understood | Fault:
        """A number from a cell that is no text."""
        if isinstance(raw, Decimal):
            return self._bare(raw, number_text(raw))
        if isinstance(raw, bool):
            return Fault("E511", f"`{'TRUE' if raw else 'FALSE'}` 不是数字", "重新输入数字")
        return Fault("E511", f"单元格是日期格式（显示为 `{raw}`），应为数字", "把单元格格式改成“常规”后重新输入数字")

    def _bare(self, number: Decimal, shown: str) -> Understood | Fault:
        """Without a unit of its own. A ratio in (0, 1] without % has two readings a hundredfold apart."""
        if self.unit == PERIOD:
            return Fault("E511", f"期间 `{shown}` 没有写单位", f"写作 `{shown}个月` 或 `{shown}年`")
        if not self.is_ratio or self.default is not None:
            return self._checked(number, self.unit, shown)
        mark = self.declared.unit.name if self.declared.unit else "%"
        whole = number_text(number * (1000 if mark == "‰" else 100))
        if 0 < number <= 1:
            message = f"比例 `{shown}` 没有写 {mark}，可以是 {whole}{mark}，也可以是 {number_text(number)}{mark}"
            return Fault("E523", message, f"写作 `{whole}{mark}` 或 `{number_text(number)}{mark}`")
        if not self.lenient:
            return self._checked(number, self.unit, shown)
        result = self._checked(number, self.units[mark], shown)
        remark = f"没有写 {mark}，按 {mark} 读取（`{shown}` 读作 {number_text(number)}{mark}）" if number > 0 else ""
        return result._replace(remark=remark, once=True) if isinstance(result, Understood) else result

    def _given(self, number: Decimal, word: str, text: str) -> Understood | Fault:
        given, dimension = find_unit(word, self.units), self.declared.type.dimension
        if given is None:
            close = nearest(word, (u.name for u in self.units.values() if u.dimension == dimension))
            return Fault("E519", f"不认识的单位 `{word}`", f"是否想写 `{close}`？" if close else "只写数字即可")
        if given.dimension != dimension:
            wanted = self.unit.name if self.unit else show(dimension)
            help = (
                f"`{word}` 换算不成 `{wanted}`：核对填的是不是这一项，以 `{wanted}` 计"
                if self.unit
                else "去掉单位，只写数字"
            )
            return Fault("E519", f"单位不符：`{short(text)}` 应以 `{wanted}` 计", help)
        return self._checked(number, given, short(text))

    def _not_a_number(self, text: str, match: re.Match[str] | None) -> Fault:
        digits = match.group(2) if match else text
        unit = (match.group(3) or "").strip() if match else ""
        shown = short(text)
        if re.fullmatch(r"[-+−]?[0-9]+(\.[0-9]+)?", digits, re.ASCII) and (not unit or unit in self.units):
            return Fault("E512", f"数字 `{shown}` 太长", "至多 30 位整数、10 位小数；核对后重新填写")
        if _GROUPED.fullmatch(text):
            return Fault("E511", f"`{shown}` 里有千分位逗号", f"写作 `{text.replace(',', '')}`")
        if re.search("[0-9],", text):
            return Fault("E511", f"`{shown}` 里的逗号不是千分位", "核对数字，去掉逗号后重新填写")
        if re.fullmatch(r"[-+]?[0-9.]+([eE^*]|\*\*)[-+]?[0-9]+", text, re.ASCII) and len(text) < 60:
            return Fault("E512", f"`{text}` 用了乘方或科学记数法", "写成普通数字，例如 `12000`")
        return Fault("E511", f"`{shown}` 不是数字", f"只写数字，例如 `{self._example(text)}`；不清楚就留空")

    def _example(self, text: str) -> str:
        """The same in digits where it was written in Chinese numerals; else any number."""
        spelled = _CHINESE.fullmatch(text)
        number = spelled and in_digits(spelled.group(1))
        if spelled and number and (not spelled.group(2) or find_unit(spelled.group(2).strip(), self.units)):
            return f"{number}{spelled.group(2)}"
        return "1年6个月" if self.unit == PERIOD else f"12{self.unit.name}" if self.unit else "12"

    def _checked(self, number: Decimal, unit: Unit | None, shown: str) -> Understood | Fault:
        """In base units, whole where it must be, within the range. Without a declared range counts are not negative."""
        declared = self.declared
        try:
            value = EXACT.multiply(number, unit.factor) if unit else number
        except (Inexact, ArithmeticError):
            return Fault("E512", f"数字 `{shown}` 超出可以处理的范围", "核对后重新填写")
        if declared.whole and value != value.to_integral_value():
            return Fault("E511", f"`{shown}` 不是整数", "只填整数")
        if declared.money and value * 100 % 1:
            return Fault("E511", f"金额 `{shown}` 不是整分", "金额写到分为止，核对后重新填写")
        low, high = declared.bounds
        if declared.word == RATIO and declared.high is None and value > 1:
            return Fault("E520", f"比例 `{shown}` 超过 100%", f"写作 `{number_text(number)}%`，或核对后重新填写")
        if (low is not None and value < low) or (high is not None and value > high):
            return Fault("E520", f"`{shown}` 超出范围 {self._range(low, declared.high)}", "核对后重新填写")
        return Understood(value)

    def _range(self, low: Number | None, high: Number | None) -> str:
        return f"{_bound(low, self.declared.unit)} 至 {_bound(high, self.declared.unit)}"


def _bound(bound: Number | None, unit: Unit | None) -> str:
    if bound is None:
        return "不限"
    if unit is None or unit == PERIOD:
        return number_text(bound) if unit is None else in_words(bound)
    return number_text(divide(bound, unit.factor) or Decimal(0)) + unit.name


def in_digits(text: str) -> int | None:
    """三百二十 -> 320, 两万 -> 20000; None where it is no number up to 99,999,999, or may be two: 一百二, 一万五."""
    head, ten_thousands, tail = text.partition("万")
    if not ten_thousands:
        return numeral(text)
    high, low = numeral(head), numeral(tail.removeprefix("零")) if tail else 0
    if high is None or low is None or (tail and (low < 1000) != tail.startswith("零")):
        return None
    return high * 10_000 + low
