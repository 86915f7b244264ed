"""Attacks on what reads letters, registers and the cache: each is answered by a message, and hurts a plain reader."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from engine.office import api
from tests.attacks.corpus import DIES, RAISES, Harm
from tests.attacks.harm import hurts
from tests.cli.run import ROOT, guiju

Change = Callable[[bytes], bytes]
NEST = 3_000
DOCUMENT, TRACE = "word/document.xml", "customXml/item"


@dataclass(frozen=True)
class LetterAttack:
    """`part` of the .docx is changed by `change`; `asked` is the command; `answer` a code, "" where it may answer as it
    likes but with a message or a result."""

    name: str
    part: str
    change: Change
    asked: tuple[str, ...]
    answer: str
    harm: Harm


def wide(value: bytes) -> Change:
    return lambda data: re.sub(rb'w:w="11906"', b'w:w="' + value + b'"', data)


def deep(_: bytes) -> bytes:
    return b"<a>" * 20_000 + b"</a>" * 20_000


def nested(data: bytes) -> bytes:
    inside = b"<w:sdt><w:sdtContent>" * NEST + b"</w:sdtContent></w:sdt>" * NEST
    return data.replace(b"<w:body>", b"<w:body>" + inside)


def bodiless(data: bytes) -> bytes:
    return re.sub(rb"<w:body>.*</w:body>", b"", data, flags=re.DOTALL)


def said(text: str) -> Change:
    """A word of the reasons written as an escape of JSON."""
    return lambda data: data.replace("人才驿站".encode(), text.encode())


LXML = "from lxml import etree; "
XML = Harm(LXML + "etree.fromstring('<a>' * 3000 + '</a>' * 3000)", RAISES + "lxml.etree.XMLSyntaxError")
NONE = Harm(LXML + "etree.fromstring('<a/>').find('b').iter()", RAISES + "AttributeError")
EXPLAIN, CONFORM = ("explain",), ("conform",)


def number(text: str, error: str) -> Harm:
    return Harm(f"round(float({text!r}))", RAISES + error)


def json(text: str, sign: str) -> Harm:
    return Harm(f"import json; print(json.loads({text}))", sign)


def reasons(text: bytes) -> Change:
    """The reasons replaced by other JSON."""
    return lambda data: re.sub(rb">\{.*<", lambda _: b">" + text + b"<", data)


ATTACKS = (
    LetterAttack("deep document explained", DOCUMENT, deep, EXPLAIN, "E650", XML),
    LetterAttack("deep document conformed", DOCUMENT, deep, CONFORM, "E650", XML),
    LetterAttack("nested elements explained", DOCUMENT, nested, EXPLAIN, "E650", XML),
    LetterAttack("nested elements conformed", DOCUMENT, nested, CONFORM, "E650", XML),
    LetterAttack("no body conformed", DOCUMENT, bodiless, CONFORM, "E650", NONE),
    LetterAttack("no body explained", DOCUMENT, bodiless, EXPLAIN, "", NONE),
    LetterAttack("page width NaN", DOCUMENT, wide(b"NaN"), CONFORM, "W01", number("NaN", "ValueError")),
    LetterAttack("page width 1e400", DOCUMENT, wide(b"1e400"), CONFORM, "W01", number("1e400", "OverflowError")),
    LetterAttack("page width -inf", DOCUMENT, wide(b"-inf"), CONFORM, "W01", number("-inf", "OverflowError")),
    LetterAttack("page width of text", DOCUMENT, wide(b"A4"), CONFORM, "W01", number("A4", "ValueError")),
    LetterAttack(
        "lone surrogate in the reasons",
        TRACE,
        said("\\ud800"),
        EXPLAIN,
        "E651",
        json(r"'\"\\ud800\"'", RAISES + "UnicodeEncodeError"),
    ),
    LetterAttack(
        "control in the reasons", TRACE, said("\\u001b]0;x"), EXPLAIN, "E651", json(r"'\"\\u001b]0\"'", "\x1b]0")
    ),
    LetterAttack("bidi in the reasons", TRACE, said("\\u202e"), EXPLAIN, "E651", json(r"'\"\\u202e\"'", "\u202e")),
    LetterAttack(
        "reasons nested without end",
        TRACE,
        reasons(b"[" * 100_000),
        EXPLAIN,
        "E651",
        json("'[' * 100000", RAISES + "RecursionError"),
    ),
    LetterAttack(
        "reasons that are no object", TRACE, reasons(b"[]"), EXPLAIN, "E651", Harm("[]['a']", RAISES + "TypeError")
    ),
    LetterAttack(
        "reasons with too many digits",
        TRACE,
        reasons(b"9" * 5_000),
        EXPLAIN,
        "E651",
        json("'9' * 5000", RAISES + "ValueError"),
    ),
)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One letter of the first sample, as both formats."""
    packages = api.load(ROOT / "policies")
    file = api.open_case(packages, ROOT / "fixtures/01-optics-park", day=date(2026, 11, 23))
    planned = api.plan(file, api.decide(file), "认定通知")
    return {kind: api.render(planned.plans[0], kind) for kind in ("docx", "pdf")}


def changed(docx: bytes, part: str, change: Change) -> bytes:
    out = BytesIO()
    touched = 0
    with zipfile.ZipFile(BytesIO(docx)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            new = change(data) if name.startswith(part) and name.endswith(".xml") else data
            touched += new != data
            target.writestr(name, new)
    assert touched, "the attack must change something"
    return out.getvalue()


def answered(asked: tuple[str, ...], path: str, code: str) -> None:
    result = guiju(*asked, path)
    said = result.out + result.err
    assert "E999" not in said
    assert code in said
    assert result.code in (0, 1, 2)
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_letters_are_guarded(attack: LetterAttack, letters: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    path.write_bytes(changed(letters["docx"], attack.part, attack.change))
    answered(attack.asked, str(path), attack.answer)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_they_hurt_a_plain_reader(attack: LetterAttack, tmp_path: Path) -> None:
    hurts(attack.harm, tmp_path)


PDFS: dict[str, Change] = {
    "49 MB of zeros": lambda pdf: bytes(49_000_000),
    "zeros with a head": lambda pdf: b"%PDF-1.7\n" + bytes(49_000_000),
    "zeros with both ends": lambda pdf: b"%PDF-1.7\n" + bytes(20_000_000) + b"\nstartxref\n9\n%%EOF",
    "cut off": lambda pdf: pdf[: len(pdf) // 2],
    "without a table": lambda pdf: pdf.replace(b"startxref", b"startxxxx"),
    "a table far away": lambda pdf: re.sub(rb"startxref\s+\d+", b"startxref\n99999999999999999999", pdf),
    "text": lambda pdf: "认定通知".encode(),
    "nothing": lambda pdf: b"",
}


@pytest.mark.parametrize("name", PDFS)
@pytest.mark.parametrize("asked", [EXPLAIN, CONFORM], ids=["explain", "conform"])
def test_what_is_no_pdf_is_refused_at_once(
    name: str, asked: tuple[str, ...], letters: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "通知.pdf"
    path.write_bytes(PDFS[name](letters["pdf"]))
    answered(asked, str(path), "E650")


def test_zeros_hurt_a_plain_reader(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + bytes(20_000_000))
    code = f"from pdfminer.high_level import extract_text; extract_text({str(tmp_path / 'a.pdf')!r})"
    hurts(Harm(code, DIES), tmp_path)


@pytest.mark.parametrize("number", ["9" * 5000, "0" * 5000 + "9" * 20, "999999999"])
def test_a_paragraph_number_of_any_length(number: str, letters: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    path.write_bytes(letters["docx"])
    answered(EXPLAIN, f"{path}#{number}", "E652")
    hurts(Harm("int('9' * 5000)", RAISES + "ValueError"), tmp_path)


@pytest.mark.parametrize("line", ["[" * 100_000, '{"a":' * 50_000, "9" * 5_000, '"\\ud800"', "{}", "\x00"])
def test_a_register_line_of_anything(line: str, tmp_path: Path) -> None:
    from engine.documents.register import read

    _, problems = read(line + "\n", "登记簿.jsonl")
    assert problems
    assert {problem.code[0] for problem in problems} == {"E"}


def sealed(text: bytes) -> bytes:
    """A kept package's file whose digest fits, whatever is in it."""
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


GARBAGE = [
    b"",
    b"\x80",
    b"garbage",
    b"\n\n",
    bytes(1000),
    *map(sealed, (b"", b"[]", b"{", b"9" * 5000, b"[" * 100_000, b"\xff")),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_a_cache_of_garbage_is_as_good_as_none(garbage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.policy import cache

    monkeypatch.setenv("GUIJU_CACHE", str(tmp_path))
    tmp_path.chmod(0o700)
    (tmp_path / f"k{cache.SUFFIX}").write_bytes(garbage)
    (tmp_path / f"k{cache.SUFFIX}").chmod(0o600)
    assert cache.load("k") is None
