"""Edge: examples of histories (程序用例): given events, the expected state, documents and duties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.intake.history import read_history
from engine.policy.nodes import Scalar
from engine.policy.package import Package
from engine.policy.spec.procedure import DutyExpectedSpec, HistoryExampleSpec
from engine.policy.stack import texts
from engine.procedure.compiled import Compiled, compile_procedure
from engine.procedure.coverage import ProcedureCoverage
from engine.procedure.history import History
from engine.procedure.replay import replay
from engine.procedure.timeline import Duty, Timeline


@dataclass(frozen=True)
class ReadyHistory:
    """An example with its events, and the package it is about."""

    spec: HistoryExampleSpec
    history: History
    package: Package

    def differing(self, compiled: Compiled, coverage: ProcedureCoverage | None = None) -> list[Problem]:
        """What does not come out as expected under a procedure; where all does, that is noted in `coverage`."""
        timeline = replay(compiled, self.history, self.spec.as_of)
        problems = _compare(self.spec, timeline, compiled)
        if not problems and coverage is not None:
            coverage.record(timeline, compiled.initial)
        return problems


class HistoryExamples:
    """The examples of one file, which may continue one another. `coverage` adds up over files."""

    def __init__(self, coverage: ProcedureCoverage, procedures: list[Compiled]) -> None:
        self.coverage, self.procedures = coverage, procedures
        self.before: dict[str, History] = {}
        self.ready: list[ReadyHistory] = []

    def run(self, example: HistoryExampleSpec, package: Package) -> list[Problem]:
        """What does not come out as expected. The history is kept for those that continue it."""
        compiled = self._compiled(package)
        history, problems = self._history(example, package)
        if problems:
            return problems
        self.before[example.name.text] = history
        self.ready.append(ReadyHistory(example, history, package))
        return self.ready[-1].differing(compiled, self.coverage)

    def _compiled(self, package: Package) -> Compiled:
        known = next((one for one in self.procedures if one.procedure is package.procedure), None)
        if known is None:
            self.procedures.append(known := compile_procedure(package))
        return replace(known, package=package)

    def _history(self, example: HistoryExampleSpec, package: Package) -> tuple[History, list[Problem]]:
        first = History(example.name.text, ())
        if example.base is not None:
            if example.base.text not in self.before:
                help_ = did_you_mean(example.base.text, self.before) or "承接前面的用例"
                message = f"承接的程序用例 `{example.base.text}` 不存在或没有读成"
                return first, [Problem("E861", message, example.base.span, help_)]
            first = self.before[example.base.text]
        items: Any = example.events if example.events is not None else []
        more, problems = read_history(items, package, example.name.text, after=first.items)
        return History(example.name.text, (*first.items, *more.items)), problems


def _compare(example: HistoryExampleSpec, timeline: Timeline, compiled: Compiled) -> list[Problem]:
    told, expected = f"程序用例 `{example.name.text}`", example.expected
    if expected.state.text != timeline.state:
        message = f"{told}：状态应为 `{expected.state.text}`，实为 `{timeline.state}`"
        refused = timeline.refused[0].problem if timeline.refused else None
        return [Problem("E860", message, expected.state.span, refused.message if refused else None)]
    problems: list[Problem] = []
    lists = (
        ("规则", expected.rules, [e.rule for e in timeline.effects]),
        ("文书", expected.documents, [d.document for d in timeline.documents]),
    )
    for word, wanted, found in lists:
        if wanted is not None and list(texts(wanted)) != found:
            problems.append(_differs(told, word, texts(wanted), found, expected.state.span))
    wrongly = [r.entry.id for r in timeline.refused]
    if set(texts(expected.refused)) != set(wrongly):
        place = expected.refused[0].span if expected.refused else expected.state.span
        problem = _differs(told, "不成立", texts(expected.refused), wrongly, place)
        why = [f"{r.problem.message}" for r in timeline.refused]
        problems.append(Problem(problem.code, problem.message, problem.place, "；".join(why)[:200] or None))
    return problems + [p for duty in expected.duties for p in _duty(told, duty, timeline, compiled)]


def _duty(told: str, expected: DutyExpectedSpec, timeline: Timeline, compiled: Compiled) -> list[Problem]:
    name: Scalar = expected.name
    found = [d for d in timeline.duties if d.name == name.text]
    if not found:
        help_ = did_you_mean(name.text, [d.name for d in timeline.duties])
        return [Problem("E860", f"{told}：没有事项 `{name.text}`", name.span, help_)]
    if any(_as_expected(duty, expected) for duty in found):
        return []
    shown = "、".join(_stands(d.status, d.start if expected.start else None, d.due) for d in found)
    wanted = _stands(expected.status, expected.start, expected.due)
    return [Problem("E860", f"{told}：`{name.text}` 应为 `{wanted}`，实为 `{shown}`", name.span)]


def _as_expected(duty: Duty, expected: DutyExpectedSpec) -> bool:
    return duty.status == expected.status and expected.due in (None, duty.due) and expected.start in (None, duty.start)


def _stands(status: str, start: date | None, due: date | None) -> str:
    since = f" 自 {start.isoformat()}" if start else ""
    return f"{status}{since}{f' {due.isoformat()}' if due else ''}"


def _differs(told: str, word: str, wanted: Sequence[str], found: Sequence[str], place: Span) -> Problem:
    return Problem("E860", f"{told}：`{word}` 应为 {_list(wanted)}，实为 {_list(found)}", place)


def _list(names: Sequence[str]) -> str:
    return "、".join(f"`{n}`" for n in names) or "（无）"
