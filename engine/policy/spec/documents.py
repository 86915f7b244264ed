"""Wording of documents."""

from __future__ import annotations

from engine.policy.spec.keys import Record, Spec, defaulting, key, optional, several
from engine.policy.spec.scalars import EXPRESSION, LAYOUT, NAME, TEMPLATE, TEXT
from engine.policy.spec.vocabulary import CITED


class BlockSpec(Spec, word="正文段落", about="正文的一个标题或一段；写了 逐项 的重复多次"):
    heading = optional("标题", TEMPLATE, "小标题；与 段 二者取一")
    paragraph = optional("段", TEMPLATE, "一段话，{名称} 处填入内容")
    each = optional("逐项", NAME, "对每一项重复：未满足准则、全部准则、待补事实、依据口径、附随、义务或准则的组名")
    when = optional("当", EXPRESSION, "满足这个条件才写")


class DocumentSpec(Spec, word="文书", about="一种文书的文字；字体、页边距等版面在 templates/ 中"):
    name = key("名称", NAME, "在结果的 文书 中引用")
    clauses = several("条款", NAME, CITED)
    layout = defaulting("版式", LAYOUT, "用哪一种版面；不写为 公文", default="公文")
    title = key("标题", TEMPLATE, "文书标题，{名称} 处填入内容")
    addressee = optional("主送", TEMPLATE, "主送单位或个人")
    body = several("正文", Record(BlockSpec), "标题和段落，按顺序", at_least=1)
    annexes = several("附件", TEMPLATE, "附件名称")
    signature = optional("落款", TEMPLATE, "署名机关")
    due = optional("期限", EXPRESSION, "文书所定期限的日期")
    label = optional("说明", TEXT, "给维护的人看的说明，不写进文书")
