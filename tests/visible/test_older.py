"""Letters issued before letters carried what they show: what is altered is found all the same, what cannot be told is said."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from lxml import etree

from engine.documents.embedded import read_letter
from engine.documents.trace import Letter
from tests.documents.samples import written
from tests.visible.tampering import parts, zipped

SPACE = "{urn:guiju:trace:1}trace"
NAME = "不予认定告知书"


@cache
def old() -> dict[str, bytes]:
    """The parts of a letter as they were: nothing in it of what it shows."""
    found = parts(written(NAME, "docx"))
    item = etree.fromstring(found["customXml/item1.xml"])
    data = json.loads(item.text)
    del data["所示"], data["所示摘要"]
    item.text = json.dumps(data, ensure_ascii=False)
    return {**found, "customXml/item1.xml": etree.tostring(item)}


def read(before: str = "", after: str = "", part: str = "word/document.xml") -> Letter:
    found = old()
    text = found[part].decode()
    assert before in text
    return read_letter(zipped({**found, part: text.replace(before, after, 1).encode()}), f"{NAME}.docx")


def test_as_issued() -> None:
    letter = read()
    assert letter.altered == ()
    assert letter.unsaid.endswith("其余文字合于文书摘要")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("关于不予认定", "关于准予认定", "标题改了"),
        ("299人次", "298人次", "第3段改了"),
        ("2026年11月23日</w:t>", "2026年11月28日</w:t>", "成文日期改了"),
        ("孵化器有限公司：", "孵化器无限公司：", "主送机关"),
        ("取自实施口径", "取自正式口径", "主送机关、附注"),
    ],
)
def test_what_is_altered_is_named_as_far_as_it_can_be(before: str, after: str, said: str) -> None:
    assert any(str(one).startswith(said) for one in read(before, after).altered)


def test_another_code_and_another_paragraph() -> None:
    code = re.search("凭据码 ([0-9A-Z]{4})", old()["word/document.xml"].decode())
    assert code is not None
    assert "凭据码改了" in str(read(code[1], "0000").altered[0])
    paragraph = "<w:p><w:r><w:t>你单位须于三日内缴回已发经费。</w:t></w:r></w:p>"
    assert any("你单位须于三日内缴回" in str(one) for one in read("<w:sectPr", paragraph + "<w:sectPr").altered)
