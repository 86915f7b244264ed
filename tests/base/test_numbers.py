"""Numbers as people read them: whatever is left out, they stand on their own side of what they are compared with."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.numbers import Number, approximated, number_text, rounded
from tests.sizes import examples


@pytest.mark.parametrize(
    ("value", "beside", "shown"),
    [
        (Fraction(1, 3), (), "≈0.3333"),
        (Fraction(23999999, 3000000), (), "≈7.9999997"),
        (Fraction(23999999, 3000000), (Decimal(8),), "≈7.9999997"),
        (Fraction(37, 3), (Decimal("12.3333"),), "≈12.33333"),
        (Decimal("84.99999985"), (Decimal(85),), "84.99999985"),
        (Fraction(20, 3), (Decimal(6),), "≈6.6667"),
    ],
)
def test_digits(value: Number, beside: tuple[Number, ...], shown: str) -> None:
    assert number_text(value, beside) == shown


decimals = st.decimals(-1000, 1000, places=5)
numbers = st.one_of(decimals, st.builds(Fraction, st.integers(-9999, 9999), st.integers(1, 999)))


@settings(max_examples=examples(200), deadline=None)
@given(numbers, st.lists(numbers, max_size=4), st.integers(0, 4))
def test_a_number_shortened_stands_on_its_own_side(value: Number, beside: list[Number], places: int) -> None:
    found = Fraction(approximated(value, places, beside))
    for other in map(Fraction, beside):
        assert (found < other, found == other) == (Fraction(value) < other, Fraction(value) == other) or (
            other == value and found != other
        )


@settings(max_examples=examples(200), deadline=None)
@given(numbers, st.decimals(-1000, 1000, places=2))
def test_a_number_shown_is_never_another_of_two_places(value: Number, limit: Decimal) -> None:
    shown = Decimal(number_text(value).removeprefix("≈"))
    assert (shown < limit, shown == limit) == (value < limit, value == limit) or value == rounded(value, 2)
