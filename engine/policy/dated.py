"""Values that hold from one day to another (取值), and which of them holds on a day. Plain data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from engine.base.classes import dataclass
from engine.language.tree import Value


class Validity(Protocol):
    """From 自 to 至, both days included; None where it is open."""

    @property
    def since(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...


P = TypeVar("P", bound=Validity)


@dataclass(frozen=True, slots=True)
class Dated:
    """A value (base units) and the days it holds."""

    value: Value
    since: date | None
    until: date | None


def value_on(values: Sequence[P], day: date) -> P | None:
    """The one that holds on `day`: of those that cover it, the one that began last."""
    covering = [v for v in values if (v.since or date.min) <= day <= (v.until or date.max)]
    return max(covering, key=lambda v: v.since or date.min, default=None)
