"""Nothing of the program is there for tests alone: what is defined is used by the program, or is named below with why."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ENTRIES: Mapping[str, str] = {
    "engine.base.codes": "the catalogue: its parts are found by their files",
    "engine.office.api": "what other programs call",
    "engine.policy.load.load_package": "a package on its own, without an office: benchmarks and tests",
    "engine.record.sqlite.create": "a ledger on its own, without an office: benchmarks and tests",
    "engine.language.reference.reference": "the reference in docs/language.md",
    "engine.policy.schema.models": "the tables of docs/package-format.md are held against these",
    "engine.decision.serial.schema": "what the JSON of decisions is like",
    "engine.documents.serial.schema": "what the JSON of letters is like",
    "engine.documents.serial.from_plain": "JSON of letters read back",
    "engine.procedure.serial.schema": "what the JSON of timelines is like",
    "engine.office.exported.schema": "what the index of an export is like",
    **dict.fromkeys(
        (
            "web.apps",
            "web.api.apps",
            "web.api.migrations",
            "web.migrations",
            "web.server",
            "web.settings",
            "web.urls",
            "web.wsgi",
        ),
        "what Django loads by its place",
    ),
    **dict.fromkeys(
        ("web.faults", "web.logs", "web.pages.login.address", "web.pages.login.locked_out", "web.pages.shell.shell"),
        "named in the settings and in web/urls.py",
    ),
}
"""Modules, with all below them, and names that are used from outside the program."""


@dataclass
class Module:
    """`defined`: a name at the top level -> the names used in its definition; `used`: names used where the module is
    loaded; `taken`: `module.name` of what it takes from others."""

    defined: dict[str, set[str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)


def read(text: str, modules: Collection[str]) -> Module:
    found, tree = Module(), ast.parse(text)
    other: dict[str, str] = {}
    for statement in tree.body:
        inside: set[str] = set()
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                inside.add(node.id)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    found.taken.add(whole)
                    if whole in modules:
                        other[alias.asname or alias.name] = whole
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in other:
                found.taken.add(f"{other[node.value.id]}.{node.attr}")
        if names := bound(statement):
            found.defined |= dict.fromkeys(names, inside)
        else:
            found.used |= inside
    return found


def bound(statement: ast.stmt) -> list[str]:
    """The names a statement defines and nothing else: a decorated function is registered somewhere, so it is used."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        registered = isinstance(statement, ast.FunctionDef) and statement.decorator_list
        return [] if registered else [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return [] if any(name.startswith("__") for name in names) else names


def unused(texts: Mapping[str, str], entries: Collection[str] = tuple(ENTRIES)) -> list[str]:
    """`module.name` of what neither another module takes nor its own module uses where that is used itself."""
    modules = {name: read(text, texts) for name, text in texts.items()}
    taken = {whole for module in modules.values() for whole in module.taken}
    left = []
    for name, module in modules.items():
        if any(name == entry or name.startswith(entry + ".") for entry in entries):
            continue
        waiting = [one for one in module.defined if one in module.used or f"{name}.{one}" in {*entries} | taken]
        reached = set(waiting)
        while waiting:
            new = module.defined[waiting.pop()] & set(module.defined) - reached
            reached |= new
            waiting += new
        left += [f"{name}.{one}" for one in module.defined if one not in reached]
    return left


def project() -> dict[str, str]:
    paths = [*(path for room in ("engine", "web") for path in sorted((ROOT / room).rglob("*.py"))), ROOT / "cli.py"]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    return {name.removesuffix(".__init__"): path.read_text("utf-8") for name, path in named.items()}


def test_what_is_defined_is_used() -> None:
    assert unused(project()) == []


def test_what_is_named_is_there() -> None:
    texts = project()
    for entry in ENTRIES:
        module, _, name = entry.rpartition(".")
        assert entry in texts or name in read(texts[module], ()).defined


def test_planted_leftovers_are_found() -> None:
    texts = {
        "engine.a": "from engine import b\n\ndef f():\n    return b.used\n\ndef _left(): ...\n",
        "engine.b": "def used():\n    return deep\n\ndeep = 1\n\ndef left():\n    return deeper\n\ndeeper = 2\n",
    }
    assert unused(texts, ["engine.a.f"]) == ["engine.a._left", "engine.b.left", "engine.b.deeper"]
