"""The last line of defence: a damaged package gives problems or a package, never an exception, and each problem can be
shown. The damage is random but seeded."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from engine.base.calendar import Calendar
from engine.base.problem import Problem, Span
from engine.base.report import render_text
from engine.policy.checks import check_package
from engine.policy.resolve import read_library, resolve
from engine.policy.sources import read_folder
from tests.sizes import sized

pytestmark = pytest.mark.untraced

POLICIES = Path(__file__).parents[2] / "policies"
SOURCES, UNREADABLE = read_folder(POLICIES)
REGULATIONS = [key for key, files in SOURCES.items() if any("性质: 规范性文件" in text for text in files.values())]
ROUNDS = sized(64, 1_600)

Damage = Callable[[random.Random, str], str]


def drop_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def double_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    return "\n".join([*lines[:at], lines[at], *lines[at:]])


def indent_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice(["  ", " ", "\t"]) + lines[at]
    return "\n".join(lines)


def swap_characters(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def drop_mark(chance: random.Random, text: str) -> str:
    places = [i for i, c in enumerate(text) if c in "\"'{}[]:,-（）、，［］"]
    if not places:
        return cut_short(chance, text)
    at = chance.choice(places)
    return text[:at] + text[at + 1 :]


def replace_character(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice("场0且（）[]{}：:，'\"#%-\u202e\x00&*!") + text[at + 1 :]


def rename(chance: random.Random, text: str) -> str:
    places = [i for i in range(len(text)) if text.startswith("名称: ", i)]
    if not places:
        return drop_line(chance, text)
    at = chance.choice(places) + 4
    return text[:at] + chance.choice(["改", "不少于", "机关", "12", "{}"]) + text[at:]


def swap_words(chance: random.Random, text: str) -> str:
    """One value where another of the same file stood: types and kinds stop fitting."""
    lines = text.split("\n")
    valued = [i for i, line in enumerate(lines) if ": " in line]
    if not valued:
        return cut_short(chance, text)
    a, b = chance.choice(valued), chance.choice(valued)
    lines[a] = lines[a].split(": ", 1)[0] + ": " + lines[b].split(": ", 1)[1]
    return "\n".join(lines)


def cut_short(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text))]


DAMAGES: tuple[Damage, ...] = (
    drop_line,
    double_line,
    indent_line,
    swap_characters,
    drop_mark,
    replace_character,
    rename,
    swap_words,
    cut_short,
)


def damaged(seed: int) -> dict[str, dict[str, str]]:
    """The packages with one to three places of one file damaged."""
    chance = random.Random(seed)
    sources = {key: dict(files) for key, files in SOURCES.items()}
    files = sources[chance.choice(list(sources))]
    path = chance.choice(list(files))
    for _ in range(chance.randint(1, 3)):
        if len(files[path]) > 2:
            files[path] = chance.choice(DAMAGES)(chance, files[path])
    return sources


def outcome(sources: dict[str, dict[str, str]], target: str) -> tuple[bool, list[Problem]]:
    library, problems = read_library(sources)
    package, found = resolve(library, target, date(2026, 11, 23), Calendar("无", ()))
    problems = problems + found
    if package is not None:
        header = library.specs[target].header
        problems += check_package(package, header.structure if header else None)
    return package is not None, problems


def test_the_undamaged_packages_resolve() -> None:
    assert UNREADABLE == []
    assert REGULATIONS
    for target in REGULATIONS:
        assert outcome({k: dict(v) for k, v in SOURCES.items()}, target)[0]


@pytest.mark.parametrize("block", range(8))
def test_damage_is_a_problem_or_a_package(block: int) -> None:
    refused = 0
    for seed in range(block, ROUNDS, 8):
        sources = damaged(seed)
        resolved, problems = outcome(sources, REGULATIONS[seed % len(REGULATIONS)])
        assert resolved or problems, f"seed {seed}: neither a package nor a problem"
        texts = {path: text for files in sources.values() for path, text in files.items()}
        shown = render_text(problems, texts)
        assert all(p.code in shown for p in problems)
        assert all(p.place.file in texts for p in problems if isinstance(p.place, Span)), f"seed {seed}"
        refused += any(p.is_error for p in problems)
    assert refused, "the damage must be felt"
