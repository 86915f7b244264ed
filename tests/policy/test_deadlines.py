"""A term of calendar days, months or years that is used as a last day says whether it moves on from a day off."""

from __future__ import annotations

import pytest

from tests.worlds.texts import checked

CLAUSES = "条款: [{引用: 第一条, 要旨: 全部, 类别: 程序}]\n"
FACTS = """\
事实:
  - {名称: 送达日期, 类型: 日期}
  - {名称: 申领日期, 类型: 日期}
  - {名称: 加急, 类型: 是否}
"""
DERIVED = "派生量: [{{名称: 届满日, 条款: 第一条, 式: '{}'}}]\n"
CRITERION = "准则: [{{名称: 适时, 组: 条件, 条款: 第一条, 要求: '{}'}}]\n"
DECIDED = """\
决定:
  - 名称: 审查
    条款: 第一条
    结果: [{{结果: 不予, 条件: 任一未满足（条件）, 义务: [{{名称: 补办, 条款: 第一条{}}}]}}]
    默认: 准予
"""
MET = CRITERION.format("已填（送达日期）")


def found(derived: str = "", criterion: str = "", due: str = "") -> list[str]:
    text = CLAUSES + FACTS + (DERIVED.format(derived) if derived else "")
    text += CRITERION.format(criterion) if criterion else MET
    text += DECIDED.format(f", 期限: '{due}'" if due else "")
    problems = [p for p in checked({"clauses.yaml": text}) if p.code == "W358"]
    assert all(p.place is not None and p.help for p in problems)
    return [p.message.split("`")[1] for p in problems]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"due": "日后（送达日期，30日）"}, ["日后"]),
        ({"due": "月后（送达日期，3个月）"}, ["月后"]),
        ({"due": "年后（送达日期，1年）"}, ["年后"]),
        ({"due": "若加急则日后（送达日期，5日）否则月后（送达日期，1个月）"}, ["日后", "月后"]),
        ({"due": "较大（送达日期，日后（申领日期，5日））"}, ["日后"]),
        ({"derived": "日后（送达日期，30日）", "due": "届满日"}, ["日后"]),
        ({"derived": "月后（送达日期，3个月）", "criterion": "申领日期不晚于届满日"}, ["月后"]),
        ({"criterion": "申领日期不晚于日后（送达日期，30日）"}, ["日后"]),
        ({"criterion": "非申领日期晚于日后（送达日期，30日）"}, ["日后"]),
        ({"criterion": "日后（送达日期，30日）不早于申领日期"}, ["日后"]),
        # said
        ({"due": "顺延（日后（送达日期，30日））"}, []),
        ({"due": "不顺延（日后（送达日期，30日））"}, []),
        ({"derived": "顺延（月后（送达日期，3个月））", "criterion": "申领日期不晚于届满日"}, []),
        # no last day on the calendar
        ({"due": "工作日后（送达日期，30个工作日）"}, []),
        ({"due": "送达日期"}, []),
        ({"due": "日后（送达日期，-1日）"}, []),
        # from when on, not until when
        ({"criterion": "申领日期不早于日后（送达日期，30日）"}, []),
        ({"criterion": "申领日期早于日后（送达日期，30日）"}, []),
        ({"derived": "日后（送达日期，30日）", "criterion": "申领日期不早于届满日"}, []),
    ],
)
def test_a_bare_term_used_as_a_last_day_is_told(rules: dict[str, str], told: list[str]) -> None:
    assert found(**rules) == told
