"""择优: several cases in an order, and how many of them are taken. Part of the package."""

from __future__ import annotations

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.language.tree import Node
from engine.policy.words import Nature, Ties

RANKED = "入围数"
"""In the 名额 of a ranking: how many cases are ranked."""

PLACE, WITHIN = "名次", "入选"
"""What of a ranking a fact may be taken from (取自)."""


@dataclass(frozen=True, slots=True)
class RankingKey:
    """次序."""

    expression: Node
    descending: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """择优 over several cases: admitted cases by keys, preferences break ties, then a person does."""

    name: str
    clauses: tuple[str, ...]
    admitted: Node
    quota: Node
    order: tuple[RankingKey, ...]
    preferences: tuple[Node, ...]
    ties: Ties = "由人定"
    authority: str = ""
    nature: Nature = "内部"
    label: str = ""
    origin: str = ""
    span: Span | None = None
