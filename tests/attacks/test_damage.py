"""Files damaged at random, after something was done to them: whatever comes of it is a result or a problem, no exception."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from engine.intake.ledger import LedgerSource, read_ledger
from tests.attacks.mutations import MUTATIONS, SCOPE, draft, habits, write
from tests.worlds.clubs import ACTIVITIES

PIECES = (
    *("<c>", "</c>", "<row>", "<v>", "NaN", "-1", "1e999", "&#x2F08;", "&amp;", 'r="A1"', 't="s"', 's="99"', 's="-1"'),
    *('s="x"', 'r="1048577"', 'hidden="1"', "0x10", "９", "<f>", "<t>", "<is>", 'min="x"', 'max="1"', 'numFmtId="x"'),
    *('fontId="-3"', 'formatCode="[&gt;"', ";;;;", '"', "\\", "[", "\x00", "\ufeff"),
)
NUMBER, PARTS = 600, 3


def damaged(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at, kind = dice.randrange(len(out) + 1), dice.random()
        if kind < 0.3:
            del out[at : at + dice.randint(0, 6)]
        elif kind < 0.8:
            out[at:at] = dice.choice(PIECES).encode()
        else:
            out[at : at + 1] = bytes([dice.randrange(256)])
    return bytes(out)


def damage(path: Path, dice: random.Random) -> None:
    """Bytes of a CSV, or of one part of a workbook, whose checksums are right again."""
    if path.suffix == ".csv":
        path.write_bytes(damaged(path.read_bytes(), dice))
        return
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(list(parts))
    parts[name] = damaged(parts[name], dice)
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_ledgers_never_raise(part: int, tmp_path: Path) -> None:
    for seed in range(part, NUMBER, PARTS):
        dice = random.Random(seed)
        made = draft(dice)
        MUTATIONS[dice.choice(list(MUTATIONS))](made)
        habits(made)
        path = write(made, tmp_path)
        damage(path, dice)
        fact, problems = read_ledger([LedgerSource(path, path.name)], ACTIVITIES, SCOPE, tolerant=dice.random() < 0.5)
        assert fact is not None or problems, seed


@pytest.mark.parametrize("content", [b"\xff\xfea", b"\xfe\xff\x00", b"\xff\xfe\x00\xd8\x00\x00", b"\xff\xfe"])
def test_utf_16_that_breaks_off(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(content)
    fact, problems = read_ledger([LedgerSource(path, path.name)], ACTIVITIES, SCOPE)
    assert fact is None
    assert {problem.code for problem in problems} <= {"E160", "E540"}
    assert problems
