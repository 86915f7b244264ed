"""Where every slot of the lowered form lives in the flat list of values, and what a case puts there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.base.classes import dataclass
from engine.language import keys
from engine.language.tree import Node
from engine.lowered.closures import CONSULTED
from engine.lowered.form import Form
from engine.lowered.worlds import RELEASED, SUPPOSED
from engine.policy.package import AS_OF, FINDING_PARTS, Outcome, Package
from engine.policy.procedure import of


@dataclass(frozen=True, slots=True)
class CriterionSlots:
    """Where a criterion's parts live. `passed` and `met` are what everything else rests on."""

    passed: int
    met: int
    applies: int
    required: int
    excuse: int


@dataclass(frozen=True, slots=True)
class SlotLayout:
    """`inputs`: fact or table -> slot; `findings`: slots that only a finding with a finder may fill; `excuses`:
    criterion -> slot of the finding that excuses it; `presence`: (slot, slot of its 已填) of what a case gives; `told`: (slot, 判断,
    part) of what some wording asks of a 判断 (某判断的理由)."""

    slots: Mapping[str, int]
    inputs: Mapping[str, int]
    findings: frozenset[int]
    excuses: Mapping[str, int]
    presence: tuple[tuple[int, int], ...]
    as_of: int | None
    told: tuple[tuple[int, str, str], ...] = ()

    def criterion(self, name: str) -> CriterionSlots:
        slots = self.slots
        parts = (keys.passed(name), keys.met(name), keys.applies(name), keys.required(name), keys.excuse(name))
        return CriterionSlots(*(slots[part] for part in parts))


def lay_out(package: Package, form: Form) -> SlotLayout:
    """Number the slots of `package`. A definition that only repeats another part of its owner shares that one's slot."""
    said = set(form.findings)
    told = [(name, part) for name in package.facts for part in FINDING_PARTS if of(name, part) in said]
    given = (*package.facts, *package.tables, *(of(name, part) for name, part in told))
    asked = [name for name in form.presences if name in given]
    slots = {key: index for index, key in enumerate(dict.fromkeys(_keys(package, form, given, asked)))}
    for key, definition in form.definitions.items():
        if (repeated := definition.repeats) is not None:
            slots[key] = slots[repeated]
    inputs = {name: slots[name] for name in (*package.facts, *package.tables)}
    return SlotLayout(
        slots=slots,
        inputs=inputs,
        findings=frozenset(slots[name] for name, fact in package.facts.items() if fact.finding),
        excuses={n: slots[keys.excuse(n)] for n, c in package.criteria.items() if c.strength == "一般应当"},
        presence=tuple((slots[name], slots[keys.filled(name)]) for name in asked),
        as_of=inputs.get(AS_OF),
        told=tuple((slots[of(name, part)], name, part) for name, part in told),
    )


def _keys(package: Package, form: Form, given: tuple[str, ...], asked: list[str]) -> Iterator[str]:
    yield from (
        SUPPOSED,
        RELEASED,
        *given,
        *package.parameters,
        *map(keys.filled, asked),
        *map(keys.excuse, package.criteria),
        CONSULTED,
    )
    for score in package.scores.values():
        yield from (keys.band(score.name), *(keys.item(score.name, item.name) for item in score.items))
    for key, definition in form.definitions.items():
        if definition.repeats is None:
            yield key
            if definition.bounded or definition.hulled:
                yield keys.interval(key)
            if definition.worded:
                yield keys.words(key)


def outcome_nodes(outcome: Outcome) -> tuple[Node, ...]:
    """What follows from an outcome: amount, authority, duties, note."""
    authority = outcome.authority if not isinstance(outcome.authority, str) else None
    note = [part for part in outcome.note if not isinstance(part, str)]
    found = (outcome.amount, authority, *(duty.due for duty in outcome.duties), *note)
    return tuple(node for node in found if node is not None)
