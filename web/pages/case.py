"""办件: a case and one of its determinations; answering, undoing, printing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from engine.base.problem import Refused
from engine.decision.model import UNDECIDED
from engine.office import api
from web.models import CaseRecord
from web.pages.shell import person_of
from web.services import cases, look, roles, steps
from web.services.steps import Answer, Moved, NotTaken


@never_cache
@require_GET
def start(request: HttpRequest, number: str) -> HttpResponse:
    """To the determination that wants something, else to the last one that was opened."""
    record = cases.seen(person_of(request), number)
    names = [d["决定"] for d in record.standing if d["结果"] == UNDECIDED] or [d["决定"] for d in record.standing]
    if not names:
        raise Http404(number)
    return redirect("determination", number=number, determination=names[-1])


@never_cache
@require_GET
def show(request: HttpRequest, number: str, determination: str) -> HttpResponse:
    """The page of a determination; `at` the criterion opened, `name` the field asked for."""
    record = cases.seen(person_of(request), number)
    return _shown(request, record, determination, request.GET.get("at", ""), request.GET.get("name", ""))


@never_cache
@require_GET
def printed(request: HttpRequest, number: str, determination: str) -> HttpResponse:
    """The same for paper."""
    record = cases.seen(person_of(request), number)
    found = look.look(cases.standing(record), _known(record, determination))
    return render(request, "web/print.html", {"record": record, "look": found, "determination": determination})


@never_cache
@require_POST
def answer(request: HttpRequest, number: str, determination: str) -> HttpResponse:
    """One step. What was not taken comes back in the form as it was typed; what moved meanwhile is laid side by side."""
    person = person_of(request)
    record = cases.seen(person, number)
    given, at = _given(request), request.POST.get("at", "")
    try:
        now = steps.answer(person, record, given)
    except (Refused, NotTaken) as error:
        said = [error.said, error.help] if isinstance(error, NotTaken) else _said(error)
        return _shown(request, record, determination, at, given.field[1], typed=given, said=said, status=422)
    except Moved as moved:
        return _moved(request, record, determination, at, moved)
    messages.success(request, _kept(now, determination, given))
    return redirect(f"{_address(record, determination)}?{urlencode({'at': at})}")


@never_cache
@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Takes one's last step back."""
    person = person_of(request)
    record = cases.seen(person, number)
    determination = request.POST.get("determination", "")
    try:
        steps.undo(person, record, _key(request))
        messages.success(request, "已撤销上一步；撤销本身也记下了")
    except NotTaken as error:
        messages.error(request, f"{error.said}。{error.help}")
    except Moved as moved:
        return _moved(request, record, determination, "", moved)
    return redirect(_address(record, determination))


def _address(record: CaseRecord, determination: str) -> str:
    return reverse("determination", kwargs={"number": record.number, "determination": _known(record, determination)})


def _known(record: CaseRecord, determination: str) -> str:
    """The name, if the rules have it. Http404."""
    if determination not in cases.sent(record).package.determinations:
        raise Http404(determination)
    return determination


def _shown(
    request: HttpRequest,
    record: CaseRecord,
    determination: str,
    at: str,
    name: str,
    *,
    typed: Answer | None = None,
    said: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = cases.standing(record)
    found = look.look(now, _known(record, determination), at, name)
    context: dict[str, Any] = {
        "record": record,
        "look": found,
        "determination": determination,
        "at": found.opened.result.name if found.opened is not None else "",
        "beside": _beside(found),
        "next": _next(found),
        "can": _can(request, record),
        "undoable": steps.undoable(person_of(request), now),
        "key": uuid4(),
        "typed": typed,
        "said": said,
    }
    return render(request, "web/case.html", context, status=status)


def _can(request: HttpRequest, record: CaseRecord) -> str:
    """ "" where the person may work on the case, else why not."""
    try:
        roles.work_on(person_of(request), record)
    except roles.Denied as denied:
        return denied.said
    return ""


def _beside(found: look.Look) -> dict[str, str]:
    """The criteria before and after the one that is open."""
    order = found.order
    at = order.index(found.opened.result.name) if found.opened is not None else 0
    return {
        "before": order[at - 1] if at > 0 else "",
        "after": order[at + 1] if at + 1 < len(order) else "",
    }


def _next(found: look.Look) -> dict[str, str] | None:
    """The next field to fill in: after the one that is asked for, round to the first."""
    wanted = [(field, m) for m in found.missing for field in look.fields_of(m)]
    if not wanted:
        return None
    names = [field for field, _ in wanted]
    own = found.asked.name if found.asked is not None else ""
    name, following = wanted[(names.index(own) + 1) % len(wanted)] if own in names else wanted[0]
    return {"name": name, "at": following.criteria[0] if following.criteria else ""}


def _given(request: HttpRequest) -> Answer:
    said = request.POST
    version = said.get("version", "0")
    return Answer(
        field=(said.get("section", ""), said.get("name", "")),
        value=said.get("value", "").strip()[:2000],
        said=said.get("said", "").strip()[:2000],
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 19 else 0,
        key=_key(request),
    )


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _said(refused: Refused) -> list[str]:
    return [text for problem in refused.problems for text in (problem.message, problem.help or "") if text]


def _kept(now: cases.Standing, determination: str, given: Answer) -> str:
    found = api.evaluate(now.file, determination)
    value = given.value or "未知"
    possible = f"，还可能{'、'.join(found.possible)}" if found.outcome == UNDECIDED else ""
    return f"已存：{given.field[1]} = {value}。{determination}：{found.outcome}{possible}"


def _moved(request: HttpRequest, record: CaseRecord, determination: str, at: str, moved: Moved) -> HttpResponse:
    """What stands now and what was typed, with what either comes to."""
    field = moved.answer.field
    step = moved.now.last.get(field)
    both = [api.evaluate(file, _known(record, determination)) for file in (moved.now.file, moved.mine)]
    context = {
        "record": record,
        "determination": determination,
        "at": at,
        "given": moved.answer,
        "step": step,
        "version": moved.now.version(field),
        "now": both[0],
        "mine": both[1],
        "key": uuid4(),
    }
    return render(request, "web/moved.html", context, status=409)
