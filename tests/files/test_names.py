"""Names of folders: their own characters where every system takes them, refused where one would not."""

from __future__ import annotations

import pytest

from engine.files.names import key, safe_name, unsafe

SAFE = [
    "FZ-2026-001",
    "榕驿〔2026〕第3号",
    "fz-9",
    "a.b",
    "案件 甲",
    "Ünïcödé",
    "-9",
    "甲，乙（丙）",
    "驿" * 64,
    "ＦＺ－９",
]


@pytest.mark.parametrize("name", SAFE)
def test_names_keep_their_characters(name: str) -> None:
    assert unsafe(name) is None
    assert safe_name(name) == name


def test_composed_and_decomposed_are_one_name() -> None:
    assert safe_name("e\u0301") == "\u00e9"


UNSAFE = {
    "control": "FZ\x07",
    "newline": "FZ\n1",
    "tab": "FZ\t1",
    "bidi": "FZ\u202e1",
    "zero-width": "FZ\u200b1",
    "surrogate": "FZ\udc80",
    "private": "FZ\ue000",
    "unassigned": "FZ\u0378",
    "line-separator": "FZ\u2028",
    "odd-space": "FZ\u00a01",
    **{f"path {char}": f"FZ{char}1" for char in '<>:"/\\|?*'},
    "up": "..",
    "here": ".",
    "empty": "",
    "blank": " ",
    "hidden": ".FZ",
    "trailing-dot": "FZ.",
    "trailing-space": "FZ ",
    "home": "~FZ",
    "device": "CON",
    "device-small": "nul",
    "device-suffix": "com1.docx",
    "device-superscript": "LPT²",
    "long": "驿" * 80,
}


@pytest.mark.parametrize("name", UNSAFE.values(), ids=UNSAFE.keys())
def test_names_some_system_would_not_take(name: str) -> None:
    assert unsafe(name)


@pytest.mark.parametrize(
    ("one", "two"),
    [("FZ-9", "fz-9"), ("FZ-9", "ＦＺ－９"), ("\u00e9", "e\u0301"), ("straße", "STRASSE"), ("ﬁ", "FI"), ("㈠", "(一)")],
)
def test_names_some_system_would_take_for_one(one: str, two: str) -> None:
    assert key(one) == key(two)


def test_other_names_stay_apart() -> None:
    assert len({key(name) for name in ("FZ-1", "FZ-2", "FZ_1", "甲", "乙", "１1", "111")}) == 7
