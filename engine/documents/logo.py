"""The mark (标识) an office supplies as an SVG file: only shapes of it are taken over; anything else refuses it (edge: reads
the file)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from engine.base.problem import Problem, Refused
from engine.files.faults import reason
from engine.files.reading import read
from engine.visible.svg import SVG

MAX_BYTES = 1_000_000
SHAPES = ("g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
_LOOKS = ("fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "opacity")
_PLACES = ("d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "transform")
_VALUE = re.compile(r"[-\w\s#.,+%()]*")
_IGNORED = ("title", "desc", "metadata")


def read_logo(path: Path) -> tuple[str, str]:
    """The `viewBox` of the drawing and its shapes as SVG text. Refused (E628): not there, not SVG, or more than shapes."""
    from lxml import etree

    if path.suffix != ".svg" or ".." in path.parts:
        raise _unfit(path, "不是政策包文件夹内的 .svg")
    try:
        data = read(path, MAX_BYTES)
    except OSError as error:
        raise _unfit(path, f"读不到（{reason(error)}）") from None
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _unfit(path, "含有 DOCTYPE")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        raise _unfit(path, "不是 SVG") from None
    box = root.get("viewBox") or f"0 0 {root.get('width', '')} {root.get('height', '')}"
    if root.tag != f"{SVG}svg" or not re.fullmatch(r"\s*(-?[\d.]+[\s,]+){3}[\d.]+\s*", box):
        raise _unfit(path, "没有 viewBox")
    return box.strip(), "".join(_shape(child, path) for child in root)


def _shape(node: Any, path: Path) -> str:
    if not isinstance(node.tag, str):  # comments
        return ""
    name = node.tag.removeprefix(SVG)
    if name in _IGNORED or not node.tag.startswith(SVG):
        return ""
    if name not in SHAPES:
        raise _unfit(path, f"含有 `{name}`")
    said = []
    for key, value in node.attrib.items():
        if key in (*_LOOKS, *_PLACES):
            if not _VALUE.fullmatch(value) or "url" in value.lower():
                raise _unfit(path, f"`{key}` 的值 `{value[:30]}`")
            said.append(f' {key}="{value}"')
        elif key == "style":
            raise _unfit(path, "用了 style")
    return f"<{name}{''.join(said)}>{''.join(_shape(child, path) for child in node)}</{name}>"


def _unfit(path: Path, why: str) -> Refused:
    help = "存为只含图形（路径、矩形、圆、多边形）的 SVG，文字先转曲，颜色写在 fill、stroke 里"
    return Refused(Problem("E628", f"标识 `{path.name}` 不能用：{why}", help=help))
