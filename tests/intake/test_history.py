"""Histories from files: what is read, what is refused, what is added without losing anything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.base.problem import Refused, Span
from engine.intake.history import history_files, load_history, regulation_of
from engine.intake.recording import add_event, withdraw_event
from engine.procedure.compiled import compile_procedure
from engine.procedure.history import Entry, Withdrawal
from tests.worlds.permits import package, read

TODAY = date(2026, 7, 1)
FILE = """\
# 台账：由窗口录入
案件: T-1
名称: 甲店
规范: t
事件:
  # 从窗口收件
  - {编号: 1, 事件: 申请, 日期: 2026-06-01, 编码: 甲}   # 收件
  - 编号: 2
    事件: 结论
    日期: 2026-06-03
    编码: 甲
    批复: 准
说明: 尾部
"""


def test_entries_are_typed() -> None:
    history, problems = read(
        "- {事件: 申请, 日期: 2026年6月1日, 编码: 甲, 加急: 是, 备注: 急}\n"
        "- {编号: 年, 事件: 年报, 日期: 2026-07-01, 录入日期: 2026-08-01, 年度: 2025}\n- {撤回: 年, 理由: 错}"
    )
    assert problems == []
    assert history.items == (
        Entry("1", "申请", date(2026, 6, 1), {"编码": "甲", "加急": True}),
        Entry("年", "年报", date(2026, 7, 1), {"年度": Decimal(2025)}, date(2026, 8, 1)),
        Withdrawal("3", "年", None, "错"),
    )


@pytest.mark.parametrize(
    ("events", "codes"),
    [
        ("- 申请", ["E840"]),
        ("- {日期: 2026-06-01}", ["E840"]),
        ("- {事件: 申请}", ["E840"]),
        ("- {事件: [申请], 日期: 2026-06-01}", ["E840", "E840"]),
        ("- {事件: 申请, 日期: 2026-06-31, 编码: 甲}", ["E513"]),
        ("- {事件: 申情, 日期: 2026-06-01}", ["E841"]),
        ("- {事件: 入册, 日期: 2026-06-01}", ["E841"]),
        ("- {事件: 申请, 日期: 2026-06-01, 编码: 甲, 缓急: 是}", ["E842"]),
        ("- {事件: 申请, 日期: 2026-06-01, 编码: 甲, 加急: 很}", ["E510"]),
        ("- {事件: 申请, 日期: 2026-06-01, 编码: [甲]}", ["E840"]),
        ("- {事件: 申请, 日期: 2026-06-01}", ["E843"]),
        ("- {编号: a, 事件: 吊销, 日期: 2026-06-01}\n- {编号: a, 事件: 吊销, 日期: 2026-06-01}", ["E844"]),
        ("- {编号: b, 撤回: a}", ["E845"]),
        ("- {编号: a, 事件: 吊销, 日期: 2026-06-01}\n- {编号: b, 撤回: a}\n- {编号: c, 撤回: a}", ["E845"]),
        ("- {编号: b, 撤回: a}\n- {编号: a, 事件: 吊销, 日期: 2026-06-01}", ["E845"]),
        ("- {事件: 吊销, 日期: 2026-06-01, 录入日期: 2026-05-31}", ["E846"]),
    ],
)
def test_wrong_entries_are_told_at_their_place(events: str, codes: list[str]) -> None:
    _, problems = read(events)
    assert [p.code for p in problems] == codes
    assert all(p.place is not None or p.code in ("E845",) for p in problems)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲/events.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "空").mkdir()
    return tmp_path


def test_files(folder: Path) -> None:
    files, problems = history_files(folder)
    assert ([f.parent.name for f in files], problems) == (["甲"], [])
    assert regulation_of(folder / "甲") == ("t", [])
    history, problems = load_history(folder / "甲", package())
    assert problems == []
    assert history is not None
    assert (history.case, history.title, len(history.items)) == ("T-1", "甲店", 2)
    assert [p.code for p in history_files(folder / "空")[1]] == ["E863"]
    # A case names its history, which others may lead to as well; one that is not there is told by whoever reads it.
    for name, text in (("丙", "事件记录: ../甲"), ("丁", "事件记录: 无"), ("戊", "说明: 没有"), ("己", "[")):
        (folder / name).mkdir()
        (folder / name / "case.yaml").write_text(f"案件: T-1\n{text}\n", encoding="utf-8")
    files, problems = history_files(folder)
    assert [f.relative_to(folder).as_posix() for f in files] == ["丁/无/events.yaml", "甲/events.yaml"]
    assert {p.place.file for p in problems if isinstance(p.place, Span)} == {str(folder / "己/case.yaml")}
    assert history_files(folder / "丙") == ([folder / "丙/../甲/events.yaml"], [])
    assert [p.code for p in history_files(folder / "戊")[1]] == ["E863"]
    assert [p.code for p in load_history(folder / "无", package())[1]] == ["E863"]


@pytest.mark.parametrize(
    ("text", "code"), [("- 甲", "E840"), ("案由: 甲\n事件: []", "E840"), ("事件: 申请", "E840"), ("事件: [", "E112")]
)
def test_wrong_files(folder: Path, text: str, code: str) -> None:
    (folder / "甲/events.yaml").write_text(text, encoding="utf-8")
    history, problems = load_history(folder / "甲", package())
    assert history is None
    assert [p.code for p in problems] == [code]


def add(path: Path, name: str, day: str = "2026-06-10", id: str = "", **payload: str) -> str:
    """The file after adding an event."""
    compiled = compile_procedure(package())
    add_event(compiled, path, name, list(payload.items()), date.fromisoformat(day), TODAY, id, "注：补")
    return (path / "events.yaml").read_text(encoding="utf-8")


def test_an_added_event_is_one_more_line(folder: Path) -> None:
    text = add(folder / "甲", "整改通知")
    line = '  - {编号: 3, 事件: 整改通知, 日期: 2026-06-10, 录入日期: 2026-07-01, 备注: "注：补"}\n'
    assert text == FILE.replace("    批复: 准\n", f"    批复: 准\n{line}")
    assert line in add(folder / "甲", "年报", 年度="2025")
    assert load_history(folder / "甲", package())[1] == []


@pytest.mark.parametrize("text", ["案件: T-1\n规范: t\n", "案件: T-1\n规范: t\n事件:\n"])
def test_the_first_event(folder: Path, text: str) -> None:
    (folder / "甲/events.yaml").write_text(text, encoding="utf-8")
    assert add(folder / "甲", "申请", 编码="甲").startswith("案件: T-1\n规范: t\n事件:\n  - {编号: 1, 事件: 申请, ")


@pytest.mark.parametrize(
    ("name", "payload", "id", "code"),
    [
        ("申请", {"编码": "乙"}, "", "E850"),
        ("结论", {"编码": "甲"}, "", "E853"),
        ("结论", {"编码": "乙"}, "", "E851"),
        ("年报", {}, "", "E843"),
        ("年报", {"年度": "今年"}, "", "E511"),
        ("整改通知", {"编码": "甲"}, "", "E842"),
        ("整改通知", {}, "2", "E844"),
        ("整改", {}, "", "E841"),
    ],
)
def test_impossible_events_are_not_written(
    folder: Path, name: str, payload: dict[str, str], id: str, code: str
) -> None:
    with pytest.raises(Refused) as error:
        add(folder / "甲", name, id=id, **payload)
    assert [p.code for p in error.value.problems] == [code]
    assert (folder / "甲/events.yaml").read_text(encoding="utf-8") == FILE


def test_text_that_means_something_in_yaml_is_quoted(folder: Path) -> None:
    add(folder / "甲", "异议", 编码='一: "二", {三} # 四 - &五')
    history, _ = load_history(folder / "甲", package())
    assert history is not None
    last = history.items[-1]
    assert isinstance(last, Entry)
    assert last.payload == {"编码": '一: "二", {三} # 四 - &五'}


def test_taking_back(folder: Path) -> None:
    compiled = compile_procedure(package())
    before, after = withdraw_event(compiled, folder / "甲", "2", "录错", TODAY)
    assert (len(before.items), len(after.items)) == (2, 3)
    assert after.items[-1] == Withdrawal("3", "2", TODAY, "录错")
    again, _ = load_history(folder / "甲", compiled.package)
    assert again is not None
    assert again.items == after.items
    for target in ("2", "9", "3"):
        with pytest.raises(Refused) as error:
            withdraw_event(compiled, folder / "甲", target, "录错", TODAY)
        assert error.value.problems[0].code == "E845"


def test_a_list_on_one_line_is_left_alone(folder: Path) -> None:
    text = "案件: T\n规范: t\n事件: [{事件: 申请, 日期: 2026-06-01, 编码: 甲}]\n"
    (folder / "甲/events.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as error:
        add(folder / "甲", "结论", 编码="甲")
    assert error.value.problems[0].code == "E840"
    assert (folder / "甲/events.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open"])
def test_byte_order_mark_line_ends_and_mode_stay(folder: Path, mark: str, end: str, last: bool) -> None:
    path = folder / "甲/events.yaml"
    before = mark + (FILE if last else FILE[: FILE.index("\n说明")]).replace("\n", end)
    path.write_bytes(before.encode())
    path.chmod(0o640)
    add_event(compile_procedure(package()), folder / "甲", "整改通知", [], TODAY, TODAY)
    assert path.read_bytes().decode().replace(f"  - {{编号: 3, 事件: 整改通知, 日期: 2026-07-01}}{end}", "") == (
        before if last else before + end
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in path.parent.iterdir()] == ["events.yaml"]


def test_what_others_entered_meanwhile_is_kept(folder: Path) -> None:
    """The history is read again under the lock: an event entered since this command started is neither lost nor given
    the same number."""
    compiled = compile_procedure(package())
    load_history(folder / "甲", compiled.package)
    add_event(compiled, folder / "甲", "整改通知", [], TODAY, TODAY)
    before, after = add_event(compiled, folder / "甲", "年报", [("年度", "2025")], TODAY, TODAY)
    assert [item.id for item in before.items] == ["1", "2", "3"]
    assert [item.id for item in after.items] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "text",
    ["案件: T-1\n规范: t\n事件:\n名称: 甲\n", "案件: T-1\n规范: t\n说明: " + "长" * 333_300 + "\n事件:\n"],
    ids=["another key below", "1 MB"],
)
def test_what_could_not_be_read_again_is_not_written(folder: Path, text: str) -> None:
    (folder / "甲/events.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        add(folder / "甲", "申请", 编码="甲")
    assert (folder / "甲/events.yaml").read_text(encoding="utf-8") == text


def test_a_history_linked_from_elsewhere_is_refused(folder: Path) -> None:
    (folder / "空/events.yaml").symlink_to("../甲/events.yaml")
    assert [p.code for p in load_history(folder / "空", package())[1]] == ["E107"]
    with pytest.raises(Refused) as error:
        add(folder / "空", "整改通知")
    assert [p.code for p in error.value.problems] == ["E107"]
    assert (folder / "甲/events.yaml").read_text(encoding="utf-8") == FILE
