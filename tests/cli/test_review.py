"""The review list as a document: every question with its options, and what each would do to the cases at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from docx import Document

from engine.office.options_tried import options_tried
from engine.office.workspace import Workspace
from tests.cli.run import guiju

QUESTION = """\
解释口径:
  - 编号: Q1
    名称: 面积的算法
    问题: 面积按建筑面积还是使用面积？
    条款: [第二条]
    选项:
      - {名称: 建筑面积, 效果: 按证上的面积}
      - {名称: 使用面积, 效果: 公摊不计, 改: {参数: {面积下限: 40平方米}}}
      - {名称: 从宽, 效果: 不看大小, 改: {强度: {面积要求: 鼓励}}}
    采用: 建筑面积
    建议: 写明按哪一种
"""
CASE = "案件: {}\n规范: shop\n基准日: 2026-12-01\n事实: {{用房面积: {}, 专用: 是}}\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("review")
    assert guiju("init", "policy", str(home / "rules/shop")).code == 0
    (home / "rules/shop/readings.yaml").write_text(QUESTION, encoding="utf-8")
    for name, area in (("A-1", 45), ("A-2", 30), ("A-3", 60)):
        (home / f"{name}.yaml").write_text(CASE.format(name, area), encoding="utf-8")
    return home


def test_each_option_is_tried_on_each_case(home: Path) -> None:
    rules = Workspace(home / "rules", date(2026, 12, 1))
    found, counted, unread = options_tried(rules, sorted(home.glob("*.yaml")))
    assert (counted, unread) == (3, [])
    assert {key[1]: [(one.case, one.after) for one in effects] for key, effects in found.items()} == {
        "使用面积": [("A-1", "准予")],
        "从宽": [("A-1", "准予"), ("A-2", "准予")],
    }


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_it_is_printed_with_questions_options_and_effects(home: Path, kind: str) -> None:
    args = ["review", "A-1.yaml", "A-2.yaml", "--out", f"清单.{kind}", "--policies", "rules"]
    found = guiju(*args, cwd=home)
    assert found.code == 0, found.err
    assert "1 个问题，2 个案件" in found.out
    if kind == "pdf":
        assert (home / "清单.pdf").read_bytes().startswith(b"%PDF")
        return
    made = Document(str(home / "清单.docx"))
    said = "\n".join([p.text for p in made.paragraphs] + [c.text for t in made.tables for r in t.rows for c in r.cells])
    for text in (
        "面积按建筑面积还是使用面积？",
        "现在采用：建筑面积",
        "公摊不计",
        "由“不予”变为“准予”",
        "写明按哪一种",
    ):
        assert text in said


def test_what_cannot_be_asked_is_refused(home: Path) -> None:
    assert "E634" in guiju("review", "--out", "清单.txt", "--policies", "rules", cwd=home).err
    assert "E634" in guiju("review", "A-1.yaml", "--policies", "rules", cwd=home).err
