"""Which events cannot have happened as entered, with the clause and, where it can be told, the earliest day.

Requirements that look at other events are checked here, in order; those about the state come out of the replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from itertools import product

from engine.base.calendar import Consulted
from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.base.text import clauses_text
from engine.language.printer import show_value
from engine.policy.uses import outcomes
from engine.procedure.compiled import CheckedRequirement, Compiled
from engine.procedure.history import Entry, named
from engine.procedure.terms import Terms
from engine.procedure.timeline import Begun, Refusal


@dataclass
class Checking:
    """One pass over a history: `valid` so far, `refused`, and `cautions` where a requirement cannot be decided.
    `consulted`: what the replay reads of the calendar; `terms`: those that began."""

    consulted: Consulted
    valid: list[Entry] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    cautions: list[Problem] = field(default_factory=list)
    terms: Sequence[Begun] = ()


def check_events(
    compiled: Compiled, entries: Iterable[Entry], refused: Mapping[str, Refusal], terms: Terms, as_of: date
) -> Checking:
    """The entries (by day) whose requirements about other events hold, leaving out those refused for their state, and the
    events that end `terms` up to `as_of`."""
    found = Checking(terms.consulted)
    by_event: dict[str, list[Entry]] = {}

    def counts(entry: Entry) -> None:
        found.valid.append(entry)
        by_event.setdefault(entry.event, []).append(entry)
        terms.begin(entry)
        for waited in terms.after(entry):
            counts(waited)

    def until(day: date) -> None:
        while (ending := terms.ending(day)) is not None:
            counts(ending)

    for entry in entries:
        until(entry.day)
        refusal = refused.get(entry.id) or _refusal(compiled, entry, by_event, found)
        if refusal is not None:
            found.refused[entry.id] = refusal
        else:
            counts(entry)
    until(as_of)
    found.cautions += terms.cautions
    found.terms = terms.begun
    return found


Earlier = Mapping[str, Sequence[Entry]]


def _refusal(compiled: Compiled, entry: Entry, earlier: Earlier, checking: Checking) -> Refusal | None:
    for checked in compiled.requirements[entry.event]:
        check = _CHECKS.get(checked.requirement.kind)
        refusal = check(compiled, checked, entry, earlier, checking) if check else None
        if refusal is not None:
            return refusal
    return _without_amount(compiled, entry)


def _without_amount(compiled: Compiled, entry: Entry) -> Refusal | None:
    """E854: an amount (数额) beside an outcome of its determination to which none belongs; nothing is no amount."""
    event = compiled.procedure.events[entry.event]
    for item, determination in event.amounts.items():
        having = {
            one.name for one in outcomes(compiled.package.determinations[determination]) if one.amount is not None
        }
        for name, other in event.concluded.items():
            outcome, value = entry.payload.get(name), entry.payload.get(item)
            if other == determination and outcome is not None and outcome not in having and value:
                field = next(f for f in event.payload if f.name == item)
                text = f"写明 `{name}` 为 `{outcome}`，没有金额，又写了 `{item}` 为 `{show_value(value, field.type, field.unit)}`"
                help_ = f"更正 `{name}`，或不写 `{item}`"
                found = Problem("E854", f"{named(entry)}{text}", entry.place, help_, clauses_text(event.clauses))
                return Refusal(entry, found)
    return None


def same(a: Entry, b: Entry, keys: Sequence[str]) -> bool:
    """Whether both have equal values; an unknown one equals nothing."""
    return all(a.values.get(k) is not None and a.values.get(k) == b.values.get(k) for k in keys)


def problem(code: str, text: str, checked: CheckedRequirement, entry: Entry, help_: str) -> Problem:
    """What an event violates, at the event, with the clauses of the requirement."""
    requirement = checked.requirement
    # What a 须先有 with 不早于 says is about the day, not about the event it lacks.
    said = requirement.text if code == "E852" or checked.not_before is None else ""
    why = f"：{said}" if said else ""
    return Problem(code, f"{named(entry)}{text}{why}", entry.place, help_, clauses_text(requirement.clauses))


def _shared(keys: Sequence[str]) -> str:
    return f"同一{'、'.join(keys)}的" if keys else ""


def _prior(
    compiled: Compiled, checked: CheckedRequirement, entry: Entry, earlier: Earlier, checking: Checking
) -> Refusal | None:
    requirement = checked.requirement
    found: list[Entry] = []
    unsure: list[Entry] = []
    for other in earlier.get(requirement.event, ()):
        if same(entry, other, requirement.keys):
            truth = (
                True if checked.when is None else checked.when.value((entry.values, other.values), checking.consulted)
            )
            if truth is not False:
                (found if truth else unsure).append(other)
    if not found and not unsure:
        text = f"以前没有{_shared(requirement.keys)}`{requirement.event}`"
        help_ = f"先录入 `{requirement.event}`，或更正日期"
        return Refusal(entry, problem("E851", text, checked, entry, help_))
    if not found:
        checking.cautions.append(problem("W850", f"的前提 `{requirement.event}` 查不清", checked, entry, "补填载荷"))
    if checked.not_before is None:
        return None
    sources = (entry.values, (found or unsure)[-1].values)
    earliest, estimate = checked.not_before.day(sources, checking.consulted)
    if earliest is None:
        why = checked.not_before.unknown(sources, compiled.package)
        checking.cautions.append(problem("W850", f"是否太早查不清（{why}）", checked, entry, "确定参数，或补填载荷"))
    elif entry.day < earliest:
        shown = f"{earliest.isoformat()}{f'（{estimate}）' if estimate else ''}"
        return Refusal(entry, problem("E852", "太早", checked, entry, f"最早 {shown}"), earliest)
    return None


def _at_most(
    compiled: Compiled, checked: CheckedRequirement, entry: Entry, earlier: Earlier, checking: Checking
) -> Refusal | None:
    requirement = checked.requirement
    before = [other for other in earlier.get(entry.event, ()) if same(entry, other, requirement.keys)]
    if len(before) < requirement.at_most:
        return None
    text = f"是{_shared(requirement.keys)}第 {len(before) + 1} 次，至多 {requirement.at_most} 次"
    return Refusal(entry, problem("E853", text, checked, entry, f"前一次是 {named(before[-1])}，需要时先撤回它"))


def _each(
    compiled: Compiled, checked: CheckedRequirement, entry: Entry, earlier: Earlier, checking: Checking
) -> Refusal | None:
    requirement = checked.requirement
    for other in earlier.get(requirement.event, ()):
        after = earlier.get(requirement.settled, ())
        if not any(same(other, s, requirement.keys) and s.day >= other.day for s in after):
            text = f"以前，{named(other)} 还没有 `{requirement.settled}`"
            return Refusal(entry, problem("E851", text, checked, entry, f"先录入 `{requirement.settled}`"))
    return None


def _condition(
    compiled: Compiled, checked: CheckedRequirement, entry: Entry, earlier: Earlier, checking: Checking
) -> Refusal | None:
    if checked.when is None:
        return None
    truth = checked.when.value((entry.values,), checking.consulted)
    if truth is None:
        why = checked.when.unknown((entry.values,), compiled.package)
        checking.cautions.append(problem("W850", f"的条件查不清（{why}）", checked, entry, "确定参数，或补填载荷"))
    if truth is not False:
        return None
    return Refusal(entry, problem("E854", "的条件不成立", checked, entry, "核对载荷和日期"))


def _given(
    compiled: Compiled, checked: CheckedRequirement, entry: Entry, earlier: Earlier, checking: Checking
) -> Refusal | None:
    """The condition must hold whichever of the earlier events it looks at; where there are none it asks nothing."""
    if checked.when is None:
        return None
    kinds = [[o for o in earlier.get(one.event, ()) if same(entry, o, one.keys)] for one in checked.requirement.given]
    for others in product(*kinds):
        sources = (entry.values, *(other.values for other in others))
        truth = checked.when.value(sources, checking.consulted)
        said = "、".join(named(other) for other in others)
        if truth is False:
            text = f"与 {said} 矛盾"
            ids = "、".join(other.id for other in others)
            help_ = f"核对载荷和日期；前面写错的、重复录入的，撤回 {ids}{' 之一' if len(others) > 1 else ''}"
            return Refusal(entry, problem("E854", text, checked, entry, help_))
        if truth is None:
            why = checked.when.unknown(sources, compiled.package)
            text = f"与 {said} 是否矛盾查不清（{why}）"
            checking.cautions.append(problem("W850", text, checked, entry, "确定参数，或补填载荷"))
    return None


_CHECKS: Mapping[str, Callable[[Compiled, CheckedRequirement, Entry, Earlier, Checking], Refusal | None]] = {
    "须先有": _prior,
    "至多": _at_most,
    "每个": _each,
    "凡有": _given,
    "条件": _condition,
}


def state_refusal(compiled: Compiled, entry: Entry, state: str) -> Refusal | None:
    """Why the event cannot happen in the state, or None."""
    for checked in compiled.requirements[entry.event]:
        requirement = checked.requirement
        if requirement.kind == "状态" and state not in requirement.states:
            text = f"发生前案件处于 `{state}`，须处于 {'、'.join(f'`{s}`' for s in requirement.states)}"
            help_ = "先补录使案件进入所需状态的事件，或更正日期"
            return Refusal(entry, problem("E850", text, checked, entry, help_))
    return None
