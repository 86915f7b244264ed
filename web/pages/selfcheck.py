"""自查: pages without signing in. Answers travel in the form and are kept nowhere."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from engine.base.basis import fingerprint
from engine.base.problem import Refused
from web.services import selfcheck
from web.services.rules import package

SHOWN = 6
"""Questions on a page: the first ones decide most."""
_PREFIX = "答-"


@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What can be looked into."""
    return render(request, "web/selfcheck.html", _context() | {"choices": selfcheck.determinations()})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, determination: str) -> HttpResponse:
    """The questions that can still matter, with what the answers so far come to."""
    _known(determination)
    answers, before = _answers(request), _answers(request, "前-")
    said: list[str] = []
    try:
        found = selfcheck.checked(determination, answers)
    except Refused as refused:
        said = [f"{problem.message}。{problem.help or ''}" for problem in refused.problems]
        answers = before
        found = selfcheck.checked(determination, answers)
    context = {
        "determination": determination,
        "found": found,
        "shown": found.questions[:SHOWN],
        "more": len(found.questions[SHOWN:]),
        "answers": answers,
        "said": said,
        "choices": selfcheck.determinations(),
    }
    return render(request, "web/selfcheck.html", _context() | context, status=422 if said else 200)


@login_not_required
@never_cache
@require_POST
def file(request: HttpRequest, determination: str) -> HttpResponse:
    """The case file with the answers; the page that says so, where one cannot be read."""
    _known(determination)
    answers = _answers(request)
    try:
        selfcheck.checked(determination, answers)
    except Refused:
        return check(request, determination)
    answer = HttpResponse(selfcheck.file_of(answers), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = "attachment; filename=case.yaml"
    return answer


def _known(determination: str) -> None:
    if determination not in dict(selfcheck.determinations()):
        raise Http404(determination)


def _answers(request: HttpRequest, prefix: str = _PREFIX) -> dict[str, str]:
    given = {
        key.removeprefix(prefix): str(value).strip() for key, value in request.POST.items() if key.startswith(prefix)
    }
    kept = {name: value[: selfcheck.LONGEST] for name, value in given.items() if value}
    return dict(list(kept.items())[: selfcheck.MOST])


def _context() -> dict[str, object]:
    found = package()
    return {
        "regulation": found.header.title,
        "status": found.header.status,
        "rules_version": fingerprint(found.digest),
        "determination": "",
        "choices": (),
    }
