"""Every ledger of the corpus is read right, told of or refused; with its guard off it is read wrong without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.intake.ledger import LedgerSource, read_ledger
from engine.language.tree import Table
from tests.attacks.guards import GUARDS
from tests.attacks.ledgers import LEDGERS, LedgerAttack
from tests.worlds.clubs import package

SCOPE = package().scope


def named(attack: LedgerAttack) -> str:
    return attack.name


def read(attack: LedgerAttack, folder: Path) -> tuple[list[Any] | None, list[str]]:
    """The values of the attack's column, None where the ledger is refused, and the codes of what is said."""
    path = attack.build(folder)
    fact, problems = read_ledger([LedgerSource(path, path.name)], attack.table, SCOPE)
    assert all(p.help for p in problems if p.is_error)
    codes = [p.code for p in problems]
    if fact is None:
        return None, codes
    assert isinstance(fact.value, Table)
    column = fact.value.columns.index(attack.column)
    return [row[column] for row in fact.value.rows], codes


def says(codes: list[str], answer: str) -> bool:
    return any(code.startswith(answer) for code in codes) if answer else not codes


@pytest.mark.parametrize("attack", LEDGERS, ids=named)
def test_ledgers_are_read_right_or_told(attack: LedgerAttack, tmp_path: Path) -> None:
    values, codes = read(attack, tmp_path)
    assert says(codes, attack.answer)
    assert values == attack.reads


@pytest.mark.parametrize("attack", LEDGERS, ids=named)
def test_they_are_read_wrong_without_the_guard(
    attack: LedgerAttack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    GUARDS[attack.guard](monkeypatch)
    values, codes = read(attack, tmp_path)
    assert not (says(codes, attack.answer) and values == attack.reads)
    assert values is not None, "refused all the same: the guard is not what meets it"


def test_names_are_unique_and_every_guard_is_needed() -> None:
    assert len({attack.name for attack in LEDGERS}) == len(LEDGERS)
    assert {attack.guard for attack in LEDGERS} == set(GUARDS)
