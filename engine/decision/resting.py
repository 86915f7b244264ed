"""What an unmet criterion rests on: the text itself, or a figure or a reading that somebody chose where the text leaves it open.
Pure.

Of each condition of it that fails: the parameters, decision tables and scores below what keeps it from holding, as far as
they are not the text's own or a law's, and the readings under another option of which that condition would, or might, not
fail. A condition that rests on neither rests on the text. A question whose options say nothing that rules could, none of
them, leaves each condition as it is.
"""

from __future__ import annotations

from engine.decision.core import Evaluation, verdict
from engine.decision.leaves import failed
from engine.decision.relied import ReadSet, figures, touching
from engine.decision.turning import OtherReadings
from engine.language import keys

TEXT, READING = "条文", "解释口径"
_LAW = (TEXT, "通则", "未定")
_FIGURES = ("实施口径", "实施口径（示例）")


def rests_on(readings: OtherReadings, name: str) -> tuple[str, ...]:
    """What the failed conditions of an unmet criterion rest on, each once, in their order."""
    found = dict[str, None]()
    for key in _failing(readings.evaluation, name):
        found |= dict.fromkeys(_rests_on(readings, name, key) or (TEXT,))
    return tuple(found)


def _failing(evaluation: Evaluation, name: str) -> list[str]:
    """The slot keys of the conditions of a criterion that fail; none where it applies to nobody, or is no rule."""
    program, values = evaluation.view.program, evaluation.values
    criterion = program.package.criteria.get(name)
    if criterion is None or name not in program.steps or verdict(values, program.layout.criterion(name)) != "未满足":
        return []
    if len(criterion.limbs) == 1:
        return [keys.required(name)]
    limbs = (keys.limb(name, index) for index in range(len(criterion.limbs)))
    return [key for key in limbs if values[program.slots[key]] is False] or [keys.required(name)]


def _rests_on(readings: OtherReadings, name: str, key: str) -> list[str]:
    """What a failed condition rests on besides the text."""
    evaluation = readings.evaluation
    program, values = evaluation.view.program, evaluation.values
    reads, condition = ReadSet(program, values), program.form.definitions[key].node
    through = set[str]()
    leaves = list(failed(program, values, condition, through=through))
    below = reads.below(n for leaf in leaves for n in reads.named(program.inlined(leaf)))
    sources = [one.source for one in figures(program, values, sorted(below), below) if one.source not in _LAW]
    asked = touching(program, {*below, *through, name}, evaluation.view.determination)
    turns = any(
        other is None or key not in _failing(other, name)
        for question in asked
        if any(option.changes for option in question.options)
        for other in readings.others(question)
    )
    chosen = [source if source in _FIGURES else READING for source in sources]
    return [*dict.fromkeys([*chosen, *([READING] if turns else [])])]
