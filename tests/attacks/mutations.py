"""Ledgers with one thing done to them and any number of harmless habits, by an oracle that knows what each does to the
truth: a reader must come to the truth, tell, or refuse; never come to something else without a word.

    python -m tests.attacks.mutations [--number 100000] [--seed 1]
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.intake.ledger import LedgerSource, read_ledger
from engine.language.tree import Table
from tests.intake.sheets import packed, parts
from tests.worlds.clubs import ACTIVITIES, package

SCOPE = package().scope
DAY, NAME, COUNT, MONEY, FREE = range(5)
HEADS = ["活动日期", "活动名称", "服务人次", "经费", "公益"]
ALIASES = {"活动名称": "活动主题", "服务人次": "参加人数"}
STYLES = (
    '<numFmts><numFmt numFmtId="180" formatCode="0.0000&quot;万元&quot;"/><numFmt numFmtId="181" formatCode="&quot;$&quot;0"/>'
    '<numFmt numFmtId="182" formatCode="0!.0,&quot;万&quot;"/><numFmt numFmtId="183" formatCode="000000"/></numFmts>'
    '<fonts><font/><font><strike/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/>'
    '<xf numFmtId="180" fontId="0"/><xf numFmtId="181" fontId="0"/><xf numFmtId="182" fontId="0"/>'
    '<xf numFmtId="183" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs>'
)
PLAIN, DATE, TEN_THOUSAND, DOLLAR, TRICK, ZEROS, STRUCK = map(str, range(7))
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Raw:
    """A cell as it stands in the file."""

    value: str
    style: str = PLAIN
    kind: str = "n"
    formula: bool = False

    def xml(self) -> str:
        formula = "<f>A1</f>" if self.formula else ""
        value = f"<v>{self.value}</v>" if self.value else ""
        return f'<c t="{self.kind}" s="{self.style}">{formula}{value}</c>'


@dataclass
class Draft:
    """A ledger being written: `truth` is what must be read of it, or None where it must be refused; `codes` what must be
    said; `free`: other remarks may be made too."""

    dice: random.Random
    heads: list[str]
    rows: list[list[Any]]
    truth: list[list[Any]] | None
    codes: set[str] = field(default_factory=set)
    above: list[list[Any]] = field(default_factory=list)
    below: list[list[Any]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    cols: str = ""
    twice: int = -1
    others: list[tuple[str, list[list[Any]], bool]] = field(default_factory=list)
    title: str = "活动台账"
    epoch_1904: bool = False
    csv: str = ""
    fixed: bool = False
    """The place of columns and sheets matters to what was done."""

    def refuse(self, *codes: str) -> None:
        self.truth, self.codes = None, set(codes)

    def tell(self, *codes: str) -> None:
        self.codes |= set(codes)

    def any(self) -> int:
        return self.dice.randrange(len(self.rows))


def draft(dice: random.Random) -> Draft:
    """A plain ledger of three to eight records, no two alike."""
    start, rows = date(2025, 1, 1) + timedelta(dice.randrange(300)), []
    for number in range(dice.randint(3, 8)):
        day = start + timedelta(number * dice.randint(1, 9))
        people, money = dice.randint(10, 999), Decimal(dice.randint(1, 90) * 1000)
        rows.append([day, f"{dice.choice('春夏秋冬')}季沙龙{number}", Decimal(people), money, dice.random() < 0.5])
    return Draft(dice, list(HEADS), [list(row) for row in rows], [list(row) for row in rows])


Mutation = Callable[[Draft], None]


def cell(column: int, write: Callable[[Any, random.Random], Any], *codes: str, refused: bool = True) -> Mutation:
    """One cell written in another way: refused with one of `codes`, or else read as before and told."""

    def mutate(d: Draft) -> None:
        row = d.any()
        d.rows[row][column] = write(d.rows[row][column], d.dice)
        if refused:
            d.refuse(*codes)
        else:
            d.tell(*codes)

    return mutate


def text(pattern: str) -> Callable[[Any, random.Random], str]:
    return lambda value, dice: pattern.format(value)


def day(pattern: str) -> Callable[[Any, random.Random], str]:
    return lambda value, dice: pattern.format(y=value.year, m=value.month, d=value.day, s=value.year % 100)


def full_width(value: Any, dice: random.Random) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in str(value))


def serial(value: date, epoch: date = date(1899, 12, 30)) -> str:
    return str((value - epoch).days)


def weekday(shift: int) -> Callable[[Any, random.Random], str]:
    return lambda value, dice: f"{value}（星期{WEEKDAYS[(value.weekday() + shift) % 7]}）"


def value_of(column: int, write: Callable[[Any, random.Random], Any], truth: Any, *codes: str) -> Mutation:
    """One cell written so that something else is read: `truth`, and told."""

    def mutate(d: Draft) -> None:
        row = d.any()
        d.rows[row][column] = write(d.rows[row][column], d.dice)
        if d.truth is not None:
            d.truth[row][column] = truth
        d.tell(*codes)

    return mutate


def scaled(factor: int, heads: Callable[[Draft], None]) -> Mutation:
    """All amounts in another unit, which is said somewhere."""

    def mutate(d: Draft) -> None:
        for row in d.rows:
            row[MONEY] = row[MONEY] / factor
        heads(d)

    return mutate


def head(column: int, title: str) -> Mutation:
    def mutate(d: Draft) -> None:
        d.heads[column] = title

    return mutate


def line(said: str, *, below: bool = False) -> Mutation:
    def mutate(d: Draft) -> None:
        (d.below if below else d.above).append([said])

    return mutate


def wrong(mutation: Mutation, *codes: str) -> Mutation:
    def mutate(d: Draft) -> None:
        mutation(d)
        d.refuse(*codes)

    return mutate


def told(mutation: Mutation, *codes: str) -> Mutation:
    def mutate(d: Draft) -> None:
        mutation(d)
        d.tell(*codes)

    return mutate


def total(label: str, column: int = NAME, dated: bool = False) -> Mutation:
    def mutate(d: Draft) -> None:
        row: list[Any] = [d.rows[-1][DAY] if dated else None, None, sum(r[COUNT] for r in d.rows), None, None]
        row[MONEY] = sum(r[MONEY] for r in d.rows)
        if label:
            row[column] = label
        d.below.append(row)
        d.tell("W543")
        d.fixed = True

    return mutate


def duplicate(d: Draft) -> None:
    row = d.any()
    d.rows.append(list(d.rows[row]))
    if d.truth is not None:
        d.truth.append(list(d.truth[row]))
    d.tell("W524")


def mark(kind: str) -> Mutation:
    def mutate(d: Draft) -> None:
        row = d.any()
        if kind == "hidden":
            d.hidden.add(row)
        else:
            d.rows[row][COUNT] = Raw(str(d.rows[row][COUNT]), STRUCK)
        d.tell("W545" if kind == "hidden" else "W542")

    return mutate


def hide_column(d: Draft) -> None:
    d.cols, d.fixed = '<cols><col min="3" max="3" hidden="1"/></cols>', True
    d.tell("W545")


def row_twice(d: Draft) -> None:
    d.twice = d.any()
    d.refuse("E163")


def split(headed: bool, hidden: bool = False) -> Mutation:
    def mutate(d: Draft) -> None:
        at = d.dice.randrange(1, len(d.rows))
        rest, d.rows = d.rows[at:], d.rows[:at]
        d.title, d.fixed = "上半年", True
        d.others.append(("下半年", [*([list(d.heads)] if headed else []), *rest], hidden))
        if hidden:
            d.truth = d.truth and d.truth[:at]
            d.tell("W545")
        elif headed:
            d.tell("W547")
        else:
            d.refuse("E548")

    return mutate


def beside(title: str, rows: Sequence[Sequence[Any]], *codes: str, refused: bool = False) -> Mutation:
    def mutate(d: Draft) -> None:
        d.others.append((title, [list(row) for row in rows] or [list(d.heads), *map(list, d.rows)], False))
        d.fixed = True
        if refused:
            d.refuse(*codes)
        else:
            d.tell(*codes)

    return mutate


def summary(d: Draft) -> None:
    sums = [d.rows[-1][DAY], "全年活动", sum(row[COUNT] for row in d.rows), sum(row[MONEY] for row in d.rows), True]
    beside("汇总", [list(d.heads), sums], "E548", refused=True)(d)


def late_head(d: Draft) -> None:
    d.above.append(list(d.rows[0]))
    d.rows[0] = [d.rows[0][DAY] + timedelta(400), *d.rows[0][1:]]
    d.fixed = True
    d.refuse("E544")


def no_head(d: Draft) -> None:
    d.heads = ["", "", "", "", ""]
    d.fixed = True
    d.refuse("E540")


def head_again(d: Draft) -> None:
    d.rows.insert(1, list(d.heads))
    d.fixed = True
    d.tell("W543")


def blank_head(d: Draft) -> None:
    d.heads[MONEY] = ""
    for row in d.truth or []:
        row[MONEY] = None
    d.fixed = True
    d.tell("W541")


def misspelt(d: Draft) -> None:
    d.heads[MONEY] = "经废"
    for row in d.truth or []:
        row[MONEY] = None
    d.tell("W541")


def in_1904(formatted: bool) -> Mutation:
    def mutate(d: Draft) -> None:
        d.epoch_1904 = True
        for row in d.rows:
            row[DAY] = Raw(serial(row[DAY], date(1904, 1, 1)), DATE if formatted else PLAIN)
        if not formatted:
            d.refuse("E513")

    return mutate


def as_csv(write: Callable[[list[str]], str], *codes: str, refused: bool = False, encoding: str = "utf-8") -> Mutation:
    """The whole as CSV, one line of it written by `write`."""

    def mutate(d: Draft) -> None:
        lines = [[str(c) for c in d.heads], *([shown(c) for c in row] for row in d.rows)]
        at = d.dice.randrange(1, len(lines))
        out = [quoted(row) if n != at else write(row) for n, row in enumerate(lines)]
        d.csv, d.fixed = "\r\n".join(out) + "\r\n", True
        if encoding == "tab":
            d.csv = d.csv.replace(",", "\t")
        if refused:
            d.refuse(*codes)
        else:
            d.tell(*codes)

    return mutate


def shown(value: Any) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def quoted(row: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(row)
    return out.getvalue().rstrip("\r\n")


MUTATIONS: dict[str, Mutation] = {
    "nothing": lambda d: None,
    "number as text": cell(COUNT, text("{}"), refused=False),
    "number with its unit": cell(COUNT, text("{}人次"), refused=False),
    "number and space and unit": cell(COUNT, text("{} 人次"), refused=False),
    "amount with unit": cell(MONEY, text("{}元"), refused=False),
    "amount with ¥": cell(MONEY, text("¥{}"), refused=False),
    "amount in groups": cell(MONEY, lambda v, _: f"{v:,}", refused=False),
    "amount in 万元": cell(MONEY, lambda v, _: f"{v / 10000}万元", refused=False),
    "amount in 千元": cell(MONEY, lambda v, _: f"{v / 1000}千元", refused=False),
    "amount shown in 万元": cell(MONEY, lambda v, _: Raw(str(v / 10000), TEN_THOUSAND), refused=False),
    "amount shown in $": cell(MONEY, lambda v, _: Raw(str(v), DOLLAR), "E511"),
    "amount shown smaller": cell(MONEY, lambda v, _: Raw(str(v), TRICK), "E511"),
    "amount from a formula": cell(MONEY, lambda v, _: Raw(str(v), formula=True), refused=False),
    "formula without a value": cell(MONEY, lambda v, _: Raw("", formula=True), "E514"),
    "error in a cell": cell(MONEY, lambda v, _: Raw("#N/A", kind="e"), "E515"),
    "number in full width": cell(COUNT, full_width, "W522", refused=False),
    "groups of two": cell(MONEY, lambda v, _: f"{str(v)[:-2]},{str(v)[-2:]}", "E511"),
    "trailing group": cell(MONEY, lambda v, _: f"{v:,},5", "E511"),
    "underscores": cell(COUNT, lambda v, _: Raw(f"{v}_0"), "E511"),
    "about": cell(COUNT, text("约{}"), "E511"),
    "and more": cell(COUNT, text("{}余人次"), "E519"),
    "from to": cell(COUNT, text("{}-999"), "E511"),
    "plus": cell(COUNT, text("{}+5"), "E511"),
    "negative": cell(COUNT, text("-{}"), "E520"),
    "half a person": cell(COUNT, lambda v, _: Raw(f"{v}.5"), "E511"),
    "scientific": cell(COUNT, text("{}e1"), "E512"),
    "letter O": cell(COUNT, text("{}O"), "E519"),
    "another unit": cell(COUNT, text("{}场"), "E519"),
    "unknown unit": cell(MONEY, text("{}美元"), "E519"),
    "too many": cell(COUNT, text("{}000000"), "E520"),
    "a day for a number": cell(COUNT, lambda v, _: Raw("45000", DATE), "E511"),
    "minus zero": value_of(COUNT, lambda v, _: Raw("-0"), Decimal(0)),
    "blank": value_of(COUNT, lambda v, _: None, None),
    "blank and needed": value_of(NAME, lambda v, _: None, None, "W546"),
    "day as text": cell(DAY, day("{y}-{m}-{d}"), refused=False),
    "day in Chinese": cell(DAY, day("{y}年{m}月{d}日"), refused=False),
    "day spaced": cell(DAY, day("{y} 年 {m} 月 {d} 日"), refused=False),
    "day with dots": cell(DAY, day("{y}.{m}.{d}"), refused=False),
    "day in eight digits": cell(DAY, day("{y}{m:02}{d:02}"), refused=False),
    "day and clock": cell(DAY, day("{y}-{m}-{d} 14:30"), refused=False),
    "day and hours": cell(DAY, day("{y}/{m}/{d} 9:00-11:30"), refused=False),
    "day and no such clock": cell(DAY, day("{y}-{m}-{d} 25:00"), "E513"),
    "day and weekday": cell(DAY, weekday(0), refused=False),
    "day and wrong weekday": cell(DAY, weekday(3), "E513"),
    "space in the day": cell(DAY, day("{y}-{m}-1 9"), "E513"),
    "year in two digits": cell(DAY, day("{s}.{m}.{d}"), "E513"),
    "month only": cell(DAY, day("{y}.{m}"), "E513"),
    "no such day": cell(DAY, day("{y}-02-30"), "E513"),
    "day first": cell(DAY, day("{d}/{m}/{y}"), "E513"),
    "two days": cell(DAY, day("{y}-{m}-{d}至{d}日"), "E513"),
    "mixed separators": cell(DAY, day("{y}-{m}/{d}"), "E513"),
    "day without format": cell(DAY, lambda v, _: Raw(serial(v)), "W522", refused=False),
    "from 1904": in_1904(True),
    "from 1904 without format": in_1904(False),
    "hidden character": cell(NAME, text("{}\u200b"), "E516"),
    "radical": value_of(NAME, text("⼈才"), "人才", "W522"),
    "two lines": value_of(NAME, text("甲\n乙"), "甲\n乙"),
    "day for a name": value_of(NAME, lambda v, _: Raw("46082", DATE), "2026-03-01", "W522"),
    "long number for a name": cell(NAME, lambda v, _: Raw("350102199001011234"), "E525"),
    "zeros before a name": value_of(NAME, lambda v, _: Raw("123", ZEROS), "000123"),
    "tick": value_of(FREE, text("√"), True),
    "cross": value_of(FREE, text("无"), False),
    "perhaps": cell(FREE, text("大概"), "E510"),
    "one for yes": cell(FREE, lambda v, _: Raw("1"), "E510"),
    "head in 万元": scaled(10_000, head(MONEY, "经费（万元）")),
    "head in 千元": scaled(1_000, head(MONEY, "经费(千元)")),
    "head / 万元": scaled(10_000, head(MONEY, "经费/万元")),
    "head in lines": scaled(10_000, head(MONEY, "经费\n（万元）")),
    "head in 元": head(MONEY, "经费（元）"),
    "head with a note": head(COUNT, "服务人次（含线上，必填）"),
    "head in 美元": wrong(head(MONEY, "经费（美元）"), "E519"),
    "head in 场": wrong(head(COUNT, "服务人次（场）"), "E519"),
    "head per person": wrong(head(MONEY, "经费（元/人）"), "E519"),
    "sheet in 万元": scaled(10_000, line("单位：万元")),
    "title in 千元": scaled(1_000, line("2025年台账（单位：千元）")),
    "sheet in two units": scaled(10_000, line("单位：人次、万元")),
    "sheet in 美元": wrong(line("单位：美元"), "E519"),
    "sheet in two moneys": wrong(line("单位：元、万元"), "E519"),
    "foot in 万元": wrong(line("单位：万元", below=True), "E519"),
    "foot in 元": told(line("注：单位：元", below=True), "W543"),
    "another name": lambda d: head(NAME, ALIASES["活动名称"])(d),
    "name in spaces": head(COUNT, "服 务\n人 次"),
    "needed head misspelt": wrong(head(NAME, "活动名了"), "E541"),
    "head misspelt": misspelt,
    "head blank": blank_head,
    "head twice": wrong(head(FREE, "服务人次"), "E542"),
    "no head": no_head,
    "head under a record": late_head,
    "head again": head_again,
    "total": total("合计"),
    "total in the first column": total("总  计", DAY),
    "total with a day": total("3月小计", dated=True),
    "total without a name": total(""),
    "record twice": duplicate,
    "hidden row": mark("hidden"),
    "crossed-out row": mark("struck"),
    "hidden column": hide_column,
    "row twice in the file": row_twice,
    "two sheets": split(headed=True),
    "goes on elsewhere": split(headed=False),
    "half of it hidden": split(headed=True, hidden=True),
    "another sheet": beside("通讯录", [["姓名", "电话"], ["张三", "1"]], "W540"),
    "a summary": summary,
    "a copy": beside("表二", [], "E548", refused=True),
    "empty sheets": lambda d: d.others.extend([("Sheet2", [], False), ("Sheet3", [], False)]),
    "our own sheets": lambda d: d.others.extend(
        [
            ("填写说明", [["列", "填写", "必填", "说明"], ["活动日期", "日期", "是", ""]], False),
            ("选项", [["公益"], ["是"]], True),
        ]
    ),
    "CSV": as_csv(quoted),
    "CSV with tabs": as_csv(quoted, encoding="tab"),
    "CSV, one cell more": as_csv(lambda row: quoted([*row, "999"]), "E543", refused=True),
    "CSV, comma in a name": as_csv(lambda row: ",".join([row[0], "甲,乙", *row[2:]]), "E543", refused=True),
    "CSV, groups without quotes": as_csv(lambda row: ",".join([*row[:3], "1,234", row[4]]), "E543", refused=True),
    "CSV, groups in quotes": as_csv(lambda row: quoted([*row[:3], f"{Decimal(row[3]):,}", row[4]])),
    "CSV, quotes left open": as_csv(lambda row: '"' + ",".join(row), "E161", refused=True),
}


def habits(d: Draft) -> None:
    """What offices do to a sheet and no reader may mind."""
    dice = d.dice
    if dice.random() < 0.4:
        d.above.insert(0, [f"2025年甲社台账（{dice.choice(['一', '修订', '上报稿'])}）"])
    if dice.random() < 0.3:
        d.above.append(["填报单位：甲社", None, "填报日期：2026年1月8日"])
    if dice.random() < 0.3 and not d.fixed:
        d.heads.insert(0, "序号")
        for number, row in enumerate(d.rows, 1):
            row.insert(0, Decimal(number))
        for row in d.below:
            if len(row) > 1:
                row.insert(0, None)
    if dice.random() < 0.3 and not d.fixed:
        order = list(range(len(d.heads)))
        dice.shuffle(order)
        d.heads = [d.heads[i] for i in order]
        d.rows = [[row[i] for i in order] for row in d.rows]
    if dice.random() < 0.2 and not d.fixed:
        at = dice.randrange(len(d.rows))
        d.rows.insert(at, [])
        d.hidden = {row + (row >= at) for row in d.hidden}
    if dice.random() < 0.2 and not any("单位" in str(row[0]) for row in d.below if row):
        d.below.append(["填表人：张三", None, "审核人：李四"])


def xml(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, Raw):
        return value.xml()
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, Decimal):
        return f"<c><v>{value.normalize():f}</v></c>"
    if isinstance(value, date):
        return f'<c s="{DATE}"><v>{serial(value)}</v></c>'
    return f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def sheet(rows: Sequence[Sequence[Any]], hidden: Sequence[int] = (), cols: str = "", twice: int = -1) -> str:
    out = []
    for number, row in enumerate(rows, 1):
        flag = ' hidden="1"' if number in hidden else ""
        out += [f'<row r="{number}"{flag}>{"".join(map(xml, row))}</row>'] * (2 if number == twice else 1)
    return f"{cols}<sheetData>{''.join(out)}</sheetData>"


def write(d: Draft, folder: Path) -> Path:
    """The file of a draft."""
    if d.csv:
        path = folder / "台账.csv"
        path.write_bytes(d.csv.encode(d.dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])))
        return path
    before = len(d.above) + 2
    main = sheet(
        [*d.above, d.heads, *d.rows, *d.below],
        [row + before for row in d.hidden],
        d.cols,
        d.twice + before if d.twice >= 0 else -1,
    )
    found = parts(
        main,
        *(sheet(rows) for _, rows, _ in d.others),
        titles=[d.title, *(title for title, _, _ in d.others)],
        styles=STYLES,
        workbook='<workbookPr date1904="1"/>' if d.epoch_1904 else "",
    )
    book = str(found["xl/workbook.xml"])
    for title, _, hidden in d.others:
        if hidden:
            book = book.replace(f'<sheet name="{title}"', f'<sheet name="{title}" state="hidden"')
    path = folder / "台账.xlsx"
    path.write_bytes(packed(found | {"xl/workbook.xml": book}))
    return path


def judge(seed: int, folder: Path, name: str = "") -> tuple[str, str]:
    """The mutation of a seed (or the one named), and what went wrong with it; "" where nothing did."""
    dice = random.Random(seed)
    name = name or dice.choice(list(MUTATIONS))
    d = draft(dice)
    MUTATIONS[name](d)
    habits(d)
    path = write(d, folder)
    fact, problems = read_ledger([LedgerSource(path, path.name)], ACTIVITIES, SCOPE)
    said = {p.code for p in problems}
    rows = [list(row[:5]) for row in fact.value.rows] if fact and isinstance(fact.value, Table) else None
    if d.truth is None:
        return name, "" if rows is None and said & d.codes else f"not refused: {rows} {said}"
    if rows is None:
        return name, f"refused: {[p.message for p in problems]}"
    if rows != d.truth:
        return name, f"silently wrong: {rows} for {d.truth}, said {said}"
    return name, "" if d.codes <= said else f"not told: {d.codes - said}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    start, seen, wrong_ones = time.perf_counter(), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(given.seed * 10_000_000, given.seed * 10_000_000 + given.number):
            name, wrong = judge(seed, Path(folder))
            seen[name] += 1
            if wrong:
                wrong_ones += 1
                print(f"{seed} {name}: {wrong}"[:500])
    taken = time.perf_counter() - start
    print(f"{given.number} ledgers, {len(seen)} mutations, {wrong_ones} wrong, {taken:.0f} s")
    sys.exit(1 if wrong_ones else 0)


if __name__ == "__main__":
    main()
