"""Letters issued before, against what is reached now: of a small regulation on shops and of one on licences, which know nothing
of each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.run import guiju
from tests.procedure.test_dossier import TO_ORDER, WORLD
from tests.worlds.permits import letters
from tests.worlds.texts import WORDS, header

CASE = "案件: 店-1\n规范: t\n基准日: 2026-06-01\n事实: {店名: 甲店, 有场地: 是, 整洁: %s, 机构类型: 乙型}\n"
BOOK = (
    '{"机关": "某局", "代字": "某"}\n'
    '{"代字": "某", "年份": 2026, "流水号": 1, "文书": "%s", "案件": "甲-1", "决定": "%s", "基准日": "2026-03-02", "记录": 0,'
    ' "日期": "2026-03-02", "摘要": "x"}\n'
)


def written(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def shops(folder: Path) -> tuple[str, ...]:
    packages = {f"policies/{name if '/' in name else f't/{name}'}": text for name, text in letters(状态="示例").items()}
    written(folder, {**packages, "policies/t/words.yaml": WORDS})
    return (
        str(folder / "case"),
        "--policies",
        str(folder / "policies"),
        "--out",
        str(folder / "out"),
        "--format",
        "docx",
    )


def test_a_letter_of_the_opposite_outcome_is_named(tmp_path: Path) -> None:
    asked = shops(tmp_path)
    written(tmp_path, {"case/case.yaml": CASE % "是"})
    assert guiju("issue", *asked).code == 0
    written(tmp_path, {"case/case.yaml": CASE % "否"})
    shown = guiju("issue", *asked)
    assert "W661] 清单里 2026-06-01 的 `准予通知`，与 `审查` 现在得出的 `不予` 不一致" in shown.err


def test_the_same_outcome_again_is_none(tmp_path: Path) -> None:
    asked = shops(tmp_path)
    written(tmp_path, {"case/case.yaml": CASE % "是"})
    guiju("issue", *asked)
    assert "W661" not in guiju("issue", *asked).err


@pytest.mark.parametrize(("document", "determination", "told"), [("决定书", "吊销审查", True), ("通知", "年检", False)])
def test_a_letter_no_event_asked_for_is_named(tmp_path: Path, document: str, determination: str, told: bool) -> None:
    events = TO_ORDER.replace("\n", ", 案卷: files}\n").replace("}, 案卷: files}", ", 案卷: files}")
    written(
        tmp_path,
        {
            "policies/t/policy.yaml": header("t", 案件称呼="持证人", 状态="示例"),
            "policies/t/world.yaml": WORLD,
            "life/events.yaml": f"案件: 甲-1\n名称: 张记\n规范: t\n事件:\n{events}",
            "life/files/case.yaml": "案件: 甲-1\n规范: t\n事实: {持证人: 张记, 年检年份: 2026年, 评分数: 50分}\n",
            "book.jsonl": BOOK % (document, determination),
        },
    )
    shown = guiju(
        "issue", str(tmp_path / "life"), "--policies", str(tmp_path / "policies"), "--out", str(tmp_path / "out"),
        "--format", "docx", "--register", str(tmp_path / "book.jsonl"), "--as-of", "2026-06-01",
    )  # fmt: skip
    said = f"W662] 登记簿里 2026-03-02 的 `{document}`（某〔2026〕1号），事件记录到 2026-06-01 为止没有要求出具"
    assert (said in shown.err) is told, shown.err
