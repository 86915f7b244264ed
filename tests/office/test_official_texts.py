"""A wording taken in: kept with its rules, named by them, and noticed where it is another one or has other clauses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from engine.base.problem import Refused
from engine.office.check import check_library
from engine.office.official_texts import KEPT, kept_text, parsed, read_official
from engine.office.text_import import take_in
from engine.policy.calendar_data import load_calendar
from tests.worlds.texts import header

DAY = date(2026, 6, 1)
TEXT = """示范书店办法
第一条　为扶持书店，制定本办法。
第二条　书店应当具备以下条件：
（一）有门面；
（二）有座位。
"""
CLAUSES = """条款:
  - {引用: 第一条, 要旨: 目的, 类别: 元规则, 不编码: 目的条款}
  - {引用: 第二条第（一）项, 要旨: 门面, 类别: 规则, 不编码: 由别处承接}
  - {引用: 第二条第（二）项, 要旨: 座位, 类别: 规则, 不编码: 由别处承接}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Rules, and beside them the wording as an office has it."""
    (tmp_path / "rules" / "shop").mkdir(parents=True)
    (tmp_path / "rules" / "shop" / "policy.yaml").write_text(
        "# 说明\n" + header("shop", 名称="示范书店办法") + CLAUSES, encoding="utf-8"
    )
    (tmp_path / "办法.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def _codes(folder: Path) -> list[tuple[str, str]]:
    problems, _ = check_library(folder / "rules", None, DAY, load_calendar(), whole=False)
    return [(p.code, p.message) for p in problems]


def test_the_rules_name_the_wording_and_nothing_else_of_them_changes(shop: Path) -> None:
    rules = shop / "rules" / "shop" / "policy.yaml"
    before = rules.read_text(encoding="utf-8")
    take_in(shop / "办法.txt", shop / "rules", "shop")
    kept = kept_text(shop / "rules", "shop")
    assert kept is not None
    assert kept.words == TEXT
    after = rules.read_text(encoding="utf-8")
    (line,) = [line for line in after.splitlines() if line not in before.splitlines()]
    assert line.strip() == f"正文摘要: {kept.digest}"
    assert [line for line in after.splitlines() if "正文摘要" not in line] == [
        line for line in before.splitlines() if "正文摘要" not in line
    ]
    assert _codes(shop) == []


def test_a_new_wording_takes_the_place_of_the_old(shop: Path) -> None:
    take_in(shop / "办法.txt", shop / "rules", "shop")
    (shop / "办法.txt").write_text(TEXT.replace("有座位", "有座位二十个"), encoding="utf-8")
    take_in(shop / "办法.txt", shop / "rules", "shop")
    assert _codes(shop) == []
    assert (shop / "rules" / "shop" / "policy.yaml").read_text(encoding="utf-8").count("正文摘要") == 1


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda folder: (folder / KEPT).write_text(TEXT + "第三条　又一条。\n", encoding="utf-8"), "E425", "不是"),
        (lambda folder: (folder / KEPT).unlink(), "E425", "没有"),
    ],
)
def test_another_wording_or_none_is_noticed(shop: Path, change: Callable[[Path], object], code: str, said: str) -> None:
    take_in(shop / "办法.txt", shop / "rules", "shop")
    change(shop / "rules" / "shop")
    ((found, message),) = _codes(shop)
    assert found == code
    assert said in message


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("（二）有座位。\n", "（二）有座位；\n（三）有灯。\n", ("E404", "正文的 `第二条第（三）项` 不在条款清单中")),
        ("（二）有座位。\n", "", ("E426", "正文里没有 `第二条第（二）项`")),
    ],
)
def test_clauses_of_one_side_only_are_errors(shop: Path, was: str, now: str, expected: tuple[str, str]) -> None:
    (shop / "办法.txt").write_text(TEXT.replace(was, now), encoding="utf-8")
    take_in(shop / "办法.txt", shop / "rules", "shop")
    assert _codes(shop) == [expected]


def test_a_number_twice_is_refused_and_nothing_is_kept(shop: Path) -> None:
    (shop / "办法.txt").write_text(TEXT.replace("（二）", "（一）"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        take_in(shop / "办法.txt", shop / "rules", "shop")
    assert [(p.code, str(p.place).rpartition("办法.txt")[2]) for p in refused.value.problems] == [("E423", ":5:1")]
    assert kept_text(shop / "rules", "shop") is None


BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:pict>'
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>第三条　有灯。</w:t></w:r></w:p>'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def _word(path: Path, *, numbered: bool = False, revised: bool = False, boxed: bool = False) -> Path:
    document = docx.Document()
    for line in TEXT.splitlines():
        paragraph = document.add_paragraph(line)
        if numbered and line.startswith("（一）"):
            paragraph.style = document.styles["List Number"]
        if revised and line.startswith("（一）"):
            paragraph._p.append(
                parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="甲"><w:r><w:t>，临街</w:t></w:r></w:ins>')
            )
    if boxed:
        document.paragraphs[-1]._p.append(parse_xml(BOX))
    document.save(str(path))
    return path


def test_a_word_file_says_the_same(tmp_path: Path) -> None:
    found = read_official(_word(tmp_path / "办法.docx"))
    assert parsed(found, "") == parsed(TEXT, "")


@pytest.mark.parametrize(("how", "code"), [("revised", "E421"), ("numbered", "E422"), ("boxed", "E422")])
def test_a_word_file_that_leaves_the_wording_open_is_refused(tmp_path: Path, how: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_official(_word(tmp_path / "办法.docx", **{how: True}))
    assert [p.code for p in refused.value.problems] == [code]


def test_a_wording_of_another_title_is_refused(shop: Path) -> None:
    (shop / "办法.txt").write_text(TEXT.replace("示范书店", "示范茶馆"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        take_in(shop / "办法.txt", shop / "rules", "shop")
    assert [p.code for p in refused.value.problems] == ["E429"]


def test_a_wording_changed_in_its_place_is_taken_in_from_there(shop: Path) -> None:
    take_in(shop / "办法.txt", shop / "rules", "shop")
    kept = shop / "rules" / "shop" / KEPT
    kept.write_text(TEXT.replace("有座位", "有座位二十个"), encoding="utf-8")
    assert [code for code, _ in _codes(shop)] == ["E425"]
    take_in(kept, shop / "rules", "shop")
    assert _codes(shop) == []


@pytest.mark.parametrize("name", ["办法.pdf", "办法.doc"])
def test_another_form_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        read_official(tmp_path / name)
    assert [p.code for p in refused.value.problems] == ["E428"]


def test_a_text_without_articles_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        parsed("随便写几句。\n", "a.txt")
    assert [p.code for p in refused.value.problems] == ["E424"]
