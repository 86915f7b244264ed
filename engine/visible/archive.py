"""Zip packages (.docx) in and out: refused where they could hurt a reader, written with the same bytes every time."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from engine.base.problem import Problem, Refused

MAX_PARTS = 200
MAX_BYTES = 20_000_000
MAX_RATIO = 200
_EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_entry(name: str) -> zipfile.ZipInfo:
    """The head of a part of a zip, with fixed time and attributes: the same parts give the same bytes."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
    return info


def unpack(data: bytes, file: str) -> dict[str, bytes]:
    """The parts of a .docx by name. Refused (E620): not a zip, too many or too large parts, odd names, a DOCTYPE,
    macros, embedded objects or links to outside the file."""
    parts = opened(data, file)
    for found in harm(parts):
        raise _refused(file, found)
    return parts


def opened(data: bytes, file: str) -> dict[str, bytes]:
    """The same, whatever harm is in the parts."""
    parts = unzipped(data, file)
    if "word/document.xml" not in parts:
        raise _refused(file, "不是 Word 文档")
    return parts


def unzipped(data: bytes, file: str) -> dict[str, bytes]:
    """The parts of any zip by name. Refused (E620): none, too many or too large parts, odd names."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _sized(entries, file)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
        raise _refused(file, "不是完好的压缩文件") from None


def _sized(entries: list[zipfile.ZipInfo], file: str) -> None:
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MAX_PARTS or unpacked > MAX_BYTES or unpacked > MAX_RATIO * max(packed, 1):
        raise _refused(file, "内容过大或压缩比异常")
    names = [e.filename for e in entries]
    if len(set(names)) != len(names) or any(".." in n or n.startswith("/") or "\\" in n for n in names):
        raise _refused(file, "内部文件名异常")


def harm(parts: Mapping[str, bytes]) -> Iterator[str]:
    """What in the parts could hurt whoever opens them, in words."""
    for name, content in parts.items():
        lower = name.lower()
        if "vbaproject" in lower or "/embeddings/" in lower or "/activex/" in lower:
            yield f"含有宏或嵌入对象 `{name}`"
        if lower.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in content or b"<!ENTITY" in content):
            yield f"`{name}` 含有不允许的 DOCTYPE"
        if lower.endswith(".rels") and b'TargetMode="External"' in content:
            yield f"`{name}` 链接到文件之外"


def _refused(file: str, reason: str) -> Refused:
    help = "换回原来的文件，或用 Word 另存为新的 .docx"
    return Refused(Problem("E620", f"`{file}` 不能使用：{reason}", help=help))


def pack(parts: dict[str, bytes]) -> bytes:
    """A zip with sorted parts and fixed times and attributes: the same parts give the same bytes."""
    buffer = io.BytesIO()
    first = "[Content_Types].xml"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda n: (n != first, n)):
            archive.writestr(zip_entry(name), parts[name])
    return buffer.getvalue()
