"""The office file read: what it may say, what is refused and where; a key never stands in it, nor is one shown."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.base.problem import Refused, Span
from engine.base.report import render_text
from engine.office.doctor import FAIL, OK, WARN
from engine.office.doctor_office import examine_office
from engine.office.office_file import ACTS, Office, acting, load_office
from engine.policy.sources import quoted_sources
from engine.record import sqlite

ROOT = Path(__file__).parents[2]
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj"
WHOLE = """\
规则: policies
日历: calendars
登记簿: 登记簿.jsonl
输出: 文书
人员:
  - {姓名: 林岚, 职责: 审查}
  - {姓名: 陈若川, 职责: [审查, 签发, 管理]}
密钥: keys/sign.pem
未发布: 样稿
账本: 账本.db
账本头: 别处/账本头.txt
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office's folder, without an office file."""
    (tmp_path / "policies/甲办法").mkdir(parents=True)
    (tmp_path / "policies/甲办法/policy.yaml").write_text("规范: {}\n")
    shutil.copytree(ROOT / "calendars", tmp_path / "calendars")
    (tmp_path / "空").mkdir()
    return tmp_path


def loaded(home: Path, text: str | bytes) -> Office:
    path = home / "office.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_office(path)


def test_every_key_is_read_and_paths_start_from_the_file(home: Path) -> None:
    assert loaded(home, WHOLE) == Office(
        home / "office.yaml",
        home / "policies",
        home / "calendars",
        home / "登记簿.jsonl",
        home / "文书",
        home / "keys/sign.pem",
        {"林岚": ("审查",), "陈若川": ("审查", "签发", "管理")},
        "样稿",
        home / "账本.db",
        home / "别处/账本头.txt",
    )


def test_every_key_may_be_left_out(home: Path) -> None:
    assert loaded(home, "规则: policies\n") == Office(home / "office.yaml", home / "policies")
    assert loaded(home, f"规则: {home}/policies\n").rules == home / "policies"


WRONG: list[tuple[str, str, str | bytes, str, str]] = [
    # name, code, text, place, in the message or the suggestion
    ("empty", "E910", "", "", "是空的"),
    ("only comments", "E910", "# 规则: policies\n", "", "是空的"),
    ("a list", "E301", "- 规则\n", "1:1", "`规则:`"),
    ("an unknown key", "E305", "规责: policies\n", "1:1", "是否想写 `规则`"),
    ("a ledger by another name", "E305", "台账: ledger.db\n", "1:1", "`账本`"),
    ("a key twice", "E123", "规则: policies\n规则: policies\n", "2:1", "重复"),
    ("a role that is none", "E306", "人员:\n  - {姓名: 林岚, 职责: 签法}\n", "2:18", "`签发`"),
    ("no role", "E304", "人员:\n  - {姓名: 林岚}\n", "2:6", "`职责`"),
    ("no name", "E304", "人员:\n  - {职责: 审查}\n", "2:6", "`姓名`"),
    (
        "a person twice",
        "E911",
        "人员:\n  - {姓名: 林岚, 职责: 审查}\n  - {姓名: 林岚, 职责: 签发}\n",
        "3:10",
        "第 2 行",
    ),
    ("a mark that is none", "E306", "未发布: 水印\n", "1:6", "`样稿`"),
    ("no rules folder", "E910", "规则: 没有\n", "1:5", "不存在"),
    ("a folder without packages", "E910", "规则: 空\n", "1:5", "没有政策包"),
    ("one package instead of their folder", "E910", "规则: policies/甲办法\n", "1:5", "没有政策包"),
    ("a file for the rules", "E910", "规则: office.yaml\n", "1:5", "是文件，不是文件夹"),
    ("no calendar", "E910", "日历: 空\n", "1:5", "china-年份.yaml"),
    ("a folder for the register", "E910", "登记簿: 空\n", "1:6", "是文件夹，不是文件"),
    ("a folder for the key", "E910", "密钥: 空\n", "1:5", "是文件夹，不是文件"),
    ("a file for the output", "E910", "输出: office.yaml\n", "1:5", "是文件，不是文件夹"),
    ("a path through a file", "E910", "规则: office.yaml/policies\n", "1:5", "不存在"),
    ("a loop of links", "E910", "规则: 圈\n", "1:5", "不存在"),
    ("a home that is not expanded", "E307", "规则: ~/policies\n", "1:5", "`~`"),
    ("two paths", "E309", "规则: [a, b]\n", "1:6", "列表"),
    ("GBK", "E105", WHOLE.encode("gb18030"), "1:1", "UTF-8"),
    ("a hidden character", "E106", "规则: poli\u200bcies\n", "1:9", "U+200B"),
    ("an anchor", "E120", "规则: &a policies\n", "1:5", "锚点"),
]


@pytest.mark.parametrize(("code", "text", "place", "said"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_said_where_it_stands(home: Path, code: str, text: str | bytes, place: str, said: str) -> None:
    os.symlink("圈", home / "圈")
    with pytest.raises(Refused) as refused:
        loaded(home, text)
    assert refused.value.exit_code == 2
    problem = refused.value.problems[0]
    assert problem.code == code
    at = problem.place
    assert (f"{at.line}:{at.column}" if isinstance(at, Span) else "") == place
    assert said in f"{problem.message}{problem.help}"


KEYS = [
    f"密钥: {KEY}\n",
    f"密钥: |\n  -----BEGIN PRIVATE KEY-----\n  {KEY}\n  -----END PRIVATE KEY-----\n",
    f"# 旧的：{KEY}\n规则: policies\n",
    "密钥: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
    f"口令: {KEY}\n",
    "密钥: AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZ\n",
]


@pytest.mark.parametrize("text", KEYS)
def test_a_key_in_the_file_is_refused_and_not_shown(home: Path, text: str) -> None:
    with pytest.raises(Refused) as refused:
        loaded(home, text)
    problems = refused.value.problems
    assert [p.code for p in problems] == ["E912"]
    shown = render_text(problems, quoted_sources(problems))
    assert f"{home}/office.yaml:" in shown
    secrets = [word for word in text.replace("\n", " ").split() if len(word) > 30]
    assert secrets == [] or not any(secret in shown for secret in secrets)


@pytest.mark.parametrize("path", ["keys/sign.pem", "/etc/guiju/keys/signing/production/receipts", "密钥/2026-签章.p12"])
def test_a_path_is_no_key(home: Path, path: str) -> None:
    assert loaded(home, f"密钥: {path}\n").key == home / path


def test_a_path_that_exists_is_no_key_whatever_it_is_called(home: Path) -> None:
    (home / KEY).write_text("…")
    assert loaded(home, f"密钥: {KEY}\n").key == home / KEY


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


NO_FILES = [
    (Path.mkdir, "E102"),
    (make_pipe, "E102"),
    (lambda path: path.symlink_to(path.name), "E10"),
    (lambda path: path.write_bytes(b"#" * 1_000_001), "E104"),
    (lambda path: None, "E101"),
]


@pytest.mark.parametrize(("make", "code"), NO_FILES, ids=["folder", "pipe", "link to itself", "too large", "missing"])
def test_what_is_no_office_file_is_refused(tmp_path: Path, make: object, code: str) -> None:
    assert callable(make)
    make(tmp_path / "office.yaml")
    with pytest.raises(Refused) as refused:
        load_office(tmp_path / "office.yaml")
    assert refused.value.problems[0].code.startswith(code)
    assert refused.value.exit_code == 2


# ---- who acts ----


@pytest.fixture
def office(home: Path) -> Office:
    return loaded(home, WHOLE)


def test_who_may_do_what(office: Office) -> None:
    assert acting(office, "林岚", ("录入事件",)) == "林岚"
    assert acting(office, "陈若川", ("出具文书", "取文号")) == "陈若川"
    assert acting(None, None, tuple(ACTS)) == ""
    assert acting(Office(office.file), None, tuple(ACTS)) == ""


NOBODY = [
    (None, "E913", "有 林岚、陈若川"),
    ("林兰", "E913", "是否想写 `林岚`"),
    ("", "E913", "有 林岚、陈若川"),
    ("林岚", "E914", "由 陈若川 来办"),
]


@pytest.mark.parametrize(("name", "code", "said"), NOBODY)
def test_who_may_not_is_told_who_may(office: Office, name: str | None, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        acting(office, name, ("出具文书", "取文号"))
    (problem,) = refused.value.problems
    assert (problem.code, refused.value.exit_code) == (code, 2)
    assert said in (problem.help or "")


def test_a_name_without_an_office_that_knows_it_is_refused(office: Office) -> None:
    for nowhere in (None, Office(office.file)):
        with pytest.raises(Refused, match="E913"):
            acting(nowhere, "林岚", ("录入事件",))


# ---- what doctor says ----


def test_doctor_finds_an_office_in_order(home: Path, office: Office) -> None:
    (home / "登记簿.jsonl").write_text("")
    (home / "keys").mkdir()
    (home / "keys/sign.pem").write_text("…")
    (home / "keys/sign.pem").chmod(0o600)
    sqlite.create(home / "账本.db", "2026-03-01T09:00:00+08:00").close()
    assert [(f.name, f.status) for f in examine_office(replace(office, heads=home.parent / "头.txt"))] == [
        *(("单位设置", OK), ("人员", OK), ("登记簿", OK), ("账本", OK), ("输出", OK), ("密钥", OK))
    ]
    assert [f.status for f in examine_office(Office(office.file))] == [OK, OK, OK]


def test_doctor_looks_at_the_ledger(home: Path, office: Office) -> None:
    def found(office: Office) -> tuple[str, str]:
        (one,) = (f for f in examine_office(office) if f.name == "账本")
        return one.status, one.message

    sqlite.create(home / "账本.db", "2026-03-01T09:00:00+08:00").close()
    assert found(office)[0] == WARN
    assert "在一处" in found(office)[1]
    assert "截短" in found(replace(office, heads=None))[1]
    (home / "账本.db").chmod(0o644)
    assert found(office)[0] == FAIL
    (home / "账本.db").write_text("不是账本")
    assert found(office)[0] == FAIL


def test_doctor_finds_what_an_office_lacks(home: Path, office: Office) -> None:
    assert {f.name: f.status for f in examine_office(office)} == {
        "单位设置": OK,
        "人员": OK,
        "登记簿": FAIL,
        "账本": FAIL,
        "输出": OK,
        "密钥": FAIL,
    }
    (home / "keys").mkdir()
    (home / "keys/sign.pem").write_text("…")
    (home / "keys/sign.pem").chmod(0o640)
    assert "别人也能读写" in examine_office(office)[-1].message
    inside = loaded(home, WHOLE.replace("keys/", "policies/"))
    (home / "policies/sign.pem").write_text("…")
    (home / "policies/sign.pem").chmod(0o600)
    assert "会随它一起交出去" in examine_office(inside)[-1].message
    unsigned = loaded(home, WHOLE.replace("[审查, 签发, 管理]", "审查"))
    assert (examine_office(unsigned)[1].status, "取文号" in examine_office(unsigned)[1].message) == (WARN, True)
    office.file.chmod(0o666)
    assert (examine_office(office)[0].status, "换掉规则" in examine_office(office)[0].message) == (FAIL, True)
