"""What stands on every page: the regulation and its status, the groups of pages, who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from engine.base.basis import fingerprint
from web.models import Person
from web.services import roles
from web.services.rules import package, today
from web.settings import SPACE


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; pages without login do not ask."""
    assert isinstance(request.user, Person)
    return request.user


def shell(request: HttpRequest) -> dict[str, Any]:
    """For the template of every page."""
    user = getattr(request, "user", None)
    if not isinstance(user, Person):
        return {"practice": SPACE.practice}
    found = package()
    return {
        "practice": SPACE.practice,
        "regulation": found.header.title,
        "status": found.header.status,
        "rules_version": fingerprint(found.digest),
        "today": today(),
        "sees_cases": roles.may(user, roles.SEE_CASES),
        "sees_rules": roles.may(user, roles.SEE_RULES),
    }
