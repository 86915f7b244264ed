"""docs/language.md: the generated tables are in step, the sentences in it hold, the codes are all there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.base.codes.h2 import CODES
from engine.language.reference import reference
from tests.worlds.sentences import typed

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "language.md"
GENERATED = {
    "函数表": reference,
    "代码表": lambda: "\n".join(
        ["| 代码 | 意思 |", "|---|---|", *(f"| {code} | {title} |" for code, (title, _) in CODES.items())]
    ),
}


def parts(text: str, name: str) -> tuple[str, str, str]:
    """Before, between and after the markers of `name`."""
    found = re.fullmatch(rf"(.*<!-- {name}开始[^\n]*-->\n)(.*)(<!-- {name}结束 -->.*)", text, re.DOTALL)
    assert found is not None, name
    return found[1], found[2], found[3]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_part_is_in_step(name: str, update_golden: bool) -> None:
    before, found, after = parts(DOCUMENT.read_text(encoding="utf-8"), name)
    expected = GENERATED[name]() + "\n"
    if update_golden:
        DOCUMENT.write_text(before + expected + after, encoding="utf-8")
        return
    assert found == expected


SENTENCES = [
    line
    for block in re.findall(r"```句子\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_of_the_reference_checks(sentence: str) -> None:
    assert typed(sentence)


OUTSIDE = re.findall(
    r"^\| `(\S+?)` \|",
    DOCUMENT.read_text(encoding="utf-8").partition("<!-- 键：句子以外 -->")[2].partition("\n## ")[0],
    re.MULTILINE,
)


@pytest.mark.parametrize("key", OUTSIDE)
def test_a_key_of_the_reference_is_a_key_of_packages(key: str) -> None:
    """The reference of the package format is made of its forms, so what stands in one of its tables is a key."""
    assert f"\n| `{key}` | " in DOCUMENT.with_name("package-format.md").read_text(encoding="utf-8")


def test_the_reference_has_what_computes_a_value_outside_of_sentences() -> None:
    assert {"范围", "各输入", "行自", "每个取值", "各案", "取自", "周期事项", "届满", "每", "起算", "口径"} == {
        *OUTSIDE
    }


def test_the_reference_has_sentences() -> None:
    assert len(SENTENCES) > 5
