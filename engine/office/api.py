"""The engine as a library: what another program may call, and nothing else of it need be known.

    from engine.office import api

    packages = api.load(Path("policies"))
    file = api.open_case(packages, {"案件": "FZ-2026-001", "基准日": "2026-11-23", "事实": {…}})
    decision, = api.decide(file, "认定审查")

Plain data goes in, immutable plain data comes out. Nothing is printed, written or kept; there is no clock (the day is
said), and nothing depends on the current folder or the environment. Every function may be called from any thread, and
from a coroutine by `asyncio.to_thread`. What is wrong with an input raises `Refused`, the one exception there is, with a
`Problem` for each fault: code, Chinese message, place, suggestion. A fact that is not said is unknown, never a default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base import basis
from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Pointer, Problem, Refused, errors
from engine.base.text import did_you_mean
from engine.decision.core import evaluate_case
from engine.decision.decide import authorities as organs_acting
from engine.decision.decide import decide_all, evaluate_whole
from engine.decision.differences import DecisionShift, compared
from engine.decision.door import strangers, unknown_determination
from engine.decision.lines import CriterionLine, lines
from engine.decision.model import Decision, Missing, Remedy
from engine.decision.parts import Explanation, Verdicts, explanation_of, missing_of, verdicts_of
from engine.decision.provenance import Provenance as Provenance
from engine.decision.provenance import sources_of
from engine.decision.remedies import find_remedy
from engine.decision.round import round_of
from engine.decision.serial import from_plain, to_plain
from engine.decision.tallies import Tally, tallies
from engine.intake.data import data_of
from engine.office.case_file import CaseFile, amended, opened
from engine.office.given import Source, given, history_given
from engine.office.packages import Packages
from engine.policy.carried import ClauseCoverage, coverage
from engine.policy.package import Package
from engine.procedure.history import History
from engine.procedure.replay import replay as replayed
from engine.procedure.sweep import Deadline, deadlines
from engine.procedure.timeline import Timeline
from engine.revise.edits import SetPart
from engine.revise.found import Steps
from engine.revise.service import Offer, Remark
from engine.revise.service import offer as offered

if TYPE_CHECKING:
    from engine.documents.plan import DocumentPlan

__all__ = [
    "CaseFile",
    "Packages",
    "Planned",
    "Problem",
    "Refused",
    "Replayed",
    "amend",
    "authorities",
    "bases",
    "check",
    "clauses",
    "compare",
    "decide",
    "due",
    "evaluate",
    "explain",
    "load",
    "missing",
    "offer",
    "open_case",
    "plain",
    "plan",
    "records",
    "remedy",
    "render",
    "replay",
    "restore",
    "rows",
    "sentence",
    "sources",
    "vary",
]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A history replayed: the regulation, what was entered, and what follows from it on a day."""

    package: Package
    history: History
    timeline: Timeline
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """Letters, planned and not yet set, and why others cannot be written."""

    plans: tuple[DocumentPlan, ...]
    problems: tuple[Problem, ...]


def _day(day: object) -> None:
    given(day, date, "日期", "写 date(2026, 11, 23)")


# ---- rules ----


def load(folder: Path, calendar: Calendar | None = None) -> Packages:
    """The packages under `folder`, read once: what happens to the files later changes nothing. `calendar`: working days,
    the program's own where None. Raises Refused: E901, E902 and what is wrong with the form of the packages."""
    given(folder, Path, "政策包所在的文件夹", '写 Path("policies")')
    return Packages.read(folder, calendar)


def vary(packages: Packages, *changes: Source) -> Packages:
    """The same packages with changes that are only supposed: files, or data such as {"参数": {"活动场次下限": "11场"}}
    (`guiju impact --with` takes the same). What was read is shared. Raises Refused: E301…, E316."""
    return packages.varied(changes)


def check(packages: Packages, day: date, *, whole: bool = True) -> list[Problem]:
    """Everything `guiju check` finds: names, types, clauses, gaps and overlaps, documents; for the rules of `day` and, if
    `whole`, of every day on which they change."""
    _day(day)
    return packages.check(day, whole=whole)


def sentence(
    packages: Packages, day: date, kind: str, name: str, place: Steps, text: str, *, regulation: str = ""
) -> list[Remark]:
    """What `check` would say of the rules of `day` if the part `place` of a definition said `text`, and does not say now;
    nothing is written: `sentence(packages, day, "准则", "年度活动规模", ("要求", 1, "条件"), "年度活动场次不少于12场")`.
    Raises Refused: E933, E934 where there is no such place."""
    _day(day)
    return packages.sentence(SetPart(kind, name, place, text), day, regulation)


def offer(packages: Packages, day: date, text: str, at: int, *, own: str = "", regulation: str = "") -> Offer:
    """What may be written at the character `at` of a sentence: names by the type that is wanted there, the members of an
    enumeration, units. `own`: what the sentence defines."""
    _day(day)
    return offered(text, at, packages.rules(day, regulation).package.scope, own=own)


# ---- cases ----


def open_case(
    packages: Packages,
    source: Source,
    *,
    day: date | None = None,
    regulation: str = "",
    folder: Path | None = None,
    history: Source | None = None,
    tolerant: bool = False,
) -> CaseFile:
    """A case from its file or folder, or from data of the same form (案件 规范 基准日 事件记录 事实 记录 例外理由), with the
    rules of its day. `day` and `regulation` override the case's own; `folder` is where ledgers and a history named in
    data are. `history`: the case's 事件记录, else the one it names; what events give (取自) is taken from it up to the
    day, and must be what the case says.

    `tolerant`: what cannot be read in its files (a cell, a table, a fact) is unknown, and an error among `problems`; such
    a case can be evaluated and explained, not decided, and no letter planned.

    Raises Refused with everything that is wrong: names, values, ledgers, the rules themselves; E707 where no day is said;
    E869 where history and case say different things, E870 where it is another case's, E872 where a conclusion written
    down is not the one the case gives.
    """
    given(source, (Path, Mapping), "案件", "写 Path，或字典")
    if day is not None:
        _day(day)
    data = data_of(source) if isinstance(source, Mapping) else None
    return opened(packages, source, data, day, regulation, folder, history, tolerant)


def in_round(*files: CaseFile) -> tuple[CaseFile, ...]:
    """All the cases of a round, amended before, each with what they come to together (各案, 取自). Refused: E703 E709 E710."""
    found = round_of([(file.rules, file.case) for file in files])
    return tuple(replace(file, case=found.joined(file.case)) for file in files)


def amend(
    file: CaseFile,
    facts: Mapping[str, Any] | None = None,
    records: Mapping[str, Any] | None = None,
    excuses: Mapping[str, Any] | None = None,
) -> CaseFile:
    """The case with some of its facts, tables or excuses replaced, as data; None makes one unknown. No file is touched.
    Raises Refused as `open_case` does."""
    return amended(file, facts, records, excuses)


def evaluate(file: CaseFile, determination: str) -> Verdicts:
    """What a determination comes to, and the verdict of every criterion, in less than a millisecond. Refused: E701."""
    _known(file, determination)
    return verdicts_of(evaluate_case(file.rules, file.case, determination), file.case)


def explain(file: CaseFile, determination: str) -> Explanation:
    """Why: criteria with what they saw, scores, parameters and interpretations. Raises Refused: E701."""
    _known(file, determination)
    return explanation_of(evaluate_whole(file.rules, file.case, determination), file.case)


def authorities(file: CaseFile, determination: str) -> tuple[str, ...]:
    """Which organs act in the outcomes that are still possible. Raises Refused: E701."""
    _known(file, determination)
    return organs_acting(evaluate_whole(file.rules, file.case, determination))


def missing(file: CaseFile, determination: str) -> tuple[Missing, ...]:
    """What is still missing, in useful order: who supplies it, what asks for it, where it would be filled in. Raises
    Refused: E701."""
    _known(file, determination)
    return missing_of(evaluate_whole(file.rules, file.case, determination), file.case)


def remedy(file: CaseFile, determination: str) -> Remedy | None:
    """What would reach the favourable outcome, None where it is reached or there is none; a search, and where that outcome
    is hard to reach most of the time of `decide`. Raises Refused: E701."""
    _known(file, determination)
    return find_remedy(evaluate_whole(file.rules, file.case, determination), file.case)


def decide(file: CaseFile, *determinations: str) -> tuple[Decision, ...]:
    """Whole decisions: those named, or every one the regulation knows, over one evaluation. Raises Refused: E701, and the
    errors of a case that was read tolerantly."""
    _whole(file)
    for name in determinations:
        _known(file, name)
    return decide_all(file.rules, file.case, determinations)


def _whole(file: CaseFile) -> None:
    if found := errors(file.problems):
        raise Refused(found)


def _known(file: CaseFile, determination: str) -> None:
    given(determination, str, "决定的名称", "写决定的名称，几个的依次写")
    if found := unknown_determination(file.package, determination):
        raise Refused(found, 2)


def compare(before: Iterable[Decision], after: Iterable[Decision]) -> list[DecisionShift]:
    """The determinations that came to something else, or to the same with other verdicts or consequences."""
    return compared(tuple(before), tuple(after))


# ---- histories ----


def replay(packages: Packages, source: Source, day: date, *, regulation: str = "") -> Replayed:
    """A history (事件记录) from its file or folder, or from data of the same form (案件 名称 规范 事件), replayed up to `day`
    under the rules of `day`. Raises Refused: what is wrong with the history; E862 where the regulation has no 程序."""
    _day(day)
    compiled, history, problems = history_given(packages, source, day, regulation)
    return Replayed(compiled.package, history, replayed(compiled, history, day), tuple(problems))


def due(history: Replayed) -> tuple[Deadline, ...]:
    """What somebody still has to see to, with the working days left, and why a day is only an estimate."""
    return deadlines(history.timeline, history.package.calendar)


# ---- where it comes from ----


def sources(file: CaseFile, name: str) -> tuple[Provenance, ...]:
    """Where a value comes from: of a fact, table or parameter itself, of anything else every known one below it, with
    file, sheet, range, evidence, person, clause and package. Raises Refused: E501 for a name the rules do not have."""
    try:
        return sources_of(file.rules, file.rules.evaluated(file.case), file.case, name)
    except KeyError:
        help = did_you_mean(name, file.package.scope.symbols) or "写词汇表里的名称"
        raise Refused(Problem("E501", f"没有名称 `{name}`", help=help), 2) from None


def records(file: CaseFile, name: str) -> tuple[Tally, ...]:
    """Which records of which ledger counted for a derived quantity or a criterion, which did not, by which condition, and
    which cells would settle what is open. Raises Refused: E501 for a name that is no rule."""
    step = file.rules.steps.get(name)
    if step is None:
        help = did_you_mean(name, file.rules.steps) or "写派生量或准则的名称"
        raise Refused(Problem("E501", f"没有派生量或准则 `{name}`", help=help), 2)
    return tallies(file.rules, file.rules.evaluated(file.case), file.case, map(file.rules.written, step.nodes))


def rows(decisions: Iterable[Decision]) -> tuple[CriterionLine, ...]:
    """Decisions as rows, one a criterion: verdict, whether it decides, and what being unmet means (不利 or 分类 …)."""
    return tuple(line for decision in decisions for line in lines(decision))


def clauses(packages: Packages, day: date, *, regulation: str = "") -> tuple[ClauseCoverage, ...]:
    """Every clause: what carries it, which questions of interpretation it raises, why it is not encoded."""
    _day(day)
    return coverage(packages.rules(day, regulation).package)


# ---- as JSON ----


def plain(value: Decision | DocumentPlan | Replayed) -> dict[str, Any]:
    """A decision, a planned letter or a history replayed, JSON-ready and as `guiju schema` says: the same value always
    gives the same data."""
    if isinstance(value, Decision):
        return to_plain(value)
    if isinstance(value, Replayed):
        from engine.procedure.serial import to_plain as timeline_plain

        return timeline_plain(value.timeline, value.package)
    from engine.documents.serial import to_plain as plan_plain

    return plan_plain(value)


def restore(data: Mapping[str, Any]) -> Decision:
    """The decision that `plain` was given, equal to it. Raises Refused: E706 with the place of what `plain` never writes."""
    return from_plain(data)


def bases(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[basis.Difference, ...]:
    """In what two stored bases (所据 as JSON) differ, by name; () where they are equal. Raises Refused: E706 no basis."""
    try:
        return basis.differences(basis.from_plain(before), basis.from_plain(after))
    except ValueError:
        raise Refused(Problem("E706", "不是所据，或与自己的所据码不符", Pointer("", "/所据")), 2) from None


# ---- letters ----


def plan(
    file: CaseFile,
    decisions: Sequence[Decision],
    document: str | None = None,
    *,
    day: date | None = None,
    number: str = "",
) -> Planned:
    """The letters that `decisions` of the case give rise to, or the one called `document`; dated `day` (成文日期, the case's
    own day where None). Raises Refused: E640 no such document, E641 nothing gives rise to it, E705 a decision that does not
    rest on this case and these rules, and the errors of a case that was read tolerantly."""
    from engine.documents.writing import drafts_of

    _whole(file)
    if day is not None:
        _day(day)
    if found := strangers(file.package, file.case, decisions):
        raise Refused(found, 2)
    drafts, problems = drafts_of(file.rules, file.case, decisions, document, day or file.case.as_of, number)
    return Planned(tuple(draft.plan for draft in drafts), tuple(problems))


def render(plan: DocumentPlan, format: str) -> bytes:
    """The letter as `docx` or `pdf`, a sign as `svg` or `pdf`. The same plan gives the same bytes. Raises Refused: E634 no
    such format, and what keeps it from being set (fonts, layouts, characters)."""
    from engine.documents.issue import render as rendered

    return rendered(plan, format)
