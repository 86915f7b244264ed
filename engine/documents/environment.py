"""Edge: what the bytes of a letter come from besides its plan: layouts, fonts, Pango and the libraries, as one digest.

The same plan gives the same bytes where this digest is the same. It is told with what was written (the manifest of a
batch, `guiju --version`), never in a letter: two machines may write the same letter.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.base.canonical import Plain, digest
from engine.documents.everyday import MARK
from engine.documents.fontconfig import listed
from engine.documents.fonts import STACKS
from engine.documents.layouts import TEMPLATES
from engine.files.reading import find, read

LIBRARIES = (
    *("weasyprint", "pydyf", "fonttools", "uharfbuzz", "tinycss2", "tinyhtml5", "cssselect2", "pyphen", "pillow"),
    *("docxtpl", "python-docx", "jinja2", "markupsafe", "lxml", "resvg-py", "segno", "zopfli", "brotli"),
)
NATIVE = {"pango": ("libpango-1.0.so.0", "pango_version_string"), "harfbuzz": ("libharfbuzz.so.0", "hb_version_string")}
"""Library -> the file that is loaded, and what tells its version."""
MAX_LAYOUT, MAX_FONT = 20_000_000, 500_000_000
DIRECTORY = 64 * 1024
"""Bytes at the beginning of a font that hold its table directory: the size and checksum of every table."""


def environment_digest() -> str:
    """`sha256:…` over `environment`."""
    return digest(environment())


def environment() -> Mapping[str, Plain]:
    """Layouts and fonts by their content, libraries by their version; what is not there is told as missing."""
    return {
        "版式": {file.name: sha256(read(file, MAX_LAYOUT, TEMPLATES)).hexdigest() for file in _layouts()},
        "字体": _fonts(),
        "程序库": {
            **{name: _version(name) for name in LIBRARIES},
            **{name: _native(*at) for name, at in NATIVE.items()},
        },
        "语言": platform.python_version(),
    }


def _layouts() -> list[Path]:
    return sorted(file for file in TEMPLATES.glob("*.*") if file.suffix in (".docx", ".html", ".css", ".yaml"))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _native(file: str, function: str) -> str | None:
    try:
        tell = getattr(ctypes.CDLL(file), function)
    except (OSError, AttributeError):
        return None
    tell.restype = ctypes.c_char_p
    found: bytes = tell()
    return found.decode()


def _fonts() -> dict[str, Plain]:
    """The files of the families letters are set in, and of their everyday parts."""
    wanted = {name for stack in STACKS.values() for family in stack for name in (family, family + MARK)}
    try:
        files = sorted({Path(file) for families, file in listed() if not wanted.isdisjoint(families.split(","))})
    except OSError:
        return {}
    return {file.name: found for file in files if (found := _font(file)) is not None}


def _font(file: Path) -> str | None:
    try:
        found = find(file, MAX_FONT, Path("/"))
        with found.opened() as stream:
            return f"{found.identity[2]} {sha256(stream.read(DIRECTORY)).hexdigest()}"
    except OSError:
        return None
