"""Reading what a user names as text and YAML: every failure of the file system becomes a `Problem`."""

from __future__ import annotations

from pathlib import Path

from engine.base.problem import Problem
from engine.files import reading
from engine.files.faults import unreadable
from engine.policy.nodes import MAX_BYTES, Node, decode, read_yaml


def read_text(path: Path, name: str) -> tuple[str | None, list[Problem]]:
    """The text of a UTF-8 file of at most 1 MB, line ends as LF, without BOM."""
    try:
        data = reading.read(path, MAX_BYTES)
    except OSError as error:
        return None, [unreadable(error, name)]
    return decode(data, name)


def read_yaml_file(path: Path, name: str) -> tuple[Node | None, str, list[Problem]]:
    """Node, text (for carets) and problems of one YAML file."""
    text, problems = read_text(path, name)
    if text is None:
        return None, "", problems
    node, problems = read_yaml(text, name)
    return node, text, problems
