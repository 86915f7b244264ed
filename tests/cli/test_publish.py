"""A floor is lowered in Excel, seen, approved by a second person and in force from a day: what was decided before stays decided."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.run import ROOT, Result, guiju

OFFICE = """\
规则: policies
发布: 已发布
账本: 账本.db
密钥: key
人员:
  - {姓名: 林岚, 职责: [政策, 审查]}
  - {姓名: 郑远, 职责: [科长, 管理, 审计, 签发]}
"""
EXAMPLE = "每周少一小时"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with rules that it has not published yet, and a case that is four hours short."""
    home = tmp_path_factory.mktemp("office")
    shutil.copytree(ROOT / "policies", home / "policies", ignore=shutil.ignore_patterns("fuzhou-*"))
    (home / "office.yaml").write_text(OFFICE, encoding="utf-8")
    (home / "key").write_text("0123456789abcdef0123456789abcdef", encoding="utf-8")
    (home / "key").chmod(0o600)
    case(home, "2026", "2026-03-16")
    case(home, "2027", "2027-03-16")
    assert run(home, "ledger", "new", "--as", "郑远").code == 0
    return home


def case(home: Path, name: str, day: str) -> None:
    target = home / name
    shutil.copytree(ROOT / "policies/study-rooms/tests/cases/02-jiejiao", target)
    file = target / "case.yaml"
    text = re.sub(r"每周开放时长: \S+", "每周开放时长: 36", file.read_text(encoding="utf-8"))
    text = re.sub(r"基准日: \S+", f"基准日: {day}", re.sub(r"案件: \S+", f"案件: ZX-{name}", text))
    file.write_text(text, encoding="utf-8")


def run(home: Path, *args: str, code: int = 0) -> Result:
    found = guiju(*args, "--office", "office.yaml", cwd=home)
    assert found.code == code, found.out + found.err
    return found


def published(home: Path, since: str, *cases: str) -> str:
    """Shown, then approved by the other person; what was shown."""
    asked = ("publish", *cases, "--from", since, "--proposed", "林岚")
    shown = run(home, *asked).out
    code = re.search(r"--seen ([0-9A-F-]+)", shown)
    assert code is not None
    run(home, *asked, "--seen", code[1], "--as", "郑远")
    return shown


def outcome(home: Path, name: str, *more: str) -> str:
    found = run(home, "decide", name, "-d", "扶持核定", "--json", *more)
    return str(json.loads(found.out)["决定"][0]["结果"])


def lowered(home: Path) -> None:
    """What somebody does in Excel: the floor, and the example that stood on it."""
    run(home, "rulebook", "export", "--out", "手册.xlsx")
    book = load_workbook(home / "手册.xlsx")
    floor = next(row for row in book["参数"].iter_rows(min_row=3) if row[1].value == "每周开放下限")
    floor[2].value = "36小时"
    example = next(row for row in book["用例"].iter_rows(min_row=3) if row[1].value == EXAMPLE)
    example[6].value, example[7].value = "核定扶持", None
    table = next(sheet for sheet in book if sheet.title.endswith("每周开放的下限"))
    next(row for row in table.iter_rows(min_row=3) if row[1].value == "39小时")[2].value = "核定扶持"
    book.save(home / "手册.xlsx")


def test_the_whole_way_from_a_cell_to_a_version_in_force(office: Path) -> None:
    assert "没有发布" in run(office, "decide", "2026", "-d", "扶持核定").err, "a working copy is told"
    first = published(office, "2020-01-01")
    assert "第一版" in first
    assert "以上各项" not in first, "nothing stands above"
    assert "没有前一版可以比较" in first
    assert outcome(office, "2026", "--record", "--as", "林岚") == "不予扶持"

    lowered(office)
    seen = run(office, "rulebook", "import", "手册.xlsx", "2026", "--dry-run").out
    assert "每周开放下限 值：40小时 → 36小时" in seen
    assert "扶持核定  不予扶持 → 核定扶持" in seen
    assert "文书：" in seen
    run(office, "rulebook", "import", "手册.xlsx")
    assert outcome(office, "2026") == outcome(office, "2027") == "不予扶持", "not in force yet"

    shown = published(office, "2027-01-01", "2026", "2027")
    assert "扶持核定：放宽" in shown
    assert "没有安装求解器" not in shown.replace("\n", "")
    assert "发布只比较情形，不用求解器" in shown.replace("\n", "")
    assert "基准日早于 2027-01-01 的案件 1 个（ZX-2026）仍用以前的规则" in shown.replace("\n", "")
    assert "不予扶持 → 核定扶持" in shown
    assert (outcome(office, "2026"), outcome(office, "2027")) == ("不予扶持", "核定扶持")
    assert "W912" in run(office, "decide", "2027", "-d", "扶持核定", "--policies", "policies").err

    assert "一致" in run(office, "verify", "ZX-2026").out, "what was decided is made again from the ledger"
    assert "一致" in run(office, "verify", "账本.db").out
    entries = run(office, "ledger", "show").out
    assert entries.count("发布") >= 2
    (latest,) = (office / "已发布").glob("2027-01-01-*")
    assert "扶持核定：放宽" in (latest / "shown/差别.txt").read_text(encoding="utf-8")
    listed = json.loads(run(office, "publish", "--json").out)
    assert [(one["自"], one["提出"], one["批准"], one["改动"], one["签章"]) for one in listed] == [
        ("2020-01-01", "林岚", "郑远", [], True),
        ("2027-01-01", "林岚", "郑远", [], True),
    ]
    assert listed[1]["前一版"] == listed[0]["版本"]


def test_who_may_not_and_what_may_not_be_published(office: Path) -> None:
    """After the test before: two versions are there, and the draft is the last of them."""
    later = ("publish", "--from", "2028-01-01")
    assert "E913" in run(office, *later, code=2).err
    assert "E914" in run(office, *later, "--proposed", "林岚", "--seen", "X", "--as", "林岚", code=2).err
    assert "E944" in run(office, *later, "--proposed", "郑远", "--seen", "X", "--as", "郑远", code=2).err
    assert "与最新的一版相同" in run(office, *later, "--proposed", "林岚", code=2).err
    assert "晚于" in run(office, "publish", "--from", "2027-01-01", "--proposed", "林岚", code=2).err
    run(office, "set", "每周开放下限", "35小时")
    assert "E944" in run(office, *later, "--proposed", "林岚", "--seen", "0000-0000-0000", "--as", "郑远", code=1).err
    assert "2020-01-01" in run(office, "decide", "2026", "--as-of", "2019-06-01", code=1).err
    (first,) = (office / "已发布").glob("2020-01-01-*")
    file = first / "policies/study-rooms/parameters.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("40小时", "41小时"), encoding="utf-8")
    assert "E943" in run(office, "decide", "2027", code=2).err
    assert "  这一版的 `policies/study-rooms/parameters.yaml` 改过" in run(office, "publish", code=1).out


def test_an_office_without_a_place_for_versions_is_told(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text("输出: out\n", encoding="utf-8")
    assert "E942" in run(tmp_path, "publish", code=2).err
