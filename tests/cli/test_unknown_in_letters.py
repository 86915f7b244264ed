"""From the command line: an adverse letter never says that a fact is not known yet, only what is certainly unmet."""

from __future__ import annotations

import shutil
from pathlib import Path

from docx import Document

from tests.cli.run import ROOT, guiju


def test_an_adverse_letter_tells_only_the_limbs_that_are_certainly_unmet(tmp_path: Path) -> None:
    case = Path(shutil.copytree(ROOT / "fixtures/03-maker-incubator", tmp_path / "case"))
    text = (case / "case.yaml").read_text(encoding="utf-8")
    records = "\n".join(f"    - {{活动日期: 2025-{m:02}-05, 活动名称: 第{m}场, 服务人次: 30}}" for m in range(1, 11))
    blank = "\n    - {活动日期: 2025-11-05, 活动名称: 第11场}"
    lines = [line for line in text.splitlines() if not line.strip().startswith("活动台账:")]
    at = lines.index("记录:") + 1
    (case / "case.yaml").write_text(
        "\n".join([*lines[:at], f"  活动台账:\n{records}{blank}", *lines[at:]]) + "\n", encoding="utf-8"
    )
    decided = guiju("decide", str(case), "-d", "认定审查")
    assert "不予认定" in decided.out
    result = guiju(
        "issue", str(case), "--document", "不予认定告知书", "--format", "docx", "--out", str(tmp_path / "out")
    )
    assert result.code == 0, result.err
    [letter] = (tmp_path / "out").rglob("*.docx")
    said = "".join(paragraph.text for paragraph in Document(str(letter)).paragraphs)
    reasons = said[said.index("一、事实和理由") : said.index("二、适用口径说明")]
    assert "11场" in reasons
    assert "人次" not in reasons
    assert not any(word in said for word in ("未知", "待查"))
