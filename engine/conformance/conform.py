"""Whether finished letters conform to GB/T 9704-2012, point by point, as .docx and as PDF (edge: reads the files).

Nothing is taken from the plan a letter was made from: the file is read as an archive or a reader would, so a letter that
was edited in Word, or made by other means, is checked by the same points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.documents.points import ALL, ConformanceReport, PointResult
from engine.files.faults import reason
from engine.files.reading import read

MAX_BYTES = 50_000_000


def conform(path: Path) -> ConformanceReport:
    """The report on one file. Refused (exit code 2): E650 not a readable .docx or .pdf."""
    form = path.suffix.lower().lstrip(".")
    if form not in READERS:
        raise Refused(Problem("E650", f"`{path.name}` 不是 .docx 或 .pdf", help="指定要核对格式的文书文件"), 2)
    try:
        data = read(path, MAX_BYTES)
    except OSError as error:
        help = "核对文件名和权限；至多 50 MB"
        raise Refused(Problem("E650", f"读不了 `{path}`：{reason(error)}", help=help), 2) from None
    kind, findings = READERS[form](data, path.name)
    if kind not in ALL:
        raise Refused(
            Problem("E650", f"`{path.name}` 是{kind}，不按公文格式核对", help="只核对公文、函、公示、表格、报告"), 2
        )
    return ConformanceReport(str(path), form, kind, tuple(findings))


def _docx(data: bytes, name: str) -> tuple[str, Sequence[PointResult]]:
    from engine.conformance.docx_points import findings
    from engine.conformance.word import read_word

    word = read_word(data, name)
    return word.kind, findings(word)


def _pdf(data: bytes, name: str) -> tuple[str, Sequence[PointResult]]:
    from engine.conformance.pages import read_pages
    from engine.conformance.pdf_points import findings

    pages = read_pages(data, name)
    return pages.kind, findings(pages)


READERS: dict[str, Callable[[bytes, str], tuple[str, Sequence[PointResult]]]] = {"docx": _docx, "pdf": _pdf}
