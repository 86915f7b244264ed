"""Tables of cases and of their records, read a part at a time: every cell is understood as in a case file, or its row is
rejected with column and reason (edge).

A table of cases has a column 案件, perhaps 基准日, and facts by their names; of a 判断 beside it 某判断·人, 某判断·日期 and
某判断·理由, of an exception 例外理由·某准则 with the same three. A table of records has 案件 and its columns. A table that is
not given is unknown for every case; in one that is given a case without rows has no records.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.columns.algebra import CASES, PLACE
from engine.columns.encoding import NotColumnar, Rejected, decoded, encoded, frame_kinds, kinds, schema
from engine.columns.held import kind_of
from engine.columns.plan import Plan
from engine.columns.records import MOST
from engine.decision.case import Case, Fact, Finding
from engine.intake.builder import day_field
from engine.intake.scanning import ROW
from engine.intake.split import CASE, SplitTable, SplitTables
from engine.intake.values import make_reader
from engine.language import keys
from engine.language.tree import BOOL, TEXT, Table, Value
from engine.policy.package import AS_OF, Field, Package
from engine.spreadsheets.grid import Fault

if TYPE_CHECKING:
    import polars as pl

OWNER = "#行"
"""Of a record, the row its case stands in."""

PERSON, ON, REASONS = "·人", "·日期", "·理由"
EXCUSE = "例外理由·"


@dataclass(frozen=True)
class TextPart:
    """A part as its tables have it: so many cases were read, and are in `cases` but for those that cannot be told apart."""

    cases: pl.DataFrame
    records: Mapping[str, pl.DataFrame]
    height: int


@dataclass
class Tables:
    """The table of cases and those of records, as they are `split` into parts. `rejected` grows as parts are read."""

    cases: Path
    records: Mapping[str, Path]
    split: SplitTables
    rejected: list[Rejected] = field(default_factory=list)

    def part(self, number: int) -> TextPart:
        """One of the parts: cases without a number, or whose number another has, are out: whose the records are cannot be
        told."""
        part = self.split.part(CASES, number)
        records = {table: self.split.part(table, number) for table in self.records}
        return TextPart(self._numbered(part), records, part.height)

    def _numbered(self, part: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        kept: list[bool] = []
        for row, case in zip(part[ROW].to_list(), part[CASE].to_list(), strict=True):
            reason = "" if case else "没有案件编号"
            if twice := self.split.repeated.get(case or ""):
                reason = f"案件编号重复（{_rows_named(twice)}），都退回"
            if reason:
                self.rejected.append(Rejected(self.cases.name, row, case or "", CASE, reason))
            kept.append(not reason)
        return part.filter(pl.Series(kept, dtype=pl.Boolean))

    def strangers(self) -> list[Rejected]:
        """Records of cases that the table of cases does not have."""
        return [
            Rejected(path.name, row, case or "", CASE, "案件表里没有这个案件")
            for table, path in self.records.items()
            for row, case in self.split.strange(table).select(ROW, CASE).iter_rows()
        ]

    def typed(self, part: TextPart, cases: pl.DataFrame, package: Package, plan: Plan) -> TypedPart:
        """Some cases of a part, of one day, typed. Raises Refused: E501, E541 E542 columns the package does not have."""
        return _Typing(self, part, package, plan).part(cases)


@dataclass(frozen=True)
class TypedPart:
    """The frames a plan reads, with every column the tables have; `rejected`: how many cases are left out."""

    package: Package
    frames: Mapping[str, pl.DataFrame]
    given: Mapping[str, Field]
    excuses: tuple[str, ...]
    rejected: int
    _cells: dict[tuple[str, str], list[Value]] = field(default_factory=dict, repr=False)
    _made: dict[str, list[Fact | None]] = field(default_factory=dict, repr=False)

    @cached_property
    def ids(self) -> list[str]:
        return self.frames[CASES][CASE].to_list()

    def cases(self, places: Sequence[int]) -> Iterator[Case]:
        """Some cases by their places, ascending, as the interpreter takes them."""
        import polars as pl

        new = pl.DataFrame({"#原": places, PLACE: range(len(places))}, schema={"#原": pl.Int64, PLACE: pl.Int64})
        frames = {CASES: self.frames[CASES][list(places)]}
        for table, frame in self.frames.items():
            if table != CASES:
                held = frame.select(pl.col(PLACE).alias("#原"), pl.exclude(PLACE))
                frames[table] = held.join(new, on="#原", how="inner", maintain_order="left").drop("#原")
        few = TypedPart(self.package, frames, self.given, self.excuses, self.rejected)
        return map(few._case, range(len(places)))

    def _case(self, place: int) -> Case:
        facts: dict[str, Fact] = {}
        for name, declared in self.given.items():
            fact = self._facts(name, declared)[place]
            if fact is not None:
                facts[name] = fact
        for table in self.places:
            if self.frames[CASES][f"有：{table}"][place]:
                facts[table] = Fact(self._table(table, place))
        excuses = {}
        for key in self.excuses:
            excuse = self._facts(key, _EXCUSE)[place]
            if excuse is not None:
                excuses[keys.named_by(key)] = excuse
        return Case(self.ids[place], self.package.as_of, facts, excuses, self.package.id)

    def _facts(self, name: str, declared: Field) -> list[Fact | None]:
        """A column of the cases as facts, each different one made once."""
        if name not in self._made:
            parts = (name, *((name + ON, name + PERSON, name + REASONS) if declared.finding else ()))
            told = list(zip(*(self.frames[CASES][part].to_list() for part in parts), strict=True))
            made = {one: _fact(one, declared) for one in set(told) if one[0] is not None}
            self._made[name] = [made.get(one) for one in told]
        return self._made[name]

    def _table(self, table: str, place: int) -> Table:
        declared = self.package.tables[table].columns
        low, high = (bisect(self.places[table], place) for bisect in (bisect_left, bisect_right))
        lines = zip(*(self.cells(table, column)[low:high] for column in declared), strict=True)
        return Table(tuple(column.name for column in declared), tuple(lines) if declared else ())

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Of each table the places of the cases its records are of, ascending."""
        return {table: frame[PLACE].to_list() for table, frame in self.frames.items() if table != CASES}

    def cells(self, table: str, declared: Field) -> list[Value]:
        """A column of records as values, made once."""
        known = self._cells.get((table, declared.name))
        if known is None:
            frame = self.frames[table]
            held = frame[declared.name].to_list() if declared.name in frame.columns else [None] * frame.height
            values = {one: decoded(one, declared) for one in set(held) if one is not None}
            known = self._cells[table, declared.name] = [None if one is None else values[one] for one in held]
        return known


_EXCUSE = Field("", BOOL, "是否", finding=True)


def _fact(told: Sequence[Any], declared: Field) -> Fact:
    """Out of what columns hold of it: the value, and of a 判断 the day, who found it and why."""
    if not declared.finding:
        return Fact(decoded(told[0], declared))
    on = decoded(told[1], day_field(ON))
    assert isinstance(on, date)
    return Fact(decoded(told[0], declared), finding=Finding(told[2], on, told[3]))


def _rows_named(rows: Sequence[int]) -> str:
    return f"第 {'、'.join(map(str, rows[:5]))} 行" + (f"等 {len(rows)} 行" if len(rows) > 5 else "")


def _said(fault: Fault) -> str:
    return f"{fault.message}（{fault.help}）" if fault.help else fault.message


class _Typing:
    def __init__(self, tables: Tables, texts: TextPart, package: Package, plan: Plan) -> None:
        self.tables, self.texts, self.package, self.plan = tables, texts, package, plan
        self.rejected: dict[int, None] = {}

    def part(self, raw: pl.DataFrame) -> TypedPart:
        import polars as pl

        given, excuses = self.columns(raw.columns)
        frame = raw
        for name, declared in given.items():
            frame = self.column(frame, name, declared, self.tables.cases, name)
            if declared.finding:
                frame = self.signed(frame, name)
        for name in excuses:
            frame = self.column(frame, EXCUSE + name, Field(name, BOOL, "是否"), self.tables.cases, keys.excuse(name))
            frame = self.signed(frame, EXCUSE + name, keys.excuse(name))
        records = {table: self.records(table, frame) for table in self.tables.records}
        frame = frame.filter(~pl.col(ROW).is_in(list(self.rejected)))
        place = pl.int_range(pl.len(), dtype=pl.Int64).alias(PLACE)
        frame = frame.with_columns(
            place, *(pl.lit(table in records).alias(f"有：{table}") for table in self.plan.tables)
        )
        frame = self.whole(frame)
        frames = {CASES: frame}
        for table in self.plan.tables:
            held = records.get(table)
            columns = frame_kinds(self.plan.tables[table])
            if held is None:
                frames[table] = pl.DataFrame(schema=columns)
            else:
                frames[table] = held.join(frame.select(CASE, PLACE), on=CASE, how="inner", maintain_order="left").sort(
                    PLACE, maintain_order=True
                )
        return TypedPart(self.package, frames, given, tuple(map(keys.excuse, excuses)), len(self.rejected))

    def whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        """With what the plan reads and the table lacks, unknown; and of findings what was written to them."""
        import polars as pl

        lacking = {
            n: kind for n, kind in schema(self.plan).items() if n not in frame.columns and n not in self.plan.told
        }
        frame = frame.with_columns(*(pl.lit(None, dtype=kinds(kind)).alias(name) for name, kind in lacking.items()))
        for key, (name, part) in self.plan.told.items():
            column = name + {"日期": ON, "判断人": PERSON, "理由": REASONS}[part]
            if column not in frame.columns:
                frame = frame.with_columns(pl.lit(None, dtype=pl.Int64 if part == "日期" else pl.String).alias(key))
                continue
            said = pl.col(column)
            if part == "理由":  # as `Finding.said`
                said = said.str.strip_chars_end("。；，、.;, \n")
                said = pl.when(said != "").then(said)
            frame = frame.with_columns(pl.when(pl.col(name).is_not_null()).then(said).alias(key))
        return frame

    def columns(self, names: Sequence[str]) -> tuple[dict[str, Field], list[str]]:
        """The facts and exceptions a table of cases has."""
        facts = {name: one for name, one in self.package.facts.items() if not one.formal}
        given, excuses = dict[str, Field](), list[str]()
        general = [name for name, one in self.package.criteria.items() if one.strength == "一般应当"]
        for name in names:
            base, dot, _ = name.rpartition("·")
            if name in (CASE, ROW, AS_OF):
                continue
            if name in facts:
                given[name] = facts[name]
            elif name.startswith(EXCUSE) and name.removeprefix(EXCUSE) in general:
                excuses.append(name.removeprefix(EXCUSE))
            elif not (dot and name.endswith((PERSON, ON, REASONS)) and base in names):
                help_ = did_you_mean(name, facts) or "列名是词汇表里的事实；不读的列请删去"
                raise Refused(Problem("E501", f"`{self.tables.cases.name}` 的列 `{name}` 不是事实", help=help_))
        return given, excuses

    def signed(self, frame: pl.DataFrame, name: str, key: str = "") -> pl.DataFrame:
        """With who found it, when and why: a finding without them is none."""
        import polars as pl

        key = key or name
        declared = (Field(PERSON, TEXT, "文本"), day_field(ON), Field(REASONS, TEXT, "文本"))
        for one in declared:
            title = name + one.name
            if title in frame.columns:
                frame = self.column(frame, title, one, self.tables.cases, key + one.name)
            else:
                frame = frame.with_columns(pl.lit(None, dtype=kinds(kind_of(one.type))).alias(key + one.name))
        lacking = pl.any_horizontal(*(pl.col(key + one.name).is_null() for one in declared))
        for row, case in frame.filter(pl.col(key).is_not_null() & lacking).select(ROW, CASE).iter_rows():
            self.reject(self.tables.cases, row, row, case, name, "判断缺少人、日期或理由")
        return frame

    def reject(self, path: Path, row: int, of: int, case: str, column: str, reason: str) -> None:
        """`row` of a file, which leaves out the case in the row `of` of the table of cases."""
        self.rejected[of] = None
        self.tables.rejected.append(Rejected(path.name, row, case, column, reason))

    def column(
        self, frame: pl.DataFrame, title: str, declared: Field, path: Path, name: str, of: SplitTable | None = None
    ) -> pl.DataFrame:
        """The frame with a column typed; a cell that cannot be read rejects its case. `of`: the table it is in, that of
        cases where nothing is said."""
        import polars as pl

        reader = make_reader(declared, self.package.scope.units, self.package.scope.enums, lenient=False)
        found: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for text in frame[title].drop_nulls().unique().to_list():
            understood = reader.read(text) if text.strip() else None
            if isinstance(understood, Fault):
                faults[text] = _said(understood)
            elif understood is not None:
                try:
                    found[text] = encoded(understood.value, declared)
                except NotColumnar as unfit:
                    faults[text] = str(unfit)
        kind = kinds(kind_of(declared.type))
        typed = frame[title].replace_strict(list(found), list(found.values()), default=None, return_dtype=kind)
        table = of or self.tables.split.tables[CASES]
        numbers = declared.type == TEXT and title in table.numbers
        if faults or numbers:
            owner = pl.col(OWNER if OWNER in frame.columns else ROW).alias(OWNER)
            looked = frame.filter(pl.col(title).is_not_null() if numbers else pl.col(title).is_in(list(faults)))
            for row, owned_by, case, text in looked.select(ROW, owner, CASE, title).iter_rows():
                lost = reader.lost(text) if numbers and table.in_numbers(title, row) else None
                if lost is not None or text in faults:
                    self.reject(path, row, owned_by, case, title, _said(lost) if lost is not None else faults[text])
        return frame.with_columns(typed.alias(name))

    def records(self, table: str, cases: pl.DataFrame) -> pl.DataFrame:
        """The records of the part's cases, typed."""
        import polars as pl

        path, declared = self.tables.records[table], self.package.tables.get(table)
        if declared is None:
            help_ = did_you_mean(table, self.package.tables) or f"有 {'、'.join(self.package.tables)}"
            raise Refused(Problem("E502", f"没有记录表 `{table}`", help=help_))
        known = {column.name: column for column in declared.columns}
        scanned = self.tables.split.tables[table]
        names = [name for name in scanned.names if name != CASE]
        for name in names:
            if name not in known:
                help_ = did_you_mean(name, known) or f"列是 {'、'.join(known)}"
                raise Refused(Problem("E541", f"`{path.name}` 的列 `{name}` 不是 `{table}` 的列", help=help_))
        if lacking := [name for name, column in known.items() if column.required and name not in names]:
            raise Refused(Problem("E541", f"`{path.name}` 没有必填的列 `{lacking[0]}`", help="补上这一列"))
        owner = cases.select(CASE, pl.col(ROW).alias(OWNER))
        frame = self.texts.records[table].join(owner, on=CASE, maintain_order="left")
        for name in names:
            frame = self.column(frame, name, known[name], path, name, scanned)
        counted = frame.group_by(OWNER, CASE).len().filter(pl.col("len") > MOST)
        for of, case, count in counted.iter_rows():
            self.reject(path, 0, of, case, table, f"有 {count} 条记录，最多 {MOST} 条")
        self.repeated(frame, declared.unique, path, table)
        lacking_columns = [
            pl.lit(None, dtype=kinds(kind_of(column.type))).alias(name)
            for name, column in known.items()
            if name not in names
        ]
        return frame.with_columns(lacking_columns)

    def repeated(self, frame: pl.DataFrame, unique: Sequence[str], path: Path, table: str) -> None:
        """A record whose key another of the case has rejects the case, as E558 does."""
        import polars as pl

        if not unique or any(name not in frame.columns for name in unique):
            return
        whole = frame.filter(pl.all_horizontal(*(pl.col(name).is_not_null() for name in unique)))
        twice = whole.filter(~pl.struct(CASE, *unique).is_first_distinct())
        for row, of, case in twice.select(ROW, OWNER, CASE).iter_rows():
            self.reject(path, row, of, case, "、".join(unique), f"`{table}` 里与前面一条的{'、'.join(unique)}相同")
