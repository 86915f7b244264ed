"""A value that takes some work, made when somebody first asks for it. Pure, but for what it is given to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Stands for what `make` returns: compares, hashes, shows and travels to another process as that value."""

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._value: T

    @classmethod
    def of(cls, value: T) -> Later[T]:
        """One that is made already."""
        return cls(lambda: value)

    @property
    def value(self) -> T:
        make = self._make
        if make is not None:
            self._value = make()  # before `_make` goes: another thread may look meanwhile
            self._make = None  # what it was made from need not be kept
        return self._value

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return repr(self.value)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, Later) else other))

    def __hash__(self) -> int:
        return hash(self.value)

    def __reduce__(self) -> tuple[Any, tuple[T]]:
        return _made, (self.value,)


def _made(value: T) -> Later[T]:
    return Later.of(value)
