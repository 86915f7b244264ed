"""Where every name of a package lives in the flat list of values, and which of those places an expression reads.

Slot keys: the name itself for facts, tables, parameters, derived quantities, decision tables, scores, criteria (their
effective verdict) and determinations (their outcome); `适用：准则`, `要求：准则`, `例外：准则`, `等次：评分`,
`分项：评分：项`; `已填：名称` for a name that some expression asks 已填 of; and `CONSULTED`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.decision.evaluate import CONSULTED, Context
from engine.decision.rules import CriterionSlots
from engine.language.tree import BOOL, Call, Items, Name, Node
from engine.language.walk import nodes
from engine.policy.package import (
    AS_OF,
    FINDING_PARTS,
    Criterion,
    DecisionTable,
    Derived,
    Determination,
    Outcome,
    Package,
    Score,
)
from engine.policy.procedure import of

_CRITERIA = frozenset(("全部满足", "任一未满足", "未满足项数", "满足"))
_KEYS = {"适用": "适用：{}", "等次": "等次：{}", "分项得分": "分项：{}：{}", "结论": "{}"}


@dataclass(frozen=True, slots=True)
class Layout:
    """`inputs`: fact or table -> slot; `findings`: slots that only a finding with a finder may fill; `excuses`:
    criterion -> slot of the finding that excuses it; `presence`: (slot, slot of its 已填) of what a case gives; `told`: (slot, 判断,
    part) of what some wording asks of a 判断 (某判断的理由)."""

    slots: Mapping[str, int]
    context: Context
    inputs: Mapping[str, int]
    findings: frozenset[int]
    excuses: Mapping[str, int]
    presence: tuple[tuple[int, int], ...]
    as_of: int | None
    told: tuple[tuple[int, str, str], ...] = ()

    def criterion(self, name: str) -> CriterionSlots:
        slots = self.slots
        return CriterionSlots(slots[name], slots[f"适用：{name}"], slots[f"要求：{name}"], slots[f"例外：{name}"])


def lay_out(package: Package) -> Layout:
    """Number the slots of `package`."""
    asked = list(dict.fromkeys(name for node in every_node(package) for name in asked_presence(node)))
    parts = {n.name for node in every_node(package) for n in nodes(node) if isinstance(n, Name) and n.kind == "finding"}
    told = [(name, part) for name in package.facts for part in FINDING_PARTS if of(name, part) in parts]
    keys = (*_keys(package, asked), *(of(name, part) for name, part in told), CONSULTED)
    slots = {key: index for index, key in enumerate(dict.fromkeys(keys))}
    inputs = {name: slots[name] for name in (*package.facts, *package.tables)}
    findings = frozenset(slots[name] for name, fact in package.facts.items() if fact.finding)
    excuses = {name: slots[f"例外：{name}"] for name, c in package.criteria.items() if c.strength == "一般应当"}
    given = {*inputs, *(of(name, part) for name, part in told)}
    presence = tuple((slots[name], slots[f"已填：{name}"]) for name in asked if name in given)
    context = Context(
        groups={group: _deciding(package, names) for group, names in package.groups.items()},
        constants={name: parameter.value for name, parameter in package.parameters.items()},
        columns={name: tuple(column.name for column in table.columns) for name, table in package.tables.items()},
        nonnegative=frozenset(
            (name, column.name)
            for name, table in package.tables.items()
            for column in table.columns
            if column.low is not None and column.low >= 0
        ),
    )
    as_of = inputs.get(AS_OF)
    asks = tuple((slots[of(name, part)], name, part) for name, part in told)
    return Layout(slots, context, inputs, findings, excuses, presence, as_of, asks)


def _keys(package: Package, asked: Iterable[str]) -> Iterator[str]:
    yield from (*package.facts, *package.tables, *package.parameters, *package.derived, *package.decision_tables)
    for name in package.criteria:
        yield from (name, f"适用：{name}", f"要求：{name}", f"例外：{name}")
    for score in package.scores.values():
        yield from (score.name, f"等次：{score.name}")
        yield from (f"分项：{score.name}：{item.name}" for item in score.items)
    yield from package.determinations
    yield from (f"已填：{name}" for name in asked)


def _deciding(package: Package, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if package.criteria[name].strength != "鼓励")


def leaves(node: Node, context: Context) -> Iterator[str]:
    """Slot keys `node` reads, in reading order, with repetition; groups expanded, members and columns left out."""
    if isinstance(node, Name):
        if node.kind == "column" or (node.table and node.kind != "presence"):
            yield node.table
        elif node.kind != "member":
            yield node.name
    elif isinstance(node, Items):
        for item in node.items:
            yield from leaves(item, context)
    elif isinstance(node, Call):
        names = [arg.name for arg in node.args if isinstance(arg, Name)]
        if node.function in _CRITERIA:
            for name in names:
                yield from context.groups.get(name, (name,))
        elif node.function in _KEYS:
            yield _KEYS[node.function].format(*names)
        else:
            for arg in node.args:
                yield from leaves(arg, context)


def settle(node: Node) -> Node:
    """`node` with 已填（x） and 未填（x） turned into reads of x's presence.

    What is known stays known when a search blanks values to see what an outcome rests on, so presence has a slot of
    its own: otherwise blanking x would answer 已填（x） instead of leaving it open. A node in which nothing changes is
    returned itself, so that what is compiled of it is found again.
    """
    if isinstance(node, Items):
        items = tuple(settle(item) for item in node.items)
        return node if _same(items, node.items) else replace(node, items=items)
    if not isinstance(node, Call):
        return node
    if node.function in ("已填", "未填"):
        name = node.args[0]
        if isinstance(name, Name) and name.kind != "column":
            presence = Name(f"已填：{name.name}", kind="presence", type=BOOL)
            return presence if node.function == "已填" else Call("非", (presence,), type=BOOL)
        return node
    args = tuple(settle(arg) for arg in node.args)
    return node if _same(args, node.args) else replace(node, args=args)


def _same(one: tuple[Node, ...], other: tuple[Node, ...]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))


def asked_presence(node: Node) -> Iterator[str]:
    """Names that `node` asks 已填 or 未填 of."""
    if isinstance(node, Items):
        for item in node.items:
            yield from asked_presence(item)
    elif isinstance(node, Call):
        if node.function in ("已填", "未填") and isinstance(node.args[0], Name) and node.args[0].kind != "column":
            yield node.args[0].name
        for arg in node.args:
            yield from asked_presence(arg)


def plain_name(key: str) -> str:
    """The name behind a slot key: `适用：甲` 甲, `分项：评分：项` 评分."""
    prefix, _, rest = key.partition("：")
    if not rest:
        return key
    return rest.partition("：")[0] if prefix == "分项" else rest


def present(*nodes: Node | None) -> tuple[Node, ...]:
    return tuple(node for node in nodes if node is not None)


def derived_nodes(derived: Derived) -> tuple[Node, ...]:
    return (derived.expression,)


def criterion_nodes(criterion: Criterion) -> tuple[Node, ...]:
    return present(criterion.applies, criterion.requirement)


def table_nodes(table: DecisionTable) -> tuple[Node, ...]:
    cells = [node for row in table.rows for node in (*row.conditions, row.output)]
    return () if table.open else present(*cells, table.default)


def score_nodes(score: Score) -> tuple[Node, ...]:
    marks = [node for item in score.items for node in (item.mark, *item.weights.values())]
    bonuses = [node for bonus in score.bonuses for node in (bonus.when, bonus.mark)]
    return () if score.open else present(score.weighted_by, *marks, *bonuses, score.cap)


def band_nodes(score: Score) -> tuple[Node, ...]:
    return present(*(band.condition for band in score.bands))


def determination_nodes(determination: Determination) -> tuple[Node, ...]:
    return present(determination.applies, *(outcome.when for outcome in determination.outcomes))


def outcome_nodes(outcome: Outcome) -> tuple[Node, ...]:
    """What follows from an outcome: amount, authority, duties, note."""
    authority = outcome.authority if not isinstance(outcome.authority, str) else None
    note = [part for part in outcome.note if not isinstance(part, str)]
    return present(outcome.amount, authority, *(duty.due for duty in outcome.duties), *note)


def every_node(package: Package) -> Iterator[Node]:
    """Every expression of the package, templates included."""
    for derived in package.derived.values():
        yield derived.expression
    for criterion in package.criteria.values():
        yield from criterion_nodes(criterion)
        yield from (part for part in (*criterion.unmet, *criterion.remedy) if not isinstance(part, str))
    for table in package.decision_tables.values():
        yield from table_nodes(table)
    for score in package.scores.values():
        yield from (*score_nodes(score), *band_nodes(score))
    for determination in package.determinations.values():
        yield from determination_nodes(determination)
        for outcome in outcomes_of(determination):
            yield from outcome_nodes(outcome)
    for ranking in package.rankings.values():
        keys = [key.expression for key in ranking.order]
        yield from (ranking.admitted, ranking.quota, *keys, *ranking.preferences)
    for attachment in package.attachments:
        yield from (part for part in attachment.text if not isinstance(part, str))
        yield from present(attachment.due)
    for document in package.documents.values():
        yield from (part for template in document.templates for part in template if not isinstance(part, str))
        yield from present(document.due, *(node for block in document.blocks for node in block.conditions))


def outcomes_of(determination: Determination) -> tuple[Outcome, ...]:
    """Its outcomes in order, the default last where it is one of its own."""
    default = determination.default
    own = determination.outcomes
    return (*own, default) if default is not None and default not in own else own
