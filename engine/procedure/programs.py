"""A procedure as positive Horn rules, in four strata; what needs numbers, dates or negation is decided in between.

1. *firing*: an event, joined with earlier ones by equal payloads, under a condition the evaluator found true.
2. *states*: the state before and after each event.
3. *following*: what the rules that act in those states give rise to, and which later events meet the duties born.
4. *periods*: which events meet the periodic duties of the states found.

Facts: `事件·类(e, …)` an event with its join keys, `成立·规则(e, j…)` a condition that holds, `触发·规则(e)` a rule that
fired, `承接(e, t)` the last event before e that may move the state, `变更(e, S, T)` and `保持(e, S)` what e does in
state S, `作用·规则(e)` a rule that fired and whose state it is, `可履行·规则·项(e, f)` an event f that comes after e and
would count as meeting (`可处理` as settling) a duty, `周期·事项(p, …)` a period. Predicates carry the rule's name, so that a fact meets few rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.base.classes import dataclass
from engine.policy.procedure import Fulfilment, Procedure, ProcedureRule
from engine.procedure.chaining import HornProgram, HornRule, Pattern, Var

BEFORE, AFTER, FOLLOWS, TURNS, KEEPS, OWED = "前态", "后态", "承接", "变更", "保持", "文书"
STARTED = "始"
"""The pseudo event after which the initial state holds."""

E, F, S, T = (Var(name) for name in ("e", "f", "S", "T"))


def event_predicate(event: str) -> str:
    """The predicate that an event of this kind is there."""
    return f"事件·{event}"


def fires(rule: str) -> str:
    """The predicate that a rule fired: its event came, with those it is joined with, and its condition held."""
    return f"触发·{rule}"


def holds(rule: str) -> str:
    """The predicate that the condition of a rule holds for these events."""
    return f"成立·{rule}"


def acts(rule: str) -> str:
    """The predicate that a rule fired in one of the states it acts in."""
    return f"作用·{rule}"


def effect(rule: str) -> str:
    """The predicate that a rule has taken effect."""
    return f"生效·{rule}"


def duty(rule: str, index: int) -> str:
    """The predicate that a duty of a rule is there."""
    return f"事项·{rule}·{index}"


def may(way: str, rule: str, index: int) -> str:
    """The predicate that an event may meet or settle a duty: `way` says which."""
    return f"可{way}·{rule}·{index}"


def done(way: str, rule: str, index: int) -> str:
    """What an event did to a duty: `way` 履行 or 处理."""
    return f"{way}·{rule}·{index}"


def period(name: str) -> str:
    """The predicate that a period of a periodic duty has come."""
    return f"周期·{name}"


@dataclass(frozen=True, slots=True)
class HornPrograms:
    """`keys`: event kind -> the payload names its facts carry, in order."""

    keys: Mapping[str, tuple[str, ...]]
    firing: HornProgram
    states: HornProgram
    following: HornProgram
    periods: HornProgram


def build_programs(procedure: Procedure) -> HornPrograms:
    """The programs of a procedure. Raises Refused (E80x) where it is too large for chaining."""
    keys = join_keys(procedure)
    rules = procedure.rules.values()
    derived = {name for name, event in procedure.events.items() if event.derived}
    firing = [_firing(rule, keys) for rule in rules if rule.trigger not in derived]
    following = [horn for rule in rules for horn in _following(rule, keys, rule.trigger in derived)]
    programs = (firing, _STATES, following, _periods(procedure, keys))
    return HornPrograms(keys, *(HornProgram(tuple(horn)) for horn in programs))


_STATES = (
    HornRule("前态", (Pattern(BEFORE, (E, S)),), (Pattern(FOLLOWS, (E, F)), Pattern(AFTER, (F, S)))),
    HornRule("转入", (Pattern(AFTER, (E, T)),), (Pattern(BEFORE, (E, S)), Pattern(TURNS, (E, S, T)))),
    HornRule("保持", (Pattern(AFTER, (E, S)),), (Pattern(BEFORE, (E, S)), Pattern(KEEPS, (E, S)))),
)


def join_keys(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """Event kind -> every payload name some 同 compares, derived events' included in what causes them."""
    found: dict[str, dict[str, None]] = {name: {} for name in procedure.events}

    def need(event: str, names: Sequence[str]) -> None:
        found.setdefault(event, {}).update(dict.fromkeys(names))

    for rule in procedure.rules.values():
        for join in rule.joins:
            need(rule.trigger, join.keys)
            need(join.event, join.keys)
        for duty in rule.duties:
            for _, how in duty.ways:
                need(rule.trigger, how.keys)
                need(how.event, how.keys)
    for periodic in procedure.periodic.values():
        for _, how in periodic.duty.ways:
            need(how.event, how.keys)
    for _ in procedure.events:  # as often as a chain of derived events can be long
        for rule in procedure.rules.values():
            for cause in rule.causes:
                need(rule.trigger, tuple(found[cause]))
    return {event: tuple(names) for event, names in found.items()}


def _event(event: str, id: Var, keys: Mapping[str, tuple[str, ...]], shared: Sequence[str], own: str) -> Pattern:
    """The pattern of an event: names in `shared` are common to the rule, others are its `own`."""
    terms = (Var(f"同·{name}" if name in shared else f"{own}·{name}") for name in keys[event])
    return Pattern(event_predicate(event), (id, *terms))


def _firing(rule: ProcedureRule, keys: Mapping[str, tuple[str, ...]]) -> HornRule:
    shared = {name for join in rule.joins for name in join.keys}
    joined = tuple(Var(f"j{index}") for index, _ in enumerate(rule.joins))
    body = [_event(rule.trigger, E, keys, tuple(shared), "e")]
    for index, join in enumerate(rule.joins):
        body.append(_event(join.event, joined[index], keys, join.keys, f"j{index}"))
    if rule.conditional:
        body.append(Pattern(holds(rule.name), (E, *joined)))
    return HornRule(rule.name, (Pattern(fires(rule.name), (E, *joined)),), tuple(body), rule.span)


def _following(rule: ProcedureRule, keys: Mapping[str, tuple[str, ...]], derived: bool) -> Iterator[HornRule]:
    trigger = _event(rule.trigger, E, keys, keys[rule.trigger], "e")
    if derived:
        condition = () if rule.when is None else (Pattern(holds(rule.name), (E,)),)
        body = (trigger, *condition)
    else:
        body = (Pattern(acts(rule.name), (E,)), *((trigger,) if rule.causes else ()))
    heads = [Pattern(effect(rule.name), (E,))]
    heads += [Pattern(OWED, (rule.name, document, E)) for document in rule.documents]
    heads += [Pattern(duty(rule.name, index), (E,)) for index, _ in enumerate(rule.duties)]
    # Of a derived event the trigger's own values: the builder made sure that it has them.
    heads += [_event(cause, E, keys, keys[cause], "e") for cause in rule.causes]
    yield HornRule(rule.name, tuple(heads), body, rule.span)
    for index, item in enumerate(rule.duties):
        for way, how in item.ways:
            meeting = _meeting(how, trigger, keys)
            head = done(way, rule.name, index)
            body = (Pattern(duty(rule.name, index), (E,)), *meeting, Pattern(may(way, rule.name, index), (E, F)))
            yield HornRule(head, (Pattern(head, (E, F)),), body, item.span)


def _meeting(how: Fulfilment, owner: Pattern, keys: Mapping[str, tuple[str, ...]]) -> tuple[Pattern, ...]:
    """What has the duty, if its values are compared, and the event that meets or settles it."""
    other = _event(how.event, F, keys, how.keys, "f")
    return (owner, other) if how.keys else (other,)


def _periods(procedure: Procedure, keys: Mapping[str, tuple[str, ...]]) -> Iterator[HornRule]:
    for periodic in procedure.periodic.values():
        own = Pattern(period(periodic.name), (E, *(Var(f"同·{name}") for name in periodic.cycle.keys)))
        for way, how in periodic.duty.ways:
            body = (own, *_meeting(how, own, keys)[-1:])
            if how.when is not None:
                body = (*body, Pattern(may(way, periodic.name, 0), (E, F) if how.reads_period else (F,)))
            head = done(way, periodic.name, 0)
            yield HornRule(head, (Pattern(head, (E, F)),), body, periodic.span)
