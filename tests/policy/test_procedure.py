"""The procedure sections: what is wrong with them is told at its place."""

from __future__ import annotations

import pytest

from tests.worlds.permits import PROCEDURE, files
from tests.worlds.texts import checked, load, underlined

ERRORS = [
    # written, instead, code, underlined
    ("{名称: 编码, 类型: 文本, 必填: 是}, {名称: 加急", "{名称: 编码, 必填: 是}, {名称: 加急", "E830", "编码"),
    ("前提: [{状态: [未办], 条款: [第一条]}]", "前提: [{状态: [未办], 至多: 1, 条款: [第一条]}]", "E830", "申请"),
    (
        "- {每个: 异议, 已有: 异议办结, 同: [编码], 条款: [第一条]}",
        "- {每个: 异议, 同: [编码], 条款: [第一条]}",
        "E830",
        "吊销",
    ),
    (
        "- {条件: 吊销日不早于事件日期, 条款: [第一条]}",
        "- {条件: 非假, 不早于: 吊销日, 条款: [第一条]}",
        "E830",
        "吊销日",
    ),
    ("性质: 权利, 期限", "性质: 权利, 处理: {事件: 异议办结}, 期限", "E830", "异议办结"),
    ("期限: 月末（月份）, 在: [有效]}\n  - {名称: 月访", "在: [有效]}\n  - {名称: 月访", "E830", "月检"),
    ("类型: 枚举, 枚举: 结论项}", "决定: 审批}", "E831", "审批"),
    ("当: 申请\n", "当: 申情\n", "E832", "申情"),
    ("引起: [入册]", "引起: [年报]", "E833", "年报"),
    ("履行: {事件: 结论, 同: [编码]}", "履行: {事件: 入册, 同: [编码]}", "E833", "入册"),
    ("则: {状态: 失效}", "则: {状态: 作废}", "E834", "作废"),
    ("同: [年度]}", "同: [年份]}", "E835", "年份"),
    (
        "{名称: 入册, 派生: 是, 载荷: [{名称: 编码, 类型: 文本}]}",
        "{名称: 入册, 派生: 是, 载荷: [{名称: 册号, 类型: 文本}]}",
        "E835",
        "入册",
    ),
    ("且: [{事件: 申请, 同: [编码]}]", "且: [{事件: 申请, 同: [编码]}, {事件: 申请}]", "E835", "申请"),
    ("当: 吊销, 则: {状态: 失效}", "当: 吊销, 则: {}", "E836", "吊销"),
    ("当: 建档, 则: {", "当: 建档, 在: [有效], 则: {", "E837", "立卷"),
    ("{名称: 加急, 类型: 是否}", "{名称: 事件日期, 类型: 是否}", "E327", "事件日期"),
    ("{名称: 加急, 类型: 是否}", "{名称: 办理期限, 类型: 是否}", "E320", "办理期限"),
    ("状态: [未办, 办理中,", "状态: [未办, 未办, 办理中,", "E320", "未办"),
    ("- {名称: 异议办结,", "- {名称: 异议,", "E320", "异议"),
    ("- {名称: 加急处理,", "- {名称: 受理,", "E320", "受理"),
    ("条件: 加急,", "条件: 缓急,", "E201", "缓急"),
    ("条件: 加急,", "条件: 编码,", "E202", "编码"),
    ("期限: 日后（事件日期，10日）", "期限: 日后（基准日，10日）", "E212", "基准日"),
    # a year has no month of its own: taken for January, its duties would fall due a year early
    ("期限: 日后（年末（年度），31日）", "期限: 月末（月份）", "E201", "月份"),
]


@pytest.mark.parametrize(("old", "new", "code", "place"), ERRORS)
def test_errors(old: str, new: str, code: str, place: str) -> None:
    assert PROCEDURE.count(old) == 1
    changed = files(PROCEDURE.replace(old, new))
    found, problems = load(changed)
    assert found is None
    assert (code, place) in [(p.code, underlined(p, changed)) for p in problems]


FINDINGS = [
    ("当: 吊销, 则", "当: 吊销, 在: [失效], 则", {"W831", "W832"}),
    ("状态: [未办, 办理中,", "状态: [未办, 暂停, 办理中,", {"W831"}),
    ("引起: [建档]", "出具: [决定书]", {"W832"}),
    ("  - {名称: 年报, ", "  - {名称: 回访}\n  - {名称: 年报, ", {"W833"}),
    ("{名称: 加急处理, 条款: [第一条], ", "{名称: 加急处理, ", {"E838"}),
    ("{状态: [未办], 条款: [第一条]}", "{状态: [未办]}", {"E838"}),
    ("出具: [决定书], 引起", "出具: [批准书], 引起", {"E839"}),
    ("{名称: 加急处理, 条款: [第一条], ", "{名称: 加急处理, 条款: [第二条], ", {"E403"}),
    ("日后（事件日期，整改天数）", "日后（事件日期，3日）", {"W351"}),
]


@pytest.mark.parametrize(("old", "new", "codes"), FINDINGS)
def test_findings(old: str, new: str, codes: set[str]) -> None:
    assert old in PROCEDURE
    before = {(p.code, p.message) for p in checked(files())}
    after = {(p.code, p.message) for p in checked(files(PROCEDURE.replace(old, new)))}
    assert {code for code, _ in after - before} == codes


def test_the_toy_is_sound() -> None:
    assert not [p for p in checked(files()) if p.code[1] == "8"]
