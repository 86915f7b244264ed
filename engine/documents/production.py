"""Edge: planned letters numbered, set and put in place, by this process or by several.

A number is entered in the register when the letter's files are whole on the disk but before they take their names: if the
machine stops in between, issuing the letter again finds its own number; a number never lands on two letters. Where the
register is a ledger, the same moment enters the letter and what it was decided from, files included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import field, replace
from datetime import date
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.documents.attached import content, name_of
from engine.documents.compared import replaced
from engine.documents.draft import Draft
from engine.documents.entered import Entered, File, Registering, Registry, writing_to
from engine.documents.gate import unserved
from engine.documents.issue import labelled, render
from engine.documents.layouts import formats_of
from engine.documents.parties import BETWEEN
from engine.documents.receipt import Stamp, plan_digest
from engine.documents.register import Book, DocumentNumber, NumberSeries
from engine.files import writing
from engine.files.writing import check_target, discard, make_folder, stage, token

CHUNK = 32
"""Letters set before the register is written and the files take their names."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a draft: the files in place, its 发文字号 ("" for none), and what went wrong. `order`: which of the
    drafts it was, from 0. `failed`: the file system took no more."""

    draft: Draft
    files: tuple[File, ...] = ()
    problems: tuple[Problem, ...] = ()
    number: str = ""
    order: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One letter to set: for another process, so everything it needs is in it. `mark` names its files until they take
    their places."""

    draft: Draft
    order: int
    mark: str
    out: Path
    formats: tuple[str, ...]
    place: DocumentNumber | None = None
    fresh: bool = False
    day: date | None = None
    """The 成文日期 it keeps because it was issued before, unchanged."""
    stamp: Stamp = field(default_factory=Stamp)
    served: str = ""
    """Of a service record: the numbers of the letters it is about."""


Runner = Callable[[Callable[[Job], Made], Iterable[Job]], Iterable[Made]]


def produce(
    drafts: Sequence[Draft],
    out: Path,
    formats: tuple[str, ...],
    register: Registering | None = None,
    run: Runner = map,
    key: bytes = b"",
) -> Iterator[Made]:
    """Each draft as files below `out`, told as soon as they are in place. `run` maps a function over jobs, in this process
    or in others. A letter that would be another party's under a number the register knows is a problem (E655). `key`: codes are
    made with it.

    Refused (exit code 2): E642 a folder that cannot be written; what the register refuses."""
    with register or nullcontext() as book:
        stamp = book.stamp(key) if book is not None else Stamp(key)
        todo: list[tuple[int, Draft]] = []
        for order, draft in enumerate(drafts):
            if problem := _other_party(draft, book):
                yield Made(draft, problems=(problem,), order=order)
            else:
                todo.append((order, draft))
        lost, numbers = set[tuple[str, str]](), dict[tuple[str, str], str]()
        todo.sort(
            key=lambda one: (one[1].plan.date, bool(one[1].serves))
        )  # numbers follow dates; letters before their records
        while todo:
            chunk, todo = todo[:CHUNK], todo[CHUNK:]
            places = _places([draft for _, draft in chunk], book)
            numbers |= {d.key: str(place[0]) for (_, d), place in zip(chunk, places, strict=True) if place[0]}
            jobs = [
                Job(
                    draft,
                    order,
                    token(),
                    out,
                    formats_of(draft.plan.layout, formats),
                    *place,
                    stamp,
                    _about(draft, numbers, book),
                )
                for (order, draft), place in zip(chunk, places, strict=True)
            ]
            round_, landed = _Round(), list[tuple[Job, Made]]()
            try:
                # All of them are in before anything is made of it: none is still being written when files are discarded.
                for job, made in _with_letters(jobs, list(run(_set, jobs)), lost):
                    round_.take(job, made)
                _commit(round_.done, out, book, landed)
            except BaseException:
                yield from (replace(made, draft=made.draft.told()) for _job, made in landed)
                raise
            finally:
                _discard(jobs)
            yield from (_told(job, made, book) for job, made in round_.done)
            todo = round_.again + todo


def _about(draft: Draft, numbers: Mapping[tuple[str, str], str], register: Registry | None) -> str:
    """The numbers of the letters that a service record is about: given in this run or said by hand, else given before."""
    found = (numbers.get(one.key) or one.plan.number or _before(one, register) for one in draft.serves)
    return BETWEEN.join(number for number in found if number)


def _before(draft: Draft, register: Registry | None) -> str:
    """The number under which the register has just this letter, or the same letter of this 基准日; "" where it has neither:
    what was served of another year, or said something else, is another letter."""
    if register is None:
        return ""
    book, letter = register.book, draft.letter
    same = (place for place, _, _ in book.given(letter) if book.letters[place] == letter)
    return str(next(same, "")) if (again := _unchanged(draft, book)) is None else str(again[0])


def _other_party(draft: Draft, register: Registry | None) -> Problem | None:
    """Why the case is not the one the register has under this number."""
    letter = draft.letter
    known = register.book.parties.get(letter.case, "") if register is not None else ""
    return other_party(letter.case, known, letter.party, "登记簿") if draft.takes_number else None


def other_party(case: str, known: str, party: str, where: str) -> Problem | None:
    """E655 where the case number `case` is known `where` for another party than `party`; "" is nobody in particular."""
    if not known or not party or known == party:
        return None
    message = f"案件编号 `{case}` 在{where}里是 `{known}` 的，这个案件是 `{party}` 的"
    return Problem("E655", message, help="改正其中一个的 `案件` 编号；是同一当事人改了名称的，改正原来记的 `当事人`")


def _with_letters(jobs: Sequence[Job], made: Sequence[Made], lost: set[tuple[str, str]]) -> Iterator[tuple[Job, Made]]:
    """What became of each job; a service record is not made (E668) where a letter it is about could not be. `lost`: such
    letters so far, by folder and name."""
    lost |= {job.draft.key for job, one in zip(jobs, made, strict=True) if not one.files}
    for job, one in zip(jobs, made, strict=True):
        without, name = [letter.stem for letter in job.draft.serves if letter.key in lost], job.draft.plan.name
        yield job, replace(one, files=(), problems=(unserved(name, without),)) if without and one.files else one


def _places(
    drafts: Sequence[Draft], register: Registry | None
) -> list[tuple[DocumentNumber | None, bool, date | None]]:
    """The number each draft will have if all of them can be written, whether it is a new one, and the day it keeps."""
    if register is None or not register.gives:
        return [(None, False, None)] * len(drafts)
    book, places = deepcopy(register.book), list[tuple[DocumentNumber | None, bool, date | None]]()
    for draft in drafts:
        if not draft.takes_number:
            places.append((None, False, None))
        elif not draft.dated and (again := _unchanged(draft, book)):
            places.append((again[0], False, again[1]))
        else:
            place = book.place(draft.plan.organ, draft.plan.date.year, draft.letter)
            places.append((place, place is not None and place not in book.letters, None))
            if place is not None:
                book.take(place, draft.letter)
    return places


def _unchanged(draft: Draft, book: Book) -> tuple[DocumentNumber, date] | None:
    """Number and day under which the register has this very letter, whatever the day it is issued again on."""
    for place, day, digest in book.given(draft.letter):
        if plan_digest(replace(draft.plan.numbered(str(place)), date=day)) == digest:
            return place, day
    return None


@dataclass
class _Round:
    """Letters set with the numbers they would have. Where one with a new number fails, the numbers after it move up, and
    the letters that had them are set again."""

    done: list[tuple[Job, Made]] = field(default_factory=list)
    again: list[tuple[int, Draft]] = field(default_factory=list)
    moved: set[NumberSeries] = field(default_factory=set)

    def take(self, job: Job, made: Made) -> None:
        """What became of a job. Refused (exit code 2) where the file system takes no more."""
        if made.failed:
            raise Refused(made.problems, 2)
        series = (job.place.sign, job.place.year) if job.place is not None and job.fresh else None
        waiting = {draft.key for _, draft in self.again}
        if series in self.moved or any(letter.key in waiting for letter in job.draft.serves):
            self.again.append((job.order, job.draft))
            return
        if series is not None and not made.files:
            self.moved.add(series)
        self.done.append((job, made))


def _set(job: Job) -> Made:
    """The letter as files beside their places."""
    draft = job.draft
    number = str(job.place) if job.place is not None else job.served
    plan = draft.plan.numbered(number) if number else draft.plan
    plan = job.stamp.on(replace(plan, date=job.day) if job.day is not None else plan)
    if (early := _served_before(draft, plan.date)) is not None:
        return Made(draft, problems=(early,), order=job.order)
    files: list[File] = []
    places = [job.out / f"{draft.folder}/{draft.stem}.{form}" for form in job.formats]
    problems = [found for place in places[:1] if (found := replaced(place, plan)) is not None]
    try:
        for form, place in zip(job.formats, places, strict=True):
            try:
                data = render(plan, form)
                problems += labelled(plan, form)
            except Refused as refused:
                problems += refused.problems
                continue
            files.append(_staged(job, place, data))
        for one in plan.attached if files else ():
            attached = content(plan, one)
            if isinstance(attached, Problem):
                return Made(draft, problems=(*problems, attached), order=job.order)
            files.append(_staged(job, job.out / name_of(draft, one), attached))
    except Refused as refused:
        return Made(draft, problems=refused.problems, order=job.order, failed=True)
    return Made(
        replace(draft, plan=plan), tuple(files), tuple(problems), plan.number if draft.takes_number else "", job.order
    )


def _served_before(draft: Draft, day: date) -> Problem | None:
    """E673 where the case knows of its service on a day before that of the letter."""
    served, name = draft.served, draft.plan.name
    if served is None or served.on >= day:
        return None
    message = f"`{name}` 已于 {served.on} 送达，这一件的成文日期却是 {day}"
    help = "补出原件用 `--date 原件的成文日期`，或用 `--register` 沿用登记的文号和日期；重新作出的，另行送达"
    return Problem("E673", message, served.place, help)


def _staged(job: Job, place: Path, data: bytes) -> File:
    """The bytes on the disk beside their place. Refused (exit code 2) where the file system takes no more."""
    with writing_to(place):
        make_folder(job.out / job.draft.folder, job.out)
        stage(place, data, job.mark)
    return File(place.relative_to(job.out).as_posix(), hashlib.sha256(data).hexdigest(), len(data))


def _commit(
    done: Sequence[tuple[Job, Made]], out: Path, register: Registry | None, landed: list[tuple[Job, Made]]
) -> None:
    """Letters into the register, then into their places; `landed` is told of each whose files are there."""
    for _job, made in done:
        for file in made.files:
            with writing_to(out / file.path):
                check_target(out / file.path)
    if register is not None:
        letters = (Entered(job.place, job.fresh, made.draft, made.files, out, job.mark) for job, made in done)
        register.record([letter for letter in letters if letter.files])
    for job, made in done:
        for file in made.files:
            with writing_to(out / file.path):
                writing.place(out / file.path, job.mark)
        landed.append((job, made))


def _told(job: Job, made: Made, register: Registry | None) -> Made:
    """What is told of it, with the warnings that the letter has no number, where its organ has no 代字 in the register, and that
    it is dated before one with a smaller number."""
    plan, found = made.draft.plan, list[Problem]()
    if register is not None and register.gives and job.place is None and job.draft.takes_number:
        message = f"登记簿里没有 `{plan.organ}` 的代字，`{plan.name}` 没有文号"
        help = f'在登记簿加一行 {{"机关": "{plan.organ}", "代字": "…"}}，或由该机关自行编号'
        found.append(Problem("W646", message, help=help))
    later = _later(job.place, plan.date, register) if job.fresh and register is not None and job.place else None
    if later is not None and job.place is not None:
        message = f"`{plan.name}` 的文号 {job.place} 在 {later[0]} 之后，日期 {plan.date} 却早于它的 {later[1]}"
        found.append(Problem("W647", message, help="核对成文日期；补办的，在登记簿里注明原因"))
    return replace(made, draft=made.draft.told(), problems=(*made.problems, *(found if made.files else ())))


def _later(place: DocumentNumber, day: date, register: Registry) -> tuple[DocumentNumber, date] | None:
    """A letter of the same series with a smaller number and a later date."""
    for other, on in register.book.days.items():
        if (other.sign, other.year) == (place.sign, place.year) and other.number < place.number and on > day:
            return other, on
    return None


def _discard(jobs: Iterable[Job]) -> None:
    """Files that never took their place."""
    for job in jobs:
        names = [f"{job.draft.folder}/{job.draft.stem}.{form}" for form in job.formats]
        for name in (*names, *(name_of(job.draft, one) for one in job.draft.plan.attached)):
            discard(job.out / name, job.mark)
