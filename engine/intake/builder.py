"""Facts, records and excuses of a case from its nodes, typed against a package: every value is understood exactly or
refused with its place; what is not written is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from engine.base.classes import dataclass
from engine.base.problem import Place, Problem, Span
from engine.base.text import folded, nearest
from engine.decision.case import Fact, Finding
from engine.decision.door import repeated
from engine.intake.ledger import LedgerSource, read_ledger
from engine.intake.remarks import MAX_PROBLEMS
from engine.intake.values import make_reader
from engine.language.tree import BOOL, DATE, Table, Value
from engine.policy.nodes import Mapping, Scalar, Sequence
from engine.policy.package import AS_OF, Field, Package, RecordTable
from engine.spreadsheets.grid import Fault, short

LEDGERS = (".xlsx", ".csv", ".tsv", ".txt", ".xls", ".et", ".xlsm")
"""How the names of ledgers end; those that cannot be read are told why."""

_FACT_KEYS = ("值", "证据")
_FINDING_KEYS = ("判断", "人", "日期", "理由", "证据")
_EXCUSE = Field("例外理由", BOOL, "判断", finding=True)

CaseEntry = tuple[str, Span | None, Any]
"""A key, where it stands, and its value: a node, or the plain dicts, lists and scalars of a policy test."""


def day_field(name: str) -> Field:
    """A day that every case has, as a field to be read."""
    return Field(name, DATE, "日期")


def names_ledger(written: str) -> bool:
    """Whether a text names a ledger, and perhaps a sheet of it."""
    return PurePosixPath(written.partition("#")[0].strip()).suffix.lower() in LEDGERS


@dataclass(slots=True)
class Spellings:
    """Names by what their spellings have in common: width of brackets and letters, spaces, look-alikes."""

    names: Collection[str]
    folded: dict[str, list[str]] | None = None

    def meant(self, name: str) -> str:
        """The declared name that is written like `name`; `name` itself where none or more than one is."""
        if name in self.names:
            return name
        if self.folded is None:
            self.folded = {}
            for one in self.names:
                self.folded.setdefault(folded(one), []).append(one)
        alike = self.folded.get(folded(name[:200]), [])
        return alike[0] if len(alike) == 1 else name


def entries(node: Any) -> Iterator[CaseEntry] | None:
    """The entries of a mapping node or of a plain dict; None where it is neither."""
    if isinstance(node, Mapping):
        return ((key.text, key.span, value) for key, value in node)
    if isinstance(node, dict):
        return ((str(key), span_of(value), value) for key, value in node.items())
    return None


def _items(node: Any) -> list[Any] | None:
    if isinstance(node, Sequence):
        return list(node.items)
    return node if isinstance(node, list) else None


def span_of(node: Any) -> Span | None:
    """Where a node stands; of plain data its first node."""
    if isinstance(node, Scalar | Sequence | Mapping):
        return node.span
    inner = (
        next(iter(node.values() if isinstance(node, dict) else node), None) if isinstance(node, dict | list) else None
    )
    return span_of(inner) if inner is not None else None


def _blank(node: Any) -> bool:
    return node is None or (isinstance(node, Scalar) and not node.text.strip())


@dataclass(slots=True)
class CaseBuilder:
    """Collects facts, records and excuses with their problems: of every kind the first fifty. `terse`: a 判断 may be
    written as its bare value, as policy tests do; `tolerant`: cells of ledgers that cannot be read are unknown."""

    package: Package
    folder: Path | None
    terse: bool = False
    tolerant: bool = False
    facts: dict[str, Fact] = field(default_factory=dict)
    excuses: dict[str, Fact] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    spelt: dict[str, Spellings] = field(default_factory=dict)
    blanks: dict[str, Place] = field(default_factory=dict)
    """Where something is asked for and nothing written."""

    def meant(self, name: str, place: Span | None, kind: str, known: Collection[str], taken: Collection[str]) -> str:
        """The declared name that is meant; told where it was written before in another way."""
        found = self.spelt.setdefault(kind, Spellings(known)).meant(name)
        if found in taken:
            self.report("E123", f"`{short(name)}` 与前面写的 `{short(found)}` 是同一项", place, "只留一处")
        return found

    def take(self, facts: Any, records: Any, excuses: Any) -> None:
        """The three sections of a case: nodes, or the plain dicts of a policy test; None where absent."""
        for name, place, value in self.section("事实", facts):
            self.fact(name, place, value)
        for name, place, value in self.section("记录", records):
            self.table(name, place, value)
        for name, place, value in self.section("例外理由", excuses):
            self.excuse(name, place, value)

    def blank(self, name: str, node: Any, place: Span | None) -> None:
        if (where := span_of(node) or place) is not None:
            self.blanks[name] = where

    def report(self, code: str, message: str, place: Span | None, help: str | None = None) -> None:
        self.counts[code] += 1
        if self.counts[code] <= MAX_PROBLEMS:
            self.problems.append(Problem(code, message, place, help=help))
        elif self.counts[code] == MAX_PROBLEMS + 1:
            message = f"{code} 这类问题不止 {MAX_PROBLEMS} 处，其余没有列出"
            self.problems.append(Problem("W549", message, place, help="先改正列出的，再运行一次"))

    def suggest(self, code: str, name: str, known: Iterable[str], otherwise: str) -> str:
        """What was probably meant; `otherwise` where nothing is near, or as many were suggested as anybody reads."""
        close = nearest(name, known) if self.counts[code] < MAX_PROBLEMS else None
        return f"是否想写 `{close}`？" if close else otherwise

    def section(self, name: str, node: Any) -> Iterator[CaseEntry]:
        if _blank(node):
            return iter(())
        found = entries(node)
        if found is None:
            self.report("E505", f"`{name}` 下应是 `名称: 值` 的形式", span_of(node), "每行写一项，冒号后空一格")
            return iter(())
        return found

    def fact(self, name: str, place: Span | None, value: Any) -> None:
        name = self.meant(name, place, "事实", self.package.facts, self.facts)
        declared = self.package.facts.get(name)
        if name == AS_OF:
            self.report("E501", f"`{AS_OF}` 不写在 `事实:` 下", place, f"写在案件文件顶层：`{AS_OF}: 2026-01-05`")
        elif declared is None or declared.formal:
            self.unknown_fact(name, place)
        elif (fact := self.value_of(declared, place, value)) is not None:
            self.facts[name] = fact

    def unknown_fact(self, name: str, place: Span | None) -> None:
        if name in self.package.tables:
            self.report("E502", f"`{name}` 是记录表，不是事实", place, "移到 `记录:` 下")
        elif name in self.package.derived:
            self.report("E501", f"`{name}` 是派生量，由其他事实算出，不能填写", place, "删去这一行")
        else:
            known = (name for name, fact in self.package.facts.items() if name != AS_OF and not fact.formal)
            message = f"没有名为 `{short(name)}` 的事实"
            self.report("E501", message, place, self.suggest("E501", name, known, "删去这一行"))

    def value_of(self, declared: Field, place: Span | None, value: Any) -> Fact | None:
        """A fact written as a value or as a mapping with provenance; None where blank or wrong."""
        if _blank(value):
            self.blank(declared.name, value, place)
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
            self.report("E531", f"`{declared.name}` 是判断，要写明谁在何时为何作出", span_of(value), help)
            return None
        read = self.read(declared, value)
        return None if read is None else Fact(read, place=span_of(value), finding=self.unsigned(declared))

    def read(self, declared: Field, node: Any) -> Value:
        """The typed value of a scalar; None with a problem where it is not one."""
        if not isinstance(node, Scalar):
            self.report("E505", f"`{declared.name}` 应是一个值", span_of(node))
            return None
        result = make_reader(declared, self.package.scope.units, self.package.scope.enums, lenient=False).read(
            node.text
        )
        if isinstance(result, Fault):
            self.report(result.code, f"`{declared.name}`：{result.message}", node.span, result.help)
            return None
        if result.remark:
            self.report("W522", f"`{declared.name}`：{result.remark}", node.span, "最好改成规范写法")
        return result.value

    def keys(self, name: str, parts: dict[str, tuple[Span | None, Any]], allowed: tuple[str, ...]) -> None:
        for key, (where, _) in parts.items():
            if key not in allowed:
                help = self.suggest("E533", key, allowed, f"可写 {'、'.join(allowed)}")
                self.report("E533", f"`{name}` 里有不认识的键 `{short(key)}`", where, help)

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
            self.blank(declared.name, node, where)
            return None
        value = self.read(declared, node)
        evidence = self.text(declared.name, "证据", parts)
        return None if value is None else Fact(value, evidence, span_of(node) or where)

    def finding(self, declared: Field, place: Span | None, parts: dict[str, tuple[Span | None, Any]]) -> Fact | None:
        """{判断, 人, 日期, 理由}: all four, or nothing at all (an untouched form)."""
        self.keys(declared.name, parts, _FINDING_KEYS)
        name = declared.name
        missing = [key for key in _FINDING_KEYS[:4] if _blank(parts.get(key, (None, None))[1])]
        if "判断" in missing:
            self.blank(name, parts.get("判断", (None, None))[1], place)
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
        return Fact(value, self.text(name, "证据", parts), span_of(node) or where, finding)

    def unsigned(self, declared: Field) -> Finding | None:
        """Who stands for a bare 判断 in a policy test: the test itself, so that it counts as a finding."""
        return Finding("用例", self.package.as_of, "用例所设") if declared.finding and self.terse else None

    def signed(self, name: str, parts: dict[str, tuple[Span | None, Any]]) -> Finding | None:
        day = self.read(day_field(f"{name}.日期"), parts["日期"][1])
        if not isinstance(day, date):
            return None
        if day > self.package.as_of:
            message = f"`{name}` 的判断日期 {day} 晚于基准日 {self.package.as_of}"
            self.report("W532", message, span_of(parts["日期"][1]), "核对日期")
        return Finding(self.text(name, "人", parts), day, self.text(name, "理由", parts))

    def excuse(self, name: str, place: Span | None, value: Any) -> None:
        name = self.meant(name, place, "例外理由", self.package.criteria, self.excuses)
        criterion = self.package.criteria.get(name)
        general = [c.name for c in self.package.criteria.values() if c.strength == "一般应当"]
        if criterion is None or criterion.strength != "一般应当":
            what = "没有这条准则" if criterion is None else f"它的强度是 `{criterion.strength}`"
            help = self.suggest("E553", name, general, "只有强度为 `一般应当` 的准则可以写例外理由")
            self.report("E553", f"`{short(name)}` 不能写例外理由：{what}", place, help)
        elif (fact := self.value_of(replace(_EXCUSE, name=name), place, value)) is not None:
            self.excuses[name] = fact

    def table(self, name: str, place: Span | None, value: Any) -> None:
        name = self.meant(name, place, "记录", self.package.tables, self.facts)
        declared = self.package.tables.get(name)
        if declared is None:
            help = self.suggest("E502", name, self.package.tables, "事实写在 `事实:` 下")
            self.report("E502", f"没有名为 `{short(name)}` 的记录表", place, help)
            return
        if _blank(value):
            self.blank(name, value, place)
            return
        self.records(declared, place, value)
        where = span_of(value) or place
        if (fact := self.facts.get(name)) is not None and where is not None:
            self.problems += repeated(declared, fact, where)

    def records(self, declared: RecordTable, place: Span | None, value: Any) -> None:
        name, items = declared.name, _items(value)
        if items and all(isinstance(item, Scalar) and names_ledger(item.text) for item in items):
            self.files(declared, items)
        elif items is not None:
            self.inline(declared, place, items)
        elif isinstance(value, Scalar):
            self.files(declared, [value])
        else:
            self.report("E505", f"`{name}` 应是台账文件名或记录的列表", place, f"写作 `{name}: {name}.xlsx`")

    def files(self, table: RecordTable, nodes: list[Scalar]) -> None:
        """One ledger or several, each with its sheet where one is named."""
        sources: dict[tuple[str, str], LedgerSource] = {}
        for node in nodes:
            written, _, sheet = (part.strip() for part in node.text.partition("#"))
            parts = PurePosixPath(written).parts
            if self.folder is None or written.startswith("/") or ".." in parts or "\\" in written or ":" in written:
                help = "把台账放进案件文件夹，只写文件名"
                self.report("E555", f"台账 `{short(written)}` 不在案件文件夹里", node.span, help)
                return
            if (
                (written, sheet) in sources
                or (written, "") in sources
                or (sheet == "" and any(f == written for f, _ in sources))
            ):
                self.report("E505", f"`{table.name}` 里 `{short(node.text)}` 写了两次", node.span, "每张表只写一次")
                return
            sources[written, sheet] = LedgerSource(self.folder / written, written, sheet, self.folder)
        fact, problems = read_ledger(list(sources.values()), table, self.package.scope, self.tolerant)
        self.problems += [replace(p, place=nodes[0].span) if p.place is None else p for p in problems]
        if fact is not None:
            self.facts[table.name] = fact

    def inline(self, table: RecordTable, place: Span | None, items: list[Any]) -> None:
        columns = {column.name: (index, column) for index, column in enumerate(table.columns)}
        rows: list[tuple[Value, ...]] = []
        for item in items:
            found = entries(item)
            if found is None:
                self.report(
                    "E505", f"`{table.name}` 的每条记录应是 `列: 值` 的形式", span_of(item), "写作 `- {列: 值, …}`"
                )
                continue
            record: list[Value] = [None] * len(columns)
            for written, where, value in found:
                name = self.meant(written, where, table.name, columns, ())
                if name not in columns:
                    help = self.suggest("E501", name, columns, f"可写 {'、'.join(columns)}")
                    self.report("E501", f"`{table.name}` 没有列 `{short(name)}`", where, help)
                elif not _blank(value):
                    index, column = columns[name]
                    record[index] = self.read(column, value)
            rows.append(tuple(record))
        self.facts[table.name] = Fact(Table(tuple(columns), tuple(rows)), place=place)
