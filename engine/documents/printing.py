"""HTML of our own to PDF, with nothing read from anywhere (edge: the PDF library and fonts)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from engine.base.problem import Problem, Refused
from engine.documents.natives import weasyprint_html


def written(html: str, finish: Callable[[Any, Any], None]) -> bytes:
    """The page as PDF, its colours those of sRGB: the same text gives the same bytes. Refused: E625 it refers to a file, E632 no PDF library."""
    HTML = weasyprint_html()
    from weasyprint.urls import FatalURLFetchingError

    def fetch(url: str) -> Any:
        raise FatalURLFetchingError(url[:120])

    identifier = hashlib.sha256(html.encode()).digest()[:16]
    try:
        page = HTML(string=html, url_fetcher=fetch)
        return bytes(page.write_pdf(pdf_identifier=identifier, finisher=finish, output_intent="srgb"))
    except FatalURLFetchingError as error:
        raise Refused(Problem("E625", f"要读取文件 `{error}`", help="牌面只用自带的图形")) from None
