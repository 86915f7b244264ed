"""A decision table with several outputs a row."""

from __future__ import annotations

import pytest

from engine.decision.gaps import check_tables
from engine.decision.program import compile_package
from tests.worlds.build import case
from tests.worlds.texts import load, package

TEXT = """\
决定表:
  - 名称: 补贴标准
    命中: 首个
    输入: [机构类型, 人数]
    各输出: [{名称: 月额, 单位: 元}, {名称: 最长月数}, {名称: 档, 类型: 文本}]
    行:
      - [甲型, 10人以上, 500元, 12, “高”]
      - [任意, 5人以上, 300元, 6, “低”]
    各默认: [0元, 0, “无”]
派生量: [{名称: 总额, 式: 月额×最长月数, 单位: 元}]
"""


def values(text: str = TEXT, **facts: object) -> list[object]:
    program = compile_package(package(text))
    found = program.evaluated(case(facts))
    return [found[program.slots[name]] for name in ("月额", "最长月数", "档", "总额")]


def test_each_output_is_a_value_of_its_own() -> None:
    assert values(机构类型="甲型", 人数=12) == [500, 12, "高", 6000]
    assert values(机构类型="乙型", 人数=12) == [300, 6, "低", 1800]
    assert values(人数=3) == [0, 0, "无", 0]
    assert values(人数=12) == [None, None, None, None]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("300元, 6, “低”", "300元, 6", "`补贴标准` 第 2 行有 4 格，应为 5 格"),
        ("[0元, 0, “无”]", "[0元, 0]", "`补贴标准` 的 `各默认` 有 2 项，应为 3 项"),
        ("{名称: 最长月数}", "{类型: 整数}", "`补贴标准` 的 `各输出` 有一项没有 `名称`"),
        ("    各默认", "    默认: 0元\n    各默认", "`补贴标准` 写了 `各输出`，不能再写 `输出`、`默认` 或 `未定`"),
        (
            "    各输出: [{名称: 月额, 单位: 元}, {名称: 最长月数}, {名称: 档, 类型: 文本}]\n",
            "",
            "`补贴标准` 写了 `各默认`，没有写 `各输出`",
        ),
    ],
)
def test_what_does_not_fit(old: str, new: str, message: str) -> None:
    assert old in TEXT
    assert (("E330", message)) in [(p.code, p.message) for p in load(TEXT.replace(old, new))[1]]


def test_a_gap_is_told_once_however_many_outputs_a_row_has() -> None:
    text = TEXT[: TEXT.index("    各默认")] + TEXT[TEXT.index("派生量") :]
    told = [p.message for p in check_tables(package(text)) if p.code == "W342"]
    assert [message.split("时没有")[0][:11] for message in told] == ["`月额` 有空档：机构"], told
