"""A page of cells for a workbook: what its columns are, and a row of it made of a part of a definition. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from engine.base.classes import dataclass
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Node, Scalar, Sequence
from engine.revise.found import Defined, Steps
from engine.revise.writing import flowing, plain

CellForm = Literal["shown", "text", "day", "list", "pairs"]
"""How a cell is read: not at all; as a text; a day; several texts with 、 between them; lines `名称: 值`."""
Adding = Literal["", "period", "item", "definition", "example"]
"""What a new row becomes: nothing may be added; a value from a day on; an item of a list; a definition; an example."""
BETWEEN = "、"


@dataclass(frozen=True, slots=True)
class BookColumn:
    """`steps`: the part of a row's item that stands in it; None: only shown. `whole`: it is a part of the definition, told in
    its first row. `choices`: what may be written, () for anything."""

    title: str
    steps: Steps | None = None
    form: CellForm = "shown"
    width: int = 16
    choices: tuple[str, ...] = ()
    about: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`item`: the part of the definition that the row is, () for all of it; its cells are below that. `nodes`: what stands
    there now. `closed`: columns that are only shown in this row; `choices`: of this row's own, by column."""

    file: str
    found: Defined
    item: Steps
    cells: tuple[str, ...]
    nodes: tuple[Node | None, ...]
    closed: frozenset[int] = frozenset()
    choices: Mapping[int, tuple[str, ...]] | None = None

    @property
    def within(self) -> tuple[str, str, str, Steps]:
        """The list it is an item of."""
        return self.file, self.found.kind, self.found.name, self.item[:-1]

    def place(self, column: BookColumn) -> Steps:
        """The part of the definition that a cell is."""
        assert column.steps is not None
        return column.steps if column.whole else (*self.item, *column.steps)


@dataclass(frozen=True, slots=True)
class BookPage:
    """A sheet. `ordered`: the order of its rows within one list means something, and the columns say all there is of one."""

    title: str
    about: str
    columns: tuple[BookColumn, ...]
    rows: tuple[Row, ...]
    adding: Adding = ""
    ordered: bool = False


def shown(node: Node | None) -> str:
    """A node as its cell has it."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return BETWEEN.join(shown(item) for item in node)
    return "\n".join(f"{key.text}: {shown(value)}" for key, value in node)


def _simple(node: Node | None, form: CellForm) -> bool:
    """Whether the node can be read back from a cell of this form."""
    if node is None or form == "shown":
        return True
    if isinstance(node, Scalar):
        return form in ("text", "day", "list")
    if isinstance(node, Sequence):
        return form == "list" and all(isinstance(one, Scalar) and BETWEEN not in one.text for one in node)
    return form == "pairs" and all(isinstance(value, Scalar) and "\n" not in value.text for _, value in node)


def at(node: Node | None, steps: Steps) -> Node | None:
    """The part of a node that steps lead to, None where it is not written."""
    for step in steps:
        if isinstance(node, MappingNode):
            node = node.get(str(step))
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 < step <= len(node):
            node = node.items[step - 1]
        else:
            return None
    return node


def row_of(
    file: str,
    found: Defined,
    item: Steps,
    columns: Iterable[BookColumn],
    told: Mapping[str, str],
    choices: Mapping[int, tuple[str, ...]] | None = None,
) -> Row:
    """A row of an item: `told` is what columns without a part of their own show."""
    node = at(found.item, item)
    nodes: list[Node | None] = []
    cells: list[str] = []
    closed = set[int]()
    for number, column in enumerate(columns):
        below = None if column.steps is None else at(found.item if column.whole else node, column.steps)
        open_ = _simple(below, column.form) and not (column.whole and item[-1:] != (1,))
        nodes.append(below)
        cells.append(told.get(column.title, "") if column.steps is None else _written(below, open_))
        if not open_:
            closed.add(number)
    return Row(file, found, item, tuple(cells), tuple(nodes), frozenset(closed), choices)


def _written(node: Node | None, open_: bool) -> str:
    """A node that a cell cannot hold is shown as the files write it, on a line each."""
    if open_ or node is None or isinstance(node, Scalar):
        return shown(node)
    if isinstance(node, MappingNode):
        return "\n".join(f"{key.text}: {flowing(plain(value))}" for key, value in node)
    return "\n".join(flowing(plain(value)) for value in node)


def listed_in(node: Node | None) -> tuple[Node, ...]:
    """The items of a list, where one alone may stand for itself."""
    return () if node is None else node.items if isinstance(node, Sequence) else (node,)


def numbers_of(node: Node | None) -> range:
    """The numbers, from 1, of the items of a list; none where there is no list."""
    return range(1, len(node) + 1) if isinstance(node, Sequence) else range(0)


def rows_of(
    file: str, found: Defined, steps: Steps, columns: tuple[BookColumn, ...], told: Mapping[str, str]
) -> tuple[Row, ...]:
    """A row for every item of a list."""
    return tuple(row_of(file, found, (*steps, number), columns, told) for number in numbers_of(at(found.item, steps)))
