"""One row says all there is to say of an operator: added rows work everywhere, rows that say too little are refused."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.language.functions import FUNCTIONS, ROWS
from engine.language.row import TRAITS, MissingTrait, NoForm, table

ROOT = Path(__file__).resolve().parents[2]
PLANTED = "import tests.lowered.planted_rows, tests.lowered.planted_use"


def test_a_pure_function_and_a_bounded_aggregate_work_by_their_rows_alone() -> None:
    """In a process of its own, in which the two rows stand in the table before anything else reads it."""
    done = subprocess.run([sys.executable, "-c", PLANTED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["check", "decide", "bounds", "explain", "missing", "remedies", "print", "docs"]


@pytest.mark.parametrize("trait", TRAITS)
def test_a_row_without_a_trait_fails_with_its_name(trait: str) -> None:
    with pytest.raises(MissingTrait) as caught:
        table([replace(FUNCTIONS["向上取整"], **{trait: None})])
    assert str(caught.value) == f"向上取整: {trait}"


def test_a_row_without_a_meaning_fails_with_its_name() -> None:
    with pytest.raises(MissingTrait, match="向上取整: meaning"):
        table([replace(FUNCTIONS["向上取整"], meaning=None)])


def test_a_name_is_one_row_s() -> None:
    with pytest.raises(MissingTrait):
        table([FUNCTIONS["且"], FUNCTIONS["且"]])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_refusal_gives_its_reason(name: str) -> None:
    row = FUNCTIONS[name]
    refusals = [trait for trait in (row.bounds, row.solver, row.column) if isinstance(trait, NoForm)]
    assert all(refusal.reason for refusal in refusals)
    assert row.monotone


def test_opposite_and_flipped_comparisons_lead_back() -> None:
    compared = [row for row in ROWS if row.opposite]
    assert len(compared) == 8
    for row in compared:
        assert FUNCTIONS[row.opposite].opposite == row.name
        assert not row.flipped or FUNCTIONS[row.flipped].flipped == row.name


# Nowhere else a row's name as text


def named_rows(tree: ast.Module) -> Iterator[int]:
    """Lines on which a function of the table is known by its name as text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Call" and node.args:
            yield from _texts(node.args[0])
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "FUNCTIONS":
            yield from _texts(node.slice)
        elif isinstance(node, ast.keyword) and node.arg == "function":
            yield from _texts(node.value)
        elif isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(isinstance(side, ast.Attribute) and side.attr == "function" for side in sides):
                yield from (line for side in sides for line in _texts(side))


def _texts(node: ast.AST) -> Iterator[int]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in FUNCTIONS:
            yield part.lineno


def test_functions_are_known_by_name_in_their_rows_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "engine").rglob("*.py"))
        for line in named_rows(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "Call('且', (a, b))",
        "x = node.function == '计数'",
        "x = node.function in ('且', '或')",
        "row = FUNCTIONS['=']",
        "x = Call(function='÷', args=())",
    ],
)
def test_a_name_as_text_is_caught(source: str) -> None:
    assert list(named_rows(ast.parse(source)))
