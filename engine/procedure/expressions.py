"""The expressions of a procedure as functions of events: the trigger first, joined events after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.base.calendar import Calendar, Reckoned
from engine.decision.evaluate import Context, compile_node
from engine.decision.notes import reckons
from engine.decision.records import Run
from engine.decision.rules import quiet
from engine.language.tree import Call, Name, Node, Value
from engine.language.walk import nodes
from engine.policy.package import Package
from engine.policy.procedure import of

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Expression:
    """`reads`: which source (0 the trigger, 1 … the joined) and which of its values fills each slot. `estimates` is
    filled while it runs with what rests on a year without a notice."""

    reads: tuple[tuple[int, str], ...]
    names: tuple[str, ...]
    parameters: tuple[str, ...]
    run: Run
    estimates: list[str]

    def value(self, sources: Sequence[Values]) -> Value:
        """The value over the events' values; None if unknown."""
        value: Value = quiet(self.run, [sources[source].get(name) for source, name in self.reads])
        return value

    def day(self, sources: Sequence[Values]) -> tuple[date | None, str]:
        """A date and why it is only an estimate, or ""."""
        self.estimates.clear()
        value = self.value(sources)
        return (value if isinstance(value, date) else None), "；".join(dict.fromkeys(self.estimates))

    def unknown(self, sources: Sequence[Values], package: Package) -> str:
        """Why the value is unknown, for people."""
        lacking = [n for n, (s, key) in zip(self.names, self.reads, strict=True) if sources[s].get(key) is None]
        said = [f"`{name}` 没有填" for name in lacking]
        for name in self.parameters:
            parameter = package.parameters[name]
            if parameter.value is None:
                said.append(f"`{name}` 未定，由{parameter.setter or '有权机关'}确定")
        return "；".join(said) or "算不出来"


def compile_expression(node: Node, joined: Sequence[str], package: Package) -> Expression:
    """`node` in the scope of a trigger joined with events of the kinds `joined`."""
    found = dict.fromkeys(n.name for n in nodes(node) if isinstance(n, Name) and n.kind == "local")
    parameters = dict.fromkeys(n.name for n in nodes(node) if isinstance(n, Name) and n.kind == "parameter")
    estimates: list[str] = []

    def note(call: Call, result: Reckoned[Any]) -> None:
        estimates.append(result.reason or "")

    context = Context(
        constants={name: parameter.value for name, parameter in package.parameters.items()},
        provisional=note if reckons(node) else None,
    )
    calendar: Calendar = package.calendar
    run = compile_node(node, {name: index for index, name in enumerate(found)}, calendar, context)
    return Expression(tuple(_read(name, joined) for name in found), tuple(found), tuple(parameters), run, estimates)


def _read(name: str, joined: Sequence[str]) -> tuple[int, str]:
    for index, event in enumerate(joined, 1):
        if name.startswith(of(event, "")):
            return index, name.removeprefix(of(event, ""))
    return 0, name
