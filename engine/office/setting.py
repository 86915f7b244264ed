"""Edge: what holds for one run: the office, the rules and who named them, the calendar; and what lies nearby, which is told,
not used.

Rules come from the folder named on the command line, from the office file, or from the folder this program came with. A
folder of rules or an office file that merely lies in the current folder, or beside a case, decides nothing: whoever wants
it says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.calendar import Calendar
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.office.named import is_library
from engine.office.office_file import OFFICE, SAMPLE, WITHHELD, Office, load_office
from engine.office.published import Publication, publications
from engine.office.workspace import Workspace
from engine.policy.calendar_data import FOLDER, load_calendar

if TYPE_CHECKING:
    from engine.office.ledger import Ledger

NAMED, OWN, DRAFT = "命令行指定", "随程序提供", "改规则的副本"
"""Who named a folder of rules, where it was not the office: a person on the command line; nobody; whoever changes the rules of
an office that publishes versions."""
RULES = "policies"
"""What a folder of rules is called where nobody calls it otherwise."""
MAX_TOLD = 20
"""Folders and files lying nearby that are told of."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The folder of the rules (`rules`) and who named it, `today` where no day is said, the calendar, and the office
    (None: no office file). `usual`: the folder of the rules where the command line names none; `own`: the one this program
    came with; `published`: the versions that the office published."""

    rules: Path
    named_by: str
    today: date
    calendar: Calendar
    usual: Path
    own: Path
    office: Office | None = None
    published: tuple[Publication, ...] = ()

    def workspace(self, regulation: str | None = None, as_of: date | None = None) -> Workspace:
        """The packages of this setting: published versions, each case under that of its day, unless the command line names
        others. Raises `Refused` (E901, E902, E942, E943, exit code 2)."""
        versions = [(one.since, one.sound().rules) for one in self.published] if self.by_version else []
        return Workspace(self.rules, self.today, regulation, as_of, calendar=self.calendar, versions=versions)

    @property
    def draft(self) -> Setting:
        """The same, with the rules as they are being written where the office publishes versions of them."""
        return replace(self, named_by=DRAFT) if self.by_version else self

    @property
    def by_version(self) -> bool:
        """Whether cases are decided under published versions."""
        return bool(self.published) and self.named_by not in (NAMED, DRAFT)

    def naming(self, folder: Path) -> Setting:
        """The same, with the rules of a folder that the command line names."""
        return replace(self, rules=folder, named_by=NAMED)

    def calendars(self) -> Path:
        """The folder of the calendar's files."""
        return self.office.calendars if self.office is not None and self.office.calendars else FOLDER

    def out(self, said: Path | None) -> Path:
        """Where letters go: as said, as the office file has it, or `out`."""
        return said or (self.office.out if self.office else None) or Path("out")

    def register(self, said: Path | None) -> Path | None:
        """The register numbers come from: as said, or the office's."""
        return said or (self.office.register if self.office else None)

    def ledger(self, clock: Callable[[], datetime], tell: Callable[[Problem], None]) -> Ledger | None:
        """The office's ledger, kept by this clock; `tell` is told of what goes wrong beside the recording."""
        from engine.office.ledger import Ledger

        if self.office is None or self.office.ledger is None:
            return None
        return Ledger(self.office.ledger, self.office.heads, clock, tell)

    @property
    def unpublished(self) -> str:
        """How rules are marked that are not the office's (提示, 样稿, 不出具); "" for its own, or without an office."""
        if self.office is None:
            return ""
        if self.office.published is None:
            return "" if _same(self.rules, self.usual) else self.office.unpublished
        published = self.by_version or any(_same(self.rules, one.rules) for one in self.published)
        return "" if published else self.office.unpublished

    @property
    def samples(self) -> bool:
        """Whether letters are 样稿, whatever the rules say of themselves. Raises `Refused` (E915, exit code 2) where the
        office wants no letters by these rules."""
        if self.unpublished == WITHHELD and self.office is not None:
            message = f"`{self.rules}` {_what(self)}，不能凭它出具文书"
            help_ = f"不写 `--policies`；或在 `{self.office.file}` 里把 `未发布` 改为 `{SAMPLE}`"
            raise Refused(Problem("E915", message, help=help_), 2)
        return self.unpublished == SAMPLE

    def remarks(self, cases: Iterable[Path] = ()) -> list[Problem]:
        """What people should know of this setting: rules that are not the office's (W912), and rules (W910) or an office
        file (W911) that lie in the current folder, or in, beside or below a case, and are not used."""
        strange = [_strange(self)] if self.unpublished else []
        return strange + list(islice(self._lying(cases), MAX_TOLD))

    def _lying(self, cases: Iterable[Path]) -> Iterator[Problem]:
        known = (self.rules, self.own, *((self.office.file,) if self.office else ()))
        told = {os.path.realpath(path) for path in known}
        for place in _places(cases):
            folder, file = place / RULES, place / OFFICE
            if self.named_by != NAMED and os.path.isdir(folder) and _fresh(folder, told) and is_library(folder):
                yield _unused_rules(folder, self)
            if os.path.isfile(file) and _fresh(file, told):
                yield _unused_office(file, self)


def settled(own: Path, today: date, office: Path | None = None, policies: Path | None = None) -> Setting:
    """What the options say: `own` is the folder of rules the program came with. Raises `Refused` (exit code 2) for an
    office file (see `load_office`) or a calendar (E951–E954) that cannot be used."""
    found = load_office(office) if office is not None else None
    by_office = found is not None and found.rules is not None
    usual = found.rules if found is not None and found.rules is not None else own
    calendar = load_calendar(folder=found.calendars) if found is not None and found.calendars else load_calendar()
    versions = publications(found.published) if found is not None and found.published is not None else ()
    setting = Setting(usual, f"按 {office}" if by_office else OWN, today, calendar, usual, own, found, versions)
    return setting if policies is None else setting.naming(policies)


def _fresh(path: Path, told: set[str]) -> bool:
    """Whether it is a file or folder that was not in `told`; then it is."""
    real = os.path.realpath(path)
    fresh = real not in told
    told.add(real)
    return fresh


def _places(cases: Iterable[Path]) -> Iterator[Path]:
    """The current folder; every case's, those the cases lie in, and those in them."""
    around = (place for case in cases for place in _around(case))
    yield from dict.fromkeys((Path(), *around))


def _around(case: Path) -> Iterator[Path]:
    folder = case if os.path.isdir(case) else case.parent
    yield from (folder, folder.parent)
    try:
        yield from (Path(entry.path) for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _unused_rules(folder: Path, setting: Setting) -> Problem:
    message = f"`{folder}` 里也有规则，没有使用；用的是 `{setting.rules}`（{setting.named_by}）"
    return Problem("W910", message, help=f"要用它，写 `--policies {folder}`")


def _unused_office(file: Path, setting: Setting) -> Problem:
    used = f"用的是 `{setting.office.file}`" if setting.office else "没有指明单位设置"
    return Problem(
        "W911", f"`{file}` 没有使用；{used}", help=f"要用它，写 `--office {file}`，或设环境变量 GUIJU_OFFICE"
    )


def _strange(setting: Setting) -> Problem:
    return Problem(
        "W912", f"用的是 `{setting.rules}`，{_what(setting)}", help="试改规则时如此；正式办理用发布的、本单位的规则"
    )


def _what(setting: Setting) -> str:
    """What rules are that are not the office's."""
    if setting.office is not None and setting.office.published is not None:
        return "没有发布"
    return f"不是本单位的规则 `{setting.usual}`"
