"""Edge: planned letters numbered, set and put in place, by this process or by several.

A number is entered in the register when the letter's files are whole on the disk but before they take their names: if the
machine stops in between, issuing the letter again finds its own number; a number never lands on two letters.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.documents.draft import Draft
from engine.documents.issue import render
from engine.documents.layouts import formats_of
from engine.documents.receipt import plan_digest
from engine.documents.register import Book, Place, Register, Series, opened

CHUNK = 32
"""Letters set before the register is written and the files take their names."""


@dataclass(frozen=True, slots=True)
class File:
    """A written file: its place below the output folder, SHA-256 and size in bytes."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a draft: the files in place, its 发文字号 ("" for none), and what went wrong."""

    draft: Draft
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One letter to set: for another process, so everything it needs is in it."""

    draft: Draft
    out: Path
    formats: tuple[str, ...]
    place: Place | None = None
    fresh: bool = False
    day: date | None = None
    """The 成文日期 it keeps because it was issued before, unchanged."""


Runner = Callable[[Callable[[Job], Made], Iterable[Job]], Iterable[Made]]


def produce(
    drafts: Sequence[Draft], out: Path, formats: tuple[str, ...], register: Path | None = None, run: Runner = map
) -> Iterator[Made]:
    """Each draft as files below `out`, in order. `run` maps a function over jobs, in this process or in others.

    Refused (exit code 2): E642 a folder that cannot be written; E645, E647, E648 the register."""
    with opened(register) if register is not None else nullcontext() as book:
        todo = list(drafts)
        while todo:
            chunk, todo = todo[:CHUNK], todo[CHUNK:]
            jobs = [
                Job(d, out, formats_of(d.plan.layout, formats), *place)
                for d, place in zip(chunk, _places(chunk, book), strict=True)
            ]
            round_ = _Round()
            try:
                for job, made in zip(jobs, run(_set, jobs), strict=True):
                    round_.take(job, made)
                _commit(round_.done, out, book)
            finally:
                _discard(jobs)
            yield from (_told(job, made, book) for job, made in round_.done)
            todo = round_.again + todo


def _places(drafts: Sequence[Draft], register: Register | None) -> list[tuple[Place | None, bool, date | None]]:
    """The number each draft will have if all of them can be written, whether it is a new one, and the day it keeps."""
    if register is None:
        return [(None, False, None)] * len(drafts)
    book, places = deepcopy(register.book), list[tuple[Place | None, bool, date | None]]()
    for draft in drafts:
        if not draft.takes_number:
            places.append((None, False, None))
        elif again := _again(draft, book):
            places.append((again[0], False, again[1]))
        else:
            place = book.place(draft.plan.organ, draft.plan.date.year, draft.letter)
            places.append((place, place is not None and place not in book.letters, None))
            if place is not None:
                book.take(place, draft.letter)
    return places


def _again(draft: Draft, book: Book) -> tuple[Place, date] | None:
    """Number and day under which the register has this very letter, whatever the day it is issued again on."""
    for place, day, digest in () if draft.dated else book.given(draft.plan.organ, draft.letter):
        if plan_digest(replace(draft.plan, number=str(place), date=day)) == digest:
            return place, day
    return None


@dataclass
class _Round:
    """Letters set with the numbers they would have. Where one with a new number fails, the numbers after it move up, and
    the letters that had them are set again."""

    done: list[tuple[Job, Made]] = field(default_factory=list)
    again: list[Draft] = field(default_factory=list)
    moved: set[Series] = field(default_factory=set)

    def take(self, job: Job, made: Made) -> None:
        series = (job.place.sign, job.place.year) if job.place is not None and job.fresh else None
        if series is not None and series in self.moved:
            self.again.append(job.draft)
            return
        if series is not None and not made.files:
            self.moved.add(series)
        self.done.append((job, made))


def _set(job: Job) -> Made:
    """The letter as files beside their places."""
    draft = job.draft
    plan = replace(draft.plan, number=str(job.place)) if job.place is not None else draft.plan
    plan = replace(plan, date=job.day) if job.day is not None else plan
    files: list[File] = []
    problems: list[Problem] = []
    for form in job.formats:
        try:
            data = render(plan, form)
        except Refused as refused:
            problems += refused.problems
            continue
        name = f"{draft.folder}/{draft.stem}.{form}"
        _write(_beside(job.out / name), data, job.out / name)
        files.append(File(name, hashlib.sha256(data).hexdigest(), len(data)))
    return Made(replace(draft, plan=plan), tuple(files), tuple(problems), plan.number)


def _commit(done: Sequence[tuple[Job, Made]], out: Path, register: Register | None) -> None:
    if register is not None:
        register.record(
            [
                (job.place, made.draft.letter, made.draft.plan.date, plan_digest(made.draft.plan))
                for job, made in done
                if job.place is not None and made.files
            ]
        )
    for _job, made in done:
        for file in made.files:
            os.replace(_beside(out / file.path), out / file.path)


def _told(job: Job, made: Made, register: Register | None) -> Made:
    """With the warnings that the letter has no number, where its organ has no 代字 in the register, and that it is dated
    after the day it was served."""
    plan, served, found = made.draft.plan, job.draft.served, list[Problem]()
    if register is not None and job.place is None and job.draft.takes_number:
        message = f"登记簿里没有 `{plan.organ}` 的代字，`{plan.name}` 没有文号"
        help = f'在登记簿加一行 {{"机关": "{plan.organ}", "代字": "…"}}，或由该机关自行编号'
        found.append(Problem("W646", message, help=help))
    if served is not None and served.on < plan.date:
        message = f"`{plan.name}` 已于 {served.on} 送达，这一件的成文日期却是 {plan.date}"
        help = "补出原件用 `--date 原件的成文日期`，或用 `--register` 沿用登记的文号和日期；重新作出的，另行送达"
        found.append(Problem("W608", message, served.place, help))
    return replace(made, problems=(*made.problems, *found)) if made.files and found else made


def _discard(jobs: Iterable[Job]) -> None:
    """Files that never took their place."""
    for job in jobs:
        for form in job.formats:
            _beside(job.out / f"{job.draft.folder}/{job.draft.stem}.{form}").unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _write(beside: Path, data: bytes, path: Path) -> None:
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
    except OSError as error:
        problem = Problem("E642", f"写不了 `{path}`：{error.strerror}", help="换一个有权限的文件夹，用 `--out 文件夹`")
        raise Refused(problem, 2) from None
