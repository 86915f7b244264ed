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
from engine.intake.split import split
from engine.office.workspace import Workspace
from engine.policy.shape import read_overlay
from engine.policy.spec.vocabulary import OverlaySpec
from engine.policy.stack import Sourced


@dataclass(frozen=True, slots=True)
class SweptVersion:
    """One of the rules that are compared: what is said of it, and what it changes."""

    said: str
    overlay: Sourced[OverlaySpec]


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
            found.append(_version(value, f"参数: {{{name}: {value}}}"))
            rules.varied([found[-1].overlay]).program()
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
    return [_version(one.name, f"口径: {{{number}: {one.name}}}") for one in found[number].options]


def _version(said: str, text: str) -> SweptVersion:
    spec, problems = read_overlay(said, text)
    if spec is None or errors(problems):
        raise Refused(errors(problems), 2)
    return SweptVersion(said, Sourced(spec, said))


def sweep(
    rules: Workspace, versions: Sequence[SweptVersion], cases: Path, records: Mapping[str, Path],
    determinations: Sequence[str], day: date, rows: int, progress: Callable[[int, int], None],
) -> Sweep:  # fmt: skip
    """Every case under every version. Raises Refused: E904, E940, and what is wrong with the rules or the tables."""
    known = rules.program(day=day).package.determinations
    for name in determinations:
        if name not in known:
            raise Refused(Problem("E904", f"没有决定 `{name}`", help=did_you_mean(name, known)), 2)
    plans = [plan_of(rules.varied([one.overlay]).program(day=day), determinations) for one in versions]
    found = Sweep(tuple(one.said for one in versions))
    found.outcomes = {name: [Counter() for _ in versions] for name in determinations}
    found.turned = {name: {} for name in determinations}
    with laid_out({}) as folder:
        tables = Tables(cases, records, split(cases, records, rows, folder / "表"))
        for number in range(tables.split.parts):
            part = tables.part(number)
            found.read += part.height
            each = [_decided(tables, part, plan) for plan in plans]
            ids = [id_ for id_ in each[0] if all(id_ in version for version in each)]
            found.out += part.height - len(ids)
            for place, name in enumerate(determinations):
                for id_ in ids:
                    came_to = tuple(version[id_][place] for version in each)
                    for counted, outcome in zip(found.outcomes[name], came_to, strict=True):
                        counted[outcome] += 1
                    if len(set(came_to)) > 1:
                        found.turned[name][id_] = came_to
            progress(found.read, tables.split.height)
    return found


def _decided(tables: Tables, part: TextPart, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Case → its outcomes, as the interpreter says them where columns leave them open. A case that breaks a 校验 is left out."""
    typed = tables.typed(part, part.cases, plan.program.package, plan)
    out = carried_out(plan, typed.frames, polars_engine.run)
    broken = [out[column].to_list() for column in plan.relations]
    columns = []
    for asked in plan.asked:
        outcomes = out[asked.outcome].to_list()
        for place in (out[asked.outcome].is_null() & out[asked.open]).arg_true().to_list():
            case = typed.case(place)
            outcomes[place] = evaluate_case(plan.program, case, asked.determination, reasoned=False).outcome
        columns.append([one or UNDECIDED for one in outcomes])
    kept = (place for place in range(len(typed.ids)) if not any(column[place] for column in broken))
    return {typed.ids[place]: tuple(column[place] for column in columns) for place in kept}


def turned(found: Sweep) -> str:
    """The cases whose outcome changes, as CSV: case, determination, what it is under each version."""
    rows = [(harmless(id_), name, *each) for name, cases in found.turned.items() for id_, each in cases.items()]
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows([("案件", "决定", *found.versions), *rows])
    return stream.getvalue()
