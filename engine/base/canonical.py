"""One byte string for one piece of plain data, so that digests and golden files compare."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
Plain = None | bool | int | str | Sequence["Plain"] | Mapping[str, "Plain"]
"""What JSON can hold without loss: numbers with a fraction are strings."""


def canonical(data: Plain) -> bytes:
    """JSON in the form of RFC 8785. Raises TypeError for a float (its digits depend on who prints it)."""
    _no_floats(data)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not _BEYOND.search(text):
        return text.encode()
    # Keys beyond the basic plane sort otherwise by UTF-16, which the form asks for; for all others C gives the same bytes.
    import rfc8785

    return rfc8785.dumps(data)


def digest(data: Plain) -> str:
    """`sha256:` and the hex digest of the canonical bytes."""
    return "sha256:" + sha256(canonical(data)).hexdigest()


def short_code(data: Plain) -> str:
    """`3F2A-91BC-07DE`: the first 48 bits of the digest in fours, to be printed and read out: enough to find a thing
    again, not to prove it."""
    digits = sha256(canonical(data)).hexdigest()[:12].upper()
    return "-".join(digits[at : at + 4] for at in range(0, 12, 4))


_LEAVES = frozenset({str, bool, int, type(None)})


def _no_floats(data: Plain) -> None:
    if type(data) in _LEAVES:
        return
    if isinstance(data, float):
        raise TypeError(f"a float has no canonical form: {data!r}")
    if isinstance(data, Mapping):
        for item in data.values():
            _no_floats(item)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for item in data:
            _no_floats(item)
