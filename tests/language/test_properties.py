"""Laws: printing and parsing are inverse, Kleene's logic holds, knowing more never flips what was known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.base.calendar import add_months
from engine.base.problem import Span
from engine.language import values
from engine.language.check import check
from engine.language.functions import FUNCTIONS
from engine.language.lexer import lex
from engine.language.parser import parse_cell, parse_expression
from engine.language.printer import print_node
from engine.language.row import NEVER
from engine.language.tree import Call, Items, Literal, Name, Node, Table, Value
from engine.language.walk import nodes
from engine.language.wording import parse_template
from tests.sizes import examples
from tests.worlds.sentences import COLUMNS, ENUMS, LEXICON, SCOPE, attempt, number, run, source, table, typed, why

BOOLS, PEOPLE, SESSIONS = ("独立场地", "已签租约"), ("线上人次", "线下人次"), ("活动场次", "活动场次下限")
Trees = st.SearchStrategy[Node]


def names(*options: str) -> Trees:
    return st.sampled_from([Name(option) for option in options])


def call(function: str, *args: Trees) -> Trees:
    return st.tuples(*args).map(lambda found: Call(function, found))


def quantity(unit: str) -> Trees:
    return st.integers(-30, 60).map(lambda n: Literal(Decimal(n), f"{n}{unit}", None, number(unit)))


def days() -> Trees:
    return st.integers(0, 800).map(lambda n: _day(date(2025, 1, 1) + timedelta(n)))


def _day(day: date) -> Node:
    return Literal(day, day.isoformat())


@cache
def numbers(depth: int, unit: str, of: tuple[str, ...], inside: bool) -> Trees:
    """Numbers in `unit`; `inside` a record's condition."""
    leaves = names(*of, "服务人次") if inside and unit == "人次" else names(*of)
    leaf = leaves | quantity(unit)
    if not depth:
        return leaf
    deeper = numbers(depth - 1, unit, of, inside)
    plain = st.integers(-3, 5).map(lambda n: Literal(Decimal(n), str(n)))
    negated = deeper.filter(lambda node: not isinstance(node, Literal)).map(lambda node: Call("负", (node,)))
    options = [
        leaf,
        negated,
        call("+", deeper, deeper),
        call("−", deeper, deeper),
        call("×", deeper, plain),
        call("÷", deeper, plain),
        call("较大", deeper, deeper),
        *([call("当日值", st.just(Name("活动场次下限")), days())] if unit == "场" else []),
        call("若", truths(depth - 1, inside), deeper, deeper),
        call("四舍五入", deeper, st.just(Literal(Decimal(1), "1"))),
    ]
    return st.deferred(lambda: st.one_of(*options))


@cache
def counts(depth: int) -> Trees:
    """Calls over the table."""
    condition = truths(depth - 1, True)
    column, day = st.just(Name("服务人次", "活动台账")), st.just(Name("活动日期", "活动台账"))
    records, year = st.just(Name("活动台账")), st.just(_day(date(2026, 6, 30)))
    start = st.just(_day(date(2026, 1, 1)))
    return st.one_of(
        call("计数", records),
        call("计数", records, condition),
        call("合计", column, condition),
        call("最大", column),
        call("平均", column, condition),
        call("逐月最少", day, start, year),
        call("合计", records, numbers(1, "人次", PEOPLE, True)),
        call("最大", records, numbers(1, "人次", PEOPLE, True), condition),
        call("查找", column, condition),
        call("末次", column, day),
        call("首次", records, numbers(1, "人次", PEOPLE, True), day, condition),
        call("第几次", column, day, st.just(Literal(Decimal(2), "2"))),
        call("最大几项合计", column, st.just(Literal(Decimal(2), "2")), condition),
        call("逐月最少", day, start, year, column, condition),
        call("逐月最少", day, start, year, condition),
    )


@cache
def dates(depth: int, inside: bool) -> Trees:
    leaf = names("成立日期", "送达日", *(["活动日期"] if inside else [])) | days()
    if not depth:
        return leaf
    deeper = dates(depth - 1, inside)
    months = st.integers(0, 40).map(lambda n: Literal(Decimal(n), f"{n}个月", None, number("月")))
    return st.one_of(leaf, call("月后", deeper, months), call("月末", deeper), call("较小", deeper, deeper))


@cache
def truths(depth: int, inside: bool = False) -> Trees:
    leaf = names(*BOOLS, *(["已核实"] if inside else []))
    if depth <= 0:
        return leaf | st.booleans().map(lambda b: Literal(b, "是" if b else "否"))
    deeper = truths(depth - 1, inside)
    comparison = st.sampled_from(["≥", "≤", ">", "<", "=", "≠"])
    people, sessions = numbers(depth - 1, "人次", PEOPLE, inside), numbers(depth - 1, "场", SESSIONS, inside)
    members = st.lists(st.sampled_from([Name(m) for m in ENUMS["机构类型项"]]), min_size=1, max_size=3)
    options = [
        leaf,
        st.lists(deeper, min_size=2, max_size=3).map(lambda found: Call("且", tuple(found))),
        st.lists(deeper, min_size=2, max_size=3).map(lambda found: Call("或", tuple(found))),
        call("非", deeper),
        call("若", deeper, deeper, deeper),
        call("=", deeper, deeper),
        st.tuples(comparison, people, people).map(lambda c: Call(c[0], c[1:])),
        st.tuples(comparison, sessions, sessions).map(lambda c: Call(c[0], c[1:])),
        st.tuples(comparison, dates(depth - 1, inside), dates(depth - 1, inside)).map(lambda c: Call(c[0], c[1:])),
        members.map(lambda found: Call("属于", (Name("机构类型"), Items(tuple(found))))),
        call("属于年度", dates(depth - 1, inside), st.just(Literal(Decimal(2026), "2026年", None, number("年")))),
    ]
    if not inside:
        people_count = numbers(0, "人次", PEOPLE, False)
        tallies = counts(depth)
        options += [
            st.tuples(comparison, tallies, people_count).map(lambda c: Call(c[0], c[1:])),
            st.tuples(comparison, people_count, tallies).map(lambda c: Call(c[0], c[1:])),
            st.tuples(comparison, call("合计", st.just(Name("增减", "活动台账")), truths(depth - 1, True))).map(
                lambda c: Call(c[0], (c[1], Name("人数")))
            ),
            call("存在", st.just(Name("活动台账")), truths(depth - 1, True)),
            st.tuples(st.sampled_from(["存在", "计数", "全部"]), truths(depth - 1, True), comparison).map(_nested),
            call("全部", st.just(Name("活动台账")), truths(depth - 1, True)),
            st.sampled_from(["满足", "适用"]).map(lambda f: Call(f, (Name("场地条件"),))),
            st.sampled_from(["全部满足", "任一未满足"]).map(lambda f: Call(f, (Name("准入条件"), Name("规模条件")))),
            st.tuples(comparison, st.integers(0, 2)).map(
                lambda c: Call(c[0], (Call("未满足项数", (Name("准入条件"),)), Literal(Decimal(c[1]), str(c[1]))))
            ),
        ]
    return st.deferred(lambda: st.one_of(options))


def _nested(of: tuple[str, Node, str]) -> Node:
    """Records that look at other records of their table."""
    function, inner, comparison = of
    beyond = Call(comparison, (Name("服务人次"), Name("服务人次", "子")))
    joined = Call("=", (Name("级别"), Name("级别", "子")))
    about = Call("且", (Call("存在", (Name("活动台账"), Call("且", (joined, beyond, inner)))), inner))
    found = Call(function, (Name("活动台账", row="子"), about))
    return Call("≥", (found, Literal(Decimal(1), "1"))) if function == "计数" else found


def checked(node: Node) -> Node:
    found, problems = check(node, SCOPE)
    assert not problems, (print_node(node), [(p.code, p.message) for p in problems])
    return found


TRUTHS = truths(3).map(checked)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


RECORDS = st.lists(
    st.tuples(
        optional(st.integers(0, 300).map(lambda n: date(2025, 11, 1) + timedelta(n))),
        optional(st.integers(0, 60).map(Decimal)),
        optional(st.sampled_from(ENUMS["级别项"])),
        optional(st.booleans()),
        optional(st.integers(-20, 20).map(Decimal)),
    ),
    max_size=4,
).map(lambda records: table(*records))
FACTS: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.booleans() for name in (*BOOLS, "适用：场地条件")},
    **{name: st.integers(-5, 60).map(Decimal) for name in (*PEOPLE, *SESSIONS, "人数")},
    **{name: st.integers(0, 800).map(lambda n: date(2025, 1, 1) + timedelta(n)) for name in ("成立日期", "送达日")},
    **{name: st.sampled_from([True, False, "不适用"]) for name in ("场地条件", "规模条件")},
    "机构类型": st.sampled_from(ENUMS["机构类型项"]),
}
FULL = st.fixed_dictionaries({**FACTS, "活动台账": RECORDS})
PARTIAL = st.fixed_dictionaries({**{k: optional(v) for k, v in FACTS.items()}, "活动台账": optional(RECORDS)})
FILL: list[Value] = [date(2026, 2, 3), Decimal(7), "市级", True, Decimal(-9)]


def known(value: Value, full: Value) -> Value:
    """`value` with what is unknown in it made known."""
    if isinstance(value, Table):
        rows = tuple(
            tuple(f if cell is None else cell for cell, f in zip(row, FILL, strict=True)) for row in value.rows
        )
        return replace(value, rows=rows)
    return known(full, full) if value is None and full is not None else value


@settings(max_examples=examples(200), deadline=None)
@given(TRUTHS)
def test_parse_is_the_inverse_of_print(tree: Node) -> None:
    sentence = print_node(tree)
    again = typed(sentence)
    assert again == tree
    assert print_node(again) == sentence
    assert _types(again) == _types(tree)


def _types(node: Node) -> object:
    below = node.args if isinstance(node, Call) else node.items if isinstance(node, Items) else ()
    return node.type, [_types(child) for child in below]


@settings(max_examples=examples(200), deadline=None)
@given(TRUTHS, PARTIAL, FULL)
def test_knowing_more_never_flips_what_was_known(tree: Node, partial: dict[str, Any], full: dict[str, Any]) -> None:
    more = {name: known(value, full[name]) for name, value in partial.items()}
    before = run(tree, partial)
    assume(before is not None)
    assert run(tree, more) == before


@settings(max_examples=examples(100), deadline=None)
@given(TRUTHS, FULL)
def test_a_result_of_full_facts_is_known_or_undefined(tree: Node, full: dict[str, Any]) -> None:
    facts = {name: known(value, value) for name, value in full.items()}
    undefined = {node.function for node in _calls(tree) if FUNCTIONS[node.function].undefined != NEVER}
    assert run(tree, facts) in (True, False) or undefined or why(tree, facts)


def _calls(node: Node) -> list[Call]:
    return [found for found in nodes(node) if isinstance(found, Call)]


@settings(max_examples=examples(200), deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_full_months_are_those_whose_corresponding_day_has_come(a: date, b: date) -> None:
    months = int(values.months_between(a, b))
    assert add_months(a, months) <= b < add_months(a, months + 1)
    assert add_months(a, months) + timedelta(int(values.days_beyond_months(a, b))) == b
    assert values.years_between(a, b) == months // 12


LAWS: dict[str, tuple[Callable[..., Node], Callable[..., Node]]] = {
    "De Morgan": (
        lambda a, b, c: Call("非", (Call("且", (a, b)),)),
        lambda a, b, c: Call("或", (Call("非", (a,)), Call("非", (b,)))),
    ),
    "commutative": (lambda a, b, c: Call("或", (a, b)), lambda a, b, c: Call("或", (b, a))),
    "associative": (
        lambda a, b, c: Call("且", (Call("且", (a, b)), c)),
        lambda a, b, c: Call("且", (a, b, c)),
    ),
    "distributive": (
        lambda a, b, c: Call("且", (a, Call("或", (b, c)))),
        lambda a, b, c: Call("或", (Call("且", (a, b)), Call("且", (a, c)))),
    ),
    "absorption": (lambda a, b, c: Call("或", (a, Call("且", (a, b)))), lambda a, b, c: a),
    "double negation": (lambda a, b, c: Call("非", (Call("非", (a,)),)), lambda a, b, c: a),
}


@settings(max_examples=examples(60), deadline=None)
@given(truths(2).map(checked), truths(2).map(checked), truths(1).map(checked), PARTIAL)
def test_kleene_s_laws(a: Node, b: Node, c: Node, facts: dict[str, Any]) -> None:
    for law, (left, right) in LAWS.items():
        assert run(left(a, b, c), facts) == run(right(a, b, c), facts), law


WORDS = (
    *(*SCOPE.symbols, *COLUMNS, *SCOPE.members),
    *(word for row in FUNCTIONS.values() for word in row.surface),
    *'（）［］()[]，、。.“”"{}若则是否 1234567890年月日%-:',
    *("12场", "50万元", "2026年1月1日", "否则", "不认识", "１"),
)
ALPHABET = st.sampled_from(WORDS)


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=40) | st.lists(ALPHABET, max_size=25).map("".join))
def test_any_text_is_tokens_or_problems_in_place(text: str) -> None:
    subject = Name("人数")
    tokens, found = lex(source(text), LEXICON)
    if not found:
        assert tokens[-1][0] == "end"
        assert all(0 <= t[2] <= t[3] <= len(text) for t in tokens)
        assert all(t[1] == text[t[2] : t[3]] for t in tokens)
    for problems in (
        attempt(text)[1],
        parse_cell(source(text), LEXICON, subject)[1],
        parse_template(source(text), LEXICON)[1],
    ):
        for problem in problems:
            assert problem.code.startswith("E2")
            place = problem.place
            assert isinstance(place, Span)
            assert 1 <= place.column <= place.end_column <= len(text) + 1


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(ALPHABET, max_size=25).map("".join))
def test_what_parses_prints_and_parses_back(text: str) -> None:
    node, problems = parse_expression(source(text), LEXICON)
    if node is not None:
        assert not problems
        again, _ = parse_expression(source(print_node(node)), LEXICON)
        assert again == node
