"""待办: the list, and the same as a table for Excel."""

from __future__ import annotations

import csv
import io
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from engine.base.cells import harmless
from web.pages.shell import person_of
from web.services import queue, roles
from web.services.queue import TABS, Row

_HEAD = ("组", "案号", "名称", "要办的事", "依据", "期限", "剩余工作日", "可以出具", "在谁手上")


def _tab(request: HttpRequest) -> str:
    tab = request.GET.get("tab", TABS[0])
    return tab if tab in TABS else TABS[0]


@never_cache
@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """The lines of a tab by group."""
    person = person_of(request)
    if not roles.may(person, roles.SEE_CASES):
        return render(request, "web/todo.html", {"tab": "", "groups": [], "counts": {}})
    tab = _tab(request)
    found = {name: queue.rows(person, name) for name in TABS}
    groups = [(group, list(rows)) for group, rows in groupby(found[tab], key=lambda row: row.group)]
    counts = {name: len(rows) for name, rows in found.items()}
    return render(request, "web/todo.html", {"tab": tab, "groups": groups, "counts": counts})


@never_cache
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The lines as CSV."""
    person = person_of(request)
    roles.require(person, roles.SEE_CASES)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    writer.writerows(map(_cells, queue.rows(person, _tab(request))))
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = "attachment; filename=todo.csv"
    return answer


def _cells(row: Row) -> list[str]:
    left = "" if row.left is None else str(row.left)
    due = row.due.isoformat() if row.due else ""
    cells = [row.group, row.number, row.title, row.what, row.clauses, due, left, row.documents, row.holder]
    return [harmless(cell) for cell in cells]
