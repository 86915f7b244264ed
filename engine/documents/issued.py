"""A finished letter held against what it carries about itself. Pure."""

from __future__ import annotations

from dataclasses import replace

from engine.documents.older import held
from engine.documents.receipt import LABEL
from engine.documents.trace import Letter
from engine.visible.differences import differences, named
from engine.visible.model import Visible

MAX_PROPERTY = 255
"""Characters of a value among the properties of a .docx."""


def compared(letter: Letter, now: Visible) -> Letter:
    """The letter with everything in which the file, showing `now`, differs from what was issued."""
    found, unsaid = held(letter, now) if letter.shown is None else (list(differences(letter.shown, now)), "")
    if now.form != "svg" and (now.blocks or not now.foreign):
        told = {name: value[:MAX_PROPERTY] for name, value in letter.receipt.items() if value}
        kept = {name: value[:MAX_PROPERTY] for name, value in now.receipt if name in told or name == LABEL}
        found += named("属性里的凭据", told, kept)
    return replace(letter, now=now, altered=tuple(found), unsaid=unsaid)
