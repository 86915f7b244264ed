"""A fact that the outcome does not rest on may be unknown; a letter that would print it is refused, not written."""

from __future__ import annotations

import pytest

from engine.decision.wording import unknown_in


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("2025年举办活动11场、服务人才〔年度服务人次尚未查明〕", ["年度服务人次"]),
        ("〔甲尚未查明〕和〔乙÷丙尚未查明〕", ["甲", "乙÷丙"]),
        ("举办活动11场〔2025〕", []),
    ],
)
def test_what_a_filled_text_does_not_know(text: str, unknown: list[str]) -> None:
    assert unknown_in(text) == unknown
