"""What a drawing (SVG) shows: its title and description as text, everything else as one digest."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from engine.base.problem import Problem, Refused
from engine.visible.model import SHORT, Block, Visible

SVG = "{http://www.w3.org/2000/svg}"
_TEXTS = {"title": "题名", "desc": "说明", "text": "图上文字"}


def parsed(data: bytes, file: str) -> Any:
    """The drawing as XML. Refused (exit code 2): E650."""
    from lxml import etree

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused(Problem("E650", f"`{file}` 含有不允许的 DOCTYPE", help="换回原文件"), 2)
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        raise Refused(Problem("E650", f"`{file}` 不是完好的 SVG", help="换回原文件"), 2) from None


def read_svg(data: bytes, file: str) -> Visible:
    """What the drawing in `data` shows, its metadata left out. Refused (exit code 2): E650."""
    from lxml import etree

    root = parsed(data, file)
    for hidden in root.findall(f"{SVG}metadata"):
        hidden.tail = None
        root.remove(hidden)
    blocks = [
        Block("图样", label, "".join(found.itertext()))
        for name, label in _TEXTS.items()
        for found in root.iter(f"{SVG}{name}")
    ]
    for found in [e for name in ("title", "desc") for e in root.iter(f"{SVG}{name}")]:
        found.text = None  # told as text
    drawing = sha256(etree.tostring(root, method="c14n")).hexdigest()[:SHORT]
    return Visible("svg", tuple(blocks), (), (("图样", drawing),))
