"""A resolved package, or what one of its files says, as JSON text, and back: plain data in, plain data out, nothing that
runs.

Every value is written once, before whatever holds it: texts and numbers as JSON has them, the rest as a row that names
its class and the values it holds by their places. Read back, a row makes an instance of a class listed here or nothing.
Spans, and the scalars of a file, are most of it: they stand apart and have places below 0.
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
from engine.base.problem import Span
from engine.language import tree
from engine.policy import document, general_law, package, procedure
from engine.policy.nodes import Scalar
from engine.policy.package import Package
from engine.policy.places import SourceText

T = TypeVar("T")

MODULES = (calendar, problem, units, tree, document, general_law, package, procedure)
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
    whole = [list(writer.kinds), writer.rows, list(writer.files), writer.spans, writer.scalars]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


class _Writer:
    """`rows` as they come; `plain`: where a text, number or nothing stands, by itself and its class (1 is not True);
    `places`: where anything else stands, by its number in memory, which no other thing gets while it is in `alive`.
    `spans` (with their `files`) have the places -2, -4, …, `scalars` -1, -3, …"""

    def __init__(self, classes: Mapping[str, type]) -> None:
        self.classes = classes
        self.kinds: dict[str, int] = {}
        self.rows: list[Any] = []
        self.files: dict[str, int] = {}
        self.spans: list[tuple[int | str, ...]] = []
        self.scalars: list[tuple[str, str, int, int]] = []
        self.plain: dict[tuple[type, Any], int] = {}
        self.places: dict[int, int] = {}
        self.alive: list[Any] = []

    def place(self, value: Any) -> int:
        """Where the value stands, written now if it has not been yet."""
        return self.all_of((value,))[0]

    def all_of(self, values: Iterable[Any]) -> list[int]:
        """Where each of some values stands."""
        found = []
        for value in values:
            kind: type = type(value)
            if kind in _SCALARS:
                at = self.plain.get((kind, value))
                if at is None:
                    at = self.plain[kind, value] = len(self.rows)
                    self.rows.append(value)
            else:
                at = self.places.get(id(value))
                if at is None:
                    at = self.places[id(value)] = self.apart(value, kind) or self.row(value, kind)
                    self.alive.append(value)
            found.append(at)
        return found

    def apart(self, value: Any, kind: type) -> int:
        """The place of what stands apart; 0 for anything else."""
        if kind is Span:
            file = self.files.setdefault(value.file, len(self.files))
            where = (value.line, value.column, value.end_line, value.end_column)
            self.spans.append((file, *where, value.cell) if value.cell else (file, *where))
            return -2 * len(self.spans)
        if kind is Scalar:
            self.scalars.append((value.text, value.style, value.start, value.end))
            return 1 - 2 * len(self.scalars)
        return 0

    def row(self, value: Any, kind: type) -> int:
        name, held = _parts(kind)
        if name not in self.kinds and name not in _HOLDERS and name not in _PLAIN and name not in self.classes:
            raise TypeError(f"no part of what is kept: {name}")
        row = self.all_of(held(value))
        row.insert(0, self.kinds.setdefault(name, len(self.kinds)))
        self.rows.append(row)
        return len(self.rows) - 1


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
    return _read(text, Package, _classes, SourceText("", ""))


def decode_file(text: str, kind: type[T], source: SourceText) -> T:
    """What `encode_file` wrote of the file whose text is `source`. Raises ValueError for anything else."""
    return _read(text, kind, _classes_read, source)


def _read(text: str, kind: type[T], classes: Callable[[], Mapping[str, type]], source: SourceText) -> T:
    try:
        kinds, rows, files, spans, scalars = json.loads(text)
        makers = [_maker(name, classes()) for name in kinds]
        apart: dict[int, Any] = {-2 * at: Span(files[file], *where) for at, (file, *where) in enumerate(spans, 1)}
        for at, (said, style, start, end) in enumerate(scalars, 1):
            apart[1 - 2 * at] = Scalar(said, style, source, start, end)
        values: list[Any] = []
        for row in rows:
            if type(row) is list:
                held = [values[place] if place >= 0 else apart[place] for place in row[1:]]
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
    names = [field.name for field in fields(class_)]
    return lambda held: _form(class_, zip(names, held, strict=True))


def _form(class_: type, values: Iterable[tuple[str, Any]]) -> Any:
    """A form of the package format: what it was checked for when it was read need not be checked again."""
    made: Any = object.__new__(class_)
    vars(made).update(values)
    return made
