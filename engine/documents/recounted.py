"""The values behind a finished letter's reasons, taken from the cases it was written for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.base.basis import carried
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.case import Case
from engine.decision.decide import decide
from engine.decision.model import Decision
from engine.decision.program import Program
from engine.documents.compared import what_differs
from engine.documents.joint import apart, joint_letters
from engine.documents.model import DocumentPlan, Evidence
from engine.documents.parties import BETWEEN, JOINT
from engine.documents.receipt import as_given, plan_digest
from engine.documents.trace import Letter, Told, nothing
from engine.documents.writing import drafts_of
from engine.policy.uses import outcomes

CHANGED = "从案件重算出的文书与这件不同，以下数值是案件现在的。{}"
PARTLY = "这件文书由几个案件共用，没有给出 {}，缺这些案件的数值，也没有整件重算；各案件都用 `--case` 写上"


def from_cases(load: Callable[[date], Sequence[tuple[Program, Case]]]) -> Callable[[Letter], Letter]:
    """`recounted` with the cases that `load` gives for the letter's own 基准日."""

    def found(letter: Letter) -> Letter:
        loaded = load(day_of(letter))
        return recounted(letter, loaded[0][0], [case for _program, case in loaded])

    return found


def day_of(letter: Letter) -> date:
    """The 基准日 the letter was decided for. Refused (E651): its receipt has none."""
    try:
        return date.fromisoformat(letter.receipt.get("基准日", ""))
    except ValueError:
        raise nothing(letter.file) from None


@dataclass(frozen=True, slots=True)
class Remade:
    """The letters of that name which the cases give rise to now: `same`, if one says just what the finished letter says;
    `lacking`: cases it is about that were not given, as they are written in its receipt."""

    plans: tuple[DocumentPlan, ...]
    same: DocumentPlan | None
    lacking: str

    @property
    def now(self) -> DocumentPlan:
        return self.same or self.plans[0]


def remade(letter: Letter, program: Program, cases: Sequence[Case]) -> Remade:
    """The letter made again. Refused (E653, exit code 2): another case's letter, or one the cases do not give rise to."""
    receipt = letter.receipt
    whole = receipt.get("案件", "")
    about = [whole] if [case.id for case in cases] == [whole] else whole.split(BETWEEN)
    if strange := [case.id for case in cases if case.id not in about]:
        message = f"`{letter.file}` 是案件 `{whole}` 的文书，给的案件是 `{'、'.join(strange)}`"
        raise Refused(Problem("E653", message, help="用 `--case` 指明文书自己的案件"), 2)
    plans = _plans(receipt, program, cases)
    if not plans:
        given = "、".join(case.id for case in cases)
        message = f"案件 `{given}` 现在出不了 `{receipt.get('文书', '')}`，查不到当时的数值"
        raise Refused(Problem("E653", message, help="换回出具时的案件和规则"), 2)
    written = receipt.get("文书摘要")  # a 样稿 where its office made it one
    variants = [one for plan in plans for one in (plan, replace(plan, sample=True))]
    same = next((plan for plan in variants if plan_digest(plan) == written), None)
    given_ids = {case.id for case in cases}
    return Remade(tuple(plans), same, BETWEEN.join(id for id in about if id not in given_ids))


def recounted(letter: Letter, program: Program, cases: Sequence[Case]) -> Letter:
    """`letter` with value and source of every fact its reasons name; a fault where the cases no longer give this letter,
    or where it is about more cases than were given. Refused: as `remade`."""
    again = remade(letter, program, cases)
    same, now = again.same, again.now
    known = {e.name: e for plan in ([same] if same else reversed(again.plans)) for e in plan.evidence}
    since = "" if again.lacking else what_differs(letter, now, known)
    faults = () if same else (PARTLY.format(again.lacking) if again.lacking else CHANGED.format(since),)
    return replace(
        letter,
        told=tuple(_told(one, known) for one in letter.told),
        faults=(*letter.faults, *faults),
        values=True,
        since=since if same and letter.basis not in (None, carried(now.receipt.basis)) else "",
    )


def _plans(receipt: Mapping[str, str], program: Program, cases: Sequence[Case]) -> list[DocumentPlan]:
    """The letters of that name as the cases give them now, dated and numbered as the file is."""
    determination, name = receipt.get("决定", ""), receipt.get("文书", "")
    document = program.package.documents.get(name)
    if determination not in program.package.determinations or document is None:
        return []
    number, plans = receipt.get("文号", ""), list[DocumentPlan]()
    try:
        day = date.fromisoformat(receipt.get("成文日期", ""))
        decided = [(case, [_issuing(program, decide(program, case, determination), receipt)]) for case in cases]
        if not document.joint:
            drafts = [d for case, found in decided for d in drafts_of(program, case, found, name, day, number)[0]]
            return [as_given(draft.plan, receipt) for draft in drafts]
        shares = [share for case, found in decided for share in apart(program.package, case, found, name)[0]]
        for _, draft, _ in joint_letters(program, shares, JOINT, day):
            plans += [as_given(replace(draft.plan, number=number), receipt)] if draft else []
    except (Refused, ValueError):
        return []
    return plans


def _issuing(program: Program, decision: Decision, receipt: Mapping[str, str]) -> Decision:
    """The decision with the document that an event or a duty asked for, which no outcome gives rise to: it goes out under
    what had been concluded."""
    name, known = receipt.get("文书", ""), program.package.determinations.values()
    if decision.outcome != receipt.get("结果") or any(name in o.documents for d in known for o in outcomes(d)):
        return decision
    return replace(decision, documents=(name,))


def _told(one: Told, known: Mapping[str, Evidence]) -> Told:
    reasons = (replace(r, facts=tuple(known.get(fact.name, fact) for fact in r.facts)) for r in one.reasons)
    return replace(one, reasons=tuple(reasons))
