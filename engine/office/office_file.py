"""Edge: the office file: where an office's rules, calendar, register and letters are, and who its people are.

It is named by an option or by the environment, never looked for: what lies beside a case does not decide it. Paths in it
start from its own folder. It names the place of a key, and is refused where the key itself seems to stand in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.files.faults import reason
from engine.files.reading import find
from engine.intake.files import read_text
from engine.office.named import is_library
from engine.policy.nodes import Scalar
from engine.record.place import LedgerPlace, has_password, is_url

if TYPE_CHECKING:
    from engine.policy.spec.office import OfficeSpec
    from engine.record.act import By

OFFICE = "office.yaml"
"""What the file is usually called."""
TOLD, SAMPLE, WITHHELD = "提示", "样稿", "不出具"
"""How rules that are not the office's are marked: told on the terminal; letters are 样稿; there are no letters."""

ACTS: Mapping[str, tuple[str, ...]] = {
    "录入事件": ("审查", "科长"),
    "作出决定": ("审查", "科长", "签发"),
    "出具文书": ("审查", "科长", "签发"),
    "取文号": ("签发",),
    "提出规则": ("政策", "科长"),
    "发布规则": ("科长", "签发"),
    "建立账本": ("管理",),
    "导出账本": ("审计", "管理"),
    "核验": ("审计", "管理"),
    "清除": ("管理",),
}
"""What is recorded with who did it -> the 职责 of which one is needed for it."""

OF_PUBLISHING = ("提出规则", "发布规则")
"""Acts that there are only where the office publishes versions of its rules."""
OF_LEDGERS = ("作出决定", "建立账本", "导出账本", "核验", "清除")
"""Acts that there are only where the office keeps a ledger."""
_MARKED = re.compile(r"-----BEGIN|PRIVATE KEY|AGE-SECRET-KEY-|PuTTY-User-Key-File")
_LONG = re.compile(r"[A-Za-z0-9+/=_-]{32,}")
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Office:
    """An office as its file has it; None where a key is not written. `persons`: name -> 职责, empty where none are."""

    file: Path
    rules: Path | None = None
    calendars: Path | None = None
    register: Path | None = None
    out: Path | None = None
    key: Path | None = None
    persons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unpublished: str = TOLD
    ledger: LedgerPlace | None = None
    heads: Path | None = None
    published: Path | None = None


def load_office(path: Path) -> Office:
    """The office file at `path`. Raises `Refused` (exit code 2): E101–E128 it cannot be read, E301–E309 it is written
    otherwise than it should be, E910 what a path names is not there, E911 a person twice, E912 a key stands in it."""
    from engine.policy.shape import read_office  # pydantic: only where there is an office file

    file = str(path)
    text, problems = read_text(path, file)
    if text is None:
        gone = "检查 `--office` 或环境变量 GUIJU_OFFICE 写的路径；相对的路径从当前文件夹算起"
        raise Refused([replace(p, help=gone) if p.code == "E101" else p for p in problems], 2)
    if found := list(_material(text, path)):
        raise Refused(found, 2)
    spec, problems = read_office(file, text)
    if spec is None:
        raise Refused(
            problems or [Problem("E910", f"单位设置 `{file}` 是空的", help="至少写一项，如 `规则: policies`")], 2
        )
    home = path.parent
    problems += [*_misplaced(spec, home), *_twice(spec), *_told_password(spec)]
    if problems:
        raise Refused(problems, 2)

    def place(scalar: Scalar | None) -> Path | None:
        return home / scalar.text if scalar is not None else None

    return Office(
        path,
        place(spec.rules),
        place(spec.calendars),
        place(spec.book),
        place(spec.out),
        place(spec.key),
        {person.name.text: person.roles for person in spec.persons},
        spec.unpublished,
        spec.ledger.text if spec.ledger is not None and is_url(spec.ledger.text) else place(spec.ledger),
        place(spec.heads),
        place(spec.published),
    )


def _material(text: str, path: Path) -> Iterator[Problem]:
    """Lines that seem to hold a key (E912). They are named by number and not shown: what is shown is copied and logged."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _MARKED.search(line) or next((m for m in _LONG.finditer(line) if _random(m[0], path.parent)), None)
        if found:
            message = f"{path}:{number}:{found.start() + 1} 像是密钥本身，这里只能写它放在哪个文件"
            yield Problem(
                "E912", message, help="把密钥另存一个只有自己能读的文件，这里写 `密钥: 那个文件`，并更换这把密钥"
            )
            return


def _told_password(spec: OfficeSpec) -> Iterator[Problem]:
    """A password in the URL of the ledger (E912), which is not shown either."""
    if spec.ledger is not None and is_url(spec.ledger.text) and has_password(spec.ledger.text):
        message = f"{spec.ledger.span} 数据库地址里写了密码"
        yield Problem("E912", message, help="去掉它，另放在 ~/.pgpass（只有自己能读），并更换密码")


def _random(token: str, home: Path) -> bool:
    """A long run of letters and digits that is hexadecimal or mixes cases and digits, and is no path that exists."""
    mixed = token != token.lower() and token != token.upper() and any(char.isdigit() for char in token)
    return bool(_HEX.fullmatch(token) or mixed) and not os.path.exists(home / token)


def _misplaced(spec: OfficeSpec, home: Path) -> Iterator[Problem]:
    """What is not there, or is not what it should be (E910)."""
    kinds: tuple[tuple[Scalar | None, Callable[[Path], str]], ...] = (
        (spec.rules, _no_rules),
        (spec.calendars, _no_calendar),
        (spec.book, _folder),
        (spec.out, _not_folder),
        (spec.key, _folder),
        (spec.ledger if spec.ledger is not None and not is_url(spec.ledger.text) else None, _folder),
        (spec.heads, _folder),
        (spec.published, _not_folder),
    )
    for scalar, wrong in kinds:
        if scalar is not None and (said := wrong(home / scalar.text)):
            yield Problem("E910", f"`{scalar.text}` {said}", scalar.span, f"路径从 `{home}` 算起，核对后改正")


def _no_rules(path: Path) -> str:
    return _no_folder(path) or ("" if is_library(path) else "里没有政策包")


def _no_calendar(path: Path) -> str:
    return _no_folder(path) or ("" if any(path.glob("china-*.yaml")) else "里没有日历文件 china-年份.yaml")


def _no_folder(path: Path) -> str:
    if os.path.isdir(path):
        return "" if os.access(path, os.R_OK | os.X_OK) else "没有权限读"
    return "是文件，不是文件夹" if os.path.exists(path) else "这个文件夹不存在"


def _folder(path: Path) -> str:
    return "是文件夹，不是文件" if os.path.isdir(path) else ""


def _not_folder(path: Path) -> str:
    return "是文件，不是文件夹" if os.path.exists(path) and not os.path.isdir(path) else ""


def _twice(spec: OfficeSpec) -> Iterator[Problem]:
    """Persons of one name (E911): nobody could tell who did what."""
    seen: dict[str, Scalar] = {}
    for person in spec.persons:
        name = person.name
        first = seen.setdefault(name.text, name)
        if first is not name:
            message = f"`{name.text}` 写了两次，第 {first.span.line} 行已经有了"
            yield Problem("E911", message, name.span, "同一个人只写一次；同名的人写得不同，例如加上科室")


MAX_KEY, MIN_KEY = 10_000, 16


def key_of(office: Office | None) -> bytes:
    """The office's key, b"" where it names no place of one. Refused (E928, exit code 2): it cannot be read, others can read
    it too, or it is too short to be one."""
    if office is None or office.key is None:
        return b""
    try:
        found = find(office.key, MAX_KEY)
        private, data = not os.stat(found.real).st_mode & 0o077, found.read().strip()
    except OSError as error:
        raise Refused(
            Problem("E928", f"读不了密钥 `{office.key}`：{reason(error)}", help="核对路径和权限"), 2
        ) from None
    if not private:
        raise Refused(Problem("E928", f"密钥 `{office.key}` 别人也能读", help=f"chmod 600 {office.key}，并考虑更换"), 2)
    if len(data) < MIN_KEY:
        message = f"密钥 `{office.key}` 太短，猜得出来"
        raise Refused(Problem("E928", message, help=f"head -c 32 /dev/urandom | base64 > {office.key}"), 2)
    return data


def by_whom(office: Office | None, name: str | None, acts: tuple[str, ...]) -> By:
    """The same as what a ledger says of them: with their 职责."""
    from engine.record.act import By

    person = acting(office, name, acts)
    return By(person, office.persons.get(person, ()) if office is not None else ())


def acting(office: Office | None, name: str | None, acts: tuple[str, ...]) -> str:
    """Who does the `acts` (keys of `ACTS`): `name`, or "" where the office has no persons and none is said.

    Raises `Refused` (exit code 2): E913 nobody named, or one the office does not know; E914 without the 职责."""
    known = office.persons if office is not None else {}
    if name is None:
        if not known:
            return ""
        raise Refused(
            Problem("E913", f"没有写明由谁{'、'.join(acts)}", help=f"写 `--as 姓名`，有 {'、'.join(known)}"), 2
        )
    if office is None or not known:
        where = f"`{office.file}` 里没有写 `人员`" if office is not None else "没有单位设置"
        message = f"认不出 `--as {name}`：{where}"
        raise Refused(Problem("E913", message, help="用 `--office 文件` 指明，在其中的 `人员` 下写上"), 2)
    if name not in known:
        help_ = did_you_mean(name, known) or f"有 {'、'.join(known)}"
        raise Refused(Problem("E913", f"单位设置里没有 `{name}` 这个人", help=help_), 2)
    for act in acts:
        if not set(ACTS[act]) & set(known[name]):
            able = [other for other, roles in known.items() if set(ACTS[act]) & set(roles)]
            message = f"`{name}`（{'、'.join(known[name])}）不能{act}，要有 {'、'.join(ACTS[act])} 的职责"
            help_ = f"由 {'、'.join(able)} 来办" if able else "由管理员在单位设置里写上这项职责"
            raise Refused(Problem("E914", message, help=help_), 2)
    return name
