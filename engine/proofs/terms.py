"""Three-valued terms over z3: a truth that is known to hold or known not to, any other value with whether it is known.

Whatever is constant stays a Python value (numbers as `int` or `Fraction`, days as ordinals, words as `str`), so that what
rules fix beforehand never reaches the solver.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import z3


class TruthTerm(NamedTuple):
    """`yes`: known to hold; `no`: known not to. Both false: unknown."""

    yes: Any
    no: Any


class ValueTerm(NamedTuple):
    """A number, day, time or word, and whether it is known; of what is not, `value` means nothing."""

    value: Any
    known: Any


SolverTerm = TruthTerm | ValueTerm

TRUE, FALSE, UNKNOWN_TRUTH = TruthTerm(True, False), TruthTerm(False, True), TruthTerm(False, False)


def both(*parts: Any) -> Any:
    """All of some conditions; constants folded."""
    left = [part for part in parts if part is not True]
    if any(part is False for part in left):
        return False
    return True if not left else left[0] if len(left) == 1 else z3.And(*left)


def either(*parts: Any) -> Any:
    """Any of some conditions; constants folded."""
    left = [part for part in parts if part is not False]
    if any(part is True for part in left):
        return True
    return False if not left else left[0] if len(left) == 1 else z3.Or(*left)


def no(part: Any) -> Any:
    """The negation."""
    return not part if isinstance(part, bool) else z3.Not(part)


def truth(holds: Any, known: Any = True) -> TruthTerm:
    """A truth from whether it holds and whether that is known."""
    return TruthTerm(both(known, holds), both(known, no(holds)))


def opposite(term: TruthTerm) -> TruthTerm:
    """The negation of a truth."""
    return TruthTerm(term.no, term.yes)


def unknown(term: SolverTerm) -> Any:
    """Whether a term has no value."""
    return both(no(term.yes), no(term.no)) if isinstance(term, TruthTerm) else no(term.known)


def known(term: SolverTerm) -> Any:
    """Whether a term has a value."""
    return either(term.yes, term.no) if isinstance(term, TruthTerm) else term.known


def lifted(value: Any) -> Any:
    """A number as the solver takes it."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else z3.RealVal(f"{value.numerator}/{value.denominator}")
    return value


def lifted_truth(value: Any) -> Any:
    """A truth as the solver takes it."""
    return z3.BoolVal(value) if isinstance(value, bool) else value


def is_constant(value: Any) -> bool:
    """Whether a value never reaches the solver as a term."""
    return isinstance(value, bool | int | Fraction | str)


class Coded:
    """Words as numbers, which only say whether they are the same one. What is looked into letter by letter is a text of the
    solver."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def code(self, word: str) -> int:
        return self.codes.setdefault(word, len(self.codes))

    def word(self, code: int) -> str:
        """The word of a code; of one that stands for none of the words that rules name, some other."""
        return next((word for word, known_ in self.codes.items() if known_ == code), f"别的{code}")

    def fitting(self, one: Any, other: Any) -> tuple[Any, Any]:
        """Two words in one form."""
        if isinstance(one, str) and isinstance(other, str):
            return self.code(one), self.code(other)
        if isinstance(one, str):
            return (z3.StringVal(one) if _is_text(other) else self.code(one)), other
        if isinstance(other, str):
            return self.fitting(other, one)[::-1]
        if _is_text(one) != _is_text(other):
            return self.text(one), self.text(other)
        return one, other

    def text(self, word: Any) -> Any:
        """A word as a text of the solver."""
        if isinstance(word, str):
            return z3.StringVal(word)
        if _is_text(word):
            return word
        found: Any = z3.StringVal("\0")
        for name, code in self.codes.items():
            found = z3.If(word == code, z3.StringVal(name), found)
        return found


def _is_text(term: Any) -> bool:
    return isinstance(term, z3.SeqRef)


def same(words: Coded, one: Any, other: Any) -> Any:
    """Whether two values are equal."""
    if is_constant(one) and is_constant(other):
        return one == other
    if isinstance(one, str) or isinstance(other, str) or _is_text(one) or _is_text(other):
        one, other = words.fitting(one, other)
    return lifted(one) == lifted(other)


def choice(words: Coded, condition: Any, one: Any, other: Any) -> Any:
    """`one` where the condition holds, else `other`."""
    if isinstance(condition, bool):
        return one if condition else other
    if is_constant(one) and is_constant(other) and one == other and type(one) is type(other):
        return one
    if isinstance(one, bool) or z3.is_bool(one):
        return either(both(condition, one), both(no(condition), other))
    if isinstance(one, str) or isinstance(other, str) or _is_text(one) or _is_text(other):
        one, other = words.fitting(one, other)
    return z3.If(condition, _term(one, other), _term(other, one))


def _term(value: Any, beside: Any) -> Any:
    """A value as a term, beside another one: a constant alone would not be one."""
    value = lifted(value)
    if isinstance(value, int):
        real = isinstance(beside, z3.ArithRef) and beside.is_real()
        return z3.RealVal(value) if real else z3.IntVal(value)
    return value


def picked(words: Coded, condition: TruthTerm, one: SolverTerm, other: SolverTerm, strict: bool = False) -> SolverTerm:
    """若: the branch of the condition; while it is unknown what both say, unless `strict`."""
    if isinstance(one, TruthTerm) or isinstance(other, TruthTerm):
        one, other = (term if isinstance(term, TruthTerm) else UNKNOWN_TRUTH for term in (one, other))
        yes, no_ = (
            either(both(condition.yes, a), both(condition.no, b), False if strict else both(a, b))
            for a, b in zip(one, other, strict=True)
        )
        return TruthTerm(yes, no_)
    apart = unknown(condition)
    agree = False
    if not strict and apart is not False:
        agree = both(apart, one.known, other.known, _equal_known(words, one, other))
    has = either(both(condition.yes, one.known), both(condition.no, other.known), agree)
    if one.known is False or other.known is False:
        return ValueTerm(one.value if other.known is False else other.value, has)
    return ValueTerm(choice(words, either(condition.yes, apart), one.value, other.value), has)


def _equal_known(words: Coded, one: ValueTerm, other: ValueTerm) -> Any:
    return False if False in (one.known, other.known) else same(words, one.value, other.value)


def plus(one: Any, other: Any) -> Any:
    """A sum."""
    if is_constant(one) and is_constant(other):
        return one + other
    return lifted(one) + lifted(other)


def minus(one: Any, other: Any) -> Any:
    """A difference."""
    if is_constant(one) and is_constant(other):
        return one - other
    return lifted(one) - lifted(other)


def times(one: Any, other: Any) -> Any:
    """A product. Where one of two is a choice among constants it is one of so many multiples: nothing is multiplied that is
    not fixed."""
    if is_constant(one) and is_constant(other):
        return one * other
    for a, b in ((one, other), (other, one)):
        if _is_fixed(a) and not is_constant(b):
            return _each(a, partial(times, b))
    return lifted(one) * lifted(other)


def _is_fixed(term: Any) -> bool:
    """Whether a term is a choice among constants."""
    if not z3.is_expr(term):
        return False
    if z3.is_app_of(term, z3.Z3_OP_ITE):
        return all(_is_fixed(child) for child in term.children()[1:])
    return bool(z3.is_rational_value(term) or z3.is_int_value(term))


def _each(term: Any, do: Callable[[Fraction], Any]) -> Any:
    """The same choice among what is made of every constant."""
    if z3.is_app_of(term, z3.Z3_OP_ITE):
        condition, one, other = term.children()
        made = [_each(part, do) for part in (one, other)]
        return z3.If(condition, _term(made[0], made[1]), _term(made[1], made[0]))
    return do(Fraction(str(term.as_fraction())) if term.is_real() else Fraction(term.as_long()))


def over(one: Any, other: Any) -> Any:
    """A quotient; what it is by zero nobody asks."""
    if is_constant(other):
        return times(one, Fraction(1) / Fraction(other)) if other else 0
    if _is_fixed(other):
        return _each(other, lambda constant: over(one, constant))
    return z3.ToReal(_term(one, None)) / lifted(other) if _whole(one) else lifted(one) / lifted(other)


def _whole(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, z3.ArithRef) and value.is_int())


def floor(value: Any) -> Any:
    """Down to a whole number."""
    if is_constant(value):
        return math.floor(value)
    return value if _whole(value) else z3.ToInt(value)


def compared(do: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
    """A comparison of numbers, days or times. A quotient is compared without dividing."""
    if is_constant(one) and is_constant(other):
        return bool(do(one, other))
    if is_constant(other) and z3.is_app_of(one, z3.Z3_OP_DIV):
        whole, part = one.children()
        up, down = do(whole, lifted(other) * part), do(lifted(other) * part, whole)
        return z3.If(part > 0, up, down)
    return do(lifted(one), lifted(other))


def total(parts: Sequence[Any]) -> Any:
    """The sum; zero of none."""
    found: Any = 0
    for part in parts:
        found = plus(found, part)
    return found
