"""Amounts that are paid or written are whole 分 (check). What could come out finer says how it is rounded. Pure.

Half a 分 cannot be paid. So an expression is followed for how many decimals it may have: what is rounded has as many as
it says, a sum as many as its finest part, a product as many as its factors together, a quotient any number of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.base.problem import Problem
from engine.base.units import MONEY
from engine.language.cells import worked_of
from engine.language.functions import FUNCTIONS
from engine.language.make import APPLIED, ON_DAY, OVER, ROUNDED, SHARED_OUT, TIMES, TO_STEP
from engine.language.printer import print_node
from engine.language.row import ALWAYS, ARGUMENTS, COLUMN
from engine.language.tree import Call, Literal, Name, Node, Value
from engine.policy.package import Field, Package
from engine.policy.uses import outcomes, template_nodes

CENTS = 2


def check_amounts(package: Package) -> Iterator[Problem]:
    """E362 for each amount of an outcome, and each amount in the wording of a document, that need not be whole 分."""
    for decision in package.determinations.values():
        for outcome in outcomes(decision):
            if outcome.amount is not None:
                yield from _whole_cents(package, outcome.amount, f"结果 `{outcome.name}` 的金额")
    for document in package.documents.values():
        for node in template_nodes(*document.templates):
            yield from _whole_cents(package, node, f"文书 `{document.name}` 写的")


def _whole_cents(package: Package, node: Node, what: str) -> Iterator[Problem]:
    if node.type is None or node.type.dimension != MONEY:
        return
    most = decimals(package, node)
    if most is None or most > CENTS:
        shown = print_node(node)
        help_ = f"写明怎样取整，例如 `四舍五入（{shown}，2）`"
        yield Problem("E362", f"{what} `{shown}` 可能不是整分", node.span, help_)


def decimals(package: Package, node: Node) -> int | None:
    """How many decimals, in its base unit, a number has at most; below zero where it ends in zeros (500000 is -5); None
    where there is no end to them."""
    match node:
        case Literal():
            return _of(node.value)
        case Name():
            return _named(package, node)
        case Call():
            return _computed(package, node)
        case _:
            return None


def _of(value: Value) -> int | None:
    if not isinstance(value, Decimal):
        return None
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else None


def _most(found: list[int | None]) -> int | None:
    known = [n for n in found if n is not None]
    return max(known, default=0) if len(known) == len(found) else None


def _named(package: Package, name: Name) -> int | None:
    key = name.name
    if name.kind == "local":  # in wording that tells of records; which register's is not said
        tables = package.tables.values()
        named = [_given(c) for table in tables for c in table.columns if c.name == key]
        named += [decimals(package, c.expression) for t in tables for c in t.computed.values() if c.name == key]
        return _most(named) if named else None
    if name.kind == "column":
        computed = package.tables[name.table].computed if name.table in package.tables else {}
        if key in computed:
            return decimals(package, computed[key].expression)
        columns = package.tables[name.table].columns if name.table in package.tables else ()
        return next((_given(column) for column in columns if column.name == key), None)
    if (fact := package.facts.get(key)) is not None:
        return _given(fact)
    if (parameter := package.parameters.get(key)) is not None:
        values = [dated.value for dated in parameter.dated] or [parameter.value]
        return _most([_of(value) for value in values if value is not None])
    if (derived := package.derived.get(key)) is not None:
        return decimals(package, derived.expression)
    if (table := package.decision_tables.get(key)) is not None:
        outputs = [row.output for row in table.rows] + ([table.default] if table.default is not None else [])
        return _most([decimals(package, output) for output in outputs])
    return package.scores[key].places if key in package.scores else None


def _given(field: Field) -> int | None:
    """Of a fact or a column: whole numbers, and amounts in 分."""
    return 0 if field.whole else CENTS if field.money else None


def _computed(package: Package, call: Call) -> int | None:
    row = FUNCTIONS[call.function]
    if row.whole == ALWAYS:
        return 0
    if call.function in TO_STEP:
        return decimals(package, call.args[1])
    if call.function == SHARED_OUT:
        return decimals(package, call.args[3])
    if call.function in (ON_DAY, APPLIED):
        return decimals(package, call.args[0])
    if call.function == ROUNDED:
        places = call.args[1]
        return int(places.value) if isinstance(places, Literal) and isinstance(places.value, Decimal) else None
    if call.function == OVER:
        over = _divided(call.args[1])
        first = decimals(package, call.args[0])
        return None if over is None or first is None else first + over
    branches = [branch.value for branch in row.branches(call.args)]
    added = worked_of(call) if row.scans else call.args
    found = [decimals(package, arg) for arg in (branches or added)]
    if call.function == TIMES:
        return None if None in found else sum(n for n in found if n is not None)
    return _most(found) if row.whole in (ARGUMENTS, COLUMN) else None


def _divided(divisor: Node) -> int | None:
    """How many decimals dividing by a constant adds; None where it need not come out even."""
    if not isinstance(divisor, Literal) or not isinstance(divisor.value, Decimal) or not divisor.value:
        return None
    digits = divisor.value.normalize()
    inverse = Decimal(1) / digits
    return _of(inverse) if inverse * digits == 1 else None
