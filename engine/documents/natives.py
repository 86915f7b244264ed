"""Edge: WeasyPrint loaded without what it does not need here: the search ctypes makes for libraries that go by other names, and
the half of fontTools that cuts fonts which HarfBuzz cannot, and variable ones."""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from engine.base.problem import Problem, Refused

LATER = {"fontTools.subset": (), "fontTools.varLib.instancer": ("instantiateVariableFont",)}
"""Modules that WeasyPrint imports and calls only for such fonts, each with the functions it takes out of it at once. A third of
the time it takes to load."""


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
    if "weasyprint" in sys.modules:
        yield
        return
    search, stand_ins = ctypes.util.find_library, {name: _Later(name) for name in LATER if name not in sys.modules}
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    sys.modules |= stand_ins
    try:
        yield
    finally:
        ctypes.util.find_library = search
        for name in stand_ins:
            del sys.modules[name]


class _Later(ModuleType):
    """Stands for a module in whatever imports it meanwhile; the module itself is loaded when something of it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        for function in LATER[name]:
            setattr(self, function, lambda *given, _of=function, **named: self.__getattr__(_of)(*given, **named))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)
