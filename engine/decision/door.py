"""The door: what a case must be before anything is decided by it, whoever made it. Pure.

A case read from files or data is typed on the way; one that a program has put together, or changed, is not. Here every
fact is known, of its declared type, in base units and within its range, every record as wide as its table, and the case
is of the day the rules were resolved for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from engine.base.identifiers import objection
from engine.base.numbers import Number
from engine.base.problem import Place, Problem
from engine.base.text import did_you_mean, find_hidden
from engine.decision.case import Case, Fact, Finding
from engine.decision.facts import facts_digest
from engine.decision.model import Decision
from engine.decision.relations import inconsistencies
from engine.language.printer import show_value
from engine.language.tree import Scope, Table
from engine.policy.package import AS_OF, Field, Package, RecordTable

_KINDS: Mapping[str, tuple[tuple[type, ...], str, str]] = {
    "bool": ((bool,), "E510", "True 或 False"),
    "number": ((Decimal, Fraction), "E511", "Decimal"),
    "date": ((date,), "E513", "date"),
    "time": ((time,), "E521", "time"),
    "text": ((str,), "E505", "文字"),
    "enum": ((str,), "E518", "可选的词之一"),
}
"""Kind of a declared type -> the classes of its values, the problem of another, and what is asked for."""


def objections(package: Package, case: Case) -> list[Problem]:
    """Why the case cannot be decided under the rules: E704 the day, E501 E502 names, E505 E510 E511 E513 E516 E518 E520 E521 E526
    values, E530 E531 findings, E559 facts beside each other, E541 records of another shape, E553 excuses."""
    found = [
        *_day(package, case),
        *(problem for name, fact in case.facts.items() for problem in _fact(package, case, name, fact)),
        *(problem for name, fact in case.excuses.items() for problem in _excuse(package, case, name, fact)),
    ]
    return found or [one.problem for one in inconsistencies(package, case)]


def unknown_determination(package: Package, name: str) -> list[Problem]:
    """E701 where the package has no such determination."""
    if name in package.determinations:
        return []
    help_ = did_you_mean(name, package.determinations) or f"可用：{'、'.join(package.determinations)}"
    return [Problem("E701", f"没有决定 `{name}`", help=help_)]


def strangers(package: Package, case: Case, decisions: Sequence[Decision]) -> list[Problem]:
    """E705 for every decision that rests on another case, on other facts of it or on other rules: a letter would say of
    one what was decided of the other."""
    facts = facts_digest(case)
    problems = []
    for decision in decisions:
        basis = decision.basis
        other = [
            what
            for what, same in (
                ("案件", decision.case == case.id),
                ("事实", dict(basis.facts).get(case.id) == facts),
                ("规则", (basis.rules, basis.as_of) == (package.digest, case.as_of)),
            )
            if not same
        ]
        if other:
            message = f"`{decision.determination}` 是案件 `{decision.case}` 的决定，{'、'.join(other)}与案件 `{case.id}` 现在的不同"
            problems.append(Problem("E705", message, help="对这个案件重新作决定，再拟文书"))
    return problems


def _day(package: Package, case: Case) -> Iterator[Problem]:
    if case.as_of != package.as_of:
        message = f"案件 `{case.id}` 的基准日是 {case.as_of}，规则是 {package.as_of} 的版本"
        yield Problem("E704", message, help="按案件的基准日重新载入规则")


def _fact(package: Package, case: Case, name: str, fact: Fact) -> Iterator[Problem]:
    field, table = package.facts.get(name), package.tables.get(name)
    if table is not None:
        yield from unfit_records(package.scope, table, fact, fact.place or case.place_of("记录", name))
        return
    place = fact.place or case.place_of("事实", name)
    if field is None or field.formal or name == AS_OF:
        known = (other for other, one in package.facts.items() if other != AS_OF and not one.formal)
        help_ = did_you_mean(name, (*known, *package.tables)) or "删去这一项"
        yield Problem("E501", f"没有名为 `{name}` 的事实", place, help_)
        return
    yield from _value(package.scope, field, fact.value, f"`{name}`", place)
    if field.finding:
        yield from _finding(name, fact.finding, place)


def _finding(name: str, finding: Finding | None, place: Place) -> Iterator[Problem]:
    if not isinstance(finding, Finding):
        yield Problem("E531", f"`{name}` 是判断，要写明谁在何时为何作出", place, "补上 Finding(人, 日期, 理由)")
        return
    whole = finding.person and finding.reasons and _is(finding.on, (date,))
    if not whole or not isinstance(finding.person, str) or not isinstance(finding.reasons, str):
        yield Problem("E530", f"`{name}` 的判断缺少人、日期或理由", place, "补全后才算数")


def _excuse(package: Package, case: Case, name: str, fact: Fact) -> Iterator[Problem]:
    place = fact.place or case.place_of("例外理由", name)
    general = [c.name for c in package.criteria.values() if c.strength == "一般应当"]
    if name not in general:
        help_ = did_you_mean(name, general) or "只有强度为 `一般应当` 的准则可以写例外理由"
        yield Problem("E553", f"`{name}` 不能写例外理由", place, help_)
    elif not isinstance(fact.value, bool):
        yield Problem("E510", f"`{name}` 的例外理由不是是或否", place, "写 True 或 False")
    else:
        yield from _finding(name, fact.finding, place)


def unfit_records(scope: Scope, table: RecordTable, fact: Fact, place: Place) -> Iterator[Problem]:
    """What of the records is not as the table is declared; `place`: of those that tell no place of their own."""
    columns = tuple(column.name for column in table.columns)
    found = fact.value
    if not isinstance(found, Table):
        yield Problem("E502", f"`{table.name}` 是记录表，值应是 Table", place, f"列依次是 {'、'.join(columns)}")
        return
    if tuple(found.columns) != columns or any(len(row) != len(columns) for row in found.rows):
        yield Problem("E541", f"`{table.name}` 的列与词汇表不同", place, f"列依次是 {'、'.join(columns)}")
        return
    yield from repeated(table, fact, place)
    for number, row in enumerate(found.rows):
        for column, cell in zip(table.columns, row, strict=True):
            if cell is not None:
                where = fact.places.get(number) or fact.cell(number, column.name) or place
                yield from _value(scope, column, cell, f"`{table.name}` 第 {number + 1} 条的 `{column.name}`", where)


def repeated(table: RecordTable, fact: Fact, place: Place) -> Iterator[Problem]:
    """E558 for each record whose key another has already."""
    if not isinstance(fact.value, Table):
        return
    key = "、".join(table.unique)
    for number, first in table.repeated(fact.value):
        message = f"`{table.name}` 第 {number + 1} 条与第 {first + 1} 条的{key}相同"
        where = fact.places.get(number) or fact.cell(number, table.unique[0]) or place
        yield Problem("E558", message, where, "是同一件事的只留一条；不是的，核对写错的一处")


def _is(value: object, classes: tuple[type, ...]) -> bool:
    """Of one of the classes; True is no number, an instant no day."""
    if isinstance(value, datetime) or (isinstance(value, bool) and bool not in classes):
        return False
    return isinstance(value, classes)


def _value(scope: Scope, field: Field, value: object, called: str, place: Place) -> Iterator[Problem]:
    if value is None:
        return
    classes, code, wanted = _KINDS[field.type.kind]
    if not _is(value, classes):
        yield Problem(
            code, f"{called} 的值是 {type(value).__name__}，应是 {wanted}", place, "交来的值类型要与词汇表一致"
        )
    elif field.type.kind == "enum":
        members = scope.enums.get(field.type.name, ())
        if value not in members:
            help_ = did_you_mean(str(value), members) or f"可写 {'、'.join(members)}"
            yield Problem("E518", f"{called} 的 `{value}` 不在可选的词内", place, help_)
    elif isinstance(value, str) and (hidden := find_hidden(value)):
        yield Problem("E516", f"{called} 有不允许的字符 `{hidden[1]}`", place, "删去该字符")
    elif isinstance(value, str) and field.identifier and (wrong := objection(field.word, value)):
        yield Problem("E526", f"{called} 的 `{value}` 不是{field.word}：{wrong}", place, "对照原件核对")
    elif isinstance(value, Decimal | Fraction):
        yield from _number(field, value, called, place)


def _number(field: Field, value: Number, called: str, place: Place) -> Iterator[Problem]:
    if isinstance(value, Decimal) and not value.is_finite():
        yield Problem("E511", f"{called} 的值是 {value}，不是数字", place, "不清楚就不写这一项")
        return
    shown = show_value(value, field.type, field.unit)
    if field.whole and value != int(value):
        yield Problem("E511", f"{called} 的 `{shown}` 不是整数", place, "只填整数")
    if field.money and value * 100 % 1:
        yield Problem("E511", f"{called} 的 `{shown}` 不是整分", place, "金额写到分为止")
    low, high = field.bounds
    if (low is not None and value < low) or (high is not None and value > high):
        yield Problem("E520", f"{called} 的 `{shown}` 超出范围", place, "核对后重新填写，以基本单位计")
