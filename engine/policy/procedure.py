"""The procedural part of a resolved package: states, events, rules from events to what follows, periodic duties.

Plain immutable data. Expressions name the payload of the event that triggers them, `事件日期` (its day), and of joined
events `甲事件的乙` and `甲事件的日期`; parameters; nothing that depends on the clock or the day of looking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from engine.base.classes import dataclass
from engine.base.problem import Span
from engine.language.printer import print_node
from engine.language.tree import Name, Node
from engine.language.walk import nodes
from engine.policy.cycles import Cycle
from engine.policy.words import DutyNature, PeriodSpan

if TYPE_CHECKING:
    from engine.policy.package import Field

EVENT_DAY = "事件日期"
RESERVED = frozenset((EVENT_DAY, "编号", "事件", "日期", "录入日期", "录入人", "案卷", "撤回", "理由", "备注"))
"""Keys of an event as entered; no payload is called like one."""
MEETS, SETTLES = "履行", "处理"
"""What a later event may do to a duty."""
OUTCOMES = "结论："
"""Before a determination's name: the enumeration of its outcomes."""
STATES = "状态"
"""The enumeration of the states of the dossier, and what a fact that holds it is taken from."""
DAY = "日期"
"""What a fact or a column taken from an event asks of it besides its payload."""

TERM_BEFORE = "原期限"
"""The last day of the term that an event puts a new one in the place of; how the expression of the new one names it."""
TERM_LAST = "期限"
"""What a fact taken from an event that ends a term asks of it besides its day: the last day of the term that counts."""
PERIOD = "周期"
"""How the condition of what meets a periodic duty names its period: 周期的年度. The bare 年度 is the same, unless the
event has a payload of that name."""


def of(event: str, name: str) -> str:
    """How an expression names a joined event's payload or its `日期`."""
    return f"{event}的{name}"


@dataclass(frozen=True, slots=True)
class Join:
    """且, 且无: an earlier event of the same party whose payload `keys` equal the trigger's; for 且无, one for which
    `when` holds (over its payload and the trigger's)."""

    event: str
    keys: tuple[str, ...]
    when: Node | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """前提: violated makes the event impossible. `kind` 状态 (one of `states` before it), 须先有 (an earlier `event` with
    equal `keys` for which `when` holds, this one not before `not_before`), 每个 (each earlier `event` has a later `settled`
    one with equal `keys`), 凡有 (`when` holds over any earlier events as `given` says, one of each), 至多 (`at_most` events
    of this kind with equal `keys`), 条件."""

    kind: str
    clauses: tuple[str, ...]
    states: tuple[str, ...] = ()
    event: str = ""
    settled: str = ""
    keys: tuple[str, ...] = ()
    not_before: Node | None = None
    at_most: int = 0
    when: Node | None = None
    text: str = ""
    given: tuple[Join, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TermDefinition:
    """届满: a term that begins with an `event` for which `when` holds, and its `last` day; without one no term runs any more."""

    event: str
    when: Node | None
    last: Node | None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Event:
    """事件: `derived` ones are never entered, rules give rise to them (引起); nor are those that happen by themselves on
    the day after the last of a term, the one of its `terms` that began last."""

    name: str
    payload: tuple[Field, ...]
    requirements: tuple[Requirement, ...]
    who: str
    clauses: tuple[str, ...]
    derived: bool = False
    terms: tuple[TermDefinition, ...] = ()
    label: str = ""
    origin: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict)
    """Payload name -> the determination whose 金额 it is."""
    span: Span | None = field(default=None, compare=False)

    @property
    def by_hand(self) -> bool:
        """Whether people enter it."""
        return not self.derived and not self.terms

    @property
    def concluded(self) -> Mapping[str, str]:
        """Payload name -> the determination whose outcome it is."""
        kinds = ((f.name, f.type.name) for f in self.payload)
        return {name: kind.removeprefix(OUTCOMES) for name, kind in kinds if kind.startswith(OUTCOMES)}


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """履行, 处理: the later event that meets a duty, or that settles an overdue one; `when` is over its payload and the
    trigger's (the period's). Where `times` or `totals` are given, such events meet it together, once there are that many
    and their payloads come to as much; both are over what bore the duty."""

    event: str
    keys: tuple[str, ...]
    when: Node | None = None
    times: Node | None = None
    totals: tuple[tuple[str, Node], ...] = ()

    @property
    def reads_period(self) -> bool:
        """Whether the condition looks at the period of a periodic duty."""
        found = nodes(self.when) if self.when is not None else ()
        return any(isinstance(n, Name) and n.kind == "local" and n.name.startswith(of(PERIOD, "")) for n in found)


@dataclass(frozen=True, slots=True)
class DutyDefinition:
    """事项: a duty. `who` is text, or an expression over the facts of the case. It lives while the party is in `states`
    (empty: in any). `documents` may be issued from `start` on where there is one, otherwise once it is overdue. `nature`
    义务 or 权利 (which expires instead of being overdue). `settlement`: what was done about it after it was overdue, so
    that nobody has to see to it any more."""

    name: str
    who: str | Node
    nature: DutyNature
    start: Node | None
    due: Node | None
    fulfilment: Fulfilment | None
    documents: tuple[str, ...]
    states: tuple[str, ...]
    clauses: tuple[str, ...]
    settlement: Fulfilment | None = None
    span: Span | None = field(default=None, compare=False)

    @property
    def role(self) -> str:
        """Who has to do it, as far as no case tells which organ that is."""
        return self.who if isinstance(self.who, str) else print_node(self.who)

    @property
    def ways(self) -> tuple[tuple[str, Fulfilment], ...]:
        """(履行 or 处理, how) for each that it has."""
        given = ((MEETS, self.fulfilment), (SETTLES, self.settlement))
        return tuple((way, how) for way, how in given if how is not None)


@dataclass(frozen=True, slots=True)
class ProcedureRule:
    """程序: on an event `trigger` in one of `states` (empty: any), joined with earlier events, none of the `absent` ones
    before it, and under its condition, the party moves to `target` (empty: stays), documents are owed, duties are born,
    derived events arise."""

    name: str
    clauses: tuple[str, ...]
    trigger: str
    joins: tuple[Join, ...]
    absent: tuple[Join, ...]
    when: Node | None
    states: tuple[str, ...]
    target: str
    documents: tuple[str, ...]
    duties: tuple[DutyDefinition, ...]
    causes: tuple[str, ...]
    label: str = ""
    origin: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def conditional(self) -> bool:
        """Whether more is asked than that the trigger happens."""
        return bool(self.joins or self.absent) or self.when is not None


@dataclass(frozen=True, slots=True)
class Periodic:
    """周期事项: a `duty` that arises anew every period of the `cycle`. `span_rule`: where the dossier is in the state on the last day of
    the period (期末), all through it (全期), or on some day of it (期内)."""

    name: str
    clauses: tuple[str, ...]
    cycle: Cycle
    span_rule: PeriodSpan
    duty: DutyDefinition
    origin: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TakenFact:
    """取自 of a `fact`, one of the `way`s it may be taken (from 0), which follow one another: whether the dossier is in one
    of `states`; of the overdue period of the `periodic` duty its `item`; else of the latest `event` whose payload equals
    the case's facts (`keys`: payload -> fact) and for which `when` holds, its `item` (日期 its day, 期限 the last day of
    the term it ends; "" that there is one). None of them: the state itself."""

    fact: str
    states: tuple[str, ...] = ()
    event: str = ""
    item: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    when: Node | None = None
    way: int = 0
    periodic: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def of_state(self) -> bool:
        """Whether it is the state, or tells of it."""
        return not self.event and not self.periodic


@dataclass(frozen=True, slots=True)
class TakenRows:
    """取自 of a record `table`: a record for every `event` for which `when` holds. `columns`: column -> (event, payload or
    日期), of the event itself or of the one that came `after` it with equal `keys`; until that has happened, what `blanks`
    say. `own`: column -> fact, where the table lists others' records too: those with these values are this party's, and
    only of those do its events tell. `matching`: the columns that say which record it is, () all that events tell of.
    `at_hand`: payload -> fact, of the matter that is just being decided, whose result is no earlier record."""

    table: str
    event: str
    columns: Mapping[str, tuple[str, str]]
    after: str = ""
    keys: tuple[str, ...] = ()
    blanks: Mapping[str, str] = field(default_factory=dict)
    when: Node | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    matching: tuple[str, ...] = ()
    at_hand: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Procedure:
    """Everything procedural, in the package's order. The first state is the initial one."""

    states: tuple[str, ...]
    events: Mapping[str, Event]
    rules: Mapping[str, ProcedureRule]
    periodic: Mapping[str, Periodic]
    taken: tuple[TakenFact, ...] = ()
    rows: tuple[TakenRows, ...] = ()

    @property
    def state_fact(self) -> str:
        """The fact that holds the state of the dossier; "" where none does."""
        return next((taken.fact for taken in self.taken if taken.of_state and not taken.states), "")

    @property
    def named(self) -> frozenset[str]:
        """What is declared in it: events, rules, periodic duties."""
        return frozenset((*self.events, *self.rules, *self.periodic))

    @property
    def rounds(self) -> frozenset[str]:
        """The facts that tell which of several events others are taken from."""
        told = (fact for taken in self.taken for fact in taken.keys.values())
        return frozenset(told).union(*(rows.at_hand.values() for rows in self.rows))

    @property
    def keys(self) -> frozenset[str]:
        """The payloads by which events belong together (同): the round, the year, the number of a matter."""
        duties = [d for rule in self.rules.values() for d in rule.duties] + [p.duty for p in self.periodic.values()]
        return frozenset().union(
            *(requirement.keys for event in self.events.values() for requirement in event.requirements),
            *(j.keys for event in self.events.values() for r in event.requirements for j in r.given),
            *(join.keys for rule in self.rules.values() for join in (*rule.joins, *rule.absent)),
            *(how.keys for duty in duties for _, how in duty.ways),
            *(taken.keys for taken in self.taken),
            *(rows.keys for rows in self.rows),
        )
