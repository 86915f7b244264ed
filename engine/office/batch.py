"""Edge: the letters of many cases at once: a folder a case, a manifest in each and one over all, a zip, several processes.

Whatever the number of processes, the files are the same: cases are read and letters set side by side, numbers are given
and files take their places in one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base import basis
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.documents.entered import writing_to
from engine.documents.parties import JOINT
from engine.files.names import key
from engine.files.used import Used, command, noting
from engine.files.writing import check_target
from engine.intake.history import is_history
from engine.office.delivery import ZIP, Progress, deliver, pack_all, unheard
from engine.office.processes import processes
from engine.office.produced import PlannedCase, ProducedCase
from engine.office.recording import Recorder
from engine.office.workspace import Workspace

if TYPE_CHECKING:
    from engine.base.calendar import Calendar
    from engine.decision.case import Case
    from engine.decision.model import Decision
    from engine.decision.program import Program
    from engine.decision.round import Round
    from engine.documents.draft import Draft
    from engine.documents.joint import Share
    from engine.office.registers import Registers
    from engine.policy.package import Package
    from engine.record.decided import CaseDecided


@dataclass(frozen=True, slots=True)
class Request:
    """What to issue: `name` one document, `determination` one determination, `signed` the 成文日期 (None: each case's
    own day), `formats` docx and pdf; `with_facts`: the files carry the values behind the reasons; `archive`: the zip to
    pack them into; `by` whom; `sample`: as 样稿, whatever the rules are."""

    out: Path
    formats: tuple[str, ...] = ("docx", "pdf")
    name: str | None = None
    determination: str | None = None
    signed: date | None = None
    register: Registers | None = None
    with_facts: bool = False
    archive: Path | None = None
    by: str = ""
    sample: bool = False
    recorded: bool = False
    """The register is a ledger: what decisions come from is gathered for it."""
    key: bytes = field(default=b"", repr=False)
    """The office's key, with which codes are made; b"" for none."""
    dates: Mapping[str, date] = field(default_factory=dict)
    """Document -> its own 成文日期."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Where packages are and which are meant, with which calendar; from this every process makes its own workspace."""

    folder: Path
    today: date
    regulation: str | None = None
    as_of: date | None = None
    calendar: Calendar | None = None
    round: Round | None = None
    """What all the cases of a batch come to together, where they are a round."""
    versions: tuple[tuple[date, Path], ...] = ()
    """Days with the folder in force from each on, where there are several; see `Workspace`."""

    def workspace(self) -> Workspace:
        found = Workspace(
            self.folder, self.today, self.regulation, self.as_of, calendar=self.calendar, versions=self.versions
        )
        found.round = self.round
        return found


def cases_in(paths: Iterable[Path]) -> list[Path]:
    """The cases and histories meant by `paths`: one itself, or every one directly in a folder, by name. Refused: E907
    none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir() or (path / "case.yaml").exists() or is_history(path):
            found.append(path)
            continue
        inside = sorted(c for c in path.iterdir() if (c / "case.yaml").is_file() or is_history(c))
        if not inside:
            raise Refused(Problem("E907", f"`{path}` 里没有案件"), 2)
        found += inside
    return list(dict.fromkeys(found))


def issue_all(
    rules: Rules, paths: Sequence[Path], request: Request, jobs: int = 1, progress: Progress = unheard
) -> list[ProducedCase]:
    """Issue the letters of every case under `request.out`, with their manifests, and pack them where that is asked for."""
    jobs = min(jobs, max(1, len(paths)))
    with command() as used, processes(jobs, len(paths)) as run:
        reader = _Reader(rules, request)
        read: list[PlannedCase] = []
        for part, also in run(reader, _parts(paths, jobs)):
            read += part
            used.add(also)
        if request.archive is not None:
            with writing_to(request.archive):
                check_target(request.archive, ZIP)
        read = [
            one.carrying(request.with_facts, request.by, request.sample)
            for one in _with_joint(rules, _distinct(read), request)
        ]
        results = deliver(read, request.out, request.formats, request.register, run, progress, request.key)
        if request.archive is not None:
            pack_all(results, request.out, request.archive)
    return results


def _parts(paths: Sequence[Path], count: int) -> list[Sequence[Path]]:
    """The paths in order, in `count` parts of about the same length."""
    ends = [len(paths) * number // count for number in range(count + 1)]
    return [paths[start:end] for start, end in pairwise(ends)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads, decides and plans the cases of a part, in whichever process, with a workspace of its own; also tells which
    files were read."""

    rules: Rules
    request: Request

    def __call__(self, paths: Sequence[Path]) -> tuple[list[PlannedCase], Used]:
        with command() as used:
            workspace = self.rules.workspace()
            recorder = Recorder() if self.request.recorded else None
            return [self._read(workspace, path, recorder) for path in paths], used

    def _read(self, workspace: Workspace, path: Path, recorder: Recorder | None) -> PlannedCase:
        from engine.documents.joint import apart
        from engine.office.own_day import letters_of

        if is_history(path):
            return self._history(workspace, path, recorder)
        try:
            with noting() as files:
                program, case, remarks = workspace.case(path)
            decisions = decided(program, case, self.request.determination)
            kept: tuple[CaseDecided, ...] = ()
            if recorder:
                kept = (recorder.case(workspace, program.package, case, decisions, files, path),)
            shares, own = apart(program.package, case, decisions, self.request.name)
            asked = not (
                shares and self.request.name is not None
            )  # for one document, and the case has it in a joint one
            request = self.request
            letters = letters_of(workspace, path, program, case, own if asked else (), request)
            kept += letters.kept(workspace, path, recorder) if recorder else ()
        except Refused as refused:
            # A case that does not give rise to the one document asked for has nothing to add to the batch.
            return PlannedCase(path, problems=tuple(p for p in refused.problems if p.code != "E641"))
        found = read_of(path, program.package, case, decisions, letters.drafts, (*remarks, *letters.problems), shares)
        return replace(found, decided=kept)

    def _history(self, workspace: Workspace, path: Path, recorder: Recorder | None) -> PlannedCase:
        """The letters the events of a history ask for up to the day looked from."""
        from engine.office.owed import letters

        day = workspace.as_of or workspace.today
        try:
            found = letters(workspace, path, day, self.request.name, self.request.signed, self.request.dates)
        except Refused as refused:
            return PlannedCase(path, problems=tuple(refused.problems))
        timeline, package = found.dossier.timeline, found.dossier.compiled.package
        if self.request.determination is not None:
            _known(package, self.request.determination)
        drafts = tuple(draft for draft in found.drafts if self.request.determination in (None, draft.determination))
        return PlannedCase(
            path,
            timeline.case,
            day.isoformat(),
            package.id,
            timeline.basis,
            drafts=drafts,
            problems=found.problems,
            name=timeline.title,
            decided=tuple(recorder.files(found.dossier, files) for files in found.files) if recorder else (),
            asked=frozenset(found.asked),
        )


def read_of(
    path: Path,
    package: Package,
    case: Case,
    decisions: Sequence[Decision],
    drafts: Sequence[Draft],
    problems: Iterable[Problem],
    shares: tuple[Share, ...] = (),
) -> PlannedCase:
    """What became of reading, deciding and planning one case."""
    from engine.decision.wording import called

    return PlannedCase(
        path,
        case.id,
        case.as_of.isoformat(),
        package.id,
        basis.together([decision.basis for decision in decisions]) if decisions else None,
        tuple((d.determination, d.outcome) for d in decisions),
        tuple(drafts),
        tuple(problems),
        shares,
        called(package, case),
        contrary=frozenset(_contrary(package, decisions)),
    )


def _contrary(package: Package, decisions: Iterable[Decision]) -> Iterator[tuple[str, str]]:
    """The documents of other outcomes than those reached, where these settle something for or against the party."""
    from engine.decision.model import NOT_OPENED, UNDECIDED
    from engine.policy.package import NOT_YET
    from engine.policy.uses import outcomes

    for decision in decisions:
        if decision.outcome in (UNDECIDED, NOT_OPENED, NOT_YET):
            continue
        for outcome in outcomes(package.determinations[decision.determination]):
            if outcome.name != decision.outcome and outcome.nature in ("有利决定", "不利决定"):
                yield from ((decision.determination, d) for d in outcome.documents if d not in decision.documents)


def decided(program: Program, case: Case, determination: str | None) -> list[Decision]:
    """The determinations of a case, or the one named; refused (E904, exit code 2) where there is none of that name."""
    from engine.decision.decide import decide, decide_all

    if determination is None:
        return list(decide_all(program, case))
    _known(program.package, determination)
    return [decide(program, case, determination)]


def _known(package: Package, determination: str) -> None:
    known = package.determinations
    if determination not in known:
        raise Refused(Problem("E904", f"没有决定 `{determination}`", help=did_you_mean(determination, known)), 2)


def _distinct(read: Sequence[PlannedCase]) -> list[PlannedCase]:
    """Two cases of one number would share a folder, on some systems also where it differs in case or width only: the
    second is refused."""
    seen: dict[str, PlannedCase] = {}
    kept: list[PlannedCase] = []
    for one in read:
        first = seen.setdefault(key(one.id), one) if one.id else one
        if first is not one:
            same = "都" if first.id == one.id else f"（`{first.id}`）只差大小写、全半角或编码，"
            message = f"`{one.path}` 与 `{first.path}` 的案件编号{same}是 `{one.id}`"
            one = PlannedCase(one.path, problems=(Problem("E643", message, help="改正其中一个的 `案件`"),))
        kept.append(one)
    return kept


def _with_joint(rules: Rules, read: Sequence[PlannedCase], request: Request) -> list[PlannedCase]:
    """With the joint documents of the batch: those about several cases of one day in an entry of their own, after the
    cases; one about a single case with that case."""
    groups: dict[tuple[str, str], list[Share]] = {}
    for one in read:
        if one.shares:
            groups.setdefault((one.package, one.as_of), []).extend(one.shares)
    if not groups:
        return list(read)
    from engine.documents.joint import joint_letters

    found, together = {one.id or str(one.path): one for one in read}, list[PlannedCase]()
    workspace, several = rules.workspace(), len({package for package, _ in groups}) > 1
    for (package, as_of), shares in groups.items():
        label = f"{JOINT}-{package}-{as_of}" if several else f"{JOINT}-{as_of}"
        program = workspace.program(shares[0].case.regulation, shares[0].case.as_of)
        rested = basis.together([share.decision.basis for share in shares])
        entry = PlannedCase(Path(label), label, as_of, package, rested, joint=True)
        for cases, draft, problems in joint_letters(program, shares, label, request.signed, request.dates):
            if len(cases) == 1:
                found[cases[0]] = found[cases[0]].adding(draft, problems)
            else:
                entry = entry.adding(draft, problems)
        together += [entry] if entry.drafts or entry.problems else []
    return [*found.values(), *together]
