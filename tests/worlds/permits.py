"""A small procedure for tests: a licence applied for, granted, reviewed every year, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.base.problem import Problem
from engine.intake.history import read_history
from engine.policy.nodes import read_yaml
from engine.policy.package import Package
from engine.policy.spec.base import pydantic_input
from engine.procedure.chaining import reference
from engine.procedure.compiled import compile_procedure
from engine.procedure.duties import Chain
from engine.procedure.replay import replay
from engine.procedure.timeline import Timeline
from tests.worlds.texts import package as tiny_package

CLAUSES = "条款: [{引用: 第一条, 要旨: 全部, 类别: 程序}]\n"
DOCUMENTS = """\
文书:
  - {名称: 决定书, 条款: [第一条], 标题: 决定书, 正文: [{段: 决定}]}
  - {名称: 催办函, 条款: [第一条], 标题: 催办函, 正文: [{段: 催办}]}
"""
PARAMETERS = """\
参数:
  - {名称: 办理期限, 类型: 整数, 单位: 工作日, 条款: [第一条], 取值: [{值: 5工作日}]}
  - {名称: 整改天数, 类型: 整数, 单位: 日, 条款: [第一条], 未定: 是, 由: 某局}
"""
PROCEDURE = """\
状态: [未办, 办理中, 有效, 失效]
枚举: [{名称: 结论项, 取值: [准, 不准]}]
事件:
  - 名称: 申请
    载荷: [{名称: 编码, 类型: 文本, 必填: 是}, {名称: 加急, 类型: 是否}]
    前提: [{状态: [未办], 条款: [第一条]}]
  - 名称: 结论
    载荷: [{名称: 编码, 类型: 文本, 必填: 是}, {名称: 批复, 类型: 枚举, 枚举: 结论项}]
    前提:
      - {须先有: 申请, 同: [编码], 不早于: 日后（申请的日期，2日）, 条款: [第一条], 说明: 受理满二日}
      - {至多: 1, 同: [编码], 条款: [第一条]}
  - {名称: 年报, 载荷: [{名称: 年度, 类型: 整数, 单位: 年, 必填: 是}], 前提: [{状态: [有效], 条款: [第一条]}]}
  - {名称: 整改通知, 前提: [{状态: [有效], 条款: [第一条]}]}
  - {名称: 异议, 载荷: [{名称: 编码, 类型: 文本}]}
  - {名称: 异议办结, 载荷: [{名称: 编码, 类型: 文本}]}
  - 名称: 吊销
    载荷: [{名称: 吊销日, 类型: 日期}]
    前提:
      - {每个: 异议, 已有: 异议办结, 同: [编码], 条款: [第一条]}
      - {条件: 吊销日不早于事件日期, 条款: [第一条]}
  - {名称: 入册, 派生: 是, 载荷: [{名称: 编码, 类型: 文本}]}
  - {名称: 建档, 派生: 是}
程序:
  - 名称: 受理
    条款: [第一条]
    当: 申请
    则:
      状态: 办理中
      事项: [{名称: 作结论, 主体: 某局, 期限: 工作日后（事件日期，办理期限）, 履行: {事件: 结论, 同: [编码]}, 出具: [催办函], 在: [办理中]}]
  - {名称: 加急处理, 条款: [第一条], 当: 申请, 条件: 加急, 则: {出具: [催办函]}}
  - {名称: 准予, 条款: [第一条], 当: 结论, 条件: 批复为准, 在: [办理中], 则: {状态: 有效, 出具: [决定书], 引起: [入册]}}
  - {名称: 不准, 条款: [第一条], 当: 结论, 且: [{事件: 申请, 同: [编码]}], 条件: 批复为不准且非申请的加急, 则: {状态: 未办, 出具: [决定书]}}
  - {名称: 登记, 条款: [第一条], 当: 入册, 条件: 编码不为“免”, 则: {引起: [建档]}}
  - {名称: 立卷, 条款: [第一条], 当: 建档, 则: {事项: [{名称: 立卷归档, 主体: 某局, 自: 日后（事件日期，3日）, 出具: [催办函]}]}}
  - {名称: 限改, 条款: [第一条], 当: 整改通知, 则: {事项: [{名称: 整改, 主体: 申请人, 期限: 日后（事件日期，整改天数）, 在: [有效], 履行: {事件: 异议办结}}]}}
  - {名称: 再议, 条款: [第一条], 当: 异议, 且: [{事件: 异议办结, 同: [编码]}], 则: {出具: [催办函]}}
  - {名称: 申诉, 条款: [第一条], 当: 整改通知, 则: {事项: [{名称: 申诉, 主体: 申请人, 性质: 权利, 期限: 日后（事件日期，10日）}]}}
  - {名称: 吊销, 条款: [第一条], 当: 吊销, 则: {状态: 失效}}
周期事项:
  - {名称: 交年报, 条款: [第一条], 主体: 申请人, 每: 年, 期限: 日后（年末（年度），31日）, 在: [有效], 履行: {事件: 年报, 同: [年度]}, 出具: [催办函]}
  - {名称: 月检, 条款: [第一条], 主体: 申请人, 每: 月, 口径: 全期, 期限: 月末（月份）, 在: [有效]}
  - {名称: 月访, 条款: [第一条], 主体: 某局, 每: 月, 口径: 期内, 期限: 月末（月份）, 在: [有效]}
"""


def files(procedure: str = PROCEDURE, parameters: str = PARAMETERS) -> dict[str, str]:
    return {
        "clauses.yaml": CLAUSES,
        "documents.yaml": DOCUMENTS,
        "parameters.yaml": parameters,
        "procedure.yaml": procedure,
    }


def package(procedure: str = PROCEDURE, parameters: str = PARAMETERS) -> Package:
    return tiny_package(files(procedure, parameters))


def items(text: str) -> Any:
    """The list of events in YAML."""
    node, problems = read_yaml(text, "events.yaml")
    assert node is not None, problems
    return pydantic_input(node)


def read(text: str, found: Package | None = None) -> tuple[Any, list[Problem]]:
    return read_history(items(text), found or package(), "T")


def timeline(text: str, as_of: str, found: Package | None = None, chainer: Chain = reference.chain) -> Timeline:
    """The history of the events, which must be readable, replayed up to a day."""
    used = found or package()
    history, problems = read(text, used)
    assert problems == []
    return replay(compile_procedure(used), history, date.fromisoformat(as_of), chainer)
