"""Edge: the documents of a case written to a folder, one folder a case."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from engine.base.problem import Problem, Refused
from engine.base.text import did_you_mean
from engine.base.truth import Truth
from engine.decision.evaluate import compile_node
from engine.decision.layout import settle
from engine.decision.model import Case, Decision
from engine.decision.program import Program, run_rules
from engine.decision.rules import Values, quiet
from engine.decision.wording import show
from engine.documents.issue import issue
from engine.documents.reading import Locals
from engine.language.tree import TEXT, Call, Items, Literal, Name, Node, Value

_SAFE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,63}")
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,40}")


class CaseReading:
    """The decided case as the wording sees it (the planner's `Reading`)."""

    def __init__(self, program: Program, values: Values) -> None:
        self.program, self.values = program, values

    def text(self, expression: Node, local: Locals) -> str | None:
        """The value in words; a local name is its own text."""
        if isinstance(expression, Name) and expression.kind == "local":
            return local.get(expression.name)
        value = self._value(expression, local)
        return None if value is None else show(self.program.package, expression, value)

    def truth(self, condition: Node, local: Locals) -> Truth:
        """Whether a condition holds in this case."""
        value = self._value(condition, local)
        return value if isinstance(value, bool) else None

    def _value(self, node: Node, local: Locals) -> Value:
        known = _with_locals(node, local)
        if known is node:
            run = self.program.run_of(node)
        else:
            layout, calendar = self.program.layout, self.program.package.calendar
            run = compile_node(settle(known), layout.slots, calendar, layout.context)
        value: Value = quiet(run, self.values)
        return value


def _with_locals(node: Node, local: Locals) -> Node:
    """`node` with the document's own names replaced by their texts; the very same node where there are none."""
    if isinstance(node, Name) and node.kind == "local":
        value = local.get(node.name, "")
        return Literal(value, value, node.span, TEXT)
    if isinstance(node, Call):
        args = tuple(_with_locals(arg, local) for arg in node.args)
        same = all(new is old for new, old in zip(args, node.args, strict=True))
        return node if same else Call(node.function, args, node.span, node.type)
    if isinstance(node, Items):
        items = tuple(_with_locals(item, local) for item in node.items)
        same = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if same else Items(items, node.span, node.type)
    return node


def issue_case(
    program: Program,
    case: Case,
    decisions: Sequence[Decision],
    name: str | None,
    out: Path,
    formats: Iterable[str],
    signed: date,
    number: str,
) -> tuple[list[Path], list[Problem]]:
    """Write every document the decisions give rise to (or the one called `name`) under `out`; what could not be written
    is a problem. A document none of the decisions gives rise to is refused (exit code 2)."""
    arising = [(decision, document) for decision in decisions for document in decision.documents]
    if name is not None:
        known = [document for _decision, document in arising]
        arising = [(decision, document) for decision, document in arising if document == name]
        if not arising:
            raise Refused(_not_arising(program, name, known), 2)
    values = run_rules((step.rule for step in program.steps.values()), program.load(case))
    reading = CaseReading(program, values)
    folder = out / _folder(case.id)
    written: list[Path] = []
    problems: list[Problem] = []
    for decision, document in arising:
        files, _plan, found = issue(
            program.package, reading, decision, case, document, date=signed, number=number, formats=formats
        )
        problems += found
        for form, data in files.items():
            path = folder / f"{_file(document)}.{form}"
            _write(path, data)
            written.append(path)
    return list(dict.fromkeys(written)), problems


def _not_arising(program: Program, name: str, known: Sequence[str]) -> Problem:
    if name not in program.package.documents:
        help_ = did_you_mean(name, program.package.documents)
        return Problem("E640", f"没有文书 `{name}`", help=help_ or "、".join(program.package.documents))
    arising = "、".join(dict.fromkeys(known)) or "（无）"
    return Problem("E641", f"本案的决定没有引出文书 `{name}`", help=f"本案可出具：{arising}")


def _folder(case: str) -> str:
    """A case number as a folder name; anything unusual becomes its digest."""
    upper = case.upper()
    return upper if _SAFE.fullmatch(upper) else hashlib.sha256(case.encode()).hexdigest()[:16]


def _file(document: str) -> str:
    return document if _NAME.fullmatch(document) else hashlib.sha256(document.encode()).hexdigest()[:16]


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: written beside its place, then moved there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.partial")
        beside.write_bytes(data)
        os.replace(beside, path)
    except OSError as error:
        problem = Problem("E642", f"写不了 `{path}`：{error.strerror}", help="换一个有权限的文件夹，用 `--out 文件夹`")
        raise Refused(problem, 2) from None
