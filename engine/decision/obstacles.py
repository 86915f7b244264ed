"""Why not a favourable outcome: the names whose present values stand in the way of every one, and no others.

A name stands in the way if its value alone rules the outcome out, whatever all the others were. Where only several
together do, a smallest such set is named. What has been named is then taken as open, and the question asked again, until
the outcome is possible: nothing that would still prevent it is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.decision.core import Evaluation
from engine.decision.forcing import blank
from engine.decision.model import NOT_OPENED
from engine.decision.reasons import reduced
from engine.decision.remedies import favourable_of
from engine.lowered.calls import Values
from engine.policy.package import NOT_YET


def find_obstacles(evaluation: Evaluation) -> tuple[str, ...]:
    """Criteria and directly read values in the way, in the package's order; () where the outcome is reached, is still
    possible, or is none to be had."""
    view = evaluation.view
    reasons = view.reasons
    judge, atoms = reasons.judge, reasons.atoms
    targets = favourable_of(view.program.package.determinations[view.determination])
    if not targets or evaluation.outcome in (*targets, NOT_OPENED, NOT_YET) or judge.tainted:
        return ()

    def ruled_out(trial: Values) -> bool:
        return set(targets).isdisjoint(judge.possible_opened(trial))

    def open_(trial: Values, names: Iterable[str]) -> Values:
        opened = list(trial)
        for name in names:
            blank(opened, atoms.slots[name])
        return opened

    left = dict.fromkeys(atoms.slots)
    if ruled_out(open_(evaluation.values, left)):
        return ()
    found: dict[str, None] = {}
    trial = list(evaluation.values)
    while ruled_out(trial):
        alone = [name for name in left if ruled_out(open_(trial, [other for other in left if other != name]))]
        slots = tuple(slot for name in left for slot in atoms.slots[name])
        named = alone or reduced(trial, atoms, (), slots, ruled_out)
        found |= dict.fromkeys(named)
        trial = open_(trial, named)
        left = {name: None for name in left if name not in found}
    return tuple(name for name in atoms.slots if name in found)
