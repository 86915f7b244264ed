"""The locked requirements: whatever a locked package asks of another, extras included, is what the lock pins.

pip refuses a hash-checked `coverage[toml]` where the lock pins `coverage` alone, as soon as a newer release is out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([a-z0-9,._-]+)\])?==(\S+)", re.M)

Wants = Callable[[str], list[str]]


def pinned(text: str) -> dict[str, frozenset[str]]:
    """Package -> the extras it is pinned with."""
    return {plain(name): frozenset(filter(None, extras.split(","))) for name, extras, _ in _PIN.findall(text)}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another system
        return []


def gaps(pins: Mapping[str, frozenset[str]], wants: Wants = wanted) -> list[str]:
    """What packages ask for that the lock does not pin as asked."""
    found = []
    for name, extras in pins.items():
        for text in wants(name):
            asked = Requirement(text)
            applies = asked.marker is None or any(asked.marker.evaluate({"extra": e}) for e in extras or {""})
            lacking = asked.extras - pins.get(plain(asked.name), frozenset())
            if applies and (plain(asked.name) not in pins or lacking):
                found.append(f"{name} wants {text}")
    return found


@pytest.mark.parametrize("file", ["run.txt", "postgresql.txt", "columns.txt", "proofs.txt", "dev.txt"])
def test_every_demand_is_pinned_as_it_is_asked(file: str) -> None:
    pins = pinned((ROOT / "requirements" / file).read_text(encoding="utf-8"))
    assert len(pins) > 20
    assert gaps(pins) == []


def test_planted_gaps_are_found() -> None:
    demands = {"a": ["b[x]>=1", "c", 'd; extra == "y"', 'e; python_version < "3"'], "b": [], "c": []}
    pins = pinned("a==1 \\\n    --hash=sha256:0\nb==2\n")
    assert gaps(pins, lambda name: demands[name]) == ["a wants b[x]>=1", "a wants c"]
    pins = pinned("a[y]==1\nb[x]==2\nc==3\n")
    assert gaps(pins, lambda name: demands[name]) == ['a wants d; extra == "y"']
