"""文书: letters on their way, one letter with why it says what it says, and what each person may do with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from engine.base.problem import Refused
from web.models import CaseRecord, Letter, Person
from web.pages.shell import person_of
from web.services import cases, letters, reading, roles
from web.services.steps import NotTaken

_TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Letters by the stage they are in."""
    roles.require(person_of(request), roles.SEE_CASES)
    stage = request.GET.get("stage", "")
    found = Letter.objects.select_related("case", "drafter", "reviewer", "signer").order_by("-pk")
    counts = dict.fromkeys(letters.STAGES, 0)
    for letter in found:
        counts[letter.stage] += 1
    shown = stage if stage in counts else next((name for name, count in counts.items() if count), letters.DRAFTED)
    own = [letter for letter in found if letter.stage == shown]
    return render(request, "web/desk.html", {"stage": shown, "counts": counts, "letters": own})


@never_cache
@require_GET
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Which letters the case gives rise to, which are on their way, and why others cannot be written."""
    person = person_of(request)
    case = cases.seen(person, number)
    context: dict[str, Any] = {"record": case, "letters": case.letters.order_by("-pk"), "can": _can(person, case)}
    try:
        found = letters.all_arising(cases.standing(case))
    except Refused as refused:
        return render(request, "web/letters.html", context | {"found": [], "problems": refused.problems})
    live = {(x.determination, x.document, x.record) for x in context["letters"] if x.stage in letters.LIVE}
    rows = [
        (one.decision, draft.plan, (draft.determination, draft.plan.name, draft.plan.record) in live)
        for one in found
        for draft in one.drafts
        if not draft.serves
    ]
    problems = [problem for one in found for problem in one.problems]
    return render(request, "web/letters.html", context | {"found": rows, "problems": problems})


@never_cache
@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """A draft of one of them."""
    person = person_of(request)
    case = cases.seen(person, number)
    said = request.POST
    at = said.get("record", "0")
    try:
        about = int(at) if at.isdecimal() and len(at) < 7 else -1  # of no record
        made = letters.draft(person, case, said.get("determination", ""), said.get("document", ""), about)
    except NotTaken as error:
        messages.error(request, f"{error.said}。{error.help}")
        return redirect("letters", number=number)
    messages.success(request, f"已拟稿：{made.document}，等人复核")
    return redirect("letter", pk=made.pk)


@never_cache
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter; `at` the paragraph whose reasons are asked for."""
    return _shown(request, _seen(request, pk))


@never_cache
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act of one person: 复核 退回 签发 送达."""
    person, letter = person_of(request), _seen(request, pk)
    said = request.POST.get("said", "").strip()[:2000]
    try:
        match act:
            case "review":
                letters.review(person, letter)
            case "return":
                letters.give_back(person, letter, said)
            case "sign":
                letters.sign(person, letter)
            case "serve":
                letters.serve(person, letter, _day(request.POST.get("day", "")), said)
            case _:
                raise Http404(act)
    except NotTaken as error:
        return _shown(request, letter, [error.said, error.help], typed=said, status=422)
    except Refused as refused:
        return _shown(request, letter, [problem.message for problem in refused.problems], typed=said, status=422)
    letter.refresh_from_db()
    messages.success(request, f"{letter.document}：{letter.stage}{f'，{letter.number}' if letter.number else ''}")
    return redirect("letter", pk=pk)


@never_cache
@require_GET
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The letter as it was issued, byte for byte; before that as it would be printed, without a number."""
    letter = _seen(request, pk)
    if form not in _TYPES:
        raise Http404(form)
    data = letters.file_of(letter, form) if letter.issued else None
    if data is None and form == "pdf" and not letter.issued and (plan := letters.standing(letter).plan) is not None:
        data = letters.pdf(plan)
    if data is None:
        raise Http404(form)
    answer = HttpResponse(data, content_type=_TYPES[form])
    kind = "inline" if form == "pdf" else "attachment"
    answer["Content-Disposition"] = f"{kind}; filename=letter-{letter.pk}.{form}"
    return answer


def _seen(request: HttpRequest, pk: int) -> Letter:
    """A letter that somebody may look at, with its case."""
    found = Letter.objects.select_related("case__holder", "drafter", "reviewer", "signer")
    roles.require(person_of(request), roles.SEE_CASES)
    letter = found.get(pk=pk)
    cases.seen(person_of(request), letter.case.number)
    return letter


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotTaken("没有写送达的日期", "写作 2026-11-23") from None


def _can(person: Person, case: CaseRecord) -> str:
    """ "" where the person may work on the case, else why not."""
    try:
        roles.work_on(person, case)
    except roles.Denied as denied:
        return denied.said
    return ""


def _shown(
    request: HttpRequest, letter: Letter, said: list[str] | None = None, *, typed: str = "", status: int = 200
) -> HttpResponse:
    found = letters.standing(letter)
    page = reading.page(found, request.GET.get("at", ""))
    context = {
        "letter": letter,
        "record": letter.case,
        "found": found,
        "page": page,
        "way": reading.way(letter),
        "can": letters.next_for(person_of(request), letter),
        "said": said,
        "typed": typed,
    }
    return render(request, "web/letter.html", context, status=status)
