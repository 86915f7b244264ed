"""A toy regulation in force, its general law and its letters: what the gate for issuing is tried on."""

from __future__ import annotations

from datetime import date

from tests.worlds.texts import header

DAY = date(2026, 6, 1)
RULES = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
事实:
  - {名称: 店名, 类型: 文本, 说明: 店的名称}
  - {名称: 整洁, 类型: 是否}
  - {名称: 送达日期, 类型: 日期}
参数: [{名称: 整改期, 单位: 日, 条款: [第一条], 取值: [{值: 10日}]}]
准则:
  - {名称: 场地, 组: 条件, 条款: [第一条], 要求: 有场地, 未满足: 没有场地}
  - {名称: 卫生, 组: 条件, 条款: [第一条], 要求: 整洁, 未满足: 不整洁}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - {结果: 不予, 条件: 任一未满足（条件）, 性质: 不利决定, 机关: 某市商务局, 文书: [不予决定书, 送达回证]}
      - {结果: 准予, 条件: 全部满足（条件）, 性质: 有利决定, 机关: 某市商务局, 文书: [准予通知, 送达回证]}
文书:
  - 名称: 不予决定书
    条款: [第一条]
    阶段: 决定
    标题: 关于不予准许的决定
    主送: '{店名}'
    正文:
      - {逐项: 未满足准则, 段: '{说明}（{条款}）。'}
      - 段: 请在{整改期}内整改。
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
  - {名称: 复议, 性质: [不利决定], 阶段: [决定], 类型: 救济, 内容: '不服本决定的，可以依法申请复议。'}
"""


def files(rules: str = RULES, law: str = LAW, **standing: str) -> dict[str, str]:
    """The package `t` and its general law; `standing`: further or other keys of its header."""
    top = {"t/policy.yaml": header("t", **{"名称": "店铺准许办法", **standing})}
    return {**top, "rules.yaml": rules, "g/policy.yaml": header("g", 性质="通则", 位阶="1"), "g/law.yaml": law}
