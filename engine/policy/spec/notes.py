"""Notes on a regulation, in a file of their own."""

from __future__ import annotations

from typing import Annotated, Literal

from engine.policy.spec.base import ByText, Spec, key, optional, several
from engine.policy.spec.scalars import Day, Name, Text


class NoteSpec(Spec, word="批注", about="对条文的一处文字说的话"):
    clause: Name = key("条款", "写的时候这些文字在哪一条")
    quote: Text = key("原文", "所说的文字，照抄；太常见的，连同前后抄")
    before: Text | None = optional("前", "紧接在前面的文字，几处相同时用来分别")
    after: Text | None = optional("后", "紧接在后面的文字")
    kind: Annotated[Literal["疑问", "说明", "建议", "待办"], ByText()] = key("种类", "是哪一种话")
    author: Name = key("作者", "谁写的")
    day: Day | None = optional("日期", "哪一天写的")
    text: Text = key("话", "要说的话")


class NotesFile(Spec, word="批注文件", about="一份批注，写 `--notes 文件`"):
    notes: tuple[NoteSpec, ...] = several("批注", NoteSpec.about, at_least=1)
