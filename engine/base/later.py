"""A text that takes some work, made when somebody first asks for it. Pure, but for what it is given to call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property


class Later:
    """Stands for what `make` returns: compares, hashes, shows and travels to another process as that text."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    @cached_property
    def text(self) -> str:
        return self._make()

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return repr(self.text)

    def __eq__(self, other: object) -> bool:
        return self.text == str(other) if isinstance(other, str | Later) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (self.text,)
