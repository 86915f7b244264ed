"""The cell styles of a workbook: how each shows a number, and whether it strikes it out."""

from __future__ import annotations

from typing import NamedTuple

from engine.spreadsheets.formats import Format, read_format


class CellStyle(NamedTuple):
    """`struck`: text in it is crossed out."""

    format: Format = Format()
    struck: bool = False


class StyleReader:
    """Collects `xl/styles.xml` element by element (`start`); then `styles`."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.fonts: list[bool] = []
        self.cells: list[tuple[int, int]] = []
        self.part = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag in ("fonts", "cellXfs", "cellStyles", "cellStyleXfs", "dxfs", "fills"):
            self.part = tag
        elif tag == "font" and self.part == "fonts":
            self.fonts.append(False)
        elif tag == "strike" and self.part == "fonts" and self.fonts:
            self.fonts[-1] = is_on(attributes)
        elif tag == "xf" and self.part == "cellXfs":
            self.cells.append((int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0"))))

    def styles(self) -> tuple[CellStyle, ...]:
        formats = {key: read_format(key, self.codes.get(key)) for key, _ in self.cells}
        return tuple(CellStyle(formats[key], font < len(self.fonts) and self.fonts[font]) for key, font in self.cells)


def is_on(attributes: dict[str, str]) -> bool:
    """Whether a toggle such as <strike/> is on."""
    return attributes.get("val", "1") not in ("0", "false")
