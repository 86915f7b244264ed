"""Cautions that go with a decision: whether the rules are in force, what could not be computed and why, what is an
estimate, what the language cannot say."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from engine.base.calendar import Consulted
from engine.base.text import long_date
from engine.decision.case import Case
from engine.decision.core import View
from engine.decision.model import Relied
from engine.decision.program import Program, Step, consulted
from engine.language import keys
from engine.language.functions import FUNCTIONS
from engine.language.keys import is_excuse, named_by
from engine.language.printer import print_node
from engine.language.tree import Call, Items, Node
from engine.lowered.calls import Values
from engine.lowered.cases import LIMIT
from engine.lowered.closures import CONSULTED, why_unknown
from engine.lowered.expressions import as_written
from engine.policy.package import Header, Package

_RESTING, _COUNTING = "日历：所系", "日历：所数"
"""Where a program keeps what rests on working days, and which expressions count them."""


def notes_of(view: View, values: Values, case: Case, relied: Iterable[Relied]) -> tuple[str, ...]:
    """All cautions, each once, the general ones first."""
    program = view.program
    steps = [program.steps[name] for name in view.below if name in program.steps]
    steps = [*(step for step in steps if step.kind != "determination"), program.steps[view.determination]]
    found = [*_standing(program.package, case), *_inexpressible(view)]
    for step in steps:
        found += _uncomputable(program, step, values)
        found += _odd_table(program, step, values)
    found += _untried(view, values)
    examples = [r.name for r in relied if r.source == "实施口径（示例）"]
    if examples:
        found.append(f"所依据的{'、'.join(examples)}为示例口径，正式使用前须由有权机关确定")
    return tuple(dict.fromkeys(found))


def _standing(package: Package, case: Case) -> Iterator[str]:
    yield from in_force(package.header, case.as_of)
    if case.as_of != package.as_of:
        yield f"规则按{long_date(package.as_of)}的版本适用，与案件基准日{long_date(case.as_of)}不一致"


def in_force(header: Header, day: date, called: str = "基准日") -> Iterator[str]:
    """What is wrong with resting a decision on this regulation that day (`called`); nothing if it is in force."""
    title = f"《{header.title}》"
    if header.status == "征求意见稿":
        yield f"{title}为征求意见稿，结果仅供研究，文书只能作样稿"
    elif header.status in ("示例", "已废止"):
        yield f"{title}状态为{header.status}，不能据以作出正式决定"
    if header.since is not None and day < header.since:
        yield f"{title}自{long_date(header.since)}起施行，{called}尚未施行"
    elif header.since is None and header.status == "有效":
        yield f"{title}施行日期未定"
    until = _until(header)
    if until is not None and day >= until:
        yield f"{title}自{long_date(until)}起失效，{called}已经失效"


def _until(header: Header) -> date | None:
    """The first day on which it is no longer valid: the one stated, or that on which its 有效期 of so many years is over."""
    years = re.fullmatch(r"([0-9]{1,3})年", header.valid_for)
    if years is None or header.since is None or header.until is not None:
        return header.until
    year, since = header.since.year + int(years.group(1)), header.since
    return date(year, 3, 1) if (since.month, since.day) == (2, 29) and not isleap(year) else since.replace(year=year)


def _inexpressible(view: View) -> Iterator[str]:
    for item in view.program.package.inexpressible:
        if view.determination in item.affects:
            what = f"{item.name}（{'、'.join(item.clauses)}）{'：' + item.reason if item.reason else ''}"
            yield f"规则语言尚不能表达：{what}。" + ("已指名接受，结果未计入此项" if item.accepted else "因此不作结论")


def _uncomputable(program: Program, step: Step, values: Values) -> Iterator[str]:
    """Why a definition is unknown although what it rests on is known."""
    slot = program.slots[keys.passed(step.name) if step.kind == "criterion" else step.name]
    if values[slot] is not None:
        return
    for node in step.nodes:
        for call, reason in why_unknown(program.inlined(node), program.context, values):
            yield f"“{step.name}”中的{print_node(as_written(call))}无法计算：{reason}"


def estimates_of(program: Program, determination: str, deciding: Iterable[str], values: Values) -> tuple[str, ...]:
    """Why the outcome itself is only an estimate: working days of an unpublished year below what decided it."""
    names = set(deciding) | {name for d in deciding if d in program.steps for name in program.steps[d].rests_on}
    steps = [step for name, step in program.steps.items() if name in names and step.kind != "determination"]
    found = [reason for step in steps for reason in _estimated(program, step.nodes, values)]
    return tuple(dict.fromkeys([*found, *_estimated(program, program.steps[determination].nodes, values)]))


def estimate_of(program: Program, node: Node, values: Values) -> str:
    """Why the value of `node` is only an estimate, itself or by a quantity below it; "" where it is firm."""
    resting = _resting_on_days(program)
    read = program.form.leaves(program.expressions.lowered(node))
    below = [name for name in map(named_by, read) if name in resting]
    if not below and not reckons(node):
        return ""
    rests_on = {name for top in below for name in program.steps[top].rests_on if name in resting}
    own = reckoned(program, node, values)[1] if reckons(node) else ""
    nodes = (n for name in program.steps if name in rests_on for n in program.steps[name].nodes)
    return own or next(_estimated(program, nodes, values), "")


def _counts_days(program: Program, node: Node) -> bool:
    """Whether `node`, an expression of the program, counts working days anywhere. Found once."""
    kept: dict[int, bool] = program.views.setdefault(_COUNTING, {})
    known = kept.get(id(node))
    if known is None:
        known = kept[id(node)] = reckons(program.inlined(node))
    return known


def _resting_on_days(program: Program) -> frozenset[str]:
    """The definitions that count working days, themselves or below them. Found once for a program."""
    if _RESTING not in program.views:
        counting = {name for name, step in program.steps.items() if any(map(reckons, step.nodes))}
        resting = (name for name, step in program.steps.items() if not counting.isdisjoint(step.rests_on))
        program.views[_RESTING] = frozenset(resting)
    found: frozenset[str] = program.views[_RESTING]
    return found


def _untried(view: View, values: Values) -> Iterator[str]:
    """What an undecided determination was not tried for, because that would make too many cases."""
    program = view.program
    definition = program.form.definitions[view.determination]
    left = [_worded(key) for key in definition.untried if _is_open(program, values, key)]
    if left and values[program.slots[view.determination]] is None:
        yield f"{'、'.join(left)}尚未查明，情形超过{LIMIT}种，没有逐一比较各种情形下的结果是否相同"


def _worded(key: str) -> str:
    return f"{named_by(key)}的例外理由" if is_excuse(key) else key


def _is_open(program: Program, values: Values, key: str) -> bool:
    """Whether it is unknown; an exception counts once the requirement is known not to be met."""
    asked = not is_excuse(key) or values[program.layout.criterion(named_by(key)).required] is False
    return asked and values[program.slots[key]] is None


def _estimated(program: Program, nodes: Iterable[Node], values: Values) -> Iterator[str]:
    for node in nodes:
        _, reason = reckoned(program, program.inlined(node), values) if _counts_days(program, node) else (None, "")
        if reason:
            yield reason


def reckoned(program: Program, node: Node, values: Values) -> tuple[Any, str]:
    """The value of `node` and, where it rests on a year without a working-day notice, why it is an estimate."""
    if not reckons(node):
        return program.value(node, values), ""
    asked, own = Consulted(), list(values)
    own[program.slots[CONSULTED]] = asked
    value = program.value(program.inlined(node), own)
    consulted(program.slots, values).years.update(asked.years)
    return value, "；".join(asked.estimates)


def reckons(node: Node) -> bool:
    """Whether `node` counts working days anywhere."""
    if isinstance(node, Items):
        return any(map(reckons, node.items))
    if not isinstance(node, Call):
        return False
    return FUNCTIONS[node.function].reckons or any(map(reckons, node.args))


def _odd_table(program: Program, step: Step, values: Values) -> Iterator[str]:
    """A decision table that hit nothing, or more than 唯一 allows."""
    table = program.package.decision_tables.get(step.name)
    if table is None or table.open or values[program.slots[step.name]] is not None:
        return
    hits = []
    for row in table.rows:
        found = [program.value(node, values) for node in row.conditions]
        if False not in found and None in found:
            return
        hits.append(False not in found)
    if not any(hits) and table.default is None:
        yield f"决定表“{step.name}”没有一行符合本案"
    elif table.hit == "唯一" and sum(hits) > 1:
        rows = "、".join(str(index) for index, hit in enumerate(hits, start=1) if hit)
        yield f"决定表“{step.name}”第{rows}行同时符合，结果不一致"
