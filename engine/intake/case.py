"""A case from its files: `case.yaml` (or any YAML file) and the ledgers it names, typed against a package.

Every value is understood exactly or refused with its place; what is not written is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from engine.base.problem import Problem, Span
from engine.base.text import nearest
from engine.decision.model import Case, Fact, Finding
from engine.intake.files import os_problem, read_yaml_file
from engine.intake.grid import Fault
from engine.intake.ledger import read_ledger
from engine.intake.values import make_reader
from engine.language.tree import BOOL, Table, Value
from engine.policy.nodes import Mapping, Scalar, Sequence
from engine.policy.package import AS_OF, Field, Package, RecordTable

CASE_FILE = "case.yaml"
MAX_ID = 64
_KEYS = ("案件", "规范", "基准日", "事实", "记录", "例外理由", "说明")
_FACT_KEYS = ("值", "证据")
_FINDING_KEYS = ("判断", "人", "日期", "理由", "证据")
_EXCUSE = Field("例外理由", BOOL, "判断", finding=True)
_DAY = "写作 `2026-01-05`"

Entry = tuple[str, Span | None, Any]
"""A key, where it stands, and its value: a node, or the plain dicts, lists and scalars of a policy test."""


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What must be known before the package can be resolved."""

    id: str
    regulation: str
    as_of: date | None


LEDGERS = (".xlsx", ".xls", ".csv", ".et", ".xlsm")


def case_file(path: Path) -> tuple[Path | None, list[Problem]]:
    """The YAML file of a case: `path` itself, or `case.yaml` in it where it is a folder."""
    try:
        if not path.is_dir():
            if path.suffix.lower() in LEDGERS and path.exists():
                return None, [
                    Problem("E102", f"`{path}` 是台账，不是案件", help=f"写案件的文件夹，例如 `{path.parent}`")
                ]
            return path, []
        inside = path / CASE_FILE
        if inside.exists():
            return inside, []
    except OSError as error:
        return None, [os_problem(error, str(path))]
    except ValueError:
        return None, [Problem("E101", f"路径 `{path}` 里有不允许的字符", help="检查路径")]
    return None, [Problem("E554", f"文件夹 `{path}` 里没有 `{CASE_FILE}`", help="用 `guiju init case` 生成一份空表")]


def peek_case(path: Path) -> tuple[CaseHead | None, list[Problem]]:
    """Number, regulation and as-of day of a case, without a package."""
    root, problems = _root(path)
    if root is None:
        return None, problems
    head, found = _head(root, path)
    return head, problems + found


def load_case(path: Path, package: Package) -> tuple[Case | None, list[Problem]]:
    """The case at `path` (a YAML file, or a folder with `case.yaml`), or None with the errors that forbid it.

    Ledgers are read from the folder the YAML file is in. The as-of day is the one the package was resolved for; a case
    that names another is told so.
    """
    root, problems = _root(path)
    if root is None:
        return None, problems
    head, found = _head(root, path)
    problems += found
    folder = path if path.is_dir() else path.parent
    builder = CaseBuilder(package, folder)
    builder.take(root.get("事实"), root.get("记录"), root.get("例外理由"))
    problems += builder.problems
    if head is None or any(p.is_error for p in problems):
        return None, problems
    if head.as_of is not None and head.as_of != package.as_of:
        message = f"案件的基准日是 {head.as_of}，现按 {package.as_of} 的规定和日期决定"
        problems.append(Problem("W551", message, _span(root.get("基准日")), help="不需要另按一天决定时，去掉该选项"))
    return Case(
        head.id, package.as_of, builder.facts, builder.excuses, head.regulation or package.id, head.as_of is not None
    ), problems


def _root(path: Path) -> tuple[Mapping | None, list[Problem]]:
    file, problems = case_file(path)
    if file is None:
        return None, problems
    node, _, problems = read_yaml_file(file, str(file))
    if any(p.is_error for p in problems):
        return None, problems
    if not isinstance(node, Mapping):
        place = node.span if node is not None else Span(str(file), 1, 1, 1, 1)
        return None, [Problem("E505", "案件文件应是 `键: 值` 的形式", place, help="例如以 `案件: FZ-2026-001` 开头")]
    return node, problems


def _head(root: Mapping, path: Path) -> tuple[CaseHead | None, list[Problem]]:
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for key, value in root:
        if key.text not in _KEYS:
            close = nearest(key.text, _KEYS)
            help = f"是否想写 `{close}`？" if close else f"可写 {'、'.join(_KEYS)}；事实写在 `事实:` 下"
            problems.append(Problem("E503", f"不认识的键 `{key.text}`", key.span, help=help))
        elif key.text in ("案件", "规范", "基准日"):
            if isinstance(value, Scalar):
                texts[key.text] = value.text.strip()
            else:
                problems.append(Problem("E505", f"`{key.text}` 应是一个值", key.span, help=f"写作 `{key.text}: …`"))
    id = texts.get("案件") or (path.name if path.is_dir() else path.stem)
    if len(id) > MAX_ID or "\n" in id:
        message = f"案件编号超过 {MAX_ID} 个字或有换行"
        problems.append(Problem("E550", message, _span(root.get("案件")), help="写短一些，例如 `FZ-2026-001`"))
    as_of: Value = None
    if texts.get("基准日"):
        written = root.get("基准日")
        result = make_reader(_day_field("基准日"), {}, {}, lenient=False).read(texts["基准日"])
        if isinstance(result, Fault):
            problems.append(Problem(result.code, f"`基准日`：{result.message}", _span(written), help=result.help))
        else:
            as_of = result.value
    if any(p.is_error for p in problems):
        return None, problems
    return CaseHead(id, texts.get("规范", ""), as_of if isinstance(as_of, date) else None), problems


def _day_field(name: str) -> Field:
    from engine.language.tree import DATE

    return Field(name, DATE, "日期")


def entries(node: Any) -> Iterator[Entry] | None:
    """The entries of a mapping node or of a plain dict; None where it is neither."""
    if isinstance(node, Mapping):
        return ((key.text, key.span, value) for key, value in node)
    if isinstance(node, dict):
        return ((str(key), _span(value), value) for key, value in node.items())
    return None


def _items(node: Any) -> list[Any] | None:
    if isinstance(node, Sequence):
        return list(node.items)
    return node if isinstance(node, list) else None


def _span(node: Any) -> Span | None:
    if isinstance(node, Scalar | Sequence | Mapping):
        return node.span
    inner = (
        next(iter(node.values() if isinstance(node, dict) else node), None) if isinstance(node, dict | list) else None
    )
    return _span(inner) if inner is not None else None


def _blank(node: Any) -> bool:
    return node is None or (isinstance(node, Scalar) and not node.text.strip())


@dataclass(slots=True)
class CaseBuilder:
    """Collects facts, records and excuses with their problems. `terse`: a 判断 may be written as its bare value, as
    policy tests do."""

    package: Package
    folder: Path | None
    terse: bool = False
    facts: dict[str, Fact] = field(default_factory=dict)
    excuses: dict[str, Fact] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, facts: Any, records: Any, excuses: Any) -> None:
        """The three sections of a case: nodes, or the plain dicts of a policy test; None where absent."""
        for name, place, value in self.section("事实", facts):
            self.fact(name, place, value)
        for name, place, value in self.section("记录", records):
            self.table(name, place, value)
        for name, place, value in self.section("例外理由", excuses):
            self.excuse(name, place, value)

    def report(self, code: str, message: str, place: Span | None, help: str | None = None) -> None:
        self.problems.append(Problem(code, message, place, help=help))

    def section(self, name: str, node: Any) -> Iterator[Entry]:
        if _blank(node):
            return iter(())
        found = entries(node)
        if found is None:
            self.report("E505", f"`{name}` 下应是 `名称: 值` 的形式", _span(node), "每行写一项，冒号后空一格")
            return iter(())
        return found

    def fact(self, name: str, place: Span | None, value: Any) -> None:
        declared = self.package.facts.get(name)
        if name == AS_OF:
            self.report("E501", f"`{AS_OF}` 不写在 `事实:` 下", place, f"写在案件文件顶层：`{AS_OF}: 2026-01-05`")
        elif declared is None:
            self.unknown_fact(name, place)
        elif (fact := self.value_of(declared, place, value)) is not None:
            self.facts[name] = fact

    def unknown_fact(self, name: str, place: Span | None) -> None:
        if name in self.package.tables:
            self.report("E502", f"`{name}` 是记录表，不是事实", place, "移到 `记录:` 下")
        elif name in self.package.derived:
            self.report("E501", f"`{name}` 是派生量，由其他事实算出，不能填写", place, "删去这一行")
        else:
            close = nearest(name, (fact for fact in self.package.facts if fact != AS_OF))
            self.report("E501", f"没有名为 `{name}` 的事实", place, f"是否想写 `{close}`？" if close else "删去这一行")

    def value_of(self, declared: Field, place: Span | None, value: Any) -> Fact | None:
        """A fact written as a value or as a mapping with provenance; None where blank or wrong."""
        if _blank(value):
            return None
        found = entries(value)
        if found is not None:
            parts = {key: (where, inner) for key, where, inner in found}
            return self.finding(declared, place, parts) if declared.finding else self.documented(declared, parts)
        if _items(value) is not None:
            self.report("E505", f"`{declared.name}` 应是一个值，不是列表", place, f"写作 `{declared.name}: …`")
            return None
        if declared.finding and not self.terse:
            help = f"写作 `{declared.name}: {{判断: …, 人: …, 日期: …, 理由: …}}`"
            self.report("E531", f"`{declared.name}` 是判断，要写明谁在何时为何作出", _span(value), help)
            return None
        read = self.read(declared, value)
        return None if read is None else Fact(read, place=_span(value), finding=self.unsigned(declared))

    def read(self, declared: Field, node: Any) -> Value:
        """The typed value of a scalar; None with a problem where it is not one."""
        if not isinstance(node, Scalar):
            self.report("E505", f"`{declared.name}` 应是一个值", _span(node))
            return None
        result = make_reader(declared, self.package.scope.units, self.package.scope.enums, lenient=False).read(
            node.text
        )
        if isinstance(result, Fault):
            self.report(result.code, f"`{declared.name}`：{result.message}", node.span, result.help)
            return None
        return result.value

    def keys(self, name: str, parts: dict[str, tuple[Span | None, Any]], allowed: tuple[str, ...]) -> None:
        for key, (where, _) in parts.items():
            if key not in allowed:
                close = nearest(key, allowed)
                help = f"是否想写 `{close}`？" if close else f"可写 {'、'.join(allowed)}"
                self.report("E533", f"`{name}` 里有不认识的键 `{key}`", where, help)

    def text(self, name: str, key: str, parts: dict[str, tuple[Span | None, Any]]) -> str:
        where, node = parts.get(key, (None, None))
        if _blank(node):
            return ""
        if not isinstance(node, Scalar):
            self.report("E505", f"`{name}` 的 `{key}` 应是文字", where)
            return ""
        return node.text.strip()

    def documented(self, declared: Field, parts: dict[str, tuple[Span | None, Any]]) -> Fact | None:
        self.keys(declared.name, parts, _FACT_KEYS)
        where, node = parts.get("值", (None, None))
        if _blank(node):
            return None
        value = self.read(declared, node)
        evidence = self.text(declared.name, "证据", parts)
        return None if value is None else Fact(value, evidence, _span(node) or where)

    def finding(self, declared: Field, place: Span | None, parts: dict[str, tuple[Span | None, Any]]) -> Fact | None:
        """{判断, 人, 日期, 理由}: all four, or nothing at all (an untouched form)."""
        self.keys(declared.name, parts, _FINDING_KEYS)
        name = declared.name
        missing = [key for key in _FINDING_KEYS[:4] if _blank(parts.get(key, (None, None))[1])]
        if "判断" in missing:
            return None
        if missing and not self.terse:
            self.report(
                "E530", f"`{name}` 的判断缺少 {'、'.join(f'`{key}`' for key in missing)}", place, "补全后才算数"
            )
            return None
        where, node = parts["判断"]
        value = self.read(declared, node)
        if value is None:
            return None
        finding = self.unsigned(declared) if missing else self.signed(name, parts)
        return Fact(value, self.text(name, "证据", parts), _span(node) or where, finding)

    def unsigned(self, declared: Field) -> Finding | None:
        """Who stands for a bare 判断 in a policy test: the test itself, so that it counts as a finding."""
        return Finding("用例", self.package.as_of, "用例所设") if declared.finding and self.terse else None

    def signed(self, name: str, parts: dict[str, tuple[Span | None, Any]]) -> Finding | None:
        day = self.read(_day_field(f"{name}.日期"), parts["日期"][1])
        if not isinstance(day, date):
            return None
        if day > self.package.as_of:
            message = f"`{name}` 的判断日期 {day} 晚于基准日 {self.package.as_of}"
            self.report("W532", message, _span(parts["日期"][1]), "核对日期")
        return Finding(self.text(name, "人", parts), day, self.text(name, "理由", parts))

    def excuse(self, name: str, place: Span | None, value: Any) -> None:
        criterion = self.package.criteria.get(name)
        general = [c.name for c in self.package.criteria.values() if c.strength == "一般应当"]
        if criterion is None or criterion.strength != "一般应当":
            what = "没有这条准则" if criterion is None else f"它的强度是 `{criterion.strength}`"
            close = nearest(name, general)
            help = f"是否想写 `{close}`？" if close else "只有强度为 `一般应当` 的准则可以写例外理由"
            self.report("E553", f"`{name}` 不能写例外理由：{what}", place, help)
        elif (fact := self.value_of(replace(_EXCUSE, name=name), place, value)) is not None:
            self.excuses[name] = fact

    def table(self, name: str, place: Span | None, value: Any) -> None:
        declared = self.package.tables.get(name)
        if declared is None:
            close = nearest(name, self.package.tables)
            help = f"是否想写 `{close}`？" if close else "事实写在 `事实:` 下"
            self.report("E502", f"没有名为 `{name}` 的记录表", place, help)
            return
        if _blank(value):
            return
        items = _items(value)
        if items is not None:
            self.inline(declared, place, items)
        elif isinstance(value, Scalar):
            self.file(declared, value)
        else:
            self.report("E505", f"`{name}` 应是台账文件名或记录的列表", place, f"写作 `{name}: {name}.xlsx`")

    def file(self, table: RecordTable, node: Scalar) -> None:
        written, _, sheet = node.text.strip().partition("#")
        parts = PurePosixPath(written).parts
        if self.folder is None or written.startswith("/") or ".." in parts or "\\" in written or ":" in written:
            help = "把台账放进案件文件夹，只写文件名"
            self.report("E555", f"台账 `{written}` 不在案件文件夹里", node.span, help)
            return
        fact, problems = read_ledger(self.folder / written, written, sheet.strip(), table, self.package.scope)
        self.problems += [replace(p, place=node.span) if p.place is None else p for p in problems]
        if fact is not None:
            self.facts[table.name] = fact

    def inline(self, table: RecordTable, place: Span | None, items: list[Any]) -> None:
        columns = {column.name: (index, column) for index, column in enumerate(table.columns)}
        rows: list[tuple[Value, ...]] = []
        for item in items:
            found = entries(item)
            if found is None:
                self.report(
                    "E505", f"`{table.name}` 的每条记录应是 `列: 值` 的形式", _span(item), "写作 `- {列: 值, …}`"
                )
                continue
            record: list[Value] = [None] * len(columns)
            for name, where, value in found:
                if name not in columns:
                    close = nearest(name, columns)
                    help = f"是否想写 `{close}`？" if close else f"可写 {'、'.join(columns)}"
                    self.report("E501", f"`{table.name}` 没有列 `{name}`", where, help)
                elif not _blank(value):
                    index, column = columns[name]
                    record[index] = self.read(column, value)
            rows.append(tuple(record))
        self.facts[table.name] = Fact(Table(tuple(columns), tuple(rows)), place=place)
