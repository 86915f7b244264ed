"""`dataclass` as the standard library's, but cheaper to make: the program has hundreds, a command uses some of them.

The standard library compiles up to six methods of each class when it is imported (0.3 ms a frozen one). Here a method is
compiled when it is first called, and what needs no code of its own (text, refusal of changes) is shared by all classes.
Fields, `replace`, matching, equality, hashing and pickling are the standard library's. What nothing here has is refused:
keyword-only fields, and defaults of fields that `__init__` leaves to `__post_init__`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """As `dataclasses.dataclass`. Raises TypeError for fields it does not know how to set."""
        if cls is None:
            return lambda made: _completed(made, frozen, slots, eq)
        return _completed(cls, frozen, slots, eq)


def _completed(cls: type, frozen: bool, slots: bool, eq: bool) -> type:
    """The class with its fields and methods; with `slots` a new one."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # or the standard library makes one out of a signature
    own = vars(cls)
    hashed = own.get("__hash__") is not None or ("__hash__" in own and "__eq__" not in own)
    cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    if any(field.kw_only or not (field.init or _required(field)) for field in fields(cls)):
        raise TypeError(f"{cls.__qualname__}: a keyword-only field, or a default nobody can give another value")
    late: dict[str, Any] = {"__init__": _late(cls, "__init__", lambda: _init(cls, frozen, slots)), "__repr__": _repr}
    if eq:
        late["__eq__"] = _late(cls, "__eq__", lambda: _eq(cls))
    if eq and not hashed:
        late["__hash__"] = _late(cls, "__hash__", lambda: _hash(cls)) if frozen else None
    if frozen:
        late |= {"__setattr__": _refused, "__delattr__": _refused}
    if frozen and slots:
        late |= {"__getstate__": _state, "__setstate__": _restored}
    for name, method in late.items():
        if name not in own or (name == "__hash__" and not hashed):
            setattr(cls, name, method)
    return cls


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _late(cls: type, name: str, write: Callable[[], Any]) -> Callable[..., Any]:
    """A method that takes the place of this one when it is first called. Two threads may write it twice, both the same."""

    def method(*args: Any, **kwargs: Any) -> Any:
        written = write()
        setattr(cls, name, written)
        return written(*args, **kwargs)

    return method


def _written(cls: type, name: str, parameters: str, lines: list[str], scope: dict[str, Any]) -> Any:
    exec(f"def {name}({parameters}):\n " + "\n ".join(lines), scope)
    function = scope[name]
    function.__qualname__, function.__module__ = f"{cls.__qualname__}.{name}", cls.__module__
    return function


def _init(cls: type, frozen: bool, slots: bool) -> Any:
    parameters, lines = ["self"], []
    scope: dict[str, Any] = {"__missing__": MISSING, "__put__": object.__setattr__}
    for field in fields(cls):
        if not field.init:
            continue
        name = value = field.name
        parameters.append(name)
        if field.default is not MISSING:
            scope[f"__default_{name}__"] = field.default
            parameters[-1] += f"=__default_{name}__"
        elif field.default_factory is not MISSING:
            scope[f"__make_{name}__"] = field.default_factory
            parameters[-1] += "=__missing__"
            value = f"__make_{name}__() if {name} is __missing__ else {name}"
        if frozen and slots:
            scope[f"__set_{name}__"] = getattr(cls, name).__set__
            lines.append(f"__set_{name}__(self, {value})")
        else:
            lines.append(f"__put__(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    return _written(cls, "__init__", ", ".join(parameters), lines or ["pass"], scope)


def _values(cls: type, of: str) -> str:
    return "(" + "".join(f"{of}.{field.name}," for field in fields(cls) if field.compare) + ")"


def _eq(cls: type) -> Any:
    alike = f"return {_values(cls, 'self')} == {_values(cls, 'other')}"
    lines = ["if other.__class__ is self.__class__:", " " + alike, "return NotImplemented"]
    return _written(cls, "__eq__", "self, other", lines, {})


def _hash(cls: type) -> Any:
    return _written(cls, "__hash__", "self", [f"return hash({_values(cls, 'self')})"], {})


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refused(self: Any, name: str, value: object = None) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _restored(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
