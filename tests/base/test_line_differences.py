"""A digit changed in a file of rules is told with its line."""

from __future__ import annotations

import pytest

from engine.base.line_differences import MOST, lines_differing

FILE = "甲: 1\n乙: 12场\n丙: 3\n"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (FILE, []),
        (FILE.replace("12场", "10场"), ["a.yaml 第2行（乙: 12场 → 乙: 10场）"]),
        (FILE.replace("乙: 12场\n", ""), ["a.yaml 第2行（乙: 12场 → 没有）"]),
        (FILE + "丁: 4\n", ["a.yaml 第4行（没有 → 丁: 4）"]),
        (FILE.replace("\n", "\r\n"), ["a.yaml（换行）"]),
    ],
)
def test_lines(after: str, said: list[str]) -> None:
    assert lines_differing({"a.yaml": FILE.encode()}, {"a.yaml": after.encode()}) == said


def test_files_and_many_lines() -> None:
    assert lines_differing({"a": b""}, {"b": b""}) == ["a（已删）", "b（新增）"]
    assert lines_differing({"a": b"\xff"}, {"a": b"x"}) == ["a"]
    many = "\n".join(map(str, range(40)))
    told = lines_differing({"a": many.encode()}, {"a": many.replace("\n", "行\n").encode()})
    assert (len(told), told[-1]) == (MOST + 1, "等 39 处")
