"""Typed values from what people write."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.numbers import number_text
from engine.intake.understood import Understood
from engine.intake.values import Reader, make_reader
from engine.spreadsheets.formats import Formatted
from engine.spreadsheets.grid import Fault
from tests.sizes import examples
from tests.worlds.clubs import ACTIVITIES, FACTS, package

CHINA = timezone(timedelta(hours=8))
SCOPE = package().scope
BY_NAME = {fact.name: fact for fact in (*ACTIVITIES.columns, *FACTS)}


def reader(name: str, lenient: bool = False) -> Reader:
    return make_reader(BY_NAME[name], SCOPE.units, SCOPE.enums, lenient)


BOTH = [
    ("独立场地", "是", True),
    ("独立场地", "否", False),
    ("独立场地", "大概", "E510"),
    ("独立场地", "NO", "E510"),
    ("机构类型", "创业型", "创业型"),
    ("机构类型", "创业形", "E518"),
    ("人数", "12", Decimal(12)),
    ("人数", "12.5", "E511"),
    ("人数", "-3", "E520"),
    ("人数", "100000", Decimal(100000)),
    ("人数", "100001", "E520"),
    ("人数", "NaN", "E511"),
    ("人数", "Infinity", "E511"),
    ("人数", "10^400", "E512"),
    ("人数", "1e400", "E512"),
    ("人数", "10**400", "E512"),
    ("人数", "1" * 400, "E512"),
    ("人数", "1.00000000001", "E512"),
    ("人数", "约12", "E511"),
    ("人数", "十二", "E511"),
    ("人数", "1.2.3", "E511"),
    ("人数", "12场", "E519"),
    ("人数", "12个", "E519"),
    ("试用期", "1年6个月", Decimal(18)),
    ("试用期", "1年 6个月", Decimal(18)),
    ("试用期", "3年", Decimal(36)),
    ("试用期", "18个月", Decimal(18)),
    ("试用期", "18月", Decimal(18)),
    ("试用期", "0个月", Decimal(0)),
    ("试用期", "18", "E511"),
    ("试用期", "1年半", "E519"),
    ("试用期", "30日", "E519"),
    ("试用期", "3年1个月", "E520"),
    ("试用期", "1.5个月", "E511"),
    ("试用期", "-1个月", "E520"),
    ("工龄", "18", Decimal(18)),
    ("工龄", "1年6个月", Decimal(18)),
    ("工龄", "2年", Decimal(24)),
    ("工龄", "18日", "E519"),
    ("服务人次", "300", Decimal(300)),
    ("服务人次", "300人次", Decimal(300)),
    ("服务人次", "0.3千人次", Decimal(300)),
    ("服务人次", "300 人次", Decimal(300)),
    ("服务人次", "300场", "E519"),
    ("经费", "50", Decimal(500000)),
    ("经费", "1000.005元", "E511"),
    ("经费", "0.0000001万元", "E511"),
    ("经费", "1000.05元", Decimal("1000.05")),
    ("经费", "50万元", Decimal(500000)),
    ("经费", "3元", Decimal(3)),
    ("经费", "-1元", "E520"),
    ("经费", "501", "E520"),
    ("满意率", "85%", Decimal("0.85")),
    ("满意率", "0.85", "E523"),
    ("满意率", "1", "E523"),
    ("满意率", "0", Decimal(0)),
    ("温差", "-3.5", Decimal("-3.5")),
    ("温差", "−3.5", Decimal("-3.5")),
    ("成立日期", "2026-01-05", date(2026, 1, 5)),
    ("成立日期", "2026-1-5", date(2026, 1, 5)),
    ("成立日期", "2026年1月5日", date(2026, 1, 5)),
    ("成立日期", "2026/1/5", date(2026, 1, 5)),
    ("成立日期", "2026.1.5", date(2026, 1, 5)),
    ("成立日期", "20260105", date(2026, 1, 5)),
    ("成立日期", "2026-02-30", "E513"),
    ("成立日期", "2025-02-29", "E513"),
    ("成立日期", "2026-13-01", "E513"),
    ("成立日期", "26-1-5", "E513"),
    ("成立日期", "2026-1/5", "E513"),
    ("成立日期", "2026年1月", "E513"),
    ("成立日期", "0001-01-01", "E513"),
    ("成立日期", "昨天", "E513"),
    ("开门时刻", "14:30", time(14, 30)),
    ("开门时刻", "9时05分", time(9, 5)),
    ("开门时刻", "25:00", "E521"),
    ("开门时刻", "下午", "E521"),
    ("单位名称", " 甲社（一）ＡＢ ", "甲社（一）ＡＢ"),
    ("单位名称", "甲\u202e", "E516"),
    ("单位名称", "长" * 10_001, "E517"),
    ("负责人证件", "11010519491231002X", "11010519491231002X"),
    ("负责人证件", "110105 19491231 002x", "11010519491231002X"),
    ("负责人证件", "11010519491231002Ｘ", "11010519491231002X"),
    ("负责人证件", "11010519491231002Y", "E526"),
    ("负责人证件", "110105194912310021", "E526"),
    ("负责人证件", "11010591491231002X", "E526"),  # two digits changed places
    ("负责人证件", "11010519491331002X", "E526"),
    ("负责人证件", "110105491231002", "E526"),
    ("信用代码", "91350100MA3ABCDE18", "91350100MA3ABCDE18"),
    ("信用代码", "91350100-ma3abcde18", "91350100MA3ABCDE18"),
    ("信用代码", "N2350100MF0000012M", "N2350100MF0000012M"),
    ("信用代码", "91350100MA3ABCDE81", "E526"),
    ("信用代码", "91350100MA3ABCDEI8", "E526"),
    ("收款账号", "6222 0200 0000 0001 230", "6222020000000001230"),
    ("收款账号", "6222020000000001231", "E526"),
    ("收款账号", "35050161880000000123", "35050161880000000123"),
    ("收款账号", "00012345", "00012345"),
    ("收款账号", "12345", "E526"),
    ("收款账号", "账号12345678", "E526"),
]


def check(found: Understood | Fault, expected: Any) -> None:
    if isinstance(expected, str) and expected[:1] == "E":
        assert isinstance(found, Fault)
        assert found.code == expected
        assert found.help
    else:
        assert isinstance(found, Understood)
        assert found.value == expected
        assert type(found.value) is type(expected)


@pytest.mark.parametrize(("name", "text", "expected"), BOTH)
@pytest.mark.parametrize("lenient", [False, True])
def test_text(name: str, text: str, expected: Any, lenient: bool) -> None:
    check(make_reader(FACTS_ONLY[name], SCOPE.units, SCOPE.enums, lenient).read(text), expected)


FACTS_ONLY = {column.name: column for column in ACTIVITIES.columns} | {fact.name: fact for fact in FACTS}


@pytest.mark.parametrize(
    ("name", "text", "strict", "lenient"),
    [
        ("人数", "１２", "E522", Decimal(12)),
        ("成立日期", "２０２６年１月５日", "E522", date(2026, 1, 5)),
        ("满意率", "85％", "E522", Decimal("0.85")),
        ("人数", "1,200", "E511", Decimal(1200)),
        ("人数", "12,00", "E511", "E511"),
        ("满意率", "85", "E520", Decimal("0.85")),
        ("独立场地", "√", "E510", True),
        ("独立场地", "无", "E510", False),
        ("独立场地", "y", "E510", True),
        ("成立日期", "2026-01-05 14:30", "E513", date(2026, 1, 5)),
        ("成立日期", "2026 年 1 月 5 日", "E513", date(2026, 1, 5)),
    ],
)
def test_what_only_ledgers_may_say(name: str, text: str, strict: Any, lenient: Any) -> None:
    check(reader(name).read(text), strict)
    check(reader(name, lenient=True).read(text), lenient)


def test_full_width_is_remarked() -> None:
    assert reader("人数", lenient=True).read("１２") == Understood(Decimal(12), "全角 `１２` 按 `12` 读取")


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("人数", Decimal(12), Decimal(12)),
        ("人数", Decimal("1.5"), "E511"),
        ("人数", True, "E511"),
        ("人数", date(2026, 1, 5), "E511"),
        ("人数", Fault("E514", "x", "y"), "E514"),
        ("经费", Decimal("1.5"), Decimal(15000)),
        ("成立日期", date(2026, 1, 5), date(2026, 1, 5)),
        ("成立日期", datetime(2026, 1, 5, 14, tzinfo=CHINA), date(2026, 1, 5)),
        ("成立日期", Decimal(46027), date(2026, 1, 5)),
        ("成立日期", Decimal(20260105), date(2026, 1, 5)),
        ("成立日期", Decimal(20260230), "E513"),
        ("成立日期", Decimal("2026.1"), "E513"),
        ("成立日期", Decimal(2026), "E513"),
        ("成立日期", False, "E513"),
        ("成立日期", time(8), "E513"),
        ("成立日期", date(1066, 1, 1), "E513"),
        ("开门时刻", time(8, 30), time(8, 30)),
        ("开门时刻", datetime(2026, 1, 5, 14, tzinfo=CHINA), time(14, 0)),
        ("开门时刻", Decimal(8), "E521"),
        ("独立场地", True, True),
        ("独立场地", Decimal(1), "E510"),
        ("单位名称", Decimal(13800000000), "13800000000"),
        ("单位名称", date(2026, 1, 5), "2026-01-05"),
        ("单位名称", True, "是"),
        ("单位名称", Formatted("00123"), "00123"),
        ("单位名称", Formatted("6222020000000001000"), "E525"),
        ("负责人证件", Decimal(110105194912310020), "E525"),
        ("负责人证件", Formatted("110105194912310020"), "E525"),
        ("信用代码", Decimal(123501004880000000), "E525"),
        ("收款账号", Decimal(12345678), "E525"),
        ("收款账号", Formatted("00012345"), "E525"),
        ("收款账号", date(2026, 1, 5), "E525"),
        ("机构类型", Decimal(1), "E518"),
    ],
)
def test_native_cells(name: str, raw: Any, expected: Any) -> None:
    check(reader(name, lenient=True).read(raw), expected)


def test_equal_but_different_raw_values_are_not_confused() -> None:
    numbers = reader("人数", lenient=True)
    assert numbers.read(Decimal(1)) == Understood(Decimal(1))
    assert isinstance(numbers.read(True), Fault)


def test_messages_name_the_unit_and_the_nearest_word() -> None:
    found = reader("机构类型").read("创业形")
    assert isinstance(found, Fault)
    assert found.help == "是否想写 `创业型`？"
    ranged = reader("经费").read("501")
    assert isinstance(ranged, Fault)
    assert ranged.message == "`501` 超出范围 0万元 至 500万元"


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        *[
            ("三百二十人", "320人"),
            ("十二", "12"),
            ("两万", "20000"),
            ("两万三千人", "23000人"),
            ("一万零五人", "10005人"),
        ],
        *[
            ("一百二人", "12人"),
            ("一万五人", "12人"),
            ("二百万万人", "12人"),
        ],  # may be two numbers, or none: any example
    ],
)
def test_a_chinese_numeral_is_suggested_in_digits_where_it_can_mean_one_number(written: str, suggested: str) -> None:
    found = reader("人数").read(written)
    assert isinstance(found, Fault)
    assert f"`{suggested}`" in (found.help or "")


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
@settings(max_examples=examples(150))
def test_money_is_exact(amount: Decimal) -> None:
    ledger = make_reader(ACTIVITIES.columns[3], SCOPE.units, SCOPE.enums, lenient=True)
    assert ledger.read(number_text(amount)) == Understood(amount)
    assert ledger.read(f"{number_text(amount)}万元") == Understood(amount * 10000)


@given(
    st.dates(date(1800, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["{}-{}-{}", "{}/{}/{}", "{}.{}.{}", "{}年{}月{}日"]),
)
@settings(max_examples=examples(150))
def test_every_day_is_read(day: date, form: str) -> None:
    check(reader("成立日期").read(form.format(day.year, day.month, day.day)), day)


@given(st.text(max_size=12))
@settings(max_examples=examples(200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in BY_NAME:
        for lenient in (False, True):
            assert isinstance(reader(name, lenient).read(text), Understood | Fault)
