"""Texts of a letter filled in: what may not be printed becomes a problem, never a gap. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from functools import cached_property

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span
from engine.base.text import find_hidden
from engine.decision.model import Decision
from engine.documents import typography
from engine.documents.days import Happened, column_of, is_past
from engine.documents.estimates import MARK, WORKING_PAPERS, behind, refusal
from engine.documents.lists import Item
from engine.documents.model import Part
from engine.documents.parties import Party, joined
from engine.documents.reading import Locals, Reading, names_in, unknown
from engine.language.printer import print_node
from engine.language.tree import Name, Node
from engine.policy.general_law import CONTACT
from engine.policy.package import Document, Package, Template

Pictures = Callable[[str], tuple[Part, ...] | Problem]
"""Draws the picture of a name a document may ask for (图), with the table of its numbers."""


@dataclass
class Work:
    """One run of the planner: its inputs and what it finds wrong. What is said once is read from the first party."""

    package: Package
    parties: tuple[Party, ...]
    document: Document
    pictures: Pictures | None = None
    record: int = 0
    local: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    given: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """Widths of columns that were asked for, by the heads of the table, 0 for none."""
    said: list[tuple[str, Span | None]] = field(default_factory=list)
    """Every wording filled in so far, and where it stands."""
    days: list[Happened] = field(default_factory=list)
    """Days of records that were filled in, of what has happened."""

    @cached_property
    def decision(self) -> Decision:
        return joined(self.parties)

    def party(self, item: Item | None) -> Party:
        """The case whose values `item` says."""
        return item.party if item is not None and item.party is not None else self.parties[0]

    def reading(self, item: Item | None) -> Reading:
        """What reads the values that `item` says."""
        own = item.reading if item is not None else None
        return own if own is not None else self.party(item).reading

    def lacking(self, item: Item | None, node: Node, shown: str, place: Span | None) -> list[Problem]:
        """Why a value cannot be printed, naming the case where the letter tells of several."""
        party = self.party(item)
        found = unknown(self.package, party.case, node, shown, place)
        return self._of_case(item, found)

    def estimated(self, item: Item | None, node: Node, shown: str, local: Locals, place: Span | None) -> bool:
        """Whether what `node` prints, or a condition it is, is only an estimate; in a firm letter that is a problem."""
        party = self.party(item)
        nodes = behind(self.package, party.decision, self.document, item, node)
        why = next((found for n in nodes if (found := self.reading(item).estimate(n, local))), "")
        if why and self.document.layout not in WORKING_PAPERS:
            self.problems += self._of_case(item, [refusal(shown, why, place)])
        return bool(why)

    def _of_case(self, item: Item | None, found: list[Problem]) -> list[Problem]:
        """The problems, naming the case where the letter tells of several."""
        party = self.party(item)
        if len(self.parties) == 1 or item is None or item.party is None:
            return found
        return [replace(problem, message=f"{party.case.id}：{problem.message}") for problem in found]


def fill(work: Work, template: Template, place: Span | None, item: Item | None = None, *, blank: bool = False) -> str:
    """The text of a template on one line, with a problem for each value that cannot be printed. `blank`: what an item has
    nothing to say about stays empty, as a cell of a table may."""
    return typography.one_line(fill_lines(work, template, place, item, blank=blank))


def fill_lines(
    work: Work, template: Template, place: Span | None, item: Item | None = None, *, blank: bool = False
) -> str:
    """The same with the lines that a value was written in."""
    local = {**work.local, **item.local} if item else work.local
    work.filled = []
    named = [part for part in template if not isinstance(part, str)]
    parts = [
        _whole(work, part, place)
        if isinstance(part, str)
        else _value(work, part, local, place, item, blank, [other for other in named if other is not part])
        for part in template
    ]
    text = "".join(parts).strip()
    work.said.append((text, place))
    return text


def _whole(work: Work, text: str, place: Span | None) -> str:
    left = typography.leftover(text)
    if left:
        message = f"文中留有未填的痕迹 `{left}`：`{text[:40]}`"
        work.problems.append(Problem("E611", message, place, help="补全该处，或删去这一段"))
    return text


def _value(
    work: Work, node: Node, local: Locals, place: Span | None, item: Item | None, blank: bool, beside: Sequence[Node]
) -> str:
    shown = node.name if isinstance(node, Name) else " ".join(name.name for name in names_in(node))
    if isinstance(node, Name) and node.kind == "local" and node.name not in local:
        if not (blank and item):
            work.problems.append(_unsaid(work, node.name, place, item))
        return ""
    is_local = isinstance(node, Name) and node.kind in ("local", "") and node.name in local
    text = local[shown] if is_local else work.reading(item).text(node, local, beside)
    if text is None:
        work.problems += work.lacking(item, node, shown, node.span or place)
        return ""
    text = checked(work, shown, text, node.span or place)
    work.filled.append(text)
    work.days += _of_record(work, node, place, item)
    return text + MARK if work.estimated(item, node, shown, local, node.span or place) else text


def _of_record(work: Work, node: Node, place: Span | None, item: Item | None) -> Iterator[Happened]:
    """The day a column of a record tells of, where it is one of what has happened."""
    if not isinstance(node, Name) or node.kind != "local":
        return
    tables = (work.document.per, *(item.trace.facts if item is not None else ()))
    column = column_of(work.package, tables, node.name)
    day = work.reading(item).day(node) if column is not None and is_past(column) else None
    if day is not None:
        yield Happened(node.name, day, node.span or place)


def _unsaid(work: Work, name: str, place: Span | None, item: Item | None) -> Problem:
    if item is None and work.record:
        message = f"第 {work.record} 条记录没有填 `{name}`（{work.document.name}）"
        return Problem("E603", message, place, help=f"在 {work.document.per} 中补填")
    if name == CONTACT:
        organ, asked = work.decision.authority, CONTACT.removeprefix("机关的")
        message, help_ = f"机关名录没有写“{organ}”的{asked}", f"在 `机关名录` 它的一条写 `{asked}`"
        return Problem("E603", message, place, help=help_)
    if item is None:
        return Problem("E603", f"`{work.document.name}` 用到 `{name}`，本决定没有", place, help="删去，或加条件 `当`")
    message = f"`{item.local['名称']}` 没有 `{name}` 可写" if "名称" in item.local else f"本项没有 `{name}` 可写"
    return Problem("E603", message, place, help=f"在规则中补写该项的 `{name}`，或从文书的段落中删去")


def checked(work: Work, name: str, text: str, place: Span | None) -> str:
    """A value in its lines; hidden, control and private characters refuse the letter by name."""
    text = typography.about(typography.full_width(typography.lined(text)))
    hidden = find_hidden(text)
    bad = hidden[1] if hidden else typography.unprintable(text)
    if bad:
        clean = "".join(c if c.isprintable() else "□" for c in text)
        message = f"`{name}` 的值 `{clean[:40]}` 含有不能写入文书的字符 {bad}"
        work.problems.append(Problem("E616", message, place, help="删去该字符后重新录入"))
        return ""
    return _whole(work, text, place)


def holds(work: Work, when: Node | None, place: Span | None, item: Item | None = None) -> bool:
    """Whether a condition (当) holds; unknown is a problem (E613) and no."""
    if when is None:
        return True
    local = {**work.local, **item.local} if item else work.local
    truth = work.reading(item).truth(when, local)
    if truth is None:
        work.problems += [
            replace(p, code="E613", message=f"段落的条件待查：{p.message}") if p.code == "E603" else p
            for p in work.lacking(item, when, "当", place)
        ]
    work.estimated(item, when, print_node(when), local, place)
    return bool(truth)
