"""Mistakes in layouts and in the wording of documents, found before any case runs."""

from __future__ import annotations

import re
from typing import Any

from engine.base.problem import Cell, Problem, Span


def template_problem(error: Any, file: str, *, line: int | None = None) -> Problem:
    return Problem("E621", str(error), None)
