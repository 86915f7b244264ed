"""The adapter: one run at a time, no threads, no clock, failures that leave nothing behind, memory that stays flat."""

from __future__ import annotations

import builtins
import gc
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.base.problem import Refused
from engine.procedure.chaining import Atom, Chainer, HornProgram, backend_available, chain, chainer, durable, reference
from engine.procedure.chaining.durable import DURABLE, DurableChainer
from engine.procedure.chaining.reference import REFERENCE
from tests.procedure.chaining.programs import Case, graph, office, small

ROOT = Path(__file__).parents[3]
CASE = office(60, Random(1), events=30)


class Broken(BaseException):
    """Not even an Exception: like a KeyboardInterrupt in the middle of a run."""


@pytest.mark.parametrize("after", [0, 1, 5, 10])
def test_a_failure_in_an_action_is_raised_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    expected = reference.chain(*CASE)
    held = DurableChainer(CASE.program)
    assert held.run(CASE.facts) == expected
    act, count = durable._Run._act, iter(range(10_000))

    def failing(run: durable._Run, message: str) -> None:
        if next(count) == after:
            raise Broken
        act(run, message)

    with monkeypatch.context() as patched:
        patched.setattr(durable._Run, "_act", failing)
        with pytest.raises(Broken):
            held.run(CASE.facts)
    assert not held.is_ready
    assert held.run(CASE.facts) == expected
    assert held.is_ready


@pytest.mark.parametrize(
    "call", ["create_ruleset", "assert_fact", "start_action_for_state", "complete_and_start_action", "delete_state"]
)
def test_an_error_of_the_library_is_a_problem(call: str) -> None:
    """Whatever call fails, the run is refused (E807) and the next one is right."""

    class Failing:
        """The library with one call that fails."""

        def __init__(self) -> None:
            self.right: Any = durable.load()
            self.on = True

        def __getattr__(self, name: str) -> object:
            if name == call and self.on:
                self.on = False
                raise self.right.error("Could not do it, error code: 101")
            return getattr(self.right, name)

    held = DurableChainer(CASE.program)
    held._library = Failing()
    with pytest.raises(Refused) as refused:
        held.run(CASE.facts)
    assert [(problem.code, refused.value.exit_code) for problem in refused.value.problems] == [("E807", 2)]
    assert held.run(CASE.facts) == reference.chain(*CASE)


def test_boot_must_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state in which no action began is never deleted: the library would free a pointer it never set."""
    held = DurableChainer(CASE.program)
    deleted: list[str] = []
    monkeypatch.setattr(durable, "BOOT", "other")
    monkeypatch.setattr(durable._Run, "delete", lambda run: deleted.append(run.session))
    with pytest.raises(Refused) as refused:
        held.run(CASE.facts)
    assert [(problem.code, refused.value.exit_code) for problem in refused.value.problems] == [("E807", 2)]
    assert len(deleted) == 1, "boot had fired, only under another name"
    monkeypatch.setattr(durable, "BOOT_ALIAS", "nobody")
    with pytest.raises(Refused):
        held.run(CASE.facts)
    assert len(deleted) == 1, "nothing had fired"


def test_the_host_and_its_threads_are_never_loaded() -> None:
    """In a process of its own, since other tests may have imported anything."""
    script = (
        "import sys, threading\n"
        "from engine.procedure.chaining import Atom, HornRule, Pattern, HornProgram, chain\n"
        "assert not {'durable', 'durable_rules_engine'} & set(sys.modules), 'loaded only when used'\n"
        "rules = (HornRule('一', (Pattern('b'),), (Pattern('a'),)),)\n"
        "print(chain(HornProgram(rules), [Atom('a')]).backend, threading.active_count(), 'durable' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [DURABLE, "1", "False"]


def test_runs_from_several_threads_take_turns() -> None:
    cases = [graph(Random(seed)) for seed in range(40)]
    expected = [reference.chain(*case) for case in cases]
    shared = [DurableChainer(case.program) for case in cases]
    most, running = 0, 0
    start = durable._Run.start

    def counted(run: durable._Run, facts: tuple[Atom, ...]) -> None:
        nonlocal most, running
        running += 1
        most = max(most, running)
        start(run, facts)
        running -= 1

    def work(_: int) -> list[bool]:
        return [held.run(case.facts) == wanted for held, case, wanted in zip(shared, cases, expected, strict=True)]

    patched = pytest.MonkeyPatch()
    patched.setattr(durable._Run, "start", counted)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(all(right) for right in pool.map(work, range(8)))
    finally:
        patched.undo()
    assert most == 1
    assert threading.active_count() == 1


def resident() -> float:
    """Memory this process has now, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def test_memory_is_flat_over_runs() -> None:
    """A state that is not deleted takes 400 kB in this program; session ids come round three times."""
    held = DurableChainer(CASE.program)
    for _ in range(200):
        held.run(CASE.facts[:6])
    before = resident()
    for _ in range(3 * durable.SESSIONS):
        held.run(CASE.facts[:6])
    assert resident() - before < 20


def test_memory_is_flat_over_programs() -> None:
    """A rule set that is not deleted takes 256 kB."""
    for seed in range(100):
        DurableChainer(small(Random(seed)).program).run(())
    before = resident()
    for seed in range(1_000):
        DurableChainer(small(Random(seed)).program).run(())
    assert resident() - before < 30


def test_a_program_is_built_once() -> None:
    assert chainer.chainer(CASE.program) is chainer.chainer(CASE.program)
    assert chain(*CASE) == reference.chain(*CASE)
    assert chain(*CASE).backend == DURABLE


NOTHING = Case(HornProgram(()), ())


def test_without_rules_or_facts() -> None:
    facts = (Atom("a", ("\ud800",)), Atom("a", ("\ud800",)), Atom("b"))
    assert chain(NOTHING.program, facts).facts == (facts[0], facts[2])
    assert chain(CASE.program, ()).facts == ()
    assert chain(CASE.program, ()).derivations == ()


def test_the_reference_takes_over_where_the_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert backend_available() == (True, "durable-rules 可用")
    right = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> object:
        if name == "durable_rules_engine":
            raise ImportError("No module named 'durable_rules_engine'")
        return right(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    available, said = backend_available()
    assert not available
    assert "内置推理" in said
    result = Chainer(CASE.program).run(CASE.facts)
    assert result.backend == REFERENCE
    assert result.note.startswith("durable-rules 无法加载")
    assert result == reference.chain(*CASE)


def test_the_faults_of_the_facts_are_not_hidden_by_the_fallback() -> None:
    with pytest.raises(Refused) as refused:
        chain(CASE.program, [Atom("事件", ("甲",))])
    assert [problem.code for problem in refused.value.problems] == ["E804"]
