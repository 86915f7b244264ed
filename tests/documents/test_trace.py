from __future__ import annotations

import io
import re
import zlib
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.base.canonical import short_code
from engine.base.problem import Refused
from engine.documents import trace, xmp
from engine.documents.docx import render_docx
from engine.documents.embedded import pointed, read_trace
from engine.documents.lists import Trace
from engine.documents.model import (
    DocumentPlan,
    Evidence,
    LetterCell,
    LetterParagraph,
    LetterPicture,
    LetterRow,
    LetterTable,
)
from engine.documents.pdf import render_pdf
from engine.documents.receipt import Stamp, agrees, as_given, code_of, plan_digest, printed_code, receipt_of
from engine.documents.trace import packed, unpacked
from engine.views.trace import everything, explain_letter, paragraph
from engine.visible.archive import pack, unpack

CLAUSE = "第七条第（六）项"


@pytest.fixture(scope="module", params=["docx", "pdf"])
def form(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def file(world: Any, form: str, tmp_path: Path) -> Path:
    return written(world.plan("不予认定告知书", outcome="不予认定", nature="不利决定"), form, tmp_path, with_facts=True)


def written(plan: DocumentPlan, form: str, folder: Path, *, with_facts: bool) -> Path:
    plan = replace(plan, with_facts=with_facts)
    path = folder / f"告知书.{form}"
    path.write_bytes(render_docx(plan) if form == "docx" else render_pdf(plan))
    return path


def test_reasons_come_back_from_the_file_alone(file: Path) -> None:
    letter = read_trace(file)
    assert letter.faults == ()
    assert [one.kind for one in letter.told] == ["段"] * 4
    reason = letter.told[1].reasons[0]
    assert (reason.criterion, reason.clauses) == ("活动规模", (CLAUSE,))
    assert reason.facts == (Evidence("活动场次", "9场", "台账.xlsx!A4:H12"),)
    assert letter.receipt["案件"] == "MD-2026-001"
    assert letter.receipt["规范摘要"] == "sha256:" + "ab" * 32


def test_a_paragraph_explained(file: Path) -> None:
    text = "\n".join(explain_letter(file, 2))
    for said in ("不予认定告知书 第2段", "准则  活动规模", f"条款  {CLAUSE}", "活动场次 = 9场", "台账.xlsx!A4:H12"):
        assert said in text
    fixed = "\n".join(explain_letter(file, 1))
    assert "固定文字" in fixed
    whole = "\n".join(explain_letter(file, None))
    assert whole.count("← 第七条第（六）项") == 1
    assert re.search(r"^  4 ", whole, re.M)


def test_a_letter_does_not_carry_values_unless_asked(world: Any, form: str, tmp_path: Path) -> None:
    """A fact it names but does not print: its name is in the file, its value and its source are not."""
    plan = world.plan("不予认定告知书", outcome="不予认定", nature="不利决定")
    secret = Evidence("活动场次", "87654场", "机密台账.xlsx!A1，某某 2026年1月5日认定")
    plan = replace(plan, evidence=(secret,))
    plain = read_trace(written(plan, form, tmp_path, with_facts=False))
    assert not plain.values
    assert plain.told[1].reasons[0].facts == (Evidence("活动场次", "", ""),)
    assert "87654" not in packed(plan)
    assert "某某" not in packed(plan)
    shown = "\n".join(paragraph(plain, 2))
    assert "准则  活动规模" in shown
    assert "事实  活动场次\n" in shown
    assert "加上 --case 案件" in shown
    assert "--case" not in "\n".join(paragraph(plain, 1))
    full = read_trace(written(plan, form, tmp_path, with_facts=True))
    assert full.values
    assert full.told[1].reasons[0].facts == (secret,)
    assert "--case" not in "\n".join(paragraph(full, 2))


def test_what_a_letter_is_does_not_depend_on_the_values_it_carries(world: Any) -> None:
    plan = world.plan()
    assert receipt_of(replace(plan, with_facts=True)) == receipt_of(plan)


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_paragraph_that_is_not_there(file: Path, number: int) -> None:
    with pytest.raises(Refused) as refused:
        list(explain_letter(file, number))
    assert refused.value.problems[0].code == "E652"
    assert "共 4 段" in refused.value.problems[0].message


def test_the_code_is_printed_and_names_the_receipt(world: Any, form: str) -> None:
    plan = world.plan()
    receipt = receipt_of(plan)
    assert receipt["凭据码"] == code_of(receipt)
    assert re.fullmatch(r"凭据码 [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", *printed_code(plan))
    if form == "docx":
        text = re.sub(r"<[^>]+>", "", unpack(render_docx(plan), "x")["word/document.xml"].decode())
    else:
        from pypdf import PdfReader

        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(plan))).pages)
    assert receipt["凭据码"] in text


@pytest.mark.parametrize(
    "change",
    [
        {"title": "另一个标题"},
        {"number": "榕商务〔2026〕2号"},
        {"organ": "另一个机关"},
        {"body": (LetterParagraph(0, "另一段"),)},
        {"notes": ("注",)},
        {"sample": True},
        {"copies": ("抄送机关",)},
        {"body": (LetterTable((), (LetterRow((LetterCell("甲", 28),)),)),)},
    ],
)
def test_what_a_letter_says_changes_its_digest_and_code(world: Any, change: dict[str, Any]) -> None:
    plan = world.plan()
    other = replace(plan, **change)
    assert plan_digest(plan) != plan_digest(other)
    assert printed_code(plan) != printed_code(other)


def test_reasons_are_part_of_the_digest_and_pixels_are_not(world: Any) -> None:
    plan = world.plan()
    body = (LetterParagraph(0, "一段", (Trace("甲", (CLAUSE,), ()),)),)
    assert plan_digest(replace(plan, body=body)) != plan_digest(replace(plan, body=(LetterParagraph(0, "一段"),)))
    picture = LetterPicture("图", "图", "图", "<svg/>", b"a", 1.0, 1.0)
    drawn = [plan_digest(replace(plan, body=(replace(picture, png=png),))) for png in (b"a", b"b")]
    assert drawn[0] == drawn[1]


def test_the_same_plan_gives_the_same_bytes(world: Any) -> None:
    plan = world.plan()
    assert render_docx(plan) == render_docx(plan)
    assert render_pdf(plan) == render_pdf(plan)


# ---- .docx: what a person or Word does to it ----


@pytest.fixture
def parts(world: Any) -> dict[str, bytes]:
    return unpack(render_docx(world.plan("不予认定告知书", outcome="不予认定", nature="不利决定")), "x")


def put(parts: dict[str, bytes], folder: Path) -> Path:
    path = folder / "信.docx"
    path.write_bytes(pack(parts))
    return path


def test_the_receipt_stands_in_custom_properties(parts: dict[str, bytes]) -> None:
    from docx import Document
    from lxml import etree

    root = etree.fromstring(parts["docProps/custom.xml"])
    found = {node.get("name"): node[0].text for node in root}
    assert found["案件"] == "MD-2026-001"
    assert sorted(int(node.get("pid")) for node in root) == list(range(2, 2 + len(found)))
    assert all(len(value) <= 255 for value in found.values())
    Document(io.BytesIO(pack(parts)))  # Word's own reader is not here; python-docx follows the same relationships


def test_an_edited_paragraph_is_told(parts: dict[str, bytes], tmp_path: Path) -> None:
    text = parts["word/document.xml"].decode()
    assert "低于12场" in text
    edited = {**parts, "word/document.xml": text.replace("低于12场", "低于14场").encode()}
    letter = read_trace(put(edited, tmp_path))
    (altered,) = map(str, letter.altered)
    assert altered.startswith("第2段改了：“")
    assert altered.count("低于14场") == 1
    assert "注意：第2段改了" in "\n".join(everything(letter))


def test_a_changed_receipt_is_told(parts: dict[str, bytes], tmp_path: Path) -> None:
    item = next(name for name in parts if name.startswith("customXml/item1"))
    forged = {**parts, item: parts[item].replace(b"MD-2026-001", b"MD-2026-002")}
    found = read_trace(put(forged, tmp_path))
    assert found.faults == (
        "凭据与凭据码对不上，文件里的凭据被改动过",
        "所据与所据码对不上，文件里的所据被改动过",
        "文件里存的全文与它的摘要对不上，被改动过",
    )
    assert found.basis is None


def test_a_changed_basis_is_told(parts: dict[str, bytes], tmp_path: Path) -> None:
    item = next(name for name in parts if name.startswith("customXml/item1"))
    assert read_trace(put(parts, tmp_path)).basis is not None
    digest = ("cd" * 32).encode()
    assert parts[item].count(digest) == 2  # in the receipt for people, and in the basis
    whole = {**parts, item: parts[item][::-1].replace(digest[::-1], b"0" * 64, 1)[::-1]}
    assert read_trace(put(whole, tmp_path)).faults == ("所据与所据码对不上，文件里的所据被改动过",)
    other = {**parts, item: parts[item].replace("所据&quot;:".encode(), "另&quot;:".encode())}
    assert (read_trace(put(other, tmp_path)).faults, read_trace(put(other, tmp_path)).basis) == ((), None)


def test_a_layout_with_custom_parts_of_its_own_keeps_them(world: Any, parts: dict[str, bytes]) -> None:
    from engine.documents.embedded import write_docx

    twice = write_docx(parts, world.plan())
    assert sum(name.startswith("customXml/item") for name in twice) == 4
    assert twice["[Content_Types].xml"].count(b"docProps/custom.xml") == 1
    assert twice["_rels/.rels"].count(b"custom-properties") == 1


@pytest.mark.parametrize(
    "broken",
    [
        lambda parts, item: {name: data for name, data in parts.items() if name != item},
        lambda parts, item: {**parts, item: b'<trace xmlns="urn:guiju:trace:1">{}</trace>'},
        lambda parts, item: {**parts, item: b'<trace xmlns="urn:guiju:trace:1">[[[</trace>'},
        lambda parts, item: {**parts, item: parts[item].replace("格式".encode(), "款式".encode())},
        lambda parts, item: {**parts, item: parts[item][:200]},
    ],
)
def test_a_file_without_reasons_says_so(parts: dict[str, bytes], tmp_path: Path, broken: Any) -> None:
    item = next(name for name in parts if name.startswith("customXml/item1"))
    with pytest.raises(Refused) as refused:
        read_trace(put(broken(parts, item), tmp_path))
    assert refused.value.problems[0].code == "E651"


@pytest.mark.parametrize("name", ["信.docx", "信.pdf", "信.txt"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"1 0 obj\n" * 200])
def test_what_is_no_letter_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read_trace(path)
    assert refused.value.problems[0].code in ("E650", "E651")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_trace(tmp_path / "没有.docx")
    assert "文件不存在" in refused.value.problems[0].message


def test_a_file_that_unpacks_without_end_is_refused(parts: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_trace(put({**parts, "word/bomb.xml": b" " * 30_000_000}, tmp_path))
    assert refused.value.problems[0].code == "E650"


def metadata(data: bytes) -> Any:
    """The XMP of a PDF, parsed by somebody else's reader."""
    from pypdf import PdfReader

    found = PdfReader(io.BytesIO(data)).xmp_metadata
    assert found is not None
    return found


def test_a_pdf_shows_its_receipt_to_every_reader_of_xmp(world: Any) -> None:
    plan = replace(world.plan(), title="关于认定<甲&乙>的通知")
    found = metadata(render_pdf(plan))
    assert found.dc_title == {"x-default": plan.title}
    assert found.dc_creator == [plan.organ]
    own = {e.localName: e.firstChild.data for e in found.get_nodes_in_namespace("", xmp.SPACE)}
    own.pop("理由")
    assert own == {name: value for name, value in receipt_of(plan).items() if value}


def changed(world: Any, path: Path, reasons: str, *, deflate: bool = False) -> Path:
    """A letter whose packed reasons are others."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, StreamObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render_pdf(world.plan()))))
    text = xmp.packet(world.plan()).decode()
    stream = StreamObject()
    stream.set_data(re.sub(r"(?<=<guiju:理由>)[^<]+", reasons, text).encode())
    stream[NameObject("/Type")], stream[NameObject("/Subtype")] = NameObject("/Metadata"), NameObject("/XML")
    kept = stream.flate_encode() if deflate else stream
    writer.root_object[NameObject("/Metadata")] = writer._add_object(kept)
    writer.write(path)
    return path


def test_a_metadata_stream_another_program_deflated_is_read(world: Any, tmp_path: Path) -> None:
    whole = b64encode(zlib.compress(packed(world.plan()).encode())).decode()
    for deflate in (False, True):
        letter = read_trace(changed(world, tmp_path / "信.pdf", whole, deflate=deflate))
        assert letter.receipt["文书"] == "认定通知"


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize(
    "reasons", [b64encode(zlib.compress(b'{"' + b"a" * 100_000_000)).decode(), "不是", "AAAA", "&x;"]
)
def test_reasons_that_cannot_be_read_are_refused(world: Any, tmp_path: Path, reasons: str, deflate: bool) -> None:
    with pytest.raises(Refused) as refused:
        read_trace(changed(world, tmp_path / "信.pdf", reasons, deflate=deflate))
    assert refused.value.problems[0].code == "E651"


# ---- the data ----


def many(plan: DocumentPlan, count: int, text: str) -> DocumentPlan:
    names = tuple(f"事实{n}" for n in range(count))
    body = (LetterParagraph(0, "一段", (Trace("准则", (CLAUSE,), names),)),)
    return replace(plan, body=body, evidence=tuple(Evidence(name, text, text) for name in names), with_facts=True)


def test_too_many_reasons_are_stored_without_values(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = many(world.plan(), 50, "很长的来源" * 40)
    full = unpacked(packed(plan), "x").told[0].reasons[0]
    assert full.facts[0].text
    monkeypatch.setattr(trace, "MAX_TRACE", 5000)
    short = unpacked(packed(plan), "x").told[0].reasons[0]
    assert len(packed(plan)) <= 5000
    assert not unpacked(packed(plan), "x").values
    assert [f.name for f in short.facts] == [f.name for f in full.facts]
    assert {f.text for f in short.facts} == {""}
    monkeypatch.setattr(trace, "MAX_TRACE", 900)
    assert unpacked(packed(plan), "x").told[0].reasons == ()


def test_rows_and_pictures_are_numbered_with_the_paragraphs(world: Any) -> None:
    table = LetterTable(
        (LetterRow((LetterCell("栏目", 28, "栏目"),)),),
        tuple(LetterRow((LetterCell(t, 28),), (Trace(t, (), ()),)) for t in "甲乙"),
    )
    picture = LetterPicture("图", "题", "述", "<svg/>", b"", 1.0, 1.0, (Trace("", (CLAUSE,), ()),))
    plan = replace(world.plan(), body=(LetterParagraph(1, "一、标题"), table, picture), evidence=())
    letter = unpacked(packed(plan), "x")
    assert [(one.kind, one.text) for one in letter.told] == [
        ("标题", "一、标题"),
        ("行", "甲"),
        ("行", "乙"),
        ("图", "题"),
    ]
    assert letter.told[2].reasons[0].criterion == "乙"
    assert "小标题" in "\n".join(paragraph(letter, 1))


@pytest.mark.parametrize(
    ("subject", "asked", "found"),
    [
        ("out/信.docx#3", None, ("out/信.docx", 3)),
        ("信.PDF", 2, ("信.PDF", 2)),
        ("信.pdf", None, ("信.pdf", None)),
        ("a#b/信.docx", None, ("a#b/信.docx", None)),
        ("牌匾.svg#1", None, ("牌匾.svg", 1)),
        ("fixtures/01", None, None),
        ("第七条", None, None),
        ("general#第七条", None, None),
        ("信.txt", 3, ("信.txt", 3)),
    ],
)
def test_what_points_into_a_letter(subject: str, asked: int | None, found: tuple[str, int | None] | None) -> None:
    answer = pointed(subject, asked)
    assert (answer and (str(answer[0]), answer[1])) == found


@pytest.mark.parametrize("anchor", ["abc", "", "第三段", "3a", "-1"])
def test_what_is_no_number_of_a_paragraph_is_told(anchor: str) -> None:
    with pytest.raises(Refused) as refused:
        pointed(f"out/信.docx#{anchor}", None)
    (problem,) = refused.value.problems
    assert (problem.code, "写作 `out/信.docx#3`" in (problem.help or "")) == ("E652", True)


def test_a_code_of_hexadecimal_digits_is_still_understood(world: Any) -> None:
    """As letters had it before codes had a check character."""
    receipt = dict(receipt_of(world.plan()))
    said = {name: value for name, value in receipt.items() if name != "凭据码"}
    assert agrees(receipt)
    assert agrees({"凭据码": short_code(said), **said})
    assert not agrees({**receipt, "结果": "别的"})
    assert not agrees({"凭据码": short_code(said), **said, "结果": "别的"})


def test_with_a_key_the_code_is_another_and_the_receipt_holds_all_the_same(world: Any) -> None:
    """Whoever has not the key can still tell that the receipt was altered, and recomputes the letter with the code it has."""
    plan = world.plan()
    keyed = Stamp(b"0123456789abcdef", "12-00112233445566778899").on(plan)
    receipt = receipt_of(keyed)
    assert receipt["凭据码"] != receipt_of(plan)["凭据码"]
    assert plan_digest(keyed) == plan_digest(plan)
    assert agrees(receipt)
    assert not agrees({**receipt, "结果": "别的"})
    assert as_given(plan, receipt) == keyed
    assert printed_code(keyed) == (f"凭据码 {receipt['凭据码']}", "账本头 12-00112233445566778899")
    # Issued again, when the ledger has grown: what it was given it keeps.
    known = {plan_digest(plan): (receipt["凭据码"], receipt["账本头"])}
    for key in (b"0123456789abcdef", b"fedcba9876543210", b""):
        assert Stamp(key, "99-00112233445566778899", known).on(plan) == keyed
    assert Stamp(b"", "").on(plan) == plan
