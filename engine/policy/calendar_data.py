"""Edge: reads the calendar files into a `Calendar`. Nothing is kept between calls.

`calendars/<name>-<year>.yaml` is a year's notice; `calendars/<name>.yaml`, where there is one, the statutory days off
with a fixed date. The files are YAML that people edit, but only this much of it: `键: 值` lines, `放假` as indented
`节日: 首日 至 末日` (or one day), `上班` as indented `节日: 日期、日期`, and # comments. Reading exactly that takes well under
a millisecond a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import TypeVar

from engine.base.calendar import MOVABLE, Calendar, Notice, Statute
from engine.base.classes import dataclass
from engine.base.home import SHARED
from engine.base.problem import Problem, Refused, Span
from engine.base.text import find_hidden, nearest
from engine.files.faults import reason
from engine.files.reading import read

FOLDER = SHARED / "calendars"

SCALARS = ("年份", "通知", "文号", "发布", "来源")
SECTIONS = ("放假", "上班")
STATUTE = ("规定", "文号", "发布", "施行", "来源")
MAX_BYTES = 64 * 1024

_ANY_YEAR = "2001-"
"""Put before a month and day of the statute, to read it as a date."""
T = TypeVar("T")
_LINE = re.compile(r"(?P<indent> *)(?P<key>[^:#\s][^:#]*?):(?:\s+(?P<value>[^#]*?))?\s*(?:#.*)?")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def load_calendar(name: str = "china", folder: Path = FOLDER) -> Calendar:
    """The calendar `name`. Raises `Refused` with every problem (E951–E954) of its files."""
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except OSError as error:
        message = f"无法读取日历文件夹 `{folder}`：{reason(error)}"
        raise Refused(Problem("E954", message, help="从仓库恢复 calendars/ 文件夹"), 2) from None
    years = sorted(str(folder / file) for file in names if file.startswith(f"{name}-") and file.endswith(".yaml"))
    return _load(name, years, str(folder / f"{name}.yaml") if f"{name}.yaml" in names else "")


def _load(name: str, files: Sequence[str], fixed: str) -> Calendar:
    """`fixed`: the file of the statute, "" for none."""
    problems: list[Problem] = []
    notices: dict[int, Notice] = {}
    statute = None
    if fixed:
        statute, problems = _read_file(fixed, parse_statute)
    for path in files:
        notice, found = _read_file(path, parse_notice)
        problems += found
        if notice is None:
            continue
        if notice.year in notices:
            message = f"`{notice.year}` 年有两份日历文件"
            problems.append(Problem("E953", message, Span(_shown(path), 1, 1, 1, 1), "每年只留一份"))
        notices[notice.year] = notice
    if problems:
        raise Refused(problems, 2)
    return Calendar(name, tuple(notices[year] for year in sorted(notices)), statute)


def _shown(path: str) -> str:
    return os.path.relpath(path, FOLDER.parent) if path.startswith(str(FOLDER)) else path


def _read_file(
    path: str, parse: Callable[[str, str], tuple[T | None, list[Problem]]]
) -> tuple[T | None, list[Problem]]:
    file = _shown(path)
    try:
        text = read(Path(path), MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        message = f"无法读取日历文件 `{file}`：{reason(error)}"
        return None, [Problem("E954", message, help="检查文件权限；一份文件只写一年，至多 64 KB")]
    except UnicodeDecodeError:
        return None, [Problem("E954", f"日历文件 `{file}` 不是 UTF-8 编码", help="另存为 UTF-8 编码")]
    return parse(text, file)


@dataclass(slots=True)
class _Reader:
    """What has been read so far of one file, which has the `keys` and `sections`; `year` completes a day without one."""

    file: str
    keys: tuple[str, ...] = SCALARS
    sections: tuple[str, ...] = SECTIONS
    year: str = ""
    scalars: dict[str, tuple[str, Span]] = field(default_factory=dict)
    off: list[tuple[str, date, date]] = field(default_factory=list)
    worked: list[tuple[date, Span]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    section: str | None = None
    seen: set[str] = field(default_factory=set)

    def refuse(self, code: str, message: str, place: Span, help_text: str) -> None:
        self.problems.append(Problem(code, message, place, help_text))


def parse_notice(text: str, file: str) -> tuple[Notice | None, list[Problem]]:
    """One file's text. The notice is None where there are problems (E951 a line, E952 what is missing or contradictory)."""
    reader = _Reader(file)
    _read_lines(reader, text)
    return _finish(reader)


def parse_statute(text: str, file: str) -> tuple[Statute | None, list[Problem]]:
    """The text of the file of statutory days off. None where there are problems (E951, E952)."""
    reader = _Reader(file, STATUTE, SECTIONS[:1], _ANY_YEAR)
    _read_lines(reader, text)
    _require(reader)
    published, since = (_scalar_date(reader, key) for key in ("发布", "施行"))
    if reader.problems or published is None or since is None:
        return None, reader.problems
    texts = {key: value for key, (value, _) in reader.scalars.items()}
    off = tuple((name, (a.month, a.day), (b.month, b.day)) for name, a, b in reader.off)
    return Statute(texts["规定"], texts["文号"], published, since, texts["来源"], off), []


def _read_lines(reader: _Reader, text: str) -> None:
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            _read_line(reader, line.rstrip(), number)


def _read_line(reader: _Reader, line: str, number: int) -> None:
    whole = Span(reader.file, number, 1, number, len(line) + 1)
    hidden = find_hidden(line)
    match = _LINE.fullmatch(line)
    if hidden:
        return reader.refuse("E951", f"日历中有不可见字符 {hidden[1]}", whole, "删除该字符")
    if match is None:
        return reader.refuse(
            "E951", f"看不懂这一行 `{line.strip()}`", whole, "写成 `键: 值`，冒号用半角，后面留一个空格"
        )
    key, value = match["key"], (match["value"] or "").strip().strip('"')
    start = match.start("value") if match["value"] else len(line)
    place = Span(reader.file, number, start + 1, number, start + 1 + len(match["value"] or ""))
    if match["indent"]:
        return _read_days(reader, key, value, place)
    allowed = reader.keys + reader.sections
    if key not in allowed:
        guess = nearest(key, allowed)
        here = Span(reader.file, number, 1, number, len(key) + 1)
        advice = f"是不是想写 `{guess}`" if guess else f"可用的键：{'、'.join(allowed)}"
        return reader.refuse("E951", f"不认识的键 `{key}`", here, advice)
    if key in reader.seen:
        return reader.refuse("E951", f"`{key}` 写了两次", whole, "合并成一处")
    reader.seen.add(key)
    reader.section = key if key in reader.sections else None
    if key in reader.keys:
        reader.scalars[key] = (value, place)
    elif value not in ("", "{}"):
        reader.refuse("E951", f"`{key}` 后面应换行，再逐个节日缩进列出", place, "例如换行后写 `  元旦: 2026-01-01`")
    return None


def _read_days(reader: _Reader, festival: str, value: str, place: Span) -> None:
    """A line of 放假 (`首日 至 末日`) or 上班 (`日期、日期`)."""
    separator = "至" if reader.section == "放假" else "、"
    days = [_date(reader.year + part.strip()) for part in value.split(separator)]
    known = [day for day in days if day is not None]
    if reader.section is None:
        reader.refuse("E951", f"`{festival}` 缩进了，但不在“放假”或“上班”之下", place, "去掉行首空格，或移到相应的段落")
    elif len(known) != len(days):
        example = (
            "05-01 至 05-02"
            if reader.year
            else "2026-01-01 至 2026-01-03"
            if reader.section == "放假"
            else "2026-02-14、2026-02-28"
        )
        reader.refuse("E951", f"`{value}` 不是有效的日期", place, f"写成 `{example}`")
    elif reader.section == "上班":
        reader.worked += [(day, place) for day in known]
    elif len(known) > 2 or known[-1] < known[0] or (known[-1] - known[0]).days > 30:
        reader.refuse("E951", f"`{value}` 不是一段合理的假期", place, "首日在前，末日在后，不超过一个月")
    else:
        reader.off.append((festival, known[0], known[-1]))


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match and text.isascii() else None
    except ValueError:
        return None


def _finish(reader: _Reader) -> tuple[Notice | None, list[Problem]]:
    _require(reader)
    if reader.problems:
        return None, reader.problems
    published = _scalar_date(reader, "发布")
    year = reader.scalars["年份"][0]
    if not re.fullmatch("[12][0-9]{3}", year):
        reader.refuse("E952", f"`{year}` 不是年份", reader.scalars["年份"][1], "写成四位数字，如 `2026`")
    if reader.problems or published is None:
        return None, reader.problems
    texts: Mapping[str, str] = {key: value for key, (value, _) in reader.scalars.items()}
    worked = tuple(sorted(day for day, _ in reader.worked))
    notice = Notice(int(year), texts["通知"], texts["文号"], published, texts["来源"], tuple(reader.off), worked)
    _check_consistency(reader, notice)
    return (None if reader.problems else notice), reader.problems


def _require(reader: _Reader) -> None:
    """Whatever the file must say and does not."""
    for key in (key for key in reader.keys + reader.sections if key not in reader.seen):
        reader.refuse("E952", f"缺少 `{key}`", Span(reader.file, 1, 1, 1, 1), "参照上一年的文件补上")


def _scalar_date(reader: _Reader, key: str) -> date | None:
    text, place = reader.scalars.get(key, ("", None))
    found = _date(text)
    if found is None and place is not None:
        reader.refuse("E952", f"`{text}` 不是有效的日期", place, "写成 `2025-11-04`")
    return found


def _check_consistency(reader: _Reader, notice: Notice) -> None:
    off = set(notice.days_off())
    place = reader.scalars["年份"][1]
    # A notice may reach into the last days of the year before, never further: what it cannot move is firm without it.
    for day in sorted(off | set(notice.worked)):
        if not date(notice.year - 1, *MOVABLE) <= day <= date(notice.year, 12, 31):
            reader.refuse("E952", f"`{day}` 不在 {notice.year} 年", place, "检查年份是否写错")
    for day, at in reader.worked:
        if day.weekday() < 5:
            reader.refuse("E952", f"`{day}` 本来就是工作日，不能列为调休上班", at, "对照通知核对日期")
        if day in off:
            reader.refuse("E952", f"`{day}` 既放假又上班", at, "对照通知核对日期")
    if not off:
        reader.refuse("E952", "“放假”之下没有任何日期", place, "对照通知逐个节日填写")
