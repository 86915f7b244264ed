"""The chain of the ledger: each entry is bound to its number, to its text and to the entry before it. Pure.

    hash = SHA-256(tag ‖ number, 8 bytes ‖ hash before, 32 bytes ‖ SHA-256(body))

The body is JSON in the form of RFC 8785, so its bytes follow from what it says. A ledger kept with 国密 carries a second
chain beside the first, of the same form with SM3 (GB/T 32905-2016), whose links are its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from engine.base.classes import dataclass

FORMAT = 1
"""The format written here; a ledger says in its first entry which it has."""
TAG = b"guiju-ledger-1\0"
START = bytes(32)
"""What the first entry has before it."""
MAX_SEQ = 2**53 - 1

Digest = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored: `seq` from 1, `prev` and `hash` 32 bytes; `sm3` 32 bytes, b"" where the ledger has no
    second chain."""

    seq: int
    prev: bytes
    body: bytes
    hash: bytes
    sm3: bytes = b""

    @property
    def head(self) -> Head:
        """The chain up to here."""
        return Head(self.seq, self.hash.hex())


@dataclass(frozen=True, slots=True)
class Head:
    """The state of a ledger: the number of its last entry and its hash in hexadecimal, or the first digits of it (at
    least `SHORTEST`). Whoever keeps one elsewhere can later tell a ledger that was cut or made anew."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """`120-3F2A…`: to be printed and to be read back by `read_head`."""
        return f"{self.seq}-{self.hash.upper()}"

    @property
    def short(self) -> str:
        """The same with as many digits as are printed on a document: 80 bits."""
        return f"{self.seq}-{self.hash[:SHORTEST].upper()}"

    def agrees(self, hash: bytes) -> bool:
        """Whether an entry of that number with this hash is the one meant."""
        return hash.hex().startswith(self.hash)


SHORTEST = 20
_HEAD = re.compile(r"([1-9][0-9]{0,15})-([0-9A-Fa-f]{20,64})", re.ASCII)
EMPTY = Head(0, "")
"""Of a ledger without entries."""


def read_head(text: str) -> Head:
    """The head that was printed. ValueError for anything else."""
    found = _HEAD.fullmatch(text.strip())
    if found is None or int(found[1]) > MAX_SEQ:
        raise ValueError(f"no head: {text!r}")
    return Head(int(found[1]), found[2].lower())


def sha256(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()


def sm3(data: bytes) -> bytes:
    """SM3. ValueError where the system's OpenSSL does not have it."""
    return hashlib.new("sm3", data).digest()


def has_sm3() -> bool:
    """Whether this system can keep a second chain."""
    return "sm3" in hashlib.algorithms_available


def linked(seq: int, prev: bytes, body: bytes, digest: Digest = sha256) -> bytes:
    """The hash of an entry of that number, after that hash, with that body."""
    return digest(TAG + seq.to_bytes(8, "big") + prev + digest(body))


def following(last: Entry | None, body: bytes, *, with_sm3: bool = False) -> Entry:
    """The entry with `body` after `last` (None: the first)."""
    seq, prev, before = (last.seq + 1, last.hash, last.sm3) if last is not None else (1, START, START)
    return Entry(seq, prev, body, linked(seq, prev, body), linked(seq, before, body, sm3) if with_sm3 else b"")


def is_whole(entry: Entry) -> bool:
    """Whether its hash is that of its number, its predecessor's hash and its body."""
    return 0 < entry.seq <= MAX_SEQ and linked(entry.seq, entry.prev, entry.body) == entry.hash
