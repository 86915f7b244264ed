"""Exact numbers: decimals in, decimals out, fractions only where a division does not come out even.

Nothing here is a float. `+ − ×` run in a context that traps inexactness, so a result is exact or an error; a quotient
without a finite decimal is a `Fraction` until a rule rounds it (half up) or it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction

Number = Decimal | Fraction

NUMERAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,10})?", re.ASCII)
EXACT = Context(prec=200, traps=[Inexact, Overflow, InvalidOperation, DivisionByZero])
_WIDE = Context(prec=200, traps=[InvalidOperation])


def read_number(text: str) -> Decimal | None:
    """The decimal that `text` spells, or None. ASCII digits only, at most 30 before and 10 after the point; zero has
    no sign."""
    return unsigned_zero(Decimal(text)) if NUMERAL.fullmatch(text) else None


def unsigned_zero(number: Decimal) -> Decimal:
    """`number`, or 0 where it is −0: a count of −0 passes every range and is printed with its sign."""
    return number or abs(number)


def divide(a: Number, b: Number) -> Number | None:
    """a ÷ b exactly; None where b is zero (the caller explains it)."""
    if b == 0:
        return None
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        try:
            return EXACT.divide(a, b)
        except Inexact:
            pass
    return Fraction(a) / Fraction(b)


def rounded(value: Number, places: int, mode: str = ROUND_HALF_UP) -> Decimal:
    """`value` to `places` decimals, half up unless told otherwise."""
    if isinstance(value, Fraction):
        scaled = value * 10**places
        whole, rest = divmod(scaled.numerator, scaled.denominator)
        up = {ROUND_FLOOR: False, ROUND_CEILING: rest > 0}.get(mode, 2 * rest >= scaled.denominator)
        if mode == ROUND_HALF_UP and value < 0 and 2 * rest == scaled.denominator:
            up = False  # half up means away from zero, as Decimal has it
        return Decimal(whole + up).scaleb(-places, _WIDE)
    return value.quantize(Decimal(1).scaleb(-places), rounding=mode, context=_WIDE)


def approximated(value: Number, places: int, beside: Iterable[Number] = ()) -> Decimal:
    """`value` rounded to `places` decimals, or to as many more as it takes to stand on its own side of those it stands
    `beside`."""
    sides = [(Fraction(other), value < other) for other in beside if other != value]
    while (found := rounded(value, places)) != value:
        if all(found != other and (found < other) is below for other, below in sides):
            break
        places += 1
    return found


def number_text(value: Number, beside: Iterable[Number] = ()) -> str:
    """Digits without exponent, without trailing zeros, without a sign on zero. A fraction is shown with ≈, to as many places,
    four at least, as tell it from numbers of two places and from those it stands `beside`."""
    if isinstance(value, Fraction):
        return "≈" + number_text(approximated(value, 4, (*beside, rounded(value, 2))))
    text = format(unsigned_zero(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
