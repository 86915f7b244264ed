"""自查: an applicant says what he knows and is told what can still matter. Nothing is kept, nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from engine.base.classes import dataclass
from engine.decision.model import NOT_OPENED, UNDECIDED, CriterionResult, Missing
from engine.decision.parts import Explanation
from engine.office import api
from engine.policy.fields import Field as Declared
from web.services.look import YES_NO
from web.services.rules import package, packages, today

NAME = "自查"
"""What the case is called."""
MOST, LONGEST = 300, 500
"""Answers, and characters of one, that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the applicant can say; `choices` () for what is written."""

    name: str
    text: str
    evidence: str
    kind: str
    unit: str
    choices: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the answers come to: questions that can still matter, the first few first; what only the office or a ledger can
    say; what fails by what was said, with what would mend it; the materials to bring."""

    explanation: Explanation
    questions: tuple[Question, ...]
    others: tuple[Missing, ...]
    failed: tuple[CriterionResult, ...]
    materials: tuple[tuple[str, str], ...]

    @property
    def open(self) -> bool:
        """Whether nothing has come out yet; a determination that nothing said so far opens has not begun."""
        return self.explanation.outcome in (UNDECIDED, NOT_OPENED)


def determinations() -> tuple[tuple[str, str], ...]:
    """What can be looked into, with what it is about: determinations that can come out in somebody's favour."""
    found = package().determinations.values()
    return tuple((d.name, d.label) for d in found if any(outcome.favourable for outcome in d.outcomes))


def checked(determination: str, answers: Mapping[str, str]) -> Checked:
    """What the answers come to today. Raises `api.Refused` for one that cannot be read, or no such determination."""
    file = api.open_case(packages(), case_of(answers))
    explanation = api.explain(file, determination)
    missing = [m for m in api.missing(file, determination) if m.matters or m.reopens]
    facts = file.package.facts
    own = [m for m in missing if m.kind == "fact" and not facts[m.name].finding]
    said = [facts[name] for name in answers if name in facts]
    return Checked(
        explanation=explanation,
        questions=tuple(_question(m, facts[m.name], file.package.scope.enums) for m in own),
        others=tuple(m for m in missing if m not in own),
        failed=tuple(r for r in explanation.criteria if r.fails and _said(file, r, answers)),
        materials=tuple(_materials([*said, *(facts[m.name] for m in own)])),
    )


def case_of(answers: Mapping[str, str]) -> dict[str, Any]:
    """The case as its file has it."""
    regulation = package().id
    return {"案件": NAME, "规范": regulation, "基准日": today().isoformat(), "事实": dict(answers)}


def file_of(answers: Mapping[str, str]) -> str:
    """The case as a file, to be sent in with the materials."""
    return yaml.safe_dump(case_of(answers), allow_unicode=True, sort_keys=False)


def _said(file: api.CaseFile, result: CriterionResult, answers: Mapping[str, str]) -> bool:
    """Whether it fails because of something that was said, and not of what was not."""
    return any(source.name in answers for source in api.sources(file, result.name))


def _question(wanted: Missing, declared: Declared, enums: Mapping[str, tuple[str, ...]]) -> Question:
    choices = YES_NO if declared.type.kind == "bool" else enums.get(declared.type.name, ())
    kind = "choice" if choices else {"date": "date"}.get(declared.type.kind, "text")
    unit = declared.unit.name if declared.unit is not None and declared.type.kind == "number" else ""
    return Question(wanted.name, wanted.question, wanted.evidence, kind, unit, choices, wanted.clauses)


def _materials(facts: list[Declared]) -> Iterator[tuple[str, str]]:
    """Each material once, with the facts it shows."""
    shown: dict[str, list[str]] = {}
    for fact in facts:
        if fact.evidence:
            shown.setdefault(fact.evidence, []).append(fact.label or fact.name)
    yield from ((material, "；".join(dict.fromkeys(names))) for material, names in shown.items())
