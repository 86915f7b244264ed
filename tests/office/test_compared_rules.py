"""`guiju diff`: two folders, or a folder and a change that is only supposed, as text, Markdown and JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.run import guiju
from tests.office.test_impact import RULES, case
from tests.worlds.texts import header

CHANGES = (
    ("场次不少于下限", "场次超过下限"),
    ("取值: [{值: 12场}]", "取值: [{值: 12场, 至: 2026-12-31}, {值: 9场, 自: 2027-01-01}]"),
    ("'准予{单位名称}。'", "'同意{单位名称}。'"),
    ("状态: [未办, 已办]", "状态: [未办, 已办, 已结]"),
    ("期限: 日后（事件日期，10日）", "期限: 日后（事件日期，5日）"),
    ("采用: 必须", "采用: 不必"),
)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name in ("old", "new"):
        (tmp_path / name / "t" / "tests" / "cases").mkdir(parents=True)
        (tmp_path / name / "t" / "policy.yaml").write_text(header("t"))
        (tmp_path / name / "t" / "rules.yaml").write_text(RULES)
        (tmp_path / name / "t" / "tests" / "cases" / "c.yaml").write_text(case("C", "场次: 30场, 有场地: 是"))
    return tmp_path


def change(folders: Path, *changes: tuple[str, str]) -> None:
    path = folders / "new" / "t" / "rules.yaml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def told(folders: Path, *options: str) -> str:
    found = guiju("diff", str(folders / "old"), str(folders / "new"), *options, "--as-of", "2026-06-01")
    assert found.code == 0, found.err
    return found.out


def test_a_witness_lies_on_the_limit_and_begins_from_the_packages_own_case(folders: Path) -> None:
    change(folders, CHANGES[0])
    text = told(folders)
    assert "  审查：收紧\n" in text
    assert "      收紧：以 C 为例，场次若为12场（现为30场），准予 → 不予\n" in text
    assert "见证从 1 个案件出发" in text
    assert "| 审查 | 收紧 | 规模" in told(folders, "--markdown")
    plain = json.loads(told(folders, "--json"))
    (one,) = plain["决定"]
    (witness,) = one["改动"][0]["见证"]
    assert (one["比较"], witness["改"]) == ("收紧", [{"名称": "场次", "现": "30场", "若为": "12场"}])


def test_everything_else_that_is_said_otherwise_is_told(folders: Path) -> None:
    change(folders, *CHANGES[1:])
    header_ = folders / "new" / "t" / "policy.yaml"
    header_.write_text(header_.read_text().replace("状态: 有效", "状态: 征求意见稿"))
    text = told(folders)
    for line in (
        "规范 t（状态）：有效 → 征求意见稿",
        "参数 下限：12场 → 至 2026-12-31 12场；2027-01-01 起 9场",
        "解释口径 Q1：必须 → 不必",
        "准予{单位名称}。 → 同意{单位名称}。",
        "状态：未办、已办 → 未办、已办、已结",
        "程序 受理（答复申请）：日后（事件日期，10日） → 日后（事件日期，5日）",
    ):
        assert line in text, text
    assert (
        "  审查：放宽\n    场地（通过）：不再有\n      放宽：以 C 为例，有场地若为否（现为是），不予 → 准予\n" in text
    )


def test_comments_and_order_are_silent_and_an_equal_sentence_is_shown_to_be_equal(folders: Path) -> None:
    change(folders, ("参数:", "# 说明\n参数:"))
    assert "写法不同之处\n  没有\n" in told(folders)
    change(folders, ("场次不少于下限", "非（场次少于下限）"))
    assert "等价：它所读的各项在每一段、每个取值和未知时都相同" in told(folders)


def test_against_a_change_that_is_only_supposed(folders: Path) -> None:
    overlay = folders / "改动.yaml"
    overlay.write_text("参数: {下限: 11场}")
    found = guiju("diff", str(folders / "old"), str(overlay), "--as-of", "2026-06-01")
    assert "      放宽：以 C 为例，场次若为11场（现为30场），不予 → 准予\n" in found.out


def test_what_cannot_be_shown_is_said(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folders, ("场次不少于下限", "场次×2不少于24场"))
    assert "审查：等价" in told(folders)
    monkeypatch.setattr("engine.commands.revising.has_solver", lambda: False)
    found = told(folders)
    assert "未定：要用场次计算，分不成有限的几段" in found
    assert "没有安装求解器" in found
    shutil.rmtree(folders / "new")
    found = guiju("diff", str(folders / "old"), str(folders / "new"))
    assert (found.code, "E101" in found.err) == (1, True)


PAID = "性质: 有利决定, 机关: 某局, 文书: 函}"


def test_what_follows_from_the_same_outcome_is_compared_too(folders: Path) -> None:
    amount = "参数: [{名称: 每场, 单位: 元, 条款: 第一条, 取值: [{值: 100元}]}, "
    for name, rate in (("old", "100元"), ("new", "90元")):
        path = folders / name / "t" / "rules.yaml"
        text = path.read_text().replace(PAID, PAID.replace("文书: 函", "文书: 函, 金额: 每场×2"))
        path.write_text(text.replace("参数: [", amount.replace("100元", rate), 1))
    text = told(folders)
    assert "  审查：金额不同\n" in text
    assert "准予 的金额不同：每场×2；以 C 为例，200元 → 180元" in text
    plain = json.loads(told(folders, "--json"))
    assert plain["决定"][0]["结果的后果"][0]["案件"] == [{"案件": "C", "原": "200元", "改后": "180元"}]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (PAID, PAID.replace("有利决定", "程序性"), "性质不同"),
        (PAID, PAID.replace("某局", "另局"), "机关不同"),
        (PAID, PAID.replace(", 文书: 函", ""), "文书不同"),
    ],
)
def test_a_nature_or_a_document_is_no_detail(folders: Path, old: str, new: str, verdict: str) -> None:
    change(folders, (old, new))
    assert f"  审查：{verdict}\n    准予 的{verdict}：" in told(folders)


def test_a_changed_criterion_is_listed_once(folders: Path) -> None:
    change(folders, CHANGES[0])
    assert told(folders).count("场次不少于下限 → 场次超过下限") == 1


def test_a_report_to_sign(folders: Path) -> None:
    change(folders, CHANGES[0])
    assert "已写" in told(folders, "--report", str(folders / "比较.pdf"))
    assert (folders / "比较.pdf").read_bytes().startswith(b"%PDF")
    pages = PdfReader(folders / "比较.pdf").pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    assert "收紧：以C为例，场次若为12场（现为30场）" in text
    assert "审阅人（签名）" in text
    other = guiju("diff", str(folders / "old"), str(folders / "new"), "--report", str(folders / "比较.txt"))
    assert (other.code, "E634" in other.err) == (2, True)


def test_the_cases_of_the_regulation_that_is_meant_are_begun_from(tmp_path: Path) -> None:
    for name in ("a", "b"):
        home = tmp_path / "old" / name / "tests" / "cases" / "one"
        home.mkdir(parents=True)
        (tmp_path / "old" / name / "policy.yaml").write_text(header(name))
        (tmp_path / "old" / name / "rules.yaml").write_text(RULES)
        (home / "case.yaml").write_text(case(name, "场次: 30场, 有场地: 是").replace("规范: t", f"规范: {name}"))
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    text = told(tmp_path, "--regulation", "b")
    assert "见证从 1 个案件出发" in text
    assert "读不进去" not in text
