"""docs/office.md: its key tables come from the models, its example is an office file that is read without a word."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from engine.office.office_file import ACTS, load_office
from engine.policy.schema import models
from engine.policy.spec.office import OfficeSpec, Role
from tests.policy.test_format_docs import BLOCK, TABLE, key_table, kind

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs/office.md"
MODELS = {model.word: model for model in models(OfficeSpec)}


def test_key_tables_are_in_step(update_golden: bool) -> None:
    def generated(match: re.Match[str]) -> str:
        return f"<!-- 键表 {match[1]} -->\n{key_table(MODELS[match[1]])}<!-- 键表 完 -->"

    text = DOC.read_text(encoding="utf-8")
    expected = TABLE.sub(generated, text)
    if update_golden:
        DOC.write_text(expected, encoding="utf-8")
    assert expected == DOC.read_text(encoding="utf-8"), "run pytest tests/office/test_office_docs.py --update-golden"
    assert sorted(match[1] for match in TABLE.finditer(text)) == sorted(MODELS)


def test_the_example_has_every_key_and_is_read(tmp_path: Path) -> None:
    ((_, text),) = [block for block in BLOCK.findall(DOC.read_text(encoding="utf-8")) if block[0] == "office.yaml"]
    for name in ("policies", "calendars"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "office.yaml").write_text(text, encoding="utf-8")
    found = load_office(tmp_path / "office.yaml")
    assert all(f"\n{key}:" in f"\n{text}" for key in OfficeSpec.key_names())
    assert found.register == tmp_path / "登记簿.jsonl"


def test_the_table_says_who_may_do_what() -> None:
    text = DOC.read_text(encoding="utf-8")
    for act, roles in ACTS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {act} |"))
        assert f"| {'、'.join(roles)} |" in row
    assert {role for roles in ACTS.values() for role in roles} <= set(kind(Role).replace("`", "").split())
