"""Policy staff change text files and nothing else: each change here is an edit of a package, and no Python."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.run import ROOT, guiju

PACKAGE = "fuzhou-talent-station"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office's own copy of the packages."""
    return Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name}: {old}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + text, encoding="utf-8")


def outcome(policies: Path, case: str, determination: str) -> str:
    result = guiju("decide", f"fixtures/{case}", "-d", determination, "--json", "--policies", str(policies))
    assert result.code == 0, result.err
    return str(json.loads(result.out)["决定"][0]["结果"])


def test_changing_twelve_to_ten_changes_the_decision(office: Path) -> None:
    assert outcome(office, "03-maker-incubator", "认定审查") == "不予认定"
    edit(office / PACKAGE / "parameters.yaml", "值: 12场", "值: 10场")
    edit(office / PACKAGE / "parameters.yaml", "值: 300人次", "值: 200人次")
    assert outcome(office, "03-maker-incubator", "认定审查") == "符合认定条件"


def test_a_new_fact_and_criterion_need_no_python(office: Path) -> None:
    (office / PACKAGE / "extra.yaml").write_text(
        "事实:\n"
        "  - {名称: 消防验收合格, 类型: 是否, 说明: 场地消防验收是否合格, 条款: [第六条第（三）项]}\n"
        "准则:\n"
        "  - 名称: 消防安全\n    组: 选址条件\n    条款: [第六条第（三）项]\n    要求: 消防验收合格\n"
        "    未满足: 场地消防验收不合格\n",
        encoding="utf-8",
    )
    checked = guiju("check", "--policies", str(office))
    assert checked.code == 0, checked.err
    assert outcome(office, "01-optics-park", "认定审查") == "待查"
    shown = guiju("decide", "fixtures/01-optics-park", "-d", "认定审查", "--policies", str(office)).out
    assert "消防验收合格" in shown


def test_a_new_type_is_one_more_word(office: Path) -> None:
    edit(office / PACKAGE / "vocabulary.yaml", "综合型, 驻外型]", "综合型, 驻外型, 流动型]")
    assert guiju("check", "--policies", str(office)).code == 0


def test_a_sentence_of_a_letter_is_changed_in_the_package(office: Path, tmp_path: Path) -> None:
    from docx import Document

    edit(office / PACKAGE / "documents.yaml", "特此通知。", "特此通知，请认真落实。")
    args = ["--document", "认定通知", "--format", "docx", "--out", str(tmp_path), "--policies", str(office)]
    assert guiju("issue", "fixtures/01-optics-park", *args).code == 0
    letter = Document(str(next(tmp_path.rglob("认定通知.docx"))))
    assert any("请认真落实" in p.text for p in letter.paragraphs)


BREAKS = [
    ("parameters.yaml", "值: 12场", "值: 12人", "E2", "场"),
    ("parameters.yaml", "名称: 活动场次下限", "名称: 活动场次下线", "E201", "活动场次下限"),
    ("rules/02-recognition.yaml", "强度: 一般应当", "强渡: 一般应当", "E305", "强度"),
    ("policy.yaml", "标识: fuzhou-talent-station", "标识: fuzhou", "E310", "fuzhou"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "named"), BREAKS)
def test_a_broken_package_says_where_and_what(
    office: Path, file: str, old: str, new: str, code: str, named: str
) -> None:
    edit(office / PACKAGE / file, old, new)
    result = guiju("check", "--policies", str(office))
    assert result.code == 1
    assert f"错误[{code}" in result.err
    assert named in result.err
    assert f"policies/{PACKAGE}/" in result.err
    decided = guiju("decide", "fixtures/01-optics-park", "--policies", str(office))
    assert (decided.code, decided.out) == (1, "")
