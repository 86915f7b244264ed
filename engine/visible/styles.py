"""The properties that take effect in a .docx, resolved as Word does: document defaults, the chain of styles, then the spot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Styles:
    """Resolves properties through document defaults and the chain of styles."""

    def __init__(self, root: Any) -> None:
        self.by_id = {s.get(f"{W}styleId"): s for s in root.iter(f"{W}style")} if root is not None else {}
        self.defaults = root.find(f"{W}docDefaults") if root is not None else None
        self.normal = next((i for i, s in self.by_id.items() if s.get(f"{W}default") == "1"), "")

    def name(self, identifier: str) -> str:
        style = self.by_id.get(identifier)
        found = style.find(f"{W}name") if style is not None else None
        return found.get(f"{W}val", "") if found is not None else ""

    def chain(self, identifier: str) -> list[Any]:
        """The style and those it is based on, the outermost first; each once."""
        found: list[Any] = []
        while identifier in self.by_id and self.by_id[identifier] not in found:
            style = self.by_id[identifier]
            found.append(style)
            based = style.find(f"{W}basedOn")
            identifier = based.get(f"{W}val", "") if based is not None else ""
        return found[::-1]

    def sources(self, identifier: str, kind: str) -> list[Any]:
        """The `kind` (pPr, rPr) elements that apply to a paragraph of a style, weakest first."""
        default = self.defaults.find(f"{W}{kind}Default/{W}{kind}") if self.defaults is not None else None
        return [e for e in (default, *(s.find(f"{W}{kind}") for s in self.chain(identifier))) if e is not None]


def merged(sources: Sequence[Any], tag: str) -> dict[str, str]:
    """The attributes of one property, later sources over earlier ones."""
    merged: dict[str, str] = {}
    for source in sources:
        found = source.find(f"{W}{tag}")
        if found is not None:
            merged |= {key.rpartition("}")[2]: value for key, value in found.attrib.items()}
    return merged


def flag(sources: Sequence[Any], tag: str, default: bool = False) -> bool:
    """An on/off property, as the last of the sources that says something has it."""
    found = [e for s in sources if (e := s.find(f"{W}{tag}")) is not None]
    return found[-1].get(f"{W}val", "1") not in ("0", "false", "off") if found else default
