"""Edge: the rules of one regulation as a workbook, and a workbook that came back taken into the rule files.

What came back is held against the files it was made of; it is taken as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Cell, Problem, Refused, Span, errors
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.files.temporary import laid_out
from engine.intake import workbook
from engine.intake.examples import example_faults
from engine.office.impact import Impact, impact
from engine.office.revising import Revised, all_files, rewritten
from engine.office.workspace import Workspace
from engine.policy.load import regulations_behind
from engine.policy.nodes import Node
from engine.policy.sources import EXAMPLES
from engine.revise.edits import planned
from engine.revise.found import roots
from engine.revise.pages import pages
from engine.revise.returned import CellChange, CellFault, Line, differing
from engine.revise.sheets import BookPage
from engine.revise.splices import Texts, applied, digest

KIND = (".xlsx",)
MAX_BOOK = 50_000_000


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a workbook that came back comes to. `wrong`: of its cells, so that nothing was tried (`done` None); `remarks`:
    cells taken for something that is not quite what stands there. `notes`: what is wrong by cell, for a copy with notes."""

    asked: tuple[CellChange, ...]
    done: Revised | None
    wrong: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether it may be written."""
        return self.done is not None and self.done.sound


def files_of(rules: Workspace) -> dict[str, bytes]:
    """The rule files and examples of a regulation and of what implements it. Raises `Refused`."""
    target = rules.target
    own = {key for key in rules.library.specs if target in regulations_behind(rules.library, key)}
    return {
        file: data
        for file, data in all_files(rules.folder).items()
        if Path(file).relative_to(rules.folder).parts[0] in own
    }


def exported(rules: Workspace) -> bytes:
    """The workbook of a regulation. Raises `Refused`."""
    files = files_of(rules)
    title = rules.program().package.header.title
    about = [
        f"《{title}》规则手册",
        "白格可以改，灰格只供看。每一格都是文字：数值带单位，照原来的写法写（如 12场、50万元、80%），日期写作 2026-01-05。",
        "“编号”由程序写，不要改；新增的行，编号一格空着；删一行，把它的白格都清空。",
        "改名用 guiju rename，不在这里改。这里没有的（准则、程序、文书措辞），在规则文件里改。",
        "改好以后：guiju rulebook import 这个文件 --dry-run 先看会改什么、谁的结果会变；去掉 --dry-run 才写进规则。",
        "导出以后规则又改过的，这份就不能再导入，重新导出一份来改。",
    ]
    base = {Path(file).relative_to(rules.folder).as_posix(): digest(data) for file, data in files.items()}
    return workbook.written(pages(roots(files)), about, base)


def taken_in(path: Path, rules: Workspace, today: date, calendar: Calendar) -> TakenIn:
    """What the workbook at `path` would change, tried and not written. Raises `Refused`: what cannot be opened, E938 it is
    no workbook of ours, E932 the rules have changed since it was made."""
    returned, files = workbook.opened(path), files_of(rules)
    _current(returned.base, files, rules.folder, path.name)
    made = pages(roots(files))
    lines: dict[str, list[Line]] = {}
    faults, remarks = list[CellFault](), list[CellFault]()
    for page in made:
        lines[page.title], bad, odd = workbook.lines(page, returned)
        faults += bad
        remarks += odd
    found = differing(made, lines)
    unread = {(fault.page, fault.number) for fault in faults}
    faults += [fault for fault in found.faults if (fault.page, fault.number) not in unread]
    after = _applied(found.asked, files, faults)
    told = workbook.places(remarks, path.name, "W939")
    if faults:
        misread = workbook.places(faults, path.name, "E939")
        return TakenIn(tuple(found.asked), None, tuple(misread), tuple(told), _notes(misread))
    done = rewritten(rules.folder, files, after, today, calendar)
    if done.sound:
        done = replace(done, problems=(*done.problems, *_unread_examples(rules, done)))
    wrong = errors(done.problems)
    now = pages(roots(after)) if wrong else []
    placed = filter(None, (_at_cell(problem, now, lines, path.name) for problem in wrong))
    return TakenIn(tuple(found.asked), done, (), tuple(told), _notes([*placed]))


def _current(base: Mapping[str, str], files: Texts, folder: Path, name: str) -> None:
    now = {Path(file).relative_to(folder).as_posix(): digest(data) for file, data in files.items()}
    changed = [file for file in dict.fromkeys((*base, *now)) if base.get(file) != now.get(file)]
    if changed:
        message = f"`{name}` 导出以后规则又改过：{'、'.join(f'`{one}`' for one in changed[:5])}"
        raise Refused(
            Problem("E932", message, help="重新导出一份，把要改的再改一次；是别的文件夹的规则，用 `--policies` 指明")
        )


def _applied(asked: Sequence[CellChange], files: Texts, faults: list[CellFault]) -> dict[str, bytes]:
    """The files after one edit after the other; what cannot be planned is a fault of its cell."""
    after = dict(files)
    for one in asked:
        try:
            for edit in one.edits:
                now = {one.file: after[one.file]}
                after |= applied(planned(edit, now), now)[0]
        except Refused as refused:
            said = refused.problems[0]
            faults.append(CellFault(one.page, one.number, one.column, said.message, said.help or ""))
    return after


def _unread_examples(rules: Workspace, done: Revised) -> list[Problem]:
    """What keeps examples that were changed from being read, and did not before."""
    changed = [Path(file) for file in done.after if EXAMPLES in Path(file).relative_to(rules.folder).parts]
    if not changed:
        return []
    with tried_out(rules, done.after) as new:
        found = [
            _back(problem, new.folder, rules.folder)
            for file in changed
            for problem in example_faults(new.folder / file.relative_to(rules.folder), new.by_day)
        ]
    known = {problem.message for file in changed for problem in example_faults(file, rules.by_day)} if found else set()
    return [problem for problem in found if problem.message not in known]


def _notes(problems: Sequence[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in problems:
        if isinstance(problem.place, Cell):
            said = f"{problem.code} {problem.message}" + (f"\n建议：{problem.help}" if problem.help else "")
            found[problem.place.ref] = "\n".join(filter(None, (found.get(problem.place.ref), said)))
    return found


def _at_cell(
    problem: Problem, now: Sequence[BookPage], lines: Mapping[str, Sequence[Line]], name: str
) -> Problem | None:
    """A problem of the changed rules, whose pages are `now`, at the cell of the workbook that says what it is about; None
    where no cell does."""
    place = problem.place
    if not isinstance(place, Span):
        return None
    for page in now:
        for row in (row for row in page.rows if row.file == place.file):
            column = next((at for at, node in enumerate(row.nodes) if _holds(node, place)), None)
            if column is not None:
                return _placed(problem, page, row.cells, column, lines, name)
    return None


def _holds(node: Node | None, place: Span) -> bool:
    if node is None:
        return False
    span = node.span
    return (span.line, span.column) <= (place.line, place.column) <= (span.end_line, span.end_column)


def _placed(
    problem: Problem, page: BookPage, cells: Sequence[str], column: int, lines: Mapping[str, Sequence[Line]], name: str
) -> Problem | None:
    number = next((line.number for line in lines.get(page.title, ()) if line.cells == tuple(cells)), None)
    number = number or next(
        (one.number for one in lines.get(page.title, ()) if one.cells[column] == cells[column]), None
    )
    if number is None:
        return None
    fault = CellFault(page.title, number, column, problem.message, problem.help or "")
    return workbook.places([fault], name, problem.code)[0]


def annotated(path: Path, notes: Mapping[str, str]) -> bytes:
    """A copy of the workbook at `path` with notes on its cells. Raises `Refused`."""
    try:
        data = read(path, MAX_BOOK)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None
    return workbook.annotated(data, notes)


# ---- whom it touches ----


def affected(found: TakenIn, rules: Workspace, cases: Sequence[Path], today: date) -> Impact:
    """What the change would do to cases and examples. Raises `Refused` where the changed rules are wrong."""
    assert found.done is not None
    with tried_out(rules, found.done.after) as new:
        made = impact(rules, new, cases, today)
        failing = tuple(_back(problem, new.folder, rules.folder) for problem in made.examples.failing)
    return replace(made, examples=replace(made.examples, failing=failing))


@contextmanager
def tried_out(rules: Workspace, after: Texts) -> Iterator[Workspace]:
    """The same packages, from a copy of their folder with some files as they would be."""
    files = {path: after.get(str(path)) for path in sorted(rules.folder.rglob("*")) if path.is_file()}
    parts = {
        path.relative_to(rules.folder).as_posix(): read(path, MAX_BOOK) if data is None else data
        for path, data in files.items()
    }
    with laid_out(parts) as home:
        yield Workspace(home, rules.today, rules.regulation, rules.as_of, rules.overlays, rules.calendar, kept=False)


def _back(problem: Problem, home: Path, folder: Path) -> Problem:
    """A problem of the copy, where it stands in the folder itself."""
    place = problem.place
    if isinstance(place, Span) and place.file.startswith(str(home)):
        return replace(problem, place=replace(place, file=str(folder / Path(place.file).relative_to(home))))
    return problem
