"""Colour as a function, so that views stay plain text and tests need no terminal."""

from __future__ import annotations

from collections.abc import Callable

Paint = Callable[[str, str], str]
"""(text, role) -> text; roles: good bad open faint strong."""


HOLDS = {True: ("✓", "good"), False: ("✗", "bad"), None: ("–", "faint")}
"""Whether something holds, None where it says nothing of the matter -> its sign and role."""


def uncoloured(text: str, role: str) -> str:
    """Text as it is."""
    return text
