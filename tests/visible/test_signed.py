"""A PDF somebody signed: the signature is appended, the letter before it is verified as ever; what else is appended is found."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import pytest
from asn1crypto import keys
from asn1crypto import x509 as certificates
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject, TextStringObject

from engine.conformance.pages import read_pages
from engine.conformance.pdf_points import findings
from engine.documents.embedded import read_letter
from engine.documents.xmp import SPACE
from engine.visible.packet import own, root
from engine.visible.pdf import whole_prefixes
from engine.visible.pdf_file import open_pdf
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


# ---- signed as an office signs: in the place kept for the seal, by a program of others, with a certificate for the test ----


def signer() -> signers.SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "测试")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day.replace(year=2056))
    signing = x509.KeyUsage(True, True, *[False] * 7)
    certificate = made.add_extension(signing, critical=True).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return signers.SimpleSigner(
        certificates.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(key.private_bytes(serialization.Encoding.DER, *plain)),
        SimpleCertificateStore(),
    )


def signed(data: bytes) -> bytes:
    how = signers.PdfSignatureMetadata(
        field_name="印章", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    return bytes(signers.PdfSigner(how, signer()).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data))).getvalue())


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return signed(written(NAME, "pdf"))


def test_a_letter_signed_where_the_seal_goes_is_as_issued(sealed: bytes) -> None:
    issued, letter = written(NAME, "pdf"), read_letter(sealed, f"{NAME}.pdf")
    assert sealed.startswith(issued)
    assert (letter.faults, letter.altered) == ((), ())
    assert letter.now is not None
    assert letter.now.signatures == 1
    before = read_letter(issued, f"{NAME}.pdf")
    assert (letter.receipt, letter.told) == (before.receipt, before.told)
    (field,) = PdfReader(io.BytesIO(sealed)).trailer["/Root"]["/AcroForm"]["/Fields"]
    assert field.get_object()["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"


def test_a_signed_letter_conforms(sealed: bytes) -> None:
    assert [(f.code, f.faults) for f in findings(read_pages(sealed, f"{NAME}.pdf")) if f.passed is False] == []


def test_what_is_drawn_in_the_place_for_the_seal_is_found() -> None:
    """Unsigned it is empty: a stamp that is only drawn there is no signature."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(written(NAME, "pdf"))))
    (field,) = writer.root_object["/AcroForm"]["/Fields"]
    field.get_object()["/AP"]["/N"].get_object().set_data(COVER)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert any("签名域画了内容" in str(one) for one in read_letter(buffer.getvalue(), f"{NAME}.pdf").altered)


def test_receipts_are_read_as_attributes_too() -> None:
    """XMP writes a simple value either way (ISO 16684-1, 7.9.2.2), and programs change one into the other."""
    packet = root(open_pdf(written(NAME, "pdf")).catalog)
    said = dict(own(packet, SPACE))
    for one in list(packet.iter(f"{{{SPACE}}}*")):
        one.getparent().set(one.tag, one.text)
        one.getparent().remove(one)
    assert not list(packet.iter(f"{{{SPACE}}}*"))
    assert dict(own(packet, SPACE)) == said
    assert {"凭据码", "理由"} <= set(said)
