"""Edge: the examples of packages, each decided under the regulation that its package belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.intake.examples import ExampleReport, run_examples
from engine.office.workspace import Workspace
from engine.policy.sources import EXAMPLES


def tried(rules: Workspace, packages: Sequence[Path]) -> dict[str, ExampleReport]:
    """Regulation -> what its examples came to, for regulations that have examples, or files of them that cannot be read;
    `packages`: the folders asked for (none: all). Of a regulation that was named its own alone."""
    found: dict[str, ExampleReport] = {}
    for folder in packages or [rules.folder / key for key in rules.library.specs]:
        own = rules.regulation_of(folder.resolve().name)
        if packages or not rules.regulation or own in (rules.regulation, ""):
            meant = rules.under(own)
            report = ExampleReport() if own not in found else found[own]
            run_examples(folder / EXAMPLES, meant.by_day, report, meant.adopting)
            if report.passed + report.failed or report.problems:
                found[own] = report
    return found
