"""Pictures: what charts show, as expressions. How they look is decided in engine/documents."""

from __future__ import annotations

from typing import Annotated

from engine.policy.spec.base import ByText, Listed, Spec, key, optional, several
from engine.policy.spec.scalars import Expression, Name, Text
from engine.policy.spec.vocabulary import CITED
from engine.policy.words import PictureStyle

Style = Annotated[PictureStyle, ByText()]


class PointSpec(Spec, word="图的一项", about="条形、雷达、覆盖图的一项"):
    label: Text = key("标签", "印在图上的名称")
    value: Expression = key("数值", "这一项的数")
    full: Expression | None = optional("满值", "这一项最多可以是多少；雷达图要写")
    other: Expression | None = optional("对照", "与之比较的数，例如同类的中位数")


class CurveSpec(Spec, word="数列", about="逐月图的一组柱"):
    label: Text = key("标签", "这组柱的名称")
    value: Expression = key("数值", "一个月的数；`本月` 是该月的第一日")
    limit: Expression | None = optional("下限", "每月应达到的数；不足的部分画作缺口")


class PictureSpec(Spec, word="图", about="文书里可以放的一幅图：画什么数；画在哪里由文书的 图 决定"):
    name: Name = key("名称", "在文书正文的 图 中引用，也是图题")
    style: Style = key("式样", "条形、雷达、逐月 或 覆盖")
    clauses: Listed[Name] = several("条款", CITED)
    score: Name | None = optional("评分", "画这项评分的各分项（条形、雷达）")
    other: Expression | None = optional("对照", "与 评分 合用：每个分项与之比较的数；`名称` 是分项名")
    value_name: Text | None = optional("数值名", "数值在图例里的名称")
    full_name: Text | None = optional("满值名", "满值在图例里的名称")
    other_name: Text | None = optional("对照名", "对照在图例里的名称")
    unit: Text | None = optional("单位", "没有单位的数（例如 计数 的结果）后面印什么")
    points: tuple[PointSpec, ...] = several("各项", "条形、雷达、覆盖图的各项")
    start: Expression | None = optional("自", "逐月图从这一日所在的月起")
    end: Expression | None = optional("至", "逐月图到这一日所在的月止")
    curves: tuple[CurveSpec, ...] = several("数列", "逐月图的各组柱，各画一栏")
    label: Text | None = optional("说明", "给维护的人看的说明")
