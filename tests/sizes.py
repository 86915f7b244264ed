"""How much is tried where more is always possible: a sample in `./test`, much more in `./test --long`."""

from __future__ import annotations

import os

LONG = os.environ.get("GUIJU_TESTS") == "long"
FACTOR = 20


def sized(sample: int, whole: int) -> int:
    """How many of something: seeds, histories, stations."""
    return whole if LONG else sample


def examples(count: int) -> int:
    """How many examples Hypothesis tries of a law."""
    return sized(count, count * FACTOR)
