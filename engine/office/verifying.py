"""Edge: whether finished letters, and the folders they were issued to, are as they were issued; what is not is named.

Without a ledger a letter is held against what it carries itself, so that whoever changes both is not found: it is said that
nothing stands behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import field
from datetime import date
from pathlib import Path

from engine.base.basis import LABEL as BASIS
from engine.base.canonical import Plain
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.program import Program
from engine.documents.draft import MANIFEST
from engine.documents.embedded import read_letter
from engine.documents.issue import render
from engine.documents.receipt import LABEL
from engine.documents.recounted import day_of
from engine.documents.replayed import NOTHING, Check, KeptBefore, replayed
from engine.documents.trace import Letter
from engine.files.faults import reason
from engine.files.reading import folder_at
from engine.files.reading import read as read_file
from engine.office.exported import EXPORTED, PROVED, recompute
from engine.office.ledger import Ledger
from engine.office.produced import ManifestEntry, from_json
from engine.office.recording import rule_files
from engine.office.replaying import Replayer, decisions_of, rankings_of
from engine.office.standing import KeptFile, Standing, entry_faults, recorded, standing
from engine.office.workspace import Workspace
from engine.record.act import Act, By
from engine.record.store import Store
from engine.visible.differences import resaved

MAX_MANIFEST = 200_000_000
MAX_LETTER = 50_000_000
LETTERS = (".docx", ".pdf", ".svg")
Cases = Callable[[date], Sequence[tuple[Program, Case]]]
"""The cases behind a letter, under the rules of its day."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`subject`: the file; `title`: what it is. `altered`: in what it is not as issued, each in words; `checks`: what was
    held against the cases; `notes`: what else is to be known; `recorded`: whether a ledger knows of it, None where what it
    says came with the file."""

    subject: str
    title: str
    altered: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    recorded: bool | None = False
    letter: Letter | None = field(default=None, compare=False, repr=False)

    @property
    def holds(self) -> bool:
        return not self.altered and all(check.holds is not False for check in self.checks)


def verify(
    path: Path, cases: Cases | None = None, store: Store | None = None, rules: Workspace | None = None
) -> tuple[Verdict, ...]:
    """The verdict on a letter, or on each letter of a folder that `issue` wrote. `cases`: recompute from them too; `store`:
    hold it against the office's ledger, and, unless `cases` are given, recompute it from what that keeps; `rules`: those of
    the `cases`, of which it is then told line by line in what they are others.

    Refused (exit code 2): E650 no readable letter, E651 one that carries no receipt, E653 another case's, E658 a manifest
    that is none of ours."""
    with Replayer(store) if store is not None else nullcontext() as kept:
        if path.is_dir() or path.name == MANIFEST:
            return tuple(_folder(folder_at(path), cases, kept, rules))
        if path.suffix.lower() == EXPORTED:
            return tuple(_export(str(path), _bytes(path), kept))
        return (_letter(str(path), _bytes(path), cases, kept, rules),)


def verify_data(name: str, data: bytes, store: Store) -> Verdict:
    """The verdict on a letter that somebody sent, by what its file is called, held against the office's ledger and
    recomputed from what that keeps. Refused (exit code 2): E650, E651."""
    with Replayer(store) as kept:
        return _letter(name, data, None, kept)


def verify_recorded(text: str, store: Store, cases: Cases | None = None) -> tuple[Verdict, ...]:
    """The verdict on the letters the ledger keeps under a code or a number, recomputed from what it keeps unless `cases`
    are given; or on the decisions it has of a case, or in the entry of that number. Refused (exit code 2): E650 none."""
    with Replayer(store) as replayer:
        if decisions := decisions_of(store, text):
            return tuple(_decision(replayer, seq) for seq in decisions)
        if rankings := rankings_of(store, text):
            return tuple(_ranking(replayer, seq) for seq in rankings)
        found = recorded(store, text)
        if not found:
            help = "写凭据码、发文字号（例如 14R9-07SY-R4D3）、案件编号，或决定在账本的第几条"
            raise Refused(Problem("E650", f"账本里没有 `{text}` 的文书或决定", help=help), 2)
        return tuple(verify_kept(replayer, one, cases) for one in found)


def _decision(replayer: Replayer, seq: int) -> Verdict:
    """A recorded decision made again."""
    one, checks = replayer.decision(seq)
    title = f"案件 {one.case}，基准日 {one.as_of.isoformat()}"
    altered = tuple(entry_faults(replayer.store, seq))
    return Verdict(f"账本第 {seq} 条 {one.determination}", title, altered, tuple(checks), recorded=True)


def _ranking(replayer: Replayer, seq: int) -> Verdict:
    """A recorded ranking made again."""
    name, checks = replayer.ranking(seq)
    altered = tuple(entry_faults(replayer.store, seq))
    return Verdict(f"账本第 {seq} 条 {name}", "排序", altered, tuple(checks), recorded=True)


def verify_kept(replayer: Replayer, one: KeptFile, cases: Cases | None) -> Verdict:
    """A letter the ledger keeps, recomputed from the cases it keeps."""
    return _letter(f"账本第 {one.seq} 条 {one.name}", one.data, cases, replayer)


def record(ledger: Ledger, told: Mapping[str, bool], by: By) -> None:
    """That it was verified, in the ledger: what (sealed: names of files may name people) and whether it holds. Refused
    (exit code 2): E920–E922, E931."""
    open_: dict[str, Plain] = {
        "核验": "文书和账本",
        "件数": len(told),
        "不符": sum(not holds for holds in told.values()),
    }
    with ledger.opened() as store, ledger.recording(store) as writer:
        writer.record(Act("核验", open_, {"对象": dict(told)}), ledger.now(), by)


def _bytes(path: Path) -> bytes:
    try:
        return read_file(path, MAX_LETTER)
    except OSError as error:
        help = "核对文件名和权限；至多 50 MB"
        raise Refused(Problem("E650", f"读不了 `{path}`：{reason(error)}", help=help), 2) from None


def _letter(
    subject: str, data: bytes, cases: Cases | None, kept: Replayer | None, rules: Workspace | None = None
) -> Verdict:
    letter = read_letter(data, Path(subject).name)
    receipt = letter.receipt
    title = "，".join(receipt[name] for name in ("文书", "文号") if receipt.get(name))
    altered = [*letter.faults, *map(str, letter.altered)]
    loaded, lacking = _behind(letter, cases, kept)
    checks: tuple[Check, ...] = ()
    if loaded:
        earlier = _kept_before(kept, receipt.get(LABEL, ""), rules, loaded[0][0]) if kept is not None else NOTHING
        checks = replayed(letter, data, loaded[0][0], [case for _, case in loaded], render, earlier)
    known = standing(kept.store, letter, data) if kept is not None else Standing()
    title = f"{title}，{LABEL} {receipt.get(LABEL, '')}"
    notes = (*_notes(letter), *known.notes, *((lacking,) if lacking and known.recorded else ()))
    return Verdict(subject, title, (*altered, *known.altered), checks, notes, known.recorded, letter=letter)


def _kept_before(kept: Replayer, code: str, rules: Workspace | None, program: Program) -> KeptBefore:
    """What the ledger keeps of the time the letter was made, and the rules of today."""
    now = rule_files(rules, program.package) if rules is not None else {}
    return KeptBefore(kept.store.content, kept.calendar(code), (kept.rules(code) if now else {}, now))


def _behind(letter: Letter, cases: Cases | None, kept: Replayer | None) -> tuple[Sequence[tuple[Program, Case]], str]:
    """The cases behind a letter, of those given, else of those the ledger keeps; and why there are none."""
    if cases is not None:
        return cases(day_of(letter)), ""
    if kept is None:
        return (), ""
    try:
        found = kept.behind_code(letter.receipt.get(LABEL, ""))
    except Refused as refused:
        return (), f"没有重算：{refused.problems[0].message}"
    return found, "" if found else "账本没有记它据哪一条决定，没有重算"


def _notes(letter: Letter) -> list[str]:
    now, issued = letter.now, letter.shown
    found = [letter.unsaid] if letter.unsaid else []
    if now is not None and issued is not None and (how := resaved(issued, now)):
        found.append("重新保存过" + (f"：{how}" if how != "部件" else ""))
    if now is not None and now.signatures:
        found.append(f"有 {now.signatures} 处电子签名：签名是谁的、是否有效，用签名软件核验")
    return found


def _export(subject: str, data: bytes, kept: Replayer | None) -> Iterator[Verdict]:
    """An export recomputed with nothing but itself, then each letter in it against the case in it."""
    found = recompute(data, Path(subject).name)
    proved = any(check.what == PROVED and check.holds for check in found.checks)
    yield Verdict(subject, found.title, found.altered, found.checks, recorded=None if proved else False)
    for name, letter in found.letters.items():
        yield _letter(f"{subject}!{name}", letter, found.cases, kept)


# ---- folders ----


def _folder(folder: Path, cases: Cases | None, kept: Replayer | None, rules: Workspace | None = None) -> list[Verdict]:
    """Every letter the manifest of a folder lists, and every letter there that it does not list."""
    entries = _entries(folder / MANIFEST)
    root = folder if any((folder / file["文件"]).exists() for file in _files(entries)) else folder.parent
    listed = {root / file["文件"]: file for file in _files(entries)}
    said = {root / file["文件"]: letter for entry in entries for letter in entry["文书"] for file in letter["文件"]}
    found = [_listed(path, file["摘要"], said[path], cases, kept, rules) for path, file in listed.items()]
    others = sorted(one for one in folder.rglob("*") if one.suffix.lower() in LETTERS and one not in listed)
    return found + [Verdict(str(one), "", ("清单里没有这个文件",)) for one in others]


def _files(entries: Sequence[ManifestEntry]) -> list[ManifestEntry]:
    return [file for entry in entries for letter in entry.get("文书", ()) for file in letter["文件"]]


def _entries(path: Path) -> list[ManifestEntry]:
    try:
        found = from_json(read_file(path, MAX_MANIFEST).decode())
    except FileNotFoundError:
        help = "指定文书，或 `issue` 写出的文件夹（里面有清单）"
        raise Refused(Problem("E650", f"`{path.parent}` 里没有 {MANIFEST}", help=help), 2) from None
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise Refused(Problem("E658", f"`{path}` 不是本程序写的清单", help="换成 `issue` 写出的文件夹"), 2)
    return [entry for entry in found if "案件" in entry]


def _listed(
    path: Path,
    digest: str,
    said: ManifestEntry,
    cases: Cases | None,
    kept: Replayer | None,
    rules: Workspace | None,
) -> Verdict:
    """A letter of a folder: what the manifest says of it must be true, too."""
    try:
        data = _bytes(path)
    except Refused:
        return Verdict(str(path), said["文书"], ("清单里有，文件没有了",))
    try:
        verdict = _letter(str(path), data, cases, kept, rules)
    except Refused as refused:
        return Verdict(str(path), said["文书"], tuple(problem.message for problem in refused.problems))
    receipt = verdict.letter.receipt if verdict.letter is not None else {}
    # A letter without a number of its own, such as a service record, carries that of another.
    named = {
        "文书": "文书",
        "案件": "案件",
        "决定": "决定",
        "结果": "结果",
        "文号": "文号",
        "成文日期": "成文日期",
        BASIS: BASIS,
    }
    wrong = [
        f"清单里的“{key}”是“{said[key]}”，文书里是“{receipt.get(name, '')}”"
        for key, name in named.items()
        if key in said and said[key] != receipt.get(name, "") and (key != "文号" or said[key])
    ]
    same = f"sha256:{hashlib.sha256(data).hexdigest()}" == digest
    notes = (*verdict.notes, "与清单记的逐字节相同" if same else "与清单记的字节不同：重新保存过，或改过")
    return Verdict(
        verdict.subject,
        verdict.title,
        (*verdict.altered, *wrong),
        verdict.checks,
        notes,
        verdict.recorded,
        verdict.letter,
    )
