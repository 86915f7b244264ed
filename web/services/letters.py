"""Letters that a case gives rise to, as they would be written now: a look ahead, without number, record or file."""

from __future__ import annotations

from engine.documents.plan import DocumentPlan
from engine.office import api
from web.services.cases import Standing


def planned(now: Standing) -> api.Planned:
    """The letters, and why others cannot be written. Raises `api.Refused` for a case that was not read whole."""
    return api.plan(now.file, api.decide(now.file))


def pdf(plan: DocumentPlan) -> bytes:
    """The letter as it would be printed. Raises `api.Refused`: what keeps it from being set."""
    return api.render(plan, "pdf")
