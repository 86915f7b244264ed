"""Wording of documents."""

from __future__ import annotations

from pydantic import Field

from engine.policy.spec.scalars import Expression, Layout, Name, Names, Spec, Template, Text


class BlockSpec(Spec):
    """正文: a heading, a paragraph, or a paragraph repeated over a list."""

    heading: Template | None = Field(default=None, alias="标题")
    paragraph: Template | None = Field(default=None, alias="段")
    each: Name | None = Field(default=None, alias="逐项")
    when: Expression | None = Field(default=None, alias="当")


class DocumentSpec(Spec):
    """文书: the wording of one document; layout is the template's business."""

    name: Name = Field(alias="名称")
    clauses: Names = Field(default_factory=list, alias="条款")
    layout: Layout = Field(default="公文", alias="版式")
    title: Template = Field(alias="标题")
    addressee: Template | None = Field(default=None, alias="主送")
    body: list[BlockSpec] = Field(alias="正文", min_length=1)
    annexes: list[Template] = Field(default_factory=list, alias="附件")
    signature: Template | None = Field(default=None, alias="落款")
    due: Expression | None = Field(default=None, alias="期限")
    label: Text | None = Field(default=None, alias="说明")
