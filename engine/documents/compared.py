"""In what a finished letter and the one of today differ, by name: not in their wording, but in what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from engine.base.basis import Difference, carried, differences, sentence
from engine.base.problem import Problem, Refused
from engine.documents.model import DocumentPlan, Evidence
from engine.documents.receipt import plan_digest
from engine.documents.trace import Letter
from engine.files.used import looking


def replaced(file: Path, now: DocumentPlan) -> Problem | None:
    """Edge: W609 where the letter that lies at `file` says something else than the one of today, which takes its place."""
    from engine.documents.embedded import read_trace

    try:
        with looking():
            before = read_trace(file)
    except Refused:
        return None  # nothing there, or no letter of ours: nothing to compare
    if _numbered_as(before, now) == before.receipt.get("文书摘要"):
        return None
    message = f"`{now.name}` 替换了 `{file}`，两件内容不同。{what_differs(before, now)}"
    return Problem("W609", message, help="核对哪一件对；要留原件，先另存，或用 `--out` 写到别处")


def _numbered_as(before: Letter, now: DocumentPlan) -> str:
    """The digest of today's letter with the number and the day of the earlier one, which may be others on purpose."""
    try:
        day = date.fromisoformat(before.receipt.get("成文日期", ""))
    except ValueError:
        return ""
    return plan_digest(replace(now.numbered(before.receipt.get("文号", "")), date=day))


def what_differs(letter: Letter, now: DocumentPlan, known: Mapping[str, Evidence] = MappingProxyType({})) -> str:
    """In which part of their bases a finished letter and the one of today differ, by name. `known`: the facts of today,
    held against those the letter carries, if it does."""
    if letter.basis is None:
        return "原件没有载明所据，说不出是什么变了"
    found = [named_facts(one, letter, known) for one in differences(letter.basis, carried(now.receipt.basis))]
    if found:
        return sentence(found)
    return "所据相同：变的是程序代码，或者文件里的文字"


def named_facts(found: Difference, letter: Letter, known: Mapping[str, Evidence]) -> Difference:
    """Facts by name, as far as the letter carries their values."""
    if found.part != "事实" or not letter.values:
        return found
    carried = {fact.name: fact for one in letter.told for reason in one.reasons for fact in reason.facts}
    pairs = [(old, known[name]) for name, old in carried.items() if name in known and known[name] != old]
    return replace(found, what=tuple(f"{old.name}（{_said(old, new)} → {_said(new, old)}）" for old, new in pairs))


def _said(fact: Evidence, other: Evidence) -> str:
    """Its value; where both have the same, where it came from."""
    return (fact.text if fact.text != other.text else fact.source) or "没有"
