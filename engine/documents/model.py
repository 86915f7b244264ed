"""What a letter says, in order: plain immutable data between the planner and the renderers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.base.basis import Basis
from engine.base.classes import dataclass
from engine.documents.lists import Trace

LINE = 28
"""Characters a line holds; widths of table cells are counted in them."""
NUMBER = "文号"
"""The kind of cell that the number of a served letter stands in."""


@dataclass(frozen=True, slots=True)
class LetterParagraph:
    """`level` 1–4 is a heading (一、 （一） 1. （1）), 0 a body paragraph."""

    level: int
    text: str
    traces: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterCell:
    """`kind`: 栏目 the head of a column, 值 what a row says, 中 the same centred, 节 a section row; of a form 项 a label,
    填 what is filled in, 文号 the same where the number of the letter served stands, 签章 room to write an opinion and sign.
    `width` in characters of 28 a line; `signer` is printed where a 签章 is signed."""

    text: str
    width: int
    kind: str = "值"
    signer: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A row of a letter's table, with what in the rules it comes from."""

    cells: tuple[LetterCell, ...]
    traces: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterTable:
    """A ruled table as wide as the text; `head` is repeated on every page it reaches."""

    head: tuple[LetterRow, ...]
    rows: tuple[LetterRow, ...]

    @property
    def level(self) -> int:
        return 0

    @property
    def text(self) -> str:
        """Its cells, a line a row."""
        return "\n".join("　".join(cell.text for cell in row.cells) for row in (*self.head, *self.rows))

    @property
    def traces(self) -> tuple[Trace, ...]:
        return tuple(trace for row in self.rows for trace in row.traces)

    @property
    def cells(self) -> tuple[LetterCell, ...]:
        return tuple(cell for row in (*self.head, *self.rows) for cell in row.cells)


@dataclass(frozen=True, slots=True)
class LetterPicture:
    """A drawing as wide as `width` mm: SVG for PDF, PNG for Word. `text` is the caption under it, "" for none; `alt`
    says what it shows."""

    name: str
    text: str
    alt: str
    svg: str
    png: bytes
    width: float
    height: float
    traces: tuple[Trace, ...] = ()

    @property
    def level(self) -> int:
        return 0


Part = LetterParagraph | LetterTable | LetterPicture


@dataclass(frozen=True, slots=True)
class Annex:
    """附件 printed with the letter on a new page. `label` 附件 or 附件2."""

    label: str
    title: str
    title_lines: tuple[str, ...]
    body: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the letter can be recomputed from. `case`: one number, or those of all the cases it is about. `code`: the one it was
    given where that does not follow from the rest (an office with a key); `head`: of the office's ledger before it was
    entered; "" for none."""

    basis: Basis
    case: str
    determination: str
    outcome: str
    document: str
    code: str = ""
    head: str = ""

    @property
    def as_of(self) -> date:
        return self.basis.as_of


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact some reason names: its value as people read it, and where it came from."""

    name: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class LetterHead:
    """What is marked in the head of a letter besides organ and number, "" where it is not: 份号, 密级和保密期限, 紧急程度, and the
    names of those who sign a letter to a superior (GB/T 9704-2012, 7.2.1–7.2.3, 7.2.6)."""

    copy: str = ""
    secrecy: str = ""
    urgency: str = ""
    signers: tuple[str, ...] = ()

    @property
    def markings(self) -> tuple[str, ...]:
        """What stands at the left, from above."""
        return tuple(text for text in (self.copy, self.secrecy, self.urgency) if text)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with a letter: which of its annexes it is, as it is labelled, and where it lies."""

    label: str
    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """One letter. `organ` issues it (发文机关标志 and 署名); `number` "" leaves the 发文字号 line out; `sample` prints 样稿 over
    every page; `notes` are printed below the date in brackets (附注); `annexes` names what is attached, `pages` are
    those printed with it, `attached` those that are files of the case; `copies` 抄送; `cosigners` the organs that sign
    after `organ` (联合行文). `file` is the path of a Word layout of its own, "" for the common one; `evidence` the facts
    the reasons name; `record` the number of the record it is about, from 1, 0 for the whole case; `mark` the path of the
    标识 a sign shows, "" for a placeholder. `with_facts`: its file carries the values of `evidence` too, not only the
    names."""

    name: str
    layout: str
    organ: str
    number: str
    title: str
    title_lines: tuple[str, ...]
    addressee: str
    body: tuple[Part, ...]
    annexes: tuple[str, ...]
    date: date
    sample: bool
    notes: tuple[str, ...]
    receipt: Receipt
    pages: tuple[Annex, ...] = ()
    copies: tuple[str, ...] = ()
    file: str = ""
    evidence: tuple[Evidence, ...] = ()
    record: int = 0
    mark: str = ""
    with_facts: bool = False
    cosigners: tuple[str, ...] = ()
    head: LetterHead = LetterHead()
    attached: tuple[AttachedFile, ...] = ()

    def numbered(self, number: str) -> DocumentPlan:
        """The letter under its 发文字号; a service record with the number of what it serves where it has room for that."""
        return replace(self, number=number, body=tuple(_numbered(part, number) for part in self.body))

    def told(self) -> DocumentPlan:
        """What is told of the letter once it is in place, without what it says."""
        return replace(self, body=(), pages=(), evidence=())

    @property
    def parts(self) -> tuple[Part, ...]:
        """The body's and the annexes' parts in reading order."""
        return (*self.body, *(part for page in self.pages for part in page.body))


def _numbered(part: Part, number: str) -> Part:
    if not isinstance(part, LetterTable) or all(cell.kind != NUMBER for cell in part.cells):
        return part
    rows = (tuple(replace(c, text=number) if c.kind == NUMBER else c for c in row.cells) for row in part.rows)
    return replace(part, rows=tuple(replace(row, cells=cells) for row, cells in zip(part.rows, rows, strict=True)))
