"""Finished letters altered in one place each: every text, picture and property of a .docx, every text and picture of a PDF.

Each alteration is made in the file's own format by other means than the program reads it with (lxml on the parts; pypdf), and
says what a finding about it must name.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
V = "{urn:schemas-microsoft-com:vml}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SWAPS = str.maketrans("0123456789不准的一二三市人", "1234567890准不之二三四县入")


@dataclass(frozen=True)
class Altered:
    """What was done, how to make the file that comes of it, and words one of which a finding must hold."""

    what: str
    made: Callable[[], bytes]
    names: tuple[str, ...]


def changed(text: str) -> str:
    """Another text that looks much the same: its first letter or digit that has a twin is swapped, or 甲 put before it."""
    for at, character in enumerate(text):
        if (other := character.translate(SWAPS)) != character:
            return text[:at] + other + text[at + 1 :]
    return "甲" + text


# ---- .docx ----


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(found: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(data: bytes) -> Iterator[Altered]:
    """Every run of text, in body, headers, footers and notes; every string of letters drawn; pictures; properties."""
    found = parts(data)
    for name in sorted(found):
        if re.fullmatch(r"word/(document|header\w*|footer\w*|footnotes|endnotes)\.xml", name):
            yield from _texts(found, name)
        if name.startswith("word/media/"):
            yield Altered(f"picture {name}", partial(zipped, {**found, name: found[name] + b"\0"}), ("图",))
    yield from _properties(found, "docProps/core.xml")
    yield from _properties(found, "docProps/custom.xml")
    yield from _done_to_paragraphs(found)


def _texts(found: dict[str, bytes], name: str) -> Iterator[Altered]:
    from lxml import etree

    tags = (f"{W}t", f"{V}textpath")

    def made(at: int, after: str) -> bytes:
        root = etree.fromstring(found[name])
        one = list(root.iter(*tags))[at]
        if one.tag == f"{W}t":
            one.text = after
        else:
            one.set("string", after)
        return zipped({**found, name: etree.tostring(root)})

    whole = etree.fromstring(found[name])
    counted = "PAGE" in "".join(whole.itertext())  # the number of a page as it was last counted: readers count anew
    for at, one in enumerate(whole.iter(*tags)):
        before = (one.text if one.tag == f"{W}t" else one.get("string")) or ""
        if before.strip() and not (counted and before.strip().isdigit()):
            after = changed(before)
            yield Altered(f"{name} “{before}”", partial(made, at, after), (around(before, after),))


def around(before: str, after: str) -> str:
    """What the altered text says where it was altered."""
    at = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), 0)
    start = max(0, at - 3)
    ends = [n for n in range(start, min(at + 3, len(after))) if after[n] in "。；！？\n"]
    return after[
        max([start, *(n + 1 for n in ends if n < at)]) : min([at + 3, *(n for n in ends if n >= at)]) or at + 1
    ].strip()


def _properties(found: dict[str, bytes], name: str) -> Iterator[Altered]:
    from lxml import etree

    unnamed = {"lastModifiedBy", "modified", "revision"}  # whoever saves a file changes these

    def made(at: int) -> bytes:
        root = etree.fromstring(found[name])
        one = list(root.iter())[at]
        one.text = changed(one.text or "")
        return zipped({**found, name: etree.tostring(root)})

    for at, one in enumerate(etree.fromstring(found[name]).iter()):
        if (one.text or "").strip() and etree.QName(one).localname not in unnamed:
            yield Altered(f"{name} “{one.text}”", partial(made, at), ("属性",))


_HIDDEN = f'<w:r xmlns:w="{W[1:-1]}"><w:rPr><w:vanish/></w:rPr><w:t>看不见的话</w:t></w:r>'
_INSERTED = f'<w:ins xmlns:w="{W[1:-1]}" w:id="9" w:author="甲"><w:r><w:t>插进来的话</w:t></w:r></w:ins>'
_PARAGRAPH = f'<w:p xmlns:w="{W[1:-1]}"><w:r><w:t>你单位须于三日内缴回已发经费。</w:t></w:r></w:p>'


def _done_to_paragraphs(found: dict[str, bytes]) -> Iterator[Altered]:
    """One put in, taken out, moved; text struck out, hidden, added under revision; in the first, a middle and the last place."""
    from lxml import etree

    name = "word/document.xml"

    def made(at: int, do: Callable[[list[Any], int], None]) -> bytes:
        root = etree.fromstring(found[name])
        do(paragraphs(root), at)
        return zipped({**found, name: etree.tostring(root)})

    def paragraphs(root: Any) -> list[Any]:
        return [p for p in root.find(f"{W}body").iterchildren(f"{W}p") if "".join(p.itertext()).strip()]

    ones = paragraphs(etree.fromstring(found[name]))
    for at in sorted({0, len(ones) // 2, len(ones) - 1}):
        for what, (do, said) in DEEDS.items():
            yield Altered(f"{what} {at}", partial(made, at, do), (said, "没有了") if what == "removed" else (said,))
    yield Altered("the first moved to the end", partial(made, 0, _moved), ("移了位置", "没有了"))


def _moved(ones: list[Any], at: int) -> None:
    ones[-1].addnext(ones[at])


def _removed(ones: list[Any], at: int) -> None:
    ones[at].getparent().remove(ones[at])


def _added(text: str) -> Callable[[list[Any], int], None]:
    def do(ones: list[Any], at: int) -> None:
        from lxml import etree

        new = etree.fromstring(text)
        ones[at].addnext(new) if new.tag == f"{W}p" else ones[at].append(new)

    return do


def _struck(ones: list[Any], at: int) -> None:
    from lxml import etree

    for run in ones[at].iter(f"{W}r"):
        run.insert(0, etree.fromstring(f'<w:rPr xmlns:w="{W[1:-1]}"><w:strike/></w:rPr>'))


DEEDS: dict[str, tuple[Callable[[list[Any], int], None], str]] = {
    "inserted after": (_added(_PARAGRAPH), "多出一段"),
    "removed": (_removed, "移了位置"),
    "hidden text in": (_added(_HIDDEN), "隐藏文字“看不见的话”"),
    "revision in": (_added(_INSERTED), "修订：插入“插进来的话”"),
    "struck out": (_struck, "划掉的文字"),
}


# ---- PDF ----

_SHOWN = re.compile(rb"\[(?:[^\[\]()]|<[0-9a-fA-F]*>|\((?:[^()\\]|\\.)*\))*\]\s*TJ|<[0-9a-fA-F]*>\s*Tj")
_GLYPHS = re.compile(rb"<([0-9a-fA-F]{4,})>")


def pdf(data: bytes) -> Iterator[Altered]:
    """Every text shown has its first glyph put last, or its only one doubled; every picture, property and page is altered."""
    from pypdf import PdfReader

    pages = len(PdfReader(io.BytesIO(data)).pages)
    for page in range(pages):
        contents = _contents(data, page)
        shown = list(_SHOWN.finditer(contents))
        for at, one in enumerate(shown):
            other = _GLYPHS.sub(_turned, one[0], count=1)
            if other != one[0]:
                after = contents[: one.start()] + other + contents[one.end() :]
                yield Altered(
                    f"text {at} of page {page + 1}",
                    partial(_with_contents, data, page, after),
                    (f"第{page + 1}页", "改了"),
                )
        covered = contents + b"\nq 1 1 1 rg 100 400 200 20 re f Q\n"
        yield Altered(f"page {page + 1} covered", partial(_with_contents, data, page, covered), (f"第{page + 1}页",))
        yield from _pictures(data, page)
        yield Altered(f"page {page + 1} gone", partial(_without, data, page), (f"第{page + 1}页", "没有了"))
        yield Altered(f"note on page {page + 1}", partial(_noted, data, page), ("批注",))
    for key in _writer(data).metadata or {}:
        if key not in ("/Producer", "/Creator", "/ModDate"):  # whoever saves a file changes these
            yield Altered(f"property {key}", partial(_property, data, key), ("属性",))


def _turned(match: re.Match[bytes]) -> bytes:
    """The glyphs of a string, the first one last; one alone is shown twice."""
    text = match[1]
    other = text[4:] + text[:4]
    return b"<" + (other if other != text else text + text) + b">"


def _writer(data: bytes) -> Any:
    from pypdf import PdfReader, PdfWriter

    return PdfWriter(clone_from=PdfReader(io.BytesIO(data)))


def _saved(writer: Any) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def saved_again(data: bytes) -> bytes:
    """The same by another program."""
    return _saved(_writer(data))


def _contents(data: bytes, page: int) -> bytes:
    found: bytes = _writer(data).pages[page].get_contents().get_data()
    return found


def _with_contents(data: bytes, page: int, contents: bytes) -> bytes:
    from pypdf.generic import NameObject, StreamObject

    writer = _writer(data)
    stream = StreamObject()
    stream.set_data(contents)
    writer.pages[page][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    return _saved(writer)


def _pictures(data: bytes, page: int) -> Iterator[Altered]:
    def made(name: str) -> bytes:
        other = _writer(data)
        picture = other.pages[page]["/Resources"]["/XObject"][name].get_object()
        picture.set_data(picture.get_data() + b"\n ")
        return _saved(other)

    for name in dict(_writer(data).pages[page]["/Resources"].get("/XObject", {})):
        yield Altered(f"picture {name} of page {page + 1}", partial(made, name), (f"第{page + 1}页的图",))


def _without(data: bytes, page: int) -> bytes:
    writer = _writer(data)
    if len(writer.pages) == 1:
        writer.add_blank_page()
    writer.remove_page(page)
    return _saved(writer)


def _noted(data: bytes, page: int) -> bytes:
    from pypdf.annotations import FreeText

    writer = _writer(data)
    writer.add_annotation(page_number=page, annotation=FreeText(text="另加的话", rect=(50, 550, 200, 650)))
    return _saved(writer)


def _property(data: bytes, key: str) -> bytes:
    from pypdf.generic import NameObject, TextStringObject

    writer = _writer(data)
    writer._info[NameObject(key)] = TextStringObject(changed(str(writer.metadata[key])))
    return _saved(writer)


# ---- SVG ----


def svg(data: bytes) -> Iterator[Altered]:
    """Every title and description, and every stroke, is another."""
    text = data.decode()
    bare = re.sub("<metadata>.*</metadata>", lambda found: " " * len(found[0]), text, flags=re.S)

    def made(start: int, end: int, other: str) -> bytes:
        return (text[:start] + other + text[end:]).encode()

    for one in re.finditer("(?<=<title>)[^<]+|(?<=<desc>)[^<]+", bare):
        yield Altered(one[0], partial(made, one.start(), one.end(), changed(one[0])), ("改了",))
    for one in re.finditer(r'(?<= d="M)[0-9]|(?<=fill="#)[0-9a-f]', bare):
        other = "1" if one[0] != "1" else "2"
        yield Altered(f"at {one.start()}", partial(made, one.start(), one.end(), other), ("图样",))
