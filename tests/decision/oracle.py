"""The definitions of docs/semantics.md by enumeration: small random packages, and every world that a case leaves possible.

A world gives every fact a value, says of each whether it is filled in, and decides every exception. A case is the worlds
that agree with what it knows. Nothing of the program is used but the parsed package: the naive reference judges a world.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod
from random import Random
from typing import Any

from engine.language.tree import Call, Name, Node
from engine.policy.package import Criterion, Package
from tests.lowered.reference import Reference
from tests.worlds.build import Build

DOMAINS: dict[str, tuple[Any, ...]] = {"甲": (True, False), "乙": (True, False), "数一": (0, 1, 2), "数二": (0, 1, 2)}
PRESENT = "已填："
EXCUSE = "例外："
_VALUES = (
    "甲",
    "乙",
    "非甲",
    "数一不少于1",
    "数一超过1",
    "数二少于1",
    "数二为2",
    "和不少于3",
    "和为2",
    "数一不少于数二",
)
_BELOW = {"乙": ("乙",), "数二": ("数二",), "和": ("数一", "数二")}
_PRESENCE = {"已填（乙）": "乙", "未填（乙）": "乙", "已填（数二）": "数二", "未填（数二）": "数二", "已填（和）": "和"}
"""Conditions, and of what they ask whether it is filled in; of a quantity, whether all below it are."""


class Sketch:
    """A random package by its seed, with 适用, strengths, presence (if `presence`) and a derived quantity. `finding`: 甲 is
    a 判断. `count`: what the unmet ones are counted against. `asked`: of which facts a rule asks whether they are filled in."""

    def __init__(self, seed: int, *, presence: bool = True, finding: bool = False, count: str = "为1") -> None:
        self.r = r = Random(seed)
        self.asked: set[str] = set()
        atoms = (*_VALUES, *_PRESENCE) if presence else _VALUES
        build = Build().fact("甲", change="可改", finding=finding).fact("乙")
        build.fact("数一", "整数", low=0, high=2, change="可增").fact("数二", "整数", low=0, high=2, change="可减")
        build.derived("和", "数一+数二")
        self.criteria = ("规模", "场地", "人员")[: r.randint(1, 3)]
        for name in self.criteria:
            limit = self.truth(1, atoms) if r.random() < 0.5 else None
            strength = r.choice(("应当", "应当", "一般应当", "鼓励"))
            build.criterion(name, self.truth(1, atoms), applies=limit, strength=strength)
        said = [word for name in self.criteria for word in (f"满足（{name}）", f"适用（{name}）", f"非满足（{name}）")]
        said += ["全部满足（条件组）", "任一未满足（条件组）", f"未满足项数（条件组）{count}"] * 2
        said.append(self.truth(0, atoms))
        listed = [(r.choice(("不予", "准予", "再议")), self.truth(1, said)) for _ in range(r.randint(1, 3))]
        limit = self.truth(1, (*atoms, *said)) if r.random() < 0.4 else None
        build.determination("审查", listed, r.choice((None, "不予", "准予")), applies=limit)
        self.package = build.package()

    def truth(self, depth: int, atoms: Collection[str]) -> str:
        r = self.r
        if depth == 0 or r.random() < 0.4:
            atom = r.choice(list(atoms))
            self.asked.update(_BELOW[_PRESENCE[atom]] if atom in _PRESENCE else ())
            return atom
        if r.random() < 0.2:
            return f"非（{self.truth(depth - 1, atoms)}）"
        return f"（{self.truth(depth - 1, atoms)}）{r.choice('且或')}（{self.truth(depth - 1, atoms)}）"

    def case(self) -> tuple[dict[str, Any], dict[str, bool]]:
        """Facts of a random case, some of them blank, and its findings on exceptions."""
        facts = {name: self.r.choice(values) for name, values in DOMAINS.items() if self.r.random() < 0.75}
        return facts, {name: self.r.random() < 0.5 for name in self.criteria if self.r.random() < 0.4}


class World(Reference):
    """One world: presence is a matter of its own, whatever the value behind it. `turned`: criteria put down as met."""

    def __init__(self, package: Package, world: Mapping[str, Any], turned: Collection[str] = ()) -> None:
        excuses = {key.removeprefix(EXCUSE): value for key, value in world.items() if key.startswith(EXCUSE)}
        super().__init__(package, {name: world[name] for name in DOMAINS}, excuses)
        self.world = {PRESENT + name: True for name in DOMAINS} | dict(world)
        self.turned = turned

    def met(self, criterion: Criterion) -> Any:
        return criterion.name in self.turned or super().met(criterion)

    def call(self, node: Call, row: Any) -> Any:
        if node.function in ("已填", "未填"):
            return self._filled(node.args[0]) is (node.function == "已填")
        return super().call(node, row)

    def _filled(self, node: Node) -> bool:
        assert isinstance(node, Name)
        return all(self.world[PRESENT + name] for name in _BELOW[node.name])


@dataclass(frozen=True)
class Oracle:
    """Every world of a package with the outcome it comes to, judged when one is asked for. `domains`: what a world decides,
    with the values there are."""

    package: Package
    domains: Mapping[str, tuple[Any, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """What a world decides."""
        return tuple(self.domains)

    @cached_property
    def worlds(self) -> tuple[tuple[Mapping[str, Any], str], ...]:
        return tuple(_judged(self.package, self.left({})))

    def left(self, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The worlds that agree with `given`, not judged."""
        held = ((given[name],) if name in given else values for name, values in self.domains.items())
        return (dict(zip(self.domains, values, strict=True)) for values in product(*held))

    def how_many(self, given: Mapping[str, Any]) -> int:
        """How many worlds agree with `given`."""
        return prod(len(values) for name, values in self.domains.items() if name not in given)

    @property
    def vary(self) -> bool:
        """Whether any two worlds come to different outcomes."""
        return len({outcome for _, outcome in self.worlds}) > 1

    def outcomes(self, given: Mapping[str, Any]) -> set[str]:
        """The outcomes of the worlds that agree with `given`."""
        return {outcome for world, outcome in self.worlds if given.items() <= world.items()}

    def turns(self, given: Mapping[str, Any], names: Collection[str]) -> bool:
        """Whether two of the worlds that differ in nothing but `names` come to different outcomes."""
        found: dict[tuple[Any, ...], str] = {}
        for world, outcome in self.worlds:
            if given.items() <= world.items():
                rest = tuple(world[name] for name in self.names if name not in names)
                if found.setdefault(rest, outcome) != outcome:
                    return True
        return False


def oracle(sketch: Sketch) -> Oracle:
    """All worlds: what no rule of the package asks of is left as it is."""
    excused = [name for name in sketch.criteria if sketch.package.criteria[name].strength == "一般应当"]
    domains = dict(DOMAINS) | {PRESENT + name: (True, False) for name in DOMAINS if name in sketch.asked}
    domains |= {EXCUSE + name: (True, False) for name in excused}
    return Oracle(sketch.package, domains)


def _judged(package: Package, worlds: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    determination = package.determinations["审查"]
    for world in worlds:
        (outcome,) = set(World(package, world).possible(determination))
        yield world, outcome


def known(facts: Mapping[str, Any], excuses: Mapping[str, bool], among: Oracle) -> dict[str, dict[str, Any]]:
    """What a case knows, by the name it is released under: values with their presence, absences, exceptions."""
    found: dict[str, dict[str, Any]] = {}
    for name in DOMAINS:
        present = {PRESENT + name: name in facts} if PRESENT + name in among.names else {}
        found[name] = present | ({name: facts[name]} if name in facts else {})
    return found | {name: {EXCUSE + name: value} for name, value in excuses.items() if EXCUSE + name in among.names}


def together(parts: Mapping[str, Mapping[str, Any]], names: Collection[str]) -> dict[str, Any]:
    """What is known of `names`."""
    return {key: value for name in names for key, value in parts.get(name, {}).items()}


MOVES = {"甲": (False, True), "数一": (0, 1, 2), "数二": (2, 1, 0)}
"""What a party may change, in the order it may be changed in; 甲 either way."""


def changes(facts: dict[str, Any], size: int) -> Iterator[dict[str, Any]]:
    """Every change of so many known facts, each in its direction."""
    for names in combinations([name for name in MOVES if name in facts], size):
        later = [[not facts[n]] if n == "甲" else MOVES[n][MOVES[n].index(facts[n]) + 1 :] for n in names]
        for values in product(*later):
            yield dict(zip(names, values, strict=True))
