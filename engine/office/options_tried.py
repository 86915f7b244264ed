"""Edge: what every option of an interpretation would come to for cases at hand, beside the one that is adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.decision.case import Case
from engine.decision.model import UNDECIDED
from engine.decision.program import Program
from engine.decision.wording import called
from engine.office.workspace import Workspace
from engine.policy.package import Interpretation
from engine.policy.shape import read_overlay
from engine.policy.stack import Sourced


@dataclass(frozen=True, slots=True)
class OptionEffect:
    """A case whose determination comes out otherwise under an option."""

    case: str
    determination: str
    before: str
    after: str


OptionEffects = Mapping[tuple[str, str], Sequence[OptionEffect]]
"""Number and option -> whom it changes; an option that cannot be taken on its own is not in it."""


def options_tried(rules: Workspace, paths: Sequence[Path]) -> tuple[OptionEffects, int, list[str]]:
    """The effects of every option that is not adopted, on how many cases of the regulation that is meant; those that cannot
    be read. Raises `Refused` where the rules cannot be read."""
    package = rules.program().package
    cases, unread = list[tuple[Program, Case]](), list[str]()
    for path in paths:
        try:
            program, case, _ = rules.case(path)
        except Refused:
            unread.append(path.name)
            continue
        if program.package.id == package.id:
            cases.append((program, case))
    before = [_outcomes(program, case) for program, case in cases]
    found: dict[tuple[str, str], Sequence[OptionEffect]] = {}
    for question in package.interpretations.values():
        for option in question.options:
            if option.name != question.adopted:
                under = _under(rules, question, option.name)
                if (effects := _effects(under, package.id, cases, before)) is not None:
                    found[question.number, option.name] = effects
    return found, len(cases), unread


def every_option(rules: Workspace, question: str) -> list[tuple[str, Workspace]]:
    """Each option of an interpretation (its number or name) that is not adopted, in words, with the rules under it. Refused
    (E317, exit code 2) where there is no such interpretation; raises `Refused` where the rules cannot be read."""
    known = rules.program().package.interpretations.values()
    found = next((one for one in known if question in (one.number, one.name)), None)
    if found is None:
        help_ = did_you_mean(question, [name for one in known for name in (one.number, one.name)])
        raise Refused(Problem("E317", f"没有解释口径 `{question}`", help=help_), 2)
    left = [option.name for option in found.options if option.name != found.adopted]
    return [(f"{found.number} {found.adopted} → {name}", _under(rules, found, name)) for name in left]


def _under(rules: Workspace, question: Interpretation, option: str) -> Workspace:
    text = f"口径: {{'{question.number}': '{option.replace(chr(39), chr(39) * 2)}'}}\n"
    overlay, _ = read_overlay("意见清单", text)
    assert overlay is not None
    return rules.varied([Sourced(overlay, "意见清单")])


def _effects(
    under: Workspace, regulation: str, cases: Sequence[tuple[Program, Case]], before: Sequence[Mapping[str, str]]
) -> list[OptionEffect] | None:
    found: list[OptionEffect] = []
    try:
        for (program, case), was in zip(cases, before, strict=True):
            now = _outcomes(under.program(regulation, case.as_of), case)
            name = called(program.package, case) or case.id
            found += [OptionEffect(name, d, old, now[d]) for d, old in was.items() if d in now and now[d] != old]
    except Refused:
        return None
    return found


def _outcomes(program: Program, case: Case) -> dict[str, str]:
    """The outcome of each determination that applies, 待查 where it is not known."""
    values = program.evaluated(case)
    said = {name: values[judge.slot] for name, judge in program.judges.items()}
    return {name: one if isinstance(one, str) else UNDECIDED for name, one in said.items()}
