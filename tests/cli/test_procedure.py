"""timeline, due and event as users meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.run import ROOT, guiju

HISTORIES = ROOT / "fixtures/histories"
DAY = ("--as-of", "2026-11-23")


def test_timeline_from_application_to_the_plaque_taken_back(tmp_path: Path) -> None:
    shown = guiju("timeline", "fixtures/histories/s01-optics", *DAY)
    assert (shown.code, shown.err) == (0, "")
    assert "状态      已取消（自 2026-08-06）" in shown.out
    assert "牌匾收回确认书" in shown.out
    data = json.loads(guiju("timeline", "fixtures/histories/s01-optics", "--json", *DAY).out)
    assert data["转变"][-1]["至"] == "已取消"
    page, picture = tmp_path / "deep/t.html", tmp_path / "t.svg"
    written = guiju("timeline", "fixtures/histories/s01-optics", "--html", str(page), "--svg", str(picture), *DAY)
    assert written.out.splitlines() == [f"已写 {page}", f"已写 {picture}", "规则 policies（随程序提供）"]
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_what_was_entered_later_is_told() -> None:
    shown = guiju("timeline", "fixtures/histories/s02-software", "--known", "2025-06-01", *DAY)
    assert "2025-06-01 以后录入的改变了什么" in shown.out
    assert "+ 事项" in shown.out or "~ 事项" in shown.out


def test_due(tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    shown = guiju("due", "fixtures/histories", "--within", "10工作日", "--ics", str(file), *DAY)
    assert shown.code == 0
    assert "福州市文创人才驿站：完成整改" in shown.out
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    data = json.loads(guiju("due", "fixtures/histories", "--json", *DAY).out)
    assert data["事项"][0]["组"] == "逾期"
    provisional = guiju("due", "fixtures/histories", "--within", "60工作日", *DAY)
    assert "暂估：2027年" in provisional.out


@pytest.fixture
def station(tmp_path: Path) -> Path:
    shutil.copytree(HISTORIES / "s08-craft", tmp_path / "s08")
    return tmp_path / "s08"


def test_events_are_added_and_taken_back(station: Path) -> None:
    added = guiju("event", "add", str(station), "整改报告", "考核年度=2025", "--date", "2026-11-20", *DAY)
    assert added.code == 0, added.err
    assert "~ 事项 完成整改 未到期，期限 2026-11-24 → 已履行" in added.out
    number = added.out.splitlines()[0].split("：")[1].split(" ")[0]
    assert "录入日期: 2026-11-23}" in (station / "events.yaml").read_text(encoding="utf-8").splitlines()[-1]
    back = guiju("event", "withdraw", str(station), number, "--reason", "录错", *DAY)
    assert back.code == 0
    assert "→ 未到期" in back.out
    twice = guiju("event", "withdraw", str(station), number, "--reason", "录错", *DAY)
    assert (twice.code, "E845" in twice.err) == (1, True)


def test_a_history_is_started_and_says_what_may_be_entered(tmp_path: Path) -> None:
    """The form names the events and their payload, the list those of the state it is in; what is missing is named."""
    home = tmp_path / "新站"
    assert guiju("init", "history", str(home)).code == 0
    form = (home / "events.yaml").read_text(encoding="utf-8")
    assert "案件: '新站'" in form
    assert "#   申报  载荷 批次（必填，文本）、申报通知日期（必填，日期）、申报途径（必填，直接申报/" in form
    assert "牌匾收回确认" in form.split("# 另有：")[1]
    listed = guiju("event", "list", str(home))
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.splitlines()[0] == "状态 未申报，可以录入："
    assert "整改报告" not in listed.out
    nameless = guiju("event", "add", str(home))
    assert (nameless.code, "现在可以录入 申报" in nameless.err) == (2, True)
    lacking = guiju("event", "add", str(home), "申报", "批次=一")
    assert "载荷有 批次（必填）、申报通知日期（必填）、申报途径（必填）" in lacking.err
    payload = ("批次=一", "申报通知日期=2026-09-01", "申报途径=属地申报")
    added = guiju("event", "add", str(home), "申报", *payload, "--date", "2026-10-08", *DAY)
    assert added.code == 0, added.err
    assert "属地推荐意见" in guiju("event", "list", str(home), *DAY).out
    again = guiju("init", "history", str(home))
    assert (again.code, "E556" in again.err) == (1, True)
    assert "event list" in guiju("event", "add", "--help").out


@pytest.mark.parametrize(
    ("payload", "code", "said"),
    [
        (("变更编号=",), 1, "事件 `变更发生` 缺少 `变更编号`"),
        (("=7",), 2, "`=7` 应写作 `载荷=值`"),
        (("变更编号: 7, 备注=甲",), 1, "没有载荷 `变更编号: 7, 备注`"),
        (("变更编号=7", "变更编号=8"), 1, "键 `变更编号` 重复"),
    ],
)
def test_a_payload_is_what_was_typed_or_refused(station: Path, payload: tuple[str, ...], code: int, said: str) -> None:
    before = (station / "events.yaml").read_bytes()
    found = guiju("event", "add", str(station), "变更发生", *payload, "变更内容=场所变化", *DAY)
    assert (found.code, said in found.err) == (code, True), found.err
    assert (station / "events.yaml").read_bytes() == before


def test_nothing_is_taken_back_without_a_reason(station: Path) -> None:
    before = (station / "events.yaml").read_bytes()
    found = guiju("event", "withdraw", str(station), "1", "--reason", " ", *DAY)
    assert (found.code, "没有写为什么撤回" in found.err) == (2, True)
    assert (station / "events.yaml").read_bytes() == before


def test_a_re_check_before_the_end_of_the_period_is_refused_with_the_first_possible_day(station: Path) -> None:
    before = (station / "events.yaml").read_bytes()
    found = guiju("event", "add", str(station), "复核结论", "考核年度=2025", "复核结果=整改不合格", *DAY)
    assert found.code == 1
    for word in ("E852", "第十二条", "最早 2026-11-25"):
        assert word in found.err
    assert (station / "events.yaml").read_bytes() == before


def test_taking_back_what_others_rest_on_tells_of_them(station: Path) -> None:
    text = (station / "events.yaml").read_text(encoding="utf-8")
    number = next(line.split("编号: ")[1].split(",")[0] for line in text.splitlines() if "考核不合格" in line)
    found = guiju("event", "withdraw", str(station), number, "--reason", "示例", *DAY)
    assert found.code == 1
    assert "整改通知送达" in found.err
    assert "~ 状态 整改中 → 在册" in found.out


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (("timeline", "无此案件"), 1, "E863"),
        (("due", "policies"), 1, "E863"),
        (("due", "fixtures/histories", "--within", "十天"), 2, "E864"),
        (("event", "add", "fixtures/histories/s08-craft", "复核结轮"), 1, "E841"),
        (("event", "add", "fixtures/histories/s08-craft", "平台更新", "x"), 2, "E840"),
        (("timeline", "fixtures/histories/s01-optics", "--html", "fixtures"), 2, "E902"),
        (("event", "ad"), 2, "没有命令"),
        (("impact", "fixtures/03-maker-incubator", "无此案件", "--before", "policies"), 1, "找不到文件 `无此案件`"),
    ],
)
def test_what_goes_wrong_is_told(args: tuple[str, ...], code: int, word: str) -> None:
    found = guiju(*args)
    assert (found.code, word in found.err) == (code, True), found.err


def test_a_folder_that_a_link_leads_to_is_listed_once(tmp_path: Path) -> None:
    shutil.copytree(HISTORIES / "s08-craft", tmp_path / "s08")
    once = guiju("due", str(tmp_path), *DAY).out
    (tmp_path / "a-link").symlink_to("s08")
    assert guiju("due", str(tmp_path), *DAY).out == once


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    shutil.copytree(HISTORIES / "s08-craft", tmp_path / "s08")
    (tmp_path / "s09").mkdir()
    (tmp_path / "s09/events.yaml").write_text("事件: [{事件: 申情, 日期: 2026-01-01}]\n", encoding="utf-8")
    found = guiju("due", str(tmp_path), *DAY)
    assert found.code == 1
    assert "完成整改" in found.out
    assert "E841" in found.err
