"""What the examples cover and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.text import pad, wrap
from engine.decision.coverage import Coverage
from engine.policy.package import Package
from engine.views.paint import Paint


def coverage(found: Coverage, package: Package, paint: Paint, columns: int = 80) -> Iterator[str]:
    """A line a kind; then the names no example exercises."""
    lacking = found.lacking(package)
    yield "规则覆盖"
    for kind, (reached, total) in found.rates(package).items():
        share = f"{reached * 100 // total}%" if total else "–"
        role = "good" if reached == total else "open"
        yield f"  {pad(kind, 12)} {paint(pad(share, 5, '>'), role)}  {reached}/{total}"
    for kind, names in lacking.items():
        if names:
            yield from wrap(f"没有用例：{'、'.join(names)}", columns, indent=f"  {kind}  ", hanging=" " * 4)
