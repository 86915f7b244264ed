"""Filling in, finding, excusing, undoing: each is one step, kept for good, refused on a value that moved meanwhile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError

from engine.base.classes import dataclass
from engine.office import api
from engine.office.correcting import said as cells_said
from engine.record.act import Act
from web.models import CaseRecord, Person, Step
from web.services import cases, record, roles
from web.services.cases import CELLS, EXCUSES, FACTS, Field, Standing
from web.services.reasons import evidence_lacks, reason_lacks
from web.services.rules import today

_HALF = {wide: chr(wide - 0xFEE0) for wide in range(0xFF0D, 0xFF1A)}
"""Digits, points and strokes as Chinese input methods give them -> as numbers and days have them."""
LAST = 10
"""How many of one's own last steps can be undone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form says of a field: `value` as written ("": not known), with evidence, or, of a 判断, its reasons.
    `version` is the step that the person saw, `key` the form's own."""

    field: Field
    value: str
    said: str
    version: int
    key: UUID


class NotTaken(Exception):
    """A step that cannot be taken: why, and what to do."""

    def __init__(self, said: str, help: str) -> None:
        super().__init__(said)
        self.said, self.help = said, help


class Moved(Exception):
    """Somebody else changed the field after the page was opened. `mine` and `now`: the case either way."""

    def __init__(self, answer: Answer, now: Standing, mine: api.CaseFile) -> None:
        super().__init__(answer.field)
        self.answer, self.now, self.mine = answer, now, mine


def answer(person: Person, case: CaseRecord, given: Answer) -> Standing:
    """The case after the answer. Raises `Denied`; `api.Refused` for a value that cannot be read; `NotTaken` for reasons too
    short, an exception to what is not unmet, a name there is not; `Moved`. The same form sent again changes nothing."""
    role = roles.work_on(person, case)
    now = cases.standing(case)
    if Step.objects.filter(key=given.key).exists():
        return now
    if not given.value and not _is_known(now, given.field):
        raise NotTaken("没有填值", "写了再存；还不知道的不用存")
    value = _as_written(person, now, given)
    after = cases.amended(now.file, {given.field: value})
    if given.version != now.version(given.field):
        raise Moved(given, now, after)
    step = Step(case=case, person=person, role=role, **_of(given))
    step.value = value
    return _kept(Standing(case, after, (*now.steps, step), {**now.last, given.field: step}), given)


def undo(person: Person, case: CaseRecord, key: UUID) -> Standing:
    """Takes the person's last step back, by a step of its own: the field is again as it was. Raises `Denied`; `NotTaken`
    where there is none to take back; `Moved`."""
    role = roles.work_on(person, case)
    now = cases.standing(case)
    if Step.objects.filter(key=key).exists():
        return now
    step = undoable(person, now)
    if step is None:
        raise NotTaken("没有可以撤销的一步", "只能撤销自己最近的十步，别人接着改过的不能")
    field = step.section, step.name
    given = Answer(field, "", "", now.version(field), key)
    taken = Step(case=case, person=person, role=role, undoes=step, **_of(given))
    return _kept(cases.with_steps(case, (*now.steps, taken)), given)


def undoable(person: Person, now: Standing) -> Step | None:
    """The person's last step that was not taken back, where what it says still holds."""
    own = [step for step in reversed(now.steps) if step.person == person][: 2 * LAST]
    taken = {step.undoes_id for step in own if step.undoes_id is not None}
    last = next((step for step in own if step.undoes_id is None and step.pk not in taken), None)
    if last is None or len(taken) >= LAST:
        return None
    return last if cases.holding(now.last[last.section, last.name], now.steps) == last else None


def _of(given: Answer) -> dict[str, Any]:
    return {"section": given.field[0], "name": given.field[1], "before": given.version, "key": given.key}


def _kept(done: Standing, given: Answer) -> Standing:
    """Keeps the last step of `done`, in the ledger and beside it, and what the case came to by it. Raises `Moved`."""
    step = done.steps[-1]
    try:
        with record.recording(step.person, step.role) as entering:
            step.entry = entering.writer.record(_act(done, step), entering.at, entering.by).seq
            step.save(force_insert=True)
            cases.noted(done)
    except IntegrityError:
        later = cases.standing(done.record)
        if later.version(given.field) == step.before:
            raise
        raise Moved(given, later, done.file) from None
    return done


def _act(done: Standing, step: Step) -> Act:
    """The step as an entry of the ledger: what it says, after which entry, and which one it takes back."""
    entries = {one.pk: one.entry for one in done.steps}
    kinds = {EXCUSES: "例外", CELLS: "更正"}
    kind = kinds.get(step.section, "判断" if isinstance(step.value, dict) and "判断" in step.value else "填写")
    sealed = {
        "案件": done.record.number,
        "项": [step.section, step.name],
        "值": step.value,
        **({"接": entries[step.before]} if step.before else {}),
        **({"撤销": step.undoes.entry} if step.undoes is not None else {}),
    }
    return Act("步骤", {"步骤": kind if step.undoes is None else "撤销", record.LOGIN: step.person.login}, sealed)


def _as_written(person: Person, now: Standing, given: Answer) -> Any:
    """The answer as a case file would have it."""
    section, name = given.field
    if not given.value:
        return None
    if section == CELLS:
        if lacks := evidence_lacks(given.said) if given.said else "没有写凭什么更正":
            raise NotTaken(lacks, "写明哪一份材料，或者谁在哪天说明的")
        return {"值": given.value, "证据": f"{person.name}，{given.said}"}
    if section == EXCUSES:
        _unmet(now, name)
        return _finding(person, given)
    declared = now.file.package.facts.get(name) if section == FACTS else None
    if declared is None:
        raise NotTaken(f"没有名为“{name}”的事实", "从案件页上的事实进入")
    if declared.finding:
        return _finding(person, given)
    value = given.value.translate(_HALF) if declared.type.kind in ("number", "date") else given.value
    return {"值": value, "证据": given.said} if given.said else value


def _is_known(now: Standing, field: Field) -> bool:
    """Whether there is a value that an empty answer would take away."""
    section, name = field
    if section == CELLS:
        return next((value is not None for cell, value in cells_said(now.file) if str(cell) == name), True)
    fact = (now.file.case.excuses if section == EXCUSES else now.file.case.facts).get(name)
    return fact is not None and fact.value is not None


def _finding(person: Person, given: Answer) -> dict[str, str]:
    if lacks := reason_lacks(given.said.strip()):
        raise NotTaken(lacks, "写明看到了什么，凭什么这样认定")
    return {"判断": given.value, "人": person.name, "日期": today().isoformat(), "理由": given.said.strip()}


def _unmet(now: Standing, criterion: str) -> None:
    """An exception is for what is really unmet, not for what is open; and only where the rule is 一般应当."""
    found = next((d for d in cases.opened(now.file) if d.verdicts.get(criterion) == "未满足"), None)
    declared = now.file.package.criteria.get(criterion)
    if found is None or declared is None or declared.strength != "一般应当":
        raise NotTaken(
            f"“{criterion}”现在不能写例外", "只有“一般应当”的、确实没有满足的才可以；还待查明的，先把缺的补齐"
        )
