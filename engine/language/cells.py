"""Which record a cell is of: the names that aggregates give their records, and the cells a condition reads of its own."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.functions import FUNCTIONS
from engine.language.make import PER_RECORD
from engine.language.tree import Call, Items, Literal, Name, Node
from engine.language.types import by_record


def free_rows(node: Node) -> frozenset[str]:
    """What the records are called that `node` reads cells of, those aside that an aggregate in it names itself. Lowered
    or not."""
    match node:
        case Name():
            return frozenset((node.row,)) if node.kind == "column" and node.row else frozenset()
        case Items():
            return frozenset().union(*map(free_rows, node.items))
        case Call() if FUNCTIONS[node.function].scans:
            inside = node.args[1:] if isinstance(node.args[0], Name) else node.args
            return frozenset().union(*map(free_rows, inside)) - {records_called(node)}
        case Call():
            return frozenset().union(*map(free_rows, node.args))
        case _:
            return frozenset()


def records_called(aggregate: Call) -> str:
    """What an aggregate calls its records, "" where they have no name; of 选 and 添格 the third argument."""
    first, name = aggregate.args[0], aggregate.args[-1]
    if aggregate.function not in PER_RECORD:
        return first.row if isinstance(first, Name) else ""
    return str(name.value) if len(aggregate.args) == 3 and isinstance(name, Literal) else ""


def is_column(node: Node) -> bool:
    """Whether an argument of an aggregate, its condition aside, is a whole column (lowered: or what is worked out for each
    record), and no cell of a record around it."""
    return isinstance(node, Name) and node.kind in ("column", "cell") and not node.row


def worked_of(call: Call) -> tuple[Node, ...]:
    """The numbers an aggregate as it is written adds up or picks from: its columns, or what it works out of each record."""
    if by_record(FUNCTIONS[call.function].parameters, call.args):
        return call.args[1:2]
    columns = (arg for arg in call.args if isinstance(arg, Name) and arg.kind == "column")
    return tuple(arg for arg in columns if arg.type is not None and arg.type.kind == "number")


def cells_read(condition: Node, row: str) -> Iterator[Name]:
    """The cells a condition on the records called `row` reads of them, with repetition; not those of records inside it."""
    waiting: list[tuple[Node, bool]] = [(condition, True)]
    while waiting:
        node, bare = waiting.pop()
        if isinstance(node, Name):
            if node.kind == "column" and ((node.row == row) if node.row else bare):
                yield node
        elif isinstance(node, Call):
            bare = bare and not FUNCTIONS[node.function].scans
            waiting += [(arg, bare) for arg in reversed(node.args)]
        elif isinstance(node, Items):
            waiting += [(item, bare) for item in reversed(node.items)]
