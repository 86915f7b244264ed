"""One item for every value of an enumeration (每个取值): the item is written once, and stands in the package as many times, with
`{取值}` in its texts replaced by the value. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.base.problem import Problem
from engine.base.text import chinese, did_you_mean
from engine.policy.nodes import Scalar
from engine.policy.spec import PackageSpec
from engine.policy.spec.base import Spec

VALUE, PLACE = "{取值}", "{取值序}"
"""What stands for the value, and for its place in the enumeration (一, 二 …)."""


def each_value(spec: PackageSpec) -> tuple[PackageSpec, list[Problem]]:
    """The package with such items written out. E381 where there is no such enumeration, or nothing to tell the items apart."""
    enums = {one.name.text: [member.text for member in one.members] for one in spec.enums}
    writing = _Writing(enums)
    changed = {
        name: writing.every(section)
        for name, section in vars(spec).items()
        if isinstance(section, tuple) and any(_written_once(item) for item in section)
    }
    return (spec.but(**changed) if changed else spec), writing.problems


def _written_once(value: Any) -> bool:
    """Whether there is such an item in it."""
    if isinstance(value, Spec):
        return getattr(value, "every_value", None) is not None or any(map(_written_once, vars(value).values()))
    return isinstance(value, tuple) and any(map(_written_once, value))


class _Writing:
    def __init__(self, enums: Mapping[str, Sequence[str]]) -> None:
        self.enums, self.problems = enums, list[Problem]()

    def every(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(made for item in items for made in self._made(item))

    def _made(self, item: Any) -> Iterator[Any]:
        if not isinstance(item, Spec) or not _written_once(item):
            yield item
            return
        within = {n: self.every(v) for n, v in vars(item).items() if isinstance(v, tuple) and _written_once(v)}
        item = item.but(**within)
        each = getattr(item, "every_value", None)
        if each is None:
            yield item
            return
        values = self.enums.get(each.text, ())
        if not values:
            help_ = did_you_mean(each.text, self.enums) or "写本规范里一个枚举的名称"
            self.problems.append(Problem("E381", f"没有枚举 `{each.text}`", each.span, help_))
        name = getattr(item, "name", None)
        if not any(mark in one.text for one in ([name] if name else _scalars(item)) for mark in (VALUE, PLACE)):
            where = name or each
            message = f"每个取值各写一项，{'名称' if name else '文字'}里没有 `{VALUE}`，分不清是哪一项"
            self.problems.append(Problem("E381", message, where.span, f"例如 `'{VALUE}条件'`"))
            return
        plain = item.but(every_value=None)
        yield from (_filled(plain, value, chinese(place)) for place, value in enumerate(values, 1))


def _scalars(value: Any) -> Iterator[Scalar]:
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Spec | dict | tuple):
        parts = (
            vars(value).values() if isinstance(value, Spec) else value.values() if isinstance(value, dict) else value
        )
        for part in parts:
            yield from _scalars(part)


def _filled(value: Any, said: str, place: str) -> Any:
    if isinstance(value, Scalar):
        return replace(value, text=value.text.replace(VALUE, said).replace(PLACE, place))
    if isinstance(value, Spec):
        return value.but(**{name: _filled(part, said, place) for name, part in vars(value).items()})
    if isinstance(value, tuple):
        return tuple(_filled(part, said, place) for part in value)
    if isinstance(value, dict):
        return {key.replace(VALUE, said).replace(PLACE, place): _filled(p, said, place) for key, p in value.items()}
    return value
