"""What `doctor` found, as a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.base.text import pad, width, wrap
from engine.office.doctor import FAIL, OK, WARN, Diagnosis
from engine.views.paint import Paint

_MARKS = {OK: ("✓", "good"), WARN: ("!", "open"), FAIL: ("✗", "bad")}


def text(findings: Iterable[Diagnosis], paint: Paint) -> Iterator[str]:
    """A line a finding; what is not well also says how to put it right."""
    found = list(findings)
    wide = max((width(f.name) for f in found), default=0)
    for finding in found:
        mark, role = _MARKS[finding.status]
        lead = f"{mark} {pad(finding.name, wide)}  "
        lines = wrap(finding.message, 80, indent=lead, hanging=" " * width(lead))
        yield paint(lines[0][:1], role) + lines[0][1:]
        yield from lines[1:]
        if finding.status != OK and finding.remedy:
            yield from wrap(f"补上：{finding.remedy}", 80, indent=" " * width(lead))
