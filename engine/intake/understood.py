"""What a cell or a value of a form comes to: understood, with what is to be said of it."""

from __future__ import annotations

from typing import NamedTuple

from engine.language.tree import Value


class Understood(NamedTuple):
    """A value understood, with a remark where it was written in an unusual way; `once`: the remark is about the whole
    column and told at its first cell."""

    value: Value
    remark: str = ""
    once: bool = False
