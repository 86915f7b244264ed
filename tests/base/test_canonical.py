"""Canonical bytes: one for one piece of data."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.canonical import canonical, digest
from tests.sizes import examples


def test_keys_are_sorted_and_text_is_utf8() -> None:
    assert canonical({"乙": [1, True, None], "甲": "场"}) == '{"乙":[1,true,null],"甲":"场"}'.encode()
    assert canonical({"b": 1, "a": {"d": 1, "c": 2}}) == b'{"a":{"c":2,"d":1},"b":1}'


def test_equal_data_has_one_digest() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert digest([]) == "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


@pytest.mark.parametrize("data", [1.5, [0.1], {"a": {"b": (2.0,)}}])
def test_floats_are_refused(data: Any) -> None:
    with pytest.raises(TypeError):
        canonical(data)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=examples(200), deadline=None)
@given(_PLAIN)
def test_it_is_the_form_of_rfc_8785(data: Any) -> None:
    """Keys beyond the basic plane sort by UTF-16: U+10000 comes before U+FF5E."""
    assert canonical(data) == rfc8785.dumps(data)


def test_keys_are_sorted_by_utf_16() -> None:
    assert canonical({"\uff5e": 1, "\U00010000": 2}) == '{"\U00010000":2,"\uff5e":1}'.encode()
