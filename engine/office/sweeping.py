"""Edge: a whole population under several values of a parameter, or all options of an interpretation, each part read once: how
many come to what, and who turns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date
from io import StringIO
from pathlib import Path

from engine.base.cells import harmless
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.base.text import did_you_mean
from engine.columns import polars_engine
from engine.columns.plan import Plan, plan_of
from engine.columns.settling import carried_out
from engine.decision.core import evaluate_case
from engine.decision.model import UNDECIDED
from engine.files.temporary import laid_out
from engine.intake.columnar import Tables, TextPart
from engine.intake.split import SplitTables, split
from engine.office.processes import forkable, forked
from engine.office.workspace import Workspace
from engine.policy.shape import read_overlay
from engine.policy.stack import Sourced
from engine.policy.touched import reach


@dataclass(frozen=True, slots=True)
class SweptVersion:
    """One of the rules that are compared, and what is said of it."""

    said: str
    rules: Workspace


@dataclass(frozen=True, slots=True)
class SweptPart:
    """What a part came to, as `Sweep`: of each determination how often which outcomes, one for each version."""

    read: int
    out: int
    came_to: dict[str, Counter[tuple[str, ...]]]
    turned: dict[str, dict[str, tuple[str, ...]]]


@dataclass
class Sweep:
    """What came out. `outcomes`: determination → for each version how many came to what; `turned`: determination → the cases
    whose outcome is not the same in all of them, with what it is in each."""

    versions: tuple[str, ...]
    read: int = 0
    out: int = 0
    outcomes: dict[str, list[Counter[str]]] = field(default_factory=dict)
    turned: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def moves(self, determination: str, place: int) -> Counter[tuple[str, str]]:
        """Between a version and the one before it: from what to what, how many."""
        each = self.turned[determination].values()
        return Counter((one[place - 1], one[place]) for one in each if one[place - 1] != one[place])

    def add(self, part: SweptPart) -> None:
        """Count what a part came to."""
        self.read, self.out = self.read + part.read, self.out + part.out
        for name, each in part.came_to.items():
            for came_to, count in each.items():
                for counted, outcome in zip(self.outcomes[name], came_to, strict=True):
                    counted[outcome] += count
            self.turned[name] |= part.turned[name]


def of_parameter(rules: Workspace, name: str, values: Sequence[str]) -> list[SweptVersion]:
    """The rules with each of some values of a parameter. Raises Refused: E316 for no parameter, E557 for a value that is
    blank or said twice, and what is wrong with one."""
    known = rules.program().package.parameters
    if name not in known:
        raise Refused(Problem("E316", f"没有参数 `{name}`", help=did_you_mean(name, known)), 2)
    for value in values:
        if not value:
            raise Refused(Problem("E557", f"参数 `{name}` 有一个值空着", help="写作 参数=值,值"), 2)
        if values.count(value) > 1:
            raise Refused(Problem("E557", f"值 `{value}` 写了 {values.count(value)} 次", help="一个值写一次"), 2)
    found = []
    for value in values:
        try:
            found.append(_version(rules, value, f"参数: {{{name}: {value}}}"))
            found[-1].rules.program()
        except Refused as refused:
            wrong = refused.problems[0]
            message = f"`{value}` 不能作参数 `{name}` 的值：{wrong.message}"
            raise Refused(Problem(wrong.code, message, help=wrong.help), 2) from None
    return found


def of_interpretation(rules: Workspace, number: str) -> list[SweptVersion]:
    """The rules with each option of an interpretation. Raises Refused: E904."""
    found = rules.program().package.interpretations
    if number not in found:
        help_ = did_you_mean(number, found) or f"有 {'、'.join(found)}"
        raise Refused(Problem("E904", f"没有解释口径 `{number}`", help=help_), 2)
    return [_version(rules, one.name, f"口径: {{{number}: {one.name}}}") for one in found[number].options]


def of_change(before: Workspace, after: Workspace, day: date) -> tuple[list[SweptVersion], list[str]]:
    """Rules before and after a change, and the determinations of both that it can reach on a day."""
    old, new = (rules.program(day=day).package for rules in (before, after))
    names = reach(old, new)
    both = [name for name in new.determinations if name in old.determinations]
    reached = [name for name in both if names is None or name in names]
    return [SweptVersion("改前", before), SweptVersion("改后", after)], reached


def _version(rules: Workspace, said: str, text: str) -> SweptVersion:
    spec, problems = read_overlay(said, text)
    if spec is None or errors(problems):
        raise Refused(errors(problems), 2)
    return SweptVersion(said, rules.varied([Sourced(spec, said)]))


def sweep(
    versions: Sequence[SweptVersion], cases: Path, records: Mapping[str, Path], determinations: Sequence[str],
    day: date, rows: int, progress: Callable[[int, int], None], jobs: int = 1,
) -> Sweep:  # fmt: skip
    """Every case under every version. Raises Refused: E904, E940, and what is wrong with the rules or the tables."""
    programs = [one.rules.program(day=day) for one in versions]
    for name in determinations:
        for known in (program.package.determinations for program in programs):
            if name not in known:
                raise Refused(Problem("E904", f"没有决定 `{name}`", help=did_you_mean(name, known)), 2)
    found = Sweep(tuple(one.said for one in versions))
    found.outcomes = {name: [Counter() for _ in versions] for name in determinations}
    found.turned = {name: {} for name in determinations}
    apart = jobs > 1 and forkable()
    plans = [plan_of(program, determinations) for program in programs]
    with laid_out({}) as folder:

        def divided(rows: int) -> SplitTables:
            return split(cases, records, rows, folder / "表")

        tables = forked(divided, [rows], 1, lambda done, whole: None)[0] if apart else divided(rows)
        sweeping = _Sweeping(Tables(cases, records, tables), plans, determinations)
        numbers = range(tables.parts)

        def heard(done: int, whole: int) -> None:
            progress(min(tables.height, done * rows), tables.height)

        if apart and len(numbers) > 1:
            parts = forked(sweeping.part, numbers, min(jobs, len(numbers)), heard)
        else:
            parts = []
            for number in numbers:
                parts.append(sweeping.part(number))
                heard(len(parts), len(numbers))
        for part in parts:
            found.add(part)
    return found


class _Sweeping:
    def __init__(self, tables: Tables, plans: Sequence[Plan], determinations: Sequence[str]) -> None:
        self.tables, self.plans, self.determinations = tables, plans, determinations

    def part(self, number: int) -> SweptPart:
        part = self.tables.part(number)
        each = [_decided(self.tables, part, plan) for plan in self.plans]
        ids = [id_ for id_ in each[0] if all(id_ in version for version in each)]
        came_to: dict[str, Counter[tuple[str, ...]]] = {}
        turned: dict[str, dict[str, tuple[str, ...]]] = {}
        for place, name in enumerate(self.determinations):
            said = {id_: tuple(version[id_][place] for version in each) for id_ in ids}
            came_to[name] = Counter(said.values())
            turned[name] = {id_: one for id_, one in said.items() if len(set(one)) > 1}
        return SweptPart(part.height, part.height - len(ids), came_to, turned)


def _decided(tables: Tables, part: TextPart, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Case → its outcomes, as the interpreter says them where columns leave them open. A case that breaks a 校验 is left out."""
    typed = tables.typed(part, part.cases, plan.program.package, plan)
    out = carried_out(plan, typed.frames, polars_engine.run)
    broken = [out[column].to_list() for column in plan.relations]
    open_ = {
        asked.determination: (out[asked.outcome].is_null() & out[asked.open]).arg_true().to_list()
        for asked in plan.asked
    }
    places = sorted(set().union(*open_.values()))
    cases = dict(zip(places, typed.cases(places), strict=True))
    columns = []
    for asked in plan.asked:
        name, outcomes = asked.determination, out[asked.outcome].to_list()
        for place in open_[name]:
            outcomes[place] = evaluate_case(plan.program, cases[place], name, reasoned=False).outcome
        columns.append([one or UNDECIDED for one in outcomes])
    kept = (place for place in range(len(typed.ids)) if not any(column[place] for column in broken))
    return {typed.ids[place]: tuple(column[place] for column in columns) for place in kept}


def turned(found: Sweep) -> str:
    """The cases whose outcome changes, as CSV: case, determination, what it is under each version."""
    rows = [(harmless(id_), name, *each) for name, cases in found.turned.items() for id_, each in cases.items()]
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("案件", "决定", *found.versions), *rows])
    return stream.getvalue()
