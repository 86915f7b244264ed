"""Cases from their files: facts with provenance, findings, records, excuses, and what is wrong with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.base.problem import Span
from engine.decision.case import Case, Finding
from engine.intake.builder import CaseBuilder
from engine.intake.case import CaseHead, load_case, peek_case
from engine.language.tree import BOOL, Literal, Table
from engine.policy.nodes import read_yaml
from engine.policy.package import Derived
from engine.policy.spec.base import pydantic_input
from tests.intake.sheets import write
from tests.worlds.clubs import ACTIVITIES, package

COLUMNS = tuple(column.name for column in ACTIVITIES.columns)
DAY = date(2026, 1, 5)
CASE = """\
案件: SH-2026-001
规范: club-rules
基准日: 2026-11-23
说明: 随便写
事实:
  独立场地: 是
  机构类型: {值: 创业型, 证据: 章程.pdf}
  人数: 320
  经费: 3万元
  成立日期:
  交通便利: {判断: 是, 人: 林某某, 日期: 2026-11-01, 理由: 距地铁站 400 米, 证据: 照片}
  服务评级:
    判断:
    人:
    日期:
    理由:
记录:
  活动台账: 台账.xlsx
  会员名册:
    - {姓名: 张三, 入会日期: 2026-1-5}
    - 姓名: 李四
例外理由:
  年度活动规模: {判断: 是, 人: 陈某, 日期: 2026-11-02, 理由: 新设}
"""


def folder(tmp_path: Path, text: str = CASE, ledger: bool = True) -> Path:
    home = tmp_path / "社团"
    home.mkdir()
    (home / "case.yaml").write_text(text, encoding="utf-8")
    if ledger:
        write(home / "台账.xlsx", [["活动日期", "活动名称", "服务人次"], [DAY, "甲", 3]])
    return home


def test_a_case(tmp_path: Path) -> None:
    case, problems = load_case(folder(tmp_path), package())
    assert problems == []
    assert case is not None
    assert (case.id, case.as_of, case.regulation) == ("SH-2026-001", date(2026, 11, 23), "club-rules")
    values = {name: fact.value for name, fact in case.facts.items()}
    assert values == {
        "独立场地": True,
        "机构类型": "创业型",
        "人数": Decimal(320),
        "经费": Decimal(30000),
        "交通便利": True,
        "活动台账": Table(COLUMNS, ((DAY, "甲", Decimal(3), *(None,) * 6),)),
        "会员名册": Table(("姓名", "入会日期"), (("张三", DAY), ("李四", None))),
    }
    assert case.facts["机构类型"].evidence == "章程.pdf"
    finding = case.facts["交通便利"]
    assert finding.finding == Finding("林某某", date(2026, 11, 1), "距地铁站 400 米")
    assert finding.evidence == "照片"
    assert str(case.facts["活动台账"].place) == "台账.xlsx!A2:C2"
    place = case.facts["人数"].place
    assert isinstance(place, Span)
    assert (place.line, place.column, place.end_column) == (8, 7, 10)
    assert place.file.endswith("case.yaml")
    assert case.excuses["年度活动规模"].finding == Finding("陈某", date(2026, 11, 2), "新设")


def test_the_yaml_file_itself(tmp_path: Path) -> None:
    home = folder(tmp_path)
    by_file, problems = load_case(home / "case.yaml", package())
    assert problems == []
    by_folder, _ = load_case(home, package())
    assert by_file == by_folder


def test_peek(tmp_path: Path) -> None:
    assert peek_case(folder(tmp_path)) == (CaseHead("SH-2026-001", "club-rules", date(2026, 11, 23)), [])


@pytest.mark.parametrize("text", ["事实:\n", "案件:\n基准日:\n规范:\n事实:\n记录:\n例外理由:\n"])
def test_an_almost_empty_case(tmp_path: Path, text: str) -> None:
    case, problems = load_case(folder(tmp_path, text), package())
    assert problems == []
    assert case == Case("社团", package().as_of, {}, {}, "club-rules", dated=False)


@pytest.mark.parametrize(
    ("text", "code", "at", "help"),
    [
        ("- 1", "E505", (1, 1), "案件"),
        ("", "E505", (1, 1), "案件"),
        ("a: [", "E112", (1, 4), "]"),
        ("基准: 2026-01-01", "E503", (1, 1), "基准日"),
        ("基准日: 2026-02-30", "E513", (1, 6), "月份"),
        ("基准日: [1]", "E505", (1, 1), "基准日"),
        ("案件: " + "甲" * 65, "E550", (1, 5), "写短"),
        ("事实: [1]", "E505", (1, 5), "每行"),
        ("事实:\n  独立场所: 是", "E501", (2, 3), "独立场地"),
        ("事实:\n  基准日: 2026-01-05", "E501", (2, 3), "顶层"),
        ("事实:\n  zz: 是", "E501", (2, 3), "删去"),
        ("事实:\n  活动台账: 台账.xlsx", "E502", (2, 3), "记录"),
        ("事实:\n  人均: 3", "E501", (2, 3), "删去"),
        ("事实:\n  独立场地: 大概", "E510", (2, 9), "留空"),
        ("事实:\n  独立场地: [是]", "E505", (2, 3), "独立场地"),
        ("事实:\n  独立场地: {值: [是]}", "E505", (2, 13), None),
        ("事实:\n  独立场地: {数值: 是}", "E533", (2, 10), "值"),
        ("事实:\n  独立场地: {值: 是, 证据: [1]}", "E505", (2, 16), None),
        ("事实:\n  人数: -3", "E520", (2, 7), "核对"),
        ("事实:\n  人数: 10^400", "E512", (2, 7), "普通数字"),
        ("事实:\n  人数: NaN", "E511", (2, 7), "留空"),
        ("事实:\n  人数: １２", "E522", (2, 7), "`12`"),
        ("事实:\n  人数: {值: 12场}", "E519", (2, 11), "`场` 换算不成 `人`"),
        ("事实:\n  温差: {值: 12场}", "E519", (2, 11), "单位"),
        ("事实:\n  成立日期: 2026-02-30", "E513", (2, 9), "月份"),
        ("事实:\n  机构类型: 创业形", "E518", (2, 9), "创业型"),
        ("事实:\n  交通便利: 是", "E531", (2, 9), "理由"),
        ("事实:\n  交通便利: {判断: 是, 人: 甲}", "E530", (2, 3), "补全"),
        ("事实:\n  交通便利: {判断: 大概, 人: 甲, 日期: 2026-1-5, 理由: 乙}", "E510", (2, 14), "留空"),
        ("事实:\n  交通便利: {判断: 是, 人: 甲, 日期: 昨天, 理由: 乙}", "E513", (2, 27), "写作"),
        ("事实:\n  交通便利: {判断: 是, 人: 甲, 日子: 1}", "E533", (2, 23), "日期"),
        ("事实:\n  独立场地: 是\n  独立场地: 否", "E123", (3, 3), "只留一处"),
        ("记录:\n  活动台帐: 台账.xlsx", "E502", (2, 3), "活动台账"),
        ("记录:\n  活动台账: {a: 1}", "E505", (2, 3), "活动台账"),
        ("记录:\n  活动台账: 没有.xlsx", "E101", (2, 9), "路径"),
        ("记录:\n  活动台账: ../台账.xlsx", "E555", (2, 9), "文件夹"),
        ("记录:\n  活动台账: /etc/passwd", "E555", (2, 9), "文件夹"),
        ("记录:\n  活动台账: 'C:\\a.xlsx'", "E555", (2, 9), "文件夹"),
        ("记录:\n  活动台账: .", "E102", (2, 9), None),
        ("记录:\n  会员名册: [张三]", "E505", (2, 10), "列"),
        ("记录:\n  会员名册: [{姓: 张三}]", "E501", (2, 11), "姓名"),
        ("记录:\n  会员名册: [{姓名: 张三, 入会日期: 2026-02-30}]", "E513", (2, 25), "月份"),
        ("例外理由:\n  有章程: {判断: 是, 人: 甲, 日期: 2026-1-5, 理由: 乙}", "E553", (2, 3), "一般应当"),
        ("例外理由:\n  年度规模: {判断: 是}", "E553", (2, 3), "年度活动规模"),
        ("例外理由:\n  年度活动规模: 是", "E531", (2, 11), "理由"),
    ],
)
def test_what_is_wrong_has_a_place_and_a_suggestion(
    tmp_path: Path, text: str, code: str, at: tuple[int, int], help: str | None
) -> None:
    derived = {"人均": Derived("人均", Literal(True, "是"), BOOL)}
    case, problems = load_case(folder(tmp_path, text), package(derived=derived))
    problem = next(p for p in problems if p.code == code)
    assert case is None
    assert isinstance(problem.place, Span)
    assert (problem.place.line, problem.place.column) == at
    assert help is None or help in (problem.help or "")


def test_deciding_for_another_day_is_told(tmp_path: Path) -> None:
    case, problems = load_case(folder(tmp_path, "基准日: 2026-01-05"), package())
    assert case is not None
    assert case.as_of == package().as_of
    assert [(p.code, str(p.place)[-3:]) for p in problems] == [("W551", "1:6")]


def test_a_finding_from_the_future_is_a_warning(tmp_path: Path) -> None:
    text = "事实:\n  交通便利: {判断: 是, 人: 甲, 日期: 2027-01-01, 理由: 乙}"
    case, problems = load_case(folder(tmp_path, text), package())
    assert case is not None
    assert [p.code for p in problems] == ["W532"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda home: home / "没有", "E101"),
        (lambda home: home, "E554"),
        (lambda home: home / "a\0b", "E101"),
    ],
)
def test_no_case(tmp_path: Path, make: Any, code: str) -> None:
    for function in (peek_case, lambda path: load_case(path, package())):
        found, problems = function(make(tmp_path))
        assert found is None
        assert [p.code for p in problems] == [code]


def test_a_ledger_may_name_its_sheet(tmp_path: Path) -> None:
    home = folder(tmp_path, "记录:\n  活动台账: 台账.xlsx#没有")
    assert [p.code for p in load_case(home, package())[1]] == ["E547"]


def test_policy_tests_build_cases_from_plain_data() -> None:
    node, _ = read_yaml(
        "事实: {独立场地: 是, 交通便利: 否, 服务评级: ''}\n记录: {会员名册: [{姓名: 甲}], 活动台账: []}", "t"
    )
    assert node is not None
    data = pydantic_input(node)
    builder = CaseBuilder(package(), None, terse=True)
    builder.take(data.get("事实"), data.get("记录"), data.get("例外理由"))
    assert builder.problems == []
    assert {k: f.value for k, f in builder.facts.items()} == {
        "独立场地": True,
        "交通便利": False,
        "会员名册": Table(("姓名", "入会日期"), (("甲", None),)),
        "活动台账": Table(COLUMNS, ()),
    }
    found = builder.facts["交通便利"].finding
    assert found is not None
    assert found.person == "用例"
    wrong = CaseBuilder(package(), None, terse=True)
    wrong.take({"独立场所": data["事实"]["独立场地"]}, {"活动台账": data["事实"]["独立场地"]}, None)
    assert [(p.code, p.place is not None) for p in wrong.problems] == [("E501", True), ("E555", True)]
