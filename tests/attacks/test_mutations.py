"""Three thousand ledgers with one thing done to them: each is read right, told of or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.guards import GUARDS
from tests.attacks.mutations import MUTATIONS, judge

NUMBER, PARTS = 3_000, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutation_is_read_wrong_without_a_word(part: int, tmp_path: Path) -> None:
    found = [(seed, *judge(seed, tmp_path)) for seed in range(part, NUMBER, PARTS)]
    assert [one for one in found if one[2]] == []


def test_every_mutation_is_drawn() -> None:
    import random

    drawn = {random.Random(seed).choice(list(MUTATIONS)) for seed in range(NUMBER)}
    assert drawn == set(MUTATIONS)


NOTICED = {
    "numbers are understood whole": "about",
    "thousands are groups of three": "groups of two",
    "days are understood whole": "no such day",
    "spaces only around separators": "space in the day",
    "days counted from 1904 are not guessed": "from 1904 without format",
    "units of heads": "head in 千元",
    "units of sheets": "sheet in 万元",
    "units at the foot": "foot in 万元",
    "numbers as they are shown": "amount shown smaller",
    "totals by label": "total with a day",
    "totals by value": "total without a name",
    "texts from number cells": "long number for a name",
    "records that are there already": "record twice",
    "sheets that fit": "two sheets",
    "copies and summaries": "a summary",
    "rows and cells in order": "row twice in the file",
    "cells that have moved": "CSV, one cell more",
    "what is hidden": "hidden row",
    "one head above the records": "head under a record",
    "columns have a head": "head blank",
    "look-alikes": "radical",
}


@pytest.mark.parametrize("guard", NOTICED)
def test_the_oracle_notices_a_guard_that_is_off(guard: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: without the guard the mutation it is for is read wrong, and the oracle says so."""
    assert judge(7, tmp_path, NOTICED[guard])[1] == ""
    GUARDS[guard](monkeypatch)
    assert any(judge(seed, tmp_path, NOTICED[guard])[1] for seed in range(7, 12))
