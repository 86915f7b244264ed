"""Canonical bytes: one for one piece of data."""

from __future__ import annotations

from typing import Any

import pytest

from engine.base.canonical import canonical, digest


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
