"""Decisions of record: what is known of a case, and what it came to, into the ledger; letters and decisions verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.decision.facts import facts_digest
from engine.decision.model import NOT_OPENED, Decision
from engine.office import api, verifying
from engine.office.recording import file_decided
from engine.record.decided import CaseDecided
from web.models import Person
from web.services import cases, record, roles
from web.services.cases import Standing
from web.services.rules import packages
from web.settings import SPACE


def decide(person: Person, now: Standing, names: Iterable[str]) -> tuple[tuple[Decision, ...], Mapping[str, int]]:
    """The determinations named, or all that the case opens, decided and recorded; by determination the entry. Raises
    `Denied`; `api.Refused` for a case that was not read whole."""
    role = roles.work_on(person, now.record)
    wanted = tuple(names)
    made = tuple(one for one in api.decide(now.file, *wanted) if wanted or one.outcome != NOT_OPENED)
    return made, recorded(person, role, now, made)


def recorded(person: Person, role: str, now: Standing, decisions: Iterable[Decision]) -> Mapping[str, int]:
    """Records what is known of a case, and decisions of it; by determination the entry of each that was opened. What the
    ledger has already is not recorded again. Raises `api.Refused`."""
    found = of_record(now, decisions)
    with record.recording(person, role) as entering:
        entered = entering.case(found)
    assert all(facts == facts_digest(now.file.case) for _, _, _, facts in entered), (
        "what was decided is what is recorded"
    )
    return {determination: seq for (_, determination, _, _), seq in entered.items()}


def of_record(now: Standing, decisions: Iterable[Decision]) -> CaseDecided:
    """What is to be recorded of decisions of a case: its files, what was said over them, and what it came to."""
    said = cases.by_section(cases.said_since(now.steps, now.last))
    return file_decided(packages(), now.file, decisions, SPACE.cases / now.record.folder, said)


def verified(person: Person, role: str, told: Mapping[str, bool]) -> None:
    """Records that letters were verified, and whether each holds. Raises `api.Refused`."""
    verifying.record(record.ledger(), told, record.by(person, role))
