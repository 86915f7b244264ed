"""How it stands with each of the conditions that a criterion requires together, in the words of those that are unmet. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.numbers import Number
from engine.decision.boundaries import comparisons
from engine.decision.model import LimbResult
from engine.decision.program import Program
from engine.decision.wording import fill, is_number
from engine.language import keys
from engine.language.tree import Name, Node
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.policy.package import Criterion


def limb_results(program: Program, values: Values, criterion: Criterion) -> tuple[LimbResult, ...]:
    """How it stands with each condition that a criterion requires."""
    words = {True: "满足", False: "未满足", None: "待查明"}
    single = len(criterion.limbs) == 1
    found = []
    for index, limb in enumerate(criterion.limbs):
        key = keys.required(criterion.name) if single else keys.limb(criterion.name, index)
        truth = values[program.slots[key]]
        said, remedy = (limb.unmet, limb.remedy) if truth is False else ((), ())
        beside = limits_of(program, values, limb.condition) if said or remedy else ()
        compared = {node.name for node in nodes(limb.condition) if isinstance(node, Name)} if said or remedy else ()
        texts = (fill(template, program, values, beside, compared).text for template in (said, remedy))
        found.append(LimbResult(limb.sentence, words[truth], *texts))
    return tuple(found)


def limits_of(program: Program, values: Values, condition: Node) -> tuple[Number, ...]:
    """The numbers that a condition compares with others."""
    sides = (side for pair in comparisons(program.inlined(condition)) for side in pair)
    found = (program.value(side, values) for side in sides)
    return tuple(value for value in found if is_number(value))


def message_of(criterion: Criterion, limbs: Sequence[LimbResult]) -> str:
    """What is unmet, in the words of each limb that is."""
    unmet = [limb.message or f"没有达到要求：{limb.sentence}" for limb in limbs if limb.verdict == "未满足"]
    return "；".join(unmet) or f"下列要求不能同时达到，究竟哪一项没有达到尚未查明：{criterion.sentence}"


def remedy_of(program: Program, values: Values, criterion: Criterion, limbs: Sequence[LimbResult]) -> str:
    """What would meet each limb that is unmet; where one does not say, what the criterion says for all."""
    unmet = [limb.remedy for limb in limbs if limb.verdict == "未满足"]
    whole = fill(criterion.remedy, program, values).text if "" in unmet or not unmet else ""
    return "；".join(dict.fromkeys(text for text in (*unmet, whole) if text))
