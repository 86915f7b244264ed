"""A resolved package as JSON text, and back: plain data in, plain data out, nothing that runs.

Every value is written once, before whatever holds it: texts and numbers as JSON has them, the rest as a row that names
its class and the values it holds by their places. Read back, a row makes an instance of a class listed here or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from engine.base import calendar, problem, units
from engine.language import tree
from engine.policy import document, package, procedure
from engine.policy.package import Package

MODULES = (calendar, problem, units, tree, document, package, procedure)
"""Where the classes a package is made of are."""

_SCALARS = frozenset((str, int, bool, type(None)))
_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    Decimal: str,
    Fraction: str,
    date: date.isoformat,
    time: time.isoformat,
}
_PLAIN: Mapping[str, Callable[[str], Any]] = {
    "Decimal": Decimal,
    "Fraction": Fraction,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}
"""Values written as a text, by the name of their class."""
_HOLDERS: Mapping[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "list": list,
    "frozenset": frozenset,
    "dict": lambda items: dict(zip(items[::2], items[1::2], strict=True)),
    "mappingproxy": lambda items: MappingProxyType(dict(zip(items[::2], items[1::2], strict=True))),
}
"""Values that only hold others; mappings hold keys and values in turn."""


@cache
def _classes() -> Mapping[str, type]:
    """The classes a package is made of, by name."""
    found = (value for module in MODULES for value in vars(module).values())
    return {f"{c.__module__}.{c.__qualname__}": c for c in found if isinstance(c, type) and is_dataclass(c)}


def encode(value: Package) -> str:
    """The package as text. Raises TypeError where it holds something no package holds."""
    writer = _Writer()
    writer.place(value)
    return json.dumps([list(writer.kinds), writer.rows], ensure_ascii=False, separators=(",", ":"))


class _Writer:
    """`rows` as they come; `scalars`: where a text, number or nothing stands, by itself and its class (1 is not True);
    `places`: where anything else stands, by its number in memory, which no other thing gets while it is in `alive`."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.rows: list[Any] = []
        self.scalars: dict[tuple[type, Any], int] = {}
        self.places: dict[int, int] = {}
        self.alive: list[Any] = []

    def place(self, value: Any) -> int:
        """Where the value stands, written now if it has not been yet."""
        kind: type = type(value)
        if kind in _SCALARS:
            at = self.scalars.get((kind, value))
            if at is None:
                at = self.scalars[kind, value] = len(self.rows)
                self.rows.append(value)
            return at
        at = self.places.get(id(value))
        if at is None:
            name, held = _parts(kind)
            row = [0, *map(self.place, held(value))]
            row[0] = self.kinds.setdefault(name, len(self.kinds))
            at = self.places[id(value)] = len(self.rows)
            self.rows.append(row)
            self.alive.append(value)
        return at


@cache
def _parts(kind: type) -> tuple[str, Callable[[Any], Iterable[Any]]]:
    """What a row calls a class, and what of an instance it holds."""
    name = kind.__name__
    if kind in _WRITTEN:
        write = _WRITTEN[kind]
        return name, lambda value: (write(value),)
    if name in ("dict", "mappingproxy"):
        return name, lambda value: chain.from_iterable(value.items())
    if name in _HOLDERS:
        return name, sorted if name == "frozenset" else iter
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in _classes():
        raise TypeError(f"no part of a package: {name}")
    names = [field.name for field in fields(kind) if field.init]
    if len(names) == 1:
        return name, lambda value: (getattr(value, names[0]),)
    return name, attrgetter(*names)


def decode(text: str) -> Package:
    """What `encode` wrote. Raises ValueError for anything else."""
    try:
        kinds, rows = json.loads(text)
        makers = [_maker(name) for name in kinds]
        values: list[Any] = []
        for row in rows:
            if type(row) is list:
                values.append(makers[row[0]]([values[place] for place in row[1:]]))
            else:
                values.append(row)
        found = values[-1]
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(found, Package):
        raise ValueError("no package")
    return found


def _maker(name: str) -> Callable[[list[Any]], Any]:
    if name in _HOLDERS:
        return _HOLDERS[name]
    if name in _PLAIN:
        read = _PLAIN[name]
        return lambda held: read(held[0])
    class_ = _classes()[name]
    return lambda held: class_(*held)
