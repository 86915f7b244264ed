"""Every visible text, picture and property of every kind of document, altered one at a time: found, and named.

`./test` takes a sample of each kind, `./test --long` takes all (`bench/README.md` has the figures).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from engine.documents.embedded import read_letter
from engine.documents.layouts import LAYOUTS
from tests.documents.samples import drafts, written
from tests.sizes import LONG
from tests.visible import tampering
from tests.visible.tampering import Altered

SAMPLE = 2
ALTERATIONS: dict[str, Callable[[bytes], Iterator[Altered]]] = {
    "docx": tampering.word,
    "pdf": tampering.pdf,
    "svg": tampering.svg,
}


def forms(name: str) -> tuple[str, ...]:
    return ("svg", "pdf") if LAYOUTS[drafts()[name].plan.layout].drawn else ("docx", "pdf")


def test_every_alteration_is_found_and_named() -> None:
    missed, unnamed, count = [], [], 0
    for name in drafts():
        for form in forms(name):
            every = list(ALTERATIONS[form](written(name, form)))
            chosen = every if LONG else random.Random(name).sample(every, min(SAMPLE, len(every)))
            count += len(chosen)
            for one in chosen:
                said = " ".join(map(str, read_letter(one.made(), f"{name}.{form}").altered))
                missed += [] if said else [f"{name}.{form}: {one.what}"]
                unnamed += [] if any(word in said for word in one.names) else [f"{name}.{form}: {one.what}: {said}"]
    assert count > 100
    assert missed == []
    assert unnamed == []


def test_an_unaltered_letter_is_as_issued() -> None:
    for name in drafts():
        for form in forms(name):
            letter = read_letter(written(name, form), f"{name}.{form}")
            assert (letter.faults, letter.altered, letter.unsaid) == ((), (), ""), name


@pytest.mark.parametrize("name", ["不予认定告知书", "年度考核报告", "送达回证"])
def test_a_letter_that_another_program_saved_is_as_issued(name: str) -> None:
    import io

    from docx import Document

    buffer = io.BytesIO()
    Document(io.BytesIO(written(name, "docx"))).save(buffer)
    for data, form in ((buffer.getvalue(), "docx"), (tampering.saved_again(written(name, "pdf")), "pdf")):
        assert read_letter(data, f"{name}.{form}").altered == ()
