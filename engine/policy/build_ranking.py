"""择优: who is ranked, by what, and how many are taken."""

from __future__ import annotations

from engine.base.units import NONE
from engine.language.printer import print_node
from engine.language.tree import BOOL, NUMBER, Literal, Name, Node, Scope, Symbol
from engine.language.types import describe
from engine.policy import package as p
from engine.policy.names import Names, written_unit
from engine.policy.nodes import Scalar
from engine.policy.spec.rules import RankingSpec
from engine.policy.stack import said
from engine.policy.untyped import Parser
from engine.policy.wordings import Wordings


def build_ranking(builder: Wordings, spec: RankingSpec, origin: str) -> p.Ranking | None:
    """A ranking with its expressions typed; None where its admission or its quota cannot be read."""
    admitted, quota = builder.expression(spec.admitted, BOOL), _quota(builder, spec.quota)
    keys = [(builder.expression(o.of, None), o.direction == "降") for o in spec.order]
    preferences = [builder.expression(s, BOOL) for s in spec.preferences]
    if admitted is None or quota is None:
        return None
    return p.Ranking(
        name=spec.name.text,
        clauses=builder.cited(spec.clauses),
        admitted=admitted,
        quota=quota,
        order=tuple(p.RankingKey(node, down) for node, down in keys if node is not None),
        preferences=tuple(n for n in preferences if n is not None),
        ties=spec.ties,
        authority=said(spec.authority),
        nature=spec.nature,
        label=said(spec.label),
        origin=origin,
        span=spec.name.span,
    )


def _quota(builder: Wordings, scalar: Scalar) -> Node | None:
    """How many are taken: a whole number, which may rest on how many are ranked."""
    names = builder.names
    symbols = {**names.symbols, p.RANKED: Symbol(p.RANKED, "local", NUMBER)}
    scope = Scope(symbols, names.columns, names.enums, names.members, names.units)
    node = Parser(scope, names.problems).expression(scalar)
    typed = builder.checked(node, scope, None) if node is not None else None
    if typed is None or typed.type is None or typed.type.kind == "any":
        return typed
    if typed.type.kind != "number":
        message = f"类型不符：名额 `{scalar.text}` 是{describe(typed.type)}，不是数"
        names.fail("E202", message, scalar.span, "写取几名，如 `3`")
    elif _is_share(typed, names):
        help_ = f"写明取整的办法，例如 `向下取整（{print_node(typed)}×{p.RANKED}）`"
        names.fail("E349", f"名额 `{scalar.text}` 是比例，不是几名", scalar.span, help_)
    return typed


def _is_share(node: Node, names: Names) -> bool:
    """Whether it is written as a share: 20%, or a name counted in %."""
    unit = written_unit(node.text, node.type, names) if isinstance(node, Literal) else None
    if isinstance(node, Name) and (symbol := names.symbols.get(node.name)) is not None:
        unit = symbol.unit
    return unit is not None and unit.dimension == NONE
