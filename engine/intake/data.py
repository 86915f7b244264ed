"""Cases and histories from data that a program hands over: dicts, lists and values, in the form of the files.

A value is text as a file would say it (`12场`, `2026-01-05`, `是`) or a Python value of its own kind: bool, int, Decimal,
date, time; None is not known. Nothing else is taken: a float has lost its digits already. Problems and facts say where
they stand by a JSON Pointer into the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Place, Pointer, Problem, Span
from engine.decision.case import Case, Fact
from engine.intake.case import CaseHead, case_of, head_of
from engine.intake.history import history_of
from engine.policy import nodes
from engine.policy.package import Package
from engine.policy.places import SourceText
from engine.policy.spec.base import pydantic_input
from engine.procedure.history import Entry, History, Withdrawal

MAX_DEPTH = 8
"""How deep data may nest: no case or history does half as deep."""
MAX_BITS = 1000
"""Of a whole number: ten times what any value may have, and written as text in no time."""

_UNNAMED = Path()


@dataclass(slots=True)
class _Tree:
    """Data on its way to nodes: each text stands on a line of its own, and `pointers` says which line is which item."""

    pointers: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    made: list[Callable[[SourceText], nodes.Node]] = field(default_factory=list)

    def refuse(self, at: str, message: str, help: str) -> None:
        self.problems.append(Problem("E557", message, Pointer("", at), help))

    def node(self, value: Any, at: str) -> Callable[[SourceText], nodes.Node]:
        """What makes the node of a value, once the lines are counted."""
        if at.count("/") > MAX_DEPTH:
            self.refuse(at, "数据嵌套过深", f"至多 {MAX_DEPTH} 层")
            return self.scalar("", at)
        if isinstance(value, Mapping):
            return self.mapping(value, at)
        if isinstance(value, list | tuple):
            start = len(self.pointers)
            items = [self.node(item, f"{at}/{place}") for place, item in enumerate(value)]
            stop = len(self.pointers)
            return lambda source: nodes.Sequence(
                tuple(item(source) for item in items), source, start, max(start, stop - 1)
            )
        return self.scalar(self.text(value, at), at)

    def mapping(self, value: Mapping[Any, Any], at: str) -> Callable[[SourceText], nodes.Node]:
        entries, start = [], len(self.pointers)
        for key, inner in value.items():
            if not isinstance(key, str):
                self.refuse(at, f"键 `{key}` 不是文字", "键都写成文字")
                continue
            below = f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
            entries.append((self.scalar(key, below), self.node(inner, below)))
        stop = max(start, len(self.pointers) - 1)

        def make(source: SourceText) -> nodes.Node:
            made = tuple((name(source), inner(source)) for name, inner in entries)
            return nodes.Mapping(made, source, start, stop)

        return make

    def scalar(self, text: str, at: str) -> Callable[[SourceText], nodes.Scalar]:
        line = len(self.pointers)
        self.pointers.append(at)
        return lambda source: nodes.line_of(text, source, line)

    def text(self, value: Any, at: str) -> str:
        """The value as a file would say it; "" with a problem for what no file says."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, str):
            return value
        if isinstance(value, int):
            if value.bit_length() > MAX_BITS:
                self.refuse(at, "整数太长", "至多 30 位")
                return ""
            return str(value)
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, time) or (isinstance(value, date) and not isinstance(value, datetime)):
            return value.isoformat()
        if isinstance(value, float):
            self.refuse(at, f"`{value!r}` 是浮点数，数位可能已经走样", f'写成文字 `"{value!r}"`，或用 Decimal')
        else:
            self.refuse(at, f"不收 `{type(value).__name__}` 类型的值", "写成文字，或用 bool、int、Decimal、date、time")
        return ""


@dataclass(frozen=True, slots=True)
class Data:
    """Data as the nodes that files become. `problems`: what in it no file could say."""

    root: nodes.Mapping
    pointers: tuple[str, ...]
    problems: tuple[Problem, ...]

    def place(self, place: Place | None) -> Place | None:
        """Where something stands in the data; places in ledgers stay as they are."""
        if isinstance(place, Span) and place.file == self.root.source.file:
            return Pointer("", self.pointers[min(place.line, len(self.pointers)) - 1])
        return place

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems with their places in the data."""
        return [replace(problem, place=self.place(problem.place)) for problem in problems]

    def facts(self, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Facts with their places in the data."""
        return {name: replace(fact, place=self.place(fact.place)) for name, fact in facts.items()}


def data_of(value: Mapping[str, Any], name: str = "") -> Data:
    """`value` as nodes; `name` tells its places from those in other data."""
    tree = _Tree()
    make = tree.node(value, "")
    source = SourceText(name, "\n" * max(1, len(tree.pointers)))
    root = make(source)
    if not isinstance(root, nodes.Mapping):
        tree.refuse("", "案件和事件记录应是一个 dict", "写成 {键: 值}")
        root = nodes.Mapping((), source, 0, 0)
    return Data(root, tuple(tree.pointers) or ("",), tuple(tree.problems))


def peek_data(data: Data) -> tuple[CaseHead | None, list[Problem]]:
    """Number, regulation and as-of day of a case."""
    if data.problems:
        return None, list(data.problems)
    head, problems = head_of(data.root, _UNNAMED)
    if head is not None and not head.id:
        return None, [Problem("E550", "没有 `案件` 编号", Pointer("", "/案件"), '例如 {"案件": "FZ-2026-001"}')]
    return head, data.placed(problems)


def case_from(data: Data, package: Package, folder: Path | None) -> tuple[Case | None, list[Problem]]:
    """The case, or None with the errors that forbid it; ledgers are read from `folder`."""
    case, problems = case_of(data.root, _UNNAMED, folder, package, "")
    if case is None:
        return None, data.placed(problems)

    blanks = {name: data.place(place) or place for name, place in case.blanks.items()}
    case = replace(case, facts=data.facts(case.facts), excuses=data.facts(case.excuses), blanks=blanks)
    return case, data.placed(problems)


def history_from(data: Data, package: Package) -> tuple[History | None, list[Problem]]:
    """The history, or None with the errors that forbid it."""
    if data.problems:
        return None, list(data.problems)
    history, problems = history_of(pydantic_input(data.root), [], _UNNAMED, package)
    if history is None:
        return None, data.placed(problems)
    if not history.case:
        return None, [Problem("E840", "事件记录没有 `案件` 编号", Pointer("", "/案件"), '例如 {"案件": "FZ-2026-001"}')]
    items = tuple(_moved(item, data) for item in history.items)
    return replace(history, items=items), data.placed(problems)


def _moved(item: Entry | Withdrawal, data: Data) -> Entry | Withdrawal:
    return replace(item, place=data.place(item.place))
