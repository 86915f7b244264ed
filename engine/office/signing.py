"""Edge: letters numbered, set and entered in the office's ledger, and nowhere else: their files are kept there."""

from __future__ import annotations

from collections.abc import Sequence

from engine.documents.draft import Draft
from engine.documents.production import Made, produce
from engine.files.temporary import laid_out
from engine.office.registers import InLedger
from engine.record.decided import CaseDecided

FORMATS = ("docx", "pdf")


def signed(register: InLedger, decided: CaseDecided, drafts: Sequence[Draft]) -> list[Made]:
    """The letters with their numbers, as they were entered: all in one transaction with what they were decided from.
    Problems: why one could not be set, which then has no number. Refused: what the ledger refuses."""
    with laid_out({}) as made:
        return list(produce(drafts, made, FORMATS, register.opened([decided])))
