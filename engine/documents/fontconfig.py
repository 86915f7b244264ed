"""Edge: fontconfig, asked in this process: the library Pango finds its fonts with anyhow, instead of a process for each question."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Any

LIBRARY = "libfontconfig.so.1"
_POINTER, _TEXT, _NUMBER, _NOTHING = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, None
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "FcNameParse": (_POINTER, _TEXT),
    "FcConfigSubstitute": (_NUMBER, _POINTER, _POINTER, _NUMBER),
    "FcDefaultSubstitute": (_NOTHING, _POINTER),
    "FcFontMatch": (_POINTER, _POINTER, _POINTER, ctypes.POINTER(_NUMBER)),
    "FcPatternFormat": (_POINTER, _POINTER, _TEXT),
    "FcPatternCreate": (_POINTER,),
    "FcPatternDestroy": (_NOTHING, _POINTER),
    "FcObjectSetCreate": (_POINTER,),
    "FcObjectSetAdd": (_NUMBER, _POINTER, _TEXT),
    "FcObjectSetDestroy": (_NOTHING, _POINTER),
    "FcFontSetDestroy": (_NOTHING, _POINTER),
    "FcStrFree": (_NOTHING, _POINTER),
}
"""Function -> what it gives, then what it takes."""
_MATCHING = 0
"""`FcMatchPattern`."""


class _FontSet(ctypes.Structure):
    _fields_ = (("count", _NUMBER), ("room", _NUMBER), ("fonts", ctypes.POINTER(_POINTER)))


@cache
def _library() -> Any:
    """Raises OSError where it is not there."""
    found = ctypes.CDLL(LIBRARY)
    for name, (gives, *takes) in _SIGNATURES.items():
        function = getattr(found, name)
        function.restype, function.argtypes = gives, takes
    found.FcFontList.restype = ctypes.POINTER(_FontSet)
    found.FcFontList.argtypes = [_POINTER, _POINTER, _POINTER]
    return found


def matched(pattern: str) -> tuple[str, int, str] | None:
    """Families, number in its file, and file of the font that fontconfig takes for `pattern`, whichever that is; None where there
    is no font at all. Raises OSError where there is no fontconfig."""
    library = _library()
    wanted = library.FcNameParse(pattern.encode())
    library.FcConfigSubstitute(None, wanted, _MATCHING)
    library.FcDefaultSubstitute(wanted)
    font = library.FcFontMatch(None, wanted, ctypes.byref(_NUMBER()))
    library.FcPatternDestroy(wanted)
    if not font:
        return None
    families, number, file = _formatted(font, "%{family}|%{index}|%{file}").split("|", 2)
    library.FcPatternDestroy(font)
    return families, int(number), file


def listed() -> Iterator[tuple[str, str]]:
    """Families and file of every font. Raises OSError where there is no fontconfig."""
    library = _library()
    every, told = library.FcPatternCreate(), library.FcObjectSetCreate()
    for name in (b"family", b"file"):
        library.FcObjectSetAdd(told, name)
    found = library.FcFontList(None, every, told)
    library.FcObjectSetDestroy(told)
    library.FcPatternDestroy(every)
    try:
        for at in range(found.contents.count):
            families, file = _formatted(found.contents.fonts[at], "%{family}|%{file}").split("|", 1)
            yield families, file
    finally:
        library.FcFontSetDestroy(ctypes.cast(found, _POINTER))


def _formatted(font: int, format: str) -> str:
    library = _library()
    text = library.FcPatternFormat(font, format.encode())
    found = ctypes.string_at(text).decode("utf-8", "replace")
    library.FcStrFree(text)
    return found
