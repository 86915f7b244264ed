"""A PDF somebody signed: the signature is appended, the letter before it is verified as ever; what else is appended is found."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject, TextStringObject

from engine.documents.embedded import read_letter
from engine.visible.pdf import whole_prefixes
from tests.documents.samples import written

NAME = "不予认定告知书"
COVER = b"q 1 1 1 rg 100 400 200 20 re f Q"


def appended(*, signed: bool = False, covered: bool = False) -> bytes:
    """The letter with an incremental update (ISO 32000, 7.5.6), as signing programs write it: objects anew, and a table."""
    data = written(NAME, "pdf")
    reader = PdfReader(io.BytesIO(data))
    trailer: Any = reader.trailer
    size, root, page = int(trailer["/Size"]), trailer.raw_get("/Root"), reader.pages[0]
    reference: Any = page.indirect_reference
    catalog, first = DictionaryObject(trailer["/Root"]), DictionaryObject(page)
    new: dict[int, Any] = {root.idnum: catalog, reference.idnum: first}
    if signed:
        field = IndirectObject(size, 0, reader)
        value = named(Type=NameObject("/Sig"), Filter=NameObject("/Adobe.PPKLite"))
        new[size] = named(
            Type=NameObject("/Annot"),
            Subtype=NameObject("/Widget"),
            FT=NameObject("/Sig"),
            T=TextStringObject("Signature1"),
            Rect=ArrayObject([NumberObject(0)] * 4),
            V=value,
        )
        catalog |= named(AcroForm=named(Fields=ArrayObject([field]), SigFlags=NumberObject(3)))
        first |= named(Annots=ArrayObject([field]))
    if covered:
        new[size + 1] = b"<</Length %d>>\nstream\n%s\nendstream" % (len(COVER), COVER)
        first |= named(Contents=ArrayObject([page.raw_get("/Contents"), IndirectObject(size + 1, 0, reader)]))
    out, places = bytearray(data), {}
    for number, content in new.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content if isinstance(content, bytes) else as_bytes(content))
    table = len(out)
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in sorted(places.items()))
    before = re.findall(rb"startxref\s+(\d+)", data)[-1]
    info = trailer.raw_get("/Info").idnum
    out += b"trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %s>>\n" % (size + 2, root.idnum, info, before)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def named(**values: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def as_bytes(content: Any) -> bytes:
    buffer = io.BytesIO()
    content.write_to_stream(buffer)
    return buffer.getvalue()


def test_a_signed_letter_is_as_issued() -> None:
    data = appended(signed=True)
    letter = read_letter(data, f"{NAME}.pdf")
    assert (letter.faults, letter.altered) == ((), ())
    assert letter.now is not None
    assert letter.now.signatures == 1
    assert written(NAME, "pdf") in whole_prefixes(data)


def test_what_else_was_appended_is_found() -> None:
    (found,) = read_letter(appended(covered=True), f"{NAME}.pdf").altered
    assert str(found).startswith("第1页画的内容")
    both = read_letter(appended(signed=True, covered=True), f"{NAME}.pdf")
    assert [str(one)[:3] for one in both.altered] == ["第1页"]
