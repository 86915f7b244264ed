"""The expressions of a procedure as functions of events: the trigger first, joined events after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.language.row import Run
from engine.language.tree import Name, Node, Value
from engine.language.walk import nodes
from engine.lowered.closures import CONSULTED, Context, compile_node
from engine.lowered.expressions import Expressions
from engine.policy.cycles import FIRST
from engine.policy.package import Package, Parameter
from engine.policy.procedure import EVENT_DAY, of

EventValues = Mapping[str, Value]


@dataclass(frozen=True)
class Expression:
    """`reads`: which source (0 the trigger, 1 … the joined) and which of its values fills each slot. `runs`: from which
    day on which run holds, the latest first: parameters have the values of the trigger's day (of a period's first day),
    because a rule binds those who act under it."""

    reads: tuple[tuple[int, str], ...]
    names: tuple[str, ...]
    parameters: tuple[str, ...]
    runs: tuple[tuple[date, Run], ...]

    def value(self, sources: Sequence[EventValues], consulted: Consulted) -> Value:
        """The value over the events' values; None if unknown. `consulted` is told of what it reads of the calendar."""
        run = self.runs[0][1] if len(self.runs) == 1 else self._run(day_of(sources[0]))
        value: Value = run([*(sources[source].get(name) for source, name in self.reads), consulted], None)
        return value

    def _run(self, day: date) -> Run:
        return next(run for since, run in self.runs if since <= day)

    def day(self, sources: Sequence[EventValues], consulted: Consulted) -> tuple[date | None, str]:
        """A date and why it is only an estimate, or ""."""
        own = Consulted()
        value = self.value(sources, own)
        consulted.years.update(own.years)
        return (value if isinstance(value, date) else None), "；".join(own.estimates)

    def unknown(self, sources: Sequence[EventValues], package: Package) -> str:
        """Why the value is unknown, for people."""
        lacking = [n for n, (s, key) in zip(self.names, self.reads, strict=True) if sources[s].get(key) is None]
        said = [f"`{name}` 没有填" for name in lacking]
        for name in self.parameters:
            parameter = package.parameters[name]
            if parameter.on(day_of(sources[0])) is None:
                said.append(f"`{name}` 未定，由{parameter.setter or '有权机关'}确定")
        return "；".join(said) or "算不出来"


def compile_expression(node: Node, joined: Sequence[str], package: Package) -> Expression:
    """`node` in the scope of a trigger joined with events of the kinds `joined`."""
    found = dict.fromkeys(n.name for n in nodes(node) if isinstance(n, Name) and n.kind == "local")
    parameters = dict.fromkeys(n.name for n in nodes(node) if isinstance(n, Name) and n.kind == "parameter")
    slots = {name: index for index, name in enumerate((*found, CONSULTED))}
    lowered = Expressions.of(package, {}).lowered(node)

    def run_on(day: date) -> Run:
        constants = {name: parameter.on(day) for name, parameter in package.parameters.items()}
        return compile_node(lowered, Context(slots, package.calendar, constants))

    runs = tuple((day, run_on(day)) for day in changes(package.parameters[name] for name in parameters))
    return Expression(tuple(_read(name, joined) for name in found), tuple(found), tuple(parameters), runs)


def changes(parameters: Iterable[Parameter]) -> list[date]:
    """The days from which some of the parameters may have another value, the latest first, the first of all last."""
    days = {date.min}
    for dated in (dated for parameter in parameters for dated in parameter.dated):
        days |= {dated.since} if dated.since else set()
        days |= {dated.until + timedelta(1)} if dated.until and dated.until < date.max else set()
    return sorted(days, reverse=True)


def day_of(values: EventValues) -> date:
    """The day of an event, or the first of a period."""
    day = values.get(EVENT_DAY) or values.get(FIRST)
    assert isinstance(day, date)
    return day


def _read(name: str, joined: Sequence[str]) -> tuple[int, str]:
    for index, event in enumerate(joined, 1):
        if name.startswith(of(event, "")):
            return index, name.removeprefix(of(event, ""))
    return 0, name
