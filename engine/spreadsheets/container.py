"""What must hold of an Office file (a zip of XML parts) before anything parses it.

A 60 KB file can unpack to gigabytes, name parts outside its tree, declare entities, pull in other files or carry
macros. All of that is refused here by reading the zip directory and the first bytes of each part.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from engine.base.problem import Problem
from engine.files.faults import unreadable
from engine.files.reading import Found, find

MAX_PACKED = 200_000_000
MAX_UNPACKED = 2_000_000_000
MAX_RATIO = 250
RATIO_FROM = 1_000_000  # parts smaller than this unpacked may have any ratio: blank styled rows pack very well
MAX_PARTS = 2_000
MAX_RELS = 4_000_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_HEAD = 1_000_000

_SAVE_AS = "用 Excel 或 WPS 打开，另存为 .xlsx"
_RESAVE = "用 Excel 或 WPS 打开，确认内容无误后重新另存为 .xlsx"

# (part name pattern, code, message, help)
_FORBIDDEN: tuple[tuple[re.Pattern[str], str, str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), code, message, help)
    for pattern, code, message, help in (
        (r"vbaProject|macrosheets/|\.bin$.*vba", "E158", "含有宏", "另存为不含宏的 .xlsx"),
        (r"/embeddings/|/activeX/|oleObject", "E157", "嵌有其他文件或控件", "删去嵌入的对象后再保存"),
        (r"/externalLinks/", "E156", "引用了外部工作簿", "在“数据—编辑链接”里断开链接后再保存"),
    )
)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_EXTERNAL = re.compile(rb"""TargetMode\s*=\s*["']External["']""")
_HYPERLINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""")
_DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.IGNORECASE)

CORRUPT = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What reading a damaged zip raises. RuntimeError also stands for its subclass, a packing Python does not know."""


def corrupt(name: str) -> Problem:
    """E152: the file cannot be read for what it claims to be."""
    return Problem("E152", f"文件 `{name}` 已损坏，读不出来", help="重新下载或请填报人重发；能打开的话另存一份")


def find_container(path: Path, name: str, within: Path | None = None) -> tuple[Found | None, list[Problem]]:
    """A checked zip, which opens as it was checked or not at all; or the reasons why it is refused."""
    try:
        found = find(path, MAX_PACKED, within)
        with found.opened() as stream:
            head = stream.read(_OLE_HEAD)
            if not head.startswith(b"PK"):
                return None, [_not_zip(head, name)]
            with zipfile.ZipFile(stream) as archive:
                problems = _inspect(archive, name)
    except OSError as error:
        return None, [unreadable(error, name)]
    except CORRUPT:
        return None, [corrupt(name)]
    return (None, problems) if problems else (found, [])


def _not_zip(head: bytes, name: str) -> Problem:
    if head.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in head:
            return Problem("E151", f"文件 `{name}` 已加密", help="用密码打开后，去掉“打开密码”再保存")
        return Problem("E150", f"`{name}` 是旧版 .xls（或 .et）格式", help=_SAVE_AS)
    start = head[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not head:
        return Problem("E152", f"文件 `{name}` 是空的", help="重新下载或请填报人重发")
    if start.startswith((b"<html", b"<!doctype html", b"<?xml", b"<table")):
        return Problem("E150", f"`{name}` 其实是网页，不是 Excel 文件", help=_SAVE_AS)
    return Problem("E152", f"`{name}` 不是 Excel 文件，或已损坏", help=_SAVE_AS)


def _inspect(archive: zipfile.ZipFile, name: str) -> list[Problem]:
    parts = archive.infolist()
    if problem := _sizes(parts, name) or _names(parts, name):
        return [problem]
    found: dict[str, Problem] = {}
    for part in parts:
        for pattern, code, message, help in _FORBIDDEN:
            if pattern.search("/" + part.filename):
                found.setdefault(code, Problem(code, f"文件 `{name}` {message}（`{part.filename}`）", help=help))
        if problem := _content(archive, part, name):
            found.setdefault(problem.code, problem)
    return list(found.values())


def _sizes(parts: list[zipfile.ZipInfo], name: str) -> Problem | None:
    if len(parts) > MAX_PARTS:
        return Problem("E153", f"文件 `{name}` 里有 {len(parts)} 个部件，超过上限 {MAX_PARTS}", help=_RESAVE)
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED:
        message = f"文件 `{name}` 解开后有 {total} 字节，超过上限 {MAX_UNPACKED} 字节"
        return Problem("E153", message, help="按年度拆成几个文件")
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            ratio = part.file_size // max(part.compress_size, 1)
            message = f"文件 `{name}` 的 `{part.filename}` 压缩比 {ratio}:1，超过上限 {MAX_RATIO}:1，疑似压缩炸弹"
            return Problem("E153", message, help="删去大片空白行列的格式后再保存")
    return None


def _names(parts: list[zipfile.ZipInfo], name: str) -> Problem | None:
    seen: set[str] = set()
    for part in parts:
        key = part.filename.lower()
        unsafe = key.startswith("/") or "\\" in key or ":" in key or ".." in key.split("/") or not key.isprintable()
        if unsafe or key in seen:
            reason = "不安全" if unsafe else "重复"
            return Problem("E154", f"文件 `{name}` 里的部件名 `{part.filename}` {reason}", help=_RESAVE)
        seen.add(key)
        if part.flag_bits & 1:
            return Problem("E151", f"文件 `{name}` 已加密", help="去掉压缩包密码后再保存")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return Problem("E154", f"文件 `{name}` 的 `{part.filename}` 用了不支持的压缩方法", help=_RESAVE)
    return None


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Problem | None:
    """DOCTYPE at the head of an XML part; relationships that point outside. Hyperlinks are text and never followed."""
    lower = part.filename.lower()
    if not lower.endswith((".xml", ".rels", ".vml")):
        return None
    rels = lower.endswith(".rels")
    with archive.open(part) as stream:
        head = stream.read(MAX_RELS if rels else 4096)
    if _DOCTYPE.search(head):
        return Problem("E155", f"文件 `{name}` 的 `{part.filename}` 带有 DOCTYPE 声明", help=_RESAVE)
    if rels:
        for element in _RELATIONSHIP.findall(head):
            if _EXTERNAL.search(element) and not _HYPERLINK.search(element):
                return Problem(
                    "E156", f"文件 `{name}` 引用了外部文件（`{part.filename}`）", help="断开外部链接后再保存"
                )
    return None
