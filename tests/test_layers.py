"""The shape of the code: layers import downwards only, the inner ones do no I/O, modules stay small, no regulation in Python.

Each check is a function over a source tree, run on the project and on planted violations that it must catch.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS = {
    "base": 0,
    "files": 1,
    "visible": 1,
    "spreadsheets": 2,
    "language": 2,
    "policy": 3,
    "revise": 4,
    "lowered": 4,
    "decision": 5,
    "columns": 6,
    "proofs": 6,
    "procedure": 6,
    "record": 6,
    "intake": 7,
    "documents": 7,
    "conformance": 8,
    "office": 9,
    "views": 10,
    "commands": 11,
    "web": 12,
    "cli": 13,
}
"""Part of the program -> rank. An import goes to a lower rank or stays in its own part."""

CONFORMANCE_MAY_USE = {"cids", "points", "text_points", "titles", "typography"}
"""What the reading of a finished file shares with its writing: formats and the rules of official writing, no plan, no layout."""

PURE = ("base", "language", "policy", "revise", "lowered", "decision", "columns", "proofs", "record")
EDGES = {
    "engine/base/home.py": "says where what came with the program lies",
    "engine/policy/calendar_data.py": "reads the calendar files",
    "engine/policy/sources.py": "reads package folders",
    "engine/policy/workbooks.py": "reads workbooks with rows of tables",
    "engine/policy/load.py": "joins reading to resolving",
    "engine/policy/cache.py": "keeps resolved packages between runs",
    "engine/record/place.py": "says where a ledger is",
    "engine/record/postgresql.py": "keeps a ledger in a database",
    "engine/record/sqlite.py": "keeps a ledger in a file",
}
"""Modules of the pure layers that may touch files, and what for."""

IMPURE_MODULES = {
    *("asyncio", "ctypes", "fcntl", "fileinput", "getpass", "glob", "http", "importlib", "io", "locale", "logging"),
    *("mmap", "multiprocessing", "os", "pathlib", "pickle", "platform", "random", "requests", "secrets", "select"),
    *("shelve", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time"),
    *("urllib", "uuid", "zipfile", "zoneinfo"),
}
WRITES_CODE = {"engine/base/classes.py": "writes the methods of classes, as the standard library's `dataclass` does"}
HARMLESS = {("pathlib", "PurePath"), ("pathlib", "PurePosixPath"), ("datetime", "time")}
CLOCKS = {"today", "now", "utcnow"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}

SLOW = {
    *(
        "docx",
        "docxtpl",
        "duckdb",
        "durable",
        "durable_rules_engine",
        "jinja2",
        "lxml",
        "openpyxl",
        "polars",
        "psycopg",
    ),
    *("sqlglot", "weasyprint", "z3"),
}
HEAVY = {
    "engine/documents/sandbox.py": "subclasses Jinja's environment",
    "engine/proofs/asking.py": "rests on terms",
    "engine/proofs/bases.py": "rests on terms",
    "engine/proofs/days.py": "puts terms together",
    "engine/proofs/deep.py": "rests on terms",
    "engine/proofs/forms.py": "puts terms together",
    "engine/proofs/naming.py": "rests on terms",
    "engine/proofs/records.py": "puts terms together",
    "engine/proofs/terms.py": "puts terms together",
    "engine/proofs/translate.py": "rests on terms",
    "engine/proofs/versions.py": "rests on terms",
    "engine/proofs/world.py": "puts terms together",
}
"""Modules that load a slow library with themselves; others import them inside functions, like the library."""
COMMANDS = ("engine/commands/", "web/command.py", "web/entry.py", "web/manage.py", "web/server.py", "cli.py")
"""Where the command line is: below it nothing prints, exits, reads arguments or changes the process it runs in."""
OF_COMMANDS = {"click", "argparse", "readline"}
OF_THE_PROCESS = {
    *("print", "input", "exit", "quit", "sys.exit", "os._exit", "os.chdir", "os.umask", "os.putenv", "os.unsetenv"),
    *("os.environ.setdefault", "os.environ.update", "os.environ.pop", "os.environ.clear", "locale.setlocale"),
    *("decimal.setcontext", "setcontext", "signal.signal", "socket.setdefaulttimeout", "warnings.simplefilter"),
    *("warnings.filterwarnings", "sys.setrecursionlimit", "gc.disable", "gc.set_threshold", "time.tzset"),
}
IN_ITS_OWN = {"engine/office/processes.py": {"os._exit", "gc.set_threshold"}}
"""What a module does in the processes it starts, which are nobody else's."""
STATE = {
    "engine/documents/check.py": {"_ill_tagged": "what is wrong with a layout, by its bytes; immutable"},
    "engine/documents/docx.py": {"_tidied": "a text by the text it comes from"},
    "engine/documents/fontconfig.py": {"_library": "a library of the system"},
    "engine/documents/fonts.py": {"face": "fonts as installed"},
    "engine/documents/issue.py": {"_ONE_AT_A_TIME": "the lock under which letters are set"},
    "engine/documents/layouts.py": {"_active": "what is wrong with a layout, by its bytes; immutable"},
    "engine/documents/outlines.py": {"_font": "fonts as installed; read under the lock of `issue`"},
    "engine/documents/pdf.py": {
        "_LAST": "the letter laid out last, by all it is made of; under the lock of `issue`",
        "_SHEETS": "style sheets by address and text; under the lock of `issue`",
        "_installed_fonts": "fonts as installed; under the lock of `issue`",
        "_roles": "fonts as installed",
    },
    "engine/documents/sandbox.py": {"shared": "an environment that templates cannot change"},
    "engine/documents/word_fit.py": {"marked": "a text by the text it comes from"},
    "engine/files/used.py": {"_USED": "what a command has read and written, one in each context"},
    "engine/language/values.py": {"EXACT": "exact arithmetic: its traps are never set, its flags never read"},
    "engine/policy/shape.py": {
        "_section": "what checks a section, by name",
        "_adapter": "what checks a form, by class",
    },
    "engine/policy/spec/base.py": {"_keys_of": "the keys of a form, by class"},
    "engine/policy/kept.py": {
        "_classes": "the classes of a package, by name",
        "_classes_read": "the classes of what a file says, by name",
        "_parts": "what a row holds, by class",
    },
    "engine/policy/places.py": {"_line_starts": "offsets by text; tuples", "positions": "offsets by text; tuples"},
    "web/services/cases.py": {"as_sent": "cases as they were sent, by folder; their files are never changed"},
    "web/services/queue.py": {"_duties": "what is due of a party, by folder and day; its files are never changed"},
    "web/services/rules.py": {"packages": "the rules, read once for the life of the server"},
    "engine/procedure/chaining/chainer.py": {"chainer": "networks by program; run under the library's lock"},
    "engine/procedure/chaining/durable.py": {
        "_DISCARDED": "rule sets to free, noted by any thread, freed under the lock",
        "_ONE_AT_A_TIME": "the lock under which the library is called",
    },
}
"""What modules keep between calls, and why two callers cannot disturb each other by it."""
STATEFUL = {
    *("Barrier", "Condition", "ContextVar", "Counter", "Event", "Lock", "OrderedDict", "Queue", "RLock", "Semaphore"),
    *("SimpleQueue", "WeakKeyDictionary", "WeakSet", "WeakValueDictionary", "count", "cycle", "defaultdict", "deque"),
    *("local", "cache", "lru_cache"),
}
MUTATORS = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft", "remove"),
    *("reverse", "rotate", "setdefault", "sort", "subtract", "update", "__setitem__", "move_to_end"),
}
FILES = "engine/files/"
"""The only room that opens, writes, moves or removes files."""
FILE_CALLS = {
    *(
        "open",
        "fdopen",
        "read_text",
        "write_text",
        "read_bytes",
        "write_bytes",
        "unlink",
        "rename",
        "renames",
    ),
    *("removedirs", "rmdir", "mkdir", "makedirs", "touch", "symlink", "symlink_to", "hardlink_to", "truncate"),
    *("chmod", "chown", "mkfifo", "mknod", "ZipFile", "TarFile", "FileIO", "NamedTemporaryFile", "TemporaryFile"),
    *("TemporaryDirectory", "mkstemp", "mkdtemp", "copyfile", "copytree", "rmtree", "save", "load_workbook", "connect"),
    *("from_file_path", "TTFont"),
}
OF_OS = {"replace", "remove", "link", "splice", "sendfile"}
OF_FILES = {
    "pickle",
    "marshal",
    "fcntl",
    "mmap",
    "tempfile",
    "shutil",
    "sqlite3",
    "tarfile",
    "gzip",
    "bz2",
    "lzma",
    "shelve",
    "dbm",
    "io.FileIO",
}
ELSEWHERE = {
    "engine/documents/suite.py": {"shutil": "looks for a program, touches no file"},
    "engine/office/doctor.py": {
        "shutil": "looks for a compiler, opens nothing",
        "tempfile": "asks where temporary files go, makes none",
    },
    "engine/record/sqlite.py": {
        "sqlite3": "a database writes its file itself",
        "connect": "after a guarded look",
        "chmod": "of the ledger just made",
    },
    "engine/record/postgresql.py": {"connect": "a database server"},
    "engine/columns/sql_engine.py": {"connect": "a database in memory"},
    "engine/office/delivery.py": {"ZipFile": "into the stream of a guarded write"},
    "engine/spreadsheets/container.py": {"ZipFile": "over the stream of a guarded open", "open": "a part of it"},
    "engine/spreadsheets/xlsx.py": {"ZipFile": "over the stream of a guarded open", "open": "a part of it"},
    "engine/intake/forms.py": {"ZipFile": "in memory", "save": "into memory"},
    "engine/intake/workbook.py": {"save": "into memory"},
    "engine/visible/archive.py": {"ZipFile": "in memory"},
    "engine/documents/docx.py": {"save": "into memory"},
    "engine/documents/fonts.py": {"from_file_path": "a font of the system, found by fontconfig"},
    "engine/documents/outlines.py": {"TTFont": "a font of the system, found by fontconfig"},
}
"""What looks like touching a file outside that room, and why it is none."""
MAX_LINES = 450
REGULATION_WORDS = re.compile("驿站|人才|talent", re.IGNORECASE)


def whole(text: str) -> str:
    """Forbidden words are written with a ~ inside here, so that this file does not trip over itself."""
    return text.replace("~", "")


SHORTCUTS = re.compile(whole("TO~DO|FIX~ME|type: ~ignore|no~qa|pragma: ~no cover"))
SKIPPED = {
    "tests/record/conftest.py": "whatever needs a PostgreSQL server, where there is none",
    "tests/cli/test_rulebook.py": "what LibreOffice makes of a workbook, where it has no spreadsheets",
    "tests/web/test_browser.py": "what a browser shows, where there is no Chromium",
    "tests/documents/test_suite.py": "what LibreOffice makes of a letter, where there is none",
}
"""What may leave tests out, and which."""
SKIPS = re.compile(whole(r"mark\.~skip|pytest\.~skip|import~orskip|mark\.~xfail|skip~Test"))

Check = Callable[[Path], list[str]]


def sources(root: Path, *places: str) -> Iterator[tuple[str, Path]]:
    """(path relative to the root, path) of every Python file in the places, in order."""
    for place in places:
        found = [root / place] if place.endswith(".py") else sorted((root / place).rglob("*.py"))
        yield from ((path.relative_to(root).as_posix(), path) for path in found if path.is_file())


def program(root: Path) -> Iterator[tuple[str, Path]]:
    return sources(root, "engine", "web", "cli.py")


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(module: str) -> str | None:
    """`engine.policy.stack` -> policy; None for what is not ours."""
    first, *rest = module.split(".")
    if first in ("cli", "web"):
        return first
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


def check_conformance(root: Path) -> list[str]:
    """A finished file is read as a stranger would: by what stands in it, not by what it was made from."""
    wrong = []
    for name, path in sources(root, "engine/conformance"):
        for line, module, what in imports(parse(path), dotted(name)[1]):
            parts = f"{module}.{what}".split(".")
            if parts[:2] == ["engine", "documents"] and parts[2] not in CONFORMANCE_MAY_USE:
                wrong.append(f"{name}:{line}: imports {module}")
    return wrong


def check_circles(root: Path) -> list[str]:
    """No module imports itself by way of others, inside functions neither; types alone may look at each other."""
    files = {dotted(name)[0]: (name, path) for name, path in program(root)}
    reached: dict[str, list[str]] = {}
    for module, (name, path) in files.items():
        named = [
            (f"{target}.{what}", target)
            for statement in at_run(parse(path))
            for _, target, what in imports(statement, dotted(name)[1])
        ]
        reached[module] = [next((t for t in pair if t in files), "") for pair in named]
    return [f"{files[module][0]}: imports itself by {' → '.join(way)}" for module, way in _circles(reached)]


def _circles(reached: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
    """(first module, the way back to it) of each circle that a walk in order of names meets."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> Iterator[tuple[str, list[str]]]:
        if module in way:
            yield module, [*way[way.index(module) :], module]
        elif module not in done:
            for target in filter(None, reached.get(module, ())):
                yield from walk(target, [*way, module])
            done.add(module)

    for module in sorted(reached):
        yield from walk(module, [])


def check_purity(root: Path) -> list[str]:
    wrong = []
    for name, path in sources(root, *(f"engine/{part}" for part in PURE)):
        if name in EDGES:
            continue
        tree = parse(path)
        for line, module, what in imports(tree, dotted(name)[1]):
            if module.split(".")[0] in IMPURE_MODULES and (module, what) not in HARMLESS:
                wrong.append(f"{name}:{line}: imports {module}")
            edge = {f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/{what}.py"} & set(EDGES)
            if edge or part_of(module) in ("files", "spreadsheets") or (module == "engine" and what == "files"):
                wrong.append(f"{name}:{line}: imports the edge {module}")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            barred = IMPURE_CALLS - ({"exec"} if name in WRITES_CODE else set())
            if isinstance(node.func, ast.Name) and node.func.id in barred:
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


def at_run(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every import statement but those under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        yield from at_run(node)


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


def check_classes(root: Path) -> list[str]:
    """The standard library's `dataclass` compiles every method at import; ours makes equal classes for a fifth of that."""
    return [
        f"{name}:{line}: take `dataclass` from engine.base.classes"
        for name, path in program(root)
        for statement in at_import(parse(path))
        for line, module, what in imports(statement, dotted(name)[1])
        if (module, what) == ("dataclasses", "dataclass")
    ]


def check_library(root: Path) -> list[str]:
    """Below the commands the program is a library: another program's process, output and arguments are its own."""
    wrong = []
    for name, path in program(root):
        if name.startswith(COMMANDS):
            continue
        tree, barred = parse(path), OF_THE_PROCESS - IN_ITS_OWN.get(name, set())
        for line, module, _ in imports(tree, dotted(name)[1]):
            if module.split(".")[0] in OF_COMMANDS:
                wrong.append(f"{name}:{line}: imports {module}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in barred:
                wrong.append(f"{name}:{node.lineno}: calls {ast.unparse(node.func)}")
            written = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and node.value
            if written and ast.unparse(written) in ("os.environ", "environ"):
                wrong.append(f"{name}:{node.lineno}: changes the environment")
            if isinstance(node, ast.Raise) and "SystemExit" in ast.unparse(node):
                wrong.append(f"{name}:{node.lineno}: exits")
    return wrong


def bound(tree: ast.Module) -> set[str]:
    """The names a module binds for itself: assigned, defined or imported by name, in whatever block, not in functions."""
    found: set[str] = set()
    for node in shallow(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found |= {
                alias.asname or alias.name for alias in node.names if alias.name[:1] in "_ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            }
    return found


def shallow(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes below `tree` that are not inside a function or class."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from shallow(node)


def base_of(node: ast.AST) -> str:
    """The name that `名.甲[乙]` starts with, "" where it starts with something else."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def own_names(function: ast.AST) -> set[str]:
    """Every name a function binds, its arguments and those of functions inside it too."""
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    assigned = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    found = (n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom))
    return arguments | assigned | {(a.asname or a.name).split(".")[0] for node in found for a in node.names}


def changed(function: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of everything a function changes that it may not have made itself."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield node.lineno, base_of(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            yield node.lineno, base_of(node.func)


def check_state(root: Path) -> list[str]:
    """No module keeps anything that its functions change, but for what `STATE` names."""
    wrong = []
    for name, path in program(root):
        tree, allowed, found = parse(path), STATE.get(name, {}), dict[str, int]()
        names = bound(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                found |= dict.fromkeys(node.names, node.lineno)
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            own = own_names(node)
            found |= {it: line for line, it in changed(node) if it in names and it not in own}
        for node in shallow(tree):
            made = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if isinstance(made, ast.Call) and ast.unparse(made.func).split("[")[0].split(".")[-1] in STATEFUL:
                found |= dict.fromkeys(bound(ast.Module([node], [])), node.lineno)
        for node in (*tree.body, *(m for c in tree.body if isinstance(c, ast.ClassDef) for m in c.body)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                marks = {
                    re.split(r"[.(]", ast.unparse(mark).removeprefix("functools."))[0] for mark in node.decorator_list
                }
                found |= {node.name: node.lineno} if marks & STATEFUL else {}
        wrong += [f"{name}:{line}: keeps {it} between calls" for it, line in found.items() if it not in allowed]
    return wrong


def touched(tree: ast.Module, package: str) -> Iterator[tuple[int, str]]:
    """(line, call or module) of whatever may touch a file: a call by its last name, a moved path, a module imported."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(attr=name, value=ast.Name("os")) if name in {*FILE_CALLS, *OF_OS}:
                yield node.lineno, name
            case ast.Attribute(attr=name) if name in FILE_CALLS:
                yield node.lineno, name
            case ast.Attribute(attr="replace") if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
                # A text is replaced by two arguments, a path by one.
                yield node.lineno, "replace"
            case ast.Name(name) if name in FILE_CALLS and (name == "open" or not name[0].islower()):
                yield node.lineno, name
    for line, module, what in imports(tree, package):
        if module in OF_FILES or f"{module}.{what}" in OF_FILES:
            yield line, module
        elif module == "os" and what in {*FILE_CALLS, *OF_OS}:
            yield line, what


def check_files(root: Path) -> list[str]:
    return [
        f"{name}:{line}: touches files ({what})"
        for name, path in sources(root, "engine", "cli.py")
        if not name.startswith(FILES)
        for line, what in touched(parse(path), dotted(name)[1])
        if what not in ELSEWHERE.get(name, {})
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
    return matching_lines(sources(root, "engine", "web", "cli.py", "tests", "bench"), SHORTCUTS)


def check_skips(root: Path) -> list[str]:
    return matching_lines(((name, path) for name, path in sources(root, "tests") if name not in SKIPPED), SKIPS)


CHECKS: tuple[Check, ...] = (
    check_layers,
    check_conformance,
    check_circles,
    check_purity,
    check_slow_imports,
    check_classes,
    check_library,
    check_state,
    check_files,
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
    (check_conformance, "engine/conformance/x.py", "from engine.documents import plan, typography\n", 1),
    (check_conformance, "engine/conformance/x.py", "from engine.documents.titles import ALL\n", 0),
    (check_circles, "engine/base/x.py", "def f():\n    from engine.base import x\n", 1),
    (check_circles, "engine/base/x.py", "if TYPE_CHECKING:\n    from engine.base.x import A\n", 0),
    (check_purity, "engine/base/x.py", "import os\n", 1),
    (check_purity, "engine/base/x.py", "from pathlib import Path\n", 1),
    (check_purity, "engine/base/x.py", "from pathlib import PurePath\nfrom datetime import date, time\n", 0),
    (check_purity, "engine/language/x.py", "def f():\n    import random, time\n", 2),
    (check_purity, "engine/policy/x.py", "from urllib.request import urlopen\n", 1),
    (check_purity, "engine/decision/x.py", "from datetime import date\nTODAY = date.today()\n", 1),
    (check_purity, "engine/decision/x.py", "from datetime import datetime\nNOW = datetime.now(None)\n", 1),
    (check_purity, "engine/decision/x.py", "from engine.files.reading import read\nfrom engine import files\n", 2),
    (check_purity, "engine/policy/x.py", "text = open('x').read()\nprint(text)\n", 2),
    (check_purity, "engine/decision/x.py", "from engine.policy.calendar_data import load_calendar\n", 1),
    (check_purity, "engine/decision/x.py", "from engine.policy import load, package\n", 1),
    (check_purity, "engine/policy/calendar_data.py", "import os\n", 0),
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
    (check_classes, "engine/office/x.py", "from dataclasses import dataclass, replace\n", 1),
    (
        check_classes,
        "engine/office/x.py",
        "from dataclasses import field\nfrom engine.base.classes import dataclass\n",
        0,
    ),
    (check_purity, "engine/base/x.py", "exec('x = 1')\n", 1),
    (check_purity, "engine/base/classes.py", "exec('x = 1')\neval('x')\n", 1),
    (check_library, "engine/office/x.py", "def f():\n    import click\n", 1),
    (check_library, "engine/views/x.py", "from click import echo\nprint('x')\n", 2),
    (check_library, "engine/office/x.py", "import os, sys\nos.chdir('/')\nos.environ['A'] = 'b'\nsys.exit(1)\n", 3),
    (check_library, "engine/intake/x.py", "raise SystemExit(2)\n", 1),
    (check_library, "engine/commands/x.py", "import click\nclick.echo('x')\nraise SystemExit(2)\n", 0),
    (check_state, "engine/office/x.py", "_KEPT = []\ndef f(x):\n    _KEPT.append(x)\n", 1),
    (check_state, "engine/office/x.py", "_KEPT: list[int] = []\ndef f(x):\n    _KEPT[:] = [x]\n", 1),
    (check_state, "engine/office/x.py", "_N = 0\ndef f():\n    global _N\n    _N += 1\n", 1),
    (check_state, "engine/office/x.py", "class C:\n    seen = {}\n    def f(self):\n        C.seen[1] = 2\n", 1),
    (check_state, "engine/office/x.py", "from engine.office.y import KEPT\ndef f():\n    KEPT.update(a=1)\n", 1),
    (check_state, "engine/office/x.py", "from functools import cache\n@cache\ndef f():\n    return []\n", 1),
    (
        check_state,
        "engine/office/x.py",
        "import functools\nclass C:\n    @functools.lru_cache(9)\n    def f(self): ...\n",
        1,
    ),
    (check_state, "engine/office/x.py", "from contextvars import ContextVar\nDAY = ContextVar('day')\n", 1),
    (check_state, "engine/office/x.py", "import threading\nif True:\n    KEPT = threading.local()\n", 1),
    (check_state, "engine/office/x.py", "NAMES = ['a']\ndef f():\n    NAMES = list('b')\n    NAMES.append('c')\n", 0),
    (check_state, "engine/office/x.py", "from functools import cache\ndef f():\n    @cache\n    def g(): ...\n", 0),
    (check_state, "engine/documents/pdf.py", "_SHEETS = {}\ndef f():\n    _SHEETS.clear()\n", 0),
    (check_files, "engine/office/x.py", "def f(path):\n    with open(path) as file:\n        return file.read()\n", 1),
    (check_files, "engine/office/x.py", "def f(path):\n    return path.read_text(), path.read_bytes()\n", 2),
    (check_files, "cli.py", "def f(path):\n    path.write_text('x')\n    path.parent.mkdir()\n    path.unlink()\n", 3),
    (check_files, "engine/views/x.py", "def f(path, other):\n    path.replace(other)\n    path.rename(other)\n", 2),
    (check_files, "engine/views/x.py", "import os\nos.replace('a', 'b')\nos.open('a', 0)\n", 2),
    (check_files, "engine/views/x.py", "from os import open, replace\n", 2),
    (check_files, "engine/views/x.py", "from zipfile import ZipFile\nZipFile('a')\n", 1),
    (check_files, "engine/views/x.py", "import io\nimport tempfile\nio.open('a')\n", 2),
    (check_files, "engine/visible/archive.py", "import zipfile\nzipfile.ZipFile('a')\nopen('a')\n", 1),
    (check_files, "engine/views/x.py", "'a'.replace('a', 'b')\nx.replace(*pair)\nreplace(x, a=1)\nread_text(x)\n", 0),
    (check_files, "engine/files/x.py", "open('a')\n", 0),
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


def test_a_circle_of_several_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "engine/base").mkdir(parents=True)
    for name, source in (("a", "from engine.base.b import f\n"), ("b", "def f():\n    import engine.base.a\n")):
        (tmp_path / f"engine/base/{name}.py").write_text(source, encoding="utf-8")
    assert check_circles(tmp_path) == [
        "engine/base/a.py: imports itself by engine.base.a → engine.base.b → engine.base.a"
    ]


def test_the_exceptions_still_exist() -> None:
    assert [name for name in (*EDGES, *HEAVY, *WRITES_CODE) if not (ROOT / name).is_file()] == []
    for name, why in ELSEWHERE.items():
        assert set(why) == {what for _, what in touched(parse(ROOT / name), dotted(name)[1])}


def test_what_is_kept_still_is() -> None:
    kept = {file: set(names) for file, names in STATE.items()}
    seen = {name: bound(parse(path)) for name, path in program(ROOT) if name in kept}
    assert {file: names - seen.get(file, set()) for file, names in kept.items() if names - seen.get(file, set())} == {}


def test_every_check_is_shown_to_fail() -> None:
    assert {check for check, _, _, count in PLANTED if count} == set(CHECKS)
