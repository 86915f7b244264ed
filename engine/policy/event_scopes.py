"""What an expression of the procedure may read: events with their payloads, the scope at each, the states.

Payloads and parameters only, never the facts of a case: whether something happened does not change with
what is known later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from engine.base.text import did_you_mean
from engine.language.check import check
from engine.language.lexer import Lexicon, collisions
from engine.language.tree import BOOL, DATE, Node, Scope, Symbol, Type
from engine.language.types import KIND_WORDS
from engine.policy import procedure as q
from engine.policy.cycles import PARTS, Cycle
from engine.policy.names import Names, type_of_word, unit_for
from engine.policy.nodes import Scalar
from engine.policy.package import Field
from engine.policy.spec.procedure import EventSpec, PayloadSpec
from engine.policy.stack import said, texts
from engine.policy.untyped import Parser
from engine.policy.words import PeriodSpan


class EventScopes:
    """The events of a stack; problems (E32x, E83x) go to `names.problems`."""

    def __init__(
        self,
        names: Names,
        events: Sequence[tuple[EventSpec, str]],
        states: Sequence[Scalar],
        spans: Mapping[str, tuple[PeriodSpan, str]],
    ) -> None:
        self.names, self.spans = names, spans
        self.states = tuple(dict.fromkeys(texts(states)))
        self.payloads: dict[str, dict[str, Field]] = {}
        self.amounts: dict[str, dict[str, str]] = {}
        """Event -> payload -> the determination whose 金额 it is."""
        self.derived: set[str] = set()
        self.ending = frozenset(spec.name.text for spec, _ in events if spec.terms)
        """The events by which terms end."""
        self.cycles: Mapping[str, Cycle] = {}
        """Periodic duty -> how it comes back, once they are built."""
        self.scopes: dict[tuple[str, ...], tuple[Scope, Parser]] = {}
        for scalar in [s for i, s in enumerate(states) if s.text in texts(states[:i])]:
            names.fail("E320", f"状态 `{scalar.text}` 重复定义", scalar.span, "删去一处")
        for spec, origin in events:
            if spec.name.text in self.payloads:
                names.fail("E320", f"事件 `{spec.name.text}` 重复定义", spec.name.span, "换一个名称，或删去一处")
            self.payloads[spec.name.text] = {f.name: f for f in (self._field(p, origin) for p in spec.payload)}
            self.amounts[spec.name.text] = {p.name.text: self._amount(p) for p in spec.payload if p.amount}
            if spec.derived:
                self.derived.add(spec.name.text)

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

    def _amount(self, spec: PayloadSpec) -> str:
        """The determination whose 金额 the payload is."""
        name = spec.amount.text if spec.amount is not None else ""
        if spec.amount is not None and q.OUTCOMES + name not in self.names.enums:
            self.names.fail("E831", f"没有决定 `{name}`", spec.amount.span, "写决定的名称")
        if spec.type != "金额":
            self.names.fail("E830", f"载荷 `{spec.name.text}` 不是金额", spec.name.span, "写 `类型: 金额`")
        return name

    def types(self, event: str) -> dict[str, Type]:
        """Everything an expression may read of an event, without its day."""
        return {**PARTS} | {f.name: f.type for f in self.payloads.get(event, {}).values()}

    def scope(
        self,
        trigger: str,
        joined: Sequence[str],
        period: Mapping[str, Type] | None = None,
        before: Mapping[str, Type] | None = None,
    ) -> tuple[Scope, Parser]:
        """Parameters, the payload of `trigger` bare, those of `joined` as 事件的名称. A period has names of its own; an
        event that meets its duty is told from it by 事件的年度 and 周期的年度. `before`: further names, of what was before."""
        key = (trigger, *joined, *(q.of(q.PERIOD, name) for name in period or ()), *(before or ()))
        if key not in self.scopes:
            types = {**(before or {}), **self.types(trigger), q.EVENT_DAY: DATE}
            if period is not None:
                types = dict(period) | ({q.EVENT_DAY: DATE} if trigger else {})
                types |= {f.name: f.type for f in self.payloads.get(trigger, {}).values()}
                types |= {q.of(q.PERIOD, n): t for n, t in period.items() if trigger}
                types |= {q.of(trigger, n): t for n, t in self.types(trigger).items() if trigger and n in period}
            units = {f.name: f.unit for f in self.payloads.get(trigger, {}).values()}
            for event in joined:
                types |= {q.of(event, n): t for n, t in {**self.types(event), "日期": DATE}.items()}
                units |= {q.of(event, f.name): f.unit for f in self.payloads.get(event, {}).values()}
            shared = self.shared
            symbols = {n: Symbol(n, "local", t, units.get(n)) for n, t in types.items()}
            scope = replace(shared.scope, symbols={**shared.scope.symbols, **symbols})
            lexicon = shared.wider(scope, symbols)
            self._ambiguous(lexicon.names, self.payloads.get(trigger, {}))
            self.scopes[key] = scope, Parser(scope, self.names.problems, lexicon)
        return self.scopes[key]

    @cached_property
    def shared(self) -> Lexicon:
        """What every scope knows: parameters, enumerations and units."""
        symbols = {n: s for n, s in self.names.symbols.items() if s.kind == "parameter"}
        return Lexicon(replace(self.names.scope, symbols=symbols, columns={}))

    def _ambiguous(self, known: Collection[str], payload: Mapping[str, Field]) -> None:
        for name, why in collisions(known, payload):
            if (place := payload[name].span) is not None:
                self.names.fail("E328", f"名称 `{name}` 有歧义：{why}", place, "换一个名称")

    def expression(self, scalar: Scalar | None, scope: tuple[Scope, Parser], expected: Type | None) -> Node | None:
        if scalar is None:
            return None
        told = len(self.names.problems)
        node = scope[1].expression(scalar)
        if node is None:
            self._elsewhere(scalar, scope[0], told)
            return None
        typed, problems = check(node, scope[0], expected)
        self.names.problems += problems
        return typed

    def _elsewhere(self, scalar: Scalar, scope: Scope, told: int) -> None:
        """A name of the rules in the procedure: what is wrong is that it is not known there, not a word that is left of it."""
        known = (name for name in self.names.symbols if name in scalar.text and name not in scope.symbols)
        name = max(known, key=len, default="")
        if name and any(problem.code == "E201" for problem in self.names.problems[told:]):
            del self.names.problems[told:]
            at = scalar.text.index(name)
            what = KIND_WORDS.get(self.names.symbols[name].kind, "规则里的名称")
            message = f"`{name}` 是{what}，程序里只能用事件的载荷、事件日期和参数"
            help_ = "把要用的内容写成事件的载荷，或者在句子里写 若……则……否则……"
            self.names.fail("E212", message, scalar.place(at, at + len(name)), help_)

    def condition(self, scalar: Scalar | None, event: str) -> Node | None:
        """A checked condition over the payload of `event`."""
        return self.expression(scalar, self.scope(event, ()), BOOL)

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

    def keys(self, scalars: Sequence[Scalar], *sides: tuple[str, Mapping[str, Type]]) -> tuple[str, ...]:
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
