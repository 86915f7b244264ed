"""Units and dimensions. At run time every number is in its base unit (元, not 万元; 1, not %); units are for reading,
checking and showing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from engine.base.classes import dataclass
from engine.base.numbers import Number, divide, number_text, read_number

Dimension = tuple[tuple[str, int], ...]
"""Sorted (base unit, power) pairs; () is dimensionless."""

NONE: Dimension = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A named unit: `factor` base units of `dimension`."""

    name: str
    dimension: Dimension
    factor: Decimal = Decimal(1)


def base(name: str) -> Unit:
    """A unit that measures a dimension of its own."""
    return Unit(name, ((name, 1),))


YEARS: Dimension = (("年", 1),)
MONTHS: Dimension = (("月", 1),)
MONEY: Dimension = (("元", 1),)
PERIOD = Unit("年月", MONTHS)
"""A period of years and months: counted in months, shown as 1年6个月."""
SHARE = Unit("分数", NONE)
"""A number that was written as one divided by another: exact, shown as 2/3."""

BUILT_IN: tuple[Unit, ...] = (
    base("元"),
    Unit("万元", (("元", 1),), Decimal(10000)),
    Unit("亿元", (("元", 1),), Decimal(100000000)),
    Unit("%", NONE, Decimal("0.01")),
    Unit("‰", NONE, Decimal("0.001")),
    base("年"),
    base("月"),
    Unit("个月", (("月", 1),)),
    PERIOD,
    base("月份"),
    base("季度"),
    base("日"),
    Unit("天", (("日", 1),)),
    base("工作日"),
    Unit("个工作日", (("工作日", 1),)),
    base("分"),
)


def in_words(months: Number) -> str:
    """A period as people write it: 1年6个月, 3年, 6个月; half a month stays a number of months."""
    whole = int(months) if months == int(months) else 0
    years, rest = divmod(abs(whole), 12)
    if not years:
        return number_text(months) + "个月"
    return ("-" if whole < 0 else "") + f"{years}年" + (f"{rest}个月" if rest else "")


_WRITTEN = 10**16
"""元 from here on are written out."""
_LARGE = ((10**8, "亿元"), (10**4, "万元"))


def money_written(yuan: Number, beside: Iterable[Number] = ()) -> str:
    """A sum as people write it: 50万元, 1亿元, 80000.50元; 12345元 where it is no whole number of 万元. Fractions of a 分 keep
    the digits that tell them from the sums they stand `beside`."""
    if not -_WRITTEN < yuan < _WRITTEN:
        return number_text(yuan, beside) + "元"
    for scale, word in _LARGE:
        if yuan and yuan % scale == 0:
            return number_text(yuan / scale) + word
    cents = yuan * 100
    if cents == int(cents) and yuan != int(yuan):
        return f"{Decimal(int(cents)) / 100:.2f}元"
    return number_text(yuan, beside) + "元"


_IN_WORDS = re.compile(r"(?:([0-9]{1,4})年)?(?:([0-9]{1,5})个?月)?", re.ASCII)


def period_written(text: str) -> Decimal | None:
    """How many months `1年6个月`, `18个月` or `3年` are; None where it is no period."""
    found = _IN_WORDS.fullmatch("".join(text.split()))
    if found is None or not (found[1] or found[2]):
        return None
    return Decimal(12 * int(found[1] or 0) + int(found[2] or 0))


_SCALES = {"十万": 5, "百万": 6, "千万": 7, "千": 3, "万": 4, "亿": 8}
"""Words before a unit that multiply it, longest first, with the power of ten."""

_MONEY = {"人民币": "元", "RMB": "元", "CNY": "元", "¥": "元", "￥": "元"}


def find_unit(word: str, units: Mapping[str, Unit]) -> Unit | None:
    """The unit that `word` stands for: one of `units`, or one of them with 千, 万 … before it (千元, 万人次)."""
    word = _MONEY.get(word.upper(), word).strip()
    if word.startswith("人民币"):
        word = word.removeprefix("人民币").strip("：: ")
    if found := units.get(word):
        return found
    for scale, power in _SCALES.items():
        unscaled = units.get(word.removeprefix(scale)) if word.startswith(scale) else None
        if unscaled is not None and unscaled.dimension != NONE:
            return Unit(word, unscaled.dimension, unscaled.factor.scaleb(power))
    return None


def quantity_written(text: str, units: Mapping[str, Unit]) -> tuple[Decimal, Dimension] | None:
    """What a number with its unit comes to in base units: 50万元 and 500000.00元 are the same; None where it is none."""
    for cut in range(len(text), 0, -1):
        number, unit = read_number(text[:cut].strip()), units.get(text[cut:].strip())
        if number is not None and unit is not None:
            return number * unit.factor, unit.dimension
    return None


def times(a: Dimension, b: Dimension, sign: int = 1) -> Dimension:
    """The dimension of a product (sign 1) or a quotient (sign -1)."""
    powers = dict(a)
    for name, power in b:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((n, p) for n, p in powers.items() if p))


def rate(text: str, units: Mapping[str, Unit]) -> Unit | None:
    """A unit of one thing for each of another, 元/月 or 元/人/月; None where a part is no unit, or the factor has no end of
    digits."""
    parts = [units.get(part.strip()) for part in text.split("/")]
    if len(parts) < 2 or None in parts:
        return None
    found = next(part for part in parts if part is not None)
    for below in parts[1:]:
        assert below is not None
        factor = divide(found.factor, below.factor)
        if not isinstance(factor, Decimal):
            return None
        found = Unit(text, times(found.dimension, below.dimension, -1), factor)
    return found


def show(dimension: Dimension) -> str:
    """`元/人` style; the empty dimension reads 无单位."""
    over = "·".join(n if p == 1 else f"{n}^{p}" for n, p in dimension if p > 0)
    under = "·".join(n if p == -1 else f"{n}^{-p}" for n, p in dimension if p < 0)
    if under:
        return f"{over or '1'}/{under}"
    return over or "无单位"
