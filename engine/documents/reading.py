"""How the planner asks for values: a protocol the decision layer fulfils, and who must supply what is unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from engine.base.problem import Problem, Span
from engine.base.truth import Truth
from engine.decision.case import Case
from engine.decision.model import ScoreSheet
from engine.documents.unset import way_out
from engine.language.tree import Call, Items, Name, Node, Row, Value
from engine.policy.package import Field, Package, Parameter

Locals = Mapping[str, str]
"""Names a document's wording may use besides the vocabulary, with their texts; absent means there is nothing to say."""


class Reading(Protocol):
    """The decided case as the wording sees it."""

    @property
    def years(self) -> Collection[int]:
        """The years of the calendar read so far, by the case's rules and by the wording."""

    def cells(self, table: str, record: Row) -> Mapping[str, Value]:
        """The cells of a record by column, those among them that are computed."""

    def about(self, record: Mapping[str, Value]) -> Reading:
        """The same case with the cells of a record as names."""

    def text(self, expression: Node, local: Locals, beside: Sequence[Node] = ()) -> str | None:
        """The value as people read it (12场, 2026年1月5日), with enough digits to be told from those it stands `beside`; None
        where it is unknown."""

    def day(self, expression: Node) -> date | None:
        """The day an expression, or a column of the record told of, comes to; None where it is unknown or no day."""

    def truth(self, condition: Node, local: Locals) -> Truth:
        """Whether a condition (当) holds; None where that is unknown."""

    def sheet(self, score: str) -> ScoreSheet:
        """A score line by line."""

    def estimate(self, expression: Node, local: Locals) -> str:
        """Why the value is only an estimate (暂估), or ""."""


def names_in(node: Node) -> Iterator[Name]:
    """Every name an expression mentions, in reading order."""
    match node:
        case Name():
            yield node
        case Call(_, args):
            for argument in args:
                yield from names_in(argument)
        case Items(items):
            for item in items:
                yield from names_in(item)


def subject(name: Name) -> str:
    """The name of the vocabulary that `name` is about: 某判断的理由 is about 某判断."""
    return name.name.rpartition("的")[0] if name.kind == "finding" else name.name


def basis(package: Package, node: Node) -> Iterator[str]:
    """Every name an expression rests on: facts, tables, parameters, open tables and scores, through derived
    quantities. Each once, in reading order."""
    seen: set[str] = set()

    def walk(part: Node) -> Iterator[str]:
        for name in names_in(part):
            key = name.table or subject(name)
            if key in seen:
                continue
            seen.add(key)
            yield key
            if key in package.derived:
                yield from walk(package.derived[key].expression)

    return walk(node)


def unknown(package: Package, case: Case, node: Node, shown: str, place: Span | None) -> list[Problem]:
    """Why a value cannot be printed: one problem for each missing fact or unset parameter it rests on."""
    problems = [p for name in basis(package, node) if (p := _missing(package, case, name, shown, place))]
    if problems:
        return problems
    return [
        Problem("E603", f"`{shown}` 在本案中没有确定的值，不能写入文书", place, help="先用 `guiju explain` 查明原因")
    ]


def _missing(package: Package, case: Case, name: str, shown: str, place: Span | None) -> Problem | None:
    parameter = package.parameters.get(name)
    if parameter is not None:
        return unset(package, parameter, place) if parameter.value is None else None
    opened = package.decision_tables.get(name) or package.scores.get(name)
    if opened is not None:
        message = f"`{name}` 尚未制定（{'、'.join(opened.clauses)}），不能出具正式文书"
        return Problem("E604", message, place, help=f"由{opened.setter or '制定机关'}制定") if opened.open else None
    fact, table = package.facts.get(name), package.tables.get(name)
    if (fact is None and table is None) or name in case.facts or name == "基准日":
        return None
    return _absent(fact, name, table.supplier if table else "", shown, place)


def _absent(fact: Field | None, name: str, supplier: str, shown: str, place: Span | None) -> Problem:
    by = supplier or (fact.supplier if fact else "") or "经办人"
    needed = "" if shown == name else f"（写入 `{shown}` 需要）"
    what = f"作出 `{name}` 的判断" if fact and fact.finding else f"补充 `{name}`"
    return Problem("E603", f"`{name}` 未知，不能写入文书{needed}", place, help=f"由{by}{what}")


def unset(package: Package, parameter: Parameter, place: Span | None) -> Problem:
    """The problem of a parameter nobody has set yet, saying who must, and where."""
    where = f"（{'、'.join(parameter.clauses)}）" if parameter.clauses else ""
    message = f"参数 `{parameter.name}` 未定{where}，不能出具正式文书"
    return Problem("E604", message, place, f"由{parameter.setter or '制定机关'}确定，{way_out(package, parameter)}")
