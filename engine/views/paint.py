"""Colour as a function, so that views stay plain text and tests need no terminal."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""(text, role) -> text; roles: good bad open faint strong."""


def uncoloured(text: str, role: str) -> str:
    """Text as it is."""
    return text
