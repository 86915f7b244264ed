"""docs/tutorial.md: every piece of a rule stands in the package it shows, and what it starts from checks clean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
PIECES = re.findall(r"^```yaml (policies/\S+)\n(.*?)^```$", TEXT, re.S | re.M)
COMMANDS = re.findall(r"^\./guiju (.*某规定)$", TEXT, re.M)
SECTIONS = {"校验", "派生列", "各案", "周期事项", "各输出", "末行", "断言"}
"""What the tutorial must show; its pieces name it."""


@pytest.mark.parametrize(("path", "piece"), PIECES)
def test_a_piece_is_what_the_package_says(path: str, piece: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    shown = piece.splitlines()
    assert any(lines[at : at + len(shown)] == shown for at in range(len(lines))), f"{path} no longer reads:\n{piece}"


def test_what_it_has_to_show() -> None:
    shown = "".join(piece for _, piece in PIECES)
    assert {word for word in SECTIONS if f"{word}:" not in shown} == set()
    assert len(COMMANDS) == 3


def test_the_beginning_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        result = CliRunner().invoke(cli.main, command.split())
        assert result.exit_code == 0, f"{command}\n{result.output}"
        assert "警告[" not in result.output
