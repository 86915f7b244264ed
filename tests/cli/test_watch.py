"""What goes wrong with rules by the passing of time alone is told before it does, with what it touches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import guiju

NORM = "旧规定（某规〔2020〕6号）"
DOCUMENTS = """\
文书:
  - 名称: 审查通知
    条款: [第三条]
    标题: 关于审查结果的通知
    主送: '{申请单位}'
    正文: [{段: 按照《旧规定》（某规〔2020〕6号）第三条办理。}]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new package with a case, every ageing of it planted: it is valid for five years, its floor has a value for four of
    them, a letter cites what it repeals."""
    home = tmp_path_factory.mktemp("office")
    assert guiju("init", "policy", str(home / "rules/shop")).code == 0
    put(home, "policy.yaml", "施行: 未定", f"施行: 2023-07-01\n  有效期: 5年\n  废止规范: [{NORM}]")
    put(home, "parameters.yaml", "{值: 50平方米}", "{值: 50平方米, 至: 2027-03-31}")
    put(home, "vocabulary.yaml", "事实:\n", "事实:\n  - {名称: 申请单位, 类型: 文本, 提供: 申请人, 条款: [第二条]}\n")
    (home / "rules/shop/documents.yaml").write_text(DOCUMENTS, encoding="utf-8")
    put(home, "rules/eligibility.yaml", "{结果: 不予, ", "{结果: 不予, 文书: [审查通知], ")
    case = "案件: A-1\n规范: shop\n基准日: 2026-12-01\n事实:\n  申请单位: 某店\n  用房面积: 10\n  专用: 是\n"
    (home / "case.yaml").write_text(case, encoding="utf-8")
    return home


def put(home: Path, file: str, old: str, new: str) -> None:
    path = home / "rules/shop" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def watched(home: Path, day: str, code: int = 1) -> dict[str, list[dict[str, Any]]]:
    found = guiju("watch", "case.yaml", "--policies", "rules", "--as-of", day, "--json", cwd=home)
    assert found.code == code, found.out + found.err
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(found.out)["各项"]:
        by_kind.setdefault(one["种类"], []).append(one)
    return by_kind


def test_what_is_near_is_told_with_what_it_touches(home: Path) -> None:
    found = watched(home, "2026-06-01")
    assert {*found} == {"参数", "废止规范"}
    (value,) = found["参数"]
    assert "面积下限" in value["问题"]
    assert value["自"] == "2027-04-01"
    assert value["案件"][0]["案件"] == "A-1"
    assert value["规则"] == value["案件"][0]["涉及"]
    (norm,) = found["废止规范"]
    assert "审查通知" in norm["问题"]
    assert "documents.yaml" in norm["位置"]


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2025-06-01", {"废止规范"}),
        ("2026-12-01", {"参数", "废止规范", "日历"}),
        ("2027-08-01", {"参数", "废止规范", "日历", "有效期"}),
        ("2033-01-01", {"参数", "废止规范", "日历", "有效期"}),
    ],
)
def test_each_is_told_from_its_day_on(home: Path, day: str, kinds: set[str]) -> None:
    assert {*watched(home, day)} == kinds


def test_another_wording_than_the_pinned_one_is_told(home: Path, tmp_path: Path) -> None:
    words = "新规定（示例）\n第一条　目的。\n第二条　条件。\n第三条　决定。\n"
    (tmp_path / "文.txt").write_text(words, encoding="utf-8")
    assert guiju("text", "import", str(tmp_path / "文.txt"), "--policies", "rules", cwd=home).code == 0
    assert "正文" not in watched(home, "2025-06-01")
    kept = home / "rules/shop/正文.txt"
    kept.write_text(words.replace("条件", "要求"), encoding="utf-8")
    (told,) = watched(home, "2025-06-01")["正文"]
    assert "E425" not in told["问题"]
    assert told["案件"]


def test_nothing_old_is_nothing_to_do(home: Path) -> None:
    put(home, "documents.yaml", "（某规〔2020〕6号）", "")
    (home / "rules/shop/正文.txt").unlink()
    put(home, "policy.yaml", "正文摘要: ", "正文摘要: 未载入 # ")
    assert watched(home, "2025-06-01", code=0) == {}
