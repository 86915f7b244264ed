"""Kleene's strong three-valued logic. 真, 假, 待查 are `True`, `False` and `None`: an unknown is never a default."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def and_(values: Iterable[Truth]) -> Truth:
    """False as soon as one operand is false; else unknown if any is unknown; the empty conjunction is true."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def not_(value: Truth) -> Truth:
    """Not: unknown stays unknown."""
    return None if value is None else not value
