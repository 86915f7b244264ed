"""Edge: edits of a folder of packages: planned, tried, written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, errors
from engine.files import writing
from engine.files.faults import unreadable
from engine.files.reading import read
from engine.office.check import check_loaded
from engine.policy.load import regulations
from engine.policy.nodes import MAX_BYTES, RULES, decode
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.package import Package
from engine.policy.resolve import Library, read_library, resolve
from engine.policy.sources import EXAMPLES, RULE_FOLDERS, read_folder
from engine.revise.edits import Edit, planned
from engine.revise.forms import free
from engine.revise.found import roots
from engine.revise.renaming import ORGAN, VALUES, checked, quoted, renamed, same_but_for, words_of
from engine.revise.splices import Change, Texts, applied, between, change_of, digest
from engine.spreadsheets.delimited import open_delimited
from engine.spreadsheets.grid import ref
from engine.spreadsheets.xlsx import open_xlsx


@dataclass(frozen=True, slots=True)
class Revised:
    """A change that was tried: the files before and after, what takes it back, and what `check` now finds and did not
    before. `kinds`: of a renaming, what bears the name."""

    before: Texts
    after: Texts
    back: Change
    problems: tuple[Problem, ...]
    kinds: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the rules are as right as they were."""
        return not errors(self.problems)

    @property
    def changed(self) -> bool:
        """Whether any file says something else."""
        return any(data != self.before[file] for file, data in self.after.items())


def rule_files(folder: Path) -> dict[str, bytes]:
    """The rule files of all packages under `folder`. Raises `Refused`."""
    sources, problems = read_folder(folder)
    if found := errors(problems):
        raise Refused(found)
    return _bytes((Path(file) for files in sources.values() for file in files if file.endswith(RULES)), folder)


def _bytes(paths: Iterable[Path], folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        try:
            found[str(path)] = read(path, MAX_BYTES, folder)
        except OSError as error:
            raise Refused(unreadable(error, str(path))) from None
    return found


def revised(folder: Path, edit: Edit, today: date, calendar: Calendar) -> Revised:
    """An edit of the packages under `folder`, tried and not written. Raises `Refused` where it cannot be planned."""
    files = rule_files(folder)
    new, back = applied(planned(edit, files), files)
    before, after = _versions(folder, new, today, calendar)
    return Revised({file: files[file] for file in new}, new, back, _added(before, after))


def rewritten(folder: Path, before: Texts, after: Texts, today: date, calendar: Calendar) -> Revised:
    """Files of the packages under `folder` that would say something else, tried and not written. Raises `Refused`."""
    new = {file: data for file, data in after.items() if data != before[file]}
    back = between(new, {file: before[file] for file in new})
    was, is_ = _versions(folder, new, today, calendar)
    return Revised({file: before[file] for file in new}, new, back, _added(was, is_))


@dataclass(frozen=True, slots=True)
class _Rules:
    """The packages under a folder with some files as they would be, and how they are looked at."""

    folder: Path
    library: Library
    problems: tuple[Problem, ...]
    today: date
    calendar: Calendar

    def checked(self) -> list[Problem]:
        """What `check` finds."""
        problems = list(self.problems)
        return check_loaded(self.library, problems, self.folder, None, self.today, self.calendar, whole=True)[0]

    def packages(self) -> list[Package]:
        """Every regulation as it stands today."""
        found = (resolve(self.library, key, self.today, self.calendar)[0] for key in regulations(self.library))
        return [package for package in found if package is not None]


def _versions(folder: Path, new: Texts, today: date, calendar: Calendar) -> tuple[_Rules, _Rules]:
    """The packages as they are, and as they would be with `new` files."""
    sources, problems = read_folder(folder)

    def rules(changed: Texts) -> _Rules:
        texts = {
            key: {file: _decoded(changed[file], file) if file in changed else text for file, text in files.items()}
            for key, files in sources.items()
        }
        library, found = read_library(texts)
        return _Rules(folder, library, (*problems, *found), today, calendar)

    return rules({}), rules(new)


def _added(before: _Rules, after: _Rules) -> tuple[Problem, ...]:
    """What is found after a change and was not before it."""
    known = {_told(problem) for problem in before.checked()}
    return tuple(problem for problem in after.checked() if _told(problem) not in known)


def _told(problem: Problem) -> tuple[str, str]:
    """What is found, wherever lines above have moved it or what it names."""
    return problem.code, _LINE.sub("", problem.message)


_LINE = re.compile(r"(?<=\.yaml):\d+(:\d+)?|(?<=\.yml):\d+(:\d+)?")


def _decoded(data: bytes, file: str) -> str:
    return decode(data, file)[0] or ""


# ---- names ----


def renaming(folder: Path, old: str, new: str, cases: Sequence[Path], today: date, calendar: Calendar) -> Revised:
    """`old` is called `new` in the packages under `folder`, their examples, and `cases`: folders of cases, histories and
    changes. Raises `Refused`: E936 where that cannot be, or the rules would no longer say the same."""
    rules, files = rule_files(folder), all_files(folder, cases)
    read = roots(files)
    words = words_of([root for file, root in read.items() if file in rules])
    kinds = checked(old, new, words)
    lexicon = words.lexicon()
    if VALUES & {*kinds}:
        _not_in_ledgers(read, old)
    if ORGAN in kinds and (left := quoted([root for file, root in read.items() if file in rules], old)):
        message = f"`{old}` 在式子里作为文字写着，改名不改文字，和机关名录就对不上了"
        raise Refused(Problem("E936", message, left.scalar.span, "把式子里的文字改成读机关的参数或事实，再改名"))
    splices = [splice for root in read.values() for splice in renamed(root, old, new, kinds, lexicon)]
    after, back = applied(change_of(splices, files), files)
    changed = {file: data for file, data in after.items() if file in rules}
    was, is_ = _versions(folder, changed, today, calendar)
    problems = _added(was, is_)
    if not errors(problems):
        _same(was.packages(), is_.packages(), old, new)
    return Revised({file: files[file] for file in after}, after, back, problems, kinds)


def _not_in_ledgers(roots: Mapping[str, MappingNode], old: str) -> None:
    """Ledgers are not rewritten: one that a file names and that says the word has to be changed first."""
    paths = (Path(file).parent / said.scalar.text for file, root in roots.items() for said in free(root))
    for path in paths:
        if (place := next(_naming(path, old), None)) is not None:
            message = f"`{old}` 还写在 `{path}` 的 {place}，台账不随改名改写"
            help_ = "规则改名以后，台账里的旧名称就读不出来；改用别的名称，或者先把它从台账里去掉"
            raise Refused(Problem("E936", message, help=help_))


def _naming(path: Path, word: str) -> Iterator[str]:
    """The cells of a ledger that say a word; none of anything else."""
    opener = _LEDGERS.get(path.suffix.lower())
    grids = opener(path, str(path))[0] if opener is not None and path.is_file() else ()
    cells = ((row.number, *one) for grid in grids for row in grid.rows() for one in row.cells.items())
    for number, column, cell in cells:
        if isinstance(cell, str) and word in _PARTED.split(cell.strip()):
            yield ref(column, number)


_LEDGERS = {".csv": open_delimited, ".xlsx": open_xlsx}
_PARTED = re.compile("[、，,;；]")


def all_files(folder: Path, cases: Sequence[Path] = ()) -> dict[str, bytes]:
    """The rule files with their examples, and the text files of cases. Raises `Refused`."""
    found = rule_files(folder)
    for package in sorted({Path(file).parent for file in found}):
        root = package.parent if package.name in RULE_FOLDERS else package
        tests = root / EXAMPLES
        found |= (
            _bytes(sorted(path for path in tests.rglob("*") if path.suffix in RULES), tests) if tests.is_dir() else {}
        )
    for case in cases:
        folders = [case] if case.is_dir() else []
        paths = sorted(path for one in folders for path in one.rglob("*") if path.suffix in RULES)
        found |= _bytes(paths or [case], case if case.is_dir() else case.parent)
    return found


def _same(before: Sequence[Package], after: Sequence[Package], old: str, new: str) -> None:
    pairs = zip(before, after, strict=True)
    if not all(same_but_for(one, other, old, new) for one, other in pairs):
        message = f"把 `{old}` 改成 `{new}`，规则就不再是原来的意思"
        raise Refused(Problem("E936", message, help="新名称与相邻的字合起来可能成了别的词；换一个名称"))


# ---- writing ----


def write(done: Revised) -> None:
    """The files say what was tried, all of them or none. Raises OSError, `Refused` (E932) where one has changed meanwhile."""
    with ExitStack() as held:
        files = {name: held.enter_context(writing.holding(Path(name), MAX_BYTES)) for name in sorted(done.after)}
        changed = [name for name, file in files.items() if digest(file.data or b"") != digest(done.before[name])]
        if changed:
            raise Refused(Problem("E932", f"`{changed[0]}` 刚被别人改过", help="再运行一次"))
        placed: list[str] = []
        try:
            for name, file in files.items():
                file.rewrite(done.after[name])
                placed.append(name)
        except BaseException:
            for name in placed:
                files[name].rewrite(done.before[name])
            raise
