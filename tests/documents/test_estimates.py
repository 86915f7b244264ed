"""A day that a notice not yet published may still move is never printed as a firm one, wherever a letter says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest

from engine.base.problem import Problem
from engine.decision.decide import decide
from engine.documents.draft import Draft
from engine.documents.estimates import MARK, WORKING_PAPERS
from engine.documents.layouts import LAYOUTS
from engine.documents.writing import drafts_of
from engine.office.workspace import Workspace
from engine.policy.words import LayoutName

PACKAGE = """
规范: {{标识: t, 名称: 试行办法, 性质: 规范性文件, 状态: 有效, 位阶: 3, 施行: 2020-01-01, 制定机关: [市商务局]}}
条款: [{{引用: 第一条, 要旨: 要旨, 类别: 规则}}]
事实:
  - {{名称: 送达日期, 类型: 日期}}
  - {{名称: 场地达标, 类型: 是否}}
派生量:
  - {{名称: 届满日, 式: '工作日后（送达日期，15个工作日）', 条款: 第一条}}
  - {{名称: 复核日, 式: '日后（届满日，1日）', 条款: 第一条}}
准则:
  - 名称: 场地
    组: 条件
    条款: 第一条
    要求: 场地达标
    未满足: '场地没有达标，须在{{届满日}}以前整改'
    补救: '在{{复核日}}以前补齐'
决定:
  - 名称: 审查
    条款: 第一条
    结果:
      - {{结果: 不予, 条件: 任一未满足（条件）, 性质: 程序性, 机关: 市商务局, 文书: [告知书], 说明: '期限至{{届满日}}'}}
    默认: 准予
文书:
  - 名称: 告知书
    条款: 第一条
    版式: {layout}
    标题: 告知书
    主送: 当事人
    期限: 届满日
    正文: [{block}]
"""
WAYS = {
    "派生量": "{段: '至{届满日}止。'}",
    "派生量的派生量": "{段: '{复核日}复核。'}",
    "行内的式": "{段: '至{工作日后（送达日期，15个工作日）}止。'}",
    "式中的派生量": "{段: '{天数（送达日期，届满日）}内完成。'}",
    "期限": "{段: '至{期限}止。'}",
    "条件": "{段: 请抓紧办理。, 当: 届满日晚于2020年1月1日}",
    "条件不成立": "{段: '期限已过。', 当: 届满日早于2020年1月1日}, {段: 其他事项照旧。}",
    "准则的说明": "{逐项: 条件, 段: '{说明}。'}",
    "准则的补救": "{逐项: 条件, 段: '{补救}。'}",
    "结果的说明": "{段: '{说明}。'}",
    "表格的一格": "{逐项: 条件, 表: [{列: 期限, 值: '{届满日}'}]}",
}
PLAIN = "{段: '自{送达日期}起整改。'}, {逐项: 条件, 段: '{名称}。'}"


@contextmanager
def workspace(block: str, layout: str, around: tuple[str, str]) -> Iterator[Workspace]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "t").mkdir()
        text = PACKAGE.format(layout=layout, block=block).replace(*around)
        (Path(folder) / "t/p.yaml").write_text(text, encoding="utf-8")
        yield Workspace(Path(folder), date(2026, 11, 23), kept=False)


@cache
def planned(
    block: str, served: date, layout: str = "公文", around: tuple[str, str] = ("", "")
) -> tuple[list[Draft], list[Problem]]:
    """`around`: what stands instead of what in the package, outside the letter's body."""
    text = f"案件: A1\n规范: t\n基准日: 2026-12-20\n事实: {{送达日期: {served}, 场地达标: 否}}\n"
    with workspace(block, layout, around) as made, TemporaryDirectory() as folder:
        (Path(folder) / "case.yaml").write_text(text, encoding="utf-8")
        program, case, problems = made.case(Path(folder))
        assert not problems
        return drafts_of(program, case, [decide(program, case, "审查")], None, case.as_of)


FIRM, OPEN = date(2026, 6, 1), date(2026, 12, 18)


OUTWARD = [name for name, layout in LAYOUTS.items() if name not in WORKING_PAPERS and not layout.drawn]
SIGNS = [name for name, layout in LAYOUTS.items() if layout.drawn]


def test_every_kind_of_document_is_of_one_of_the_three() -> None:
    assert {*OUTWARD, *WORKING_PAPERS, *SIGNS} == set(get_args(LayoutName))


@pytest.mark.parametrize("layout", OUTWARD)
@pytest.mark.parametrize("way", WAYS)
def test_a_letter_that_would_say_an_estimated_day_is_refused(way: str, layout: str) -> None:
    drafts, problems = planned(WAYS[way], OPEN, layout)
    assert (drafts, {p.code for p in problems}) == ([], {"E608"})
    assert all("2027年" in p.message and p.help for p in problems)


@pytest.mark.parametrize("layout", SIGNS)
@pytest.mark.parametrize("way", [w for w, block in WAYS.items() if "逐项" not in block])
def test_a_sign_that_would_say_an_estimated_day_is_refused(way: str, layout: str) -> None:
    drafts, problems = planned(WAYS[way], OPEN, layout)
    assert (drafts, {p.code for p in problems}) == ([], {"E608"})


AROUND = {
    "标题": ("    标题: 告知书", "    标题: '告知书（至{届满日}）'"),
    "主送": ("    主送: 当事人", "    主送: '当事人（{届满日}）'"),
    "落款": ("    期限: 届满日", "    期限: 届满日\n    落款: '某局（{届满日}）'"),
    "附件": ("    期限: 届满日", "    期限: 届满日\n    附件: ['{届满日}的清单']"),
    "抄送": ("    期限: 届满日", "    期限: 届满日\n    抄送: ['{届满日}']"),
}


@pytest.mark.parametrize("layout", [*OUTWARD, *SIGNS])
@pytest.mark.parametrize("place", AROUND)
def test_a_letter_that_would_say_it_outside_its_body_is_refused(place: str, layout: str) -> None:
    drafts, problems = planned(PLAIN if layout in OUTWARD else "{段: 某站。}", OPEN, layout, AROUND[place])
    assert (drafts, {p.code for p in problems}) == ([], {"E608"})


@pytest.mark.parametrize("layout", [*OUTWARD, *WORKING_PAPERS])
@pytest.mark.parametrize("way", WAYS)
def test_the_same_letter_with_a_firm_day_is_written(way: str, layout: str) -> None:
    drafts, problems = planned(WAYS[way], FIRM, layout)
    assert [len(drafts), problems] == [1, []]
    assert MARK not in str(drafts[0].plan)


def test_a_letter_that_says_no_day_is_written_although_one_is_an_estimate() -> None:
    drafts, problems = planned(PLAIN, OPEN)
    assert [len(drafts), problems] == [1, []]


@pytest.mark.parametrize("layout", WORKING_PAPERS)
@pytest.mark.parametrize("way", [w for w in WAYS if not w.startswith("条件")])
def test_a_paper_for_use_within_the_office_marks_it(way: str, layout: str) -> None:
    drafts, problems = planned(WAYS[way], OPEN, layout)
    assert [len(drafts), problems] == [1, []]
    assert MARK in str(drafts[0].plan.body)
