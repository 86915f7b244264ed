from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.base.codes.h6 import CODES
from engine.base.problem import Cell, Refused, Span
from engine.documents.check import check_layouts, check_wording
from engine.documents.docx import render_docx
from engine.documents.fields import CELLS, FIELDS, PARTS, PDF_FIELDS, fields
from engine.documents.issue import render
from engine.documents.layouts import TEMPLATES
from engine.documents.pdf import pdf_fields
from engine.policy.package import Block, NamedAnnex, Package
from engine.visible.archive import pack, unpack


def test_our_layouts_are_clean() -> None:
    assert check_layouts(TEMPLATES) == []


def test_the_wording_of_the_sample_is_clean(world: Any) -> None:
    codes = {p.code for p in check_wording(world.package())}
    assert codes == {"W604"}


WORDING: list[tuple[dict[str, Any], str, str]] = [
    ({"body": (Block("段", ("请补正,逾期视为撤回。",)),)}, "W601", "`,`"),
    ({"body": (Block("段", ("自2026年01月05日起。",)),)}, "W602", "`2026年01月`"),
    ({"body": (Block("标题", ("一、甲",)), Block("段", ("1.乙",)))}, "W603", "越级"),
    ({"annexes": (NamedAnnex(("清单；",)),)}, "W604", "`清单；`"),
    ({"layout": "挂图"}, "W605", "`挂图`"),
    ({"title": ("关于行政许可的通知",)}, "E610", "`行政许可`"),
]


@pytest.mark.parametrize(("changes", "code", "quoted"), WORDING, ids=[w[1] for w in WORDING])
def test_wording(world: Any, changes: dict[str, Any], code: str, quoted: str) -> None:
    package: Package = world.document("认定通知", **{"annexes": (), **changes})
    found = [p for p in check_wording(package) if p.code == code]
    assert len(found) == 1
    assert quoted in found[0].message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("official.html", "official.css", "official.docx"):
        shutil.copy(TEMPLATES / name, tmp_path / name)
    return tmp_path


def in_docx(folder: Path, part: str, old: str, new: str) -> int:
    """Replace the first `old` in official.docx; the number of the paragraph it stood in."""
    parts = unpack((folder / "official.docx").read_bytes(), "official.docx")
    content = parts[part].decode()
    before, found, _ = content.partition(old)
    assert found
    parts[part] = content.replace(old, new, 1).encode()
    (folder / "official.docx").write_bytes(pack(parts))
    return max(1, len(re.findall("<w:p[ >]", before)))


DOCX = [
    (
        "word/document.xml",
        "{{ 发文字号 }}",
        "{{ 发文字好 }}",
        "E623",
        "没有字段 `发文字好`",
        "是否指 `发文字号`？",
        "",
    ),
    ("word/document.xml", "{{ 段.文 }}", "{{ 段.文字 }}", "E623", "没有字段 `段.文字`", None, ""),
    ("word/document.xml", "for 段 in 正文", "for 段 in 标题", "E623", "`标题` 不是列表，不能逐项", None, ""),
    ("word/document.xml", "{{ 主送 }}", "{{ 主送.名 }}", "E623", "`主送` 没有下级字段 `名`", None, ""),
    ("word/document.xml", "{{ 标题 }}", "{{ 1 + 1 }}", "E622", "模板不允许使用运算：`{{ 1 + 1 }}`", None, ""),
    ("word/headereven.xml", "if 样稿", "if 样搞", "E623", "没有字段 `样搞`", "是否指 `样稿`？", "页眉"),
    ("word/footereven.xml", "— <", "{{ x() }}<", "E622", "模板不允许使用调用", None, "页脚"),
    ("docProps/core.xml", "{{ 标题 }}", "{{ 题目 }}", "E623", "没有字段 `题目`", None, "文档属性"),
    ("word/document.xml", "{{ 成文日期 }}", "", "E624", "模板 `official.docx` 没有印出 `成文日期`", None, ""),
]


@pytest.mark.parametrize(
    ("part", "old", "new", "code", "message", "help", "where"), DOCX, ids=[d[2] or d[3] for d in DOCX]
)
def test_word_layouts(
    folder: Path, part: str, old: str, new: str, code: str, message: str, help: str | None, where: str
) -> None:
    number = in_docx(folder, part, old, new)
    found = [p for p in check_layouts(folder) if p.message.startswith(message)]
    assert [p.code for p in found] == [code]
    assert found[0].place == Cell("official.docx", f"{where}第{1 if new == '' else number}段")
    assert help is None or found[0].help == help


def test_unbalanced_tags(folder: Path) -> None:
    in_docx(folder, "word/document.xml", "{%p endfor %}", "")
    assert [p.code for p in check_layouts(folder)] == ["E621"]


BOX = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
TAGS = [
    ("{%p endif %}", "", "`{%p if 版头标注 %}` 没有结束", "{%p if 版头标注 %}", ""),
    ("{%p if 主送 %}", "", "`{%p endif %}` 前面没有 `if`", None, ""),
    ("{%p for 件 in 附件 %}", "", "`{%p endfor %}` 前面没有 `for`", None, ""),
    ("{%p if 主送 %}", "附{%p if 主送 %}注", "`{%p if 主送 %}` 前后还有文字", "附{%p if 主送 %}注", ""),
    ("{{ 标题 }}", "{{ 标题", "标签没有写完：`{{ 标题`", "{{ 标题", ""),
    ("{{ 成文日期 }}", "{% if 样稿 %}{{ 成文日期 }}", "`{% if 样稿 %}` 没有结束", "{% if 样稿 %}", ""),
    ("{%tr endfor %}", "", "`{%tr for 行 in 段.头 %}` 没有结束", "{%tr for 行 in 段.头 %}", ""),
    ("{%tc endfor %}", "{% endfor %}", "`{% endfor %}` 前面没有 `for`", "{% endfor %}", ""),
    ("<w:sectPr>", P.format(BOX.format(P.format("{%p if 样稿 %}"))) + "<w:sectPr>", "文本框里不能写 `{%p if 样稿 %}`", "{%p if 样稿 %}", "（文本框里）"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message", "at", "where"), TAGS, ids=[tag[2] for tag in TAGS])
def test_a_tag_that_cannot_stand_there_is_named_with_its_paragraph(
    folder: Path, letter: Any, old: str, new: str, message: str, at: str | None, where: str
) -> None:
    in_docx(folder, "word/document.xml", old, new)
    found = next(p for p in check_layouts(folder) if p.message.startswith(message))
    assert found.code == "E621"
    assert isinstance(found.place, Cell)
    whole = unpack((folder / "official.docx").read_bytes(), "official.docx")["word/document.xml"].decode()
    if at is not None:
        assert found.place == Cell(
            "official.docx", f"第{len(re.findall('<w:p[ >]', whole[: whole.index(at)]))}段{where}"
        )
    with pytest.raises(Refused) as refused:
        render_docx(letter, folder)
    assert found in refused.value.problems


def test_tags_in_footnotes_are_looked_at_too(folder: Path) -> None:
    parts = unpack((folder / "official.docx").read_bytes(), "official.docx")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f"<w:footnotes {space}><w:footnote>{P.format('注')}{P.format('{%p for 注 in 附注 %}')}</w:footnote></w:footnotes>"
    (folder / "official.docx").write_bytes(pack(parts | {"word/footnotes.xml": note.encode()}))
    (found,) = check_layouts(folder)
    assert (found.code, found.place) == ("E621", Cell("official.docx", "脚注第2段"))
    assert "`{%p for 注 in 附注 %}` 没有结束" in found.message


HTML = [
    ("{{ 主送 }}", "{{ 主宋 }}", "E623", "没有字段 `主宋`"),
    ("{{ 行.距 }}", "{{ 行.局 }}", "E623", "没有字段 `行.局`"),
    ("{{ 标题 }}", "{% set 甲 = 1 %}", "E622", "模板不允许使用赋值"),
    ('href="official.css"', 'href="http://example.invalid/a.css"', "E625", "模板引用了 `http://example.invalid/a.css`"),
    ('href="official.css"', 'href="none.css"', "E625", "模板引用了 `none.css`"),
    ("{% endfor %}", "", "E621", "模板 `official.html`"),
]


@pytest.mark.parametrize(("old", "new", "code", "message"), HTML, ids=[h[1] or "unbalanced" for h in HTML])
def test_html_layouts(folder: Path, old: str, new: str, code: str, message: str) -> None:
    path = folder / "official.html"
    source = path.read_text(encoding="utf-8")
    line = source[: source.index(old)].count("\n") + 1
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    found = check_layouts(folder)
    assert [p.code for p in found] == [code]
    assert found[0].message.startswith(message)
    place = found[0].place
    assert isinstance(place, Span)
    assert place.file == "official.html"
    assert code == "E621" or place.line == line


def test_stylesheet_references(folder: Path) -> None:
    with (folder / "official.css").open("a", encoding="utf-8") as css:
        css.write("p { background: url(file:///etc/passwd) }\n@import 'x.css';\n")
    assert [p.code for p in check_layouts(folder)] == ["E625", "E625"]


def test_schema_lists_what_layouts_get(letter: Any) -> None:
    assert set(fields(letter)) == set(FIELDS)
    assert set(pdf_fields(letter)) == {*FIELDS, *PDF_FIELDS}
    for name, held in {**FIELDS, **PDF_FIELDS}.items():
        given = pdf_fields(letter)[name]
        assert isinstance(held, str) or all(set(item) == set(held) for item in given)


def test_the_guide_to_layouts_names_every_field() -> None:
    guide = (TEMPLATES / "README.md").read_text(encoding="utf-8")
    for name, held in {**FIELDS, **PARTS, **CELLS, **PDF_FIELDS}.items():
        assert f"| `{name}` |" in guide
        assert all(f"`{inner}` " in guide for inner in (held if not isinstance(held, str) else ()))


# ---- one format ----


def test_one_format_failing_leaves_the_other(world: Any, folder: Path) -> None:
    plan = world.plan("认定通知")
    (folder / "official.html").unlink()
    assert render(plan, "docx", folder)[:2] == b"PK"
    for name, code in (("pdf", "E620"), ("odt", "E634")):
        with pytest.raises(Refused) as refused:
            render(plan, name, folder)
        assert [p.code for p in refused.value.problems] == [code]


def test_every_code_is_explained() -> None:
    sources = (Path(check_layouts.__code__.co_filename).parent).glob("*.py")
    used = {code for path in sources for code in re.findall(r'"([EWR]6\d\d)"', path.read_text(encoding="utf-8"))}
    assert used <= set(CODES)
    for title, text in CODES.values():
        assert title
        assert "错：" in text
        assert "对：" in text


def test_refusals_never_leak_exceptions(letter: Any, folder: Path) -> None:
    from engine.documents.docx import render_docx

    (folder / "official.docx").write_bytes(b"PK\x05\x06" + b"\x00" * 18)
    with pytest.raises(Refused):
        render_docx(replace(letter), folder)
