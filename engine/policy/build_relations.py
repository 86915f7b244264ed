"""校验: what must hold between facts, or between the cells of a record."""

from __future__ import annotations

from engine.base.text import did_you_mean
from engine.language.make import EVERY
from engine.language.tree import BOOL, Call, Name, Node
from engine.language.walk import nodes
from engine.policy import package as p
from engine.policy.nodes import Scalar
from engine.policy.spec.vocabulary import RelationSpec
from engine.policy.stack import said
from engine.policy.wordings import Wordings

_GIVEN = ("fact", "table", "parameter", "member", "column")


def build_relation(builder: Wordings, spec: RelationSpec, origin: str) -> p.Relation | None:
    """A 校验 with its condition typed; None where it cannot be read. E371: it is about what nobody fills in; E502: no such
    table."""
    names, table = builder.names, said(spec.table)
    if spec.table is not None and table not in names.tables:
        names.fail("E502", f"没有名为 `{table}` 的记录表", spec.table.span, did_you_mean(table, names.tables))
        return None
    written = builder.parser.expression(spec.condition)
    if written is None:
        return None
    whole = Call(EVERY, (Name(table, span=spec.condition.span), written), spec.condition.span) if table else written
    condition = builder.checked(whole, names.scope, BOOL)
    if "{" in spec.message.text:
        help_ = "写一句话即可，所比较的值和它们在哪里，程序写在后面"
        names.fail("E213", "`不成立` 里不写占位", spec.message.span, help_)
    if not _about_what_is_given(builder, condition, spec.condition):
        return None
    given = tuple(dict.fromkeys(name for node in nodes(condition) for name in _given(node, builder)))
    return p.Relation(
        name=spec.name.text,
        condition=condition,
        said=condition.args[-1] if table and isinstance(condition, Call) else condition,
        given=given,
        table=table,
        message=spec.message.text,
        clauses=builder.cited(spec.clauses),
        origin=origin,
        span=spec.name.span,
    )


def _given(node: Node, builder: Wordings) -> tuple[str, ...]:
    if not isinstance(node, Name):
        return ()
    return tuple(
        n for n in (node.name, node.table) if (n in builder.names.facts or n in builder.names.tables) and n != p.AS_OF
    )


def _about_what_is_given(builder: Wordings, condition: Node, place: Scalar) -> bool:
    """Conclusions follow from facts and never make them wrong, so a 校验 is about facts, records and parameters."""
    for node in nodes(condition):
        if isinstance(node, Name) and node.kind not in _GIVEN and node.type is not None and node.type.kind != "any":
            message = f"校验里的 `{node.name}` 不是填写的事实"
            builder.names.fail("E371", message, node.span or place.span, "写填写的事实、记录表的列和参数")
            return False
    return True
