"""The meaning of rules once more, as naively as can be: straight from the package's own expressions, over fractions.

Nothing is lowered, shared, folded or compiled here, no case is split, and only an aggregate has bounds, compared
directly. So what this knows, the program must know alike; what the program knows beyond it must survive every
completion.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise, permutations
from math import ceil, floor
from typing import Any

from engine.base.truth import Truth, and_, not_
from engine.language.functions import FUNCTIONS
from engine.language.tree import Call, Items, Literal, Name, Node, Table
from engine.language.types import by_record, expand
from engine.policy.package import Criterion, DecisionTable, Determination, Package, Score

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "≥": lambda a, b: a >= b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}
STRICT: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "−": lambda a, b: a - b,
    "×": lambda a, b: a * b,
    "÷": lambda a, b: a / b if b else None,
    "负": lambda a: -a,
    "较大": max,
    "较小": min,
    "向上取整": lambda a: Fraction(ceil(a)),
    "向下取整": lambda a: Fraction(floor(a)),
    "向上取整到": lambda a, b: Fraction(ceil(a / b)) * b if b > 0 else None,
    "向下取整到": lambda a, b: Fraction(floor(a / b)) * b if b > 0 else None,
    "四舍五入到": lambda a, b: (floor(abs(a) / b + Fraction(1, 2)) * (1 if a >= 0 else -1) * b) if b > 0 else None,
    "属于年度": lambda day, year: day.year == year,
    "年后": lambda day, years: _years_after(day, int(years)),
}


def _years_after(day: date, years: int) -> date | None:
    if not 1 <= day.year + years <= 9999:
        return None
    return date(day.year + years, day.month, min(day.day, monthrange(day.year + years, day.month)[1]))


def or_(values: Iterable[Truth]) -> Truth:
    return not_(and_(not_(value) for value in values))


def exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


def agreed(found: Sequence[Any]) -> Any:
    return found[0] if found and all(one == found[0] for one in found) else None


PICKING = ("查找", "首次", "末次", "第几次", "最长连续", "最大几项合计", "最小几项合计", "覆盖天数", "最多同时", "分摊")


def handed_out(pairs: Sequence[tuple[Any, bool]], total: Any, unit: Any) -> Any:
    """Coin by coin: each to whom most is owed of what the shares come to, whole coins that are owed before parts of one."""
    weights = [weight for weight, _ in pairs]
    if min(weights, default=0) < 0 or sum(weights) <= 0 or total % unit:
        return None
    owed = [Fraction(total) * weight / sum(weights) for weight in weights]
    given = [Fraction(0)] * len(owed)
    for _ in range(int(total / unit)):
        left = [due - had for due, had in zip(owed, given, strict=True)]
        whole = [place for place, due in enumerate(left) if due >= unit]
        given[whole[0] if whole else left.index(max(left))] += unit
    return sum((part for part, (_, counts) in zip(given, pairs, strict=True) if counts), Fraction(0))


def _sorted(order: Sequence[tuple[Any, bool]]) -> bool:
    return all(a[0] <= b[0] for a, b in pairwise(order))


def _longest(held: Sequence[bool]) -> int:
    return max((len(list(run)) for truth, run in groupby(held) if truth), default=0)


Env = tuple[tuple[str, Sequence[Any]], ...]
"""The records a condition is asked of, innermost first, each with what it is called."""


def _env(node: Call, row: Sequence[Any], around: Env) -> Env:
    first = node.args[0]
    return ((first.row if isinstance(first, Name) else "", row), *around)


class Reference:
    """The values of one case. `facts` may lack any name; `excuses` by criterion."""

    def __init__(self, package: Package, facts: Mapping[str, Any], excuses: Mapping[str, bool]) -> None:
        self.package, self.excuses = package, excuses
        self.facts = {name: exact(value) for name, value in facts.items()}
        self.known: dict[str, Any] = {}
        self.given: list[tuple[Node, Any]] = []

    def name(self, name: str) -> Any:
        """The value of a fact, parameter, derived quantity, table, score or determination."""
        if name not in self.known:
            given, self.given = self.given, []
            self.known[name] = self._name(name)
            self.given = given
        return self.known[name]

    def _name(self, name: str) -> Any:
        package = self.package
        if name in package.parameters:
            return exact(package.parameters[name].value)
        if name in package.derived:
            return self.value(package.derived[name].expression)
        if name in package.decision_tables:
            return self.table(package.decision_tables[name])
        if name in package.scores:
            return self.score(package.scores[name])
        if name in package.determinations:
            possible = self.possible(package.determinations[name])
            return possible[0] if len(set(possible)) == 1 else None
        return self.facts.get(name)

    # Rules

    def applies(self, criterion: Criterion) -> Any:
        return True if criterion.applies is None else self.value(criterion.applies)

    def met(self, criterion: Criterion) -> Any:
        met = self.value(criterion.requirement)
        return self.excuses.get(criterion.name) if met is False and criterion.strength == "一般应当" else met

    def passed(self, name: str) -> Any:
        criterion = self.package.criteria[name]
        return or_((not_(self.applies(criterion)), self.met(criterion)))

    def table(self, table: DecisionTable) -> Any:
        default = None if table.default is None else self.value(table.default)
        hits = [(and_(self.value(c) for c in row.conditions), self.value(row.output)) for row in table.rows]
        if table.hit == "累计":
            maybe, sure = [v for h, v in hits if h is None], [v for h, v in hits if h]
            if None in sure or None in maybe or any(maybe):
                return None
            return sum(sure) if sure else agreed([default, *maybe])
        if table.hit in ("最大", "最小"):
            pick, may = (max if table.hit == "最大" else min), [v for h, v in hits if h is not False]
            if None in may or (not any(h for h, _ in hits) and default is None):
                return None
            sure = [v for h, v in hits if h]
            return agreed([pick(sure), pick(may)]) if sure else agreed([*may, default])
        if table.hit == "首个":
            first = next((i for i, (hit, _) in enumerate(hits) if hit), len(hits))
            hits = hits[: first + 1]
        possible = [value for hit, value in hits if hit is not False]
        return agreed(possible if any(hit for hit, _ in hits) else [*possible, default])

    def score(self, score: Score) -> Any:
        parts = [self.item(score, item.name) for item in score.items]
        for bonus in score.bonuses:
            earned = self.value(bonus.when)
            parts.append(None if earned is None else self.value(bonus.mark) if earned else Fraction(0))
        if None in parts:
            return None
        total = sum(parts)
        cap = None if score.cap is None else self.value(score.cap)
        total = total if cap is None else min(total, cap)
        if score.places is None:
            return total
        scaled = abs(total) * 10**score.places
        return Fraction(floor(scaled + Fraction(1, 2)), 10**score.places) * (1 if total >= 0 else -1)

    def item(self, score: Score, name: str) -> Any:
        item = next(item for item in score.items if item.name == name)
        mark = None if item.mark is None else self.value(item.mark)
        weight: Any = Fraction(1)
        if item.weights and score.weighted_by is not None:
            member = self.value(score.weighted_by)
            weights = {key: self.value(node) for key, node in item.weights.items()}
            weight = agreed(list(weights.values())) if member is None else weights.get(member, weights.get("其他"))
        return None if mark is None or weight is None else mark * weight

    def band(self, score: Score) -> Any:
        total = self.name(score.name)
        for band in score.bands:
            holds = None if total is None or band.condition is None else self.value(band.condition)
            if holds is None:
                return None
            if holds:
                return band.name
        return None

    def possible(self, determination: Determination) -> list[str]:
        opened = True if determination.applies is None else self.value(determination.applies)
        found: list[str] = [] if opened else ["不适用"]
        if opened is False:
            return found
        if any(not i.accepted and determination.name in i.affects for i in self.package.inexpressible):
            return [*found, *(o.name for o in determination.outcomes), "未表达"]
        for outcome in determination.outcomes:
            holds = self.value(outcome.when) if outcome.when is not None else True
            found += [outcome.name] if holds is not False else []
            if holds:
                return found
        return [*found, determination.default.name if determination.default else "无结果"]

    # Expressions

    def value(self, node: Node, row: Env = ()) -> Any:
        for head, value in self.given:
            if head == node:
                return value
        match node:
            case Literal():
                return exact(node.value)
            case Name(kind="member"):
                return node.name
            case Name(kind="column"):
                return self._cell(node, row)
            case Name():
                return self.name(node.name)
            case Items():
                return [self.value(item, row) for item in node.items]
            case Call():
                return self.call(node, row)

    def _cell(self, node: Name, row: Env) -> Any:
        place = next((at for at, (called, _) in enumerate(row) if node.row and called == node.row), 0)
        if not row:
            return None
        computed = self.package.tables[node.table].computed.get(node.name)
        if computed is not None:
            return self.value(computed.expression, (("本行", row[place][1]), *row[place + 1 :]))
        return exact(row[place][1][self._place(node)])

    def _place(self, column: Name) -> int:
        return [one.name for one in self.package.tables[column.table].columns].index(column.name)

    def call(self, node: Call, row: Env) -> Any:
        function, args = node.function, node.args
        names = [arg.name for arg in args if isinstance(arg, Name)]
        if function in ("且", "或"):
            return (and_ if function == "且" else or_)(self.value(arg, row) for arg in args)
        if function == "非":
            return not_(self.value(args[0], row))
        if function == "若":
            truth, yes, no = (self.value(arg, row) for arg in args)
            return (yes if yes == no else None) if truth is None else yes if truth else no
        if function in ("已填", "未填"):
            return (self.value(args[0], row) is not None) is (function == "已填")
        if function in ("属于", "不属于"):
            value, items = (self.value(arg, row) for arg in args)
            found = None if value is None else True if value in items else None if None in items else False
            return found if function == "属于" else not_(found)
        if function in COMPARE:
            return self._compared(COMPARE[function], self.ends(args[0], row), self.ends(args[1], row))
        if function == "套用":
            table, given = self.package.decision_tables[names[0]], self.given
            values = [self.value(arg, row) for arg in args[1:]]
            self.given = list(zip(table.inputs, values, strict=True))
            found = self.table(table)
            self.given = given
            return found
        if function in STRICT:
            values = [self.value(arg, row) for arg in args]
            return None if None in values else STRICT[function](*values)
        if function in ("满足", "适用", "全部满足", "任一未满足", "未满足项数", "满足项数", "结论", "等次", "分项得分"):
            return self._read(function, names)
        return self._aggregate(node, row)

    def _read(self, function: str, names: Sequence[str]) -> Any:
        package = self.package
        if function == "结论":
            return self.name(names[0])
        if function == "等次":
            return self.band(package.scores[names[0]])
        if function == "分项得分":
            return self.item(package.scores[names[0]], names[1])
        if function in ("满足", "适用"):
            criterion = package.criteria[names[0]]
            opened = self.applies(criterion)
            return opened if function == "适用" else and_((opened, self.met(criterion)))
        if function == "满足项数":
            criteria = [self.package.criteria[name] for name in self._counting(names)]
            met = [and_((self.applies(one), self.met(one))) for one in criteria]
            return None if None in met else Fraction(met.count(True))
        passed = [self.passed(name) for name in self._counting(names)]
        if function == "未满足项数":
            return None if None in passed else Fraction(passed.count(False))
        return and_(passed) if function == "全部满足" else not_(and_(passed))

    def _counting(self, names: Sequence[str]) -> dict[str, None]:
        criteria = self.package.criteria
        groups = {g: [n for n in inside if criteria[n].strength != "鼓励"] for g, inside in self.package.groups.items()}
        return dict.fromkeys(one for name in names for one in groups.get(name, [name]))

    # Aggregates, as (lowest, highest)

    def ends(self, node: Node, row: Env) -> tuple[Any, Any]:
        if isinstance(node, Call) and node.function in ("计数", "合计", "逐月最少"):
            return self._bounds(node, row)
        if isinstance(node, Call) and node.function == "未满足项数":
            names = [arg.name for arg in node.args if isinstance(arg, Name)]
            passed = [self.passed(name) for name in self._counting(names)]
            return Fraction(passed.count(False)), Fraction(passed.count(False) + passed.count(None))
        value = self.value(node, row)
        return value, value

    def _compared(self, holds: Callable[[Any, Any], bool], left: tuple[Any, Any], right: tuple[Any, Any]) -> Any:
        """True or False where it comes out so at every end, and a value in between cannot differ."""
        ends = [(a, b) for a in left for b in right]
        if all(None not in pair for pair in ends):
            found = {holds(a, b) for a, b in ends}
            exact_ = left[0] == left[1] and right[0] == right[1]
            apart = left[1] < right[0] or left[0] > right[1]
            equality = holds in (COMPARE["="], COMPARE["≠"])
            return found.pop() if len(found) == 1 and (exact_ or apart or not equality) else None
        return self._half_open(holds, left, right)

    def _half_open(self, holds: Callable[[Any, Any], bool], left: tuple[Any, Any], right: tuple[Any, Any]) -> Any:
        if left[0] is not None and right[1] is not None and left[0] > right[1]:
            return holds(1, 0)
        if left[1] is not None and right[0] is not None and left[1] < right[0]:
            return holds(0, 1)
        if left[0] is not None and left[0] == right[1] and holds(1, 0) and holds(0, 0):
            return True
        if left[0] is not None and left[0] == right[1] and not holds(1, 0) and not holds(0, 0):
            return False
        if left[1] is not None and left[1] == right[0] and holds(0, 1) and holds(0, 0):
            return True
        if left[1] is not None and left[1] == right[0] and not holds(0, 1) and not holds(0, 0):
            return False
        return None

    def _aggregate(self, node: Call, around: Env) -> Any:
        function = node.function
        if function in ("计数", "合计", "逐月最少"):
            low, high = self._bounds(node, around)
            return low if low is not None and low == high else None
        if function == "全部":
            inside = self._table(node)
            return None if inside is None else and_(self.value(node.args[1], _env(node, r, around)) for r in inside)
        if function in PICKING:
            return self._picked(node, around)
        records = self._records(node, around)
        if function in ("存在", "不存在"):
            truth = None if records is None else or_(truth for _, truth in records)
            return truth if function == "存在" else not_(truth)
        if not records or any(truth is None for _, truth in records):
            return None
        worked = node.args[1] if by_record(FUNCTIONS[function].parameters, node.args) else node.args[0]
        cells = [self.value(worked, row) for row, _ in records]
        if None in cells:
            return None
        return {"最大": max, "最小": min, "平均": lambda found: Fraction(sum(found), len(found))}[function](cells)

    def _table(self, node: Call) -> Sequence[Any] | None:
        first = node.args[0]
        assert isinstance(first, Name)
        table = self.facts.get(first.table or first.name)
        return table.rows if isinstance(table, Table) else None

    def _records(self, node: Call, around: Env, condition: Node | None = None) -> list[tuple[Env, Any]] | None:
        """Records with the truth of their condition, those for which it is false left out."""
        table = self._table(node)
        rows = None if table is None else [_env(node, row, around) for row in table]
        if condition is None:
            patterns = expand(FUNCTIONS[node.function].parameters, node.args) or ()
            condition = next((arg for arg, p in zip(node.args, patterns, strict=True) if p == "条件"), None)
        tested = ((row, True if condition is None else self.value(condition, row)) for row in rows or ())
        return None if rows is None else [(row, truth) for row, truth in tested if truth is not False]

    def _bounds(self, node: Call, around: Env) -> tuple[Any, Any]:
        args = list(node.args)
        if node.function != "逐月最少":
            records = self._records(node, around)
            worked = args[1] if by_record(FUNCTIONS[node.function].parameters, args) else args[0]
            amounts = None if node.function == "计数" else worked
            return self._summed(None if records is None else [(row, truth, True) for row, truth in records], amounts)
        start, end, rest = self.value(args[1], around), self.value(args[2], around), args[3:]
        amounts = rest.pop(0) if rest and rest[0].type is not None and rest[0].type.kind == "number" else None
        records = self._records(node, around, rest[0] if rest else Literal(True, "是"))
        if records is None:
            return self._summed(None, amounts)
        months = range(start.year * 12 + start.month, end.year * 12 + end.month + 1)
        totals = []
        for month in months:
            inside = []
            for row, truth in records:
                day = self.value(args[0], row)
                if day is None or day.year * 12 + day.month == month:
                    inside.append((row, truth, day is not None))
            totals.append(self._summed(inside, amounts))
        lows, highs = [low for low, _ in totals], [high for _, high in totals if high is not None]
        return None if None in lows else min(lows), min(highs, default=None)

    def _summed(self, records: list[tuple[Any, Any, bool]] | None, amounts: Node | None) -> tuple[Any, Any]:
        """Of (record, truth, whether it certainly belongs here)."""
        rising = amounts is None or self._rising(amounts)
        if records is None:
            return (Fraction(0), None) if rising else (None, None)
        low: Any = Fraction(0)
        high: Any = Fraction(0)
        for row, truth, here in records:
            cell = Fraction(1) if amounts is None else self.value(amounts, row)
            if cell is None or truth is None or not here:
                low, high = (low, high) if rising else (None, None)
            elif low is not None:
                low += cell
            added = cell if cell is None or (truth and here) else max(cell, Fraction(0))
            high = None if added is None or high is None else high + added
        return low, high

    def _picked(self, node: Call, around: Env) -> Any:
        """Of records that are known throughout; of others nothing is said here."""
        records, args = self._records(node, around), node.args
        if records is None or any(truth is None for _, truth in records):
            return None
        rows, by = [row for row, _ in records], by_record(FUNCTIONS[node.function].parameters, args)
        columns = [args[1] if by else args[0], args[2 if by else 1]]
        first = [self.value(columns[0], row) for row in rows]
        if None in first:
            return None
        if node.function == "查找":
            return agreed(first)
        if node.function in ("最大几项合计", "最小几项合计"):
            return sum(sorted(first, reverse=node.function == "最大几项合计")[: int(self.value(columns[1], around))])
        second = [self.value(columns[1], row) for row in rows]
        if None in second:
            return None
        pairs = list(zip(first, second, strict=True))
        if node.function == "分摊":
            return handed_out(pairs, self.value(args[2], around), self.value(args[3], around))
        if node.function == "最长连续":
            runs = [_longest([held for _, held in order]) for order in permutations(pairs) if _sorted(order)]
            return Fraction(runs[0]) if len(set(runs)) == 1 else None
        if node.function in ("覆盖天数", "最多同时"):
            days = [{a + timedelta(n) for n in range((b - a).days + 1)} for a, b in pairs]
            if node.function == "最多同时":
                return Fraction(max((sum(day in one for one in days) for day in set().union(*days)), default=0))
            start, end = (self.value(arg, around) for arg in args[2:4])
            return Fraction(sum(start <= day <= end for day in set().union(*days)))
        orders = sorted(second, reverse=node.function == "末次")
        place = int(self.value(args[3 if by else 2], around)) if node.function == "第几次" else 1
        return agreed([cell for cell, at in pairs if at == orders[place - 1]]) if len(orders) >= place else None

    def _rising(self, column: Node) -> bool:
        if not isinstance(column, Name) or column.name in self.package.tables[column.table].computed:
            return False
        found = next(one for one in self.package.tables[column.table].columns if one.name == column.name)
        return found.low is not None and found.low >= 0
