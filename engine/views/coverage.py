"""What the examples cover and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.base.text import pad, wrap
from engine.decision.coverage import Coverage, GoalsReached, goals
from engine.intake.examples import ExampleReport
from engine.policy.package import Package
from engine.policy.procedure import Procedure
from engine.procedure.coverage import ProcedureCoverage
from engine.procedure.coverage import goals as procedure_goals
from engine.views.paint import Paint


def examples(found: Iterable[tuple[Package, ExampleReport]], paint: Paint, columns: int = 80) -> Iterator[str]:
    """Of each regulation what its examples cover and how many hold; its title where there are several."""
    reports = list(found)
    for package, report in reports:
        if len(reports) > 1:
            yield f"《{package.header.title}》"
        yield from coverage(report.coverage, package, paint, columns)
        if package.procedure is not None:
            yield from procedure_coverage(report.procedure, package.procedure, paint, columns)
        waiting = f"，{len(report.unconfirmed)} 个待确认（不算数）" if report.unconfirmed else ""
        yield f"用例 {report.passed} 个通过，{report.failed} 个失败{waiting}"


def coverage(found: Coverage, package: Package, paint: Paint, columns: int = 80) -> Iterator[str]:
    """A line a kind; then the names no example exercises."""
    yield "规则覆盖"
    yield from _rates(found, goals(package), paint, columns)


def procedure_coverage(
    found: ProcedureCoverage, procedure: Procedure, paint: Paint, columns: int = 80
) -> Iterator[str]:
    """The same about a procedure."""
    yield "程序覆盖"
    yield from _rates(found, procedure_goals(procedure), paint, columns)


def _rates(found: GoalsReached, goals: Mapping[str, Sequence[str]], paint: Paint, columns: int) -> Iterator[str]:
    for kind, (reached, total) in found.rates(goals).items():
        share = f"{reached * 100 // total}%" if total else "–"
        role = "good" if reached == total else "open"
        yield f"  {pad(kind, 12)} {paint(pad(share, 5, '>'), role)}  {reached}/{total}"
    for kind, names in found.lacking(goals).items():
        if names:
            yield from wrap(f"没有用例：{'、'.join(names)}", columns, indent=f"  {kind}  ", hanging=" " * 4)
