"""Each finding of `guiju doctor`, from described machines; and that looking at this one works."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.base.problem import Problem, Refused
from engine.documents.everyday import MARK
from engine.office import doctor
from engine.office.doctor import (
    FAIL,
    FALLBACK,
    OK,
    TYPEFACES,
    WARN,
    Diagnosis,
    Fonts,
    Machine,
    healthy,
    judge,
)
from engine.policy.calendar_data import load_calendar

EVERY_FACE = frozenset(names[0] for names in TYPEFACES.values())
GOOD = Machine(
    python=(3, 11, 2),
    in_venv=True,
    locked={"click": "8.5.1", "weasyprint": "70.0"},
    installed={"click": "8.5.1", "weasyprint": "70.0"},
    missing_libraries=(),
    fonts=Fonts(EVERY_FACE | {FALLBACK, FALLBACK + MARK}, (FALLBACK,), ""),
    compiler="/usr/bin/gcc",
    headers=True,
    rules_engine=None,
    unwritable=(),
    encoding="utf-8",
    calendar=load_calendar(),
    today=date(2026, 11, 23),
)


def test_a_good_machine_has_nothing_to_report() -> None:
    findings = judge(GOOD)
    assert [f.status for f in findings] == [OK] * len(doctor.CHECKS)
    assert all(f.remedy is None for f in findings)
    assert len({f.name for f in findings}) == len(findings)
    assert healthy(findings)


FREE = frozenset({"FandolFang", "FandolKai", "Noto Sans CJK SC", FALLBACK})
CASES: list[tuple[str, dict[str, Any], str, str, str]] = [
    # finding, what differs from the good machine, status, in the message, in the remedy
    ("Python", {"python": (3, 10, 9)}, FAIL, "3.10.9", "python3-venv"),
    ("Python", {"in_venv": False}, WARN, ".venv", "./guiju"),
    ("Python 依赖", {"locked": {}}, FAIL, "requirements/run.txt", "程序目录"),
    ("Python 依赖", {"installed": {"click": "8.5.1"}}, FAIL, "缺少 1 个：weasyprint", "./guiju"),
    ("Python 依赖", {"installed": {"click": "8", "weasyprint": "70.0"}}, WARN, "click 8（锁定 8.5.1）", ".venv"),
    ("规则引擎 durable-rules", {"rules_engine": "No module"}, WARN, "No module", "编译器"),
    ("C 编译器", {"compiler": None}, OK, "不再需要", ""),
    ("C 编译器", {"compiler": None, "rules_engine": "x"}, WARN, "缺少 gcc，", "gcc python3-dev"),
    ("C 编译器", {"headers": False, "rules_engine": "x"}, WARN, "缺少 python3-dev，", "gcc python3-dev"),
    ("PDF 排版库 Pango", {"missing_libraries": ("libharfbuzz-subset.so.0",)}, WARN, "偏大", "libharfbuzz-subset0"),
    ("PDF 排版库 Pango", {"missing_libraries": ("libpango-1.0.so.0",)}, FAIL, "不能生成 PDF", " libpango-1.0-0"),
    ("字库覆盖", {"fonts": None}, FAIL, "fontconfig", "fontconfig fonts-noto-cjk"),
    ("字库覆盖", {"fonts": Fonts(FREE, (), "䶮𠮷")}, FAIL, "䶮𠮷", "fonts-noto-cjk"),
    ("字库覆盖", {"fonts": Fonts(FREE, (), "")}, WARN, "混用", "fonts-noto-cjk"),
    ("字库覆盖", {"fonts": Fonts(EVERY_FACE, ("SimSun-ExtB",), "")}, WARN, FALLBACK, "fonts-noto-cjk"),
    ("公文字体", {"fonts": None}, FAIL, "仿宋（正文） 无", "fonts-noto-cjk"),
    ("公文字体", {"fonts": Fonts(frozenset({"DejaVu Sans"}), (), "䶮")}, FAIL, "也没有后备字体", "fonts-noto-cjk"),
    ("公文字体", {"fonts": Fonts(FREE, (FALLBACK,), "")}, WARN, "小标宋（标题） 无", "小标宋由单位"),
    ("公文字体", {"fonts": Fonts(FREE - {"FandolKai"}, (FALLBACK,), "")}, WARN, "楷体（二级标题） 无", "Fandol"),
    ("常用字体", {"fonts": Fonts(FREE, (FALLBACK,), "")}, WARN, "没有从 FandolFang、", "./guiju doctor"),
    ("常用字体", {"fonts": None}, WARN, "没有可以取", "fonts-noto-cjk"),
    ("可写目录", {"unwritable": ("当前目录",)}, WARN, "不能写入当前目录", "权限"),
    ("可写目录", {"unwritable": ("/tmp",)}, FAIL, "不能写入/tmp", "权限"),
    ("终端编码", {"encoding": "ascii"}, WARN, "ascii", "LANG=C.UTF-8"),
    ("终端编码", {"encoding": "gbk"}, WARN, "gbk", "LANG=C.UTF-8"),
    ("终端编码", {"encoding": "gb18030"}, OK, "gb18030", ""),
    ("终端编码", {"encoding": ""}, WARN, "未知", "LANG=C.UTF-8"),
    ("工作日历", {"today": date(2027, 1, 1)}, WARN, "没有2027年", "calendars/"),
    ("工作日历", {"calendar": Refused(Problem("E954", "读不出来", help="恢复"))}, FAIL, "读不出来", "恢复"),
]


@pytest.mark.parametrize(("name", "differs", "status", "message", "remedy"), CASES)
def test_what_each_lack_means(name: str, differs: dict[str, Any], status: str, message: str, remedy: str) -> None:
    findings = judge(replace(GOOD, **differs))
    (found,) = [f for f in findings if f.name == name]
    assert found.status == status
    assert message in found.message
    assert remedy in (found.remedy or "")
    assert (found.remedy is None) == (status == OK), "everything amiss comes with a remedy, nothing else does"


def test_every_finding_is_shown_to_turn_bad() -> None:
    assert {name for name, _, status, _, _ in CASES if status != OK} == {f.name for f in judge(GOOD)}


def test_healthy_means_no_failure() -> None:
    assert healthy([Diagnosis("a", OK, ""), Diagnosis("b", WARN, "")])
    assert not healthy([Diagnosis("a", OK, ""), Diagnosis("b", FAIL, "")])


def test_the_sample_holds_the_names_that_matter() -> None:
    assert set("䶮㛃𠮷𬭎") == set(doctor.NAMES)
    assert len(set(doctor.STANDARD)) == len(doctor.STANDARD) > 50
    assert sum(ord(char) > 0xFFFF for char in doctor.STANDARD) > 30


def test_looking_at_this_machine() -> None:
    machine = doctor.observe()
    assert machine.in_venv
    assert machine.locked["durable-rules"] == "2.0.28"
    assert "fonttools" in machine.locked  # pinned with an extra
    assert {name: machine.installed.get(name) for name in machine.locked} == machine.locked
    assert machine.rules_engine is None
    assert [f.name for f in doctor.examine()] == [f.name for f in judge(machine)]


def test_looking_without_fontconfig_folder_or_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doctor, "SHARED", tmp_path)
    machine = doctor.observe()
    assert (machine.fonts, machine.compiler, machine.locked, machine.installed) == (None, None, {}, {})


FC_LIST = """#!/bin/sh
case "$1" in
  :) echo 'FandolFang,FandolFang R'; echo 'Noto Serif CJK SC,思源宋体'; echo 'Odd\\-Name' ;;
  *:charset=*" "*) %s ;;
  :charset=4dae) : ;;
  *) echo 'Noto Serif CJK SC' ;;
esac
"""


@pytest.mark.parametrize(
    ("answer", "complete", "uncovered"),
    [
        ("echo 'A Font'; echo 'Noto Serif CJK SC'", (FALLBACK, "A Font"), ""),
        (":", (), "䶮"),
    ],
)
def test_fonts_are_read_from_fontconfig(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str, complete: tuple[str, ...], uncovered: str
) -> None:
    tool = tmp_path / "fc-list"
    tool.write_text(FC_LIST % answer, encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    fonts = doctor.observe().fonts
    expected = frozenset({"FandolFang", "FandolFang R", "Noto Serif CJK SC", "思源宋体", "Odd-Name"})
    assert fonts == Fonts(expected, complete, uncovered)


def test_a_folder_without_permission_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != os.curdir)
    assert doctor.observe().unwritable == (doctor.HERE,)


def test_no_writable_folder_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(tempfile, "gettempdir", refuse)
    assert doctor.observe().unwritable == (doctor.HERE, "临时目录")


def test_a_missing_library_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", {"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"})
    machine = doctor.observe()
    assert machine.missing_libraries == ("libnowhere.so.9",)
    (found,) = [f for f in judge(machine) if f.name == "PDF 排版库 Pango"]
    assert (found.status, "libnowhere9" in (found.remedy or "")) == (FAIL, True)
