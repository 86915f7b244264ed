"""Edge: what a handbook of a regulation is made of, read from its packages: official words, notes, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.decision.coverage import goals
from engine.intake.examples import ExampleReport
from engine.office.official_texts import meant_text
from engine.office.tried import tried
from engine.office.workspace import Workspace
from engine.policy.notes import AnchoredNote, anchored
from engine.policy.package import Package
from engine.policy.shape import read_notes
from engine.policy.sources import read_text
from engine.policy.spec.notes import NoteSpec


@dataclass(frozen=True, slots=True)
class HandbookOf:
    """What a handbook is made of: the rules; the official words by clause ({}: none kept); notes; the examples by the
    criterion that decides them and by determination; of each kind of rule how many they reach of how many, and which not."""

    package: Package
    words: Mapping[str, str]
    notes: Sequence[AnchoredNote]
    deciding: Mapping[str, Sequence[str]]
    examples: Mapping[str, Sequence[str]]
    reached: Mapping[str, tuple[int, int]]
    lacking: Mapping[str, Sequence[str]]


def handbook_of(rules: Workspace, notes: Path | None) -> tuple[HandbookOf, list[Problem]]:
    """The parts of the handbook of the regulation that is meant, and what is wrong with its wording. Raises `Refused` where
    rules or notes cannot be read."""
    package = rules.program().package
    kept, problems = meant_text(rules.folder, rules.library.specs, package.id)
    words = {clause.citation: clause.text for clause in kept.text.clauses} if kept is not None else {}
    said = {clause.citation: words.get(clause.citation, clause.gist) for clause in package.clauses.values()}
    report = tried(rules.under(package.id), ()).get(package.id, ExampleReport())
    deciding, examples = _examples(report)
    every = goals(package)
    found = HandbookOf(
        package,
        words,
        tuple(anchored(_notes(notes), said)) if notes is not None else (),
        deciding,
        examples,
        {str(kind): pair for kind, pair in report.coverage.rates(every).items()},
        {str(kind): tuple(names) for kind, names in report.coverage.lacking(every).items()},
    )
    return found, problems


def _examples(report: ExampleReport) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The names of the examples by criterion that decides them, and by determination."""
    deciding, examples = dict[str, dict[str, None]](), dict[str, dict[str, None]]()
    for one in report.ready:
        for assertion in one.spec.assertions:
            examples.setdefault(assertion.determination.text, {})[one.spec.name.text] = None
            for criterion in assertion.deciding or ():
                deciding.setdefault(criterion.text, {})[one.spec.name.text] = None
    return {k: [*v] for k, v in deciding.items()}, {k: [*v] for k, v in examples.items()}


def _notes(path: Path) -> Sequence[NoteSpec]:
    text, problems = read_text(path)
    spec, found = read_notes(str(path), text) if text is not None else (None, [])
    if spec is None:
        raise Refused(
            errors([*problems, *found]) or [Problem("E301", f"批注文件 `{path}` 是空的", help="写 `批注:`，至少一项")]
        )
    return spec.notes
