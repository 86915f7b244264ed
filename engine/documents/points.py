"""Points of conformance and what came of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from engine.base.classes import dataclass

Model = TypeVar("Model")

OFFICIAL, LETTER, NOTICE, FORM, REPORT = "公文", "信函", "公示", "表格", "报告"
HEADED = frozenset({OFFICIAL, LETTER})
PROSE = frozenset({OFFICIAL, LETTER, NOTICE, REPORT})
ALL = frozenset({OFFICIAL, LETTER, NOTICE, FORM, REPORT})
SHOWN = 3
"""Faults told of one point."""


@dataclass(frozen=True, slots=True)
class Point(Generic[Model]):
    """One machine-checkable rule. `check` yields each fault in a few Chinese words; None says the file holds nothing the
    rule is about. `basis` is the clause of GB/T 9704-2012 unless another standard is named."""

    code: str
    title: str
    basis: str
    kinds: frozenset[str]
    check: Callable[[Model], Iterable[str] | None]


@dataclass(frozen=True, slots=True)
class PointResult:
    """`passed` None: the rule does not apply to this file."""

    code: str
    title: str
    basis: str
    passed: bool | None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConformanceReport:
    """All points asserted of one file of a `kind` (版式)."""

    file: str
    form: str
    kind: str
    findings: tuple[PointResult, ...]

    @property
    def conforms(self) -> bool:
        return all(f.passed is not False for f in self.findings)

    @property
    def asserted(self) -> int:
        return sum(f.passed is not None for f in self.findings)

    @property
    def passed(self) -> int:
        return sum(f.passed is True for f in self.findings)


def run(points: Sequence[Point[Model]], model: Model, kind: str) -> Iterator[PointResult]:
    """What each point says of `model`; those of other kinds of letter are left out."""
    for point in points:
        if kind not in point.kinds:
            continue
        found = point.check(model)
        faults = tuple(found)[: SHOWN + 1] if found is not None else ()
        passed = None if found is None else not faults
        told = (*faults[:SHOWN], "……") if len(faults) > SHOWN else faults
        yield PointResult(point.code, point.title, point.basis, passed, told)
