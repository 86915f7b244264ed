"""The body of a letter: headings, paragraphs, tables and pictures made from the blocks of a document. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from engine.base.problem import Problem
from engine.documents import typography
from engine.documents.columns import LABEL, settled, shared
from engine.documents.filling import Work, checked, fill, fill_lines, holds
from engine.documents.lists import ATTACHED, GROUND, Item, Trace, attached_in_order, grounded, items_of, records_of
from engine.documents.model import LINE, NUMBER, LetterCell, LetterParagraph, LetterRow, LetterTable, Part
from engine.documents.parties import SERVED_NUMBER
from engine.documents.reading import names_in, subject
from engine.language.tree import Name
from engine.policy.package import NOTICE, Block, Slot, Template

NARROW = 6
"""Columns up to this wide are centred."""
KNOWN_WIDTHS = {"序": 2, "条款": 6, "结论": 3, "期限": 5, "得分": 3, "满分": 3, "权重": 3, "加权得分": 4}


class _HasClauses(Protocol):
    @property
    def clauses(self) -> tuple[str, ...]: ...


def body_of(work: Work, blocks: Sequence[Block], *, whole: bool) -> tuple[Part, ...]:
    """The parts `blocks` say; a burdening letter that is addressed to someone (`whole`: this is its body) also carries
    what general law attaches, unless a block says it."""
    parts = [part for block in blocks for part in _block(work, block)]
    burdening = work.decision.nature == "不利决定" or work.document.stage == NOTICE
    if whole and burdening and work.document.to_party and not any(block.each == ATTACHED for block in blocks):
        parts += _attachments(work)
    joined = (_fitted(work, part) if isinstance(part, LetterTable) else part for part in _joined(parts))
    return tuple(_renumbered(_inhabited(settled(joined))))


def _block(work: Work, block: Block) -> Iterator[Part]:
    if block.kind == "表":
        yield from _table(work, block)
    elif block.kind in _ONCE:
        if holds(work, block.when, block.span):
            yield from _ONCE[block.kind](work, block)
    else:
        items = list(_items(work, block))
        alone = block.kind == "段" and len(items) == 1 and _numbers(block)
        for item in _together(work, block, items) if block.piece else items:
            for paragraph in _paragraphs(work, block, item):
                yield replace(paragraph, text=typography.unnumbered(paragraph.text)) if alone else paragraph


def _numbers(block: Block) -> bool:
    """Whether its paragraphs begin with the number of their item: （{汉字序}）; one alone bears none."""
    first = next((part for part in block.text if not isinstance(part, str)), None)
    return isinstance(first, Name) and first.name in ("序", "汉字序") and first in block.text[:2]


def _items(work: Work, block: Block) -> Iterator[Item | None]:
    """The items a block is repeated for; a single None where it is not repeated."""
    if not block.each:
        if holds(work, block.when, block.span):
            yield None
        return
    if block.each in work.package.tables:
        items = records_of(work.package, work.parties[0], block.each)
        if items is None and _settled_without(work, block):
            return
        if items is None:
            message = f"`{work.document.name}` 逐条列出 `{block.each}`，这张表还没有"
            work.problems.append(Problem("E603", message, block.span, help=f"在案件的 `记录` 中填 {block.each}"))
            return
    else:
        items = items_of(work.package, work.decision, block.each, work.document.stage, work.parties)
        if items is not None and _names(block, GROUND):
            items = tuple(grounded(work.decision, items))
    if items is None:
        work.problems.append(Problem("E609", f"没有可逐项列出的 `{block.each}`", block.span))
        return
    number = 0
    for item in items:
        if holds(work, block.when, block.span, item):
            number += 1
            if item.problem:
                work.problems.append(replace(item.problem, place=block.span))
            yield item.numbered(number)


def _names(block: Block, name: str) -> bool:
    """Whether the wording of a block, or a condition of it, mentions a name."""
    said = (part for template in block.templates for part in template if not isinstance(part, str))
    return any(one.name == name for node in (*said, *block.conditions) for one in names_in(node))


def _settled_without(work: Work, block: Block) -> bool:
    """Whether no record of a table that is not there could be listed, whatever stood in it."""
    columns = dict.fromkeys(work.package.scope.columns[block.each])
    blank = work.parties[0].reading.about(columns)
    return block.when is not None and blank.truth(block.when, work.local) is False


def _together(work: Work, block: Block, items: Sequence[Item | None]) -> Iterator[Item]:
    """每项: the items as one, 各项, that rests on what any of them rests on; nothing without items."""
    told = [item for item in items if item is not None]
    if told:
        said = "、".join(fill(work, block.piece, block.span, item) for item in told)
        traces = [item.trace for item in told]
        yield Item({"各项": said}, traces[0], also=tuple(traces[1:]))


def _paragraphs(work: Work, block: Block, item: Item | None) -> Iterator[LetterParagraph]:
    """One, or one for each line where a value was written in several."""
    own = [item.trace, *item.also] if item else []
    traces = (*own, *_template_trace(work, block.text, item))
    if block.kind == "标题":
        text = typography.closed_up(fill(work, block.text, block.span, item))
        yield LetterParagraph(typography.level(text) or 1, text, traces)
        return
    for line in fill_lines(work, block.text, block.span, item).split("\n"):
        yield LetterParagraph(0, typography.closed_up(line), traces)


# ---- tables and forms ----


def _table(work: Work, block: Block) -> Iterator[LetterTable]:
    """表: a head, an optional section row, a row for each item; nothing at all without items."""
    heads = [fill(work, slot.head, block.span) for slot in block.slots]
    given = [slot.width or KNOWN_WIDTHS.get(head, 0) for slot, head in zip(block.slots, heads, strict=True)]
    work.given[tuple(heads)] = given
    widths = shared(given, heads, ())
    rows = [_row(work, block, item, widths) for item in _items(work, block)]
    if not rows:
        return
    section = fill(work, block.text, block.span)
    above = (LetterRow((LetterCell(section, LINE, "节"),)),) if section else ()
    head = LetterRow(tuple(LetterCell(text, 0, "栏目") for text in heads))
    yield LetterTable((head,), (*above, *rows, *_last_row(work, block, widths)))


def _last_row(work: Work, block: Block, widths: Sequence[int]) -> Iterator[LetterRow]:
    """末行: what stands under all items, totals most often, cell by cell."""
    if block.last:
        texts = [fill(work, text, block.span) for text in block.last]
        cells = (LetterCell(t, w, "中" if w <= NARROW else "值") for t, w in zip(texts, widths, strict=True))
        yield LetterRow(tuple(cells), tuple(t for text in block.last for t in _template_trace(work, text)))


def _fitted(work: Work, table: LetterTable) -> LetterTable:
    """A table of columns, when all its rows are there, with columns as wide as these need."""
    heads = tuple(cell.text for row in table.head for cell in row.cells)
    if heads not in work.given:
        return table
    rows = [row for row in table.rows if len(row.cells) == len(heads)]
    widths = shared(work.given[heads], heads, [[cell.text for cell in row.cells] for row in rows])

    def fitted(row: LetterRow) -> LetterRow:
        if len(row.cells) != len(heads):
            return row
        return replace(row, cells=tuple(replace(c, width=w) for c, w in zip(row.cells, widths, strict=True)))

    return LetterTable(tuple(map(fitted, table.head)), tuple(map(fitted, table.rows)))


def _row(work: Work, block: Block, item: Item | None, widths: Sequence[int]) -> LetterRow:
    cells = [
        LetterCell(_cell(work, block, slot, item), width, "中" if width <= NARROW else "值")
        for slot, width in zip(block.slots, widths, strict=True)
    ]
    own = [item.trace] if item else []
    return LetterRow(tuple(cells), (*own, *(t for slot in block.slots for t in _template_trace(work, slot.text, item))))


def _cell(work: Work, block: Block, slot: Slot, item: Item | None) -> str:
    said = holds(work, slot.when, block.span, item)
    return fill_lines(work, slot.text, block.span, item, blank=True) if said else ""


def _form(work: Work, block: Block) -> Iterator[LetterTable]:
    """栏: labels with what is filled in, two to a row; an entry as wide as the line, or a last odd one, alone."""
    rows: list[LetterRow] = []
    waiting: Slot | None = None
    for slot in block.slots:
        if not holds(work, slot.when, block.span):
            continue
        if slot.width >= LINE:
            rows += [_entries(work, block, waiting)] if waiting else []
            rows.append(_entries(work, block, slot))
            waiting = None
        elif waiting is None:
            waiting = slot
        else:
            rows.append(_entries(work, block, waiting, slot))
            waiting = None
    rows += [_entries(work, block, waiting)] if waiting else []
    if rows:
        yield LetterTable((), tuple(rows))


def _entries(work: Work, block: Block, *slots: Slot) -> LetterRow:
    width = LINE // len(slots) - LABEL
    cells = [
        cell
        for slot in slots
        for cell in (
            LetterCell(fill(work, slot.head, block.span), LABEL, "项"),
            LetterCell(fill_lines(work, slot.text, block.span), width, _kind(slot)),
        )
    ]
    return LetterRow(tuple(cells), tuple(t for slot in slots for t in _template_trace(work, slot.text)))


def _kind(slot: Slot) -> str:
    numbers = any(isinstance(part, Name) and part.name == SERVED_NUMBER for part in slot.text)
    return NUMBER if numbers else "填"


def _opinion(work: Work, block: Block) -> Iterator[LetterTable]:
    """签章: a label, room to write, who signs, and the date left blank."""
    label = LetterCell(fill(work, block.text, block.span), LABEL, "项")
    signer = fill(work, block.signer, block.span)
    yield LetterTable((), (LetterRow((label, LetterCell("", LINE - LABEL, "签章", signer))),))


def _picture(work: Work, block: Block) -> Iterator[Part]:
    name = fill(work, block.text, block.span)
    drawn = work.pictures(name) if work.pictures else Problem("E617", f"没有图 `{name}`", help="删去这一项")
    if isinstance(drawn, Problem):
        work.problems.append(replace(drawn, place=drawn.place or block.span))
        return
    yield from drawn


_ONCE = {"栏": _form, "签章": _opinion, "图": _picture}


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Tables that follow each other under the same head become one."""
    held: LetterTable | None = None
    for part in parts:
        if isinstance(part, LetterTable) and held is not None and held.head == part.head:
            held = LetterTable(held.head, held.rows + part.rows)
            continue
        if held is not None:
            yield held
        held = part if isinstance(part, LetterTable) else None
        if held is None:
            yield part
    if held is not None:
        yield held


# ---- reasons ----


def _template_trace(work: Work, template: Template, item: Item | None = None) -> Iterator[Trace]:
    """What a paragraph's placeholders rest on; nothing for fixed text and for names about the decision or the item."""
    own = item.local if item else {}
    nodes = [node for node in template if not isinstance(node, str)]
    names = [subject(n) for node in nodes for n in names_in(node) if n.kind != "local" and n.name not in work.local]
    package = work.package
    maps: tuple[Mapping[str, _HasClauses], ...] = (package.facts, package.derived, package.parameters, package.scores)
    clauses = [c for name in names for known in maps if name in known for c in known[name].clauses]
    if any(n.name in ("结论", "决定") and n.name not in own for node in nodes for n in names_in(node)):
        clauses += work.decision.clauses
    if item and item.party:
        names = [item.party.own(name) for name in names]
    if names or clauses:
        yield Trace("", tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(names)))


def _attachments(work: Work) -> Iterator[LetterParagraph]:
    places = {item.name: item.span for item in work.package.attachments}
    for attached in attached_in_order(work.decision, work.document.stage):
        place = places.get(attached.name)
        text = checked(work, attached.name, attached.text, place)
        work.said.append((text, place))
        yield LetterParagraph(0, text, (Trace(attached.name, attached.clauses, ()),))


def _inhabited(parts: Iterable[Part]) -> Iterator[Part]:
    """Without headings that have nothing under them (their paragraphs' conditions did not hold)."""
    paragraphs = list(parts)
    for place, paragraph in enumerate(paragraphs):
        below = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        if paragraph.level and (below is None or 0 < below.level <= paragraph.level):
            continue
        yield paragraph


def _renumbered(paragraphs: Iterable[Part]) -> Iterator[Part]:
    """Numbered headings counted anew, so that a section left out leaves no hole."""
    counts = [0] * 5
    for paragraph in paragraphs:
        level = typography.level(paragraph.text) if isinstance(paragraph, LetterParagraph) and paragraph.level else 0
        if isinstance(paragraph, LetterParagraph) and level:
            counts[level] += 1
            counts[level + 1 :] = [0] * (4 - level)
            text = typography.marker(level, counts[level]) + typography.unnumbered(paragraph.text)
            paragraph = replace(paragraph, text=text)
        yield paragraph
