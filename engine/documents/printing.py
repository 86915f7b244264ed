"""HTML of our own to PDF, with nothing read from anywhere (edge: the PDF library and fonts)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.natives import unsearched


def written(html: str, finish: Callable[[Any, Any], None]) -> bytes:
    """The page as PDF: the same text gives the same bytes. Refused: E625 it refers to a file, E632 no PDF library."""
    try:
        with unsearched():
            from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError
    except (ImportError, OSError):
        message = "不能生成 PDF：WeasyPrint 或 Pango 没有装好"
        help = "执行 `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`"
        raise Refused(Problem("E632", message, help=help), exit_code=2) from None

    def fetch(url: str) -> Any:
        raise FatalURLFetchingError(url[:120])

    identifier = hashlib.sha256(html.encode()).digest()[:16]
    try:
        return bytes(HTML(string=html, url_fetcher=fetch).write_pdf(pdf_identifier=identifier, finisher=finish))
    except FatalURLFetchingError as error:
        raise Refused(Problem("E625", f"要读取文件 `{error}`", help="牌面只用自带的图形")) from None
