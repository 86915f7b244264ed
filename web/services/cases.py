"""A case as it stands: its files as they were sent, and over them the last step of every field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.base.classes import dataclass
from engine.decision.model import NOT_OPENED, UNDECIDED
from engine.decision.parts import Verdicts
from engine.office import api
from engine.office.amending import CELLS as CELLS
from engine.office.amending import EXCUSES as EXCUSES
from engine.office.amending import FACTS as FACTS
from engine.office.amending import Amendments, with_amendments
from engine.record.act import Act
from web.models import CaseRecord, Person, Step
from web.services import record as ledger
from web.services import roles
from web.services.rules import packages
from web.settings import SPACE

Field = tuple[str, str]
"""Section and name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`file`: the case with its `steps`, in their order; `last`: the latest step on a field, where there is one."""

    record: CaseRecord
    file: api.CaseFile
    steps: tuple[Step, ...]
    last: Mapping[Field, Step]

    def version(self, field: Field) -> int:
        """What a step on this field replaces."""
        return self.last[field].pk if field in self.last else 0


@lru_cache(maxsize=2048)
def as_sent(folder: Path) -> api.CaseFile:
    """The case in its files. They are never changed, so one reading is enough; what cannot be read is unknown, and told.
    Raises `api.Refused` where nothing can be read at all."""
    return api.open_case(packages(), folder, tolerant=True)


def seen(person: Person, number: str) -> CaseRecord:
    """A case that somebody may look at; an auditor's look is recorded. Raises `Denied`, DoesNotExist."""
    role = roles.require(person, roles.SEE_CASES)
    record = CaseRecord.objects.select_related("holder").get(number=number)
    if role == roles.AUDITOR:
        with ledger.recording(person, role) as entering:
            act = Act("查看", {"查看": "案件", ledger.LOGIN: person.login}, {"案件": record.number})
            entering.writer.record(act, entering.at, entering.by)
    return record


def standing(record: CaseRecord) -> Standing:
    """The case with everything that was said of it since."""
    return with_steps(record, said(record.steps.select_related("person").order_by("pk")))


def said(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps with what the ledger has of them; of one whose sealed part was taken away nothing is known any more."""
    found = {step.pk: step for step in steps}
    kept = ledger.store().some([step.entry for step in found.values()])
    told = {one.entry.seq: one.seal.content.get("值") for one in kept if one.seal is not None}
    for step in found.values():
        step.value = told.get(step.entry)
        if step.undoes_id is not None:
            step.undoes = found[step.undoes_id]
    return tuple(found.values())


def with_steps(record: CaseRecord, steps: tuple[Step, ...]) -> Standing:
    """The files with what the last step on every field says over them. Raises `api.Refused` where one cannot be read."""
    last = {(step.section, step.name): step for step in steps}
    return Standing(record, amended(sent(record), said_since(steps, last)), steps, last)


def said_since(steps: tuple[Step, ...], last: Mapping[Field, Step]) -> dict[Field, Any]:
    """What the last step on every field says over the files."""
    return {field: given.value for field, step in last.items() if (given := holding(step, steps)) is not None}


def sent(record: CaseRecord) -> api.CaseFile:
    """The case in its files."""
    return as_sent(SPACE.cases / record.folder)


def holding(step: Step, steps: tuple[Step, ...]) -> Step | None:
    """The step whose value holds: of one that takes another back what was before that; None for what the files say."""
    while step.undoes is not None:
        before = next((one for one in steps if one.pk == step.undoes.before), None)
        if before is None:
            return None
        step = before
    return step


def amended(file: api.CaseFile, values: Mapping[Field, Any]) -> api.CaseFile:
    """The case with other values, as case files have them. Raises `api.Refused`."""
    return with_amendments(file, by_section(values))


def by_section(values: Mapping[Field, Any]) -> Amendments:
    """The same by section and name."""
    found: dict[str, dict[str, Any]] = {}
    for (section, name), value in values.items():
        found.setdefault(section, {})[name] = value
    return found


def opened(file: api.CaseFile) -> Iterator[Verdicts]:
    """What every determination that the case opens comes to."""
    for name in file.package.determinations:
        found = api.evaluate(file, name)
        if found.outcome != NOT_OPENED:
            yield found


def noted(now: Standing) -> None:
    """Keeps what the case came to beside it, for lists that evaluate nothing."""
    now.record.standing = [
        {
            "决定": found.determination,
            "结果": found.outcome,
            "可能": list(found.possible),
            "缺": _wanting(now.file, found) if found.outcome == UNDECIDED else [],
        }
        for found in opened(now.file)
    ]
    now.record.save(update_fields=["standing"])


def _wanting(file: api.CaseFile, found: Verdicts) -> list[str]:
    facts = file.package.facts
    wanting = (m for m in api.missing(file, found.determination) if m.matters)
    return ["判断" if (m.name in facts and facts[m.name].finding) or m.kind == "excuse" else "材料" for m in wanting]
