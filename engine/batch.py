"""Edge: the letters of many cases at once: a folder a case, a manifest in each and one over all, a zip, several processes.

Whatever the number of processes, the files are the same: cases are read and letters set side by side, numbers are given
and files take their places in one order.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.documents.draft import Draft
from engine.documents.parties import BETWEEN, JOINT
from engine.documents.production import Made, produce
from engine.intake.history import is_history
from engine.workspace import Workspace

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from engine.decision.model import Case, Decision
    from engine.decision.program import Program
    from engine.documents.joint import Share
    from engine.policy.package import Package

MANIFEST, LIST = "manifest.json", "清单.md"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, slots=True)
class Request:
    """What to issue: `name` one document, `determination` one determination, `signed` the 成文日期 (None: each case's
    own day), `formats` docx and pdf; `with_facts`: the files carry the values behind the reasons."""

    out: Path
    formats: tuple[str, ...] = ("docx", "pdf")
    name: str | None = None
    determination: str | None = None
    signed: date | None = None
    register: Path | None = None
    with_facts: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Where packages are and which are meant; from this every process makes its own workspace."""

    folder: Path
    today: date
    regulation: str | None = None
    as_of: date | None = None

    def workspace(self) -> Workspace:
        return Workspace(self.folder, self.today, self.regulation, self.as_of)


@dataclass(frozen=True, slots=True)
class Read:
    """A case read, decided and planned; `id` "" where it could not be read."""

    path: Path
    id: str = ""
    as_of: str = ""
    package: str = ""
    digest: str = ""
    decisions: tuple[tuple[str, str], ...] = ()
    drafts: tuple[Draft, ...] = ()
    problems: tuple[Problem, ...] = ()
    shares: tuple[Share, ...] = ()
    """Its part in joint documents, planned when all cases are read."""
    name: str = ""
    """What the case is called."""
    joint: bool = False
    """Not a case, but what several share."""

    def adding(self, draft: Draft | None, problems: Iterable[Problem]) -> Read:
        """The same with one more letter, or with what forbids it."""
        drafts = (*self.drafts, draft) if draft is not None else self.drafts
        return replace(self, drafts=drafts, problems=(*self.problems, *problems))


@dataclass(frozen=True, slots=True)
class Result:
    """One case of the batch as it came out."""

    read: Read
    made: tuple[Made, ...]

    @property
    def problems(self) -> list[Problem]:
        return [*self.read.problems, *(p for made in self.made for p in made.problems)]

    @property
    def folder(self) -> str:
        return self.read.drafts[0].folder if self.read.drafts else ""


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


def issue_all(rules: Rules, paths: Sequence[Path], request: Request, jobs: int = 1) -> list[Result]:
    """Issue the letters of every case under `request.out`, with their manifests."""
    with _processes(rules, min(jobs, max(1, len(paths)))) as run:
        read = list(run(_Reader(request.name, request.determination, request.signed), paths))
        read = _with_joint(rules, _distinct(read), request.signed)
        drafts = [draft.carrying(request.with_facts) for one in read for draft in one.drafts]
        made = list(produce(drafts, request.out, request.formats, request.register, run))
    results: list[Result] = []
    for one in read:
        results.append(Result(one, tuple(made[: len(one.drafts)])))
        made = made[len(one.drafts) :]
    _write_manifests(results, request.out)
    return results


# ---- processes ----

_WORKSPACE: list[Workspace] = []
"""This process's workspace: set once, before the first case."""


def _start(rules: Rules) -> None:
    _WORKSPACE[:] = [rules.workspace()]


@contextmanager
def _processes(rules: Rules, jobs: int) -> Iterator[Callable[[Callable[[_In], _Out], Iterable[_In]], Iterable[_Out]]]:
    """A `map` over `jobs` processes, in order; over this one for 1.

    Processes are forked while nothing but this program is loaded: WeasyPrint and Pango start in each of them afresh."""
    if jobs <= 1:
        _start(rules)
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(jobs, get_context("fork"), _start, (rules,)) as pool:
        try:
            yield _mapping(pool)
        except BrokenProcessPool:
            message = "出具文书的子进程意外中断，多半是内存不足"
            raise Refused(Problem("E644", message, help="减少 `--jobs`，或分几次出具"), 2) from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _mapping(pool: Executor) -> Callable[[Callable[[_In], _Out], Iterable[_In]], Iterable[_Out]]:
    def run(function: Callable[[_In], _Out], items: Iterable[_In]) -> Iterable[_Out]:
        return pool.map(function, items)

    return run


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads, decides and plans one case, in whichever process."""

    name: str | None
    determination: str | None
    signed: date | None

    def __call__(self, path: Path) -> Read:
        from engine.decision.wording import called
        from engine.documents.joint import apart
        from engine.documents.writing import drafts_of

        if is_history(path):
            return self._history(path)
        try:
            program, case, remarks = _WORKSPACE[0].case(path)
            decisions = decided(program, case, self.determination)
            shares, own = apart(program.package, case, decisions, self.name)
            asked = not (shares and self.name is not None)  # for one document, and the case has it in a joint one
            signed = self.signed or case.as_of
            drafts, problems = drafts_of(program, case, own, self.name, signed) if asked else ([], [])
        except Refused as refused:
            # A case that does not give rise to the one document asked for has nothing to add to the batch.
            return Read(path, problems=tuple(p for p in refused.problems if p.code != "E641"))
        return Read(
            path,
            case.id,
            case.as_of.isoformat(),
            program.package.id,
            program.package.digest,
            tuple((d.determination, d.outcome) for d in decisions),
            tuple(drafts),
            (*remarks, *problems),
            shares,
            called(program.package, case),
        )

    def _history(self, path: Path) -> Read:
        """The letters the events of a history ask for up to the day looked from."""
        from engine.owed import letters

        rules = _WORKSPACE[0]
        day = rules.as_of or rules.today
        try:
            found = letters(rules, path, day, self.name, self.signed)
        except Refused as refused:
            return Read(path, problems=tuple(refused.problems))
        package = rules.procedure(found.regulation, day).package
        if self.determination is not None:
            _known(package, self.determination)
        drafts = tuple(draft for draft in found.drafts if self.determination in (None, draft.determination))
        return Read(
            path,
            found.timeline.case,
            day.isoformat(),
            package.id,
            package.digest,
            drafts=drafts,
            problems=found.problems,
            name=found.timeline.title,
        )


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


def _distinct(read: Sequence[Read]) -> list[Read]:
    """Two cases of one number would share a folder: the second is refused."""
    seen: dict[str, Path] = {}
    kept: list[Read] = []
    for one in read:
        first = seen.setdefault(one.id.upper(), one.path) if one.id else one.path
        if first != one.path:
            message = f"`{one.path}` 与 `{first}` 的案件编号都是 `{one.id}`"
            one = Read(one.path, problems=(Problem("E643", message, help="改正其中一个的 `案件`"),))
        kept.append(one)
    return kept


def _with_joint(rules: Rules, read: Sequence[Read], signed: date | None) -> list[Read]:
    """With the joint documents of the batch: those about several cases of one day in an entry of their own, after the
    cases; one about a single case with that case."""
    groups: dict[tuple[str, str], list[Share]] = {}
    for one in read:
        if one.shares:
            groups.setdefault((one.package, one.as_of), []).extend(one.shares)
    if not groups:
        return list(read)
    from engine.documents.joint import joint_letters

    found, together = {one.id or str(one.path): one for one in read}, list[Read]()
    workspace, several = rules.workspace(), len({package for package, _ in groups}) > 1
    for (package, as_of), shares in groups.items():
        label = f"{JOINT}-{package}-{as_of}" if several else f"{JOINT}-{as_of}"
        program = workspace.program(shares[0].case.regulation, shares[0].case.as_of)
        entry = Read(Path(label), label, as_of, package, program.package.digest, joint=True)
        for cases, draft, problems in joint_letters(program, shares, label, signed):
            if len(cases) == 1:
                found[cases[0]] = found[cases[0]].adding(draft, problems)
            else:
                entry = entry.adding(draft, problems)
        together += [entry] if entry.drafts or entry.problems else []
    return [*found.values(), *together]


# ---- manifests ----


def _write_manifests(results: Sequence[Result], out: Path) -> None:
    entries = []
    shared = list(_shared(results))
    for result in results:
        entry = manifest(result)
        if paths := [path for case, path in shared if case == result.read.id]:
            entry["并案文书"] = paths
        entries.append(entry)
        if result.folder and any(made.files for made in result.made):
            _save(out / result.folder / MANIFEST, _json(entry))
    _save(out / MANIFEST, _json({"案件": entries}))
    _save(out / LIST, "".join(line + "\n" for line in listing(results)))


def manifest(result: Result) -> dict[str, object]:
    """One case: its decisions, the letters with digests, and what was withheld."""
    read = result.read
    if not read.id:
        return {"来源": read.path.name, "问题": [_told(p) for p in result.problems]}
    return {
        "案件": read.id,
        "名称": read.name,
        "来源": read.path.name,
        "基准日": read.as_of,
        "规范": read.package,
        "规范摘要": read.digest,
        "决定": [{"决定": name, "结果": outcome} for name, outcome in read.decisions if outcome != "不适用"],
        "文书": [_letter(made) for made in result.made if made.files],
        "问题": [_told(p) for p in result.problems if p.is_error],
    }


def cases_among(results: Iterable[Result]) -> int:
    """How many of the results are cases."""
    return sum(not result.read.joint for result in results)


def _shared(results: Iterable[Result]) -> Iterator[tuple[str, str]]:
    """(case, file) for every file about several cases."""
    for made in (made for result in results for made in result.made):
        cases = made.draft.plan.receipt.case.split(BETWEEN)
        yield from ((case, file.path) for case in cases if len(cases) > 1 for file in made.files)


def _letter(made: Made) -> dict[str, object]:
    plan = made.draft.plan
    files = [{"文件": f.path, "摘要": f"sha256:{f.digest}", "字节": f.size} for f in made.files]
    return {
        "文书": plan.name,
        "案件": plan.receipt.case,
        "决定": made.draft.determination,
        "结果": plan.receipt.outcome,
        "标题": plan.title,
        "文号": made.number,
        "成文日期": plan.date.isoformat(),
        "文件": files,
    }


def _told(problem: Problem) -> Mapping[str, str]:
    return {"代码": problem.code, "说明": problem.message}


def listing(results: Sequence[Result]) -> Iterator[str]:
    """The list an office prints: a table of the letters, then what could not be issued and why."""
    letters = [made for result in results for made in result.made if made.files]
    yield f"# 文书清单（{cases_among(results)} 个案件，{len(letters)} 件文书）"
    yield ""
    named = {result.read.id: f"{result.read.id} {result.read.name}".strip() for result in results}
    yield "| 序号 | 案件 | 文书 | 决定 | 结果 | 文号 | 文件 |"
    yield "|---|---|---|---|---|---|---|"
    for place, made in enumerate(letters, 1):
        plan = made.draft.plan
        files = "、".join(f"`{file.path}`" for file in made.files)
        case = named.get(plan.receipt.case, plan.receipt.case)
        cells = (str(place), case, plan.name, made.draft.determination, plan.receipt.outcome, made.number)
        yield f"| {' | '.join(_cell(c) for c in cells)} | {files} |"
    withheld = [(result, p) for result in results for p in result.problems if p.is_error]
    if withheld:
        yield from ("", "## 没有出具的", "", "| 案件 | 原因 |", "|---|---|")
        for result, problem in withheld:
            yield f"| {_cell(result.read.id or result.read.path.name)} | {problem.code} {_cell(problem.message)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "—"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _save(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refused(Problem("E642", f"写不了 `{path}`：{error.strerror}", help="换一个有权限的文件夹"), 2) from None


def pack_all(results: Sequence[Result], out: Path, target: Path) -> None:
    """The letters and manifests as one zip; the same letters give the same bytes. Refused (exit code 2): E642."""
    names = [MANIFEST, LIST]
    for result in results:
        files = [file.path for made in result.made for file in made.files]
        names += [f"{result.folder}/{MANIFEST}", *files] if files else []
    beside = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name in sorted(names):
                info = zipfile.ZipInfo(name, _EPOCH)
                info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
                archive.writestr(info, (out / name).read_bytes())
        os.replace(beside, target)
    except OSError as error:
        raise Refused(Problem("E642", f"写不了 `{target}`：{error.strerror}", help="换一个有权限的文件夹"), 2) from None
