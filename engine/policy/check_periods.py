"""Parameters that change with time, beside facts of another time (check). Pure.

A parameter named alone has the value of the 基准日. Where what is judged lies in a year or on a day of its own, that may be
the wrong one: the tax of 2022 settled in March 2023 by the standards of 2023. So the rules say which day they mean, as
they do where every record of a register with days is held against it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.problem import Problem
from engine.base.units import YEARS
from engine.language.functions import FUNCTIONS
from engine.language.make import APPLIED, ON_DAY
from engine.language.tree import Call, Name, Node
from engine.policy.package import AS_OF, DecisionTable, Package, Parameter
from engine.policy.uses import expressions


def check_periods(package: Package) -> Iterator[Problem]:
    """W364, once for each definition and parameter."""
    changing = {name for name, parameter in package.parameters.items() if _changes(parameter)}
    told: set[tuple[str, str]] = set()
    for owner, node in expressions(package) if changing else ():
        fact = None
        computed = package.tables[owner].computed.values() if owner in package.tables else ()
        column_of = ((owner, ""),) if any(node is column.expression for column in computed) else ()
        for name, around, table in _bare_of_records(package, node, column_of):
            if name.name not in changing or (owner, name.name) in told:
                continue
            day = _own_day(package, around)
            fact = fact or _of_its_time(package, node)
            if day or fact is not None:
                told.add((owner, name.name))
                when = day or (_day_of(fact) if fact is not None and _at_hand(fact, around) else "")
                yield _warning(owner, name, when, day or (fact.name if fact is not None else ""), table)


def _warning(owner: str, name: Name, day: str, of: str, table: str) -> Problem:
    """`day`: how the day can be written there, "" where only records summed up elsewhere have one."""
    message = f"`{owner}` 用的是 `{name.name}` 在基准日的值，而 `{of}` 可以属于更早的时期"
    help_ = f"按事实所属的那一天，写作 `{name.name}（{day}）`；确实按基准日的，写作 `{name.name}（{AS_OF}）`"
    if not day:
        help_ = f"确实按基准日的，写作 `{name.name}（{AS_OF}）`；要按另一天的，加一个日期的事实，把它写在括号里"
    elif table:
        help_ = f"给 `{table}` 加一项日期的输入，写作 `{name.name}（那一天）`，套用时填 `{day}`；确实按基准日的，写作 `{name.name}（{AS_OF}）`"
    return Problem("W364", message, name.span, help_)


def _at_hand(fact: Name, around: tuple[tuple[str, str], ...]) -> bool:
    """A column has a value only where a record of its register is looked at."""
    return fact.kind != "column" or bool(around and fact.table in ("", around[-1][0]))


def _day_of(fact: Name) -> str:
    return f"年末（{fact.name}）" if fact.type is not None and fact.type.dimension == YEARS else fact.name


def _changes(parameter: Parameter) -> bool:
    return len({dated.value for dated in parameter.dated}) > 1


def _bare(node: Node) -> Iterator[Name]:
    """The names in `node`, parameters on a stated day left out."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Call):
        for arg in node.args[1:] if node.function == ON_DAY else node.args:
            yield from _bare(arg)


def _bare_of_records(
    package: Package, node: Node, around: tuple[tuple[str, str], ...], table: str = ""
) -> Iterator[tuple[Name, tuple[tuple[str, str], ...], str]]:
    """The names in `node`, parameters on a stated day left out, each with the records that it judges (`around`: the registers
    and what their records are called, outermost first), and the decision table applied to the record that says so (`table`),
    "" for none."""
    if isinstance(node, Name):
        yield node, around, table
    elif isinstance(node, Call):
        scans = FUNCTIONS[node.function].scans and isinstance(node.args[0], Name)
        for index, arg in enumerate(node.args):
            first = node.args[0]
            inside = around
            if index and scans and isinstance(first, Name):
                inside = (*around, (first.table or first.name, first.row))
            if index or node.function != ON_DAY:
                yield from _bare_of_records(package, arg, inside, table)
        if node.function == APPLIED and around and isinstance(node.args[0], Name):
            applied = package.decision_tables[node.args[0].name]
            for part in _said_by(applied):
                yield from _bare_of_records(package, part, around, applied.name)


def _said_by(table: DecisionTable) -> Iterator[Node]:
    """What a decision table says of whatever it is applied to: its inputs are the other values then."""
    for row in table.rows:
        yield from (*row.conditions, row.output)
    if table.default is not None:
        yield table.default


def _own_day(package: Package, around: tuple[tuple[str, str], ...]) -> str:
    """How the day of the innermost record that has one is written."""
    for depth, (table, row) in enumerate(reversed(around)):
        columns = package.tables[table].columns if table in package.tables else ()
        day = next((column.name for column in columns if column.type.kind == "date"), "")
        if day and (row or not depth):
            return f"{row}.{day}" if depth else day
    return ""


def _of_its_time(package: Package, node: Node) -> Name | None:
    """A fact below `node` that says which year or day something belongs to, or a column where no fact does."""
    seen: set[str] = set()
    column = None
    waiting = [node]
    while waiting:
        for name in _bare(waiting.pop()):
            derived = package.derived.get(name.name) if name.kind != "column" else None
            if derived is not None and name.name not in seen:
                seen.add(name.name)
                waiting.append(derived.expression)
            given = name.kind in ("fact", "column") and name.name != AS_OF and name.type is not None
            if given and name.type is not None and (name.type.kind == "date" or name.type.dimension == YEARS):
                if name.kind == "fact":
                    return name
                column = column or name
    return column
