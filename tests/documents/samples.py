"""The letters of the sample cases, each decided and written once for all tests of a process."""

from __future__ import annotations

from functools import cache

from docs.make_images import samples
from engine.documents.draft import Draft
from engine.documents.issue import render


@cache
def drafts() -> dict[str, Draft]:
    """The first letter of each document among the samples."""
    return dict(samples())


@cache
def written(name: str, form: str) -> bytes:
    return render(drafts()[name].plan, form)
