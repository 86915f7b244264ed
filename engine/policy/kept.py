"""A resolved package, or what one of its files says, as JSON text, and back: plain data in, plain data out, nothing that
runs.

Every value is written once, before whatever holds it: texts and numbers as JSON has them, the rest as a row that names
its class and the values it holds by their places. Read back, a row makes an instance of a class listed here or nothing.
The scalars of a file, which are most of it, stand apart, column by column; their places count from -1 downwards.
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
from typing import Any, TypeVar

from engine.base import calendar, problem, units
from engine.language import tree
from engine.policy import document, package, procedure
from engine.policy.nodes import Scalar
from engine.policy.package import Package
from engine.policy.places import SourceText

T = TypeVar("T")

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
    return _named(MODULES)


@cache
def _classes_read() -> Mapping[str, type]:
    """The classes that say what a file says, by name; loaded only where one is read or kept."""
    from engine.policy import shape, spec
    from engine.policy.spec import documents, pictures, procedure, requirements, rules, vocabulary

    return _named((problem, shape, spec, documents, pictures, procedure, requirements, rules, vocabulary))


def _named(modules: Iterable[Any]) -> Mapping[str, type]:
    found = (value for module in modules for value in vars(module).values())
    return {f"{c.__module__}.{c.__qualname__}": c for c in found if isinstance(c, type) and is_dataclass(c)}


def encode(value: Package) -> str:
    """The package as text. Raises TypeError where it holds something no package holds."""
    return _written(value, _classes())


def encode_file(value: Any) -> str:
    """A `FileSpec` as text, without the text of the file itself."""
    return _written(value, _classes_read())


def _written(value: Any, classes: Mapping[str, type]) -> str:
    writer = _Writer(classes)
    writer.place(value)
    columns = ([s.text for s in writer.scalars], [s.style for s in writer.scalars])
    places = ([s.start for s in writer.scalars], [s.end for s in writer.scalars])
    return json.dumps([list(writer.kinds), writer.rows, *columns, *places], ensure_ascii=False, separators=(",", ":"))


class _Writer:
    """`rows` as they come; `plain`: where a text, number or nothing stands, by itself and its class (1 is not True);
    `places`: where anything else stands, by its number in memory, which no other thing gets while it is in `alive`."""

    def __init__(self, classes: Mapping[str, type]) -> None:
        self.classes = classes
        self.kinds: dict[str, int] = {}
        self.rows: list[Any] = []
        self.scalars: list[Scalar] = []
        self.plain: dict[tuple[type, Any], int] = {}
        self.places: dict[int, int] = {}
        self.alive: list[Any] = []

    def place(self, value: Any) -> int:
        """Where the value stands, written now if it has not been yet."""
        kind: type = type(value)
        if kind in _SCALARS:
            at = self.plain.get((kind, value))
            if at is None:
                at = self.plain[kind, value] = len(self.rows)
                self.rows.append(value)
            return at
        at = self.places.get(id(value))
        if at is None and kind is Scalar:
            self.scalars.append(value)
            at = self.places[id(value)] = -len(self.scalars)
        if at is None:
            name, held = _parts(kind)
            if name not in _HOLDERS and name not in _PLAIN and name not in self.classes:
                raise TypeError(f"no part of what is kept: {name}")
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
    if not is_dataclass(kind):
        raise TypeError(f"no part of what is kept: {name}")
    names = [field.name for field in fields(kind) if field.init]
    if len(names) == 1:
        return name, lambda value: (getattr(value, names[0]),)
    return name, attrgetter(*names)


def decode(text: str) -> Package:
    """What `encode` wrote. Raises ValueError for anything else."""
    return _read(text, Package, _classes, None)


def decode_file(text: str, kind: type[T], source: SourceText) -> T:
    """What `encode_file` wrote of the file whose text is `source`. Raises ValueError for anything else."""
    return _read(text, kind, _classes_read, source)


def _read(text: str, kind: type[T], classes: Callable[[], Mapping[str, type]], source: SourceText | None) -> T:
    try:
        kinds, rows, *columns = json.loads(text)
        makers = [_maker(name, classes()) for name in kinds]
        scalars = (
            [Scalar(said, style, source, *at) for said, style, *at in zip(*columns, strict=True)] if source else []
        )
        values: list[Any] = []
        for row in rows:
            if type(row) is list:
                held = [values[place] if place >= 0 else scalars[~place] for place in row[1:]]
                values.append(makers[row[0]](held))
            else:
                values.append(row)
        found = values[-1]
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(found, kind):
        raise ValueError("something else")
    return found


def _maker(name: str, classes: Mapping[str, type]) -> Callable[[list[Any]], Any]:
    if name in _HOLDERS:
        return _HOLDERS[name]
    if name in _PLAIN:
        read = _PLAIN[name]
        return lambda held: read(held[0])
    class_ = classes[name]
    if hasattr(class_, "__slots__"):
        return lambda held: class_(*held)
    names = [field.name for field in fields(class_) if field.init]
    return lambda held: class_(**dict(zip(names, held, strict=True)))
