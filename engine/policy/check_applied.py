"""Decision tables that are applied to values only (各输入), and their inputs, used otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.problem import Problem
from engine.language.make import APPLIED
from engine.language.tree import Call, Name, Node
from engine.language.walk import nodes
from engine.policy.package import Package
from engine.policy.uses import expressions


def check_applied(package: Package) -> list[Problem]:
    """E380: such a table named without values, an input of it named outside the table."""
    tables = {name: table for name, table in package.decision_tables.items() if table.applied_only}
    if not tables:
        return []
    inputs = {part.name for table in tables.values() for part in table.inputs if isinstance(part, Name)}
    found = []
    for owner, node in expressions(package):
        for part in _bare(node):
            if part.kind == "decision-table" and part.name in tables:
                message = f"决定表 `{part.name}` 只用来套用，要写明套用在什么值上"
                found.append(Problem("E380", message, part.span, f"写作 `{part.name}（值）`"))
            elif part.kind == "fact" and part.name in inputs and owner not in tables:
                message = f"`{part.name}` 是决定表的输入，案件里没有这一项"
                found.append(Problem("E380", message, part.span, "写案件的事实，或者记录表的列"))
    return found


def _bare(node: Node) -> Iterator[Name]:
    """The names in an expression, those of applied tables aside."""
    every = list(nodes(node))
    applied = {id(part.args[0]) for part in every if isinstance(part, Call) and part.function == APPLIED}
    yield from (part for part in every if isinstance(part, Name) and id(part) not in applied)
