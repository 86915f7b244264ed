"""Wording of documents."""

from __future__ import annotations

from engine.policy.spec.base import Listed, Spec, defaulting, key, optional, several
from engine.policy.spec.scalars import Expression, Layout, Name, Template, Text
from engine.policy.spec.vocabulary import CITED


class BlockSpec(Spec, word="正文段落", about="正文的一个标题或一段；写了 逐项 的重复多次"):
    heading: Template | None = optional("标题", "小标题；与 段 二者取一")
    paragraph: Template | None = optional("段", "一段话，{名称} 处填入内容")
    each: Name | None = optional(
        "逐项", "对每一项重复：未满足准则、全部准则、待补事实、依据口径、附随、义务或准则的组名"
    )
    when: Expression | None = optional("当", "满足这个条件才写")


class DocumentSpec(Spec, word="文书", about="一种文书的文字；字体、页边距等版面在 templates/ 中"):
    name: Name = key("名称", "在结果的 文书 中引用")
    clauses: Listed[Name] = several("条款", CITED)
    layout: Layout = defaulting("版式", "用哪一种版面；不写为 公文", "公文")
    title: Template = key("标题", "文书标题，{名称} 处填入内容")
    addressee: Template | None = optional("主送", "主送单位或个人")
    body: tuple[BlockSpec, ...] = several("正文", "标题和段落，按顺序", at_least=1)
    annexes: Listed[Template] = several("附件", "附件名称")
    signature: Template | None = optional("落款", "署名机关")
    due: Expression | None = optional("期限", "文书所定期限的日期")
    label: Text | None = optional("说明", "给维护的人看的说明，不写进文书")
