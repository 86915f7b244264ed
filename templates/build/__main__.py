"""Writes the layouts of templates/ anew, number by number from GB/T 9704-2012.

    python templates/build            # overwrites templates/*.docx and templates/*.html

The files beside this folder are what is used. The document office opens a .docx in Word, changes styles and fixed words
and saves it; `guiju check` reports mistakes in it. This script only says where the first version came from and restores
it. The stylesheets are written by hand.
"""

from __future__ import annotations

from pathlib import Path

from html_layouts import HTML
from word_layouts import WORD
from word_parts import packed


def built() -> dict[str, bytes]:
    """Every layout file by name."""
    word = {f"{name}.docx": packed(make()) for name, make in WORD.items()}
    return word | {f"{name}.html": text.encode() for name, text in HTML.items()}


if __name__ == "__main__":
    for name, content in built().items():
        (Path(__file__).resolve().parents[1] / name).write_bytes(content)
