"""Edge: what `guiju check --deep` asks of a regulation, and the cases of its examples that answers start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from engine.decision.case import Case
from engine.intake.examples import example_cases
from engine.office.workspace import Workspace
from engine.policy.sources import EXAMPLES
from engine.proofs import finite
from engine.proofs.questions import DeepQuestion, asked_of
from engine.proofs.replies import WITNESSED, Reply


def deep_replies(
    rules: Workspace, *, solver: bool, steps: int, heard: Callable[[int, int], None] = lambda done, whole: None
) -> Iterator[Reply]:
    """The answer to every question about the regulation, in order. `steps` of the solver for one question at most; `heard`
    is told how far it is. Without `solver` by going through situations, where these are few."""
    program = rules.program()
    cases = [case for case in _example_cases(rules) if case.regulation == program.package.id]
    values = [program.evaluated(case) for case in cases]
    ask: Callable[[DeepQuestion], Reply] = partial(finite.asked, program)
    if solver:
        from engine.proofs import deep

        ask = partial(deep.asked, program, cases, values, steps)
    questions = list(asked_of(program))
    for number, question in enumerate(questions):
        heard(number, len(questions))
        shown = next((case.id for case, one in zip(cases, values, strict=True) if question.holds(program, one)), None)
        yield ask(question) if shown is None else Reply(question, WITNESSED, shown)


def _example_cases(rules: Workspace) -> Iterator[Case]:
    """The cases of the examples of all packages, as far as they can be read."""
    for key in rules.library.specs:
        yield from example_cases(rules.folder / key / EXAMPLES, rules.by_day)
