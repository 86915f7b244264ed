"""Short ways to parse, check and run sentences over the vocabulary of the clubs' office (`clubs.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.base.calendar import Calendar
from engine.base.problem import Problem, Span
from engine.language import keys
from engine.language.check import check
from engine.language.lexer import Lexicon, Sentence
from engine.language.parser import parse_expression
from engine.language.printer import print_node
from engine.language.tree import BOOL, Node, Scope, Symbol, Table, Type, Value
from engine.lowered.closures import Context, compile_node, why_unknown
from engine.lowered.expressions import Expressions, as_written
from engine.policy.dated import Dated
from engine.policy.package import DecisionTable, Parameter, TableRow
from tests.worlds import clubs
from tests.worlds.clubs import number

PARAMETERS = {"活动场次下限": number("场"), "整改期限": number("工作日")}
ENUMS = {
    **clubs.ENUMS,
    "结论：准入审查": ("准予", "不予"),
    "等次：年度得分": ("优秀", "合格", "不合格"),
    "分项：年度得分": ("活动成效", "场地建设"),
}
FACTS = {fact.name: fact.type for fact in clubs.FACTS}
RECORDED = ("活动日期", "服务人次", "级别", "已核实", "增减")
COLUMNS = {column.name: column.type for column in clubs.ACTIVITIES.columns if column.name in RECORDED}
OTHERS = {
    "活动台账": ("table", Type("table", name="活动台账")),
    "场地条件": ("criterion", BOOL),
    "规模条件": ("criterion", BOOL),
    "准入条件": ("group", Type("group")),
    "准入审查": ("determination", Type("determination", name="准入审查")),
    "年度得分": ("score", number("分")),
    "奖励标准": ("decision-table", number("元")),
}
SCOPE = Scope(
    symbols={
        **{name: Symbol(name, "fact", type_) for name, type_ in FACTS.items()},
        **{name: Symbol(name, "parameter", type_) for name, type_ in PARAMETERS.items()},
        **{name: Symbol(name, kind, type_) for name, (kind, type_) in OTHERS.items()},
        "奖励标准": Symbol(
            "奖励标准", "decision-table", number("元"), None, (Type("enum", name="级别项"), number("人次"))
        ),
    },
    columns={"活动台账": {name: Symbol(name, "column", type_) for name, type_ in COLUMNS.items()}},
    enums=ENUMS,
    members={m: tuple(e for e in ENUMS if m in ENUMS[e]) for members in ENUMS.values() for m in members},
    units=clubs.UNITS,
)
LEXICON = Lexicon(SCOPE)
CRITERIA = ("场地条件", "规模条件")
GROUPS = {"准入条件": CRITERIA}
SLOTS = {
    name: index
    for index, name in enumerate(
        (
            *SCOPE.symbols,
            *(part(name) for name in CRITERIA for part in (keys.applies, keys.passed, keys.met)),
            keys.band("年度得分"),
            *(key("年度得分", item) for key in (keys.item, keys.rate) for item in ENUMS["分项：年度得分"]),
            *(keys.filled(name) for name in (*FACTS, *PARAMETERS, "活动台账")),
        )
    )
}
CALENDAR = Calendar("空", ())
CONTEXT = Context(
    SLOTS, CALENDAR, columns={"活动台账": tuple(COLUMNS)}, cells={("活动台账", "服务人次"): (Decimal(0), None)}
)


def _record(
    day: str | None, people: int | None, level: str = "市级", checked: bool | None = True, change: int | None = 1
) -> tuple[Value, ...]:
    return (
        date.fromisoformat(day) if day else None,
        Decimal(people) if people is not None else None,
        level,
        checked,
        Decimal(change) if change is not None else None,
    )


def table(*records: tuple[Value, ...]) -> Table:
    return Table(tuple(COLUMNS), records)


TABLES = {
    "空表": table(),
    "三条": table(
        _record("2026-01-05", 30), _record("2026-01-20", 50, "省级", False), _record("2026-03-02", 40, "国家级")
    ),
    "缺人次": table(_record("2026-01-05", 30), _record("2026-02-20", None), _record("2026-03-02", 40)),
    "缺日期": table(_record("2026-01-05", 30), _record(None, 50)),
    "缺增减": table(_record("2026-01-05", 30, change=5), _record("2026-02-20", 50, change=None)),
    "缺核实": table(_record("2026-01-05", 30, checked=None), _record("2026-02-20", 50)),
}


OVER_TIME = {
    "活动场次下限": Parameter(
        "活动场次下限",
        number("场"),
        None,
        dated=(
            Dated(Decimal(6), date(2020, 1, 1), date(2025, 12, 31)),
            Dated(Decimal(12), date(2026, 1, 1), None),
        ),
    )
}


def source(text: str) -> Sentence:
    return Sentence(text, lambda start, end: Span("规则.yaml", 1, start + 1, 1, end + 1))


def attempt(text: str, expected: Type | None = None) -> tuple[Node | None, list[Problem]]:
    """Parse and check."""
    node, problems = parse_expression(source(text), LEXICON)
    if node is None:
        return None, problems
    return check(node, SCOPE, expected)


def typed(text: str) -> Node:
    node, problems = attempt(text)
    assert node is not None
    assert not problems, [(p.code, p.message) for p in problems]
    return node


def _rows() -> DecisionTable:
    """奖励标准: 国家级 5000元, from 40人次 on 8000元, 省级 3000元, 其他 1000元."""
    inputs = (typed("项目级别"), typed("线上人次"))
    rows = [
        ("项目级别为国家级且线上人次不少于40人次", "8000元"),
        ("项目级别为国家级", "5000元"),
        ("项目级别为省级", "3000元"),
    ]
    found = tuple(TableRow((typed(condition),), typed(output)) for condition, output in rows)
    return DecisionTable("奖励标准", number("元"), None, "首个", inputs, found, typed("1000元"))


def lowered(node: Node) -> Node:
    return Expressions(GROUPS, parameters=OVER_TIME, tables=TABLES_OF_RULES).lowered(node)


def values_of(facts: Mapping[str, Value]) -> list[Value]:
    """Slot values; of a criterion 是, 否, 不适用 or unknown."""
    values: list[Value] = [None] * len(SLOTS)
    for name, value in facts.items():
        if name in CRITERIA:
            values[SLOTS[keys.passed(name)]] = True if value == "不适用" else value
            values[SLOTS[keys.met(name)]] = False if value == "不适用" else value
        else:
            values[SLOTS[name]] = value
    for key, slot in SLOTS.items():
        if keys.is_presence(key):
            values[slot] = values[SLOTS[keys.named_by(key)]] is not None
    return values


def run(node: Node, facts: Mapping[str, Value]) -> Value:
    value: Value = compile_node(lowered(node), CONTEXT)(values_of(facts), None)
    return value


def why(node: Node, facts: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Calls that are unknown although what they rest on is known, and why."""
    return [
        (print_node(as_written(call)), reason) for call, reason in why_unknown(lowered(node), CONTEXT, values_of(facts))
    ]


def evaluate(text: str, facts: Mapping[str, Value]) -> Value:
    return run(typed(text), facts)


def underlined(text: str, problem: Problem) -> str:
    place = problem.place
    assert isinstance(place, Span)
    return text[place.column - 1 : place.end_column - 1]


TABLES_OF_RULES = {"奖励标准": _rows()}
