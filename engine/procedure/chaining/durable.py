"""Edge: the one place that talks to durable-rules 2.0.28.

The library's compiled network is driven directly. Its Python host is left out on purpose: it starts two threads that
also run actions, drops the rest of a chain after ten seconds, and swallows exceptions. What is used: one rule set per
program, kept; one state per run with a session id of its own; `boot`, whose action asserts the given facts; actions
that assert their rule's conclusions; and the state's deletion.

It runs in this process. What was seen to crash or hang it is a matter of sizes and of the order of calls, both fixed
here beforehand; a process of its own would cost more than the runs. A caller that takes rules from strangers may want one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock
from types import ModuleType
from weakref import finalize

from engine.base.problem import Refused
from engine.procedure.chaining.explain import broken, explain
from engine.procedure.chaining.growth import Gauge, Growth
from engine.procedure.chaining.model import (
    MAX_FACTS,
    MAX_MATCHES,
    Atom,
    HornProgram,
    Instance,
    Result,
    too_many,
)
from engine.procedure.chaining.network import (
    BOOT,
    BOOT_ALIAS,
    MAX_MESSAGES,
    Alias,
    Network,
    build,
    equality,
    intern,
    unfit,
)

DURABLE = "durable-rules"
SESSIONS = 1_000
"""Session ids go round; there is only ever one live."""

_ONE_AT_A_TIME = Lock()
"""The library shares tables between rule sets and knows no locks: held for every call of it, whichever thread calls."""

_DISCARDED: SimpleQueue[int] = SimpleQueue()
"""Rule sets nobody uses any more. Whoever drops the last reference may be any thread, at any moment (the collector's
too), so they are only noted then, and freed by the next run, under the lock."""


def load() -> ModuleType:
    """The library's compiled part. Raises ImportError where it was not built."""
    import durable_rules_engine

    module: ModuleType = durable_rules_engine
    return module


class DurableChainer:
    """A program as a network that is kept between runs. Raises Refused (E808) where it does not fit, ImportError where
    the library is missing. After a run that failed in any way the network is thrown away and built anew."""

    def __init__(self, program: HornProgram) -> None:
        self.program = program
        self.network: Network = build(program)
        self.gauge = Gauge(self.network.plans)
        self._library = load()
        self._session = 0
        self._rules: _Rules | None = None

    def run(self, facts: Iterable[Atom]) -> Result:
        """Everything that follows from the facts. Raises Refused: E804, E806, E807 (the library failed), E808."""
        given = self.program.check_facts(facts)
        with _ONE_AT_A_TIME:
            _free(self._library)
            rules, self._rules = self._rules or _Rules(self._library, self.network.definition), None
            self._session = (self._session + 1) % SESSIONS
            run = _Run(self.network, Growth(self.gauge), self._library, rules.handle, str(self._session))
            try:
                run.start(given)
                run.delete()
            except BaseException as error:
                run.abandon()
                if isinstance(error, self._library.error):
                    raise Refused(broken(f"`{error}`"), 2) from error
                raise
            self._rules = rules  # only after a whole run
        return explain(self.program, given, run.fired, DURABLE)

    @property
    def is_ready(self) -> bool:
        """Whether a network is standing: after a run, until one fails."""
        return self._rules is not None


class _Rules:
    """A rule set of the library, freed with this object (a lost one leaks 256 kB and more)."""

    def __init__(self, library: ModuleType, definition: str) -> None:
        try:
            self.handle: int = library.create_ruleset("guiju", definition)
        except library.error as error:
            raise Refused(broken(f"`{error}`"), 2) from error
        finalize(self, _DISCARDED.put, self.handle).atexit = False


def _free(library: ModuleType) -> None:
    """Free the rule sets that were dropped. Only under the lock."""
    with suppress(Empty):
        while True:
            library.delete_ruleset(_DISCARDED.get_nowait())


class _Run:
    """One run: one session id, one state."""

    def __init__(self, network: Network, growth: Growth, library: ModuleType, handle: int, session: str) -> None:
        self.network = network
        self.library = library
        self.handle = handle
        self.session = session
        self.growth = growth
        self.symbols = dict(network.symbols)
        self.facts: dict[Atom, None] = {}
        self.owners = [Atom(BOOT)]  # message id -> its fact
        self.fired: list[Instance] = []
        self.can_delete = False

    def start(self, given: Iterable[Atom]) -> None:
        """Everything, from the first assertion to the last action."""
        state = self._tell(f'{{"sid":"{self.session}","id":"0","p":"{BOOT_ALIAS}"}}')
        begun = self.library.start_action_for_state(self.handle, state)
        self.can_delete = begun is not None
        if begun is None or BOOT not in json.loads(begun[1]):
            raise Refused(broken("启动规则没有触发"), 2)
        for fact in given:
            self._add(fact)
        message = self.library.complete_and_start_action(self.handle, state)
        while message is not None:
            self._act(message)
            message = self.library.complete_and_start_action(self.handle, state)

    def delete(self) -> None:
        """Free the state. Only after an action began: before, the library frees a pointer it never set."""
        self.can_delete = False
        self.library.delete_state(self.handle, self.session)

    def abandon(self) -> None:
        """After a failure: free what can be freed and let the first error be the one that is reported."""
        if self.can_delete:
            with suppress(self.library.error):
                self.delete()

    def _act(self, message: str) -> None:
        """An action: note the firing, assert its conclusions."""
        ((name, frame),) = json.loads(message).items()
        number = int(name[1:])
        plan = self.network.plans[number]
        premises = tuple([self.owners[int(frame[f"m_{k}"]["id"])] for k in range(len(plan.premises))])
        self.fired.append((number, premises))
        if len(self.fired) > MAX_MATCHES:
            raise Refused(too_many("规则触发次数", len(self.fired), MAX_MATCHES))
        for conclusion in plan.fire(premises):
            if conclusion not in self.facts:
                self._add(conclusion)

    def _add(self, fact: Atom) -> None:
        """Assert a new fact under each alias of its predicate."""
        self.facts[fact] = None
        if len(self.facts) > MAX_FACTS:
            raise Refused(too_many("事实", len(self.facts), MAX_FACTS))
        self.growth.add(fact)
        for alias in self.network.aliases.get(fact.predicate, ()):
            number = len(self.owners)
            if number > MAX_MESSAGES:
                raise Refused(unfit(f"{number} 条断言", MAX_MESSAGES))
            self.owners.append(fact)
            self._tell(self._message(number, alias, fact.args))

    def _message(self, number: int, alias: Alias, args: tuple[str, ...]) -> str:
        """The fact as the library sees it: decimals only, so nothing needs escaping."""
        parts = [f'{{"sid":"{self.session}","id":"{number}","p":"{alias.symbol}"']
        parts += [f'"a{position}":"{intern(args[position], self.symbols)}"' for position in alias.arguments]
        parts += [f'"{equality(pair)}":"1"' for pair in alias.equalities if args[pair[0]] == args[pair[1]]]
        return ",".join(parts) + "}"

    def _tell(self, message: str) -> int:
        """Assert one fact; the state's handle. A fact nobody waits for (1) is as good as one that was taken (0); one
        that was `seen before` (2) would be lost."""
        code, state = self.library.assert_fact(self.handle, message)
        if code not in (0, 1):
            raise Refused(broken(f"断言未被接受（{code}）：`{message}`"), 2)
        return int(state)
