"""The smallest change that would reach the favourable outcome, worded so that it can stand in an order to put right.

Smallest: first as little as possible left to people, then as few changes as possible, then the nearest values. Every
proposal is checked by evaluating the case with it, and a change that proves unnecessary is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import combinations, islice, product
from typing import Any

from engine.decision.case import Case
from engine.decision.core import Evaluation, View
from engine.decision.limbs import limb_results, remedy_of
from engine.decision.model import NOT_OPENED, Remedy, RemedyChange
from engine.decision.places import blank_cells
from engine.decision.plans import RemedyPlanner
from engine.decision.program import Program
from engine.decision.remedy_plans import RemedyPlan, RemedyPlans
from engine.language.printer import show_value
from engine.policy.package import NOT_YET, Determination
from engine.policy.uses import expressions

Reached = Callable[[Mapping[str, Any]], bool]

_SEARCH, _GLANCE = 400, 60
"""Sets of moves tried; while something unknown may have to be supplied first, fewer."""
_REPAIRED = 6
_TRIES = 96
_ROUNDS = 4
_WAYS = 3
"""Ways told beside the one chosen."""


def favourable_of(determination: Determination) -> tuple[str, ...]:
    """The outcomes remedies aim at, in the determination's order."""
    default = determination.default
    outcomes = (*determination.outcomes, *((default,) if default is not None else ()))
    named = {determination.favourable} if determination.favourable else {o.name for o in outcomes if o.favourable}
    return tuple(dict.fromkeys(outcome.name for outcome in outcomes if outcome.name in named))


def find_remedy(evaluation: Evaluation, case: Case) -> Remedy | None:
    """The smallest change that reaches any favourable outcome, the first of those that take as little. None where there
    is nothing to reach: no favourable outcome, already reached, not opened, or not expressible."""
    view = evaluation.view
    targets = favourable_of(view.program.package.determinations[view.determination])
    if not targets or evaluation.outcome in (*targets, NOT_OPENED, NOT_YET) or view.reasons.judge.tainted:
        return None
    program, name = view.program, view.determination
    steps = [step for step in program.support(name) if step.name in program.steps[name].rests_on]  # not: only shown
    settled = _earlier(program, name) | _told(program, name)
    cells = partial(blank_cells, evaluation, case)
    planner = RemedyPlanner(program, steps, evaluation.values, case.as_of, settled, cells)
    found = [_reaching(planner, view, target) for target in targets]
    return min(found, key=lambda remedy: (not remedy.sentence, not remedy.reachable, len(remedy.changes)))


def _reaching(planner: RemedyPlanner, view: View, target: str) -> Remedy:
    """The smallest change that reaches `target`, with the ways beside it."""
    judge = view.reasons.judge
    plans = planner.settle(view.determination, target)

    def reached(moves: Mapping[str, Any]) -> bool:
        return bool(planner.moved.after(moves)[judge.slot] == target)

    free = tuple(plan for plan in plans if not plan.remains)
    moves = next((moves for plan in free if (moves := _realised(plan, reached)) is not None), None)
    moves = moves or _repaired(planner, free, view.determination, target, reached)
    plans = tuple(plan for plan in plans if not plan.remains or _asked(planner, view, plan))
    blocked = _blocked(planner, plans, view.determination, target)
    lacking = moves is None and blocked is not None and _unknown(planner, blocked.remains)
    fewer_than = 3 if lacking else None if moves is None else len(moves)

    def might(names: Iterable[str]) -> bool:
        return target in judge.possible(planner.moved.opened(names))

    moves = _fewest(planner, view.below, reached, might, fewer_than, _GLANCE if lacking else _SEARCH) or moves
    if moves is not None:
        nearest = _nearest(planner, moves, reached)
        return _remedy(planner, target, nearest, (), _others(planner, target, free, nearest, reached))
    if blocked is None:
        return Remedy(target, False, (), (), f"仅靠可以改变的事项，不能得到“{target}”的结果。")
    others = _otherwise(planner, view, target, plans, blocked)
    return _remedy(planner, target, _worthwhile(planner, view, blocked), _asked(planner, view, blocked), others)


def _asked(planner: RemedyPlanner, view: View, plan: RemedyPlan) -> tuple[str, ...]:
    """What remains, without what is unknown and cannot matter: as long as something known that remains is as it is; where
    nothing known remains, once the moves are made. Nothing where the plan leads nowhere."""
    slots, columns = planner.program.layout.inputs, planner.columns()
    unknown = {name for name in plan.remains if name in slots and planner.lacks(name, columns)}
    if not unknown:
        return plan.remains
    matters = planner.matters(view.determination, _first(plan) if unknown.issuperset(plan.remains) else {})
    return tuple(name for name in plan.remains if name not in unknown or name in matters)


def _others(
    planner: RemedyPlanner, target: str, free: RemedyPlans, chosen: Mapping[str, Any], reached: Reached
) -> tuple[str, ...]:
    """Other things to change that reach the same, as few as those chosen, in words."""
    found: dict[frozenset[str], str] = {}
    for plan in free:
        names = frozenset(plan.moves)
        if len(names) != len(chosen) or names == frozenset(chosen) or names in found:
            continue
        moves = _realised(plan, reached)
        if moves is not None and frozenset(moves) == names:
            found[names] = _remedy(planner, target, _nearest(planner, moves, reached), ()).sentence
        if len(found) == _WAYS:
            break
    return tuple(found.values())


def _otherwise(
    planner: RemedyPlanner, view: View, target: str, plans: RemedyPlans, chosen: RemedyPlan
) -> tuple[str, ...]:
    """Other things that would have to be otherwise instead, as few of them, in words."""
    ways = [plan for plan in plans if plan.cost == chosen.cost and set(plan.remains) != set(chosen.remains)]
    sentences = (
        _remedy(planner, target, _worthwhile(planner, view, p), _asked(planner, view, p)).sentence for p in ways
    )
    return tuple(dict.fromkeys(islice(sentences, _WAYS)))


def _earlier(program: Program, determination: str) -> frozenset[str]:
    """Every name below the determinations that the premises of this one look at."""
    premises = [premise.condition for premise in program.package.determinations[determination].premises]
    looked = [name for name in program.below(premises) if name in program.package.determinations]
    return frozenset(below for name in looked for below in program.steps[name].rests_on)


def _told(program: Program, determination: str) -> frozenset[str]:
    """Every name that what a case tells its round rests on, where the determination looks at the round: moved, it would be told
    otherwise, and what follows from that is worked out with all the cases and not here."""
    package = program.package
    if program.steps[determination].rests_on.isdisjoint(package.of_round):
        return frozenset()
    said = (node for owner, node in expressions(package) if owner in package.rounds)
    return frozenset(name for node in said for name in program.rests_on(node))


def _blocked(planner: RemedyPlanner, plans: RemedyPlans, determination: str, target: str) -> RemedyPlan | None:
    """The first plan that leaves something to people and whose moves do not undo what another condition needs: planned
    again from where it leads, nothing is left to move."""
    blocked = [plan for plan in plans if plan.remains]
    for plan in blocked[:_REPAIRED]:
        moves = _first(plan)
        further = RemedyPlanner(
            planner.program, planner.steps, planner.moved.evaluated(moves), planner.as_of, planner.settled
        )
        if not moves or any(not p.moves and p.remains for p in further.outcome(determination, target)):
            return plan
    return next(iter(blocked), None)


def _first(plan: RemedyPlan) -> dict[str, Any]:
    return {name: values[0] for name, values in plan.moves.items()}


def _worthwhile(planner: RemedyPlanner, view: View, plan: RemedyPlan) -> dict[str, Any]:
    """The moves of a plan that is not enough by itself, without those that only serve criteria which also rest on
    something known that nobody may change: moving them changes nothing."""
    moves, program = _first(plan), planner.program
    fixed = {name for name in plan.remains if _kind(planner, name) == _FIXED}
    unmet = [c.name for c in view.criteria if planner.values[c.slots.passed] is False]
    serves = {move: [name for name in unmet if move in program.steps[name].rests_on] for move in moves}
    return {
        move: value
        for move, value in moves.items()
        if not serves[move] or any(fixed.isdisjoint(program.steps[name].rests_on) for name in serves[move])
    }


def _unknown(planner: RemedyPlanner, names: tuple[str, ...]) -> bool:
    """Whether a fact that remains is not known yet: no change of what is known makes up for it."""
    slots = planner.program.layout.inputs
    return any(name in slots and planner.values[slots[name]] is None for name in names)


def _fewest(
    planner: RemedyPlanner,
    names: Sequence[str],
    reached: Reached,
    might: Callable[[Iterable[str]], bool],
    fewer_than: int | None,
    limit: int,
) -> dict[str, Any] | None:
    """The first set of moves that reaches the outcome, smallest sets first, looking at no more than `limit` of them; names
    that cannot bring it about however they are moved (`might`) are looked at once.

    Plans are put together condition by condition; where moving a quantity for one condition upsets another that held
    before (counts, strict alternatives), only trying the whole tells.
    """
    movable = [name for name in names if planner.changeable(name)]
    if not might(movable):
        return None
    sizes = range(1, len(movable) + 1 if fewer_than is None else fewer_than)
    each = (chosen for size in sizes for chosen in combinations(movable, size))
    tried = (moves for chosen in each for moves in (_moves(planner, chosen) if might(chosen) else (None,)))
    return next((moves for moves in islice(tried, limit) if moves is not None and reached(moves)), None)


def _moves(planner: RemedyPlanner, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every way to move all of the names."""
    for values in product(*(planner.options(name) for name in names)):
        yield dict(zip(names, values, strict=True))


def _nearest(planner: RemedyPlanner, moves: dict[str, Any], reached: Reached) -> dict[str, Any]:
    """The same moves, each to the nearest value that still does, the others being moved."""
    for name in moves:
        fixed = {other: value for other, value in moves.items() if other != name}
        found = set(planner.searched(name, _with(reached, fixed, name)))
        for value in planner.by_distance(name, {*planner.options(name), *found}):
            if value == moves[name] or reached({**fixed, name: value}):
                moves = {**moves, name: value}
                break
    return moves


def _with(reached: Reached, fixed: Mapping[str, Any], name: str) -> Callable[[Any], bool]:
    return lambda value: reached({**fixed, name: value})


def _repaired(
    planner: RemedyPlanner, plans: RemedyPlans, determination: str, target: str, reached: Reached
) -> dict[str, Any] | None:
    """Moves that reach the outcome by planning again from where the first plan leads: lowering one part of a sum may
    call for raising another."""
    for plan in plans[:_REPAIRED]:
        moves = _first(plan)
        for _ in range(_ROUNDS):
            if reached(moves):
                return _needed(moves, reached)
            further = RemedyPlanner(
                planner.program, planner.steps, planner.moved.evaluated(moves), planner.as_of, planner.settled
            )
            more = next((p for p in further.outcome(determination, target) if p.moves and not p.remains), None)
            if more is None:
                break
            moves |= _first(more)
    return None


def _realised(plan: RemedyPlan, reached: Reached) -> dict[str, Any] | None:
    """The nearest values of the plan that do reach the outcome, without changes that prove unnecessary."""
    for moves in _combinations(plan.moves):
        if reached(moves):
            return _needed(moves, reached)
    return None


def _needed(moves: dict[str, Any], reached: Reached) -> dict[str, Any]:
    """The moves without those that prove unnecessary."""
    for name in list(moves):
        fewer = {other: value for other, value in moves.items() if other != name}
        if reached(fewer):
            moves = fewer
    return moves


def _combinations(moves: Mapping[str, tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Choices of one value each, the nearest together first."""
    nearest = [values[:6] for values in moves.values()]
    for chosen in islice(product(*nearest), _TRIES):
        yield dict(zip(moves, chosen, strict=True))


def _remedy(
    planner: RemedyPlanner,
    target: str,
    moves: Mapping[str, Any],
    remains: tuple[str, ...],
    alternatives: tuple[str, ...] = (),
) -> Remedy:
    position = planner.program.position
    changes = tuple(_change(planner, name, moves[name]) for name in sorted(moves, key=lambda n: position.get(n, 0)))
    remains = tuple(dict.fromkeys((*remains, *planner.behind(moves))))
    rest = _rest(planner, remains)
    sentence = "；".join([*(_worded(planner, change) for change in changes), *_means(planner, moves), *rest])
    said = f"{sentence}。" if sentence else ""
    return Remedy(target, not remains, changes, remains, said, tuple(way for way in alternatives if way != said))


def _opposite(planner: RemedyPlanner, name: str) -> str:
    """What a known truth that remains would have to be instead; "" of anything else."""
    fact, slot = planner.program.package.facts.get(name), planner.program.slots.get(name)
    now = planner.values[slot] if fact is not None and slot is not None else None
    return show_value(not now) if isinstance(now, bool) else ""


def _change(planner: RemedyPlanner, name: str, value: Any) -> RemedyChange:
    definition = planner.definition(name)
    assert definition is not None
    now = planner.reaching(name)
    shown = [show_value(v, definition.type, definition.unit) for v in (now, value)]
    most = "" if planner.changeable(name) else "至多" if value > now else "至少"
    return RemedyChange(name, most + shown[0], shown[1], value)


def _means(planner: RemedyPlanner, moves: Mapping[str, Any]) -> list[str]:
    """How a criterion over counted quantities is put right, in its own words: what is counted is not set at will, and
    its period may be over."""
    program, counted = planner.program, {name for name in moves if name in planner.program.package.derived}
    if not counted:
        return []
    after = planner.moved.after(moves)
    found = []
    for step in planner.steps:
        if step.kind != "criterion" or counted.isdisjoint(step.rests_on):
            continue
        slot = program.layout.criterion(step.name).passed
        if planner.values[slot] is False and after[slot] is True:
            criterion = program.package.criteria[step.name]
            text = remedy_of(program, planner.values, criterion, limb_results(program, planner.values, criterion))
            found.append(f"达到“{step.name}”的办法：{text}" if text else "")
    return [text for text in dict.fromkeys(found) if text]


def _worded(planner: RemedyPlanner, change: RemedyChange) -> str:
    """将年度活动场次由10场增至12场."""
    now = planner.reaching(change.name)
    if isinstance(change.value, bool | str):
        verb = "改为"
    elif isinstance(change.value, date):
        verb = "推迟至" if change.value > now else "提前至"
    else:
        verb = "增至" if change.value > now else "减至"
    return f"将{change.name}由{change.now}{verb}{change.to}"


_FIXED = "取决于不能由当事人改变的事项"
_KINDS = ("须由有权人认定", "须由有权人写明例外理由", "须补充提供", "须先确定", _FIXED)
_EXCUSE = "例外理由："


def _kind(planner: RemedyPlanner, name: str) -> str:
    """How what remains is to be dealt with."""
    package = planner.program.package
    if name.startswith(_EXCUSE):
        return "须由有权人写明例外理由"
    if name in package.parameters:
        return "须先确定"
    if name in package.facts and package.facts[name].finding:
        return "须由有权人认定"
    given = name in package.facts or name in package.tables  # what is worked out nobody can supply
    unknown = given and planner.lacks(name, planner.columns())
    return "须补充提供" if unknown else _FIXED


def _rest(planner: RemedyPlanner, remains: tuple[str, ...]) -> list[str]:
    """What is left to people, by kind, with what a truth would have to be."""
    kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name in remains:
        value = _opposite(planner, name)
        cells = planner.blank_cells(name)
        more = f"（须为{value}）" if value else f"（空白的格：{cells}）" if cells else ""
        kinds[_kind(planner, name)].append(name.removeprefix(_EXCUSE) + more)
    return [f"{lead}：{'、'.join(names)}" for lead, names in kinds.items() if names]
