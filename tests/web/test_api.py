"""The interface for other systems: what is asked, what is refused and where, who may, what the ledger has of it."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from engine.office import api

ROOT = Path(__file__).resolve().parents[2]
ALL = ("submit", "decide", "explain", "due", "document", "verify")
NUMBER = "FZ-2027-101"
CASE = {"案件": NUMBER, "事实": {"驿站名称": "福州市接口驿站", "驿站类型": "行业型"}}
REVIEW = f"/api/v1/cases/FZ-2026-003/explanations/{quote('认定审查')}"


class Other:
    """Another system, with a token."""

    def __init__(self, login: str, *scopes: str, days: int = 1) -> None:
        from django.test import Client

        from web.api import tokens
        from web.models import Person

        person = Person.objects.get(login=login)
        self.client = Client(enforce_csrf_checks=True)
        self.token = tokens.made(person, uuid4().hex, scopes or ALL, days, ALL)

    def get(self, page: str, **more: Any) -> Any:
        return self.client.get(page, headers={"Authorization": f"Bearer {self.token}"}, **more)

    def post(self, page: str, data: Any, kind: str = "application/json") -> Any:
        sent = data if isinstance(data, str | bytes) else json.dumps(data)
        return self.client.post(page, sent, kind, headers={"Authorization": f"Bearer {self.token}"})


def entries() -> list[tuple[str, str, str]]:
    """Kind, person and case of what the ledger has."""
    from web.services.record import store

    return [(str(k), str(p), str(c)) for k, p, c in store().select("kind, person, case_id", "acts")]


@pytest.fixture
def anew(desk: Any) -> Any:
    """No cases that were sent are left, whatever a test adds: their folders are not part of the transaction."""
    from web.settings import SPACE

    folders = set(SPACE.cases.iterdir())
    yield desk
    for folder in set(SPACE.cases.iterdir()) - folders:
        shutil.rmtree(folder)


def test_case_comes_in_is_decided_and_explained(anew: Any) -> None:
    other = Other("chen")
    found = other.post("/api/v1/cases", CASE)
    assert found.status_code == 201, found.json()
    assert found.json()["名称"] == "福州市接口驿站"
    assert ("事实", "陈若川", NUMBER) in entries()
    again = other.post("/api/v1/cases", CASE)
    assert (again.status_code, again.json()) == (200, found.json())
    decided = other.post(f"/api/v1/cases/{NUMBER}/decisions", {"决定": ["认定审查"]}).json()
    assert decided["决定"][0]["决定"] == "认定审查"
    assert decided["账本"].keys() <= {"认定审查"}
    why = other.get(f"/api/v1/cases/{NUMBER}/explanations/{quote('认定审查')}").json()
    assert "独立场地" in {one["名称"] for one in why["缺"]}
    shown = other.get(f"/api/v1/cases/{NUMBER}").json()
    assert shown["规则版本"] == why["规则版本"]


def test_decision_is_recorded_once_with_who_made_it(desk: Any) -> None:
    chen, asked = Other("chen"), {"决定": ["认定审查"]}
    (seq,) = chen.post("/api/v1/cases/FZ-2026-003/decisions", asked).json()["账本"].values()
    assert chen.post("/api/v1/cases/FZ-2026-003/decisions", asked).json()["账本"] == {"认定审查": seq}
    assert ("决定", "陈若川", "FZ-2026-003") in entries()


def test_decision_after_a_correction_is_another_and_can_be_made_again(desk: Any) -> None:
    """What was said over the files is kept with the facts: the ledger alone comes to the same, word for word."""
    from web.models import CaseRecord, Person
    from web.services import steps

    chen, asked = Other("chen"), {"决定": ["认定审查"]}
    (first,) = chen.post("/api/v1/cases/FZ-2026-014/decisions", asked).json()["账本"].values()
    given = steps.Answer(("事实", "独立场地"), "否", "", 0, uuid4())
    steps.answer(Person.objects.get(login="chen"), CaseRecord.objects.get(number="FZ-2026-014"), given)
    (second,) = chen.post("/api/v1/cases/FZ-2026-014/decisions", asked).json()["账本"].values()
    assert first != second
    assert ("更正", "陈若川", "FZ-2026-014") in entries()
    (found,) = Other("shen").post("/api/v1/verifications", {"凭据": str(second)}).json()["核验"]
    assert found["一致"], found
    assert {"核对": "事实", "一致": True, "说明": "从来件重读"} in found["核对"]
    assert ("核验", "沈明鉴", "") in entries()


def test_duties(desk: Any) -> None:
    near = Other("chen").get("/api/v1/duties?" + quote("工作日") + "=3").json()["事项"]
    far = Other("chen").get("/api/v1/duties").json()["事项"]
    assert 0 < len(near) < len(far)
    assert all(one["剩余工作日"] <= 3 for one in near)


def standing(number: str) -> Any:
    from web.models import CaseRecord
    from web.services import cases

    return cases.standing(CaseRecord.objects.get(number=number))


def test_document_by_its_code(desk: Any) -> None:
    from engine.documents.embedded import read_letter
    from engine.record.act import Act
    from web.models import Person
    from web.services import record

    now = standing("FZ-2026-003")
    (plan,) = api.plan(now.file, api.decide(now.file, "认定审查"), "不予认定告知书").plans
    data = api.render(plan, "docx")
    receipt = read_letter(data, "x.docx").receipt
    code = receipt["凭据码"]
    with record.recording(Person.objects.get(login="xu"), "签发") as entering:
        kept = {"文件": {"告知书.docx": entering.writer.keep(data)}}
        said = {"文书": receipt["文书"], "凭据码": code, "成文日期": receipt["成文日期"]}
        sealed = {"案件": "FZ-2026-003", "文书摘要": receipt["文书摘要"], **kept}
        entering.writer.record(Act("文书", said, sealed), entering.at, entering.by)
    found = Other("shen").get(f"/api/v1/documents/{code}?" + quote("格式") + "=docx")
    assert found.content == data
    assert found["Content-Type"].startswith("application/vnd.openxmlformats")
    assert ("查看", "沈明鉴", "FZ-2026-003") in entries()
    assert Other("shen").get(f"/api/v1/documents/{code}").status_code == 404  # no PDF was written
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    held = Other("shen").post("/api/v1/verifications", data, kind).json()["核验"][0]
    assert (held["一致"], held["有记载"]) == (True, True)
    altered = Other("shen").post("/api/v1/verifications", data[:-40] + b"x" * 40, kind)
    assert altered.status_code in (200, 422)


WRONG: tuple[tuple[str, str, Any, str, int, str], ...] = (
    # what is wrong, address, what is sent, its type, status, the place that is told
    ("no JSON", "cases", "{案件", "application/json", 400, ""),
    ("half of a character", "cases", b'{"\xe6"', "application/json", 400, ""),
    ("a key twice", "cases", '{"案件": "甲", "案件": "乙"}', "application/json", 400, ""),
    ("no number", "cases", '{"案件": NaN}', "application/json", 400, ""),
    ("deep", "cases", "[" * 100_000, "application/json", 400, ""),
    ("digits", "cases", '{"案件": ' + "9" * 5000 + "}", "application/json", 400, ""),
    ("a list", "cases", "[]", "application/json", 422, ""),
    ("no number of a case", "cases", {}, "application/json", 422, "/案件"),
    ("number of another kind", "cases", {"案件": 3}, "application/json", 422, "/案件"),
    ("number with a stroke", "cases", {"案件": "甲/乙"}, "application/json", 422, "/案件"),
    ("item there is not", "cases", {**CASE, "密码": "x"}, "application/json", 422, "/密码"),
    ("history of a file", "cases", {**CASE, "事件记录": "../x"}, "application/json", 422, "/事件记录"),
    ("facts that are a list", "cases", {**CASE, "事实": []}, "application/json", 422, "/事实"),
    ("day that is none", "cases", {**CASE, "基准日": "2026-02-30"}, "application/json", 422, "/基准日"),
    ("fact there is not", "cases", {**CASE, "事实": {"没有这个": "1"}}, "application/json", 422, "/事实/没有这个"),
    (
        "fact that is no number",
        "cases",
        {**CASE, "事实": {"专家资源人数": "很多"}},
        "application/json",
        422,
        "/事实/专家资源人数",
    ),
    (
        "member there is not",
        "cases",
        {**CASE, "事实": {"驿站类型": "行业形"}},
        "application/json",
        422,
        "/事实/驿站类型",
    ),
    (
        "ledger of the server",
        "cases",
        {**CASE, "记录": {"活动台账": "../../secret.xlsx"}},
        "application/json",
        422,
        "/记录/活动台账",
    ),
    (
        "depth of a fact",
        "cases",
        {**CASE, "事实": {"甲": {"乙": {"丙": [[[[[[1]]]]]]}}}},
        "application/json",
        422,
        "/事实/甲/乙/丙/0/0/0/0/0",
    ),
    ("regulation there is not", "cases", {**CASE, "规范": "没有"}, "application/json", 422, ""),
    ("a form", "cases", "a=1", "application/x-www-form-urlencoded", 415, ""),
    ("text", "cases", "{}", "text/plain", 415, ""),
    ("no type", "cases", "{}", "", 415, ""),
    ("a file where none is taken", "cases", b"%PDF-", "application/pdf", 415, ""),
    ("too much", "cases", " " * 1_000_001, "application/json", 413, ""),
    ("too large a file", "verifications", b"%PDF-" + b" " * 20_000_000, "application/pdf", 413, ""),
    ("no letter", "verifications", b"%PDF-1.7 nothing", "application/pdf", 422, ""),
    ("code mistyped", "verifications", {"凭据": "14R9-07SY-R4D4"}, "application/json", 422, ""),
    ("nothing to verify", "verifications", {"凭据": ""}, "application/json", 422, "/凭据"),
    (
        "determination there is not",
        "cases/FZ-2026-003/decisions",
        {"决定": ["没有"]},
        "application/json",
        422,
        "/决定/0",
    ),
    ("case there is not", "cases/FZ-0000-000/decisions", {}, "application/json", 404, ""),
    ("way out of the address", "cases/..%2f..%2fetc/decisions", {}, "application/json", 404, ""),
    ("case that is there", "cases", {"案件": "FZ-2026-003"}, "application/json", 409, "/案件"),
)


@pytest.mark.parametrize(
    ("page", "data", "kind", "status", "place"), [row[1:] for row in WRONG], ids=[r[0] for r in WRONG]
)
def test_wrong_request_is_told_where(desk: Any, page: str, data: Any, kind: str, status: int, place: str) -> None:
    from web.settings import SPACE

    before = sorted(SPACE.cases.iterdir())
    found = Other("chen" if not page.startswith("verif") else "zhou").post(f"/api/v1/{page}", data, kind)
    assert found.status_code == status, found.content.decode()
    wrong = found.json()["错误"][0]
    assert wrong.keys() == {"代码", "消息", "位置", "建议"}
    assert place in ("", wrong["位置"]), wrong
    assert wrong["建议"]
    assert "Traceback" not in found.content.decode()
    assert sorted(SPACE.cases.iterdir()) == before


ASKED: tuple[tuple[str, str, str, Any], ...] = (
    ("submit", "POST", "/api/v1/cases", {"案件": "FZ-2026-003"}),
    ("explain", "GET", "/api/v1/cases/FZ-2026-003", None),
    ("explain", "GET", REVIEW, None),
    ("decide", "POST", "/api/v1/cases/FZ-2026-003/decisions", {"决定": ["没有"]}),
    ("due", "GET", "/api/v1/duties", None),
    ("document", "GET", "/api/v1/documents/14R9-07SY-R4D3", None),
    ("verify", "POST", "/api/v1/verifications", {"凭据": "14R9-07SY-R4D4"}),
)
MAY = {  # person -> the scopes of which something can be done, besides the token's own
    "chen": {"submit", "explain", "decide", "due", "document"},
    "zhou": {"submit", "explain", "decide", "due", "document", "verify"},
    "xu": {"explain", "due", "document"},
    "shen": {"explain", "due", "document", "verify"},
    "he": set(),
    "guan": set(),
}


@pytest.mark.parametrize("login", MAY)
def test_who_may_what(desk: Any, login: str) -> None:
    whole = Other(login)
    for scope, method, page, data in ASKED:
        found = whole.get(page) if method == "GET" else whole.post(page, data)
        assert (found.status_code == 403) == (scope not in MAY[login]), (scope, found.content.decode())
        others = Other(login, *(one for one in ALL if one != scope))
        found = others.get(page) if method == "GET" else others.post(page, data)
        assert found.status_code == 403
        assert f"令牌没有范围 `{scope}`" in found.json()["错误"][0]["消息"]


def test_every_operation_is_asked_for_here() -> None:
    from web.api.operations import OPERATIONS

    assert len(ASKED) == len(OPERATIONS)
    assert {row[0] for row in ASKED} == set(ALL) == {one.scope for one in OPERATIONS}


def test_reviewer_decides_only_what_is_his(desk: Any) -> None:
    from web.models import CaseRecord, Person

    CaseRecord.objects.filter(number="FZ-2026-003").update(holder=Person.objects.get(login="zhou"))
    found = Other("chen").post("/api/v1/cases/FZ-2026-003/decisions", {})
    assert found.status_code == 403
    assert "周以宁手上" in found.json()["错误"][0]["消息"]


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer x", "Basic Y2hlbjp4", "Bearer guiju_" + "a" * 43, "Bearer \u00e9", "bearer  "]
)
def test_without_a_good_token_nothing_is_answered(desk: Any, sent: str) -> None:
    from django.test import Client

    for _, method, page, _ in ASKED:
        found = Client().generic(method, page, headers={"Authorization": sent} if sent else {})
        assert (found.status_code, found["WWW-Authenticate"]) == (401, "Bearer")


def test_signed_in_browser_is_no_token(desk: Any) -> None:
    assert desk.client("zhou").get("/api/v1/cases/FZ-2026-003").status_code == 401


def test_token_ends(desk: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from web.api import tokens
    from web.api.models import Token
    from web.models import Person

    other = Other("chen")
    assert other.get(REVIEW).status_code == 200
    token = Token.objects.get()
    assert other.token not in str(token.__dict__)
    assert token.used is not None
    Token.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert other.get(REVIEW).status_code == 401
    Token.objects.update(until=timezone.now() + timedelta(days=1))
    Person.objects.filter(login="chen").update(is_active=False)
    assert other.get(REVIEW).status_code == 401
    Person.objects.filter(login="chen").update(is_active=True)
    assert tokens.withdrawn(token.label)
    assert not tokens.withdrawn(token.label)
    assert other.get(REVIEW).status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods(desk: Any, method: str) -> None:
    found = Other("chen").client.generic(method, "/api/v1/cases/FZ-2026-003/decisions")
    assert found.status_code == 405
    assert found.json()["错误"][0]["建议"] == "用 POST"


@pytest.mark.parametrize("page", ["/api/", "/api/v2/cases", "/api/v1/nothing", "/api/v1/cases/x/y/z", "/api/../todo"])
def test_no_such_address(desk: Any, page: str) -> None:
    found = Other("chen").get(page)
    assert (found.status_code, found["Content-Type"]) == (404, "application/json")


def test_fault_of_ours_is_a_number(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.services import queue

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(queue, "rows", broken)
    found = Other("chen").get("/api/v1/duties")
    assert found.status_code == 500
    assert "编号 2" in found.json()["错误"][0]["消息"]
    assert "boom" not in found.content.decode()


def test_document_of_the_interface_says_what_is_checked(desk: Any) -> None:
    from django.test import Client
    from jsonschema import Draft202012Validator

    found = Client().get("/api/v1/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    schemas = found["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"[A-Za-z]+", name)
    for refers in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(found, ensure_ascii=False)):
        place = found
        for part in refers.split("/"):
            place = place[part]
    names = [one["operationId"] for methods in found["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names)) == len(ASKED)

    def valid(schema: str, data: Any) -> None:
        Draft202012Validator({**schemas[schema], "components": {"schemas": schemas}}).validate(data)

    valid("Submission", CASE)
    valid("Explained", Other("chen").get(REVIEW).json())
    valid("Duties", Other("chen").get("/api/v1/duties").json())
    valid("CaseStanding", Other("chen").get("/api/v1/cases/FZ-2026-003").json())
    valid("Faults", Other("chen").get("/api/v1/nothing").json())


CURL = re.compile(r"^curl ((?:[^\n]|\\\n)*?)$", re.M)


def test_commands_of_the_guide_run(anew: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every `curl` of docs/api.md, in order, is answered as it says."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    other = Other("zhou")
    (tmp_path / "案件.json").write_text(re.search(r"```json\n(.*?)```", text, re.S)[1], encoding="utf-8")
    said = re.findall(r"^curl (.*?)\n# → (\d+)", text, re.M | re.S)
    assert len(said) == len(re.findall(r"^curl ", text, re.M)) >= 7
    for command, status in said:
        parts = shlex.split(command.replace("\\\n", " ").replace("$TOKEN", other.token))
        page = next(part for part in parts if part.startswith("http"))
        after = dict(itertools.pairwise(parts))
        heads = [parts[at + 1] for at, part in enumerate(parts) if part == "-H"]
        data = after.get("--data-binary", after.get("--data", after.get("-d")))
        if data is not None and data.startswith("@"):
            data = (tmp_path / data[1:]).read_bytes() if (tmp_path / data[1:]).exists() else b"%PDF-1.7"
        headers = {name: value for name, _, value in (head.partition(": ") for head in heads)}
        kind = headers.pop("Content-Type", "")
        page = "/" + page.split("/", 3)[3]
        found = other.client.generic("GET" if data is None else "POST", page, data or "", kind, headers=headers)
        assert found.status_code == int(status), (command, found.content.decode())


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        (("窗口", "--for", "chen", "--scope", "explain"), 0, "替 陈若川"),
        (("窗口", "--for", "chen"), 2, "没有写范围"),
        (("窗口", "--for", "chen", "--scope", "all"), 2, "没有范围 `all`"),
        (("窗口", "--for", "nobody", "--scope", "explain"), 2, "没有登录名是 `nobody` 的人"),
        (("窗口", "--for", "chen", "--withdraw"), 2, "没有用途是 `窗口` 的令牌"),
    ],
)
def test_token_is_made_at_a_terminal(desk: Any, said: tuple[str, ...], code: int, told: str) -> None:
    from click.testing import CliRunner

    from engine.base.problem import Refused
    from web.api import tokens
    from web.manage import workbench

    done = CliRunner().invoke(workbench, ["token", *said, "--data", str(desk.folder)])
    refused = done.exception if isinstance(done.exception, Refused) else None
    assert (refused.exit_code if refused else done.exit_code) == code
    assert told in (refused.problems[0].message if refused else done.output)
    if not code:
        assert tokens.found(done.output.split()[-1]) is not None
