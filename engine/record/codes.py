"""Codes that people read out and type: twelve characters in fours, the last a check. Pure.

Digits and capital letters without I, L, O and U (Crockford's base 32): 55 bits and a check character by ISO/IEC 7064
(hybrid system, modulus 33 and 32), which finds every single wrong character and every exchange of two neighbours but two in
a thousand.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_READ = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−]+")


def code_of(data: bytes, key: bytes = b"") -> str:
    """The code of what `data` says: its SHA-256, or with a key its HMAC, which nobody can guess who has not the key."""
    digest = hmac.digest(key, data, "sha256") if key else sha256(data).digest()
    number = int.from_bytes(digest[:7], "big") >> 1
    said = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH - 1)))
    return in_fours(said + check_character(said))


def in_fours(said: str) -> str:
    """Twelve characters as ABCD-EFGH-JKMN."""
    return "-".join(said[at : at + 4] for at in range(0, len(said), 4))


def check_character(said: str) -> str:
    """The character that makes `said` whole."""
    rest = 32
    for char in said:
        rest = (rest + ALPHABET.index(char)) % 32 or 32
        rest = rest * 2 % 33
    return ALPHABET[(33 - rest) % 32]


def typed(text: str) -> str | None:
    """The code somebody typed, however it is spaced and whichever of O and 0, I, L and 1 was taken; None where it is none,
    or its check character says that something in it is wrong."""
    said = _bare(text)
    return in_fours(said) if has_form(text) and check_character(said[:-1]) == said[-1] else None


def has_form(text: str) -> bool:
    """Whether it was meant for a code: as many characters, all of them of the alphabet."""
    said = _bare(text)
    return len(said) == LENGTH and set(said) <= set(ALPHABET)


def _bare(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_READ)
