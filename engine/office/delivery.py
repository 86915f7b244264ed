"""Edge: letters into the output folder, whose manifests say what is in it and whose it is, whoever put it there and when.

One command at a time works in an output folder. Before a letter is set, the folder of its case is claimed in its manifest:
a case of the same number but another party's is refused, then and ever after, and so is a number that some system would
take for one already there.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.documents.attached import name_of
from engine.documents.draft import LIST, MANIFEST, Draft
from engine.documents.entered import Registry, writing_to
from engine.documents.environment import environment_digest
from engine.documents.layouts import formats_of
from engine.documents.parties import BETWEEN
from engine.documents.production import Made, Runner, other_party, produce
from engine.files.faults import CHANGED, Unfit
from engine.files.locking import locked
from engine.files.names import key
from engine.files.reading import read as read_file
from engine.files.writing import clear, holding, make_folder, remove, remove_folder, replacing
from engine.office.issued import conflicts, in_manifest, in_register
from engine.office.produced import (
    ManifestEntry,
    PlannedCase,
    ProducedCase,
    all_merged,
    as_json,
    entries,
    from_json,
    listing,
    merged,
)
from engine.office.registers import Registers
from engine.visible.archive import zip_entry

MAX_MANIFEST = 200_000_000
MAX_LETTER = 50_000_000
ZIP = (".zip",)


Progress = Callable[[int, int], None]
"""Hears how much of how much is done."""


def unheard(done: int, whole: int) -> None:
    """Nobody wants to hear it."""


def deliver(
    read: Sequence[PlannedCase],
    out: Path,
    formats: tuple[str, ...],
    register: Registers | None = None,
    run: Runner = map,
    progress: Progress = unheard,
    key: bytes = b"",
) -> list[ProducedCase]:
    """The letters of the cases numbered, set and in place under `out`, with the manifests of what is there then. `progress`
    hears how many letters of how many are in place.

    Refused: E658 a manifest that is none of ours, and what `produce` refuses; what was in place by then stays, and is in
    the manifests."""
    with writing_to(out):
        make_folder(out)
    with writing_to(out), locked(out / MANIFEST.removesuffix(".json")):
        shelf = Shelf(out)
        read = [shelf.apart(one, register) for one in read]
        shelf.claim([ProducedCase(one, ()) for one in read if one.drafts])
        drafts = [draft for one in read for draft in one.drafts]
        clear(_targets(drafts, out, formats))
        made: list[Made] = []
        try:
            opened = register.opened(case for one in read for case in one.decided) if register is not None else None
            with opened or nullcontext() as book:
                read = [shelf.held_against(one, book) for one in read]
                for made_ in produce(drafts, out, formats, nullcontext(book) if book is not None else None, run, key):
                    made.append(made_)
                    progress(len(made), len(drafts))
        except BaseException:
            shelf.enter(_by_case([replace(one, problems=()) for one in read], made), whole=bool(made))
            raise
        results = _by_case(read, made)
        shelf.enter(results, whole=True)
    return results


def _targets(drafts: Iterable[Draft], out: Path, formats: tuple[str, ...]) -> Iterator[Path]:
    for draft in drafts:
        for form in formats_of(draft.plan.layout, formats):
            yield out / draft.folder / f"{draft.stem}.{form}"
        yield from (out / name_of(draft, one) for one in draft.plan.attached)


def _by_case(read: Sequence[PlannedCase], made: Sequence[Made]) -> list[ProducedCase]:
    """Each case with what became of its letters; one that was not come to has no files."""
    by_order = {one.order: one for one in made}
    results, first = [], 0
    for one in read:
        orders = range(first, first + len(one.drafts))
        results.append(ProducedCase(one, tuple(by_order.get(n, Made(one.drafts[n - first], order=n)) for n in orders)))
        first = orders.stop
    return results


class Shelf:
    """An output folder, while nobody else works in it."""

    def __init__(self, out: Path) -> None:
        self.out, self.environment = out, environment_digest()
        self.names = {key(found.name): found.name for found in os.scandir(out)}

    def apart(self, one: PlannedCase, register: Registers | None) -> PlannedCase:
        """The case without the letters that would lie among another's, or in the place of one with a number where `register`
        gives none, and with the reasons."""
        kept: list[Draft] = []
        problems: list[Problem] = []
        known = {folder: self._entry(folder) for folder in {draft.folder for draft in one.drafts}}
        for draft in one.drafts:
            problem = self._taken(draft, known[draft.folder], one.joint)
            if problem is None and (register is None or not register.gives):
                # What is kept of numbers tells a service record its letter's.
                meant = (draft,) if register is not None else (draft, *draft.serves)
                problem = _numbered(meant, known[draft.folder])
            if problem is None:
                kept.append(draft)
            elif problem not in problems:
                problems.append(problem)
        if one.drafts and not kept:  # a stranger: nothing of it belongs among what is known of that number
            return PlannedCase(one.path, problems=(*one.problems, *problems))
        return replace(one, drafts=tuple(kept), problems=(*one.problems, *problems))

    def held_against(self, one: PlannedCase, register: Registry | None) -> PlannedCase:
        """The case with what the letters issued before, as the manifest of its folder or the register has them, say
        otherwise."""
        issued = [letter for folder in {d.folder for d in one.drafts} for letter in in_manifest(self._entry(folder))]
        issued += in_register(register.book) if register is not None and one.drafts else ()
        return replace(one, problems=(*one.problems, *conflicts(one, issued)))

    def _taken(self, draft: Draft, old: ManifestEntry | None, joint: bool) -> Problem | None:
        standing = self.names.get(key(draft.folder), draft.folder)
        if standing != draft.folder:
            message = f"案件编号 `{draft.folder}` 与 `{self.out}` 里已有的 `{standing}` 只差大小写、全半角或编码"
            return Problem("E656", message, help="改一个编号：有的系统会把这两个文件夹当成一个")
        if old is None:
            return None
        case = draft.letter.case
        if joint:
            return _other_cases(old, f"{draft.folder}/{draft.stem}.", case)
        return other_party(case, old.get("当事人", {}).get(case, ""), draft.party, f" `{self.out}` ")

    def _entry(self, folder: str) -> ManifestEntry | None:
        """What the manifest of a case's folder says."""
        found = self._read(self.out / folder / MANIFEST)
        return found[0] if found else None

    def _read(self, path: Path) -> list[ManifestEntry]:
        """The entries of a manifest, none where there is none. Refused (exit code 2): E658."""
        try:
            found = from_json(read_file(path, MAX_MANIFEST).decode())
        except FileNotFoundError:
            return []
        except UnicodeDecodeError:
            found = None
        if found is None:
            raise Refused(Problem("E658", f"`{path}` 不是本程序写的清单", help="换一个 `--out 文件夹`"), 2)
        return found

    def claim(self, results: Sequence[ProducedCase]) -> None:
        """The folders of these cases are theirs from now on."""
        for result, entry in zip(results, entries(results, self.environment), strict=True):
            folder = self.out / result.folder
            make_folder(folder, self.out)
            _save(folder / MANIFEST, as_json(merged(self._entry(result.folder), entry, self._exists)))

    def enter(self, results: Sequence[ProducedCase], *, whole: bool) -> None:
        """What became of these cases is in their folders' manifests, and, if `whole`, in the one over all folders and in
        the list. A claim that came to nothing is gone."""
        new = entries(results, self.environment)
        for result, entry in zip(results, new, strict=True):
            if result.folder:
                path = self.out / result.folder / MANIFEST
                found = merged(self._entry(result.folder), entry, self._exists)
                if found["文书"]:
                    _save(path, as_json(found))
                else:
                    remove(path)
                    remove_folder(path.parent)
        if whole:
            every = all_merged(self._read(self.out / MANIFEST), new, self._exists)
            _save(self.out / MANIFEST, as_json(every))
            _save(self.out / LIST, as_lines(listing(every)))

    def _exists(self, name: str) -> bool:
        """Whether a listed file is still there. Names are checked: a manifest may have been edited."""
        path = self.out / name
        return ".." not in path.parts and not Path(name).is_absolute() and path.is_file() and not path.is_symlink()


def _other_cases(old: ManifestEntry, start: str, cases: str) -> Problem | None:
    """Why a letter several cases share would replace one about none of them."""
    for letter in old["文书"]:
        about = any(file["文件"].startswith(start) for file in letter["文件"])
        if about and not {*letter["案件"].split(BETWEEN)} & {*cases.split(BETWEEN)}:
            message = f"`{start}…` 已经是案件 `{letter['案件']}` 的文书，这件是 `{cases}` 的"
            return Problem("E655", message, help="写到另一个 `--out 文件夹`")
    return None


def _numbered(drafts: Iterable[Draft], old: ManifestEntry | None) -> Problem | None:
    """Why a letter without a number, or the service record of one, would replace what was issued with one."""
    for one in drafts:
        start = f"{one.folder}/{one.stem}."
        for letter in old["文书"] if old is not None and one.takes_number and not one.plan.number else ():
            if letter["文号"] and any(file["文件"].startswith(start) for file in letter["文件"]):
                message = f"`{start}…` 已经出具，文号 {letter['文号']}，没有文号的不能顶替它"
                return Problem("E669", message, help="只要草稿的，写到另一个 `--out 文件夹`")
    return None


def _save(path: Path, text: str) -> None:
    with holding(path, MAX_MANIFEST, optional=True) as held:
        if held.data != text.encode():
            held.rewrite(text.encode())


def as_lines(lines: Iterable[str]) -> str:
    """The lines as a text."""
    return "".join(line + "\n" for line in lines)


def pack_all(results: Sequence[ProducedCase], out: Path, target: Path) -> None:
    """The letters of this batch and manifests of just these as one zip; the same letters give the same bytes. Refused
    (exit code 2): E642, also where a letter is no longer what was written."""
    new = entries(results, environment_digest())
    texts = {MANIFEST: as_json(new), LIST: as_lines(listing(new))}
    files = {file.path: file.digest for result in results for made in result.made for file in made.files}
    for result, entry in zip(results, new, strict=True):
        texts |= {f"{result.folder}/{MANIFEST}": as_json(entry)} if entry.get("文书") else {}
    with (
        writing_to(target),
        replacing(target, ZIP) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for name in sorted([*texts, *files]):
            archive.writestr(zip_entry(name), texts[name] if name in texts else _letter(out / name, files[name]))


def _letter(path: Path, digest: str) -> bytes:
    data = read_file(path, MAX_LETTER)
    if sha256(data).hexdigest() != digest:
        raise Unfit(CHANGED, path)
    return data
