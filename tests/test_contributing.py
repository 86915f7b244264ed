"""docs/contributing.md names places that are there: a recipe that leads nowhere is worse than none. The tree of
docs/architecture.md is the tree on disk."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")


def missing(text: str) -> list[str]:
    """Paths in backquotes, in links and in the commands, that do not exist."""
    named = {
        *re.findall(r"`((?:engine|tests|docs|templates|policies|setup|bench|requirements)/[^`\s]*)`", text),
        *(f"docs/{link}" for link in re.findall(r"\]\(([a-z-]+\.md)\)", text)),
        *re.findall(r"\b(?:tests|policies)/[\w./-]+(?= |\n)", text),
    }
    return sorted(name for name in named if not list(ROOT.glob(name.replace("NAME", "*"))))


def test_every_place_exists() -> None:
    assert missing(TEXT) == []


def test_a_place_that_is_gone_is_named() -> None:
    assert missing(TEXT + "\n`engine/gone/x.py`") == ["engine/gone/x.py"]


def rooms(text: str) -> list[str]:
    """The rooms of the program that the table of docs/architecture.md has, in its order."""
    return re.findall(r"^\| `engine/(\w+)/` \|", text, re.MULTILINE)


def test_the_rooms_are_those_on_disk() -> None:
    told = rooms((ROOT / "docs/architecture.md").read_text(encoding="utf-8"))
    there = [folder.parent.name for folder in ROOT.glob("engine/*/__init__.py")]
    assert sorted(told) == sorted(there)
    assert rooms("| `engine/gone/` | x | y |") == ["gone"]


def joined(folder: Path) -> set[tuple[str, str]]:
    """Rooms below `folder` that import one another: the one that imports and the one that is imported."""
    found = set[tuple[str, str]]()
    for file in folder.glob("*/**/*.py"):
        room = file.relative_to(folder).parts[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                other = [*node.module.split("."), node.names[0].name][1]
                found |= {(room, other)} if node.module.startswith("engine") and other != room else set()
    return {(one, other) for one, other in found if (folder / other).is_dir()}


def test_as_many_rooms_are_joined_as_is_said() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    (said,) = re.findall(r"(\d+) pairs of them", text)
    assert int(said) == len(joined(ROOT / "engine"))
