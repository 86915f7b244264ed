"""Rules that merely lie nearby decide nothing: they are told of, and every output names the rules it used."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.base.text import width
from engine.office.setting import MAX_TOLD
from tests.cli.run import ROOT, Result, guiju

CASE = "03-maker-incubator"
OUTCOMES = ("不予认定", "符合认定条件")
"""Under the rules the program came with, and under the changed ones of `changed`."""
DAY = ("--as-of", "2026-11-23")


def changed(home: Path) -> Path:
    """Rules at home/policies under which the case comes out otherwise."""
    folder = Path(shutil.copytree(ROOT / "policies", home / "policies"))
    parameters = folder / "fuzhou-talent-station/parameters.yaml"
    text = parameters.read_text(encoding="utf-8")
    for old, new in (("值: 12场", "值: 10场"), ("值: 300人次", "值: 200人次")):
        assert old in text
        text = text.replace(old, new, 1)
    parameters.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "fixtures" / CASE, tmp_path / "cases" / CASE)
    return tmp_path / "cases"


def outcome(result: Result) -> str:
    assert result.code == 0, result.err
    return str(json.loads(result.out)["决定"][0]["结果"])


def decided(case: Path, *args: str, cwd: Path) -> Result:
    return guiju("decide", str(case), "-d", "认定审查", "--json", *args, cwd=cwd)


WHERE: list[Callable[[Path], Path]] = [
    lambda cases: cases.parent,  # the current folder
    lambda cases: cases,  # beside the case
    lambda cases: cases / CASE,  # in the case itself
    lambda cases: cases / CASE / "附件",  # below it
]


@pytest.mark.parametrize("where", WHERE, ids=["current folder", "beside", "inside", "below"])
def test_rules_nearby_are_told_and_not_used(cases: Path, where: Callable[[Path], Path]) -> None:
    lying = changed(where(cases))
    result = decided(cases / CASE, cwd=cases.parent)
    assert outcome(result) == OUTCOMES[0]
    assert "W910" in result.err
    assert str(lying.relative_to(cases.parent)) in result.err
    assert json.loads(result.out)["规则来源"] == {"文件夹": str(ROOT / "policies"), "来自": "随程序提供"}


def test_rules_that_are_named_are_used_and_named(cases: Path) -> None:
    changed(cases.parent)
    result = decided(cases / CASE, "--policies", "policies", cwd=cases.parent)
    assert outcome(result) == OUTCOMES[1]
    assert json.loads(result.out)["规则来源"] == {"文件夹": "policies", "来自": "命令行指定"}
    assert "W910" not in result.err
    shown = guiju("decide", str(cases / CASE), "--policies", "policies", cwd=cases.parent).out
    assert "规则 policies（命令行指定）" in shown


def test_what_lies_nearby_and_is_no_other_folder_of_rules_is_not_told(cases: Path) -> None:
    home = cases.parent
    os.symlink(ROOT / "policies", home / "policies")  # the very same
    os.symlink("policies", cases / "policies")  # leads to itself
    (cases / CASE / "policies").write_text("一个文件\n")
    result = decided(cases / CASE, cwd=home)
    assert (outcome(result), "W910" in result.err) == (OUTCOMES[0], False)
    (home / "policies").unlink()
    (home / "policies").mkdir()
    assert "W910" not in decided(cases / CASE, cwd=home).err  # no package in it


def test_however_much_lies_nearby_only_so_much_is_told(cases: Path) -> None:
    for number in range(MAX_TOLD + 5):
        (cases / CASE / f"{number:02}").mkdir()
        (cases / CASE / f"{number:02}/office.yaml").write_text("规则: policies\n")
    result = decided(cases / CASE, cwd=cases.parent)
    assert outcome(result) == OUTCOMES[0]
    assert result.err.count("W911") == MAX_TOLD


def test_packages_named_by_their_path_are_no_strangers(tmp_path: Path) -> None:
    changed(tmp_path)
    result = guiju("check", "policies/fuzhou-talent-station", *DAY, cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1] == "规则 policies（命令行指定）"


GOOD = "fixtures/01-optics-park"
OVERLAY = "fixtures/overlays/fewer-activities.yaml"
HISTORY = "fixtures/histories/s01-optics"
TEXTS: list[tuple[str, ...]] = [
    ("decide", GOOD),
    ("decide", GOOD, "--markdown"),
    ("decide", GOOD, f"fixtures/{CASE}", "-d", "择优排序"),
    ("explain", GOOD, "-d", "认定审查"),
    ("explain", "活动场次下限"),
    ("issue", GOOD, "--document", "认定通知", "--format", "docx", "--out", "{out}"),
    ("issue", GOOD, "--document", "认定通知", "--format", "docx", "--all", "--out", "{out}"),
    ("timeline", HISTORY, *DAY),
    ("due", "fixtures/histories", *DAY),
    ("check", *DAY),
    ("test", "fuzhou-talent-station-scheme", *DAY),
    ("impact", GOOD, "--with", OVERLAY, *DAY),
    ("impact", GOOD, "--before", "policies", *DAY),
    ("review",),
    ("init", "case", "{out}"),
]


@pytest.mark.parametrize("args", TEXTS, ids=lambda args: " ".join(args[:3]))
def test_every_text_names_the_rules_in_one_line(args: tuple[str, ...], tmp_path: Path) -> None:
    result = guiju(*(arg.format(out=tmp_path / "out") for arg in args))
    assert result.code == 0, result.err
    named = [line for line in result.out.splitlines() if "policies（随程序提供）" in line]
    assert len(named) == 1
    assert named[0].startswith("规则")
    assert width(named[0]) <= 80


DATA: list[tuple[str, ...]] = [
    ("decide", GOOD, "--json"),
    ("decide", GOOD, f"fixtures/{CASE}", "-d", "择优排序", "--json"),
    ("timeline", HISTORY, "--json", *DAY),
    ("due", "fixtures/histories", "--json", *DAY),
    ("check", "--format", "json", *DAY),
    ("test", "fuzhou-talent-station-scheme", "--format", "json", *DAY),
    ("impact", GOOD, "--with", OVERLAY, "--json", *DAY),
    ("review", "--json"),
]


@pytest.mark.parametrize("args", DATA, ids=lambda args: " ".join(args[:3]))
def test_the_data_have_it_as_a_field(args: tuple[str, ...]) -> None:
    result = guiju(*args)
    assert result.code == 0, result.err
    assert json.loads(result.out)["规则来源"] == {"文件夹": "policies", "来自": "随程序提供"}
