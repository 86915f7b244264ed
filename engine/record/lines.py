"""The ledger as text: JSON Lines, each in the form of RFC 8785, so that no byte of it can change unseen. Pure.

{"体": {…}, "前": "…", "哈希": "…", "序": 1}                     an entry; 国密 where there is a second chain,
                                                                封存 {"文": {…}, "盐": "…"} unless it was taken away
{"摘要": "sha256:…", "数据": "…"}                                a content kept with an act, in Base64
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from engine.base.canonical import canonical
from engine.base.classes import dataclass
from engine.record.act import Seal
from engine.record.chain import MAX_SEQ, Entry, sha256

_ENTRY, _SECOND, _SEAL = {"序", "前", "体", "哈希"}, "国密", "封存"
_CONTENT = {"摘要", "数据"}


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with its sealed part (None: it has none, or it was taken away)."""

    entry: Entry
    seal: Seal | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes kept under their digest: files as sent, rules, layouts, calendars, letters."""

    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A line that is none of these: its number in the text, from 1."""

    line: int


def digest_of(data: bytes) -> str:
    """The address of a content: `sha256:…`."""
    return f"sha256:{sha256(data).hex()}"


def entry_line(kept: Kept) -> str:
    """An entry with its sealed part as a line of JSON (RFC 8785)."""
    entry = kept.entry
    said: dict[str, Any] = {
        "序": entry.seq,
        "前": entry.prev.hex(),
        "体": json.loads(entry.body),
        "哈希": entry.hash.hex(),
    }
    if entry.sm3:
        said[_SECOND] = entry.sm3.hex()
    if kept.seal is not None:
        said[_SEAL] = {"盐": kept.seal.salt.hex(), "文": json.loads(kept.seal.text)}
    return canonical(said).decode()


def content_line(content: Content) -> str:
    """A content as a line of JSON, its bytes in base64."""
    return canonical({"摘要": content.digest, "数据": b64encode(content.data).decode()}).decode()


def read(lines: Iterable[str]) -> Iterator[Kept | Content | Spoilt]:
    """What the lines hold, in their order. A line that is not just what would be written is `Spoilt`."""
    for number, line in enumerate(lines, 1):
        text = line.removesuffix("\n")
        yield _read(text) or Spoilt(number)


def _read(text: str) -> Kept | Content | None:
    try:
        said = json.loads(text)
        found = _content(said) if said.keys() == _CONTENT else _entry(said)
        written = content_line(found) if isinstance(found, Content) else entry_line(found)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return found if written == text else None


def _entry(said: dict[str, Any]) -> Kept:
    seal = Seal(bytes.fromhex(said[_SEAL]["盐"]), canonical(said[_SEAL]["文"])) if _SEAL in said else None
    entry = Entry(
        said["序"],
        bytes.fromhex(said["前"]),
        canonical(said["体"]),
        bytes.fromhex(said["哈希"]),
        bytes.fromhex(said.get(_SECOND, "")),
    )
    if type(entry.seq) is not int or not 0 < entry.seq <= MAX_SEQ or not len(entry.prev) == len(entry.hash) == 32:
        raise ValueError(entry.seq)
    return Kept(entry, seal)


def _content(said: dict[str, Any]) -> Content:
    return Content(str(said["摘要"]), b64decode(said["数据"], validate=True))
