"""What is typed at a terminal and what comes to it: names of folders, days, encodings, endless files, a closed pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.corpus import DIES, RAISES, Harm
from tests.attacks.harm import hurts
from tests.cli.run import ROOT, guiju

HEAD = "规范: fuzhou-talent-station\n基准日: 2026-11-23\n"
SAMPLE = "fixtures/01-optics-park"
NAMES = {
    "terminal control": "\x1b]0;x\x07夹",
    "colour": "\x1b[31m夹\x1b[0m",
    "right to left": "夹\u202e批准",
    "isolate": "\u2066夹",
    "zero width": "夹\u200b一",
    "line feed": "夹\n错误",
    "carriage return": "夹\r通过",
    "delete": "夹\x7f",
    "bell": "夹\x07",
    "C1 control": "夹\x9b31m",
    "bytes that are no text": os.fsdecode("夹".encode() + b"\xff"),
    "tag characters": "夹\U000e0041",
}


def clean(text: str) -> None:
    assert "E999" not in text
    assert [char for char in text if ord(char) < 32 and char != "\n"] == []
    assert [
        char for char in text if char in "\x7f\x9b\u202e\u2066\u200b\U000e0041" or "\ud800" <= char <= "\udfff"
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_names_of_folders_do_not_reach_the_terminal(name: str, tmp_path: Path) -> None:
    """Neither as a case's number, which is refused, nor in a path, which is escaped."""
    folder = tmp_path / NAMES[name]
    folder.mkdir()
    (folder / "case.yaml").write_text(HEAD, encoding="utf-8")
    for command in ("decide", "explain", "issue"):
        result = guiju(command, str(folder))
        assert result.code == 1
        assert "E550" in result.err
        clean(result.out + result.err)
    (folder / "case.yaml").write_text("案件: A-1\n" + HEAD + "事实: {没有: 1}\n", encoding="utf-8")
    result = guiju("decide", str(folder))
    assert "E501" in result.err
    clean(result.out + result.err)
    hurts(Harm(f"print(ascii({NAMES[name].splitlines()[0]!r}))", "'"), tmp_path)


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("2026-W42-5", "2026-10-16"),
        ("20261016", "2026-10-16"),
        ("2026-W42", "2026-10-12"),
        ("2026W425", "2026-10-16"),
    ],
)
def test_days_are_written_one_way(written: str, reads: str, tmp_path: Path) -> None:
    result = guiju("decide", SAMPLE, "--as-of", written)
    assert result.code == 2
    assert "不是日期，写作 2026-" in result.err
    hurts(Harm(f"from datetime import date; print(date.fromisoformat({written!r}))", reads), tmp_path)


@pytest.mark.parametrize(
    "written", ["2026-1-5", "2026-02-30", "２０２６-01-05", "2026-01-05T00:00", " 2026-01-05", "昨天", ""]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    assert guiju("decide", SAMPLE, "--as-of", written).code == 2


def console(encoding: str, *args: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *args],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize(
    ("encoding", "read"), [("gbk", "gbk"), ("gb2312", "gb2312"), ("latin-1", "utf-8"), ("ascii", "utf-8")]
)
def test_every_console_works(encoding: str, read: str, tmp_path: Path) -> None:
    """GBK lacks a few signs, which have stand-ins; Latin-1 lacks Chinese, so it gets UTF-8."""
    ran = console(encoding, "decide", SAMPLE, "-d", "认定审查")
    out = ran.stdout.decode(read)
    assert ran.returncode == 0
    assert "符合认定条件" in out
    assert "E999" not in out + ran.stderr.decode(read)
    assert "√" in out if encoding.startswith("gb") else "✓" in out
    hurts(Harm(f"'✓ 规矩'.encode({encoding!r})", RAISES + "UnicodeEncodeError"), tmp_path)


def test_json_is_the_same_for_every_console() -> None:
    import json

    found = [json.loads(console(e, "decide", SAMPLE, "--json").stdout) for e in ("gbk", "utf-8")]
    assert found[0] == found[1]


@pytest.mark.parametrize("command", [f"decide {SAMPLE} -a", "--help", "check"])
def test_a_closed_pipe_is_no_error(command: str) -> None:
    shell = f"{sys.executable} cli.py {command} | true; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.stdout == "0\n"
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr


MANY = 40_000
ENDLESS = {
    "a key of 90,000 letters": ("x" * 90_000 + ": 1\n", "E116"),
    "40,000 facts": ("事实:\n" + "".join(f"  某事实{n}: 1\n" for n in range(MANY)), "W549"),
    "a fact of 90,000 letters": ("事实:\n  ? " + "a" * 90_000 + "\n  : 1\n", "E501"),
    "many keys": ("".join(f"某键{n}: 1\n" for n in range(MANY // 10)), "W549"),
    "many columns": ("记录:\n  活动台账:\n" + "".join(f"    - {{列{n}: 1}}\n" for n in range(MANY // 10)), "W549"),
    "many tables": ("记录:\n" + "".join(f"  表{n}: []\n" for n in range(MANY // 10)), "W549"),
    "many excuses": ("例外理由:\n" + "".join(f"  准则{n}: 是\n" for n in range(MANY // 10)), "W549"),
}
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (8, 8)); import cli; cli.run()"


@pytest.mark.parametrize("name", list(ENDLESS)[:2])
def test_diagnostics_take_little_time(name: str, tmp_path: Path) -> None:
    """In a child with eight seconds of processor time, which suggestions for each would use up many times over."""
    text, code = ENDLESS[name]
    (tmp_path / "case.yaml").write_text(HEAD + text, encoding="utf-8")
    command = [sys.executable, "-X", "utf8", "-c", LIMITED, "decide", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 1, ran.stderr[-300:]
    assert code in ran.stderr


@pytest.mark.parametrize("name", list(ENDLESS)[1:])
def test_diagnostics_are_short(name: str, tmp_path: Path) -> None:
    text, code = ENDLESS[name]
    (tmp_path / "case.yaml").write_text(HEAD + text, encoding="utf-8")
    result = guiju("decide", str(tmp_path))
    assert result.code == 1
    assert code in result.err
    assert len(result.err) < 100_000


@pytest.mark.parametrize(
    "code",
    [
        "import re; re.search(r'[^:]+:[^/]', 'x' * 90_000)",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from engine.base.text import nearest; "
        "[nearest(f'某事实{n}', [f'某个事实的名称{m}' for m in range(200)]) for n in range(40_000)]",
    ],
    ids=["a pattern", "suggestions"],
)
def test_endless_files_hurt_otherwise(code: str, tmp_path: Path) -> None:
    hurts(Harm(code, DIES), tmp_path)


def test_a_ledger_of_sixteen_thousand_columns(tmp_path: Path) -> None:
    heads = ["活动日期", "活动名称", "服务人次", *(f"列{n}" for n in range(16_000))]
    (tmp_path / "台账.csv").write_text(",".join(heads) + "\n2026-01-01,甲,3\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(HEAD + "记录:\n  活动台账: 台账.csv\n", encoding="utf-8")
    result = guiju("decide", str(tmp_path), "-d", "认定审查")
    assert result.code == 0
    assert "W541 另有 15950 处" in result.err
    assert len(result.err) < 20_000


WORKS = """
import sys, time
from engine.commands.console import working
with working("正在出具文书") as tell:
    time.sleep(1.3)
    tell(64, 121)
    time.sleep(1)
print("完")
"""


def test_long_work_is_told_on_a_terminal_and_leaves_nothing() -> None:
    """On a terminal a line that is written over and erased; in a file or pipe not a byte."""
    import pty

    master, slave = pty.openpty()
    command = [sys.executable, "-X", "utf8", "-c", WORKS]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=slave, cwd=ROOT, check=True)
    os.close(slave)
    told = os.read(master, 10_000).decode()
    os.close(master)
    assert ran.stdout.decode() == "完\n"
    assert "\r正在出具文书…… 1 秒" in told
    assert "\r正在出具文书（64/121）…… 2 秒" in told
    assert told.endswith("\r\x1b[K")
    quiet = subprocess.run(command, capture_output=True, cwd=ROOT, check=True)
    assert (quiet.stdout.decode(), quiet.stderr) == ("完\n", b"")
