"""A text made when first asked for is made once, and is like the text itself wherever it goes."""

from __future__ import annotations

import pickle

from engine.base.later import Later


def test_it_is_made_when_asked_for_and_once() -> None:
    asked: list[str] = []
    text = Later(lambda: asked.append("") or "甲")
    assert text is text
    assert asked == []
    assert (str(text), repr(text), f"{text}") == ("甲", "'甲'", "甲")
    assert asked == [""]


def test_it_equals_its_text_and_travels_as_it() -> None:
    text = Later(lambda: "甲")
    assert text == "甲"
    assert text == Later(lambda: "甲")
    assert text != "乙"
    assert text != 1
    assert {text, "甲"} == {"甲"}
    assert pickle.loads(pickle.dumps(text)) == "甲"
    assert repr(pickle.loads(pickle.dumps(text))) == "'甲'"
