"""Whether what somebody wrote as a reason is words: what is printed in a letter, and held up years later, has to say something."""

from __future__ import annotations

import re
import unicodedata

LEAST, DIFFERENT = 8, 4
"""Characters that a reason has at least, and different Chinese characters among them."""
NAMED = 2
"""Different Chinese characters at least in what names a piece of evidence."""
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U000323af]")


def reason_lacks(text: str) -> str:
    """What a reason lacks, "" where it will do: long enough, in words, and not one thing over and over."""
    if len(text) < LEAST:
        return f"理由太短，至少{LEAST}个字"
    return _wordless(text, DIFFERENT, "理由")


def evidence_lacks(text: str) -> str:
    """What the name of a piece of evidence lacks, "" where it will do."""
    return _wordless(text, NAMED, "凭据")


def _wordless(text: str, different: int, what: str) -> str:
    said = "".join(char for char in text if unicodedata.category(char)[0] in "LN")
    if len(set(_HAN.findall(said))) < different:
        return f"{what}没有写成话"
    return f"{what}是同一句的重复" if _repeats(said) else ""


def _repeats(text: str) -> bool:
    """Whether a text is a shorter one written several times."""
    return text in (text + text)[1:-1]
