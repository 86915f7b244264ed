"""文书 and 图 as packages write them: wordings, tables and forms, annexes, the numbers behind pictures."""

from __future__ import annotations

from typing import Literal

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.language.tree import Node
from engine.policy.words import LayoutName, PictureStyle, Stage

Template = tuple[str | Node, ...]
"""Text with expressions in it, in reading order."""
PARTIES = "各案件"
"""What 逐项 of a joint document (并案) repeats over."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a form: a column of a 表 (head and what each row says) or an entry of a 栏 (label and what is filled
    in). `width` in characters of 28 a line, 0 to share what is left; 28 takes a row of its own. Where `when` does not
    hold a cell stays empty, an entry is left out."""

    head: Template
    text: Template
    width: int = 0
    when: Node | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document: `kind` 标题, 段, 表, 栏, 签章 or 图; `each` repeats it (the rows of a 表) over a list the
    planner knows, or a criteria group. `text`: heading, paragraph, section row of a 表, label of a 签章, name of a 图;
    `slots` of 表 and 栏; `signer` of a 签章; `last`: the cells under all rows of a 表; `piece`: what a paragraph that tells of
    all items at once says of each."""

    kind: str
    text: Template
    each: str = ""
    when: Node | None = None
    span: Span | None = None
    slots: tuple[Slot, ...] = ()
    signer: Template = ()
    last: tuple[Template, ...] = ()
    piece: Template = ()

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every wording in it."""
        return (
            self.text,
            *(t for slot in self.slots for t in (slot.head, slot.text)),
            self.signer,
            *self.last,
            self.piece,
        )

    @property
    def conditions(self) -> tuple[Node, ...]:
        """Every condition in it."""
        return tuple(node for node in (self.when, *(slot.when for slot in self.slots)) if node is not None)


@dataclass(frozen=True, slots=True)
class PicturePoint:
    """One item of a 条形, 雷达 or 覆盖 picture: its number, the most it may be, what it is compared with."""

    label: str
    value: Node
    full: Node | None = None
    other: Node | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One panel of a 逐月 picture: the number of a month (the local name 本月 is its first day), and what it should
    reach."""

    label: str
    value: Node
    limit: Node | None = None


PICTURE_NAMES = ("数值", "满值", "对照")


@dataclass(frozen=True, slots=True)
class Picture:
    """图: the numbers a document may show as a chart. `style` 条形 雷达 逐月 覆盖. The items of `score` (with `other`,
    where the local name 名称 is the item's), or `points`, or `curves` for each month from `start` to `end`. `names` of
    value, full value and comparison as legends; `unit` is printed after numbers that have none."""

    name: str
    style: PictureStyle
    clauses: tuple[str, ...] = ()
    score: str = ""
    other: Node | None = None
    names: tuple[str, ...] = PICTURE_NAMES
    unit: str = ""
    points: tuple[PicturePoint, ...] = ()
    start: Node | None = None
    end: Node | None = None
    curves: tuple[Curve, ...] = ()
    origin: str = ""
    span: Span | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every expression in it."""
        points = (node for point in self.points for node in (point.value, point.full, point.other))
        curves = (node for curve in self.curves for node in (curve.value, curve.limit))
        return tuple(node for node in (self.other, self.start, self.end, *points, *curves) if node is not None)


@dataclass(frozen=True, slots=True)
class NamedAnnex:
    """附件 that goes with a letter without being printed with it: paper that the office attaches, or a `file` of the case's
    folder. Where `when` does not hold the letter does not name it."""

    title: Template
    file: Node | None = None
    when: Node | None = None


@dataclass(frozen=True, slots=True)
class AnnexPage:
    """附件 printed with the letter, each on a new page: its title and what it says."""

    title: Template
    body: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class HeadWording:
    """What the head of a letter says besides organ and number (GB/T 9704-2012, 7.2.1–7.2.3, 7.2.6); `spans`: where each of
    `templates` is written."""

    copy: Template = ()
    secrecy: Template = ()
    urgency: Template = ()
    signers: tuple[Template, ...] = ()
    spans: tuple[Span | None, ...] = ()

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every wording in it."""
        return (self.copy, self.secrecy, self.urgency, *self.signers)


@dataclass(frozen=True, slots=True)
class Document:
    """文书: wording of one document. `annexes` go with it, `pages` are printed with it; `copies` 抄送; `file` is
    the package's own Word layout, beside the file that `span` is in, and so is `mark`, what a sign shows as 标识; `per` a
    record table: one document for each record, whose columns are local names. `stage` of a burdening document: 事先告知 or
    决定; `notice` and `served` name facts: the day the notice before it was served, the day it was served itself. `joint`:
    one for all the cases issued together of which it says the same outside its list, in the order of `ranking`."""

    name: str
    clauses: tuple[str, ...]
    layout: LayoutName
    title: Template
    addressee: Template
    body: tuple[Block, ...]
    annexes: tuple[NamedAnnex, ...]
    signature: Template
    due: Node | None = None
    label: str = ""
    origin: str = ""
    span: Span | None = None
    pages: tuple[AnnexPage, ...] = ()
    copies: tuple[Template, ...] = ()
    file: str = ""
    per: str = ""
    mark: str = ""
    stage: Stage | Literal[""] = ""
    notice: str = ""
    served: str = ""
    joint: bool = False
    ranking: str = ""
    day: Node | None = None
    """The 成文日期 where no event of the case's history asks for it."""
    earliest: Node | None = None
    latest: Node | None = None
    """The 成文日期 lies between these days, as far as they are known."""
    others: bool = False
    """Addressed to somebody else than the party."""
    cosigners: tuple[Template, ...] = ()
    """Organs that sign beside that of `signature`."""
    head: HeadWording = HeadWording()
    states: tuple[str, ...] = ()
    """Of the procedure, in which alone it is issued; () for any."""

    def issued_in(self, state: object) -> bool:
        """Whether it is issued while the dossier is in a state; while nobody knows in which, it may be."""
        return not self.states or state is None or state in self.states

    @property
    def to_party(self) -> bool:
        """Whether it is addressed to the party, and so is served."""
        return bool(self.addressee) and not self.others

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body's and the annexes' blocks."""
        return (*self.body, *(block for page in self.pages for block in page.body))

    @property
    def around(self) -> tuple[Template, ...]:
        """The wordings around body and annexes."""
        own = (self.title, self.addressee, self.signature, *self.cosigners, *self.head.templates)
        return (*own, *(annex.title for annex in self.annexes), *self.copies)

    @property
    def conditions(self) -> tuple[Node, ...]:
        """Every condition in it, and what names the files that go with it."""
        own = (node for annex in self.annexes for node in (annex.when, annex.file))
        return (*(node for node in own if node is not None), *(n for block in self.blocks for n in block.conditions))

    @property
    def templates(self) -> tuple[Template, ...]:
        """Every wording in it."""
        return (
            *self.around,
            *(page.title for page in self.pages),
            *(t for block in self.blocks for t in block.templates),
        )
