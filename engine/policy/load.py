"""Edge: package folders from disk to resolved packages. Everything behind it is pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.problem import Problem, Refused
from engine.policy.calendar_data import load_calendar
from engine.policy.package import Package
from engine.policy.resolve import Library, read_library, resolve
from engine.policy.sources import read_folder
from engine.policy.spec.vocabulary import OverlaySpec
from engine.policy.stack import Sourced


def load_library(folder: Path) -> tuple[Library, list[Problem]]:
    """All packages under `folder`, read but not resolved."""
    sources, problems = read_folder(folder)
    library, found = read_library(sources)
    return library, problems + found


def load_package(
    folder: Path,
    target: str | None,
    as_of: date,
    overlays: Sequence[Sourced[OverlaySpec]] = (),
    calendar: Calendar | None = None,
) -> tuple[Package | None, list[Problem], Library]:
    """The regulation `target` (or the only one under `folder`) resolved for `as_of`; `calendar` None: the program's own."""
    library, problems = load_library(folder)
    chosen = target or only_regulation(library)
    if any(p.is_error for p in problems):
        return None, problems, library
    package, found = resolve(library, chosen, as_of, load_calendar() if calendar is None else calendar, overlays)
    return package, problems + found, library


def regulations(library: Library) -> list[str]:
    """The packages a case can be decided under: those that are neither general law nor an implementing scheme."""
    return [k for k, s in library.specs.items() if s.header and s.header.kind == "规范性文件"]


def regulations_behind(library: Library, package: str) -> list[str]:
    """The regulations a package belongs to: itself, or those it implements; none for general law. Its examples are decided
    under the first."""
    known, asked = regulations(library), [package]
    for key in asked:  # grows while it is walked
        spec = library.specs.get(key)
        asked += [n.text for n in (spec.header.implements if spec and spec.header else ()) if n.text not in asked]
    return [key for key in asked if key in known]


def only_regulation(library: Library) -> str:
    """The one regulation there is, samples (状态: 示例) aside where there is another; with several, the caller must say which
    (`Refused`, exit code 2)."""
    found = regulations(library)
    headers = {key: spec.header for key, spec in library.specs.items()}
    meant = [key for key in found if (header := headers[key]) is not None and header.status != "示例"] or found
    if len(meant) == 1:
        return meant[0]
    if not found:
        return next(iter(library.specs), "")
    raise Refused(Problem("E903", f"有几个规范：{'、'.join(found)}", help="用 `--regulation 名称` 选一个"), 2)
