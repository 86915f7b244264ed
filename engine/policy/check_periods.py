"""Parameters that change with time, beside facts of another time (check). Pure.

A parameter named alone has the value of the 基准日. Where what is judged lies in a year or on a day of its own, that may be
the wrong one: the tax of 2022 settled in March 2023 by the standards of 2023. So the rules say which day they mean.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.problem import Problem
from engine.base.units import YEARS
from engine.language.make import ON_DAY
from engine.language.tree import Call, Name, Node
from engine.policy.package import AS_OF, Package, Parameter
from engine.policy.uses import expressions


def check_periods(package: Package) -> Iterator[Problem]:
    """W364, once for each definition and parameter."""
    changing = {name for name, parameter in package.parameters.items() if _changes(parameter)}
    told: set[tuple[str, str]] = set()
    for owner, node in expressions(package) if changing else ():
        for name in _bare(node):
            fact = _of_its_time(package, node) if name.name in changing and (owner, name.name) not in told else None
            if fact is not None:
                told.add((owner, name.name))
                day = f"年末（{fact.name}）" if fact.type is not None and fact.type.dimension == YEARS else fact.name
                message = f"`{owner}` 用的是 `{name.name}` 在基准日的值，而 `{fact.name}` 可以属于更早的时期"
                help_ = (
                    f"按事实所属的那一天，写作 `{name.name}（{day}）`；确实按基准日的，写作 `{name.name}（{AS_OF}）`"
                )
                yield Problem("W364", message, name.span, help_)


def _changes(parameter: Parameter) -> bool:
    return len({dated.value for dated in parameter.dated}) > 1


def _bare(node: Node) -> Iterator[Name]:
    """The names in `node`, parameters on a stated day left out."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Call):
        for arg in node.args[1:] if node.function == ON_DAY else node.args:
            yield from _bare(arg)


def _of_its_time(package: Package, node: Node) -> Name | None:
    """A fact or column below `node` that says which year or day something belongs to."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        for name in _bare(waiting.pop()):
            derived = package.derived.get(name.name) if name.kind != "column" else None
            if derived is not None and name.name not in seen:
                seen.add(name.name)
                waiting.append(derived.expression)
            given = name.kind in ("fact", "column") and name.name != AS_OF and name.type is not None
            if given and name.type is not None and (name.type.kind == "date" or name.type.dimension == YEARS):
                return name
    return None
