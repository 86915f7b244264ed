"""Small faults planted in the code one at a time: which of them do the tests find?

python -m bench.mutants engine/procedure --count 20            a sample over the modules of a folder, by --seed
python -m bench.mutants engine/base/calendar.py --list         every fault there is, with its number
python -m bench.mutants engine/base/calendar.py --only 3 17    these alone

The tree is copied first and only the copy is changed. A fault that no test finds is told with its place: either a test is
missing, or nothing can be observed of it (a person decides which).
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
QUICK = (
    "tests/base",
    "tests/language",
    "tests/decision",
    "tests/procedure",
    "tests/office",
    "tests/policy",
    "tests/files",
)
SLOW = ("tests/intake", "tests/documents", "tests/views", "tests/cli", "tests/attacks")
"""Where a fault is looked for, the quick ones first."""
SECONDS = 600
NOT_COPIED = (
    ".git",
    ".venv",
    ".guiju",
    "out",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
)

SIGNS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
"""How a comparison is written, and what stands in its place."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece of a line of `file` (line from 1, columns in bytes) and what stands there instead."""

    file: str
    line: int
    end_line: int
    start: int
    end: int
    new: str
    what: str

    def planted(self, text: str) -> str:
        lines = text.encode().splitlines(keepends=True)
        head, tail = lines[self.line - 1][: self.start], lines[self.end_line - 1][self.end :]
        return b"".join([*lines[: self.line - 1], head, self.new.encode(), tail, *lines[self.end_line :]]).decode()


def faults(file: str, text: str) -> Iterator[Fault]:
    """Comparisons turned or moved to the other side of their bound, numbers one off, `and` for `or`, a missing `not`, an order not
    kept, a guard that guards nothing, a member left out of a sequence of several."""

    def at(node: ast.AST, new: str, what: str) -> Fault:
        where = ast.get_source_segment(text, node) or ""
        shown = f"{' '.join(where.split())[:60]} → {' '.join(new.split())[:60]}"
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Fault(file, node.lineno, node.end_lineno, node.col_offset, node.end_col_offset, new, f"{what}: {shown}")

    tree = ast.parse(text)
    notes = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) for part in ast.walk(node.annotation)
    }
    for node in ast.walk(tree):
        if id(node) in notes:
            continue
        if isinstance(node, ast.Compare):
            for place in range(len(node.ops)):
                shown = [f"({ast.unparse(part)})" for part in (node.left, *node.comparators)]
                signs = [SIGNS[type(one)][index == place] for index, one in enumerate(node.ops)]
                said = shown[0] + "".join(f" {s} {p}" for s, p in zip(signs, shown[1:], strict=True))
                yield at(node, f"({said})", "compares")
        elif isinstance(node, ast.BoolOp):
            word = " or " if isinstance(node.op, ast.And) else " and "
            yield at(node, f"({word.join(f'({ast.unparse(value)})' for value in node.values)})", "joins")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield at(node, f"bool({ast.unparse(node.operand)})", "negates")
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield at(node, f"({node.value + 1})", "counts")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sorted":
            yield at(node, f"list({ast.unparse(node.args[0])})", "orders")
        elif isinstance(node, ast.If) and not node.orelse and _leaves(node.body):
            yield at(node.test, "False", "guards")
        elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 2:
            yield at(node, f"({', '.join(ast.unparse(part) for part in node.elts[:-1])})", "leaves out")


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether a block does nothing but go away: return, raise, go on."""
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="+", help="modules or folders")
    parser.add_argument("--count", type=int, default=20, help="how many faults")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, nargs="+", help="these, by number")
    parser.add_argument("--list", action="store_true", help="tell every fault and plant none")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    parser.add_argument("--tests", nargs="+", default=[*QUICK, *SLOW], help="the tests, in order")
    options = parser.parse_args()
    found = [fault for file in modules(options.places) for fault in faults(file, (ROOT / file).read_text("utf-8"))]
    chosen = options.only or sorted(Random(options.seed).sample(range(len(found)), min(options.count, len(found))))
    if options.list:
        chosen = range(len(found))
    with TemporaryDirectory() as folder:
        trees = SimpleQueue[Path]()
        for number in range(0 if options.list else options.jobs):
            trees.put(copied(Path(folder) / str(number)))

        def lives(number: int) -> bool:
            tree = trees.get()
            try:
                return survives(tree, found[number], options.tests)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(options.jobs) as pool:
            results = [True] * len(chosen) if options.list else pool.map(lives, chosen)
            living = 0
            for number, alive in zip(chosen, results, strict=True):
                fault, living = found[number], living + alive
                word = "" if options.list else "LIVES " if alive else "found "
                print(f"{word}{number:5} {fault.file}:{fault.line} {fault.what}", flush=True)
    if not options.list:
        print(f"{len(chosen)} of {len(found)} faults planted, {living} of them not found")
    return 0


def modules(places: Sequence[str]) -> list[str]:
    """The files of the places, relative to the root, in order."""
    paths = [p for place in places for p in (sorted((ROOT / place).rglob("*.py")) or [ROOT / place])]
    return [path.relative_to(ROOT).as_posix() for path in paths]


def copied(to: Path) -> Path:
    shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns(*NOT_COPIED))
    (to / ".guiju").symlink_to(ROOT / ".guiju")
    return to


def survives(tree: Path, fault: Fault, tests: Sequence[str]) -> bool:
    """Whether every test passes with the fault in the tree; one that runs for ever is found."""
    file = tree / fault.file
    sound = file.read_text("utf-8")
    file.write_text(fault.planted(sound), encoding="utf-8")
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not untraced"]
    try:
        done = subprocess.run([*command, *tests], cwd=tree, capture_output=True, timeout=SECONDS, check=False)
        return done.returncode == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        file.write_text(sound, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
