"""A timeline shown: text in 80 columns, plain data, picture, calendar file, the sweep over several parties."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

import pytest

from engine.base.calendar import Calendar
from engine.base.problem import Refused
from engine.base.text import width
from engine.intake.history import load_history
from engine.procedure.chaining import reference
from engine.procedure.replay import replay
from engine.procedure.serial import due_plain, to_plain
from engine.procedure.sweep import Due, horizon, sweep
from engine.procedure.timeline import Timeline
from engine.views import gantt, ics
from engine.views import timeline as view
from tests.procedure.fuzhou import fuzhou, procedure
from tests.procedure.scripts import scripted_histories
from tests.worlds.permits import package, timeline

HISTORIES = sorted((Path(__file__).parents[2] / "fixtures/histories").iterdir())
DAY = date(2026, 11, 23)


def replayed(path: Path, day: date = DAY) -> Timeline:
    history, problems = load_history(path, fuzhou())
    assert problems == []
    assert history is not None
    return replay(procedure(), history, day, reference.chain)


@pytest.fixture(scope="module")
def timelines() -> list[Timeline]:
    return [replayed(path) for path in HISTORIES]


def test_text_fits_the_screen(timelines: list[Timeline]) -> None:
    for found in timelines:
        for every in (False, True):
            lines = list(view.text(found, fuzhou(), every=every))
            assert [line for line in lines if width(line) > 80] == []
            assert not any(word in line for line in lines for word in ("None", "general-procedure#"))


def test_text_names_everything(timelines: list[Timeline]) -> None:
    for found in timelines:
        text = "".join("".join(view.text(found, fuzhou(), every=True)).split())
        for wanted in (
            *(e.event for e in found.events),
            *(f"{m.before}→{m.after}" for m in found.moves),
            *(d.document for d in found.documents),
            *(d.name for d in found.duties),
        ):
            assert "".join(wanted.split()) in text


def test_plain_data_is_json(timelines: list[Timeline]) -> None:
    for found in timelines:
        data = json.loads(json.dumps(to_plain(found, fuzhou()), ensure_ascii=False))
        assert (data["状态"], len(data["事项"]), len(data["转变"])) == (
            found.state,
            len(found.duties),
            len(found.moves),
        )
        assert all(item["条款"] for item in (*data["事项"], *data["文书"], *data["转变"]))


def test_refusals_and_cautions_are_shown() -> None:
    found = timeline(
        "- {编号: b, 事件: 结论, 日期: 2026-06-02, 编码: 甲}\n- {编号: c, 事件: 吊销, 日期: 2026-06-05}", "2026-07-01"
    )
    text = "\n".join(view.text(found, package()))
    assert "不可能成立" in text
    assert "先录入 `申请`" in text
    assert "查不清" in text
    data = to_plain(found, package())
    assert [(r["编号"], r["代码"], r["条款"]) for r in data["不成立"]] == [("b", "E851", "第一条")]
    assert "不可能成立" in gantt.page(found, package())


def test_pictures_are_well_formed(timelines: list[Timeline]) -> None:
    for found in [*timelines, timeline("[]", "2026-07-01")]:
        root = ElementTree.fromstring(gantt.svg(found))
        bars = [e for e in root.iter() if e.tag.endswith("}rect")]
        assert len(bars) >= len(found.duties)
        assert all(0 <= float(e.get("x", "-1")) <= gantt.WIDTH for e in bars)
        assert all(float(e.get("width", "-1")) > 0 for e in bars)


def test_pages_hold_nothing_but_themselves(timelines: list[Timeline]) -> None:
    for found in timelines:
        page = gantt.page(found, fuzhou())
        assert not re.search(r"<script|href=|src=|url\(", page)
        assert found.title in page


def test_text_in_pictures_is_escaped() -> None:
    found = timeline("- {事件: 异议, 日期: 2026-06-01, 编码: '<b>&\"'}", "2026-07-01")
    assert "<b>&" not in gantt.page(found, package())
    ElementTree.fromstring(gantt.svg(found))


@pytest.fixture(scope="module")
def due(timelines: list[Timeline]) -> list[Due]:
    return sweep(timelines, horizon("10工作日", DAY, fuzhou().calendar).value)


def test_the_sweep_names_what_is_late_and_what_may_be_issued(due: list[Due]) -> None:
    groups = list(dict.fromkeys(d.group for d in due))
    assert groups == ["逾期", "即将到期", "待办（没有期限）"]
    late = [d.duty.due for d in due if d.group == "逾期"]
    assert late == sorted(d for d in late if d is not None)
    assert {doc for d in due for doc in d.documents} == {"月度预警函", "变更报备催办函"}
    soon = {(d.case, d.duty.name): d.duty.due for d in due if d.group == "即将到期"}
    assert soon["S08", "完成整改"] == date(2026, 11, 24)
    assert soon["S04", "补正申报材料"] == date(2026, 11, 27)
    assert all(width(line) <= 80 for line in view.due_text(due, DAY, date(2026, 12, 7)))
    assert [due_plain(d, DAY, fuzhou().calendar)["案件"] for d in due] == [d.case for d in due]


def test_next_day_the_notice_has_ended_and_the_re_check_is_due() -> None:
    day = date(2026, 11, 25)
    found = sweep([replayed(path, day) for path in HISTORIES], day)
    ready = {(d.case, d.duty.name): d.documents for d in found if d.group == "可以办理"}
    assert ready["S03", "公布认定"] == ("认定通知", "驿站牌匾", "人员牌")
    assert ready["S08", "组织复核"] == ("整改复核表",)


def test_in_january_who_has_not_filed() -> None:
    on_time, late = (sweep([replayed(p, d) for p in HISTORIES], d) for d in (date(2027, 1, 15), date(2027, 1, 16)))
    name = "报送年度总结和下一年度计划"
    assert {d.group for d in on_time if d.duty.name == name} == {"即将到期"}
    filed = [d for d in late if d.duty.name == name and d.duty.period == "2026年"]
    assert {d.case for d in filed} == {"S02", "S06", "S07", "S08", "FZ-2025-110"}
    assert {(d.group, d.documents) for d in filed} == {("逾期", ("年度总结催报通知",))}


@pytest.mark.parametrize(
    ("as_of", "until", "group"),
    [
        # 立卷归档 begins on 6 June and has no end; 作结论 is due on the 8th
        ("2026-06-05", "2026-06-05", {}),
        ("2026-06-05", "2026-06-06", {"立卷归档": "即将到期"}),
        ("2026-06-06", "2026-06-06", {"立卷归档": "可以办理"}),
    ],
)
def test_what_begins_on_the_last_day_looked_at_is_seen(as_of: str, until: str, group: dict[str, str]) -> None:
    """A list of the coming days that leaves out its last day loses what falls on it: the next list begins later."""
    granted = "- {编号: a, 事件: 申请, 日期: 2026-06-01, 编码: 甲}\n- {编号: b, 事件: 结论, 日期: 2026-06-03, 编码: 甲, 批复: 准}"
    found = sweep([timeline(granted, as_of)], date.fromisoformat(until))
    assert {d.duty.name: d.group for d in found if d.duty.name == "立卷归档"} == group


@pytest.mark.parametrize(
    ("as_of", "until", "seen"),
    [("2026-06-05", "2026-06-07", False), ("2026-06-05", "2026-06-08", True), ("2026-06-08", "2026-06-08", True)],
)
def test_what_falls_due_on_the_last_day_looked_at_is_seen(as_of: str, until: str, seen: bool) -> None:
    applied = "- {编号: a, 事件: 申请, 日期: 2026-06-01, 编码: 甲}"
    found = sweep([timeline(applied, as_of)], date.fromisoformat(until))
    assert [d.group for d in found] == (["即将到期"] if seen else [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10工作日", date(2026, 12, 7)),
        ("5个工作日", date(2026, 11, 30)),
        ("0日", DAY),
        ("30天", date(2026, 12, 23)),
        ("2个月", date(2027, 1, 23)),
    ],
)
def test_horizons(text: str, day: date) -> None:
    assert horizon(text, DAY, fuzhou().calendar).value == day


@pytest.mark.parametrize("text", ["", "10", "工作日", "十日", "-3日", "1.5月"])
def test_wrong_horizons(text: str) -> None:
    with pytest.raises(Refused) as error:
        horizon(text, DAY, Calendar("无", ()))
    assert error.value.problems[0].code == "E864"


def test_calendar_file(due: list[Due]) -> None:
    """RFC 5545: CRLF, at most 75 octets a line, folded without cutting a character, required properties."""
    text = ics.calendar(due, DAY)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")[:-1]
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "").split("\r\n")
    events = whole.count("BEGIN:VEVENT")
    assert events == whole.count("END:VEVENT") == sum(1 for d in due if d.duty.due or d.duty.start)
    uids = [line for line in whole if line.startswith("UID:")]
    assert len(set(uids)) == events
    for name in ("DTSTAMP:20261123T000000Z", "DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"):
        assert name in whole
    assert "SUMMARY:福州市文创人才驿站：完成整改" in whole
    assert any(line.startswith("DESCRIPTION:") and "\\n可以出具：月度预警函" in line for line in whole)
    assert ics.calendar(due, DAY) == text


@pytest.mark.parametrize("line", ["短", "长" * 60, "a" * 75, "a" * 76, "a" * 74 + "长", "𠮷" * 40])
def test_folding(line: str) -> None:
    pieces = list(ics.fold(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece.removeprefix(" ") for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


def test_a_world_sweeps() -> None:
    day = date(2030, 6, 15)
    found = sweep([replay(procedure(), history, day, reference.chain) for history in scripted_histories(3, 8)], day)
    assert found
    assert all(item.duty.live for item in found)
