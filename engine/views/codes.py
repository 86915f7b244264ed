"""Error codes explained, from the catalogue."""

from __future__ import annotations

import re

from engine.base.codes import CODES
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean, wrap
from engine.views.decision import COLUMNS, rule


def is_code(text: str) -> bool:
    """Whether `text` has the form of a code."""
    return re.fullmatch(r"[EWR][0-9]{3}", text) is not None


def about_code(code: str, columns: int = COLUMNS) -> list[str]:
    """Title and explanation of a code; an unknown one is refused (exit code 2)."""
    if code not in CODES:
        raise Refused(Problem("E906", f"没有错误代码 `{code}`", help=did_you_mean(code, CODES)), 2)
    title, explanation = CODES[code]
    lines = [rule(f"{code} {title}", columns)]
    for paragraph in explanation.strip().splitlines():
        # Indented lines are examples: they are shown as written.
        lines += [paragraph] if paragraph.startswith((" ", "\t")) else wrap(paragraph, columns)
    return lines
