"""Working days against the published notices, a day-by-day reference, and the laws that tie the functions together."""

from __future__ import annotations

import os
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.base.calendar import (
    LIMIT,
    Calendar,
    Notice,
    OutOfRange,
    Reckoned,
    add_days,
    add_months,
    add_years,
)
from engine.base.problem import Refused
from engine.policy.calendar_data import FOLDER, load_calendar, parse_notice, parse_statute
from tests.sizes import examples

CHINA = load_calendar()
DAYS = st.dates(date(2023, 6, 1), date(2027, 6, 30))
COUNTS = st.integers(-400, 400)


def d(text: str) -> date:
    return date.fromisoformat(text)


# Working days per month, counted from chinesecalendar 1.11, an independent transcription of the same notices.
MONTHS = {
    2024: [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22],
    2025: [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23],
    2026: [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23],
}


@pytest.mark.parametrize("year", MONTHS)
def test_months_have_the_published_working_days(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range(366)]
    seen = [sum(CHINA.is_working_day(x).value for x in days if (x.year, x.month) == (year, m)) for m in range(1, 13)]
    assert seen == MONTHS[year]


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2024-02-09", True),  # 除夕 2024 was not a day off by the notice
        ("2024-02-18", True),  # a worked Sunday
        ("2025-01-01", False),
        ("2025-01-26", True),
        ("2025-10-08", False),
        ("2026-02-14", True),  # a worked Saturday
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-09-20", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
    ],
)
def test_single_days(day: str, working: bool) -> None:
    assert CHINA.is_working_day(d(day)) == Reckoned(working)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-21", 5, "2026-11-27"),
        ("2026-09-17", 5, "2026-09-23"),
        ("2026-09-24", 15, "2026-10-22"),
        ("2026-02-12", 15, "2026-03-11"),
        ("2026-12-03", 15, "2026-12-24"),
        ("2025-12-31", 1, "2026-01-04"),  # across two notices, onto a worked Sunday
        ("2026-01-04", -1, "2025-12-31"),
        ("2026-11-30", -5, "2026-11-23"),
        ("2026-10-01", 0, "2026-10-01"),
    ],
)
def test_golden_periods(day: str, count: int, expected: str) -> None:
    assert CHINA.add_working_days(d(day), count) == Reckoned(d(expected))


def test_a_year_without_notice_is_named() -> None:
    found = CHINA.add_working_days(d("2026-12-11"), 15)
    assert (found.value, found.unpublished, found.provisional) == (d("2027-01-04"), (2027,), True)
    assert found.reason == "暂估：2027年的放假调休安排未公布或未收录，按周一至周五估算"
    assert CHINA.add_working_days(d("2024-01-02"), -1).unpublished == (2023,)
    assert CHINA.working_days_between(d("2026-12-31"), d("2028-01-03")).unpublished == (2027, 2028)
    assert CHINA.is_working_day(d("2027-01-05")) == Reckoned(True, (2027,))
    assert CHINA.roll_forward(d("2027-01-02")) == Reckoned(d("2027-01-04"), (2027,))


@pytest.mark.parametrize(
    ("day", "works", "estimated"),
    [
        ("2026-12-24", True, ()),
        ("2026-12-25", True, (2027,)),  # a Friday, and the notice for 2027 may say otherwise
        ("2026-12-26", False, (2027,)),  # a Saturday, which it may have worked
        ("2026-12-31", True, (2027,)),
        ("2025-12-31", True, ()),  # the notice for 2026 is known
        ("2027-01-01", False, ()),  # off by statute, whatever the notice will say
        ("2027-01-02", False, (2027,)),
        ("2027-04-30", True, (2027,)),
        ("2028-05-01", False, ()),
        ("2028-05-02", False, ()),
        ("2028-05-03", True, (2028,)),
        ("2027-10-01", False, ()),
        ("2029-10-03", False, ()),
        ("2029-10-04", True, (2029,)),
        ("2027-02-08", True, (2027,)),  # 春节 follows the lunar calendar: it waits for the notice
        ("2023-05-02", True, (2023,)),  # before the statute was in force
    ],
)
def test_what_the_next_notice_may_still_move_is_an_estimate(day: str, works: bool, estimated: tuple[int, ...]) -> None:
    assert CHINA.is_working_day(d(day)) == Reckoned(works, estimated)


@pytest.mark.parametrize(
    ("found", "value", "estimated"),
    [
        (CHINA.add_working_days(d("2026-12-10"), 10), "2026-12-24", ()),
        (CHINA.add_working_days(d("2026-12-10"), 11), "2026-12-25", (2027,)),
        (CHINA.add_working_days(d("2026-12-10"), 15), "2026-12-31", (2027,)),
        (CHINA.add_working_days(d("2025-12-10"), 15), "2025-12-31", ()),
        (CHINA.add_working_days(d("2026-12-28"), -2), "2026-12-24", (2027,)),
        (CHINA.add_working_days(d("2026-12-25"), -2), "2026-12-23", ()),
        (CHINA.roll_forward(d("2026-12-19")), "2026-12-21", ()),
        (CHINA.roll_forward(d("2026-12-26")), "2026-12-28", (2027,)),
        (CHINA.roll_forward(d("2027-01-01")), "2027-01-04", (2027,)),
        (CHINA.deadline(d("2026-12-02"), 30, "日"), "2027-01-04", (2027,)),
        (CHINA.deadline(d("2026-04-01"), 9, "月"), "2027-01-04", (2027,)),
    ],
)
def test_periods_that_end_about_new_year(found: Reckoned[date], value: str, estimated: tuple[int, ...]) -> None:
    assert found == Reckoned(d(value), estimated)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-08-15", 6, "2027-02-15"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2000-01-30", 1, "2000-02-29"),
        ("1900-01-30", 1, "1900-02-28"),
        ("2026-05-31", 1, "2026-06-30"),
    ],
)
def test_months(day: str, months: int, expected: str) -> None:
    assert add_months(d(day), months) == d(expected)


@settings(max_examples=examples(200), deadline=None)
@given(DAYS, st.integers(-600, 600))
@example(date(2026, 3, 31), 1)
@example(date(2026, 3, 31), 3)
@example(date(2026, 3, 31), 6)
@example(date(2026, 3, 31), 8)
@example(date(2024, 1, 31), 1)
@example(date(2026, 1, 31), 1)
def test_months_agree_with_the_standard_library(day: date, count: int) -> None:
    """民法典 202: the corresponding day, or the last of a month that has none; every length of month is looked at."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    assert add_months(day, count) == date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [("2024-02-29", 1, "2025-02-28"), ("2024-02-29", 4, "2028-02-29"), ("2026-06-30", -3, "2023-06-30")],
)
def test_years(day: str, years: int, expected: str) -> None:
    assert add_years(d(day), years) == d(expected)


@pytest.mark.parametrize(
    ("day", "count", "unit", "expected"),
    [
        ("2026-11-23", 5, "工作日", "2026-11-30"),
        ("2026-08-02", 60, "日", "2026-10-08"),  # 10-01 is a day off, and so is every day to 10-07
        ("2026-04-01", 6, "月", "2026-10-08"),
        ("2025-02-14", 1, "年", "2026-02-14"),  # a Saturday, but worked
        ("2026-01-31", 1, "月", "2026-02-28"),
    ],
)
def test_deadlines_roll_off_days_off(day: str, count: int, unit: str, expected: str) -> None:
    assert CHINA.deadline(d(day), count, unit) == Reckoned(d(expected))


@pytest.mark.parametrize(
    "call",
    [
        lambda: CHINA.add_working_days(d("2026-01-01"), LIMIT + 1),
        lambda: CHINA.add_working_days(d("9999-12-31"), 1),
        lambda: CHINA.add_working_days(d("0001-01-01"), -1),
        lambda: CHINA.roll_forward(date.max + timedelta(-5)) and CHINA.add_working_days(date.max, 10**400),
        lambda: add_days(date.max, 1),
        lambda: add_days(d("2026-01-01"), -(10**400)),
        lambda: add_months(d("9999-12-01"), 1),
        lambda: add_years(d("2026-01-01"), 8000),
        lambda: add_years(d("0001-01-01"), -1),
    ],
)
def test_absurd_periods_are_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(OutOfRange):
        call()


def slow_add(calendar: Calendar, day: date, count: int) -> date:
    """Day by day: the reference."""
    step = timedelta(1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_working_day(day).value
    return day


@settings(max_examples=examples(200), deadline=None)
@given(DAYS, COUNTS)
@example(date(2025, 12, 31), 1)
@example(date(2024, 1, 1), -1)
@example(date(2026, 12, 31), 1)
def test_adding_agrees_with_counting_day_by_day(day: date, count: int) -> None:
    assert CHINA.add_working_days(day, count).value == slow_add(CHINA, day, count)


@settings(max_examples=examples(200), deadline=None)
@given(DAYS, st.integers(1, 400))
def test_laws_of_adding(day: date, count: int) -> None:
    found = CHINA.add_working_days(day, count)
    assert CHINA.is_working_day(found.value).value
    assert CHINA.working_days_between(day, found.value) == Reckoned(count, found.unpublished)
    # The period begins the day after: two periods in a row are one long one.
    assert CHINA.add_working_days(found.value, 7).value == CHINA.add_working_days(day, count + 7).value


ASKS = {
    "是否工作日": lambda calendar, day, count: calendar.is_working_day(day),
    "工作日后": lambda calendar, day, count: calendar.add_working_days(day, count),
    "工作日数": lambda calendar, day, count: calendar.working_days_between(day, day + timedelta(count)),
    "顺延": lambda calendar, day, count: calendar.roll_forward(day),
    "月后": lambda calendar, day, count: calendar.deadline(day, count % 24, "月"),
}


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(sorted(ASKS)), DAYS, COUNTS, DAYS)
@example("工作日后", date(2026, 12, 31), 1, date(2026, 12, 31))
@example("顺延", date(2025, 12, 31), 0, date(2026, 1, 1))
def test_a_result_rests_on_no_other_years_than_it_names(ask: str, day: date, count: int, other: date) -> None:
    result: Reckoned[object] = ASKS[ask](CHINA, day, count)
    turned = not CHINA.is_working_day(other).value
    extra = Notice(9999, "", "", other, "", () if turned else (("改", other, other),), (other,) if turned else ())
    changed = Calendar(CHINA.name, (*CHINA.notices, extra), CHINA.statute)
    assert other.year in result.years or ASKS[ask](changed, day, count) == result
    assert set(result.unpublished) <= {year for year in result.years if year > 2026 or year < 2024}


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(sorted(ASKS)), DAYS, COUNTS, st.dates(date(2026, 12, 25), date(2027, 12, 31)))
@example("工作日后", date(2026, 12, 10), 15, date(2026, 12, 31))
@example("顺延", date(2026, 12, 26), 0, date(2026, 12, 27))
@example("是否工作日", date(2027, 1, 1), 0, date(2027, 1, 1))
def test_what_is_firm_stays_whatever_the_next_notice_says(ask: str, day: date, count: int, other: date) -> None:
    """A notice for 2027 that turns any one day it can turn; the statutory days off it has to name."""
    result: Reckoned[object] = ASKS[ask](CHINA, day, count)
    turned = not CHINA.is_working_day(other).value and CHINA.is_working_day(other).provisional
    assert CHINA.statute is not None
    fixed = tuple((name, date(2027, *a), date(2027, *b)) for name, a, b in CHINA.statute.off)
    off = fixed if turned else (*fixed, ("改", other, other))
    notice = Notice(2027, "", "", other, "", off, (other,) if turned else ())
    told = Calendar("x", (*CHINA.notices, notice), CHINA.statute)
    assert 2027 in result.unpublished or ASKS[ask](told, day, count).value == result.value


@settings(max_examples=examples(200), deadline=None)
@given(DAYS, DAYS)
def test_between_counts_the_days_after_the_first(start: date, end: date) -> None:
    low, high = sorted((start, end))
    days = (low + timedelta(n) for n in range(1, (high - low).days + 1))
    counted = sum(CHINA.is_working_day(x).value for x in days)
    assert CHINA.working_days_between(low, high).value == counted
    assert CHINA.working_days_between(high, low).value == -counted


@settings(max_examples=examples(200), deadline=None)
@given(DAYS)
def test_rolling_forward(day: date) -> None:
    rolled = CHINA.roll_forward(day).value
    assert rolled >= day
    assert CHINA.is_working_day(rolled).value
    assert CHINA.working_days_between(day, rolled).value == (0 if rolled == day else 1)


@pytest.mark.parametrize(
    ("day", "expected", "estimated"),
    [
        # Tuesday 31 December 2024 is worked, unless the notice for 2025 says otherwise.
        ("2024-12-31", "2024-12-31", (2025,)),
        ("2024-12-30", "2024-12-30", (2025,)),
        ("2024-12-24", "2024-12-24", ()),
        # The Saturday before a new year without a notice: where the period ends hangs on that year.
        ("2022-12-31", "2023-01-02", (2022, 2023)),
        ("2023-12-30", "2024-01-01", (2023,)),
        ("2024-12-28", "2024-12-30", (2025,)),
        ("2025-01-04", "2025-01-06", (2025,)),
    ],
)
def test_rolling_into_another_year_rests_on_the_notices_of_both(
    day: str, expected: str, estimated: tuple[int, ...]
) -> None:
    """Otherwise a letter would print as certain a last day that the next year's notice may still move."""
    only = Calendar("x", (notice(2024, [], []),))
    assert only.roll_forward(d(day)) == Reckoned(d(expected), estimated)


@pytest.mark.parametrize("known", [2027, 2028])
def test_a_period_that_rolls_over_new_year_is_an_estimate_by_either_year(known: int) -> None:
    """31 December 2027 is a Friday off here, 3 January 2028 the next day worked: the deadline is firm only with both."""
    one = Calendar("x", (notice(known, ["2027-12-31"], []),))
    both = Calendar("x", (notice(2027, ["2027-12-31"], []), notice(2028, [], [])))
    assert one.deadline(d("2027-11-30"), 31, "日") == Reckoned(d("2028-01-03"), ({2027: 2028, 2028: 2027}[known],))
    assert both.deadline(d("2027-11-30"), 31, "日") == Reckoned(d("2028-01-03"))


def notice(year: int, off: list[str], worked: list[str]) -> Notice:
    days = tuple(("节", d(x), d(x)) for x in off)
    return Notice(year, "通知", "1号", d("2018-12-06"), "", days, tuple(d(x) for x in worked))


def test_a_notice_may_reach_into_the_year_before() -> None:
    """As the one for 2019 did: 29 December 2018 was worked and the 31st was off."""
    alone = Calendar("x", (notice(2018, [], []),))
    both = Calendar("x", (notice(2018, [], []), notice(2019, ["2018-12-31"], ["2018-12-29"])))
    assert alone.add_working_days(d("2018-12-28"), 1).value == d("2018-12-31")
    assert both.add_working_days(d("2018-12-28"), 1).value == d("2018-12-29")
    assert alone.digest != both.digest


def test_equal_tables_have_equal_digests() -> None:
    a, b = notice(2018, ["2018-01-01"], []), notice(2019, [], [])
    assert Calendar("x", (a, b)).digest == Calendar("x", (b, a)).digest
    assert Calendar("x", (a,)).digest != Calendar("y", (a,)).digest


# Reading the files

GOOD = (FOLDER / "china-2026.yaml").read_text(encoding="utf-8")


def test_the_calendar_files_say_where_they_come_from() -> None:
    assert [(n.year, n.number, n.published) for n in CHINA.notices] == [
        (2024, "国办发明电〔2023〕7号", d("2023-10-25")),
        (2025, "国办发明电〔2024〕12号", d("2024-11-12")),
        (2026, "国办发明电〔2025〕7号", d("2025-11-04")),
    ]
    assert all(n.source.startswith("https://www.gov.cn/") and f"{n.year}年" in n.title for n in CHINA.notices)


@pytest.mark.parametrize(
    ("old", "new", "code", "shown"),
    [
        ("年份: 2026", "年份 2026", "E951", "`年份 2026`"),
        ("文号:", "文好:", "E951", "`文好`"),
        ("2026-05-09", "2026-02-30", "E951", "`2026-02-30`"),
        ("2026-05-09", "2026-5-9", "E951", "`2026-5-9`"),
        ("2026-05-09", "２０２６-05-09", "E951", "`２０２６-05-09`"),
        ("2026-05-01 至 2026-05-05", "2026-05-05 至 2026-05-01", "E951", "`2026-05-05 至 2026-05-01`"),
        ("2026-05-01 至 2026-05-05", "2026-05-01 至 2026-12-05", "E951", "`2026-05-01 至 2026-12-05`"),
        ("发布: 2025-11-04", "发布: 去年", "E952", "`去年`"),
        ("年份: 2026", "年份: 二〇二六", "E952", "`二〇二六`"),
        ("来源: ", "文号: ", "E951", "`文号`"),
        ("上班:", "放假:", "E951", "`放假`"),
        ("放假:", "放假: 很多天", "E951", "`放假`"),
        ("来源: ", "# ", "E952", "`来源`"),
        ("2026-05-09", "2026-05-11", "E952", "`2026-05-11`"),  # a Monday cannot be made up for
        ("2026-05-09", "2026-05-02", "E952", "`2026-05-02`"),  # off and worked at once
        ("2026-05-09", "2025-05-10", "E952", "`2025-05-10`"),
        ("2026-05-09", "2025-12-20", "E952", "`2025-12-20`"),  # before the days that a notice may still move
        ("年份: 2026\n", "年份: 2026\n  元旦: 2026-01-01\n", "E951", "`元旦`"),
        ("文号: 国", "文号: \u202e国", "E951", "U+202E"),
    ],
)
def test_a_wrong_line_is_pointed_at(old: str, new: str, code: str, shown: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found, problems = parse_notice(text, "china-2026.yaml")
    assert found is None
    assert code in {p.code for p in problems}
    assert any(shown in p.message for p in problems)
    assert all(p.place is not None and p.help for p in problems)


FIXED = (FOLDER / "china.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "code", "shown"),
    [
        ("施行: 2025-01-01", "施行: 元旦", "E952", "`元旦`"),
        ("施行", "实行", "E951", "`实行`"),
        ("05-01 至", "5-1 至", "E951", "`5-1 至 05-02`"),
        ("元旦: 01-01", "元旦: 02-29", "E951", "`02-29`"),
        ("文号: 国务院令第795号\n", "", "E952", "`文号`"),
        ("放假:", "上班:", "E951", "`上班`"),
    ],
)
def test_a_wrong_line_of_the_statute_is_pointed_at(old: str, new: str, code: str, shown: str) -> None:
    assert old in FIXED
    found, problems = parse_statute(FIXED.replace(old, new, 1), "china.yaml")
    assert found is None
    assert any(p.code == code and shown in p.message for p in problems)
    assert all(p.place is not None and p.help for p in problems)


def test_a_calendar_without_a_statute_knows_no_day_without_its_notice(tmp_path: Path) -> None:
    write(tmp_path, "china-2026.yaml", GOOD)
    assert load_calendar("china", tmp_path).is_working_day(d("2027-01-01")) == Reckoned(True, (2027,))
    write(tmp_path, "china.yaml", FIXED)
    assert load_calendar("china", tmp_path).is_working_day(d("2027-01-01")) == Reckoned(False)
    write(tmp_path, "china.yaml", FIXED.replace("05-02", "05-32"))
    with pytest.raises(Refused, match="E951"):
        load_calendar("china", tmp_path)


def test_all_mistakes_are_reported_at_once() -> None:
    text = GOOD.replace("文号:", "文好:").replace("2026-05-09", "明天")
    _, problems = parse_notice(text, "x.yaml")
    assert [p.code for p in problems] == ["E951", "E951", "E952"]
    assert problems[0].help == "是不是想写 `文号`"


def test_comments_windows_line_ends_and_no_worked_days_are_fine() -> None:
    cut = GOOD.index("上班:")
    text = (GOOD[:cut] + "上班: {}   # 没有\n").replace("\n", "\r\n")
    found, problems = parse_notice(text, "x.yaml")
    assert problems == []
    assert found is not None
    assert found.worked == ()


def write(folder: Path, name: str, data: str | bytes) -> None:
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def test_adding_a_year_is_adding_a_file(tmp_path: Path) -> None:
    write(tmp_path, "china-2026.yaml", GOOD)
    before = load_calendar("china", tmp_path)
    assert before.add_working_days(d("2026-12-11"), 15).provisional
    text = GOOD.replace("2026", "2027").replace("2025-11-04", "2026-11-04")
    text = text[: text.index("上班:")] + "上班: {}\n"
    write(tmp_path, "china-2027.yaml", text)
    after = load_calendar("china", tmp_path)
    # New Year's Day to the 3rd of January 2027 are now known to be off.
    assert after.add_working_days(d("2026-12-11"), 15) == Reckoned(d("2027-01-04"))


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ({"china-2026.yaml": GOOD, "china-2026-b.yaml": GOOD}, {"E953"}),
        ({"china-2026.yaml": GOOD.encode("gb18030")}, {"E954"}),
        ({"china-2026.yaml": GOOD + "# " + "x" * 70_000}, {"E954"}),
        ({"china-2026.yaml": "乱写\n"}, {"E951", "E952"}),
    ],
)
def test_bad_files_refuse_the_calendar(tmp_path: Path, files: dict[str, str | bytes], codes: set[str]) -> None:
    for name, data in files.items():
        write(tmp_path, name, data)
    with pytest.raises(Refused) as refused:
        load_calendar("china", tmp_path)
    assert {p.code for p in refused.value.problems} == codes
    assert refused.value.exit_code == 2


def test_a_missing_folder_or_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="E954"):
        load_calendar("china", tmp_path / "nowhere")
    os.symlink(tmp_path / "gone", tmp_path / "loop-1.yaml")
    with pytest.raises(Refused, match="E954"):
        load_calendar("loop", tmp_path)
    (tmp_path / "dir-2026.yaml").mkdir()
    with pytest.raises(Refused, match="E954"):
        load_calendar("dir", tmp_path)


def test_a_calendar_without_any_notice_estimates_everything(tmp_path: Path) -> None:
    empty = load_calendar("nowhere", tmp_path)
    assert empty.add_working_days(d("2026-10-01"), 1) == Reckoned(d("2026-10-02"), (2026,))
