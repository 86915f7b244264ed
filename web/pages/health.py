"""Whether the workbench is well, for what watches it: health for a balancer, metrics for a collector on the same machine."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from engine.base.basis import fingerprint
from engine.base.problem import Refused
from engine.base.version import VERSION
from web.api.models import Token
from web.models import CaseRecord, Person, Step
from web.services import record
from web.services.rules import package

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_HERE = ("127.0.0.1", "::1", "")
"""Where whoever may read the metrics is; "" through a socket of this machine."""


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 where the database answers and the rules can be read, else 503 with which of them does not."""
    wrong = []
    try:
        CaseRecord.objects.exists()
    except DatabaseError:
        wrong.append("数据库")
    try:
        package()
    except Refused:
        wrong.append("规则")
    said = {"状态": "不好" if wrong else "好", "不好的": wrong}
    return JsonResponse(said, status=503 if wrong else 200, json_dumps_params={"ensure_ascii": False})


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts in OpenMetrics, for this machine only: nobody else finds the page."""
    if request.META.get("REMOTE_ADDR", "") not in _HERE or "X-Forwarded-For" in request.headers:
        raise Http404
    return HttpResponse("".join(f"{line}\n" for line in (*_lines(), "# EOF")), content_type=OPENMETRICS)


def _lines() -> Iterator[str]:
    now = timezone.now()
    yield "# TYPE guiju info"
    yield f'guiju_info{{version="{VERSION}",rules="{fingerprint(package().digest)}"}} 1'
    counts = (
        ("cases", "gauge", "Cases in the office.", CaseRecord.objects.count()),
        ("people", "gauge", "People who can sign in.", Person.objects.filter(is_active=True).count()),
        ("sessions", "gauge", "Sessions that have not ended.", Session.objects.filter(expire_date__gt=now).count()),
        ("tokens", "gauge", "Tokens that are good.", Token.objects.filter(until__gt=now, withdrawn=None).count()),
        ("steps", "counter", "Steps kept.", Step.objects.count()),
        ("ledger_entries", "counter", "Entries of the ledger.", record.store().head().seq),
    )
    for name, kind, help, value in counts:
        yield f"# TYPE guiju_{name} {kind}"
        yield f"# HELP guiju_{name} {help}"
        yield f"guiju_{name}{'_total' if kind == 'counter' else ''} {value}"
