"""Edge: PDFs of Word files through LibreOffice, where it is installed.

For a package's own Word layout that has no .html beside it, and for the tests to see how another program sets a letter. What
comes out is not the same bytes twice (dates, identifiers, versions) and carries neither receipt nor reasons.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from engine.base.problem import Problem, Refused
from engine.documents.fonts import STACKS
from engine.files.reading import read
from engine.files.temporary import laid_out

COMMAND = "soffice"
INSTALL = "libreoffice-writer-nogui"
STAND_INS: Mapping[str, tuple[str, ...]] = {
    "仿宋_GB2312": STACKS["仿宋"],
    "楷体_GB2312": STACKS["楷体"],
    "黑体": STACKS["黑体"],
    "宋体": STACKS["宋体"],
    "方正小标宋简体": STACKS["宋体"],
    "Times New Roman": ("Liberation Serif",),
}
"""Fonts a Word layout names, and what this program sets letters in where an office's computer has those."""
SECONDS = 300
MAX_PDF = 50_000_000
_FONTS, _PROFILE, _OUT = "fonts.conf", "profile", "out"


def installed() -> bool:
    """Whether there is a LibreOffice here."""
    return shutil.which(COMMAND) is not None


def converted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The PDF of every .docx, by its name without a suffix, all by one process. Refused (E635) where LibreOffice is not there
    or makes none."""
    if not installed():
        raise Refused(_failed("没有装 LibreOffice", f"执行 `apt-get install {INSTALL}`"), exit_code=2)
    named = {f"{number}.docx": data for number, data in enumerate(files.values())}
    try:
        with laid_out({**named, _FONTS: _substituted().encode()}) as home:
            _run(home, list(named))
            made = [read(home / _OUT / f"{number}.pdf", MAX_PDF) for number in range(len(files))]
    except (OSError, subprocess.SubprocessError):
        raise Refused(_failed("LibreOffice 没有转成", "用 Word 打开 .docx，另存为 PDF"), exit_code=2) from None
    return dict(zip(files, made, strict=True))


def _run(home: Path, names: list[str]) -> None:
    """In a profile of its own: one that a person has open is left alone, and macros and links of it are not there."""
    command = [COMMAND, f"-env:UserInstallation={(home / _PROFILE).as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf", "--outdir", str(home / _OUT), *(str(home / name) for name in names)]
    surroundings = {**os.environ, "FONTCONFIG_FILE": str(home / _FONTS)}
    subprocess.run(command, env=surroundings, capture_output=True, timeout=SECONDS, check=True)


def _failed(message: str, help: str) -> Problem:
    return Problem("E635", f"不能由 .docx 转成 PDF：{message}", help=help)


def _substituted() -> str:
    """A fontconfig file by which those that are not installed are set in their stand-ins."""
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{escape(name)}</string></test>'
        f'<edit name="family" mode="append" binding="strong">{_strings(families)}</edit></match>'
        for name, families in STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{rules}</fontconfig>'
    )


def _strings(families: tuple[str, ...]) -> str:
    return "".join(f"<string>{escape(family)}</string>" for family in families)
