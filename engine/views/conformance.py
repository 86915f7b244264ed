"""Conformance reports as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.base.text import pad, wrap
from engine.documents.points import ConformanceReport, PointResult
from engine.views.paint import HOLDS, Paint


def text(reports: Sequence[ConformanceReport], paint: Paint) -> Iterator[str]:
    """A table of points for every file: ✓ met, ✗ not met and where, – nothing in the file to hold it to."""
    for place, report in enumerate(reports):
        yield from [""] if place else []
        yield paint(f"{report.file}（{report.kind}，.{report.form}）", "strong")
        for finding in report.findings:
            yield from _row(finding, paint)
        failed = report.asserted - report.passed
        verdict = paint(f"{failed} 点不合", "bad") if failed else paint("全部符合", "good")
        yield f"核对格式 {report.asserted} 点，{verdict}（另有 {len(report.findings) - report.asserted} 点本件没有涉及）"


def _row(finding: PointResult, paint: Paint) -> Iterator[str]:
    sign, role = HOLDS[finding.passed]
    yield f"  {paint(sign, role)} {finding.code} {pad(finding.title, 54)} {paint(finding.basis, 'faint')}".rstrip()
    for fault in finding.faults:
        yield from wrap(fault, 90, indent="        ", hanging="          ")


def to_plain(report: ConformanceReport) -> dict[str, object]:
    """The report as plain data."""
    return {
        "文件": report.file,
        "格式": report.form,
        "版式": report.kind,
        "符合": report.conforms,
        "核对": report.asserted,
        "通过": report.passed,
        "要点": [
            {"代码": f.code, "要点": f.title, "依据": f.basis, "结果": f.passed, "问题": list(f.faults)}
            for f in report.findings
        ],
    }
