"""The official wording at the command line: taken in, quoted, looked at, compared with a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.office.official_texts import KEPT
from tests.cli.run import guiju

WORDS = """新规定（示例）
第一条　为了规范办理,制定本规定。
第二条　申请人应当具备条件，满意率不少于百分之六十。
第三条　由某机关决定。
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new package, and the wording as the office has it."""
    assert guiju("init", "policy", str(tmp_path / "rules" / "shop")).code == 0
    (tmp_path / "规定.txt").write_text(WORDS, encoding="utf-8")
    return tmp_path


def told(home: Path, *args: str, code: int = 0) -> str:
    found = guiju(*args, "--policies", "rules", cwd=home)
    assert found.code == code, found.err
    return found.out + found.err


def test_a_wording_is_taken_in_quoted_and_looked_at(home: Path) -> None:
    assert "条文文字" not in told(home, "review")
    assert "条款 3 处，与条款清单相符" in told(home, "text", "import", "规定.txt")
    assert "没有问题" in told(home, "check")
    assert "由某机关决定。" in told(home, "explain", "第三条")
    assert "第 2 行　汉字之间用了半角标点，应为“，”" in told(home, "review")
    assert told(home, "review", "--text", "规定.txt") == told(home, "review")


def test_another_wording_is_neither_quoted_nor_looked_at(home: Path) -> None:
    told(home, "text", "import", "规定.txt")
    kept = home / "rules" / "shop" / KEPT
    kept.write_text(WORDS.replace("六十", "五十"), encoding="utf-8")
    for args in (("explain", "第二条"), ("review",)):
        said = told(home, *args)
        assert "E425" in said
        assert "五十" not in said
        assert "条文文字" not in said
    assert "E425" in told(home, "check", code=1)


def test_a_new_wording_is_compared_with_what_rests_on_it(home: Path) -> None:
    new = WORDS.replace("百分之六十", "百分之八十").replace("第三条　", "第三条　不得转让。\n第四条　")
    (home / "新.txt").write_text(new, encoding="utf-8")
    assert "E427" in told(home, "text", "diff", "新.txt", code=2)
    both = told(home, "text", "diff", "规定.txt", "新.txt")
    assert "百分之［六→八］十" in both
    assert "第三条 → 第四条" in both
    assert "改文字 1 处、新增 1 处、改编号 1 处" in both
    told(home, "text", "import", "规定.txt")
    assert told(home, "text", "diff", "新.txt") == both


def test_the_programs_own_rules_are_not_changed_by_the_way(home: Path) -> None:
    found = guiju("text", "import", "规定.txt", cwd=home)
    assert (found.code, "E937" in found.err) == (2, True)
