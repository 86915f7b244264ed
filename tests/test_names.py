"""One name for one thing: a class, or a type's name, is defined once in the program; what may be shared is listed with why."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

SHARED: Mapping[str, str] = {
    "Node": "a part of a tree: of a YAML file, of an expression",
    "Json": "what json.loads gives",
    "Row": "a tuple of values: of a record table, of the ledger's tables",
    "Entry": "what was entered: in a history, in the ledger",
    "Fault": "what is wrong with a cell, with a ledger",
    "Part": "of a letter, of an act on record",
    "Block": "of a document's wording, of a letter as it is seen",
    "Difference": "of two bases, of two letters as they are seen",
}
"""Names with two definitions that mean the same, or that nobody could confuse."""

GONE = {"life", "lives", "Life", "station", "stations"}
"""Names for what is entered (a history) and what follows from it (a timeline)."""


def defined(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Name -> the modules that define a class or a capitalised alias of it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, text in sources.items():
        if path.startswith("engine/policy/spec/"):  # how a file writes what the package then holds
            continue
        for node in ast.parse(text).body:
            names = [node.name] if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.Assign):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            for name in names:
                if name[0].isupper() and not name.isupper():
                    found[name].append(path)
    return found


def twice(sources: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: where for name, where in defined(sources).items() if len(where) > 1 and name not in SHARED}


def identifiers(text: str) -> set[str]:
    tree = ast.parse(text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    kinds = (ast.FunctionDef, ast.ClassDef)
    return names | {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def project() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sorted((ROOT / "engine").rglob("*.py"))}


def test_a_name_is_defined_once() -> None:
    assert twice(project()) == {}


def test_what_is_shared_is_there_twice() -> None:
    assert {name for name, where in defined(project()).items() if len(where) > 1} == set(SHARED)


def test_a_history_has_no_other_name() -> None:
    assert {path: found for path, text in project().items() if (found := identifiers(text) & GONE)} == {}


def test_planted_names_are_found() -> None:
    assert twice({"a.py": "class Rule: ...", "b.py": "Rule = int"}) == {"Rule": ["a.py", "b.py"]}
    assert identifiers("def f(life): return life") & GONE == {"life"}
