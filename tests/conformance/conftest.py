"""The letter that the tests of documents plan is also what the points of conformance are held to."""

from __future__ import annotations

from dataclasses import replace

from engine.documents.model import DocumentPlan, LetterHead
from tests.documents.conftest import letter, world

__all__ = ["letter", "several", "world"]


def several(letter: DocumentPlan) -> dict[str, DocumentPlan]:
    """Letters that several organs sign, with all that a head may have: one to a superior, and a 信函."""
    organs = ("福州市财政局", "福州市教育局", "福州市人力资源和社会保障局")
    head = LetterHead("000001", "秘密★1年", "特急", ("林岚", "欧阳致远"))
    upward = replace(letter, cosigners=organs, head=head)
    return {"上行": upward, "联合信函": replace(upward, layout="信函", head=replace(head, signers=()))}
