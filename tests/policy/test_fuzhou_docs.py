"""docs/fuzhou.md speaks of every clause of the package once, and of nothing the package does not have."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

from engine.office.workspace import Workspace
from engine.policy.package import Package

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/fuzhou.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (第[^|]+|附件[^|]+?) \| (.+?) \| (.+?) \|$", re.M)


@cache
def package() -> Package:
    return Workspace(ROOT / "policies", date(2026, 11, 23)).program("fuzhou-talent-station").package


def unknown(text: str) -> list[str]:
    """Names in backticks, and readings, that the package does not have."""
    found = package()
    procedure = found.procedure
    assert procedure is not None
    sections = (found.facts, found.tables, found.derived, found.parameters, found.criteria, found.groups, found.scores)
    more = (found.decision_tables, found.determinations, found.rankings, found.documents)
    known = {name for section in (*sections, *more) for name in section}
    known |= {*procedure.events, *procedure.rules, *procedure.periodic, *procedure.states}
    named = re.findall(r"`([^`]+)`", text)
    readings = {item.number for item in found.interpretations.values()}
    missing = [name for name in named if name not in known and not name.startswith(("./", "policies/"))]
    return [*missing, *(number for number in re.findall(r"Q\d+", text) if number not in readings)]


def test_every_clause_is_told_once_in_order() -> None:
    told = [citation for citation, _, _ in ROW.findall(DOC)]
    assert told == [
        key for key, clause in package().clauses.items() if "#" not in key and clause.origin == package().id
    ]


def test_nothing_is_named_that_is_not_there() -> None:
    assert unknown(DOC) == []


def test_a_name_that_is_gone_would_be_found() -> None:
    assert unknown("`没有的准则` 看 Q99") == ["没有的准则", "Q99"]


def test_every_reading_is_spoken_of() -> None:
    assert {item.number for item in package().interpretations.values()} - set(re.findall(r"Q\d+", DOC)) == set()


def test_who_says_that_nothing_carries_a_clause_says_why() -> None:
    for citation, carried, left in ROW.findall(DOC):
        assert carried != "–" or left != "–", citation
