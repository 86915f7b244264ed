"""Edge: WeasyPrint loaded without the search ctypes makes for libraries that go by other names here."""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.base.problem import Problem, Refused


def weasyprint_html() -> Any:
    """WeasyPrint's `HTML`. Refused (exit code 2): E632 it, or Pango, is not there."""
    try:
        with unsearched():
            from weasyprint import HTML
    except (ImportError, OSError):
        message = "不能生成 PDF：WeasyPrint 或 Pango 没有装好"
        help = "执行 `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`，或只出 .docx"
        raise Refused(Problem("E632", message, help=help), exit_code=2) from None
    return HTML


@contextmanager
def unsearched() -> Iterator[None]:
    """While WeasyPrint is imported. It tries every library of Pango by its name on each system; for a name that is not
    there ctypes asks ldconfig, gcc and ld: sixty processes, a third of the import. Linux's own loader finds the one that
    is there. For use under the lock of `issue`: nothing else is loaded meanwhile."""
    if sys.platform != "linux" or "weasyprint" in sys.modules:
        yield
        return
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search
