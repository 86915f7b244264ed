"""条款: every clause with what carries it and which of its questions are settled."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from engine.office import api
from web.pages.shell import person_of
from web.services import roles
from web.services.rules import packages, today


@require_GET
def clauses(request: HttpRequest) -> HttpResponse:
    """The clauses in their order."""
    roles.require(person_of(request), roles.SEE_RULES)
    own = packages().regulations()[0]
    found = [clause for clause in api.clauses(packages(), today(), regulation=own) if clause.package == own]
    counts = Counter(clause.status for clause in found)
    return render(request, "web/rules.html", {"clauses": found, "counts": dict(counts), "total": len(found)})
