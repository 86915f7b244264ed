"""Opening a PDF to read it: what has no head, no tail or no table of contents is refused before anything searches it.

pdfminer looks for what is missing byte by byte: 49 MB of zeros take it minutes.
"""

from __future__ import annotations

import io
import re
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import decode_text

_HEAD, _TAIL = 1024, 2048
"""Within how many bytes of either end `%PDF-` and `startxref` stand."""

_START = re.compile(rb"startxref\s{1,8}(\d+)")
_DIGITS = 10
_TABLE = re.compile(rb"\s{0,16}(?:xref|\d{1,10}\s+\d{1,5}\s+obj)")
_RUNS = tuple(filler * 1_000_000 for filler in (b"\0", b" ", b"\n", b"\r"))
"""A megabyte of nothing is in no letter, and takes a parser that reads byte by byte minutes."""


def open_pdf(data: bytes) -> PDFDocument:
    """The document; ValueError, or what pdfminer raises, where it is no sound PDF."""
    starts = _START.findall(data[-_TAIL:])
    if b"%PDF-" not in data[:_HEAD] or not starts or len(starts[-1]) > _DIGITS or any(run in data for run in _RUNS):
        raise ValueError("no PDF")
    at = int(starts[-1])
    if not _TABLE.match(data[at : at + 64]):
        raise ValueError("no table")
    return PDFDocument(PDFParser(io.BytesIO(data)), fallback=False)


def named(value: Any) -> str:
    """The name a value is (`/Sig`), or "" where it is none."""
    value = resolve1(value)
    return str(literal_name(value)) if isinstance(value, PSLiteral) else ""


def decoded(value: Any) -> str:
    """A text string as Unicode; anything else as it prints."""
    value = resolve1(value)
    return decode_text(value) if isinstance(value, bytes) else str(value)
