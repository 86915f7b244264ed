"""The rules the office works with, read once for the life of the process; a server that starts again reads them again."""

from __future__ import annotations

from datetime import date
from functools import cache

from engine.office import api
from engine.policy.package import Package
from web.settings import SPACE


@cache
def packages() -> api.Packages:
    """Everything under the space's folder of rules. Raises `api.Refused`."""
    return api.load(SPACE.rules)


def today() -> date:
    """The day the office works on."""
    return SPACE.today()


def package(regulation: str = "") -> Package:
    """A regulation as it stands today; the space's only one, or its first, where none is named."""
    names = packages().regulations()
    return packages().rules(today(), regulation or names[0]).package
