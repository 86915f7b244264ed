"""That some entries stand in a ledger, for whoever has only its head: they, and of every entry since the first of them the
digest of its body. Pure.

From these the hashes up to the head can be made again, so that none of the entries can be another, and none left out between
them can have been: the head is what the office printed, published, or keeps elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.base.canonical import Plain
from engine.record.chain import TAG, Entry, Head, read_head, sha256

_HEX = re.compile("[0-9a-f]{64}")


def proof(entries: Iterable[Entry], wanted: Sequence[int]) -> dict[str, Plain]:
    """The proof of the entries numbered `wanted`; `entries` are all of the ledger's from the first of them on, in order."""
    chosen, before, bodies, links, head = set(wanted), "", list[Plain](), list[Plain](), ""
    for entry in entries:
        before = before or entry.prev.hex()
        links.append(sha256(entry.body).hex())
        bodies += [[entry.seq, entry.body.decode()]] if entry.seq in chosen else []
        head = str(entry.head)
    return {"账本头": head, "起": min(wanted), "前": before, "条": bodies, "链": links}


def check_proof(data: Any) -> tuple[Head, Mapping[int, str]]:
    """The head the proof leads to, and the bodies proved by number. ValueError where it does not hold."""
    try:
        head, first, links = read_head(data["账本头"]), int(data["起"]), list(data["链"])
        before = bytes.fromhex(data["前"])
        bodies = {int(seq): str(body) for seq, body in data["条"]}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"读不懂账本证明：{error}") from None
    if not links or len(before) != 32 or not all(isinstance(one, str) and _HEX.fullmatch(one) for one in links):
        raise ValueError("账本证明不全")
    for at, link in enumerate(links):
        before = sha256(TAG + (first + at).to_bytes(8, "big") + before + bytes.fromhex(link))
    if (head.seq, head.hash) != (first + len(links) - 1, before.hex()):
        raise ValueError("账本证明接不到账本头")
    for seq, body in bodies.items():
        if not 0 <= seq - first < len(links) or sha256(body.encode()).hex() != links[seq - first]:
            raise ValueError(f"第 {seq} 条不是账本里的那一条")
    return head, bodies
