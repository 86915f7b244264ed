"""The procedural sections of a stack -> `Procedure`: every name known, every expression typed in the scope of its event.

Expressions see payloads and parameters only, never the facts of a case: whether something happened does not change
with what is known later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.base.problem import Span
from engine.base.text import did_you_mean
from engine.language.check import check
from engine.language.lexer import collisions
from engine.language.tree import BOOL, DATE, Call, Items, Name, Node, Scope, Symbol, Type
from engine.language.walk import nodes
from engine.policy import procedure as q
from engine.policy.build_taken import taken_facts, taken_rows
from engine.policy.names import Names, type_of_word, unit_for
from engine.policy.nodes import Scalar
from engine.policy.package import Field
from engine.policy.spec.procedure import (
    AbsentSpec,
    DutyBody,
    EventSpec,
    FulfilmentSpec,
    JoinSpec,
    PayloadSpec,
    PeriodicSpec,
    ProcedureSpec,
    RequirementSpec,
)
from engine.policy.stack import Stack, texts
from engine.policy.untyped import Parser

_BUILT_IN = {q.YEAR: Type("number", (("年", 1),)), q.MONTH: DATE}
"""What every event has besides its payload."""


def build_procedure(stack: Stack, names: Names) -> q.Procedure | None:
    """The procedure of the stack, or None where it has none; problems (E83x) go to `names.problems`."""
    specs: list[tuple[EventSpec, str]] = [(i.spec, i.origin) for i in stack.every("events")]
    states = [i.spec for i in stack.every("states")]
    if not specs and not states:
        for fact in (i.spec for i in stack.every("facts") if i.spec.taken is not None):
            names.fail(
                "E847", f"没有程序，`{fact.name.text}` 无从取得", fact.name.span, "写 `事件:` 和 `程序:`，或删去 `取自`"
            )
        return None
    return _Builder(names, specs, states, stack.patches.spans).procedure(stack)


def said(scalar: Scalar | None) -> str:
    return scalar.text if scalar else ""


class _Builder:
    def __init__(
        self,
        names: Names,
        events: Sequence[tuple[EventSpec, str]],
        states: Sequence[Scalar],
        spans: Mapping[str, tuple[str, str]],
    ) -> None:
        self.names, self.spans = names, spans
        self.states = tuple(dict.fromkeys(texts(states)))
        self.payloads: dict[str, dict[str, Field]] = {}
        self.derived: set[str] = set()
        self.scopes: dict[tuple[str, ...], tuple[Scope, Parser]] = {}
        for scalar in [s for i, s in enumerate(states) if s.text in texts(states[:i])]:
            names.fail("E320", f"状态 `{scalar.text}` 重复定义", scalar.span, "删去一处")
        for spec, origin in events:
            if spec.name.text in self.payloads:
                names.fail("E320", f"事件 `{spec.name.text}` 重复定义", spec.name.span, "换一个名称，或删去一处")
            self.payloads[spec.name.text] = {f.name: f for f in (self._field(p, origin) for p in spec.payload)}
            if spec.derived:
                self.derived.add(spec.name.text)

    def procedure(self, stack: Stack) -> q.Procedure:
        return q.Procedure(
            states=self.states,
            events=self._by_name((self._event(i.spec, i.origin) for i in stack.every("events")), "事件"),
            rules=self._by_name((self._rule(i.spec, i.origin) for i in stack.every("procedures")), "程序"),
            periodic=self._by_name((self._periodic(i.spec, i.origin) for i in stack.every("periodic")), "周期事项"),
            taken=tuple(taken_facts(stack, self)),
            rows=tuple(taken_rows(stack, self)),
        )

    def _by_name(self, items: Iterable[Any], word: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for item in items:
            if found.setdefault(item.name, item) is not item and word != "事件":
                self.names.fail("E320", f"{word} `{item.name}` 重复定义", item.span, "换一个名称，或删去一处")
        return found

    # payloads and scopes ----------------------------------------------------------------------------------------

    def _field(self, spec: PayloadSpec, origin: str) -> Field:
        names, name = self.names, spec.name.text
        unit, enum = unit_for(spec.type, spec.unit, names), ""
        if (spec.type is None) == (spec.determination is None):
            names.fail("E830", f"载荷 `{name}` 要写 `类型`、`决定` 之一", spec.name.span, "例如 `类型: 日期`")
        if name in q.RESERVED:
            names.fail("E327", f"`{name}` 是保留名称", spec.name.span, "换一个名称")
        if name in names.symbols and names.symbols[name].kind == "parameter":
            names.fail("E320", f"载荷 `{name}` 与参数同名", spec.name.span, "换一个名称")
        if spec.determination is not None:
            enum = q.OUTCOMES + spec.determination.text
            if enum not in names.enums:
                decisions = [n for n, s in names.symbols.items() if s.kind == "determination"]
                help_ = did_you_mean(spec.determination.text, decisions)
                names.fail("E831", f"没有决定 `{spec.determination.text}`", spec.determination.span, help_)
            type_, word = Type("enum", name=enum), "枚举"
        else:
            word = spec.type or "文本"
            type_ = type_of_word(word, unit, spec.enum, names, spec.name)
        return Field(
            name=name,
            type=type_,
            word=word,
            unit=unit,
            label=said(spec.label),
            required=spec.required,
            origin=origin,
            span=spec.name.span,
        )

    def _types(self, event: str) -> dict[str, Type]:
        """Everything an expression may read of an event, without its day."""
        return _BUILT_IN | {f.name: f.type for f in self.payloads.get(event, {}).values()}

    def _scope(
        self, trigger: str, joined: Sequence[str], period: Mapping[str, Type] | None = None
    ) -> tuple[Scope, Parser]:
        """Parameters, the payload of `trigger` bare, those of `joined` as 事件的名称. A period has names of its own; an
        event that meets its duty is told from it by 事件的年度 and 周期的年度."""
        key = (trigger, *joined, *(q.of(q.PERIOD, name) for name in period or ()))
        if key not in self.scopes:
            types = {**self._types(trigger), q.EVENT_DAY: DATE}
            if period is not None:
                types = dict(period) | ({q.EVENT_DAY: DATE} if trigger else {})
                types |= {f.name: f.type for f in self.payloads.get(trigger, {}).values()}
                types |= {q.of(owner, n): t for owner in (trigger, q.PERIOD) if trigger for n, t in period.items()}
            units = {f.name: f.unit for f in self.payloads.get(trigger, {}).values()}
            for event in joined:
                types |= {q.of(event, n): t for n, t in {**self._types(event), "日期": DATE}.items()}
                units |= {q.of(event, f.name): f.unit for f in self.payloads.get(event, {}).values()}
            symbols = {n: s for n, s in self.names.symbols.items() if s.kind == "parameter"}
            symbols |= {n: Symbol(n, "local", t, units.get(n)) for n, t in types.items()}
            base = self.names.scope
            scope = Scope(symbols, {}, base.enums, base.members, base.units)
            self._ambiguous(scope, self.payloads.get(trigger, {}))
            self.scopes[key] = scope, Parser(scope, self.names.problems)
        return self.scopes[key]

    def _ambiguous(self, scope: Scope, payload: Mapping[str, Field]) -> None:
        for name, why in collisions(scope, payload):
            if (place := payload[name].span) is not None:
                self.names.fail("E328", f"名称 `{name}` 有歧义：{why}", place, "换一个名称")

    def _expression(self, scalar: Scalar | None, scope: tuple[Scope, Parser], expected: Type | None) -> Node | None:
        if scalar is None:
            return None
        node = scope[1].expression(scalar)
        if node is None:
            return None
        typed, problems = check(node, scope[0], expected)
        self.names.problems += problems
        return typed

    def condition(self, scalar: Scalar | None, event: str) -> Node | None:
        """A checked condition over the payload of `event`."""
        return self._expression(scalar, self._scope(event, ()), BOOL)

    # references -------------------------------------------------------------------------------------------------

    def known_event(self, scalar: Scalar, *, derived: bool | None = False) -> str:
        """The event named; an unknown one, or one of the wrong sort, is an error. `derived` None accepts both."""
        name = scalar.text
        if name not in self.payloads:
            self.names.fail("E832", f"没有事件 `{name}`", scalar.span, did_you_mean(name, self.payloads))
        elif derived is not None and (name in self.derived) is not derived:
            message = f"`{name}` {'不是' if derived else '是'}派生事件，不能用在这里"
            help_ = "在这个事件上写 `派生: 是`" if derived else "用由人录入的事件"
            self.names.fail("E833", message, scalar.span, help_)
        return name

    def known_states(self, scalars: Iterable[Scalar]) -> tuple[str, ...]:
        found = tuple(scalars)
        for scalar in found:
            if scalar.text not in self.states:
                help_ = did_you_mean(scalar.text, self.states) or "在 `状态:` 中列出"
                self.names.fail("E834", f"没有状态 `{scalar.text}`", scalar.span, help_)
        return texts(found)

    def _keys(self, scalars: Sequence[Scalar], *sides: tuple[str, Mapping[str, Type]]) -> tuple[str, ...]:
        """Names that every side has, with one type."""
        for scalar in scalars:
            found = []
            for owner, types in sides:
                if scalar.text in types:
                    found.append(types[scalar.text])
                else:
                    help_ = did_you_mean(scalar.text, types)
                    self.names.fail("E835", f"`{owner}` 没有载荷 `{scalar.text}`", scalar.span, help_)
            if len(found) > 1 and any(t != found[0] for t in found):
                self.names.fail("E835", f"`{scalar.text}` 在两个事件中类型不同", scalar.span, "写成同一类型")
        return texts(list(scalars))

    # definitions ------------------------------------------------------------------------------------------------

    def _event(self, spec: EventSpec, origin: str) -> q.Event:
        name = spec.name.text
        return q.Event(
            name=name,
            payload=tuple(self.payloads[name].values()),
            requirements=tuple(self._requirement(r, name, spec.name.span) for r in spec.requirements),
            who=said(spec.who),
            clauses=texts(spec.clauses),
            derived=spec.derived,
            label=said(spec.label),
            origin=origin,
            span=spec.name.span,
        )

    def _requirement(self, spec: RequirementSpec, event: str, place: Span) -> q.Requirement:
        forms = {"状态": spec.states, "须先有": spec.event, "每个": spec.every, "至多": spec.at_most}
        given = [word for word, value in forms.items() if value is not None]
        if spec.when is not None and not given:
            given = ["条件"]
        if len(given) != 1:
            message = f"`{event}` 的一项前提要写 `状态`、`须先有`、`每个`、`至多`、`条件` 之一"
            self.names.fail("E830", message, place, "每项前提只写一件事")
            given = given[:1] or ["条件"]
        if spec.not_before is not None and spec.event is None:
            self.names.fail("E830", "`不早于` 要与 `须先有` 连用", spec.not_before.span, "写 `须先有: 事件名`")
        if (spec.every is None) != (spec.settled is None):
            self.names.fail("E830", "`每个` 与 `已有` 要连用", place, "例如 `每个: 异议, 已有: 异议核查`")
        named = spec.event or spec.every
        other = self.known_event(named) if named else ""
        settled = self.known_event(spec.settled) if spec.settled else ""
        sides = [(n, self._types(n)) for n in (other, settled) if n in self.payloads]
        if not settled:
            sides.insert(0, (event, self._types(event)))
        scope = self._scope(event, [other] if other in self.payloads else [])
        places = [s.span for s in (spec.event, spec.not_before, spec.when, *(spec.states or ())) if s is not None]
        return q.Requirement(
            kind=given[0],
            clauses=texts(spec.clauses),
            states=self.known_states(spec.states or ()),
            event=other,
            settled=settled,
            keys=self._keys(spec.keys, *sides),
            not_before=self._expression(spec.not_before, scope, DATE),
            at_most=spec.at_most or 0,
            when=self._expression(spec.when, scope, BOOL),
            text=said(spec.text),
            span=next(iter(places), place),
        )

    def _rule(self, spec: ProcedureSpec, origin: str) -> q.ProcedureRule:
        trigger = self.known_event(spec.trigger, derived=None)
        joins = tuple(self._join(j, trigger) for j in spec.joins)
        for join in [j for i, j in enumerate(spec.joins) if j.event.text in {k.event.text for k in spec.joins[:i]}]:
            self.names.fail("E835", f"`且` 里事件 `{join.event.text}` 写了两次", join.event.span, "每种事件只写一次")
        then = spec.then
        if not (then.state or then.documents or then.duties or then.causes):
            self.names.fail("E836", f"程序 `{spec.name.text}` 没有后果", spec.name.span, "写 `则: {状态: …}`")
        if trigger in self.derived and (then.state or spec.states or spec.joins or spec.absent):
            message = f"`{spec.name.text}` 由派生事件引起，不能再写 `状态`、`在`、`且`、`且无`"
            self.names.fail("E837", message, spec.name.span, "写在引起它的程序里")
        known = [j.event for j in joins if j.event in self.payloads]
        for cause in then.causes:
            if self.known_event(cause, derived=True) in self.payloads:
                lacking = [n for n in self.payloads[cause.text] if n not in self._types(trigger)]
                for name in lacking:
                    message = f"`{trigger}` 没有派生事件 `{cause.text}` 的载荷 `{name}`"
                    self.names.fail("E835", message, cause.span, "派生事件只能带有引起它的事件的载荷")
        return q.ProcedureRule(
            name=spec.name.text,
            clauses=texts(spec.clauses),
            trigger=trigger,
            joins=joins,
            absent=tuple(self._absent(a, trigger) for a in spec.absent),
            when=self._expression(spec.when, self._scope(trigger, known), BOOL),
            states=self.known_states(spec.states),
            target=self.known_states([then.state])[0] if then.state else "",
            documents=texts(then.documents),
            duties=tuple(self._duty(t, spec.clauses, trigger, self._scope(trigger, known)) for t in then.duties),
            causes=texts(then.causes),
            label=said(spec.label),
            origin=origin,
            span=spec.name.span,
        )

    def _join(self, spec: JoinSpec, trigger: str) -> q.Join:
        event = self.known_event(spec.event)
        return q.Join(event, self._keys(spec.keys, (trigger, self._types(trigger)), (event, self._types(event))))

    def _absent(self, spec: AbsentSpec, trigger: str) -> q.Join:
        found = self._join(spec, trigger)
        other = [found.event] if found.event in self.payloads else []
        return replace(found, when=self._expression(spec.when, self._scope(trigger, other), BOOL))

    def _duty(
        self,
        spec: DutyBody,
        clauses: Sequence[Scalar],
        trigger: str,
        scope: tuple[Scope, Parser],
        joins: Mapping[str, Type] | None = None,
    ) -> q.DutyDefinition:
        """`joins`: what a period offers for 同 instead of a trigger's payload."""
        return q.DutyDefinition(
            name=spec.name.text,
            who=said(spec.who),
            nature=spec.nature,
            start=self._expression(spec.start, scope, DATE),
            due=self._expression(spec.due, scope, DATE),
            fulfilment=self._fulfilment(spec.fulfilment, trigger, joins, scope),
            settlement=self._settlement(spec, trigger, joins),
            documents=texts(spec.documents),
            states=self.known_states(spec.states),
            clauses=texts(spec.clauses) or texts(clauses),
            span=spec.name.span,
        )

    def _settlement(self, spec: DutyBody, trigger: str, joins: Mapping[str, Type] | None) -> q.Fulfilment | None:
        if spec.settlement is not None and (spec.settlement.times is not None or spec.settlement.totals):
            message = f"事项 `{spec.name.text}` 的 `处理` 不能写 `次数`、`合计`"
            self.names.fail("E830", message, spec.settlement.event.span, "只有 `履行` 可以写")
        if spec.settlement is not None and (spec.due is None or spec.nature == "权利"):
            message = f"事项 `{spec.name.text}` 不会逾期，不能写 `处理`"
            self.names.fail("E830", message, spec.settlement.event.span, "写 `期限`，或删去 `处理`")
        return self._fulfilment(spec.settlement, trigger, joins, self._scope(trigger, ()))

    def _fulfilment(
        self,
        spec: FulfilmentSpec | None,
        trigger: str,
        joins: Mapping[str, Type] | None,
        scope: tuple[Scope, Parser],
    ) -> q.Fulfilment | None:
        if spec is None:
            return None
        event = self.known_event(spec.event)
        own = joins if joins is not None else self._types(trigger)
        keys = self._keys(spec.keys, (trigger or "周期", own), (event, self._types(event)))
        if joins is not None:
            when = self._of_period(spec, event, joins)
        else:
            when = self._expression(spec.when, self._scope(event, [trigger] if trigger in self.payloads else []), BOOL)
        times = self._times(spec, scope)
        return q.Fulfilment(event, keys, when, times, tuple(self._totals(spec, event, scope)))

    def _times(self, spec: FulfilmentSpec, scope: tuple[Scope, Parser]) -> Node | None:
        """次数: a number in whatever is counted."""
        times = self._expression(spec.times, scope, None)
        if times is not None and spec.times is not None and times.type is not None and times.type.kind != "number":
            self.names.fail("E202", "`次数` 应为数", spec.times.span, "例如 `次数: 2`、`次数: 月度活动场次下限`")
        return times

    def _totals(self, spec: FulfilmentSpec, event: str, scope: tuple[Scope, Parser]) -> Iterator[tuple[str, Node]]:
        """合计: a payload that is a number -> what it has to come to, in its unit."""
        payload = self.payloads.get(event, {})
        numbers = {name: f.type for name, f in payload.items() if f.type.kind == "number"}
        for name, scalar in spec.totals.items():
            if name not in numbers:
                message = f"`{event}` 没有可以合计的载荷 `{name}`"
                self.names.fail("E835", message, scalar.span, did_you_mean(name, numbers) or "写一项是数的载荷")
            elif (node := self._expression(scalar, scope, numbers[name])) is not None:
                yield name, node

    def _of_period(self, spec: FulfilmentSpec, event: str, period: Mapping[str, Type]) -> Node | None:
        """The condition of what meets (or settles) a periodic duty. What it says of 年度 and 月份 is of the period, and
        where a name could mean something else too, it has to be told apart: a duty is met for the period an event is
        for, not for the one in which it happened to be."""
        payload = self.payloads.get(event, {})
        when = self._expression(spec.when, self._scope(event, (), period), BOOL)
        bare = {n.name for n in nodes(when) if isinstance(n, Name)} if when is not None else set()
        keyed = texts(list(spec.keys))
        for name in (name for name in period if name in payload and name in bare and name not in keyed):
            message = f"`{name}` 可以指 `{event}` 的载荷，也可以指周期的{name}"
            help_ = f"写 `{q.of(event, name)}` 或 `{q.of(q.PERIOD, name)}`"
            self.names.fail("E849", message, spec.when.span if spec.when else spec.event.span, help_)
        for name in (name for name in keyed if name in period and name not in payload):
            alike = [f.name for f in payload.values() if name == q.YEAR and f.type == period[name]]
            if alike:
                message = f"`{event}` 写明了 `{alike[0]}`，`同: [{name}]` 却按它发生的日期算"
                self.names.fail("E849", message, spec.event.span, f"写 `条件: {alike[0]}为{name}`")
        names = {name: q.of(q.PERIOD, name) for name in period if name not in payload}
        names |= {q.of(event, name): name for name in period}
        found = None if when is None else renamed(when, names)
        if not set(keyed) & set(period) and not q.Fulfilment(event, (), found).reads_period:
            message = f"`{event}` 算哪一期的履行，没有写明"
            help_ = "写 `同: [年度]`（月：`同: [年度, 月份]`），或 `条件: 考核年度为年度`"
            self.names.fail("E849", message, spec.event.span, help_)
        return found

    def _periodic(self, spec: PeriodicSpec, origin: str) -> q.Periodic:
        own = {q.YEAR: _BUILT_IN[q.YEAR]} | ({q.MONTH: DATE} if spec.every == "月" else {})
        if spec.due is None or not spec.states:
            message = f"周期事项 `{spec.name.text}` 要写 `期限` 和 `在`"
            self.names.fail("E830", message, spec.name.span, "例如 `期限: 月末（月份）`、`在: [在册]`")
        duty = self._duty(spec, spec.clauses, "", self._scope("", (), own), own)
        name = spec.name.text
        span_rule, _by = self.spans.get(name, (spec.span, ""))
        return q.Periodic(name, texts(spec.clauses), spec.every, span_rule, duty, origin, spec.name.span)


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """`node` with the names of events and periods changed."""
    if isinstance(node, Call):
        return replace(node, args=tuple(renamed(arg, names) for arg in node.args))
    if isinstance(node, Items):
        return replace(node, items=tuple(renamed(item, names) for item in node.items))
    if isinstance(node, Name) and node.kind == "local":
        return replace(node, name=names.get(node.name, node.name))
    return node
