"""What a criterion requires: one condition, or several of which each can fail by itself."""

from __future__ import annotations

from typing import Annotated, Any

from engine.policy.spec.base import EACH, AtLeastOne, Either, Spec, key, optional
from engine.policy.spec.scalars import Expression, Name, Template, Text

SAID = "给人看的说法；不写的，由程序把条件写成一句话"


class LimbSpec(Spec, word="要求项", about="要求的一项：它自己的条件，没有达到时它自己的话"):
    condition: Expression = key("条件", "这一项的条件，是一个是非表达式")
    sentence: Text | None = optional("要求说明", SAID)
    unmet: Template = key("未满足", "这一项没有达到时写进文书的话，{名称} 处填入内容")
    remedy: Template | None = optional("补救", "怎样才能达到这一项")
    every_value: Name | None = optional("每个取值", EACH)


def _written(value: Any) -> str:
    return "list" if isinstance(value, list) else "scalar"


Requirement = Annotated[Expression | Annotated[tuple[LimbSpec, ...], AtLeastOne()], Either(_written, "scalar", "list")]
"""A condition, or a list of limbs that are all required."""
