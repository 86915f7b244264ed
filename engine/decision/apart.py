"""Where two versions of the rules decide otherwise: determination by determination, change by change. Pure.

A witness starts from a real case. Of what a changed definition names, one quantity, or two, are moved to the values that
either version tells apart, and both versions evaluate the whole determination. A witness of one change in which others
show too is taken only where there is none that shows it alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache, partial
from itertools import combinations, islice, product
from typing import Any

from engine.base.classes import dataclass
from engine.decision.equivalence import Sameness, differing, only_grouped, owners, parts, values_of
from engine.decision.following import Following, followings
from engine.decision.model import NOT_OPENED, UNDECIDED
from engine.decision.program import Program, Step
from engine.decision.witnesses import Version
from engine.language import keys
from engine.language.printer import show_value
from engine.language.tree import Name, Value
from engine.language.walk import nodes
from engine.lowered.calls import Values
from engine.lowered.writes import run_rules
from engine.policy.package import NOT_YET, Package
from engine.policy.uses import outcomes

SAME, EQUIVALENT, STRICTER, LOOSER, BOTH, OTHERWISE, OPEN_QUESTION = (
    *("相同", "等价", "收紧", "放宽", "有收有放", "改变"),
    "未定",
)
"""What two versions of a determination are to each other. 未定: neither shown to be the same, nor seen to differ."""
TRIED = 500
"""Situations that begin from one case and are looked at for one change of one determination at most."""
DIRECTIONS = (STRICTER, LOOSER, OTHERWISE)
_RANKS = {"有利决定": 2, "不利决定": 0}


@dataclass(frozen=True, slots=True)
class TurningCase:
    """`case` with `moves` (name, now, instead) comes to `before` under one version and to `after` under the other, where
    the names beside have the values `seen`. `alone`: no other change shows in it."""

    case: str
    moves: tuple[tuple[str, str, str], ...]
    seen: tuple[tuple[str, str], ...]
    before: str
    after: str
    direction: str
    alone: bool

    @property
    def decided(self) -> bool:
        """Both versions decide."""
        return UNDECIDED not in (self.before, self.after)


@dataclass(frozen=True, slots=True)
class OfChange:
    """The part `key` of the definition `name`, which says something else: shown to come to the same, or what tells the
    versions apart; `tried`: situations looked at."""

    name: str
    key: str
    same: Sameness
    tellings: tuple[TurningCase, ...] = ()
    tried: int = 0
    proved: bool = False
    """It is proved that it decides no case otherwise."""

    @property
    def open(self) -> bool:
        """Neither shown to be the same nor seen to make a difference."""
        return not self.same.shown and not self.proved and not self.tellings


@dataclass(frozen=True, slots=True)
class OfDetermination:
    """`verdict`: one of the words above; of the same or equivalent outcomes from which something else follows, what:
    金额不同 文书不同 …"""

    name: str
    verdict: str
    changes: tuple[OfChange, ...] = ()
    follows: tuple[Following, ...] = ()
    """What follows otherwise from the same outcomes."""
    left: tuple[str, ...] = ()
    """What could not be settled about it, and why."""

    @property
    def bounded(self) -> bool:
        """Of some change it is not known what it does."""
        return any(change.open for change in self.changes)


def compared_rules(
    before: Program, after: Program, sides: Sequence[tuple[Version, Version]], *, search: bool = True
) -> tuple[OfDetermination, ...]:
    """Every determination both versions have. `sides`: real cases under both; without `search` no witness is looked for of
    what is not shown to be the same."""
    differ = cache(partial(differing, before, after))
    grouped = cache(partial(only_grouped, before, after))
    found: list[OfDetermination] = []
    for name in before.package.determinations:
        if name not in after.package.determinations:
            continue
        changed: dict[tuple[str, str], Sameness] = {}
        for owner in owners(before, name) | owners(after, name):
            if not (owner in before.steps and owner in after.steps and grouped(owner)):
                changed |= {(owner, key): same for key, same in differ(owner).items()}
        one = _determination(name, changed, (before, after), sides if search else ())
        found.append(_following(one, followings(before, after, name, sides, differ)))
    return tuple(found)


def _determination(
    name: str,
    changed: Mapping[tuple[str, str], Sameness],
    programs: tuple[Program, Program],
    sides: Sequence[tuple[Version, Version]],
) -> OfDetermination:
    if not changed:
        return OfDetermination(name, SAME)
    changes = []
    for (owner, key), same in changed.items():
        if same.shown:
            changes.append(OfChange(owner, key, same))
        else:
            others = [other for (_, other), s in changed.items() if other != key and not s.shown]
            changes.append(_Search(name, owner, key, others, programs).change(same, sides))
    return OfDetermination(name, _verdict(changes), tuple(changes))


def _following(one: OfDetermination, found: tuple[Following, ...]) -> OfDetermination:
    what = "、".join(dict.fromkeys(f"{following.what}不同" for following in found))
    return replace(one, verdict=what if what and one.verdict in (SAME, EQUIVALENT) else one.verdict, follows=found)


def verdict_of(one: OfDetermination, proved: bool) -> str:
    """What its changes make of a determination; `proved`: no case at all is decided otherwise."""
    if proved and not any(telling.decided for change in one.changes for telling in change.tellings):
        what = "、".join(dict.fromkeys(f"{following.what}不同" for following in one.follows))
        return what or EQUIVALENT
    return _verdict(one.changes)


def _verdict(changes: Sequence[OfChange]) -> str:
    if all(change.same.shown for change in changes):
        return EQUIVALENT
    tellings = [telling for change in changes for telling in change.tellings]
    directions = {telling.direction for telling in tellings}
    if not directions:
        return OPEN_QUESTION
    if {STRICTER, LOOSER} <= directions:
        return BOTH
    return STRICTER if STRICTER in directions else LOOSER if LOOSER in directions else OTHERWISE


def outcome_of(program: Program, determination: str, values: Values) -> str:
    """What a version comes to; 待查 where it is open."""
    found = values[program.judges[determination].slot]
    return found if isinstance(found, str) else UNDECIDED


def shows(programs: tuple[Program, Program], key: str, results: tuple[Values, Values]) -> bool:
    """Whether a part comes to something else under the two; a criterion that is not there keeps nobody from passing."""
    pairs = zip(programs, results, strict=True)
    one, other = (values[p.slots[key]] if key in p.slots else True for p, values in pairs)
    return bool(one != other)


def direction_of(programs: tuple[Program, Program], determination: str, before: str, after: str) -> str:
    """Which way an outcome goes: to one less favourable, to one more, or neither."""
    if {UNDECIDED, NOT_YET, NOT_OPENED} & {before, after}:
        return OTHERWISE
    one, other = (_rank(p.package, determination, word) for p, word in zip(programs, (before, after), strict=True))
    return STRICTER if other < one else LOOSER if other > one else OTHERWISE


def _rank(package: Package, determination: str, word: str) -> int:
    every = outcomes(package.determinations[determination])
    return next((_RANKS.get(outcome.nature, 1) for outcome in every if outcome.name == word), 1)


@dataclass
class _Search:
    """For witnesses of the change of one part, `key`, of the definition `owner`; `others`: the parts that changed too."""

    determination: str
    owner: str
    key: str
    others: Sequence[str]
    programs: tuple[Program, Program]
    _steps: dict[tuple[int, frozenset[str]], list[Step]] = field(default_factory=dict)

    def change(self, same: Sameness, sides: Sequence[tuple[Version, Version]]) -> OfChange:
        """The best witness each way, decided and undecided apart. Where moving what the changed definition names shows
        none, what those definitions name that read it is moved too."""
        found = self._searched(same, sides, self._choices((self.owner,)))
        if found.tellings:
            return found
        wider = self._searched(same, sides, self._choices((self.owner, *self._readers())))
        return OfChange(self.owner, self.key, same, wider.tellings, found.tried + wider.tried)

    def _searched(
        self, same: Sameness, sides: Sequence[tuple[Version, Version]], choices: Mapping[str, tuple[Value, ...]]
    ) -> OfChange:
        best: dict[tuple[str, bool], tuple[tuple[Any, ...], TurningCase]] = {}
        tried = 0
        for order, (one, other) in enumerate(sides):
            loaded = one.program.load(one.case), other.program.load(other.case)
            now = self._run(loaded, {})
            for moves in islice(self._moves(now[0], choices), TRIED):
                tried += 1
                telling = self._telling(one.case.id, loaded, now, moves)
                if telling is not None:
                    rank = (not telling.alone, len(moves), self._distance(now[0], moves), order)
                    key = telling.direction, telling.decided
                    if key not in best or rank < best[key][0]:
                        best[key] = rank, telling
        found = sorted(best.items(), key=lambda item: (not item[0][1], item[1][0]))
        return OfChange(self.owner, self.key, same, tuple(telling for _, (_, telling) in found), tried)

    def _moves(self, now: Values, choices: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
        """Nothing moved, then one name, then two; each with and without a refusal to excuse, where there may be one."""
        slots, excuse = self.programs[0].slots, keys.excuse(self.owner)
        refused: list[dict[str, Value]] = (
            [{}, {excuse: False}] if all(excuse in p.slots for p in self.programs) else [{}]
        )
        known = {name: tuple(v for v in values if v != now[slots[name]]) for name, values in choices.items()}
        for count in (0, 1, 2):
            for names in combinations(known, count):
                for values in product(*(known[name] for name in names)):
                    yield from (dict(zip(names, values, strict=True)) | more for more in refused)

    def _readers(self) -> tuple[str, ...]:
        """The definitions on the way from the changed one to the determination, without the latter."""
        steps = (step for program in self.programs for step in program.support(self.determination)[:-1])
        reading = (s.name for s in steps if s.kind != "shared" and self.owner in s.rests_on and s.name != self.owner)
        return tuple(dict.fromkeys(reading))

    def _choices(self, owners: Sequence[str]) -> dict[str, tuple[Value, ...]]:
        """What some definitions name, with the values that either version tells apart."""
        found: dict[str, dict[Value, None]] = {}
        named: dict[str, Name] = {}
        read = [(p, node) for p in self.programs for owner in owners for node in parts(p, owner).values()]
        for program, node in read:
            for name in (name for name in nodes(node) if isinstance(name, Name) and self._movable(name)):
                found.setdefault(name.name, {}).update(dict.fromkeys(values_of([program], [node], name)))
                named.setdefault(name.name, name)
        # also between what one version compares it with and what the other does
        programs, trees = [program for program, _ in read], [node for _, node in read]
        for key, name in named.items():
            found[key].update(dict.fromkeys(values_of(programs, trees, name)))
        return {name: tuple(values) for name, values in found.items() if values}

    def _movable(self, name: Name) -> bool:
        package = self.programs[1].package
        if name.kind in ("member", "column", "cell", "records") or name.name == self.owner:
            return False
        if name.name not in package.facts and name.name not in package.derived and not keys.is_excuse(name.name):
            return False
        return all(name.name in p.slots and name.name not in p.package.parameters for p in self.programs)

    def _telling(
        self, case: str, loaded: tuple[Values, Values], now: tuple[Values, Values], moves: Mapping[str, Value]
    ) -> TurningCase | None:
        results = self._run(loaded, moves) if moves else now
        words = [outcome_of(p, self.determination, v) for p, v in zip(self.programs, results, strict=True)]
        if words[0] == words[1] or not shows(self.programs, self.key, results):
            return None
        alone = not any(shows(self.programs, other, results) for other in self.others)
        told = tuple((self._called(name), self._shown(name, now[0]), self._value(name, v)) for name, v in moves.items())
        seen = tuple(pair for pair in self._seen(now[0]) if pair[0] not in moves)
        return TurningCase(
            case, told, seen, words[0], words[1], direction_of(self.programs, self.determination, *words), alone
        )

    def _seen(self, values: Values) -> tuple[tuple[str, str], ...]:
        """The numbers and days that the changed part names, as the case has them."""
        trees = [parts(program, self.owner).get(self.key) for program in self.programs]
        named = (
            n for tree in trees if tree is not None for n in nodes(tree) if isinstance(n, Name) and self._movable(n)
        )
        told = dict.fromkeys(n.name for n in named if n.type is not None and n.type.kind in ("number", "date"))
        return tuple((name, self._shown(name, values)) for name in told)

    def _run(self, loaded: tuple[Values, Values], moves: Mapping[str, Value]) -> tuple[Values, Values]:
        one, other = (self._evaluated(p, v, moves) for p, v in zip(self.programs, loaded, strict=True))
        return one, other

    def _evaluated(self, program: Program, loaded: Values, moves: Mapping[str, Value]) -> Values:
        values = list(loaded)
        for name, value in moves.items():
            values[program.slots[name]] = value
        program.note_presence(values)
        known = id(program), frozenset(moves)
        if known not in self._steps:
            self._steps[known] = [step for step in program.support(self.determination) if step.name not in moves]
        return run_rules((write for step in self._steps[known] for write in step.writes), values)

    def _distance(self, values: Values, moves: Mapping[str, Value]) -> float:
        """How far numbers are moved; anything else counts as one."""
        total = 0.0
        for name, value in moves.items():
            now = values[self.programs[0].slots[name]]
            number = isinstance(value, bool) or not hasattr(value, "__sub__") or type(now) is not type(value)
            total += 1.0 if number else _apart(value, now)
        return total

    def _called(self, name: str) -> str:
        return f"{self.owner}的例外" if name == keys.excuse(self.owner) else name

    def _shown(self, name: str, values: Values) -> str:
        return self._value(name, values[self.programs[0].slots[name]])

    def _value(self, name: str, value: Value) -> str:
        package = self.programs[1].package
        definition = package.facts.get(name) or package.derived.get(name)
        if value is None:
            return "未知"
        if name == keys.excuse(self.owner):
            return "准予" if value else "不予"
        if definition is None:
            return str(value) if not isinstance(value, bool) else "是" if value else "否"
        return show_value(value, definition.type, definition.unit)


def _apart(one: Any, other: Any) -> float:
    found = abs(one - other)
    return float(found.days if hasattr(found, "days") else found)
