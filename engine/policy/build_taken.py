"""取自: which facts and record tables the events of a dossier give, every name known and every type the same on both
sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from engine.base.problem import Span
from engine.base.text import did_you_mean
from engine.language.tree import BOOL, DATE, Node, Type
from engine.policy import procedure as q
from engine.policy.cycles import Cycle
from engine.policy.names import Names
from engine.policy.nodes import Scalar
from engine.policy.package import Field, RecordTable
from engine.policy.spec.vocabulary import FactSpec, RowsSpec, TableSpec, TakenSpec
from engine.policy.stack import Stack, texts


class Events(Protocol):
    """What must be known of the events."""

    names: Names
    payloads: dict[str, dict[str, Field]]
    ending: frozenset[str]
    cycles: Mapping[str, Cycle]

    def known_event(self, scalar: Scalar) -> str: ...
    def known_states(self, scalars: tuple[Scalar, ...]) -> tuple[str, ...]: ...
    def condition(self, scalar: Scalar | None, event: str) -> Node | None: ...


def taken_facts(stack: Stack, events: Events) -> tuple[q.TakenFact, ...]:
    """The facts that say where they are taken from, each after those that tell its round; problems (E833, E839) go to the
    names."""
    found: dict[str, list[q.TakenFact]] = {}
    for item in stack.every("facts"):
        spec: FactSpec = item.spec
        field = events.names.facts.get(spec.name.text)
        if spec.taken is not None and field is not None and not is_ranked(spec):
            found[spec.name.text] = list(_fact(spec, spec.taken, field, events))
    needed = {
        name: [fact for fact in found if any(fact in way.keys.values() for way in ways)] for name, ways in found.items()
    }
    try:
        ordered = tuple(TopologicalSorter(needed).static_order())
    except CycleError as cycle:
        names = cycle.args[1]
        message = f"{'、'.join(f'`{name}`' for name in dict.fromkeys(names))} 互相说明看哪一轮"
        place = next(way.span for way in found[names[0]] if way.span is not None)
        events.names.fail("E847", message, place, "其中一项改为由案件写明")
        ordered = tuple(found)
    return tuple(way for name in ordered for way in found[name])


def is_ranked(spec: FactSpec) -> bool:
    """Whether it is taken from a ranking of the round, and from no event."""
    return isinstance(spec.taken, TakenSpec) and spec.taken.ranking is not None


def taken_rows(stack: Stack, events: Events) -> Iterator[q.TakenRows]:
    """The record tables whose records are taken from events."""
    for item in stack.every("tables"):
        spec: TableSpec = item.spec
        table = events.names.tables.get(spec.name.text)
        if spec.rows is not None and table is not None:
            yield _rows(spec.rows, table, events)


def _fact(spec: FactSpec, taken: Scalar | TakenSpec, field: Field, events: Events) -> Iterator[q.TakenFact]:
    names, name = events.names, spec.name.text
    if field.finding:
        names.fail("E847", f"`{name}` 是判断，不能取自事件", spec.name.span, "判断由人作出；事件的结果另立一项事实")
    if isinstance(taken, Scalar):
        if taken.text != q.STATES:
            names.fail(
                "E847", f"`取自: {taken.text}` 读不懂", taken.span, "写 `取自: 状态`，或 `取自: {事件: …, 项: …}`"
            )
        _same_type(name, field.type, Type("enum", name=q.STATES), taken.span, events)
        yield q.TakenFact(name, span=taken.span)
        return
    for way, one in enumerate((taken, *taken.others)):
        if taken.others and (not (one.event or one.periodic) or (way and one.others)):
            help_ = "例如 `取自: {事件: …, 项: 日期, 或: [{事件: …, 项: 日期}]}`"
            names.fail("E847", f"`{name}` 的 `或` 前后都写 `事件`，不再套 `或`", spec.name.span, help_)
            return
        yield from _way(spec, one, way, field, events)


def _way(spec: FactSpec, taken: TakenSpec, way: int, field: Field, events: Events) -> Iterator[q.TakenFact]:
    names, name = events.names, spec.name.text
    if sum((bool(taken.states), taken.event is not None, taken.periodic is not None)) != 1:
        message = f"`{name}` 的 `取自` 要写 `状态`、`事件`、`周期事项` 之一"
        names.fail("E847", message, spec.name.span, "例如 `取自: {事件: …, 项: 日期}`")
        return
    if taken.periodic is not None:
        yield _of_period(name, taken.periodic, taken, way, field, events)
        return
    if taken.event is None:
        _same_type(name, field.type, BOOL, taken.states[0].span, events)
        yield q.TakenFact(name, events.known_states(taken.states), way=way, span=taken.states[0].span)
        return
    event = events.known_event(taken.event)
    _same_type(
        name, field.type, BOOL if taken.item is None else _type(event, taken.item, events), taken.event.span, events
    )
    if taken.item is not None:
        _same_check(name, field, event, taken.item.text, taken.item.span, events)
    for payload, fact in taken.keys.items():
        _same_round(event, payload, fact, events)
    keys = {payload: fact.text for payload, fact in taken.keys.items()}
    item = taken.item.text if taken.item is not None else ""
    yield q.TakenFact(name, (), event, item, keys, events.condition(taken.when, event), way, span=taken.event.span)


def _of_period(name: str, duty: Scalar, taken: TakenSpec, way: int, field: Field, events: Events) -> q.TakenFact:
    """Of the period of a periodic duty: its parts, its days, or the last day of the duty (期限)."""
    cycle, item = events.cycles.get(duty.text), taken.item
    parts = {**(cycle.names if cycle is not None else {}), q.TERM_LAST: DATE}
    if cycle is None:
        help_ = did_you_mean(duty.text, events.cycles) or "写一个周期事项的名称"
        events.names.fail("E847", f"没有周期事项 `{duty.text}`", duty.span, help_)
    elif item is None or item.text not in parts or taken.keys or taken.when is not None:
        message = f"`{name}` 取自周期事项，`项` 写 {'、'.join(parts)} 之一，不写 `同`、`条件`"
        events.names.fail("E847", message, (item or duty).span, f"例如 `取自: {{周期事项: {duty.text}, 项: 期初}}`")
    else:
        _same_type(name, field.type, parts[item.text], item.span, events)
    return q.TakenFact(name, item=item.text if item else "", way=way, periodic=duty.text, span=duty.span)


def _same_round(event: str, payload: str, fact: Scalar, events: Events) -> None:
    """A fact that tells which of the events is meant, by a payload of the same type."""
    names = events.names
    own = names.facts.get(fact.text)
    if own is None:
        names.fail("E847", f"`{fact.text}` 不是事实", fact.span, did_you_mean(fact.text, names.facts))
    elif (known := events.payloads.get(event, {}).get(payload)) is None or known.type != own.type:
        message = f"`{event}` 没有与 `{fact.text}` 同类的载荷 `{payload}`"
        names.fail("E835", message, fact.span, "写作 `载荷名: 事实名`")


def _rows(spec: RowsSpec, table: RecordTable, events: Events) -> q.TakenRows:
    names, fields = events.names, {column.name: column for column in table.columns}
    event = events.known_event(spec.event)
    after = events.known_event(spec.after) if spec.after is not None else ""
    columns: dict[str, tuple[str, str]] = {}
    for column, scalar in spec.columns.items():
        owner, item = _owner(scalar.text, event, after)
        columns[column] = owner, item
        if column not in fields:
            names.fail("E847", f"`{table.name}` 没有列 `{column}`", scalar.span, did_you_mean(column, fields))
        elif (type_ := _item_type(owner, item, scalar, events)) is not None:
            _same_type(column, fields[column].type, type_, scalar.span, events)
            _same_check(column, fields[column], owner, item, scalar.span, events)
    for column, value in spec.blanks.items():
        type_ = fields[column].type if column in columns and column in fields else None
        if type_ is None or value.text not in names.enums.get(type_.name, ()):
            names.fail(
                "E847", f"`未了` 的 `{column}: {value.text}` 不是这一列的取值", value.span, "写这一列枚举里的一个取值"
            )
    keys = texts(spec.keys)
    _register(spec, table, event, columns, events)
    for scalar in spec.keys:
        if any(scalar.text not in events.payloads.get(owner, {}) for owner in (event, after) if owner):
            names.fail("E835", f"`{event}` 和 `{after}` 不都有载荷 `{scalar.text}`", scalar.span)
    return q.TakenRows(
        table=table.name,
        event=event,
        columns=columns,
        after=after,
        keys=keys,
        blanks={c: v.text for c, v in spec.blanks.items()},
        when=events.condition(spec.when, event),
        own={column: fact.text for column, fact in spec.own.items()},
        matching=texts(spec.matching),
        at_hand={payload: fact.text for payload, fact in spec.at_hand.items()},
        span=spec.event.span,
    )


def _register(
    spec: RowsSpec, table: RecordTable, event: str, columns: dict[str, tuple[str, str]], events: Events
) -> None:
    """本方, 本件 and 对应: facts and columns of one type, columns that events fill."""
    names, fields = events.names, {column.name: column for column in table.columns}
    for column, fact in spec.own.items():
        own = names.facts.get(fact.text)
        if column not in fields or own is None or own.type != fields[column].type:
            message = f"`本方` 的 `{column}: {fact.text}` 不是同一类型的列和事实"
            names.fail("E847", message, fact.span, "写作 `列名: 事实名`")
    for payload, fact in spec.at_hand.items():
        _same_round(event, payload, fact, events)
    for scalar in spec.matching:
        if scalar.text not in columns:
            message = f"`对应` 的 `{scalar.text}` 不是取自事件的列"
            names.fail("E847", message, scalar.span, did_you_mean(scalar.text, columns) or "写 `列` 里的列名")


def _owner(text: str, event: str, after: str) -> tuple[str, str]:
    """(event, what of it) that a column names; the event after it with its own name before."""
    prefix = q.of(after, "")
    return (after, text.removeprefix(prefix)) if after and text.startswith(prefix) else (event, text)


def _type(event: str, item: Scalar, events: Events) -> Type | None:
    return _item_type(event, item.text, item, events)


def _item_type(event: str, item: str, scalar: Scalar, events: Events) -> Type | None:
    """The type of a payload, or of the event's day; None with a problem where there is none."""
    payload = events.payloads.get(event)
    if item == q.DAY or payload is None or (item == q.TERM_LAST and event in events.ending):
        return DATE
    if item not in payload:
        help_ = did_you_mean(item, payload) or "写事件的一项载荷，或 `日期`"
        events.names.fail("E835", f"`{event}` 没有载荷 `{item}`", scalar.span, help_)
        return None
    return payload[item].type


def _same_check(name: str, own: Field, event: str, item: str, place: Span, events: Events) -> None:
    """A number with a check of its own (身份证号 …) is taken from one that was checked when it was entered."""
    payload = events.payloads.get(event, {}).get(item)
    if own.identifier and payload is not None and payload.word != own.word:
        message = f"`{name}` 是{own.word}，它取自的 `{item}` 是{payload.word}"
        events.names.fail("E847", message, place, f"把载荷写成 `类型: {own.word}`，录入时就核对")


def _same_type(name: str, own: Type, other: Type | None, place: Span, events: Events) -> None:
    if other is not None and own != other:
        events.names.fail("E847", f"`{name}` 与它取自的内容类型不同", place, "两处写成同一类型、同一枚举或同一决定")
