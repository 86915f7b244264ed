"""docs/library.md: its code runs from the first block to the last, and prints what it says it prints."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from engine.office import api

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "library.md"
BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?", re.S)


def test_the_code_runs_and_prints_what_is_shown(monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    monkeypatch.chdir(ROOT)
    text, names = DOC.read_text(encoding="utf-8"), dict[str, object]()

    def fresh(match: re.Match[str]) -> str:
        out = io.StringIO()
        with redirect_stdout(out):
            exec(compile(match["code"], str(DOC), "exec"), names)
        printed = "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
        shown = f"\n```text\n{printed}```\n" if printed else ""
        return f"```python\n{match['code']}```\n{shown}"

    expected = BLOCK.sub(fresh, text)
    if update_golden:
        DOC.write_text(expected, encoding="utf-8")
        return
    assert text == expected, "pytest tests/office/test_library_docs.py --update-golden"
    assert len(BLOCK.findall(text)) > 15


def test_every_name_is_in_it() -> None:
    text = DOC.read_text(encoding="utf-8")
    assert [name for name in api.__all__ if f"api.{name}" not in text] == []
