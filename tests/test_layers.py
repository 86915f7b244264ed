"""The shape of the code: layers import downwards only, the inner ones do no I/O, modules stay small, no regulation in Python.

Each check is a function over a source tree, run on the project and on planted violations that it must catch.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS = {
    "base": 0,
    "language": 1,
    "policy": 2,
    "decision": 3,
    "procedure": 4,
    "intake": 5,
    "documents": 5,
    "office": 6,
    "views": 7,
    "commands": 8,
    "cli": 9,
}
"""Part of the program -> rank. An import goes to a lower rank or stays in its own part."""

PURE = ("base", "language", "policy", "decision")
EDGES = {
    "engine/base/home.py": "says where what came with the program lies",
    "engine/base/calendar_data.py": "reads the calendar files",
    "engine/policy/sources.py": "reads package folders",
    "engine/policy/load.py": "joins reading to resolving",
    "engine/policy/cache.py": "keeps resolved packages between runs",
}
"""Modules of the pure layers that may touch files, and what for."""

IMPURE_MODULES = {
    *("asyncio", "ctypes", "fcntl", "fileinput", "getpass", "glob", "http", "importlib", "io", "locale", "logging"),
    *("mmap", "multiprocessing", "os", "pathlib", "pickle", "platform", "random", "requests", "secrets", "select"),
    *("shelve", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time"),
    *("urllib", "uuid", "zipfile", "zoneinfo"),
}
HARMLESS = {("pathlib", "PurePath"), ("pathlib", "PurePosixPath"), ("datetime", "time")}
CLOCKS = {"today", "now", "utcnow"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}

SLOW = {"docx", "docxtpl", "durable", "durable_rules_engine", "jinja2", "lxml", "openpyxl", "weasyprint"}
HEAVY = {"engine/documents/sandbox.py": "subclasses Jinja's environment"}
"""Modules that load a slow library with themselves; others import them inside functions, like the library."""
MAX_LINES = 450
REGULATION_WORDS = re.compile("驿站|人才|talent", re.IGNORECASE)


def whole(text: str) -> str:
    """Forbidden words are written with a ~ inside here, so that this file does not trip over itself."""
    return text.replace("~", "")


SHORTCUTS = re.compile(whole("TO~DO|FIX~ME|type: ~ignore|no~qa|pragma: ~no cover"))
SKIPS = re.compile(whole(r"mark\.~skip|pytest\.~skip|import~orskip|mark\.~xfail|skip~Test"))

Check = Callable[[Path], list[str]]


def sources(root: Path, *places: str) -> Iterator[tuple[str, Path]]:
    """(path relative to the root, path) of every Python file in the places, in order."""
    for place in places:
        found = [root / place] if place.endswith(".py") else sorted((root / place).rglob("*.py"))
        yield from ((path.relative_to(root).as_posix(), path) for path in found if path.is_file())


def program(root: Path) -> Iterator[tuple[str, Path]]:
    return sources(root, "engine", "cli.py")


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(module: str) -> str | None:
    """`engine.policy.stack` -> policy; None for what is not ours."""
    first, *rest = module.split(".")
    if first == "cli":
        return "cli"
    return (rest[0] if rest else "") if first == "engine" else None


def imports(node: ast.AST, package: str) -> Iterator[tuple[int, str, str]]:
    """(line, module, name or "") of every import statement under `node`, relative ones made absolute."""
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from ((found.lineno, alias.name, "") for alias in found.names)
        elif isinstance(found, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - found.level + 1] if found.level else []
            module = ".".join([*above, *([found.module] if found.module else [])])
            yield from ((found.lineno, module, alias.name) for alias in found.names)


def dotted(name: str) -> tuple[str, str]:
    """A file's module name and the package its relative imports start from."""
    parts = name.removesuffix(".py").split("/")
    return (".".join(parts[:-1]),) * 2 if parts[-1] == "__init__" else (".".join(parts), ".".join(parts[:-1]))


def check_layers(root: Path) -> list[str]:
    wrong = []
    for name, path in program(root):
        module, package = dotted(name)
        here = part_of(module)
        if here and here not in LAYERS:
            wrong.append(f"{name}: `{here}` is not in the table of layers")
            continue
        for line, target, what in imports(parse(path), package):
            there = part_of(target) or (what if target == "engine" else None)
            if not there or there == here or not here:
                continue
            if LAYERS.get(there, 99) >= LAYERS[here]:
                wrong.append(f"{name}:{line}: {here} imports {there}")
    return wrong


def check_purity(root: Path) -> list[str]:
    wrong = []
    for name, path in sources(root, *(f"engine/{part}" for part in PURE)):
        if name in EDGES:
            continue
        tree = parse(path)
        for line, module, what in imports(tree, dotted(name)[1]):
            if module.split(".")[0] in IMPURE_MODULES and (module, what) not in HARMLESS:
                wrong.append(f"{name}:{line}: imports {module}")
            if {f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/{what}.py"} & set(EDGES):
                wrong.append(f"{name}:{line}: imports the edge {module}")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS:
                wrong.append(f"{name}:{node.lineno}: calls {node.func.id}")
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                wrong.append(f"{name}:{node.lineno}: reads the clock ({node.func.attr})")
    return wrong


def at_import(tree: ast.AST) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported: no function bodies, nothing under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        yield from at_import(node)


def check_slow_imports(root: Path) -> list[str]:
    heavy = {dotted(name)[0] for name in HEAVY}
    return [
        f"{name}:{line}: imports {module} when it is loaded"
        for name, path in program(root)
        if name not in HEAVY
        for statement in at_import(parse(path))
        for line, module, what in imports(statement, dotted(name)[1])
        if module.split(".")[0] in SLOW or module in heavy or f"{module}.{what}" in heavy
    ]


def check_sizes(root: Path) -> list[str]:
    lengths = ((name, path.read_text(encoding="utf-8").count("\n")) for name, path in program(root))
    return [f"{name}: {length} lines" for name, length in lengths if length > MAX_LINES]


def matching_lines(files: Iterator[tuple[str, Path]], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {match.group()}"
        for name, path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := pattern.search(line))
    ]


def check_regulation_words(root: Path) -> list[str]:
    return matching_lines(program(root), REGULATION_WORDS)


def check_shortcuts(root: Path) -> list[str]:
    return matching_lines(sources(root, "engine", "cli.py", "tests", "bench"), SHORTCUTS)


def check_skips(root: Path) -> list[str]:
    return matching_lines(sources(root, "tests"), SKIPS)


CHECKS: tuple[Check, ...] = (
    check_layers,
    check_purity,
    check_slow_imports,
    check_sizes,
    check_regulation_words,
    check_shortcuts,
    check_skips,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_project_keeps_the_rules(check: Check) -> None:
    assert check(ROOT) == []


def test_the_checks_see_the_project() -> None:
    seen = {name for name, _ in program(ROOT)}
    assert {"engine/base/problem.py", "engine/language/tree.py", "engine/policy/package.py"} <= seen


PLANTED: list[tuple[Check, str, str, int]] = [
    # check, file, source, how many violations it must report
    (check_layers, "engine/base/x.py", "from engine.policy.package import Package\n", 1),
    (check_layers, "engine/base/x.py", "import engine.language.tree\n", 1),
    (check_layers, "engine/base/x.py", "from engine import cli, decision\n", 2),
    (check_layers, "engine/language/x.py", "def f():\n    from ..policy import package\n", 1),
    (check_layers, "engine/policy/deep/x.py", "from ...decision.model import Decision\n", 1),
    (check_layers, "engine/decision/x.py", "from engine import documents\n", 1),
    (check_layers, "engine/intake/x.py", "import engine.documents.plan\n", 1),
    (check_layers, "engine/documents/__init__.py", "from engine.office.doctor import examine\n", 1),
    (check_layers, "engine/office/doctor.py", "import cli\n", 1),
    (check_layers, "engine/surprise/x.py", "", 1),
    (check_layers, "engine/decision/x.py", "from engine.base.problem import Problem\nfrom . import model\n", 0),
    (check_layers, "cli.py", "from engine.office.doctor import examine\nfrom engine.base.problem import Problem\n", 0),
    (check_purity, "engine/base/x.py", "import os\n", 1),
    (check_purity, "engine/base/x.py", "from pathlib import Path\n", 1),
    (check_purity, "engine/base/x.py", "from pathlib import PurePath\nfrom datetime import date, time\n", 0),
    (check_purity, "engine/language/x.py", "def f():\n    import random, time\n", 2),
    (check_purity, "engine/policy/x.py", "from urllib.request import urlopen\n", 1),
    (check_purity, "engine/decision/x.py", "from datetime import date\nTODAY = date.today()\n", 1),
    (check_purity, "engine/decision/x.py", "from datetime import datetime\nNOW = datetime.now(None)\n", 1),
    (check_purity, "engine/policy/x.py", "text = open('x').read()\nprint(text)\n", 2),
    (check_purity, "engine/decision/x.py", "from engine.base.calendar_data import load_calendar\n", 1),
    (check_purity, "engine/decision/x.py", "from engine.policy import load, package\n", 1),
    (check_purity, "engine/base/calendar_data.py", "import os\n", 0),
    (check_purity, "engine/intake/x.py", "import os\n", 0),
    (check_slow_imports, "engine/documents/x.py", "import weasyprint\n", 1),
    (
        check_slow_imports,
        "engine/documents/x.py",
        "try:\n    from docxtpl import DocxTemplate\nfinally:\n    pass\n",
        1,
    ),
    (check_slow_imports, "cli.py", "class A:\n    import openpyxl.styles\n", 1),
    (check_slow_imports, "engine/documents/x.py", "from engine.documents import plan, sandbox\n", 1),
    (check_slow_imports, "engine/documents/x.py", "from .sandbox import Environment\n", 1),
    (check_slow_imports, "engine/documents/sandbox.py", "import jinja2\n", 0),
    (check_slow_imports, "engine/documents/x.py", "def f():\n    import weasyprint\n", 0),
    (check_slow_imports, "cli.py", "if typing.TYPE_CHECKING:\n    from docx import Document\n", 0),
    (check_sizes, "engine/base/x.py", "\n" * (MAX_LINES + 1), 1),
    (check_sizes, "engine/base/x.py", "\n" * MAX_LINES, 0),
    (check_regulation_words, "engine/base/x.py", "# 驿~站\nx = '人~才'\n", 2),
    (check_regulation_words, "cli.py", "TALE~NT_LEVEL = 1\n", 1),
    (check_shortcuts, "engine/base/x.py", "x = 1  # TO~DO\ny = f()  # type: ~ignore\n", 2),
    (check_shortcuts, "tests/test_x.py", "import x  # no~qa\n", 1),
    (check_skips, "tests/test_x.py", "@pytest.mark.~skip\ndef test(): ...\n", 1),
]


@pytest.mark.parametrize(("check", "file", "source", "count"), PLANTED)
def test_a_planted_violation_is_caught(tmp_path: Path, check: Check, file: str, source: str, count: int) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(whole(source), encoding="utf-8")
    found = check(tmp_path)
    assert len(found) == count, found
    assert all(line.startswith(file) for line in found)


def test_the_exceptions_still_exist() -> None:
    assert [name for name in (*EDGES, *HEAVY) if not (ROOT / name).is_file()] == []


def test_every_check_is_shown_to_fail() -> None:
    assert {check for check, _, _, count in PLANTED if count} == set(CHECKS)
