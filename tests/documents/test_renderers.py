"""Poppler, MuPDF and PDFium show the same of every document: the ink of each line, each of its glyphs, and the text copied.

Poppler and PDFium draw glyphs by their number whatever a font says of its CIDs; one renderer is no witness.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import ImageChops
from zxingcpp import read_barcodes

from engine.conformance.pages import read_pages
from engine.documents import everyday, pdf
from engine.documents.fonts import face
from engine.documents.model import DocumentPlan, LetterParagraph
from engine.documents.pdf import render_pdf
from engine.documents.receipt import qr_text
from tests.documents.renderers import RENDERERS, Seen, faults
from tests.documents.samples import drafts, written

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).resolve().parents[2]
OLD = (
    """
import subprocess, sys
from pathlib import Path
from setup import fonts

fonts.program = lambda font: None
fonts.main(Path(sys.argv[1]))
subprocess.run(["fc-cache", sys.argv[1]], check=True)
""",
    """
import pickle, sys
from pathlib import Path
from engine.documents import embedded

embedded.program = lambda font: None
from engine.documents.pdf import render_pdf
Path(sys.argv[3]).write_bytes(render_pdf(pickle.loads(Path(sys.argv[2]).read_bytes())))
""",
)
"""Cuts everyday parts, and then writes a letter, as was done before CIDs were made the numbers of their glyphs."""


def test_every_document_looks_the_same_in_every_renderer(tmp_path: Path) -> None:
    found = {}
    for name in drafts():
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(written(name, "pdf"))
        found[name] = faults(file)
    assert {name: told for name, told in found.items() if told} == {}
    assert len(found) == 41


def test_fonts_cut_the_old_way_are_caught(letter: DocumentPlan, tmp_path: Path) -> None:
    folder, plan, old = tmp_path / "fonts", tmp_path / "plan", tmp_path / "old.pdf"
    folder.mkdir()
    for family in ("FandolFang", "FandolKai"):
        whole = face(family)
        assert whole is not None
        (folder / Path(whole.file).name).symlink_to(whole.file)
    plan.write_bytes(pickle.dumps(letter))
    surroundings = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for step in OLD:  # a process asks once which fonts there are
        subprocess.run([sys.executable, "-c", step, folder, plan, old], env=surroundings, cwd=ROOT, check=True)
    told = faults(old)
    assert "1: 福州市商务局文件: glyphs (8, 0, 8)" in told
    assert len([fault for fault in told if " ink " in fault]) > 20
    sound = tmp_path / "new.pdf"
    sound.write_bytes(render_pdf(letter))
    assert faults(sound) == []


def test_whole_fonts_look_the_same_too(letter: DocumentPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # € and ¥ are glyphs of the whole FandolFang whose CIDs are other numbers.
    monkeypatch.setattr(everyday, "MARK", " 没有")
    monkeypatch.setattr(pdf, "_roles", everyday.sheet)
    file = tmp_path / "whole.pdf"
    file.write_bytes(render_pdf(replace(letter, body=(LetterParagraph(0, "奖励¥500、€20，䶮。"), *letter.body))))
    assert "FandolFang" in read_pages(file.read_bytes(), file.name).renumbered
    assert faults(file) == []


@pytest.mark.parametrize("name", ["驿站牌匾", "人员牌"])
def test_codes_of_signs_are_read_in_every_renderer(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sign.pdf"
    file.write_bytes(written(name, "pdf"))
    for render in RENDERERS.values():
        picture = ImageChops.invert(render(file)[0].dark.convert("L"))
        assert [code.text for code in read_barcodes(picture)] == [qr_text(drafts()[name].plan)]


SAME = (10.0, 10.0, 10.0)


@pytest.mark.parametrize(
    ("inks", "texts", "counts", "told"),
    [
        (SAME, ("甲 乙", "甲乙", "甲乙"), (2, 2, 2), []),
        ((10.0, 10.0, 8.6), ("甲乙",) * 3, (2, 2, 2), []),
        ((10.0, 8.4, 10.0), ("甲乙",) * 3, (2, 2, 2), ["ink"]),
        ((0.0, 0.0, 0.0), ("甲乙",) * 3, (0, 0, 0), ["glyphs"]),
        (SAME, ("甲乙",) * 3, (2, 1, 2), ["glyphs"]),
        (SAME, ("甲乙", "甲", "甲乙"), (2, 2, 2), ["text"]),
        (SAME, ("甲",) * 3, (2, 2, 2), ["text"]),
    ],
)
def test_what_is_told_of_a_line(
    inks: tuple[float, ...], texts: tuple[str, ...], counts: tuple[int, ...], told: list[str]
) -> None:
    seen = Seen("甲 乙", inks, tuple(text.replace(" ", "") for text in texts), counts)
    assert [fault.split()[1 + seen.line.count(" ")] for fault in seen.faults] == told
    assert set(RENDERERS) == {"Poppler", "MuPDF", "PDFium"}
