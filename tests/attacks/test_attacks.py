"""Every attack of the corpus meets its guard, and hurts where the guard is off."""

from __future__ import annotations

import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from engine.base.problem import Problem, Refused
from engine.base.report import render_text
from engine.intake.files import read_yaml_file
from engine.policy.nodes import Mapping
from engine.spreadsheets.grid import Fault
from engine.spreadsheets.opening import open_grids
from tests.attacks.corpus import LEDGER_ATTACKS, TEXT_ATTACKS, Attack
from tests.attacks.harm import hurts


def named(attack: Attack) -> str:
    return attack.name


def refused(problems: list[Problem] | tuple[Problem, ...], attack: Attack) -> None:
    assert problems[0].code == attack.answer
    assert problems[0].help
    assert render_text(problems, {})


@pytest.mark.parametrize("attack", TEXT_ATTACKS, ids=named)
def test_text_is_guarded(attack: Attack, tmp_path: Path) -> None:
    node, _, problems = read_yaml_file(attack.build(tmp_path), "a.yaml")
    if isinstance(attack.answer, str):
        refused(problems, attack)
    else:
        assert problems == []
        assert isinstance(node, Mapping)
        assert {key.text: str(value) for key, value in node} == attack.answer


@pytest.mark.parametrize("attack", LEDGER_ATTACKS, ids=named)
def test_ledgers_are_guarded(attack: Attack, tmp_path: Path) -> None:
    path = attack.build(tmp_path)
    grids, problems = open_grids(path, path.name)
    found: list[list[str]] = []
    try:
        rows = list(grids[0].rows()) if grids else []
        found = [[cell.code if isinstance(cell, Fault) else str(cell) for cell in row.cells.values()] for row in rows]
    except Refused as stopped:
        problems = [*problems, *stopped.problems]
    if isinstance(attack.answer, str):
        refused(problems, attack)
    else:
        assert problems == []
        assert found == attack.answer


@pytest.mark.parametrize("attack", [*TEXT_ATTACKS, *LEDGER_ATTACKS], ids=named)
def test_it_hurts_without_the_guard(attack: Attack, tmp_path: Path) -> None:
    hurts(attack.harm, tmp_path, attack.build(tmp_path))


UNREADABLE = """
import os, sys
from pathlib import Path
from engine.intake.files import read_text
from engine.spreadsheets.opening import open_grids
import engine.spreadsheets.delimited, engine.spreadsheets.xlsx
path = Path(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
try:
    open(path)
except PermissionError:
    print("plain open: PermissionError")
print(read_text(path, "a")[1][0].code, open_grids(path, "a")[1][0].code)
"""


def test_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"PK")
    path.chmod(0)
    ran = subprocess.run([sys.executable, "-c", UNREADABLE, str(path)], capture_output=True, text=True, check=False)
    assert ran.stdout.split("\n")[:2] == ["plain open: PermissionError", "E103 E103"], ran.stderr


def test_names_are_unique_and_every_guard_is_said() -> None:
    attacks = (*TEXT_ATTACKS, *LEDGER_ATTACKS)
    assert len({attack.name for attack in attacks}) == len(attacks)
    assert all(attack.guard for attack in attacks)


HURTFUL_VALUES = [
    ("1e400", "float('1e400')", "inf"),
    ("NaN", "float('NaN') >= 12 or float('NaN') < 12", "False"),
    ("1" * 400, "len(str(Decimal('1' * 400)))", "400"),
    ("１２", "Decimal('１２')", "12"),
    (
        "2026-02-30",
        "time.localtime(time.mktime((2026, 2, 30, 12, 0, 0, 0, 0, 0)))[:3]",
        "(2026, 3, 2)",
    ),
    ("12_000", "int('12_000')", "12000"),
]


@pytest.mark.parametrize(("written", "library", "reads"), HURTFUL_VALUES, ids=[v[0][:12] for v in HURTFUL_VALUES])
def test_what_libraries_make_of_such_values(written: str, library: str, reads: str) -> None:
    """Each of these is refused by `engine.intake.values` (tests/intake/test_values.py and below)."""
    from engine.intake.understood import Understood
    from engine.intake.values import make_reader
    from tests.worlds.clubs import FACTS, package

    assert str(eval(library, {"time": time, "Decimal": Decimal})) == reads
    by_name = {fact.name: fact for fact in FACTS}
    for name in ("人数", "成立日期"):
        result = make_reader(by_name[name], package().scope.units, {}, lenient=False).read(written)
        assert not isinstance(result, Understood)
