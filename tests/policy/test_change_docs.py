"""docs/change-a-rule.md and docs/tutorial.md: every step is carried out on a copy of the packages; the errors shown are the
real ones."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from tests.cli.run import guiju

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs/change-a-rule.md"
STEPS = [DOC, ROOT / "docs/tutorial.md"]
SAMPLE = "study-rooms"
"""The regulation of the tutorial. Each document changes one regulation, and what lies beside it need not be checked too."""
BLOCK = re.compile(r"^```(diff|text) (\S[^\n]*)\n(.*?)^```$", re.S | re.M)
SHOWN = 2
"""At most so many problems of one run are shown."""


def apply(folder: Path, path: str, diff: str) -> None:
    """Replace the one place that reads like the diff's old lines. Lines may be the ends of lines in the file."""
    lines = diff.rstrip("\n").split("\n")
    old = "\n".join(line[1:] for line in lines if line[0] in " -")
    new = "\n".join(line[1:] for line in lines if line[0] in " +")
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{path} no longer reads:\n{old}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(command: str) -> str:
    """What the command says is wrong: the first errors, warnings and counts left out."""
    result = guiju(*command.split()[1:], cwd=Path.cwd())
    paragraphs = re.split(r"\n\s*\n", result.err)
    found = [p.strip("\n") for p in paragraphs if p.lstrip().startswith("错误[")]
    assert result.code == 1, result.err
    assert found, result.err
    return "\n\n".join("\n".join(line.rstrip() for line in p.split("\n")) for p in found[:SHOWN])


def packages(folder: Path, text: str) -> None:
    """Fresh packages: those that the text is about, and general law."""
    shutil.rmtree(folder / "policies", ignore_errors=True)
    others = "fuzhou-*" if f"```diff policies/{SAMPLE}" in text else f"{SAMPLE}*"
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns(others))


def carried_out(text: str, folder: Path) -> str:
    """The document with each command's output as it really is; every section starts from fresh packages."""

    def block(match: re.Match[str]) -> str:
        kind, what, body = match.groups()
        if kind == "diff":
            apply(folder, what, body)
            return match[0]
        return f"```text {what}\n{errors(what)}\n```"

    done = []
    for section in re.split(r"^(?=## )", text, flags=re.M):
        packages(folder, text)
        done.append(BLOCK.sub(block, section))
    return "".join(done)


@pytest.mark.parametrize("doc", STEPS, ids=lambda path: path.name)
def test_every_step_gives_what_the_document_shows(
    doc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("engine.commands.rules.today", lambda: date(2026, 11, 23))
    text = doc.read_text(encoding="utf-8")
    expected = carried_out(text, tmp_path)
    if update_golden:
        doc.write_text(expected, encoding="utf-8")
    assert expected == doc.read_text(encoding="utf-8"), "run pytest tests/policy/test_change_docs.py --update-golden"


def test_the_changes_themselves_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first change of each section, before its typical mistake, passes `check`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("engine.commands.rules.today", lambda: date(2026, 11, 23))
    sections = [s for s in re.split(r"^(?=## )", DOC.read_text(encoding="utf-8"), flags=re.M) if "```diff" in s]
    assert len(sections) == 7
    for section in sections:
        packages(tmp_path, section)
        match = BLOCK.search(section)
        assert match is not None
        assert match[1] == "diff"
        apply(tmp_path, match[2], match[3])
        result = CliRunner().invoke(cli.main, ["check", "--policies", "policies"])
        assert result.exit_code == 0, f"{section[:30]}\n{result.output}"
