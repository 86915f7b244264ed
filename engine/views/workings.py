"""The calculation sheet as text: in a line each, or with every figure and where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.base.text import width, wrap
from engine.decision.model import AMOUNT, Decision, Working
from engine.decision.wording import near


def amounts(decision: Decision) -> list[str]:
    """How the amount was come to, a line each."""
    return [equation(line) for line in decision.workings.value if line.ends == AMOUNT]


def equation(line: Working) -> str:
    """`剩余额度 = 较大（上限−已核定，0元） = 较大（50万元−46万元，0元） = 4万元`, and what was gone by."""
    records = (figure.source for figure in line.figures if figure.name == line.formula)
    by = "；".join((*(taken.text for taken in line.taken), *records))
    return " = ".join((line.name, *line.steps)) + (f"（{by}）" if by else "")


def worked(lines: Iterable[Working], columns: int) -> Iterator[str]:
    """Every line with its clause, what it went by, its figures and their sources."""
    for line in lines:
        head = f"  {line.name} = {line.text}"
        gap = columns - width(head) - width(line.source)
        yield from (
            [head + " " * gap + line.source] if gap > 1 else wrap(f"{head}  {line.source}", columns, hanging=" " * 6)
        )
        for step in (step for step in line.steps if step != line.text):
            yield from wrap(f"= {step}", columns, indent=" " * 6, hanging=" " * 8)
        for taken in line.taken:
            place = f"  ← {near(taken.place)}" if taken.place is not None else ""
            yield from wrap(taken.text + place, columns, indent="      ▸ ", hanging=" " * 8)
        for figure in line.figures:
            # What was come to above has its own line there.
            if figure.source or figure.text == "未知":
                said = "" if figure.name == line.formula else f"{figure.name} = {figure.text}  "
                yield from wrap(f"{said}← {figure.source}", columns, indent="      · ", hanging=" " * 8)
