"""A case comes in: its data becomes a folder that is never changed, and a record of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from django.db import IntegrityError, transaction

from engine.base.problem import Pointer, Problem
from engine.decision.facts import facts_digest
from engine.office import api
from web.models import CaseRecord, Person
from web.services import cases, deciding, roles
from web.services.rules import packages, today
from web.settings import SPACE


class Taken(Exception):
    """There is a case of that number already, which says something else or is somebody else's."""


def record_of(folder: Path, holder: Person | None) -> CaseRecord:
    """The record of the case in a folder, not kept yet. Raises `api.Refused` for one that cannot be read at all."""
    file = cases.as_sent(folder)
    title, kind = (_first(file, word) for word in ("text", "enum"))
    return CaseRecord(number=file.case.id, folder=folder.name, title=title, kind=kind, holder=holder)


def _first(file: api.CaseFile, kind: str) -> str:
    """What the case says of the first text, or enumeration, that the vocabulary declares: its name, and what it is."""
    for declared in file.package.facts.values():
        fact = file.case.facts.get(declared.name)
        if declared.type.kind == kind:
            return str(fact.value) if fact is not None and fact.value is not None else ""
    return ""


def submitted(person: Person, data: Mapping[str, Any]) -> tuple[CaseRecord, bool]:
    """A case from data of the form of case files, of today where it says no day, in the hands of who sends it, and its facts
    in the ledger; whether it is new: sent again, word for word, it is not. Raises `Denied`; `api.Refused` for what
    cannot be read; `Taken`."""
    role = roles.require(person, roles.WORK_ON_CASES)
    said = {"基准日": today().isoformat(), **data}
    if name := next((key for key in ("事件记录",) if key in said), ""):
        raise api.Refused(Problem("E557", f"不收 `{name}`", Pointer("", f"/{name}"), "事件在工作台里录入"))
    file = api.open_case(packages(), said)
    if (known := CaseRecord.objects.filter(number=file.case.id).first()) is not None:
        return _again(person, known, file), False
    folder = _laid_out(said)
    try:
        record = record_of(folder, person)
        assert facts_digest(cases.sent(record).case) == facts_digest(file.case), "a file says what the data said"
        with transaction.atomic():
            record.save(force_insert=True)
            now = cases.standing(record)
            cases.noted(now)
            deciding.recorded(person, role, now, ())
    except IntegrityError:
        shutil.rmtree(folder)
        return _again(person, CaseRecord.objects.get(number=file.case.id), file), False
    except Exception:
        shutil.rmtree(folder)
        raise
    return record, True


def _again(person: Person, known: CaseRecord, file: api.CaseFile) -> CaseRecord:
    if known.holder_id != person.pk or facts_digest(cases.sent(known).case) != facts_digest(file.case):
        raise Taken(known.number)
    return known


def _laid_out(said: Mapping[str, Any]) -> Path:
    """The data as a case file in a folder of its own, there whole or not at all."""
    name = uuid4().hex
    making = SPACE.cases / f".{name}"
    making.mkdir(parents=True)
    text = yaml.safe_dump(_written(said), allow_unicode=True, sort_keys=False, width=10_000)
    (making / "case.yaml").write_text(text, encoding="utf-8")
    return making.rename(SPACE.cases / name)


def _written(value: Any) -> Any:
    """As a file says it."""
    if isinstance(value, Mapping):
        return {key: _written(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_written(inner) for inner in value]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
