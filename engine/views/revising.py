"""What an edit of the rules changed: the lines that went and came, file by file, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from engine.base.classes import dataclass
from engine.base.text import wrap
from engine.office.revising import Revised
from engine.views.decision import COLUMNS
from engine.views.paint import Paint, uncoloured

SHOWN = 20
"""Places of one change that are shown; all of them are in the JSON."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of a file that gave way to others, with the number of the first as it is now."""

    file: str
    line: int
    gone: tuple[str, ...]
    new: tuple[str, ...]


def places(done: Revised) -> list[Hunk]:
    """Every place that changed, in the order of the files."""
    found = []
    for file, data in done.after.items():
        old, new = (text.decode("utf-8").splitlines() for text in (done.before[file], data))
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                found.append(Hunk(file, c + 1, tuple(old[a:b]), tuple(new[c:d])))
    return found


def text(done: Revised, paint: Paint = uncoloured, shown: int = SHOWN) -> Iterator[str]:
    """Each place with its lines."""
    every = places(done)
    for place in every[:shown]:
        yield f"{place.file}:{place.line}"
        for sign, role, lines in (("-", "bad", place.gone), ("+", "good", place.new)):
            for line in lines:
                yield from (paint(part, role) for part in wrap(f"  {sign} {line}", COLUMNS, hanging="    "))
    if len(every) > shown:
        yield f"另有 {len(every) - shown} 处"


def to_plain(done: Revised, written: bool) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "写入": written,
        "名称": list(done.kinds) or None,
        "改动": [{"文件": p.file, "行": p.line, "原": list(p.gone), "改": list(p.new)} for p in places(done)],
        "问题": [str(problem.message) for problem in done.problems],
    }
