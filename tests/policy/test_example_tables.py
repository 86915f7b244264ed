"""用例表: a row is an example, with the facts of its table under its own; a row that cannot be one is told."""

from __future__ import annotations

from datetime import date

import pytest

from engine.policy.nodes import Mapping, Scalar
from engine.policy.shape import read_examples

TABLE = """\
用例表:
  - 名称: 场次下限
    案件: a.yaml
    基准日: 2026-03-02
    事实: {场次: 1, 类型: 书店}
    决定: 评定
    输入: [场次, 基准日]
    输出: [结果, 金额, 总分]
    行:
      - [12场, 2026-03-03, 合格, 5元, 60分]
      - [未填, 未填, 待查, 5元, 60分]
"""


def test_a_row_is_an_example() -> None:
    spec, problems = read_examples("t.yaml", TABLE)
    assert spec is not None
    assert not problems
    assert not spec.tables
    first, second = spec.examples
    assert first.name.text == "场次下限：场次 12场、基准日 2026-03-03"
    assert (first.as_of, second.as_of) == (date(2026, 3, 3), date(2026, 3, 2))
    assert isinstance(first.facts, Mapping)
    assert isinstance(second.facts, Mapping)
    assert [(name.text, str(value)) for name, value in first.facts] == [("类型", "书店"), ("场次", "12场")]
    (said,) = first.assertions
    assert (said.determination.text, said.outcome.text, said.amount.text) == ("评定", "合格", "5元")
    assert {name: cell.text for name, cell in said.values.items()} == {"总分": "60分"}
    blank = second.facts.get("场次")
    assert isinstance(blank, Scalar)
    assert blank.empty
    assert (first.name.span.line, first.name.span.column) == (2, 9)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("60分]\n      - [未填, ", "60分, 7]\n      - [未填, ", "E330"),
        ("2026-03-03", "2026-02-30", "E307"),
        ("输出: [结果, 金额, 总分]", "输出: [机关, 金额, 总分]", "E304"),
        ("    行:", "    列:", "E305"),
    ],
)
def test_what_is_no_row_is_told(old: str, new: str, code: str) -> None:
    assert old in TABLE
    _, problems = read_examples("t.yaml", TABLE.replace(old, new))
    assert code in [problem.code for problem in problems]
