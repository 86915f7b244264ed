"""The catalogue of problem codes against what the sources raise."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'"([EWR]\d{3})"')
HUNDREDS = sorted(path.stem for path in (ROOT / "engine/base/codes").glob("h*.py"))
TABLES: dict[str, dict[str, tuple[str, str]]] = {
    name: importlib.import_module(f"engine.base.codes.{name}").CODES for name in HUNDREDS
}
CATALOGUE = {code: entry for table in TABLES.values() for code, entry in table.items()}


def raised() -> dict[str, str]:
    """Every code that stands in the sources -> one file it stands in."""
    sources = [
        *(path for room in ("engine", "web") for path in sorted((ROOT / room).rglob("*.py"))),
        *ROOT.glob("*.py"),
    ]
    return {
        code: str(path.relative_to(ROOT))
        for path in sources
        if path.parent.name != "codes"
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }


def test_every_raised_code_is_explained() -> None:
    assert {code: file for code, file in raised().items() if code not in CATALOGUE} == {}


def test_every_explained_code_is_raised() -> None:
    assert sorted(set(CATALOGUE) - set(raised())) == []


@pytest.mark.parametrize("name", HUNDREDS)
def test_codes_stand_in_their_hundred(name: str) -> None:
    assert [code for code in TABLES[name] if code[1] != name[1]] == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_entries_show_wrong_and_right(code: str) -> None:
    title, explanation = CATALOGUE[code]
    assert title
    assert not title.endswith("。")
    assert "对：" in explanation, "how it is written right"
    assert "错：" in explanation or "例：" in explanation, "how it is written wrong"
