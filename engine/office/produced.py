"""What a batch came to: cases read, letters made; told as manifests and as a list to print (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.basis import LABEL, Basis, to_plain
from engine.base.classes import dataclass
from engine.base.problem import Problem
from engine.documents.draft import Draft
from engine.documents.parties import BETWEEN
from engine.documents.production import Made

if TYPE_CHECKING:
    from engine.documents.joint import Share
    from engine.record.decided import CaseDecided


ManifestEntry = dict[str, Any]
"""One case in a manifest: its decisions, its letters with digests, and what was withheld."""


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """A case read, decided and planned; `id` "" where it could not be read."""

    path: Path
    id: str = ""
    as_of: str = ""
    package: str = ""
    basis: Basis | None = None
    decisions: tuple[tuple[str, str], ...] = ()
    drafts: tuple[Draft, ...] = ()
    problems: tuple[Problem, ...] = ()
    shares: tuple[Share, ...] = ()
    """Its part in joint documents, planned when all cases are read."""
    name: str = ""
    """What the case is called."""
    joint: bool = False
    """Not a case, but what several share."""
    decided: tuple[CaseDecided, ...] = ()
    """For a ledger: what its decisions come from."""
    contrary: frozenset[tuple[str, str]] = frozenset()
    """(determination, document) of what was decided for or against the party elsewhere than the outcomes reached."""
    asked: frozenset[str] | None = None
    """The documents that the events of a history ask for; None for a case."""

    def adding(self, draft: Draft | None, problems: Iterable[Problem]) -> PlannedCase:
        """The same with one more letter, or with what forbids it."""
        drafts = (*self.drafts, draft) if draft is not None else self.drafts
        return replace(self, drafts=drafts, problems=(*self.problems, *problems))

    def carrying(self, with_facts: bool, by: str = "", sample: bool = False) -> PlannedCase:
        """The same with letters as `Draft.carrying` has them."""
        return replace(self, drafts=tuple(draft.carrying(with_facts, by, sample) for draft in self.drafts))


@dataclass(frozen=True, slots=True)
class ProducedCase:
    """One case of the batch as it came out."""

    read: PlannedCase
    made: tuple[Made, ...]

    @property
    def problems(self) -> list[Problem]:
        return [*self.read.problems, *(p for made in self.made for p in made.problems)]

    @property
    def folder(self) -> str:
        return self.read.drafts[0].folder if self.read.drafts else ""


def entries(results: Sequence[ProducedCase], environment: str) -> list[ManifestEntry]:
    """What a manifest says of each case of a batch; `environment`: the digest of what its letters are set with."""
    shared, found = list(_shared(results)), []
    for result in results:
        entry = _entry(result, environment)
        if paths := [path for case, path in shared if case == result.read.id]:
            entry["并案文书"] = paths
        found.append(entry)
    return found


def _entry(result: ProducedCase, environment: str) -> ManifestEntry:
    read = result.read
    if not read.id:
        return {"来源": read.path.name, "问题": [_told(p) for p in result.problems if p.is_error]}
    parties = {draft.letter.case: draft.party for draft in read.drafts if draft.party}
    return {
        "案件": read.id,
        **({"并案": True} if read.joint else {}),
        **({"当事人": parties} if parties else {}),
        "名称": read.name,
        "来源": read.path.name,
        "基准日": read.as_of,
        "所据": to_plain(read.basis) if read.basis is not None else None,
        "决定": [{"决定": name, "结果": outcome} for name, outcome in read.decisions if outcome != "不适用"],
        "文书": [_letter(made, environment) for made in result.made if made.files],
        "问题": [_told(p) for p in result.problems if p.is_error],
    }


def cases_among(results: Iterable[ProducedCase]) -> int:
    """How many of the results are cases."""
    return sum(not result.read.joint for result in results)


def _shared(results: Iterable[ProducedCase]) -> Iterator[tuple[str, str]]:
    """(case, file) for every file about several cases."""
    for made in (made for result in results if result.read.joint for made in result.made):
        cases = made.draft.plan.receipt.case.split(BETWEEN)
        yield from ((case, file.path) for case in cases for file in made.files)


def _letter(made: Made, environment: str) -> dict[str, object]:
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
        LABEL: plan.receipt.basis.name,
        "排版环境": environment,
        "文件": files,
        **({"经办人": made.draft.by} if made.draft.by else {}),
    }


def _told(problem: Problem) -> Mapping[str, str]:
    return {"代码": problem.code, "说明": problem.message}


def merged(old: ManifestEntry | None, new: ManifestEntry, exists: Callable[[str], bool]) -> ManifestEntry:
    """What is true of a case once `new` has been added to what a folder had of it: letters issued earlier stay listed as
    long as their files are there and have not been replaced."""
    if old is None:
        return new
    replaced = {file["文件"] for letter in new["文书"] for file in letter["文件"]}
    kept = []
    for letter in old["文书"]:
        files = [f for f in letter["文件"] if f["文件"] not in replaced and exists(f["文件"])]
        kept += [{**letter, "文件": files}] if files else []
    found = {**new, "文书": kept + new["文书"]}
    if parties := {**old.get("当事人", {}), **new.get("当事人", {})}:
        found["当事人"] = parties
    if shared := dict.fromkeys([*filter(exists, old.get("并案文书", ())), *new.get("并案文书", ())]):
        found["并案文书"] = list(shared)
    return found


def all_merged(
    old: Iterable[ManifestEntry], new: Sequence[ManifestEntry], exists: Callable[[str], bool]
) -> list[ManifestEntry]:
    """The same for all cases of a folder: each in the place it had, new ones at the end. Gone are cases none of whose
    letters is left, and what could not be read then but has been now."""
    fresh = {_key(entry): entry for entry in new}
    read = {entry["来源"] for entry in new}
    found: list[ManifestEntry] = []
    for entry in old:
        if _key(entry) in fresh:
            found.append(merged(entry if "案件" in entry else None, fresh.pop(_key(entry)), exists))
        elif "案件" not in entry:
            found += [] if entry["来源"] in read else [entry]
        elif (kept := merged(entry, {**entry, "文书": []}, exists))["文书"] or not entry["文书"]:
            found.append(kept)
    return found + list(fresh.values())


def _key(entry: ManifestEntry) -> tuple[str, str]:
    return ("案件", entry["案件"]) if "案件" in entry else ("来源", entry["来源"])


def as_json(entries: ManifestEntry | Sequence[ManifestEntry]) -> str:
    """The manifest of one case, or of all cases of a folder."""
    data = entries if isinstance(entries, dict) else {"案件": list(entries)}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str) -> list[ManifestEntry] | None:
    """The entries of such a manifest; None for what is none."""
    try:
        data = json.loads(text)
        found = data["案件"] if isinstance(data["案件"], list) else [data]
        return found if all(_is_entry(entry) for entry in found) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_entry(entry: Any) -> bool:
    """Whether it has what is relied on when something is added. Raises KeyError and TypeError where it has not."""
    if "案件" not in entry:
        return isinstance(entry["来源"], str) and isinstance(entry["问题"], list)
    texts = [entry["案件"], entry["来源"], entry["名称"], *entry.get("并案文书", ())]
    texts += [text for pair in entry.get("当事人", {}).items() for text in pair]
    for letter in entry["文书"]:
        texts += [letter[key] for key in ("案件", "文书", "决定", "结果", "文号")]
        texts += [file["文件"] for file in letter["文件"]]
    texts += [text for problem in entry["问题"] for text in (problem["代码"], problem["说明"])]
    return all(isinstance(text, str) for text in texts)


def listing(entries: Sequence[ManifestEntry]) -> Iterator[str]:
    """The list an office prints: a table of the letters, then what could not be issued and why."""
    cases = [entry for entry in entries if not entry.get("并案")]
    letters = [letter for entry in entries for letter in entry.get("文书", ())]
    yield f"# 文书清单（{len(cases)} 个案件，{len(letters)} 件文书）"
    yield ""
    named = {entry["案件"]: f"{entry['案件']} {entry['名称']}".strip() for entry in entries if "案件" in entry}
    yield "| 序号 | 案件 | 文书 | 决定 | 结果 | 文号 | 文件 |"
    yield "|---|---|---|---|---|---|---|"
    for place, letter in enumerate(letters, 1):
        files = "、".join(f"`{file['文件']}`" for file in letter["文件"])
        case = named.get(letter["案件"], letter["案件"])
        cells = (str(place), case, letter["文书"], letter["决定"], letter["结果"], letter["文号"])
        yield f"| {' | '.join(_cell(c) for c in cells)} | {files} |"
    withheld = [(entry, problem) for entry in entries for problem in entry["问题"]]
    if withheld:
        yield from ("", "## 没有出具的", "", "| 案件 | 原因 |", "|---|---|")
        for entry, problem in withheld:
            yield f"| {_cell(entry.get('案件') or entry['来源'])} | {problem['代码']} {_cell(problem['说明'])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "—"
