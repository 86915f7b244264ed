"""Edge: the packages one command works with, resolved and compiled once for each regulation and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from engine.base.calendar_data import load_calendar
from engine.base.problem import Problem, Refused, errors
from engine.decision.model import Case
from engine.decision.program import Program, compile_package
from engine.intake.case import load_case, peek_case
from engine.policy.load import load_library, only_regulation
from engine.policy.resolve import resolve
from engine.procedure.compiled import Compiled, compile_procedure


class Workspace:
    """`as_of`, where given, overrides the cases' own day; `today` stands in where neither is known."""

    def __init__(self, folder: Path, today: date, regulation: str | None = None, as_of: date | None = None) -> None:
        self.folder, self.today, self.regulation, self.as_of = folder, today, regulation, as_of
        self.library, self.problems = load_library(folder)
        self._made: dict[tuple[str, date], Program] = {}
        self._procedures: dict[tuple[str, date], Compiled] = {}

    def program(self, regulation: str = "", day: date | None = None) -> Program:
        """The rules of a regulation on a day. Raises `Refused` with what is wrong with them."""
        if found := errors(self.problems):
            raise Refused(found)
        target = self.regulation or regulation or only_regulation(self.library)
        key = (target, self.as_of or day or self.today)
        if key not in self._made:
            package, problems = resolve(self.library, *key, load_calendar())
            if package is None:
                raise Refused(errors(problems))
            self._made[key] = compile_package(package)
        return self._made[key]

    def procedure(self, regulation: str = "", day: date | None = None) -> Compiled:
        """The procedure of a regulation on a day, ready to replay. Raises `Refused` (E862 where it has none)."""
        package = self.program(regulation, day).package
        key = (package.id, package.as_of)
        if key not in self._procedures:
            self._procedures[key] = compile_procedure(package)
        return self._procedures[key]

    def case(self, path: Path) -> tuple[Program, Case, list[Problem]]:
        """A case with the rules of its regulation and day, and what was remarked on reading it. Raises `Refused`."""
        head, problems = peek_case(path)
        if head is None:
            raise Refused(problems)
        program = self.program(head.regulation, head.as_of)
        case, problems = load_case(path, program.package)
        if case is None:
            raise Refused(problems)
        return program, case, problems
