"""Edge: histories from `events.yaml`: what happened to one party, typed against the package's events.

Every value is understood exactly or refused with its place. Entries are only ever added: a mistake is taken back by an
entry of its own (撤回).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Span
from engine.base.text import did_you_mean
from engine.files.faults import unreadable
from engine.files.names import safe_name
from engine.files.reading import folder_at
from engine.intake.case import CASE_FILE, peek_case
from engine.intake.files import read_yaml_file
from engine.intake.values import make_reader
from engine.language.tree import DATE, Value
from engine.policy.nodes import Mapping as MappingNode
from engine.policy.nodes import Scalar, decode, read_yaml
from engine.policy.nodes import Sequence as SequenceNode
from engine.policy.package import Field, Package
from engine.policy.procedure import Event
from engine.policy.spec.base import pydantic_input
from engine.procedure.history import DUTY_MARK, TERM_MARK, Entry, History, Withdrawal
from engine.spreadsheets.grid import Fault

HISTORY_FILE = "events.yaml"
MAX_EVENTS = 10_000
MAX_ID = 64
_HEAD = ("案件", "名称", "规范", "说明", "案卷", "事件")
_OWN = ("编号", "事件", "日期", "录入日期", "录入人", "案卷", "备注")
_WITHDRAWAL = ("编号", "撤回", "日期", "理由", "录入人", "备注")


def is_history(path: Path) -> bool:
    """Whether `path` is a history's file, or a folder with one."""
    return path.name == HISTORY_FILE or (path / HISTORY_FILE).is_file()


def history_file(path: Path) -> tuple[Path | None, list[Problem]]:
    """The file of a history: `path` itself, or `events.yaml` in it where it is a folder."""
    try:
        file = path / HISTORY_FILE if path.is_dir() else path
        if file.is_file():
            return file, []
    except OSError as error:
        return None, [unreadable(error, str(path))]
    return None, [Problem("E863", f"`{path}` 里没有 `{HISTORY_FILE}`", help="写一份事件记录，以 `案件:`、`事件:` 开头")]


def history_files(folder: Path) -> tuple[list[Path], list[Problem]]:
    """Every history directly under `folder`, or that a case there names, or `folder`'s own, by name; one that a link or
    another case leads to as well is the same one, by its own name. Cases that cannot be read are problems beside the others."""
    problems = list[Problem]()
    try:
        if folder.is_dir() and not (folder / HISTORY_FILE).is_file():
            within = [folder] if (folder / CASE_FILE).is_file() else sorted(folder.iterdir())
            every = [file for path in within if (file := _belonging(path, problems)) is not None]
            own = sorted(every, key=lambda one: one.parent.is_symlink() or one.is_symlink() or ".." in one.parts)
            found = sorted({file.resolve(): file for file in reversed(own)}.values())
            if found or problems:
                return found, problems
    except OSError as error:
        return [], [unreadable(error, str(folder))]
    file, problems = history_file(folder)
    return ([file] if file else []), problems


def _belonging(folder: Path, problems: list[Problem]) -> Path | None:
    """The file of a folder's history: its own, or the one that the case in it names, whether that is there or not."""
    if (folder / HISTORY_FILE).is_file():
        return folder / HISTORY_FILE
    named, found = history_named(folder)
    problems += found
    return named if named is None or named.is_file() else named / HISTORY_FILE


def history_named(path: Path) -> tuple[Path | None, list[Problem]]:
    """Where the history (事件记录) is that the case at `path` names, None where there is no case or it names none; why the
    case cannot be read."""
    if is_history(path) or not (path.name == CASE_FILE or (path / CASE_FILE).is_file()):
        return None, []
    head, problems = peek_case(path)
    return (folder_at(path) / head.history if head is not None and head.history else None), problems


def regulation_of(path: Path) -> tuple[str, list[Problem]]:
    """The regulation a history names, "" where it names none."""
    head, problems = _read(path)
    named = head.get("规范") if head else None
    return (named.text if isinstance(named, Scalar) else ""), problems


def load_history(path: Path, package: Package) -> tuple[History | None, list[Problem]]:
    """The history at `path` (see `history_file`), or None with the errors that forbid it."""
    head, problems = _read(path)
    return (None, problems) if head is None else history_of(head, problems, path, package)


def history_in(data: bytes, file: Path, path: Path, package: Package) -> tuple[History | None, list[Problem]]:
    """The history whose `file` holds `data`; `path` is what people call it by."""
    text, problems = decode(data, str(file))
    head, problems = (None, problems) if text is None else _head(*read_yaml(text, str(file)), file)
    return (None, problems) if head is None else history_of(head, problems, path, package)


def history_of(
    head: Mapping[str, Any], problems: list[Problem], path: Path, package: Package
) -> tuple[History | None, list[Problem]]:
    """The history written as `head` (keys with nodes or lists of them), or None with the errors that forbid it, after
    `problems`; one without a number is called after `path`."""
    for key in head:
        if key not in _HEAD:
            place = _span(head[key])
            problems.append(
                Problem("E840", f"不认识的键 `{key}`", place, did_you_mean(key, _HEAD) or "可写 案件、名称、规范、事件")
            )
    texts = {key: head[key].text for key in ("案件", "名称", "规范", "案卷") if isinstance(head.get(key), Scalar)}
    name = path.name if path.is_dir() else path.parent.name
    case, title, files = safe_name(texts.get("案件") or name), texts.get("名称", ""), texts.get("案卷", "")
    history, found = read_history(head.get("事件", []), package, case, title, files=files)
    problems += found
    return (None if any(p.is_error for p in problems) else history), problems


def _read(path: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    file, problems = history_file(path)
    if file is None:
        return None, problems
    node, _, problems = read_yaml_file(file, str(file))
    return _head(node, problems, file)


def _head(node: Any, problems: list[Problem], file: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    if any(p.is_error for p in problems):
        return None, problems
    if not isinstance(node, MappingNode):
        place = node.span if node is not None else Span(str(file), 1, 1, 1, 1)
        return None, [Problem("E840", "事件记录应是 `键: 值` 的形式", place, "例如以 `案件: FZ-001` 开头")]
    head: dict[str, Any] = pydantic_input(node)
    return head, problems


def read_history(
    items: Any,
    package: Package,
    case: str,
    title: str = "",
    after: Iterable[Entry | Withdrawal] = (),
    files: str = "",
) -> tuple[History, list[Problem]]:
    """The entries of a list: a node, or dicts of scalars. With errors the history lacks what they are about. `after`:
    entries made before, whose ids are taken and which may be taken back; they are not in the history. `files`: the 案卷
    of entries that name none."""
    reader = _Reader(package, tuple(after), files)
    items = pydantic_input(items) if isinstance(items, SequenceNode) else items
    if isinstance(items, Scalar) and items.empty:
        items = []
    if not isinstance(items, list):
        reader.fail("E840", "`事件` 下应是列表", _span(items), "每项前写 `- `")
        items = []
    if len(items) > MAX_EVENTS:
        reader.fail("E840", f"有 {len(items)} 个事件，最多 {MAX_EVENTS} 个", _span(items[0]), "检查是否重复录入")
        items = []
    reader.ids.update((item.id, None) for item in reader.earlier)
    for number, item in enumerate(items, len(reader.earlier) + 1):
        reader.item(item, str(number))
    reader.check_withdrawals()
    return History(case, tuple(reader.found), title, package.id), reader.problems


@dataclass
class _Reader:
    package: Package
    earlier: tuple[Entry | Withdrawal, ...] = ()
    case: str = ""
    found: list[Entry | Withdrawal] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, Span | None] = field(default_factory=dict)

    def fail(self, code: str, message: str, place: Span | None, help_: str | None = None) -> None:
        self.problems.append(Problem(code, message, place, help_))

    def item(self, item: Any, number: str) -> None:
        if not isinstance(item, dict):
            self.fail("E840", "每个事件应是 `键: 值` 的形式", _span(item), "写作 `- {事件: …, 日期: …}`")
            return
        id = self.text(item, "编号") or number
        if id in self.ids or len(id) > MAX_ID:
            self.fail("E844", f"编号 `{id}` 重复或太长", _span(item.get("编号")) or _span(item), "每个事件用不同的编号")
        for mark in (TERM_MARK, DUTY_MARK):
            if mark in id:
                self.fail("E844", f"编号 `{id}` 不能有 `{mark}`", _span(item.get("编号")), "换一个编号")
        self.ids[id] = _span(item)
        if "撤回" in item:
            self.withdrawal(item, id)
        else:
            self.entry(item, id)

    def text(self, item: Mapping[str, Any], key: str) -> str:
        value = item.get(key)
        if value is None:
            return ""
        if not isinstance(value, Scalar):
            self.fail("E840", f"`{key}` 应是一个值", _span(value), f"写作 `{key}: …`")
            return ""
        return value.text.strip()

    def withdrawal(self, item: Mapping[str, Any], id: str) -> None:
        self.unknown_keys(item, _WITHDRAWAL, "撤回")
        day = self.day(item, "日期") if "日期" in item else None
        reason, by = self.text(item, "理由"), self.text(item, "录入人")
        self.found.append(Withdrawal(id, self.text(item, "撤回"), day, reason, _span(item), by))

    def entry(self, item: Mapping[str, Any], id: str) -> None:
        kinds = (self.package.procedure.events if self.package.procedure else {}).values()
        known = {event.name: event for event in kinds if event.by_hand}
        name, day = self.text(item, "事件"), self.day(item, "日期")
        if not name or "日期" not in item:
            lacking = "事件" if not name else "日期"
            self.fail("E840", f"事件 `{id}` 没有写 `{lacking}`", _span(item), f"补上 `{lacking}: …`")
            return
        event = known.get(name)
        if event is None and any(kind.name == name and kind.terms for kind in kinds):
            help_ = "删去这一项：期限届满的次日它自行发生；没有发生的，看引起期限的事件"
            self.fail("E841", f"`{name}` 由期限届满引起，不用录入", _span(item["事件"]), help_)
            return
        if event is None:
            self.fail("E841", f"没有事件 `{name}`", _span(item["事件"]), did_you_mean(name, known) or "、".join(known))
            return
        entered = self.day(item, "录入日期") if "录入日期" in item else None
        if entered is not None and day is not None and entered < day:
            message = f"录入日期 {entered} 早于事件日期 {day}"
            self.fail("E846", message, _span(item["录入日期"]), "还没有发生的事不能录入")
        payload = self.payload(item, event)
        if day is not None:
            case = self.text(item, "案卷") or self.case
            by = self.text(item, "录入人")
            self.found.append(Entry(id, name, day, payload, entered, case, _span(item["事件"]), by))

    def payload(self, item: Mapping[str, Any], event: Event) -> dict[str, Value]:
        fields = {f.name: f for f in event.payload}
        self.unknown_keys(item, (*fields, *_OWN), event.name)
        values: dict[str, Value] = {}
        for name, declared in fields.items():
            told = len(self.problems)
            value = self.value(declared, item[name]) if name in item else None
            if value is not None and value != "":
                values[name] = value
            elif declared.required and len(self.problems) == told:
                all_ = "、".join(f"{f.name}{'（必填）' if f.required else ''}" for f in event.payload)
                help_ = f"补上 `{name}: …`；这个事件的载荷有 {all_}"
                self.fail("E843", f"事件 `{event.name}` 缺少 `{name}`", _span(item.get("事件")), help_)
        return values

    def unknown_keys(self, item: Mapping[str, Any], allowed: tuple[str, ...], what: str) -> None:
        for key, value in item.items():
            if key not in allowed:
                help_ = did_you_mean(key, allowed) or f"可写 {'、'.join(allowed)}"
                self.fail("E842", f"`{what}` 没有载荷 `{key}`", _span(value), help_)

    def day(self, item: Mapping[str, Any], key: str) -> date | None:
        value = self.value(Field(key, DATE, "日期"), item[key]) if key in item else None
        return value if isinstance(value, date) else None

    def value(self, declared: Field, node: Any) -> Value:
        """The typed value of a scalar; None with a problem where it is not one."""
        if not isinstance(node, Scalar):
            self.fail("E840", f"`{declared.name}` 应是一个值", _span(node), f"写作 `{declared.name}: …`")
            return None
        scope = self.package.scope
        result = make_reader(declared, scope.units, scope.enums, lenient=False).read(node.text)
        if isinstance(result, Fault):
            self.fail(result.code, f"`{declared.name}`：{result.message}", node.span, result.help)
            return None
        return result.value

    def check_withdrawals(self) -> None:
        """Each takes back one earlier entry, which nothing else takes back."""
        seen: set[str] = set()
        taken: set[str] = set()
        for item in (*self.earlier, *self.found):
            if isinstance(item, Withdrawal):
                place = item.place if isinstance(item.place, Span) else None
                if item.target not in seen:
                    help_ = did_you_mean(item.target, seen) or "写前面一个事件的编号"
                    self.fail("E845", f"撤回的事件 `{item.target}` 不存在", place, help_)
                elif item.target in taken:
                    self.fail("E845", f"事件 `{item.target}` 已经撤回", place, "删去重复的撤回")
                taken.add(item.target)
            else:
                seen.add(item.id)


def _span(value: Any) -> Span | None:
    """Where a value stands; of a list or mapping its first scalar."""
    if isinstance(value, Scalar):
        return value.span
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((span for item in inner if (span := _span(item)) is not None), None)
