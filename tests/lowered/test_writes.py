"""Closures of a form are made once, and only of what is asked for: counted, over a sample with much unknown in it.

Why it matters: every definition that tries cases runs what lies below it again. Compiled for each of them, that took
longer than all decisions of a case together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.decision.decide import decide_all
from engine.lowered.closures import compile_node
from engine.lowered.form import asks_value
from engine.lowered.writes import Writing
from engine.office.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


def test_a_definition_is_compiled_once_however_many_cases_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Any] = []

    def counting(node: Any, context: Any) -> Any:
        compiled.append(node)
        return compile_node(node, context)

    monkeypatch.setattr("engine.lowered.writes.compile_node", counting)
    program, case, _ = Workspace(ROOT / "policies", date(2026, 11, 23)).case(ROOT / "fixtures/03-maker-incubator")
    assert not compiled  # nothing before a rule runs
    decide_all(program, case)
    assert 0 < len(compiled) <= len(program.form.definitions)
    before = list(compiled)
    decide_all(program, case)
    assert compiled == before


def test_what_moves_with_a_case_is_what_reads_it_through_whatever_lies_between() -> None:
    """Against the plain reading: a definition moves that reads what is tried, or one that moves, save that what is only
    supposed is not filled in."""
    program, _, _ = Workspace(ROOT / "policies", date(2026, 11, 23)).case(ROOT / "fixtures/03-maker-incubator")
    form, writing = program.form, Writing(program.form, program.context)
    every = [group for d in form.definitions.values() for group in d.cases]
    groups = {frozenset(key for split in group for case in split.cases for key in case) for group in every}
    assert len(groups) > 10
    for tried in groups:
        moved, slots = set(tried), set[int]()  # of what is tried, too: it may follow from the rest
        for key, definition in form.definitions.items():
            if not asks_value(definition) and any(name.name in moved for name in form.names(key)):
                moved.add(key)
                slots |= {slot for slot, _ in writing._write(replace(definition, cases=(), joint=()))}
        assert writing._moved_by(tried).keys() == slots
