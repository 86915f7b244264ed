"""Dataclasses as JSON, back again, and the JSON Schema that says so: all three from one table of keys.

A `Codec` names its classes in Chinese and gives every attribute its key; what the attribute holds is read from the
class's own annotations: text, truth, whole numbers, dates, times, bytes (Base64), other classes, tuples and alternatives
of these, made already or `Later`. A run-time value (`values`) is written under its key, numbers as text so that no digit is lost, and the sort of
value it is under 类型 beside it.
"""

from __future__ import annotations

import types
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.base.classes import dataclass
from engine.base.later import Later
from engine.base.numbers import number_text, read_number
from engine.base.problem import Problem, Refused

T = TypeVar("T")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SORT = "类型"
"""The key that says what sort of value stands beside it."""

Json = dict[str, Any]

ADDED: Json = {
    "规则来源": {
        "type": "object",
        "properties": {"文件夹": {"type": "string"}, "来自": {"type": "string"}},
        "required": ["文件夹", "来自"],
        "additionalProperties": False,
    }
}
"""What a command adds to the result it prints: where the rules came from."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of run-time value: its class, how it is written, read (ValueError where it is not one) and described."""

    kind: type
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    schema: Json


def _number_read(text: Any) -> Decimal | Fraction:
    over, bar, under = str(text).partition("/")
    if bar and isinstance(text, str):
        return Fraction(int(over), int(under))
    number = read_number(text) if isinstance(text, str) else None
    if number is None:
        raise ValueError(text)
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


_NUMBER: Json = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+|/[0-9]+)?$"}
_DAY: Json = {"type": "string", "format": "date"}
_CLOCK: Json = {"type": "string", "format": "time"}
SORTS: Mapping[str, Sort] = {
    "是否": Sort(bool, bool, _truth, {"type": "boolean"}),
    "数": Sort(Decimal, number_text, _number_read, _NUMBER),
    "分数": Sort(Fraction, lambda v: f"{v.numerator}/{v.denominator}", _number_read, _NUMBER),
    "日期": Sort(date, date.isoformat, lambda text: date.fromisoformat(_text(text)), _DAY),
    "时刻": Sort(time, time.isoformat, lambda text: time.fromisoformat(_text(text)), _CLOCK),
    "文字": Sort(str, str, _text, {"type": "string"}),
}
"""The sorts of value every codec knows, by name."""


@dataclass(frozen=True)
class Codec:
    """`keys`: class -> attribute -> key, in the order written; `names`: class -> what it is called, in Chinese; `words`:
    (class, attribute) -> what is written for each text it may hold; `values`: (class, attribute) of run-time values;
    `sorts`: further sorts of value by name; `forms`: classes that are written, read and described in their own way."""

    keys: Mapping[type, Mapping[str, str]]
    names: Mapping[type, str]
    words: Mapping[tuple[type, str], Mapping[str, str]] = field(default_factory=dict)
    values: frozenset[tuple[type, str]] = frozenset()
    sorts: Mapping[str, Sort] = field(default_factory=dict)
    forms: Mapping[type, Sort] = field(default_factory=dict)

    # ---- writing ----

    def to_plain(self, value: Any) -> Any:
        """JSON-ready. The same value always gives the same data, in the same order."""
        if type(value) in self.keys:
            keys = self.keys[type(value)]
            return {at: found for name, key in keys.items() for at, found in self._field(value, name, key)}
        if type(value) in self.forms:
            return self.forms[type(value)].write(value)
        if isinstance(value, Later):
            return self.to_plain(value.value)
        if isinstance(value, tuple | list):
            return [self.to_plain(item) for item in value]
        if isinstance(value, date | time):
            return value.isoformat()
        return b64encode(value).decode() if isinstance(value, bytes) else value

    def _field(self, owner: Any, name: str, key: str) -> Iterator[tuple[str, Any]]:
        value, at = getattr(owner, name), (type(owner), name)
        if at in self.values:
            sort = self._sort_of(value)
            yield key, None if sort is None else self._sorts[sort].write(value)
            yield SORT, sort
        else:
            yield key, self.words[at][value] if at in self.words else self.to_plain(value)

    def _sort_of(self, value: Any) -> str | None:
        """The sort of a value, None of None. Raises TypeError for what is no value."""
        if value is None:
            return None
        for name, sort in self._sorts.items():
            if type(value) is sort.kind:
                return name
        raise TypeError(f"no run-time value: {value!r}")

    @cached_property
    def _sorts(self) -> Mapping[str, Sort]:
        return {**SORTS, **self.sorts}

    # ---- reading ----

    def read(self, class_: type[T], data: Any) -> T:
        """What `to_plain` wrote, as it was. Raises Refused (E706) with the JSON Pointer of what it never writes."""
        found = self._read(class_, data, "")
        assert isinstance(found, class_)
        return found

    def _read(self, hint: Any, data: Any, at: str) -> Any:
        if hint in self.keys:
            return self._object(hint, data, at)
        if get_origin(hint) is Later:
            return Later.of(self._read(get_args(hint)[0], data, at))
        if get_origin(hint) is tuple:
            if not isinstance(data, list):
                raise _wrong(at, "应是列表")
            return tuple(self._read(get_args(hint)[0], item, f"{at}/{place}") for place, item in enumerate(data))
        if get_origin(hint) in (Union, types.UnionType):
            return self._alternative(get_args(hint), data, at)
        try:
            return self.forms[hint].read(data) if hint in self.forms else _READERS[hint](data)
        except (ValueError, TypeError):
            raise _wrong(at, f"应是{self.names[hint] if hint in self.forms else _CALLED[hint]}") from None

    def _alternative(self, hints: tuple[Any, ...], data: Any, at: str) -> Any:
        if data is None and type(None) in hints:
            return None
        left = [hint for hint in hints if hint is not type(None)]
        fitting = [hint for hint in left if isinstance(data, dict) and set(self.written(hint)) == set(data)]
        return self._read((fitting or left)[0], data, at)

    def _object(self, class_: type, data: Any, at: str) -> Any:
        written = self.written(class_)
        if not isinstance(data, dict):
            raise _wrong(at, f"应是{self.names[class_]}")
        for key in (*written, *data):
            if (key in data) != (key in written):
                raise _wrong(f"{at}/{key}", "不该有这一项" if key in data else "缺少这一项")
        hints, keys = self._hints[class_], self.keys[class_]
        return class_(
            **{
                name: self._attribute((class_, name), hints[name], data, key, f"{at}/{key}")
                for name, key in keys.items()
            }
        )

    def _attribute(self, of: tuple[type, str], hint: Any, data: Json, key: str, at: str) -> Any:
        if of in self.values:
            if data[SORT] is None and data[key] is None:
                return None
            sort = self._sorts.get(str(data[SORT]))
            if sort is None:
                raise _wrong(f"{at.rpartition('/')[0]}/{SORT}", f"可写 {'、'.join(self._sorts)}")
            try:
                return sort.read(data[key])
            except (ValueError, TypeError, KeyError, ArithmeticError):
                raise _wrong(at, f"不是{data[SORT]}") from None
        if of in self.words:
            back = {word: text for text, word in self.words[of].items()}
            if data[key] not in back:
                raise _wrong(at, f"可写 {'、'.join(filter(None, back))}")
            return back[data[key]]
        return self._read(hint, data[key], at)

    def written(self, class_: type) -> tuple[str, ...]:
        """The keys of one class, in the order written."""
        return tuple(
            key
            for name, own in self.keys[class_].items()
            for key in ((own, SORT) if (class_, name) in self.values else (own,))
        )

    @cached_property
    def _hints(self) -> Mapping[type, Mapping[str, Any]]:
        """What the attributes of each class hold, by its annotations."""
        return {class_: get_type_hints(class_) for class_ in self.keys}

    # ---- describing ----

    def schema(self, class_: type) -> Json:
        """The JSON Schema (2020-12) of what `to_plain` writes of `class_`: every key there, no other."""
        definitions: dict[str, Json] = {}
        self._define(class_, definitions)
        return {"$schema": DIALECT, "title": self.names[class_], **self._reference(class_), "$defs": definitions}

    def _define(self, class_: type, into: dict[str, Json]) -> None:
        if self.names[class_] in into:
            return
        into[self.names[class_]] = found = Json()
        hints, properties = self._hints[class_], Json()
        for name, key in self.keys[class_].items():
            if (class_, name) in self.values:
                written = [sort.schema for sort in self._sorts.values()]
                properties[key] = {"anyOf": [{"type": "null"}, *_distinct(written)]}
                properties[SORT] = {"enum": [None, *self._sorts]}
            elif (class_, name) in self.words:
                properties[key] = {"enum": sorted(set(self.words[class_, name].values()))}
            else:
                properties[key] = self._describe(hints[name], into)
        found |= {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def _reference(self, class_: type) -> Json:
        return {"$ref": f"#/$defs/{self.names[class_]}"}

    def _describe(self, hint: Any, into: dict[str, Json]) -> Json:
        if hint in self.keys:
            self._define(hint, into)
            return self._reference(hint)
        if get_origin(hint) is Later:
            return self._describe(get_args(hint)[0], into)
        if get_origin(hint) is tuple:
            return {"type": "array", "items": self._describe(get_args(hint)[0], into)}
        if get_origin(hint) in (Union, types.UnionType):
            return {"anyOf": [self._describe(inner, into) for inner in get_args(hint)]}
        if hint in self.forms:
            into[self.names[hint]] = self.forms[hint].schema
            return self._reference(hint)
        return dict(_SCHEMAS[hint])


def _distinct(schemas: list[Json]) -> list[Json]:
    return [schema for place, schema in enumerate(schemas) if schema not in schemas[:place]]


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(value)
    return value


def _real(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError(value)
    return float(value)


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _real,
    date: SORTS["日期"].read,
    time: SORTS["时刻"].read,
    bytes: lambda text: b64decode(_text(text), validate=True),
}
_CALLED = {str: "文字", bool: "true 或 false", int: "整数", float: "数", date: "日期", time: "时刻", bytes: "Base64"}
_SCHEMAS: Mapping[Any, Json] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: _DAY,
    time: _CLOCK,
    bytes: {"type": "string", "contentEncoding": "base64"},
    type(None): {"type": "null"},
}


def _wrong(at: str, why: str) -> Refused:
    message = f"`{at or '/'}`：{why}"
    return Refused(Problem("E706", message, help="用 `guiju schema` 输出的 JSON Schema 核对"))
