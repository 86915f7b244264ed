"""Our `dataclass` makes what the standard library's makes, method by method, and compiles nothing before it is called."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from engine.base import classes
from engine.base.classes import dataclass

Make = Callable[..., Any]
KINDS = [{"frozen": f, "slots": s} for f in (True, False) for s in (True, False)] + [{"frozen": True, "eq": False}]


@dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


def shapes(dataclass: Any, **kind: bool) -> list[tuple[type, tuple[Any, ...]]]:
    """Classes of every make that the program has, each with arguments for an instance."""

    @dataclass(**kind)
    class Nothing:
        pass

    @dataclass(**kind)
    class Base:
        limit: ClassVar[int] = 3
        x: int
        y: str = "y"
        names: tuple[str, ...] = field(default_factory=tuple)
        note: object = field(default=None, compare=False, repr=False)

        def whole(self) -> str:
            return f"{self.x}{self.y}"

    @dataclass(**kind)
    class More(Base):
        z: int = 7

        def whole(self) -> str:
            return f"{self.x}{self.z}"

    @dataclass(**kind)
    class Own:
        x: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

    @dataclass(**kind)
    class Alike:
        x: int

        def __eq__(self, other: object) -> bool:
            return True

    @dataclass(**kind)
    class Later:
        x: int
        twice: int = field(init=False, compare=False, repr=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.x)

    return [(Nothing, ()), (Base, (1, "a")), (More, (1,)), (Own, (1,)), (Alike, (1,)), (Later, (1,))]


def told(make: type, args: tuple[Any, ...]) -> list[Any]:
    """All there is to see of a class and its instances."""

    def attempt(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except (TypeError, AttributeError) as error:
            return isinstance(error, AttributeError), isinstance(error, TypeError)

    one, same = make(*args), make(*args)
    other = make(*(9 for _ in args[:1]), *args[1:])
    return [
        repr(one),
        one == same,
        one == other,
        one == 1,
        one != other,
        attempt(lambda: hash(one) == hash(same)),
        vars(make).get("__match_args__"),
        [(f.name, f.default, f.init, f.compare) for f in fields(make)],
        {f.name: getattr(one, f.name) for f in fields(make)},
        attempt(lambda: replace(same, x=3) == make(*(3 for _ in args[:1]), *args[1:])),
        attempt(lambda: make(*args, *range(9))),
        attempt(lambda: make(*args, nobody=1)),
        attempt(lambda: one.whole()),
        repr(copy.copy(same)),
        repr(copy.deepcopy(same)),
        hasattr(same, "__dict__"),
        is_dataclass(make),
    ]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_classes_are_as_the_standard_library_makes_them(kind: dict[str, bool]) -> None:
    for (ours, args), (theirs, _) in zip(shapes(dataclass, **kind), shapes(dataclasses.dataclass, **kind), strict=True):
        assert told(ours, args) == told(theirs, args)


@pytest.mark.parametrize("slots", [True, False])
def test_a_frozen_instance_never_changes(slots: bool) -> None:
    for make, args in shapes(dataclass, frozen=True, slots=slots):
        one, before = make(*args), make(*args)
        for name in ("x", "new"):
            with pytest.raises(FrozenInstanceError, match=f"'{name}'"):
                setattr(one, name, 3)
            with pytest.raises(FrozenInstanceError, match=f"'{name}'"):
                delattr(one, name)
        assert (one, repr(one)) == (before, repr(before))


def test_instances_go_to_other_processes() -> None:
    again = pickle.loads(pickle.dumps(Point(1, 2, "b")))
    assert (again, again.note, hash(again)) == (Point(1, 2), "b", hash(Point(1, 2)))


def test_a_method_is_compiled_when_it_is_first_called_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = classes._written

    def noted(cls: type, name: str, *args: Any) -> Any:
        written.append(name)
        return real(cls, name, *args)

    monkeypatch.setattr(classes, "_written", noted)
    (_, _), (make, args), *_ = shapes(dataclass, frozen=True, slots=True)
    assert written == []
    one, same = make(*args), make(*args)
    assert written == ["__init__"]
    assert one == same
    assert {one} == {same}
    assert written == ["__init__", "__eq__", "__hash__"]


def test_fields_it_cannot_set_are_refused() -> None:
    with pytest.raises(TypeError, match="Wrong"):

        @dataclass(frozen=True, slots=True)
        class Wrong:
            x: int = field(default=1, init=False)
