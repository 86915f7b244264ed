"""What each role sees and may do; every page is asked for by everybody."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

CASE = "/case/FZ-2026-014"
REVIEW = f"{CASE}/{quote('认定审查')}"
PAGES = ("/todo", "/todo?tab=" + quote("期限事项"), "/todo.csv", REVIEW, f"{REVIEW}/print", f"{CASE}/letters", "/rules")
SEES: dict[str, tuple[int, ...]] = {
    "chen": (200, 200, 200, 200, 200, 200, 200),
    "zhou": (200, 200, 200, 200, 200, 200, 200),
    "xu": (200, 200, 200, 200, 200, 200, 200),
    "shen": (200, 200, 200, 200, 200, 200, 200),
    "he": (200, 200, 403, 403, 403, 403, 200),
    "guan": (200, 200, 403, 403, 403, 403, 403),
}


def form(page: Any) -> dict[str, str]:
    """The hidden fields of the form on a page, as a browser would send them back."""
    text = page.content.decode()
    asked = text[text.index('<form class="ask"') :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked[: asked.index("</form>")]))


def answer(client: Any, asked: str, value: str, said: str = "", **more: str) -> Any:
    hidden = form(client.get(REVIEW, {"name": asked})) | more
    return client.post(f"{REVIEW}/answer", {**hidden, "value": value, "said": said})


@pytest.mark.parametrize(
    ("login", "page", "status"), [(w, p, s) for w, all_ in SEES.items() for p, s in zip(PAGES, all_, strict=True)]
)
def test_who_sees_what(desk: Any, login: str, page: str, status: int) -> None:
    assert desk.client(login).get(page).status_code == status


def test_every_page_has_its_row() -> None:
    assert all(len(row) == len(PAGES) for row in SEES.values())


@pytest.mark.parametrize("page", [*PAGES, "/"])
def test_nobody_sees_anything_without_signing_in(desk: Any, page: str) -> None:
    from django.test import Client

    found = Client().get(page)
    assert (found.status_code, found.url.split("?")[0]) in {(302, "/login"), (302, "/todo")}


def test_case_says_what_is_missing_and_what_an_answer_would_do(desk: Any) -> None:
    text = desk.client("chen").get(REVIEW).content.decode()
    assert "还可能：暂缓审查、不予认定、符合认定条件" in text
    assert "是 → 还可能不予认定、符合认定条件；　否 → 暂缓审查" in text
    assert "校友会活动登记.xlsx!E10" in text


def test_case_can_be_finished(desk: Any) -> None:
    """FZ-2026-014, from open to decided but for the cell of its ledger, which only a file can fill."""
    chen = desk.client("chen")
    for name in ("已提交投入承诺", "配套资金承诺"):
        assert answer(chen, name, "是", "补充材料").status_code == 302
    for name in ("产业科研集聚", "运营组织能力"):
        assert answer(chen, name, "是", "实地看过，符合要求").status_code == 302
    text = chen.get(REVIEW).content.decode()
    assert "填这一格" in text
    cell = "校友会活动登记.xlsx!E10"
    assert answer(chen, cell, "34").status_code == 422  # nobody said why
    assert answer(chen, cell, "三十四", "活动签到表").status_code == 422
    assert answer(chen, cell, "34", "活动签到表").status_code == 302
    assert "<strong" in (text := chen.get(REVIEW).content.decode())
    assert "不予认定" in text[text.index("<strong") :][:200]
    assert answer(chen, cell, "35", "活动签到表，复核").status_code == 302
    text = chen.get(REVIEW).content.decode()
    assert "符合认定条件" in text[text.index("<strong") :][:200]
    assert "没有了，结果已经定了" in text
    assert chen.get(f"{CASE}/letters").status_code == 200


def test_unset_is_not_no(desk: Any) -> None:
    chen = desk.client("chen")
    answer(chen, "独立场地", "", "")
    text = chen.get(REVIEW, {"name": "独立场地"}).content.decode()
    assert 'value="" checked> 还不知道' in text


def test_finding_needs_reasons_and_keeps_what_was_typed(desk: Any) -> None:
    found = answer(desk.client("chen"), "运营组织能力", "是", "可以")
    text = found.content.decode()
    assert found.status_code == 422
    assert "理由太短，至少8个字" in text
    assert 'value="是" checked' in text
    assert ">可以</textarea>" in text


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("实地考察日期", "十月底", "不是日期"), ("专家资源人数", "十四人", "不是数字"), ("驿站类型", "行业形", "行业型")],
)
def test_value_that_cannot_be_read_is_refused(desk: Any, name: str, value: str, said: str) -> None:
    found = answer(desk.client("chen"), name, value)
    assert found.status_code == 422
    assert said in found.content.decode()


def test_unknown_names_are_refused(desk: Any) -> None:
    chen = desk.client("chen")
    assert answer(chen, "独立场地", "是", section="事实", name="没有这个").status_code == 422
    assert answer(chen, "独立场地", "是", section="记录", name="活动台账").status_code == 422
    assert chen.get(f"{CASE}/{quote('没有这项决定')}").status_code == 404
    assert chen.get("/case/FZ-0000-000/").status_code == 404


def test_exception_only_for_what_is_unmet(desk: Any) -> None:
    chen = desk.client("chen")
    given = {"section": "例外理由", "name": "年度活动规模", "key": str(uuid4()), "version": "0"}
    found = chen.post(f"{REVIEW}/answer", {**given, "value": "是", "said": "当年新设，不足一年"})
    assert found.status_code == 422
    assert "现在不能写例外" in found.content.decode()


def test_exception_lets_an_unmet_criterion_pass(desk: Any) -> None:
    chen, page = desk.client("chen"), f"/case/FZ-2026-003/{quote('认定审查')}"
    asked = chen.get(page, {"at": "年度活动规模", "name": "年度活动规模"})
    assert "是 → 符合认定条件；　否 → 不予认定" in asked.content.decode()
    found = chen.post(f"{page}/answer", {**form(asked), "value": "是", "said": "年底场馆维修，已另行安排"})
    assert found.status_code == 302
    assert "准许例外：陈若川 2026-11-23" in chen.get(page, {"at": "年度活动规模"}).content.decode()


@pytest.mark.parametrize("login", ["xu", "shen"])
def test_who_only_reads_cannot_answer(desk: Any, login: str) -> None:
    from web.models import Step

    client = desk.client(login)
    found = client.post(f"{REVIEW}/answer", {"section": "事实", "name": "独立场地", "value": "否", "key": str(uuid4())})
    assert found.status_code == 403
    assert client.post(f"{CASE}/undo", {"key": str(uuid4())}).status_code == 403
    assert not Step.objects.exists()


def test_reviewer_works_on_his_own_cases_only(desk: Any) -> None:
    from web.models import CaseRecord, Person

    CaseRecord.objects.filter(number="FZ-2026-014").update(holder=Person.objects.get(login="zhou"))
    chen = desk.client("chen")
    page = chen.get(REVIEW).content.decode()
    assert "FZ-2026-014在周以宁手上，要办先请科长转交" in page
    assert answer(chen, "独立场地", "是").status_code == 403
    assert answer(desk.client("zhou"), "独立场地", "是").status_code == 302


def test_two_people_on_one_field_lose_nothing(desk: Any) -> None:
    chen, zhou = desk.client("chen"), desk.client("zhou")
    hidden = form(chen.get(REVIEW, {"name": "已提交投入承诺"}))
    assert answer(zhou, "已提交投入承诺", "否", "收件清单上没有").status_code == 302
    late = chen.post(f"{REVIEW}/answer", {**hidden, "value": "是", "said": "承诺书"})
    text = late.content.decode()
    assert late.status_code == 409
    assert "没有存上：这一项别人刚改过" in text
    assert "周以宁" in text
    assert "暂缓审查" in text
    assert "还可能不予认定、符合认定条件" in text
    other = answer(chen, "配套资金承诺", "是")
    assert other.status_code == 302
    asked = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    assert chen.post(f"{REVIEW}/answer", {**dict(asked), "said": "承诺书后补"}).status_code == 302


def test_form_sent_twice_is_one_step(desk: Any) -> None:
    from web.models import Step

    chen = desk.client("chen")
    hidden = form(chen.get(REVIEW, {"name": "已提交投入承诺"})) | {"value": "是", "said": ""}
    assert [chen.post(f"{REVIEW}/answer", hidden).status_code for _ in range(2)] == [302, 302]
    assert Step.objects.count() == 1


def test_undo_goes_back_to_the_files_step_by_step(desk: Any) -> None:
    chen = desk.client("chen")
    before = chen.get(REVIEW, {"name": "独立场地"}).content.decode()
    answer(chen, "独立场地", "否")
    answer(chen, "独立场地", "")
    for wanted in ('value="否" checked', 'value="是" checked'):
        chen.post(f"{CASE}/undo", {"determination": "认定审查", "key": str(uuid4())})
        text = chen.get(REVIEW, {"name": "独立场地"}).content.decode()
        assert wanted in text
    assert "场地租赁合同" in text
    assert "场地租赁合同" in before
    third = chen.post(f"{CASE}/undo", {"determination": "认定审查", "key": str(uuid4())}, follow=True)
    assert "没有可以撤销的一步" in third.content.decode()


def test_undo_never_takes_back_what_another_said(desk: Any) -> None:
    from web.models import Step

    answer(desk.client("chen"), "独立场地", "否")
    answer(desk.client("zhou"), "独立场地", "是")
    chen = desk.client("chen")
    chen.post(f"{CASE}/undo", {"determination": "认定审查", "key": str(uuid4())})
    assert Step.objects.count() == 2


def test_list_is_in_the_order_of_days(desk: Any) -> None:
    text = desk.client("zhou").get("/todo", {"tab": "期限事项"}).content.decode()
    days = re.findall(r'<td class="day">([0-9-]+)</td>', text[: text.index("三个工作日内")])
    assert days == sorted(days)
    assert len(days) > 3
    assert "逾 " in text
    assert "暂估" in text


def test_table_cannot_be_taken_for_formulas(desk: Any) -> None:
    from web.models import CaseRecord

    CaseRecord.objects.filter(number="FZ-2026-014").update(title="=1+1")
    text = desk.client("chen").get("/todo.csv").content.decode()
    assert ",'=1+1," in text
    assert ",=1+1," not in text


def test_pages_ask_the_database_little(desk: Any) -> None:
    from django.db import connection

    for login in ("chen", "shen"):  # whose looks are recorded
        client = desk.client(login)
        for page in PAGES:
            asked: list[str] = []
            connection.connection.set_trace_callback(asked.append)  # the ledger's statements too
            client.get(page)
            connection.connection.set_trace_callback(None)
            found = [text for text in asked if text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
            assert len(found) <= 15, (login, page, found)


def test_conflict_page_names_the_rules(desk: Any) -> None:
    from engine.base.basis import fingerprint
    from web.services.rules import package

    chen, version = desk.client("chen"), fingerprint(package().digest)
    hidden = form(chen.get(REVIEW, {"name": "已提交投入承诺"}))
    answer(chen, "已提交投入承诺", "否")
    text = chen.post(f"{REVIEW}/answer", {**hidden, "value": "是"}).content.decode()
    assert f"规则 {version}" in text
    assert "你自己在别处刚改过" in text


def test_counts_are_those_of_the_lists(desk: Any) -> None:
    chen = desk.client("chen")
    for tab in ("待我办", "全部案件", "期限事项"):
        text = chen.get("/todo", {"tab": tab}).content.decode()
        told = re.search(rf">{tab} <b>(\d+)</b>", text)
        assert told is not None
        assert int(told[1]) == text.count("<tr data-row>") + text.count("<tr>\n<td>")


def test_table_has_empty_cells_where_nothing_is_said(desk: Any) -> None:
    text = desk.client("chen").get("/todo.csv").content.decode()
    assert ",'," not in text


def test_refused_case_opens_on_what_decides(desk: Any) -> None:
    text = desk.client("chen").get(f"/case/FZ-2026-003/{quote('认定审查')}").content.decode()
    assert re.search(r'<tr class="now".{0,600}年度活动规模.{0,200}决定性', text, re.S)


def test_print_says_who_decided_on_an_exception(desk: Any) -> None:
    text = desk.client("chen").get(f"/case/FZ-2026-003/{quote('认定审查')}/print").content.decode()
    assert "不准许例外：陈若川" in text
    assert "决定性" in text


def test_what_was_done_is_told_whole(desk: Any) -> None:
    chen = desk.client("chen")
    for number in range(14):
        answer(chen, "独立场地", "是否"[number % 2], f"第{number}次看")
    text = chen.get(REVIEW).content.decode()
    assert "经过 14 步" in text
    assert "独立场地：是（第0次看）" in text


def test_nothing_said_is_no_answer(desk: Any) -> None:
    from web.models import Step

    chen = desk.client("chen")
    assert answer(chen, "已提交投入承诺", "").status_code == 422
    assert answer(chen, "校友会活动登记.xlsx!E10", "", "没有").status_code == 422
    assert not Step.objects.exists()


def test_digits_may_be_full_width(desk: Any) -> None:
    chen = desk.client("chen")
    assert answer(chen, "专家资源人数", "６０人").status_code == 302
    assert answer(chen, "校友会活动登记.xlsx!E10", "３５", "签到表").status_code == 302


def test_form_that_comes_after_the_session_is_told_of(desk: Any) -> None:
    from django.test import Client

    came = f"http://testserver{REVIEW}?name=x"
    late = Client().post(f"{REVIEW}/answer", {"value": "是"}, HTTP_REFERER=came)
    assert late.status_code == 302
    assert "没有存上：登录已经过期" in Client().get(late.url).content.decode()
    assert quote(REVIEW, safe="") in late.url or quote(quote(REVIEW), safe="") in late.url


@pytest.mark.parametrize("page", [f"{REVIEW}/answer", f"{CASE}/undo", "/logout"])
def test_addresses_of_forms_say_so(desk: Any, page: str) -> None:
    found = desk.client("chen").get(page)
    assert found.status_code == 405
    assert "不能直接打开" in found.content.decode()


def test_what_is_too_much_is_told_in_chinese(desk: Any) -> None:
    chen = desk.client("chen")
    found = chen.post(f"{REVIEW}/answer", {"said": "长" * 200_000})
    assert found.status_code == 400
    assert "内容太长" in found.content.decode()
    assert "没有收下" in chen.get("/todo", HTTP_HOST="elsewhere.example").content.decode()


def test_wrong_cell_shows_what_was_sent(desk: Any) -> None:
    text = desk.client("chen").get("/case/FZ-2026-099/", follow=True).content.decode()
    told = text[text.index("读来件时的提示") :]
    (address,) = re.findall(r'<a href="([^"]+)">活动台账.xlsx!E7</a>', told)
    page = desk.client("chen").get("/case/FZ-2026-099/", follow=True).redirect_chain[-1][0]
    shown = desk.client("chen").get(page + address.replace("&amp;", "&").split("#")[0]).content.decode()
    assert "来件上的没有读懂" in shown
