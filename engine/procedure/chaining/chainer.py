"""Forward chaining with durable-rules where it can be used, else with the reference; the result is the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from engine.base.problem import Refused
from engine.procedure.chaining import durable, reference
from engine.procedure.chaining.model import Atom, HornProgram, Result

KEPT = 12
"""Networks kept for further runs."""


class Chainer:
    """A program ready to run many times. `note` (Chinese) says why durable-rules is not used, "" where it is."""

    def __init__(self, program: HornProgram) -> None:
        self.program = program
        self.note = ""
        self._durable: durable.DurableChainer | None = None
        try:
            self._durable = durable.DurableChainer(program)
        except ImportError as error:
            self.note = f"durable-rules 无法加载：{error}"
        except Refused as refused:
            self.note = _unfit(refused)

    def run(self, facts: Iterable[Atom]) -> Result:
        """Everything that follows from the facts. Raises Refused: E804 and E806 (the facts' fault), E807 (the library's).

        A run that durable-rules cannot take (E808) is done by the reference, and the result's `note` says so.
        """
        given = tuple(facts)
        note = self.note
        if self._durable is not None:
            try:
                return self._durable.run(given)
            except Refused as refused:
                note = _unfit(refused)
        return replace(reference.chain(self.program, given), note=note)


def _unfit(refused: Refused) -> str:
    """Why durable-rules does not fit; any other refusal is passed on."""
    if any(problem.code != "E808" for problem in refused.problems):
        raise refused
    return refused.problems[0].message


@lru_cache(maxsize=KEPT)
def chainer(program: HornProgram) -> Chainer:
    """The program's chainer, kept: building a network takes longer than running it."""
    return Chainer(program)


def chain(program: HornProgram, facts: Iterable[Atom]) -> Result:
    """Everything that follows from the facts; see `Chainer.run`."""
    return chainer(program).run(facts)


def backend_available() -> tuple[bool, str]:
    """Whether durable-rules can be loaded, and a Chinese line for `doctor`."""
    try:
        durable.load()
    except ImportError as error:
        return False, f"durable-rules 无法加载（{error}），程序性规则改用内置推理，结果相同"
    return True, "durable-rules 可用"
