"""Edge: for faults that no example notices the case that would, and that case as an example which waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.killing import KillingCase, killing_case
from engine.files import writing
from engine.intake.examples import ReadyExample
from engine.language.printer import show_value
from engine.language.tree import Value
from engine.office.mutation import Trial, Trials
from engine.office.processes import cpus, forked
from engine.policy.mutants import Mutant
from engine.policy.nodes import MAX_BYTES, Node, decode, read_yaml
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Sequence as NodeList
from engine.policy.package import Package
from engine.revise.pieces import with_item, with_key
from engine.revise.splices import applied, change_of
from engine.revise.writing import YamlValue, plain

SEEDS = 12
"""Examples whose cases are moved for one fault at most."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The case that tells `mutant` from the rules, made of the case of `base`."""

    mutant: Mutant
    base: ReadyExample
    found: KillingCase

    @property
    def moves(self) -> tuple[tuple[str, str, str], ...]:
        """Name, value in the base, value here, as people read them."""
        package, had = self.base.program.package, self.base.case.facts
        return tuple((n, _shown(package, n, had[n].value), _shown(package, n, v)) for n, v in self.found.moves.items())


def proposals(
    trials: Trials, tried: Sequence[Trial], heard: Callable[[int, int], None], jobs: int | None = None
) -> dict[int, Proposal]:
    """By the place of a fault in `tried` the case that would notice it, for those of what is decided that live, as far as
    one was found."""
    alive = [at for at, one in enumerate(tried) if one.alive and one.mutant.path[0] != "procedure"]

    def proposed(at: int) -> tuple[int, KillingCase] | None:
        mutant = tried[at].mutant
        planting = trials.planting(mutant)
        for place, example in trials.resting(mutant)[:SEEDS]:
            rules = planting.under(example.program)
            if rules is not None and rules.changed:
                names = list(dict.fromkeys(a.determination.text for a in example.spec.assertions))
                found = killing_case(rules, planting.compiled(rules), example.case, trials.values[id(example)], names)
                if found is not None:
                    return place, found
        return None

    found = forked(proposed, alive, jobs or cpus(), heard)
    pairs = [(at, one) for at, one in zip(alive, found, strict=True) if one is not None]
    return {at: Proposal(tried[at].mutant, trials.report.ready[place], told) for at, (place, told) in pairs}


def accept(proposed: Sequence[Proposal]) -> dict[str, int]:
    """Writes each as an example marked 待确认, behind the last of the file that its base stands in, one for the same case;
    how many by file. Refused where a file changed meanwhile or cannot be written."""
    by_file: dict[str, dict[str, Proposal]] = {}
    for one in proposed:
        same = f"{one.base.spec.name.text} {one.found.moves} {one.found.determination}"
        by_file.setdefault(one.base.spec.name.span.file, {}).setdefault(same, one)
    for file, found in by_file.items():
        with writing.holding(Path(file), MAX_BYTES) as held:
            held.rewrite(_with(file, held.data or b"", list(found.values())))
    return {file: len(found) for file, found in by_file.items()}


def _with(file: str, data: bytes, found: Sequence[Proposal]) -> bytes:
    for one in found:
        text, problems = decode(data, file)
        root = read_yaml(text, file)[0] if text is not None else None
        if not isinstance(root, MappingNode):
            raise Refused(problems or [Problem("E932", f"`{file}` 刚被别人改过", help="再运行一次")])
        section, says = root.get("用例"), example_of(one)
        listed = section if isinstance(section, NodeList) and len(section) else None
        splice = with_key(root, "用例", [says]) if listed is None else with_item(listed, says, len(listed) - 1)
        new, _ = applied(change_of([splice], {file: data}), {file: data})
        data = new[file]
    return data


def example_of(one: Proposal) -> dict[str, YamlValue]:
    """The example as it is written: what its base says, with the facts that are moved."""
    spec, package = one.base.spec, one.base.program.package
    says: dict[str, YamlValue] = {"名称": f"试出：{one.mutant.owner}，{'、'.join(f'{n} {v}' for n, _, v in one.moves)}"}
    if spec.as_of is not None:
        says["基准日"] = spec.as_of.isoformat()
    if spec.case is not None:
        says["案件"] = spec.case.text
    facts = plain(spec.facts) if spec.facts is not None else {}
    assert isinstance(facts, Mapping)
    facts = {**facts, **{name: _written(package, name, value) for name, value in one.found.moves.items()}}
    more = {"事实": facts or None, "记录": _said(spec.records), "例外理由": _said(spec.excuses)}
    says |= {key: value for key, value in more.items() if value is not None}
    says["断言"] = [{"决定": one.found.determination, "结果": one.found.outcome}]
    says["待确认"] = f"{one.mutant.kind}：{one.mutant.said}，就成了 {one.found.instead}"
    return says


def _said(node: Node | None) -> YamlValue | None:
    return None if node is None else plain(node)


def _written(package: Package, name: str, value: Value) -> YamlValue:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return value.isoformat() if isinstance(value, date) else _shown(package, name, value)


def _shown(package: Package, name: str, value: Value) -> str:
    fact = package.facts[name]
    return show_value(value, fact.type, fact.unit)
