"""What a program hands over as a case or a history, a file or data, read. `api` is where it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.base.problem import Pointer, Problem, Refused, errors
from engine.decision.case import Case
from engine.files.reading import folder_at
from engine.intake.case import load_case
from engine.intake.data import Data, case_from, data_of, history_from
from engine.intake.history import load_history, regulation_of
from engine.office.packages import Packages
from engine.policy.nodes import Scalar
from engine.policy.package import Package
from engine.procedure.compiled import Compiled
from engine.procedure.history import History

Source = Path | Mapping[str, Any]
"""A file or folder as people fill it in, or the same as data: dicts, lists and values."""


def given(value: object, kinds: type | tuple[type, ...], what: str, help: str) -> None:
    """Raises Refused, E557, where an argument is of another kind than is asked for; an instant is no day."""
    if not isinstance(value, kinds) or isinstance(value, datetime):
        raise Refused(Problem("E557", f"{what}不能是 {type(value).__name__}", help=help), 2)


def read_case(
    source: Source, data: Data | None, package: Package, folder: Path | None, tolerant: bool
) -> tuple[Case | None, list[Problem]]:
    """The case at a path (see `load_case`), or the one that data says (see `case_from`)."""
    if isinstance(source, Path):
        return load_case(source, package, tolerant)
    return case_from(data or data_of(source), package, folder)


def named_history(source: Source, folder: Path | None, history: str) -> Path | None:
    """Where the history is that a case names; None where it names none. Raises Refused: E557 data without a folder."""
    if not history:
        return None
    if isinstance(source, Path):
        return folder_at(source) / history
    if folder is None:
        message = f"案件写明了事件记录 `{history}`，没有说明在哪个文件夹"
        raise Refused(Problem("E557", message, Pointer("", "/事件记录"), "给出 folder，或用 history 给出事件记录"))
    return folder / history


def history_given(
    packages: Packages, source: Source, day: date, regulation: str
) -> tuple[Compiled, History, list[Problem]]:
    """A history with the procedure of its regulation, and what was remarked on reading it."""
    given(source, (Path, Mapping), "事件记录", "写 Path，或字典")
    if isinstance(source, Path):
        named, problems = regulation_of(source)
        if errors(problems):
            raise Refused(problems)
        compiled = packages.procedure(day, regulation or named)
        history, problems = load_history(source, compiled.package)
    else:
        data = data_of(source)
        own = data.root.get("规范")
        compiled = packages.procedure(day, regulation or (own.text if isinstance(own, Scalar) else ""))
        history, problems = history_from(data, compiled.package)
    if history is None:
        raise Refused(problems)
    return compiled, history, problems
