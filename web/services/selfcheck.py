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
from web.services.rules import package, packages, today
from web.services.shapes import Shape, shape_of

NAME = "自查"
"""What the case is called."""
MOST, LONGEST = 300, 500
"""Answers, and characters of one, that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the applicant can say."""

    name: str
    text: str
    evidence: str
    shape: Shape
    clauses: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the answers come to: questions that can still matter, the first few first; what only the office or a ledger can
    say; what fails by what was said, with what would mend it; the materials to bring."""

    explanation: Explanation
    questions: tuple[Question, ...]
    answered: tuple[Question, ...]
    others: tuple[Missing, ...]
    failed: tuple[CriterionResult, ...]
    materials: tuple[tuple[str, str], ...]

    @property
    def open(self) -> bool:
        """Whether nothing has come out yet; a determination that nothing said so far opens has not begun."""
        return self.explanation.outcome == UNDECIDED or not self.begun

    @property
    def begun(self) -> bool:
        """Whether something that was said opens it."""
        return self.explanation.outcome != NOT_OPENED


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
    told = [facts[name] for name in answers if name in facts]
    decided = explanation.reasons if explanation.outcome not in (UNDECIDED, NOT_OPENED) else ()
    return Checked(
        explanation=explanation,
        questions=tuple(_question(facts[m.name], file.package.scope.enums, question=m.question) for m in own),
        answered=tuple(
            _question(facts[name], file.package.scope.enums, said=said)
            for name, said in answers.items()
            if name in facts
        ),
        others=tuple(m for m in missing if m not in own),
        failed=tuple(r for r in explanation.criteria if r.fails and (r.name in decided or _said(file, r, answers))),
        materials=tuple(_materials([*told, *(facts[m.name] for m in own)])),
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


def _question(
    declared: Declared, enums: Mapping[str, tuple[str, ...]], *, question: str = "", said: str = ""
) -> Question:
    text = question or declared.question or declared.label or declared.name
    return Question(declared.name, text, declared.evidence, shape_of(declared, enums), declared.clauses, said)


def _materials(facts: list[Declared]) -> Iterator[tuple[str, str]]:
    """Each material once, with the facts it shows."""
    shown: dict[str, list[str]] = {}
    for fact in facts:
        if fact.evidence:
            shown.setdefault(fact.evidence, []).append(fact.label or fact.name)
    yield from ((material, "；".join(dict.fromkeys(names))) for material, names in shown.items())
