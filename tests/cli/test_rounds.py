"""What depends on the other cases of a round is compared, verified and explained with them as it was decided with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import validate

from engine.office.exported import schema
from tests.cli.run import ROOT, guiju
from tests.visible.tampering import parts, zipped

CASES = ROOT / "policies/study-rooms/tests/cases"
NAMES = ("01-shusheng", "02-jiejiao", "03-daxuecheng", "04-nanyuan", "05-hebin")


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Five cases of one round, of which one is among the best fifth."""
    for name in NAMES:
        shutil.copytree(CASES / name, tmp_path / "cases" / name)
    return tmp_path / "cases"


def test_a_change_is_seen_where_it_changes_who_is_in(batch: Path, tmp_path: Path) -> None:
    change = tmp_path / "改.yaml"
    change.write_text("参数: {示范比例: 40%}\n", encoding="utf-8")

    def turned(*more: str) -> dict[str, list[tuple[str, str]]]:
        told = json.loads(guiju("impact", str(batch), "--with", str(change), "--json", *more).out)
        shifts = {c["案件"]: [(s["原"], s["改"]) for s in c["决定"]] for c in told["案件"]}
        return {case: found for case, found in shifts.items() if found}

    alone = guiju("impact", str(batch), "--with", str(change)).out
    assert "没有当作一批比较，改不改变看不出的：示范评定" in alone
    assert turned() == {}
    assert turned("--round") == {"ZX-2026-05": [("没有评上", "评为示范空间")]}


def test_a_letter_of_a_round_is_verified_with_it(batch: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    issued = guiju("issue", str(batch), "--round", "-d", "示范评定", "--format", "docx", "--out", str(out))
    assert issued.code == 0, issued.err
    letter, case = str(next(out.rglob("*.docx"))), str(batch / NAMES[0])
    assert guiju("verify", letter, "--case", case).code == 1
    assert guiju("verify", letter, "--case", case, "--round").code == 0
    explained = guiju("explain", f"{letter}#1", "--case", case, "--round")
    assert (explained.code, explained.err) == (0, "")


def test_a_case_of_a_round_is_exported_with_it_and_recomputed_from_the_file_alone(batch: Path, tmp_path: Path) -> None:
    alone, whole = tmp_path / "alone.zip", tmp_path / "whole.zip"
    for target, more in ((alone, ()), (whole, ("--round",))):
        done = guiju("export", str(batch / NAMES[0]), "--out", str(target), *more)
        assert done.code == 0, done.err
    said = {
        name: {one["决定"]: one["结果"] for one in stored(path)} for name, path in (("alone", alone), ("whole", whole))
    }
    assert said["alone"]["示范评定"] == "待查"
    assert said["whole"]["示范评定"] in ("评为示范空间", "没有评上")
    shutil.rmtree(batch)
    done = guiju("verify", str(whole), cwd=tmp_path)
    assert done.code == 0, done.out + done.err
    assert f"示范评定相同：{said['whole']['示范评定']}" in done.out
    validate(json.loads(parts(whole.read_bytes())["index.json"]), schema())


def stored(path: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(parts(path.read_bytes())["decisions.json"])
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [('"case/02-jiejiao"', '"../02-jiejiao"'), ('"case/02-jiejiao"', "3"), ('"case/02-jiejiao",', "")],
)
def test_an_export_whose_round_is_another_does_not_hold(before: str, after: str, batch: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    assert guiju("export", str(batch / NAMES[0]), "--round", "--out", str(target)).code == 0
    found = parts(target.read_bytes())
    index = found["index.json"].decode()
    assert before in index
    target.write_bytes(zipped({**found, "index.json": index.replace(before, after, 1).encode()}))
    assert guiju("verify", str(target)).code == 1
