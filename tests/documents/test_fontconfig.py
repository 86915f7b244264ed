"""Fontconfig asked in this process answers as its own commands do."""

from __future__ import annotations

import subprocess

import pytest

from engine.base.problem import Refused
from engine.documents import environment, fontconfig, fonts


@pytest.mark.parametrize(
    "pattern",
    ["FandolFang", "Noto Serif CJK SC", "Noto Serif CJK SC:bold", "Noto Sans CJK SC", "没有的字体", ":lang=zh-cn"],
)
def test_the_font_is_the_one_fc_match_tells(pattern: str) -> None:
    command = ["fc-match", "-f", "%{family}|%{index}|%{file}", pattern]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = fontconfig.matched(pattern)
    assert found is not None
    assert "|".join(map(str, found)) == told


def test_the_fonts_are_those_fc_list_tells() -> None:
    command = ["fc-list", ":", "--format", "%{family}|%{file}\n"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert set(fontconfig.listed()) == {tuple(line.split("|", 1)) for line in told.splitlines()}


def test_without_fontconfig_no_font_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OSError("libfontconfig.so.1: cannot open shared object file")

    monkeypatch.setattr(fontconfig, "_library", missing)
    monkeypatch.setattr(fonts, "face", fonts.face.__wrapped__)
    with pytest.raises(Refused) as refused:
        fonts.face("FandolFang")
    assert [p.code for p in refused.value.problems] == ["E631"]
    assert environment.environment()["字体"] == {}
