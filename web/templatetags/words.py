"""How a sentence of the engine reads on a page."""

from __future__ import annotations

import re

from django import template

from engine.decision.model import Missing
from web.services.look import fields_of

register = template.Library()
_QUOTED = re.compile(r"`([^`]*)`")


@register.filter
def said(text: str) -> str:
    """Names in quotation marks: the engine puts them between backquotes, as terminals do."""
    return _QUOTED.sub(r"“\1”", text)


@register.filter
def fields(wanted: Missing) -> tuple[str, ...]:
    """What can be filled in for something that is missing."""
    return fields_of(wanted)
