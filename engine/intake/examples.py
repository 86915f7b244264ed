"""Edge: the examples in `policies/*/tests`, run as a policy officer writes them: given facts, expected outcome and the
criteria that decide it. A failed expectation is a `Problem` at the line that states it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.base.text import did_you_mean
from engine.base.units import Unit, period_written, quantity_written
from engine.decision.case import Case
from engine.decision.core import Evaluation
from engine.decision.coverage import Coverage
from engine.decision.decide import dress, evaluate_whole, premise_results
from engine.decision.facts import facts_digest
from engine.decision.model import NOT_OPENED, UNDECIDED, Decision
from engine.decision.program import Program
from engine.decision.relations import inconsistencies
from engine.files.reading import folder_at
from engine.intake.builder import CaseBuilder
from engine.intake.case import load_case, peek_case
from engine.intake.history import load_history
from engine.intake.history_examples import HistoryExamples, ReadyHistory
from engine.language.printer import show_value
from engine.lowered.rules import NO_OUTCOME
from engine.policy.nodes import Scalar
from engine.policy.package import Package
from engine.policy.shape import read_examples
from engine.policy.sources import read_text, yaml_files
from engine.policy.spec import ArguedSpec, AssertionSpec, ExampleFile, ExampleSpec
from engine.policy.stack import texts
from engine.procedure.compiled import Compiled, compile_procedure
from engine.procedure.coverage import ProcedureCoverage
from engine.procedure.dossier import joined

ProgramOn = Callable[[date | None], Program]
"""The compiled package for a day (None: today)."""
Wanted = Callable[["ExampleSpec", date | None], bool]
"""Whether an example, decided for a day (None: today), is to be run."""
Adopting = Callable[[Mapping[str, Scalar]], ProgramOn]
"""The same under other options of interpretations: number -> option. Refused where there is none of that name."""


@dataclass(frozen=True)
class ReadyExample:
    """An example with its case, and the program it is about."""

    spec: ExampleSpec
    case: Case
    program: Program

    def differing(
        self, program: Program, coverage: Coverage | None = None, about: Collection[str] | None = None
    ) -> list[Problem]:
        """What does not come out as expected under `program`, which has the vocabulary of its own; what does is noted in
        `coverage`. `about`: the determinations that are looked at, None for all."""
        problems: list[Problem] = []
        for assertion in self.spec.assertions:
            if about is not None and assertion.determination.text not in about:
                continue
            name = assertion.determination.text
            if name not in program.package.determinations:
                problems.append(_no_determination(assertion.determination, program.package))
                continue
            evaluation = evaluate_whole(program, self.case, name)
            found = _compare(self.spec, assertion, evaluation, program.package, self.case)
            problems += found
            if not found and coverage is not None:
                coverage.record(program, evaluation)
        return problems


def expects_of(example: ExampleSpec, names: frozenset[str]) -> bool:
    """Whether it expects something of any of the names: the outcome of a determination, or a value."""
    return any(one.determination.text in names or not names.isdisjoint(one.values) for one in example.assertions)


class Underlying:
    """The case files that examples build on: each is read once for its day, and once for the rules it is decided under."""

    def __init__(self) -> None:
        self._days: dict[Path, date | None] = {}
        self._cases: dict[tuple[Path, int], tuple[Package, Case | None, list[Problem]]] = {}

    def day(self, path: Path) -> date | None:
        """The 基准日 the case file at `path` names, None where it names none or cannot be read."""
        if path not in self._days:
            head, _problems = peek_case(path)
            self._days[path] = head.as_of if head else None
        return self._days[path]

    def case(self, path: Path, package: Package) -> tuple[Case | None, list[Problem]]:
        """As `_base`. The package is kept with its case, so that its identity stays its own."""
        key = path, id(package)
        if key not in self._cases:
            self._cases[key] = (package, *_base(path, package))
        _, case, problems = self._cases[key]
        return case, list(problems)


@dataclass
class ExampleReport:
    """`passed` and `failed` count examples, `named` are their files and names; `problems` say what failed and where, and
    `unsound` files and names of which; `ready` and `histories` are those that could be read, to be tried under other rules; `unconfirmed` those that nobody
    has confirmed yet: they are not run; `argued`: faults that no example has to notice."""

    passed: int = 0
    failed: int = 0
    named: list[tuple[Path, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unsound: set[tuple[str, str]] = field(default_factory=set)
    coverage: Coverage = field(default_factory=Coverage)
    procedure: ProcedureCoverage = field(default_factory=ProcedureCoverage)
    procedures: list[Compiled] = field(default_factory=list)
    told: set[tuple[str, str, str]] = field(default_factory=set)
    unconfirmed: list[tuple[Path, str]] = field(default_factory=list)
    ready: list[ReadyExample] = field(default_factory=list)
    histories: list[ReadyHistory] = field(default_factory=list)
    argued: list[ArguedSpec] = field(default_factory=list)
    bases: Underlying = field(default_factory=Underlying)

    def count(self, found: list[Problem], name: Scalar) -> None:
        """One more example, with what was wrong about it; a mistake in a file that many build on is told once."""
        for problem in found:
            if (said := (problem.code, problem.message, str(problem.place))) not in self.told:
                self.told.add(said)
                self.problems.append(problem)
        if any(p.is_error for p in found):
            self.failed += 1
            self.unsound.add((name.span.file, name.text))
        else:
            self.passed += 1


def run_examples(
    folder: Path,
    programs: ProgramOn,
    report: ExampleReport,
    adopting: Adopting | None = None,
    wanted: Wanted | None = None,
    histories: bool = True,
) -> None:
    """Run every example under `folder` (a package's `tests/`), adding to `report`; those of a file that is about other
    options (口径) under these, which cover no rule as it stands. None: such files are left out. `wanted`: the others are
    named and not run, None for all; `histories`: those of procedures are run too."""
    for path in yaml_files(folder):
        text, problems = read_text(path)
        report.problems += problems
        if text is None:
            continue
        spec, problems = read_examples(str(path), text)
        report.problems += problems
        if spec is None or (spec.adopt and adopting is None):
            continue
        report.argued += spec.argued
        waiting = [one for one in spec.examples if one.unconfirmed is not None]
        report.unconfirmed += [(path, one.name.text) for one in waiting]
        spec = spec.but(examples=tuple(one for one in spec.examples if one.unconfirmed is None))
        names = [*(one.name for one in spec.examples), *(one.name for one in spec.histories)]
        report.named += [(path, name.text) for name in names]
        try:
            meant = spec if histories else spec.but(histories=())
            _run_file(meant, path.parent, adopting(spec.adopt) if spec.adopt and adopting else programs, report, wanted)
        except Refused as refused:
            report.problems += refused.problems
            report.failed += len(spec.examples) + len(spec.histories)


def example_cases(folder: Path, programs: ProgramOn) -> Iterator[Case]:
    """The cases of the examples under `folder` that can be read, of the rules as they stand; nothing is decided."""
    bases = Underlying()
    for path in yaml_files(folder):
        spec, _ = read_examples(str(path), read_text(path)[0] or "")
        for example in spec.examples if spec is not None and not spec.adopt else ():
            package = programs(_day(example, path.parent, bases)).package
            case, _ = _case(example, path.parent, package, bases)
            if case is not None:
                yield case


def example_faults(path: Path, programs: ProgramOn) -> list[Problem]:
    """What keeps the examples of a file from being read, under the rules as they stand; nothing is decided. An outcome that
    its determination does not have is such a fault too."""
    text, problems = read_text(path)
    spec, found = read_examples(str(path), text or "")
    problems, bases = [*problems, *found], Underlying()
    for example in spec.examples if spec is not None and not spec.adopt else ():
        program = programs(_day(example, path.parent, bases))
        problems += _case(example, path.parent, program.package, bases)[1]
        for assertion in example.assertions:
            problems += _not_there(assertion, program.package)
    return errors(problems)


def _not_there(assertion: AssertionSpec, package: Package) -> Iterator[Problem]:
    name, outcome = assertion.determination, assertion.outcome
    if name.text not in package.determinations:
        yield _no_determination(name, package)
    elif outcome.text not in (known := _known_outcomes(name.text, package)):
        help_ = did_you_mean(outcome.text, known)
        yield Problem("E411", f"决定 `{name.text}` 没有结果 `{outcome.text}`", outcome.span, help_)


def _no_determination(name: Scalar, package: Package) -> Problem:
    return Problem("E411", f"没有决定 `{name.text}`", name.span, did_you_mean(name.text, package.determinations))


def _known_outcomes(determination: str, package: Package) -> tuple[str, ...]:
    return (*package.scope.enums[f"结论：{determination}"], UNDECIDED, NOT_OPENED, NO_OUTCOME)


def _run_file(
    spec: ExampleFile, folder: Path, programs: ProgramOn, report: ExampleReport, wanted: Wanted | None
) -> None:
    coverage, procedure = report.coverage, report.procedure
    if spec.adopt:
        coverage, procedure = Coverage(), ProcedureCoverage()
    histories = HistoryExamples(procedure, [] if spec.adopt else report.procedures)
    for example in spec.examples:
        day = _day(example, folder, report.bases)
        if wanted is None or wanted(example, day):
            report.count(_run(example, folder, programs(day), coverage, report), example.name)
    for history in spec.histories:
        report.count(histories.run(history, programs(history.as_of).package), history.name)
    report.histories += histories.ready


def _run(
    example: ExampleSpec, folder: Path, program: Program, coverage: Coverage, report: ExampleReport
) -> list[Problem]:
    case, problems = _case(example, folder, program.package, report.bases)
    if case is None:
        return problems
    made = ReadyExample(example, case, program)
    report.ready.append(made)
    return problems + made.differing(program, coverage)


def _day(example: ExampleSpec, folder: Path, bases: Underlying) -> date | None:
    """The example's own 基准日, else that of the case file it builds on."""
    if example.as_of is not None or example.case is None:
        return example.as_of
    return bases.day(folder / example.case.text)


def _case(example: ExampleSpec, folder: Path, package: Package, bases: Underlying) -> tuple[Case | None, list[Problem]]:
    """The example's case: an existing case file (`案件`) with the example's own facts over it, or the facts alone."""
    base: Case | None = None
    problems: list[Problem] = []
    if example.case is not None:
        base, problems = bases.case(folder / example.case.text, package)
        if base is None:
            return None, problems
    builder = CaseBuilder(package, folder, terse=True)
    builder.take(example.facts, example.records, example.excuses)
    problems = [p for p in problems + builder.problems if p.is_error]
    if problems:
        return None, problems
    # What the example leaves blank is not known, whatever the case it builds on says.
    facts = {n: f for n, f in base.facts.items() if n not in builder.blanks} | builder.facts if base else builder.facts
    excuses = {**(base.excuses if base else {}), **builder.excuses}
    excuses = {name: found for name, found in excuses.items() if name not in builder.blanks}
    case = Case(example.name.text, example.as_of or package.as_of, facts, excuses, package.id)
    problems = [one.problem for one in inconsistencies(package, case)]
    return (None if problems else case), problems


def _base(path: Path, package: Package) -> tuple[Case | None, list[Problem]]:
    """The case at `path`, with what the history it names gives; None with the errors that forbid it."""
    case, problems = load_case(path, package)
    head, _ = peek_case(path)
    if case is None or head is None or not head.history:
        return case, problems
    history, found = load_history(folder_at(path) / head.history, package)
    problems += found
    if history is None:
        return None, problems
    whole, differing = joined(compile_procedure(package), case, history)
    return (None if differing else whole), [*problems, *differing]


def _compare(
    example: ExampleSpec, assertion: AssertionSpec, found: Evaluation, package: Package, case: Case
) -> list[Problem]:
    """Each expectation against what came out; the message names the example."""
    told = f"用例 `{example.name.text}`"
    problems = []
    expected = assertion.outcome
    if found.outcome != expected.text:
        shown = found.outcome + (f"（可能 {'、'.join(found.possible)}）" if len(found.possible) > 1 else "")
        message = f"{told}：`{assertion.determination.text}` 应为 `{expected.text}`，实为 `{shown}`"
        known = _known_outcomes(assertion.determination.text, package)
        help_ = None if expected.text in known else did_you_mean(expected.text, known)
        return [Problem("E412", message, expected.span, help_ or _why(found, case))]
    sets = [(assertion.deciding, found.deciding, "决定性"), (assertion.possible, found.possible, "可能")]
    if assertion.missing is not None:
        missing = [m.name for m in dress(found, case, facts_digest(case)).missing if m.matters]
        sets.append((assertion.missing, tuple(missing), "缺"))
    if assertion.first is not None:
        sets.append((assertion.first, tuple(p.first for p in premise_results(found, case) if p.lacking), "先"))
    for wanted, got, word in sets:
        if wanted is not None and set(texts(wanted)) != set(got):
            message = f"{told}：`{word}` 应为 {_named(texts(wanted))}，实为 {_named(got)}"
            problems.append(Problem("E413", message, wanted[0].span if wanted else expected.span))
    if assertion.amount is not None:
        units = package.scope.units
        problems += _amount(assertion.amount, dress(found, case, facts_digest(case)), told, units)
    if assertion.authority is not None:
        organ = dress(found, case, facts_digest(case)).authority
        if assertion.authority.text != organ:
            message = f"{told}：`机关` 应为 `{assertion.authority.text}`，实为 `{organ or '无'}`"
            problems.append(Problem("E413", message, assertion.authority.span))
    return [*problems, *_values(assertion, found, package, told)]


def _values(assertion: AssertionSpec, found: Evaluation, package: Package, told: str) -> Iterator[Problem]:
    """What facts, derived quantities and parameters come to; amounts are compared as values."""
    program, symbols = found.view.program, package.scope.symbols
    for name, wanted in assertion.values.items():
        if name in package.parameters:
            value = package.parameters[name].on(package.as_of)
        elif name in symbols and name in program.slots:
            value = found.values[program.slots[name]]
        else:
            known = [known for known in symbols if known in program.slots or known in package.parameters]
            yield Problem("E413", f"{told}：没有 `{name}`", wanted.span, did_you_mean(name, known))
            continue
        shown = "待查" if value is None else show_value(value, symbols[name].type, symbols[name].unit)
        one, other = (_size(text, package.scope.units) for text in (wanted.text, shown))
        if wanted.text != shown and (one is None or one != other):
            yield Problem("E413", f"{told}：`{name}` 应为 `{wanted.text}`，实为 `{shown}`", wanted.span)


def _size(text: str, units: Mapping[str, Unit]) -> object:
    """What a quantity comes to, however it is written: 12个月 is 1年; None where it is none."""
    months = period_written(text)
    return quantity_written(text, units) if months is None else months


def _amount(wanted: Scalar, decision: Decision, told: str, units: Mapping[str, Unit]) -> list[Problem]:
    """Amounts are compared as values: 50万元 is 500000元."""
    expected, found = (quantity_written(text, units) for text in (wanted.text, decision.amount))
    if wanted.text == decision.amount or (expected is not None and expected == found):
        return []
    return [Problem("E413", f"{told}：`金额` 应为 `{wanted.text}`，实为 `{decision.amount or '无'}`", wanted.span)]


def _named(names: tuple[str, ...]) -> str:
    return "、".join(f"`{n}`" for n in names) or "（无）"


def _why(found: Evaluation, case: Case) -> str | None:
    """What decided, or what is missing for a decision."""
    if found.deciding:
        return f"决定性的是 {_named(found.deciding)}"
    missing = tuple(m.name for m in dress(found, case, facts_digest(case)).missing if m.matters)
    return f"缺 {_named(missing)}：在用例的 `事实` 里写明，或写进它的案件文件" if missing else None
