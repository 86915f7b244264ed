"""Wording of documents."""

from __future__ import annotations

from typing import Annotated

from engine.policy.spec.base import Either, Listed, Spec, by_name, defaulting, key, optional, several, written_form
from engine.policy.spec.scalars import Expression, Flag, LayoutName, Name, Stage, Template, Text, Whole
from engine.policy.spec.vocabulary import CITED


class SlotSpec(Spec, word="表格栏", about="表的一列"):
    head: Template = key("列", "列的栏目名")
    text: Template | None = optional("值", "每一行在这一列写什么；不写则留空，供手写")
    width: Whole | None = optional("宽", "占几个字宽（一行28字）；不写的各列按内容分余下的宽度")
    when: Expression | None = optional("当", "满足这个条件才写，否则这一格留空")


Column = Annotated[SlotSpec | Name, Either(written_form, "mapping", "scalar")]


class EntrySpec(Spec, word="填写项", about="栏的一项：左边是栏目，右边是填写的内容"):
    head: Template = key("项", "栏目名")
    text: Template | None = optional("值", "填写的内容；不写则留空，供手写")
    whole: Flag = defaulting("整行", "独占一行", False)
    when: Expression | None = optional("当", "满足这个条件才写")


class BlockSpec(Spec, word="正文段落", about="正文的一项：标题、段、表、栏、签章、图，六者取一；写了 逐项 的重复多次"):
    heading: Template | None = optional("标题", "小标题")
    paragraph: Template | None = optional("段", "一段话，{名称} 处填入内容")
    table: Listed[Column] = several("表", "表的各列，与 逐项 合用，每项一行；只写名称的列，栏目和内容同名")
    section: Template | None = optional("节", "表中先占一整行的小标题")
    form: tuple[EntrySpec, ...] = several("栏", "填写项，两项一行")
    opinion: Template | None = optional("签章", "供签署意见的栏，写栏目名")
    signer: Template | None = optional("签", "签章栏由谁签名")
    picture: Template | None = optional("图", "图的名称")
    each: Name | None = optional(
        "逐项",
        "对每一项重复：未满足准则、全部准则、不予例外准则、准予例外准则、不利判断、待补事实、依据口径、相关口径、附随、义务、"
        "分项得分、等次标准、计算、准则的组名，一项评分的名称（它的各分项），一张记录表（每条记录一项，文字里用它的列名），或并案文书的各案件",
    )
    piece: Template | None = optional(
        "每项", "逐项的段合写成一段时，每一项写什么；各项用顿号连成段中的 {各项}，如 '{名称}（{说明}）'"
    )
    last: dict[str, Template] = by_name(
        "末行", "表的最后一行，栏名: 内容，如 金额: '{合计（名单.金额）}'；没有写的栏空着"
    )
    when: Expression | None = optional("当", "满足这个条件才写")


class AnnexSpec(Spec, word="附页", about="随文书印出的附件，另起一面"):
    title: Template = key("标题", "附件名称")
    body: tuple[BlockSpec, ...] = several("正文", "附件的内容，按顺序", at_least=1)


class AnnexFileSpec(
    Spec, word="附件", about="随文书附上的一件：写名称就是纸质件，由办理人附上；写了文件的，文件随文书一起出具"
):
    title: Template = key("名称", "附件名称")
    file: Expression | None = optional("文件", "记着文件名的文本事实；文件放在案件文件夹里")
    when: Expression | None = optional("当", "满足这个条件才附，否则文书不列这一件")


Annexed = Annotated[AnnexFileSpec | Template, Either(written_form, "mapping", "scalar")]


class HeadSpec(Spec, word="版头", about="公文、信函版头里按需要标注的要素（GB/T 9704 的 7.2）；签发人只用于公文"):
    copy: Template | None = optional("份号", "印制份数的顺序号，6 位数字")
    secrecy: Template | None = optional("密级", "密级和保密期限，如 秘密★1年")
    urgency: Template | None = optional("紧急程度", "特急 或者 加急")
    signers: Listed[Template] = several("签发人", "上行文的签发人姓名，联合行文的依机关的次序；写了，发文字号居左")


class DocumentSpec(Spec, word="文书", about="一种文书的文字；字体、页边距等版面在 templates/ 中"):
    name: Name = key("名称", "在结果的 文书 中引用")
    clauses: Listed[Name] = several("条款", CITED)
    layout: LayoutName = defaulting("版式", "用哪一种版面；不写为 公文", "公文")
    stage: Stage | None = optional(
        "阶段", "对当事人不利的文书是哪一步：决定以前的 事先告知，还是 决定 本身；通则据此附上该写的内容"
    )
    notice: Name | None = optional("事先告知", "决定用：记载事先告知送达的日期事实；填了的，视为已经听取意见")
    served: Name | None = optional("送达", "记载本文书送达的日期事实；送达早于成文日期的，出具时提醒")
    day: Expression | None = optional(
        "成文日期", "事件记录里没有引出它的事件时，文书的日期，例如考察的日期；不写或未知的，用决定的日期、基准日"
    )
    earliest: Expression | None = optional("不早于", "成文日期不能早于这一天，例如它所依据的复核日期")
    latest: Expression | None = optional("不晚于", "成文日期不能晚于这一天，例如公示不能晚于公示开始")
    states: Listed[Name] = several("在", "只在案件处于这些状态时出具，不在的不算引出；不写则不问状态")
    per: Name | None = optional("每条", "对这个记录表的每条记录各出一份；文字里可以用它的列名")
    joint: Flag = defaulting(
        "并案", "几个案件一起出具时并为一件，用 `逐项: 各案件` 逐个写；其余文字不同的，分成几件", False
    )
    ranking: Name | None = optional("次序", "并案用：各案件按哪个择优排列，文字里可以写 名次、择优结果、首项相同")
    mark: Name | None = optional("标识", "牌面上的标识，放在政策包文件夹内的 .svg 文件；不写则留出位置")
    file: Name | None = optional("版面", "本文书自备的 Word 版面，放在政策包文件夹内的 .docx 文件")
    title: Template = key("标题", "文书标题，{名称} 处填入内容")
    addressee: Template | None = optional("主送", "主送单位或个人")
    others: Flag = defaulting(
        "致他人", "写给当事人以外的人，如答复异议人、商请别的机关；不是不利决定的文书，不写救济，不入送达回证", False
    )
    body: tuple[BlockSpec, ...] = several("正文", "标题和段落，按顺序", at_least=1)
    annexes: Listed[Annexed] = several("附件", "随文书附上的各件")
    pages: tuple[AnnexSpec, ...] = several("附页", "随文书印出的附件")
    copies: Listed[Template] = several("抄送", "抄送机关")
    signature: Template | None = optional("落款", "署名机关")
    cosigners: Listed[Template] = several(
        "联署", "联合行文时，落款以外的署名机关，按次序；发文机关标志用落款的机关（主办机关）"
    )
    head: HeadSpec | None = optional("版头", HeadSpec.about)
    due: Expression | None = optional("期限", "文书所定期限的日期")
    label: Text | None = optional("说明", "给维护的人看的说明，不写进文书")
