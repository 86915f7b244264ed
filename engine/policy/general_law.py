"""What general law attaches to outcomes (附随), and the organs whose kind it asks for (机关名录). Plain data."""

from __future__ import annotations

from dataclasses import replace

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.language.tree import Name, Node
from engine.policy.document import Template
from engine.policy.words import AttachmentKind, AttachmentStage, Nature, OrganKind

ORGAN_ITEMS = {"机关的复议机关": "review", "机关的管辖法院": "court", "机关的异议途径": "objection"}
"""What the wording of an 附随 may ask of the deciding organ -> where its entry has it."""
CONTACT = "机关的联系方式"
"""What any letter may say of the organ that decides: where to turn to."""


@dataclass(frozen=True, slots=True)
class Organ:
    """An entry of 机关名录: of what kind an organ is, where its decisions may be contested, how it is reached:
    expressions that come to texts, None where the entry is silent."""

    name: str
    kind: OrganKind
    review: Node | None = None
    court: Node | None = None
    objection: Node | None = None
    contact: Node | None = None
    origin: str = ""
    span: Span | None = None

    def said(self, asked: str) -> Node | None:
        """What its entry says to a name of `ORGAN_ITEMS`."""
        found: Node | None = getattr(self, ORGAN_ITEMS[asked])
        return found


@dataclass(frozen=True, slots=True)
class Attachment:
    """附随: attaches to every outcome of one of `natures`. `kind` 救济 送达 陈述申辩 期限. `stages`: of those that give rise
    to a document of such a stage, and into that document; 办理 speaks to who handles the decision, not to the party.
    `organs`: only where an organ of these kinds decides, () whoever does; `disputes`: only in determinations of these,
    () in all but `other_disputes`."""

    name: str
    natures: tuple[Nature, ...]
    clauses: tuple[str, ...]
    kind: AttachmentKind
    text: Template
    due: Node | None
    origin: str = ""
    span: Span | None = None
    stages: tuple[AttachmentStage, ...] = ()
    organs: tuple[OrganKind, ...] = ()
    disputes: tuple[str, ...] = ()
    other_disputes: tuple[str, ...] = ()

    def concerns(self, nature: str, dispute: str) -> bool:
        """Whether it is about outcomes of this nature in determinations of this kind of dispute."""
        if nature not in self.natures or dispute in self.other_disputes:
            return False
        return not self.disputes or dispute in self.disputes

    def binds(self, organ: Organ | None) -> bool:
        """Whether it is about decisions of the organ; what asks for a kind says nothing of one whose kind nobody told."""
        return not self.organs or (organ is not None and organ.kind in self.organs)

    def about(self, organ: Organ | None) -> Attachment:
        """The same with its text about decisions of the organ: what it asks of the organ is said as the organ's entry has
        it. What no entry says is left open in the text, so that no letter can carry it."""
        return replace(self, text=tuple(_of(organ, part) for part in self.text))


def _of(organ: Organ | None, part: str | Node) -> str | Node:
    if not isinstance(part, Name) or part.name not in ORGAN_ITEMS:
        return part
    return (organ.said(part.name) if organ is not None else None) or left_open(part.name)


def left_open(asked: str) -> str:
    """What stands for an item that the deciding organ's entry does not say."""
    return f"〔{asked}未定〕"
