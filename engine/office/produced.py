"""What a batch came to: cases read, letters made; told as manifests, as a list to print, and packed as a zip (edge)."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.problem import Problem, Refused
from engine.documents.draft import Draft
from engine.documents.parties import BETWEEN
from engine.documents.production import Made

if TYPE_CHECKING:
    from engine.documents.joint import Share

MANIFEST, LIST = "manifest.json", "清单.md"
_EPOCH = (1980, 1, 1, 0, 0, 0)


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


def write_manifests(results: Sequence[Result], out: Path) -> None:
    """A manifest in each folder and one over all of `out`, and the list."""
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
    for made in (made for result in results if result.read.joint for made in result.made):
        cases = made.draft.plan.receipt.case.split(BETWEEN)
        yield from ((case, file.path) for case in cases for file in made.files)


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
