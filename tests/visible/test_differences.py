"""In what two readings of a file differ, each named: on readings made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from engine.visible.differences import differences, resaved
from engine.visible.model import Block, Visible, from_plain, to_plain


def shown(*texts: str, **more: Any) -> Visible:
    blocks = tuple(Block("正文", f"第{n}段", text) for n, text in enumerate(texts, 1))
    return Visible("docx", blocks, (), **more)


FIRST, SECOND, THIRD = "第一句。第二句说了12场。", "申请行政复议的期限自收到之日起计算。", "特此通知。"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (shown(FIRST, SECOND, THIRD), []),
        (shown(FIRST.replace("12", "13"), SECOND, THIRD), ["第1段改了：“第二句说了12场。” → “第二句说了13场。”"]),
        (shown("第一句。", SECOND, THIRD), ["第1段的一句没有了：“第二句说了12场。”"]),
        (shown(FIRST + "第三句。", SECOND, THIRD), ["多出一句（第1段）：“第三句。”"]),
        (shown(FIRST, THIRD), [f"第2段没有了：“{SECOND}”"]),
        (shown(FIRST, "另加的一段话。", SECOND, THIRD), ["多出一段（第1段之后）：“另加的一段话。”"]),
        (shown("另加的一段话。", FIRST, SECOND, THIRD), ["多出一段（正文开头）：“另加的一段话。”"]),
        (shown(SECOND, THIRD, FIRST), [f"第1段移了位置：“{FIRST}”"]),
        (shown(FIRST, SECOND, THIRD, foreign=("隐藏文字“甲”",)), ["多出隐藏文字“甲”"]),
        (shown(*["甲"] * 20_000), ["多出大量文字：20000 段，出具时 3 段"]),
    ],
)
def test_what_became_of_three_paragraphs(now: Visible, said: list[str]) -> None:
    assert [str(one) for one in differences(shown(FIRST, SECOND, THIRD), now)] == said


def test_a_picture_another_or_gone() -> None:
    before = shown("⟦图 aaaa 得分⟧", "正文。")
    assert [str(one) for one in differences(before, shown("⟦图 bbbb 得分⟧", "正文。"))] == ["第1段的图换了：“得分”"]
    assert [str(one) for one in differences(before, shown("正文。"))] == ["第1段没有了：“⟦图 aaaa 得分⟧”"]


def test_saving_is_no_difference() -> None:
    before, after = (shown(FIRST, saved=(("最后保存", day),)) for day in ("2026-12-01", "2026-12-05"))
    assert differences(before, after) == ()
    assert resaved(before, after) == "最后保存 2026-12-05"
    assert resaved(before, before) == ""


def test_it_goes_into_a_file_and_back() -> None:
    whole = shown(FIRST, SECOND, drawn=(("第1页 内容", "ab"),), foreign=("批注“甲”",), saved=(("修订号", "1"),))
    assert from_plain(to_plain(whole), "docx") == whole
    for broken in ({}, {**to_plain(whole), "文": [["正文", [["甲"]]]]}, {**to_plain(whole), "属性": []}, None):
        with pytest.raises(ValueError, match="nothing shown"):
            from_plain(broken, "docx")
