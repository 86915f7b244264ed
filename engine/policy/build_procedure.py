"""The procedural sections of a stack -> `Procedure`: every name known, every expression typed in the scope of its event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.base.problem import Span
from engine.base.text import did_you_mean
from engine.language.tree import BOOL, DATE, Name, Node, Scope, Type, rebuilt
from engine.language.walk import nodes
from engine.policy import procedure as q
from engine.policy.build_taken import is_ranked, taken_facts, taken_rows
from engine.policy.cycles import PARTS, Cycle, cycle_of
from engine.policy.event_scopes import EventScopes
from engine.policy.names import Names
from engine.policy.nodes import Scalar
from engine.policy.spec.procedure import (
    AbsentSpec,
    DutyBody,
    EarlierSpec,
    EventSpec,
    FulfilmentSpec,
    JoinSpec,
    PeriodicSpec,
    ProcedureSpec,
    RequirementSpec,
    TermSpec,
)
from engine.policy.spec.rules import AuthoritySpec
from engine.policy.stack import Stack, said, texts
from engine.policy.untyped import Parser


def build_procedure(stack: Stack, names: Names) -> q.Procedure | None:
    """The procedure of the stack, or None where it has none; problems (E83x) go to `names.problems`."""
    specs: list[tuple[EventSpec, str]] = [(i.spec, i.origin) for i in stack.every("events")]
    states = [i.spec for i in stack.every("states")]
    if not specs and not states:
        for fact in (i.spec for i in stack.every("facts") if i.spec.taken is not None and not is_ranked(i.spec)):
            names.fail(
                "E847", f"没有程序，`{fact.name.text}` 无从取得", fact.name.span, "写 `事件:` 和 `程序:`，或删去 `取自`"
            )
        return None
    return _Builder(names, specs, states, stack.patches.spans).procedure(stack)


class _Builder(EventScopes):
    def procedure(self, stack: Stack) -> q.Procedure:
        events = self._by_name((self._event(i.spec, i.origin) for i in stack.every("events")), "事件")
        rules = self._by_name((self._rule(i.spec, i.origin) for i in stack.every("procedures")), "程序")
        periodic = self._by_name((self._periodic(i.spec, i.origin) for i in stack.every("periodic")), "周期事项")
        self.cycles = {name: one.cycle for name, one in periodic.items()}
        return q.Procedure(
            states=self.states,
            events=events,
            rules=rules,
            periodic=periodic,
            taken=taken_facts(stack, self),
            rows=tuple(taken_rows(stack, self)),
        )

    def _by_name(self, items: Iterable[Any], word: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for item in items:
            if found.setdefault(item.name, item) is not item and word != "事件":
                self.names.fail("E320", f"{word} `{item.name}` 重复定义", item.span, "换一个名称，或删去一处")
        return found

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
            terms=self._terms(spec),
            label=said(spec.label),
            origin=origin,
            amounts=self.amounts[name],
            span=spec.name.span,
        )

    def _terms(self, spec: EventSpec) -> tuple[q.TermDefinition, ...]:
        states = len(spec.requirements) == 1 and spec.requirements[0].states is not None
        if spec.terms and (spec.derived or spec.payload or not states):
            help_ = "例如 `前提: [{状态: [有效], 条款: [第九条]}]`，不写 `载荷`、`派生`"
            message = f"`{spec.name.text}` 自行发生，要写明、也只写在哪些状态里"
            self.names.fail("E830", message, spec.name.span, help_)
        return tuple(self._term(one, spec.name.text) for one in spec.terms)

    def _term(self, spec: TermSpec, own: str) -> q.TermDefinition:
        event = self.known_event(spec.event)
        if event == own:
            self.names.fail("E830", f"`{own}` 不能从它自己起算", spec.event.span, "写引起期限的事件")
        scope = self.scope(event, (), before={q.TERM_BEFORE: DATE})
        last, when = self.expression(spec.last, scope, DATE), self.expression(spec.when, scope, BOOL)
        return q.TermDefinition(event, when, last, spec.event.span)

    def _requirement(self, spec: RequirementSpec, event: str, place: Span) -> q.Requirement:
        forms = {"状态": spec.states, "须先有": spec.event, "每个": spec.every, "至多": spec.at_most}
        given = [word for word, value in forms.items() if value is not None]
        if spec.given:
            given.append("凡有")
        elif spec.when is not None and not given:
            given = ["条件"]
        if len(given) != 1:
            message = f"`{event}` 的一项前提要写 `状态`、`须先有`、`每个`、`凡有`、`至多`、`条件` 之一"
            self.names.fail("E830", message, place, "每项前提只写一件事")
            given = given[:1] or ["条件"]
        if spec.not_before is not None and spec.event is None:
            self.names.fail("E830", "`不早于` 要与 `须先有` 连用", spec.not_before.span, "写 `须先有: 事件名`")
        if spec.given and (spec.when is None or spec.keys):
            self.names.fail(
                "E830", "`凡有` 要写 `条件`，`同` 写在各个事件里", place, "例如 `凡有: [{事件: 甲, 同: [编号]}]`"
            )
        if (spec.every is None) != (spec.settled is None):
            self.names.fail("E830", "`每个` 与 `已有` 要连用", place, "例如 `每个: 异议, 已有: 异议核查`")
        named = spec.event or spec.every
        other = self.known_event(named) if named else ""
        settled = self.known_event(spec.settled) if spec.settled else ""
        sides = [(n, self.types(n)) for n in (other, settled) if n in self.payloads]
        if not settled:
            sides.insert(0, (event, self.types(event)))
        earlier = tuple(self._earlier(one, event) for one in spec.given)
        read = [name for name in (other, *(one.event for one in earlier)) if name in self.payloads]
        scope = self.scope(event, read)
        places = [s.span for s in (spec.event, spec.not_before, spec.when, *(spec.states or ())) if s is not None]
        return q.Requirement(
            kind=given[0],
            clauses=texts(spec.clauses),
            states=self.known_states(spec.states or ()),
            event=other,
            settled=settled,
            keys=self.keys(spec.keys, *sides),
            not_before=self.expression(spec.not_before, scope, DATE),
            at_most=spec.at_most or 0,
            when=self.expression(spec.when, scope, BOOL),
            text=said(spec.text),
            given=earlier,
            span=next(iter(places), place),
        )

    def _earlier(self, spec: EarlierSpec, event: str) -> q.Join:
        name = self.known_event(spec.event)
        return q.Join(name, self.keys(spec.keys, (event, self.types(event)), (name, self.types(name))))

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
                lacking = [n for n in self.payloads[cause.text] if n not in self.types(trigger)]
                for name in lacking:
                    message = f"`{trigger}` 没有派生事件 `{cause.text}` 的载荷 `{name}`"
                    self.names.fail("E835", message, cause.span, "派生事件只能带有引起它的事件的载荷")
        return q.ProcedureRule(
            name=spec.name.text,
            clauses=texts(spec.clauses),
            trigger=trigger,
            joins=joins,
            absent=tuple(self._absent(a, trigger) for a in spec.absent),
            when=self.expression(spec.when, self.scope(trigger, known), BOOL),
            states=self.known_states(spec.states),
            target=self.known_states([then.state])[0] if then.state else "",
            documents=texts(then.documents),
            duties=tuple(self._duty(t, spec.clauses, trigger, self.scope(trigger, known)) for t in then.duties),
            causes=texts(then.causes),
            label=said(spec.label),
            origin=origin,
            span=spec.name.span,
        )

    def _join(self, spec: JoinSpec, trigger: str) -> q.Join:
        event = self.known_event(spec.event)
        return q.Join(event, self.keys(spec.keys, (trigger, self.types(trigger)), (event, self.types(event))))

    def _absent(self, spec: AbsentSpec, trigger: str) -> q.Join:
        found = self._join(spec, trigger)
        other = [found.event] if found.event in self.payloads else []
        return replace(found, when=self.expression(spec.when, self.scope(trigger, other), BOOL))

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
            who=self._who(spec.who),
            nature=spec.nature,
            start=self.expression(spec.start, scope, DATE),
            due=self.expression(spec.due, scope, DATE),
            fulfilment=self._fulfilment(spec.fulfilment, trigger, joins, scope),
            settlement=self._settlement(spec, trigger, joins),
            documents=texts(spec.documents),
            states=self.known_states(spec.states),
            clauses=texts(spec.clauses) or texts(clauses),
            span=spec.name.span,
        )

    def _who(self, spec: Scalar | AuthoritySpec | None) -> str | Node:
        """Text, or an expression over the facts of the case that comes to the name of an organ."""
        if spec is None or isinstance(spec, Scalar):
            return said(spec)
        scope = self.names.scope
        node = self.expression(spec.expression, (scope, Parser(scope, self.names.problems)), None)
        if node is None:
            return ""
        if node.type is not None and node.type.kind not in ("text", "enum"):
            self.names.fail("E202", "`主体` 应为文本或枚举", spec.expression.span, "写得出机关名称的名称或表达式")
        return node

    def _settlement(self, spec: DutyBody, trigger: str, joins: Mapping[str, Type] | None) -> q.Fulfilment | None:
        if spec.settlement is not None and (spec.settlement.times is not None or spec.settlement.totals):
            message = f"事项 `{spec.name.text}` 的 `处理` 不能写 `次数`、`合计`"
            self.names.fail("E830", message, spec.settlement.event.span, "只有 `履行` 可以写")
        if spec.settlement is not None and (spec.due is None or spec.nature == "权利"):
            message = f"事项 `{spec.name.text}` 不会逾期，不能写 `处理`"
            self.names.fail("E830", message, spec.settlement.event.span, "写 `期限`，或删去 `处理`")
        return self._fulfilment(spec.settlement, trigger, joins, self.scope(trigger, ()), settles=True)

    def _fulfilment(
        self,
        spec: FulfilmentSpec | None,
        trigger: str,
        joins: Mapping[str, Type] | None,
        scope: tuple[Scope, Parser],
        *,
        settles: bool = False,
    ) -> q.Fulfilment | None:
        if spec is None:
            return None
        event = self.known_event(spec.event)
        own = self.types(trigger) if joins is None else {name: t for name, t in joins.items() if name in PARTS}
        keys = self.keys(spec.keys, (trigger or "周期", own), (event, self.types(event)))
        if joins is not None:
            when = self._of_period(spec, event, joins, settles)
        else:
            when = self.expression(spec.when, self.scope(event, [trigger] if trigger in self.payloads else []), BOOL)
        times = self._times(spec, scope)
        return q.Fulfilment(event, keys, when, times, tuple(self._totals(spec, event, scope)))

    def _times(self, spec: FulfilmentSpec, scope: tuple[Scope, Parser]) -> Node | None:
        """次数: a number in whatever is counted."""
        times = self.expression(spec.times, scope, None)
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
            elif (node := self.expression(scalar, scope, numbers[name])) is not None:
                yield name, node

    def _of_period(self, spec: FulfilmentSpec, event: str, period: Mapping[str, Type], settles: bool) -> Node | None:
        """The condition of what meets (or `settles`) a periodic duty. What it says of 年度 and 月份 is of the period, and
        where a name could mean something else too, it has to be told apart: a duty is met for the period an event is
        for, not for the one in which it happened to be."""
        payload = self.payloads.get(event, {})
        when = self.expression(spec.when, self.scope(event, (), period), BOOL)
        bare = {n.name for n in nodes(when) if isinstance(n, Name)} if when is not None else set()
        keyed = texts(list(spec.keys))
        for name in (name for name in period if name in payload and name in bare and name not in keyed):
            message = f"`{name}` 可以指 `{event}` 的载荷，也可以指周期的{name}"
            help_ = f"写 `{q.of(event, name)}` 或 `{q.of(q.PERIOD, name)}`"
            self.names.fail("E849", message, spec.when.span if spec.when else spec.event.span, help_)
        for name in (name for name in keyed if name in period and name not in payload):
            alike = [f.name for f in payload.values() if f.type == period[name] and f.type.kind == "number"]
            if alike:
                message = f"`{event}` 写明了 `{alike[0]}`，`同: [{name}]` 却按它发生的日期算"
                self.names.fail("E849", message, spec.event.span, f"写 `条件: {alike[0]}为{name}`")
        names = {name: q.of(q.PERIOD, name) for name in period if name not in payload}
        names |= {q.of(event, name): name for name in period if name in self.types(event)}
        found = None if when is None else renamed(when, names)
        told = set(keyed) & set(period)
        lacking = not settles and told < set(period) & set(PARTS)
        if (not told or lacking) and not q.Fulfilment(event, (), found).reads_period:
            message = f"`{event}` 算哪一期的履行，没有写明"
            parts = [name for name in period if name in PARTS]
            by_day = "条件: 事件日期不早于期初且事件日期不晚于期末"
            help_ = f"写 `同: [{'、'.join(parts)}]`，或 `条件: 考核年度为年度`" if parts else f"写 `{by_day}`"
            self.names.fail("E849", message, spec.event.span, help_)
        return found

    def _periodic(self, spec: PeriodicSpec, origin: str) -> q.Periodic:
        cycle = self._cycle(spec)
        own = cycle.names
        if spec.due is None or not spec.states:
            message = f"周期事项 `{spec.name.text}` 要写 `期限` 和 `在`"
            self.names.fail("E830", message, spec.name.span, "例如 `期限: 月末（月份）`、`在: [在册]`")
        duty = self._duty(spec, spec.clauses, "", self.scope("", (), own), own)
        name = spec.name.text
        span_rule, _by = self.spans.get(name, (spec.span, ""))
        return q.Periodic(name, texts(spec.clauses), cycle, span_rule, duty, origin, spec.name.span)

    def _cycle(self, spec: PeriodicSpec) -> Cycle:
        found = cycle_of(spec.every.text, said(spec.since))
        if isinstance(found, Cycle):
            return found
        help_ = (
            "写 月、季、半年、年，或者几年一次的：`每: 3年`、`起算: 进入`（进入 `在` 所列状态之日）或 `起算: 2024年`"
        )
        self.names.fail("E830", f"周期事项 `{spec.name.text}` 的 {found}", (spec.since or spec.every).span, help_)
        return Cycle(12)


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """`node` with the names of events and periods changed."""
    if isinstance(node, Name) and node.kind == "local":
        return replace(node, name=names.get(node.name, node.name))
    return rebuilt(node, lambda part: renamed(part, names))
