"""The questions about one version of the rules, put to the solver. What a real case shows needs none; everything else is
asked in a world of its own, as small as what it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.decision.case import Case
from engine.decision.program import Program
from engine.language.tree import Value
from engine.lowered.calls import Values
from engine.proofs.asking import Asker
from engine.proofs.bases import Bases, SupposedCase
from engine.proofs.naming import NoTerm, world_of
from engine.proofs.questions import DeepQuestion
from engine.proofs.replies import UNKNOWN, Reply
from engine.proofs.terms import FALSE, SolverTerm, TruthTerm, ValueTerm, both, same
from engine.proofs.translate import Translation


def asked(
    program: Program, cases: Sequence[Case], values: Sequence[Values], steps: int, question: DeepQuestion
) -> Reply:
    """The answer to a question. `cases`: real ones, with their `values`; `steps` of the solver for it at most."""
    translation = Translation(program, world_of([program]))
    try:
        terms = [(translation.node(node), value) for node, value in question.conditions]
    except NoTerm as why:
        return Reply(question, UNKNOWN, why=str(why))
    goal = both(*(_comes_to(translation, term, value) for term, value in terms))
    bases = Bases.of(translation.world, cases, [translation], [[one] for one in values])

    def confirmed(found: SupposedCase) -> bool:
        return question.holds(program, program.evaluated(found.case))

    answer = Asker(translation.world, bases, steps).ask(goal, confirmed, near=not question.wanted)
    found = answer.found
    if found is None:
        return Reply(question, answer.status, why=answer.why)
    return Reply(question, answer.status, found.base.id if found.base is not None else "", found.moves)


def _comes_to(translation: Translation, term: SolverTerm, value: Value) -> object:
    if isinstance(value, bool):
        found = term if isinstance(term, TruthTerm) else FALSE
        return found.yes if value else found.no
    assert isinstance(term, ValueTerm)
    return both(term.known, same(translation.world.words, term.value, value))
