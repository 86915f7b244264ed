"""The values behind a finished letter's reasons, taken from the case it was written for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from engine.base.problem import Problem, Refused
from engine.decision.decide import decide
from engine.decision.model import Case
from engine.decision.program import Program
from engine.documents.model import DocumentPlan, Evidence
from engine.documents.parties import BETWEEN
from engine.documents.receipt import plan_digest
from engine.documents.trace import Letter, Told, nothing
from engine.documents.writing import drafts_of

CHANGED = "从案件重算出的文书与这件不同（事实、规则或者程序变了），以下数值是案件现在的"
PARTLY = "这件文书由几个案件共用，以下只有案件 {} 的数值"


def from_case(load: Callable[[date], tuple[Program, Case]]) -> Callable[[Letter], Letter]:
    """`recounted` with the case that `load` gives for the letter's own 基准日."""
    return lambda letter: recounted(letter, *load(_day_of(letter)))


def _day_of(letter: Letter) -> date:
    """The 基准日 the letter was decided for. Refused (E651): its receipt has none."""
    try:
        return date.fromisoformat(letter.receipt.get("基准日", ""))
    except ValueError:
        raise nothing(letter.file) from None


def recounted(letter: Letter, program: Program, case: Case) -> Letter:
    """`letter` with value and source of every fact its reasons name; a fault where the case no longer gives this letter.
    Of a letter about several cases only the facts of this one, and that is said.

    Refused (E653, exit code 2): another case's letter, or one that the case does not give rise to at all."""
    receipt = letter.receipt
    cases = receipt.get("案件", "").split(BETWEEN)
    if case.id not in cases:
        message = f"`{letter.file}` 是案件 `{receipt.get('案件', '')}` 的文书，给的案件是 `{case.id}`"
        raise Refused(Problem("E653", message, help="用 `--case` 指明文书自己的案件"), 2)
    plans = _plans(receipt, program, case)
    if not plans:
        message = f"案件 `{case.id}` 现在出不了 `{receipt.get('文书', '')}`，查不到当时的数值"
        raise Refused(Problem("E653", message, help="换回出具时的案件和规则"), 2)
    same = [plan for plan in plans if plan_digest(plan) == receipt.get("文书摘要")]
    known = {evidence.name: evidence for evidence in (*same, *plans)[0].evidence}
    differs = PARTLY.format(case.id) if len(cases) > 1 else CHANGED
    faults = letter.faults if same else (*letter.faults, differs)
    return replace(letter, told=tuple(_told(one, known) for one in letter.told), faults=faults, values=True)


def _plans(receipt: Mapping[str, str], program: Program, case: Case) -> list[DocumentPlan]:
    """The letters of that name as the case gives them now, dated and numbered as the file is."""
    determination, name = receipt.get("决定", ""), receipt.get("文书", "")
    if determination not in program.package.determinations or name not in program.package.documents:
        return []
    try:
        day = date.fromisoformat(receipt.get("成文日期", ""))
        decision = decide(program, case, determination)
        drafts, _ = drafts_of(program, case, [decision], name, day, receipt.get("文号", ""))
    except (Refused, ValueError):
        return []
    return [draft.plan for draft in drafts]


def _told(one: Told, known: Mapping[str, Evidence]) -> Told:
    reasons = (replace(r, facts=tuple(known.get(fact.name, fact) for fact in r.facts)) for r in one.reasons)
    return replace(one, reasons=tuple(reasons))
