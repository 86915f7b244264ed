"""Numbers with a check of their own are checked where an event is entered, and keep their zeros."""

from __future__ import annotations

import pytest

from tests.worlds.permits import files, package, read
from tests.worlds.texts import load

WORLD = """\
事实:
  - {名称: 持证人, 类型: 身份证号, 取自: {事件: 发证, 项: 证件号}}
记录表:
  - {名称: 各证, 列: [{名称: 户号, 类型: 账号}], 取自: {事件: 发证, 列: {户号: 收款户}}}
状态: [未办, 有效]
事件:
  - 名称: 发证
    载荷:
      - {名称: 证件号, 类型: 身份证号}
      - {名称: 单位代码, 类型: 统一社会信用代码}
      - {名称: 收款户, 类型: 账号}
程序: [{名称: 发证, 条款: [第一条], 当: 发证, 则: {状态: 有效}}]
"""


def test_they_are_read_as_texts() -> None:
    (entry,) = read("- {事件: 发证, 日期: 2026-01-05, 证件号: 99010119850112100x, 收款户: 0012 3456}", package(WORLD))[
        0
    ].items
    assert entry.payload["收款户"] == "00123456"


@pytest.mark.parametrize(
    ("payload", "codes"),
    [
        ("证件号: 990101198501121001", []),
        ("证件号: 990101198501121002", ["E526"]),
        ("单位代码: 52990100MJ00000126", []),
        ("单位代码: 52990100MJ00000162", ["E526"]),
        ("收款户: 12a4", ["E526"]),
    ],
)
def test_a_wrong_digit_is_not_taken(payload: str, codes: list[str]) -> None:
    _, problems = read(f"- {{事件: 发证, 日期: 2026-01-05, {payload}}}", package(WORLD))
    assert [p.code for p in problems] == codes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{名称: 证件号, 类型: 身份证号}", "{名称: 证件号, 类型: 文本}"),
        ("{名称: 证件号, 类型: 身份证号}", "{名称: 证件号, 类型: 账号}"),
        ("{名称: 收款户, 类型: 账号}", "{名称: 收款户, 类型: 文本}"),
    ],
)
def test_what_is_taken_as_such_a_number_was_entered_as_one(old: str, new: str) -> None:
    assert [p.code for p in load(files(WORLD.replace(old, new)))[1]] == ["E847"]
