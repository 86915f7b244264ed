"""The permits' office of a toy regulation on shops (店铺准许办法), in texts, as two packages.

`letters()`: its rules, its letters and the general law that attaches to them; a decision is announced, refused or granted.
`files()`: its procedure; a permit is applied for, granted, reviewed every year, withdrawn. Tests replace a stretch of one text
and see what follows."""

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
from tests.worlds.texts import header
from tests.worlds.texts import package as tiny_package

# ---- rules, letters, general law ----

RULES = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
参数: [{名称: 整改期, 单位: 日, 条款: [第一条], 取值: [{值: 10日}]}]
事实:
  - {名称: 店名, 类型: 文本, 说明: 店的名称}
  - {名称: 整洁, 类型: 是否}
  - {名称: 告知送达日期, 类型: 日期}
  - {名称: 决定送达日期, 类型: 日期}
准则:
  - {名称: 场地, 组: 条件, 条款: [第一条], 要求: 有场地, 未满足: 没有场地}
  - {名称: 卫生, 组: 条件, 条款: [第一条], 要求: 整洁, 未满足: 不整洁}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - 结果: 拟不予
        条件: 任一未满足（条件）且机构类型为甲型
        性质: 程序性
        机关: 某市商务局
        文书: [告知书, 送达回证]
      - 结果: 不予
        条件: 任一未满足（条件）
        性质: 不利决定
        机关: 某市商务局
        文书: [不予决定书, 送达回证]
        义务: [{名称: 停业, 期限: 日后（决定送达日期，整改期）, 主体: 店名}]
      - {结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定, 机关: 某市商务局, 文书: [准予通知, 送达回证]}
文书:
  - 名称: 告知书
    条款: [第一条]
    阶段: 事先告知
    标题: 关于拟不予准许的告知书
    主送: '{店名}'
    正文:
      - {逐项: 未满足准则, 段: '{说明}（{条款}）。'}
  - 名称: 不予决定书
    条款: [第一条]
    阶段: 决定
    事先告知: 告知送达日期
    标题: 关于不予准许的决定
    主送: '{店名}'
    正文:
      - {逐项: 未满足准则, 段: '{说明}（{条款}）。'}
      - 段: 请在{整改期}内停业。
  - 名称: 准予通知
    条款: [第一条]
    标题: 关于准予开办的通知
    主送: '{店名}'
    正文: [{段: '经审查，准予{店名}开办。'}]
  - 名称: 送达回证
    条款: [第一条]
    版式: 表格
    标题: 送达回证
    正文: [{栏: [{项: 送达的文书名称, 值: '{送达文书}'}, {项: 收到日期}]}]
"""
LAW = """\
附随:
  - {名称: 听取, 性质: [不利决定], 阶段: [办理], 类型: 陈述申辩, 内容: 决定以前听取意见。}
  - {名称: 陈述, 性质: [程序性, 不利决定], 阶段: [事先告知], 类型: 陈述申辩, 内容: 可以陈述申辩。}
  - {名称: 复议, 性质: [不利决定], 阶段: [决定], 类型: 救济, 内容: '不服本决定的，可以依法申请复议。'}
  - {名称: 送达, 性质: [程序性, 不利决定], 阶段: [事先告知, 决定], 类型: 送达, 内容: 请签收。}
  - {名称: 期间, 性质: [不利决定], 类型: 期限, 内容: 期间这样算。}
"""


def letters(rules: str = RULES, law: str = LAW, **standing: str) -> dict[str, str]:
    """The package `t` and its general law `g`; `standing`: further or other keys of its header."""
    top = {"t/policy.yaml": header("t", **{"名称": "店铺准许办法", **standing})}
    return {**top, "rules.yaml": rules, "g/policy.yaml": header("g", 性质="通则", 位阶="1"), "g/law.yaml": law}


# ---- procedure ----

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
    """The package `t` with the procedure."""
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
