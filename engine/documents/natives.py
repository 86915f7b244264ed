"""Edge: WeasyPrint loaded without the search ctypes makes for libraries that go by other names here."""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
