"""What README, docs and fixtures tell people to type is what happens: every command runs, every shown output is real.

A block whose first line is `$ ./guiju …` holds the output of that command (optionally `| head -N`); it is rewritten by
`pytest --update-golden`. Any other line that begins with `./guiju` must run without a usage error.
"""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest

from engine.base.calendar import BEIJING
from engine.commands import shell
from tests.cli.run import ROOT, guiju

pytestmark = pytest.mark.untraced

DOCS = [*ROOT.glob("README*.md"), *sorted((ROOT / "docs").glob("*.md")), ROOT / "fixtures/README.md"]
SHOWN = re.compile(
    r"^\$ \./guiju (?P<command>[^\n|]*?)(?: \| head -(?P<head>\d+))?\n(?P<output>.*?)(?=^```)", re.M | re.S
)
PLAIN = re.compile(r"^\./guiju (.*?)(?= {2,}|#|$)", re.M)
"""A command line, without the remark two spaces behind it."""
VERSION = re.compile(r"(?<=所据 )[0-9A-F]{4}(-[0-9A-F]{4}){2}|(?<=规则 )[0-9a-f]{8}|(?<=事实 )[0-9a-f]{8}")
"""It changes with every edit of a rule; the docs leave it out."""
NEW = re.compile(r"某|…|\[|<|\.\.\.|--all|^serve\b|^test ")
"""Not run here: a command with a blank to fill in is a pattern; batches, and a server that runs until it is stopped, have
tests of their own; `./test` runs the examples of every package."""


@pytest.fixture(autouse=True)
def written_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which what the docs show was written: some commands say today's."""
    monkeypatch.setattr(shell, "now", lambda: datetime(2026, 12, 1, 12, tzinfo=BEIJING))


def commands() -> dict[str, str]:
    """Every command line in the docs that can be run as it stands, and one file it is in."""
    found = {c.strip(): path.name for path in DOCS for c in PLAIN.findall(path.read_text(encoding="utf-8"))}
    return {command: file for command, file in sorted(found.items()) if not NEW.search(command)}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_shown_output_is_what_is_printed(path: Path, update_golden: bool) -> None:
    text = path.read_text(encoding="utf-8")

    def fresh(match: re.Match[str]) -> str:
        result = guiju(*shlex.split(match["command"]))
        lines = (result.out + result.err).splitlines()
        if match["head"]:
            lines = lines[: int(match["head"])]
        head = match[0][: match.start("output") - match.start()]
        shown = "".join(f"{line.rstrip()}\n" for line in lines)
        return head + VERSION.sub("……", shown)

    expected = SHOWN.sub(fresh, text)
    if update_golden and expected != text:
        path.write_text(expected, encoding="utf-8")
        return
    assert text == expected, "pytest tests/cli/test_docs.py --update-golden"


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the guides make up a population into and decide it from; a small one."""
    made = tmp_path_factory.mktemp("out") / "拟造"
    assert guiju("synth", "--n", "1000", "--seed", "7", "--out", str(made)).code == 0
    return made


@pytest.mark.parametrize(("command", "file"), commands().items())
def test_documented_commands_run(command: str, file: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    args = shlex.split(command)
    if args[0] in ("demo", "issue"):
        args += ["--out", str(tmp_path)]
    if args[:2] == ["rulebook", "export"]:
        args += ["--out", str(tmp_path / "手册.xlsx")]
    if args[0] == "synth":
        args[args.index("--n") + 1] = "1000"
    elif "out/拟造" in args:
        args[args.index("out/拟造")] = str(request.getfixturevalue("population"))
    # What a command writes is nobody's: not in the project's own folder, where it would lie in the way of the next run.
    args = [re.sub("^out/", f"{tmp_path}/", arg) for arg in args]
    if args[0] == "init":
        args[-1] = str(tmp_path / "new")
    result = guiju(*args)
    assert result.code in (0, 1), f"{file}: {result.err}"
    assert "E999" not in result.err
