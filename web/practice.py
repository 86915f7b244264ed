"""The practice space (练习): the samples that come with the program, and somebody for each role."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from engine.office import api
from web import space as spaces
from web.models import CaseRecord, Person
from web.services import cases, intake, roles
from web.services.rules import package
from web.settings import SPACE

MARK = "练习"
"""代字 of the numbers that are given here."""
PEOPLE = (
    ("chen", "陈若川", (roles.REVIEWER,)),
    ("zhou", "周以宁", (roles.HEAD,)),
    ("xu", "许闻笛", (roles.SIGNER,)),
    ("he", "何知白", (roles.POLICY,)),
    ("shen", "沈明鉴", (roles.AUDITOR,)),
    ("guan", "管予安", (roles.ADMINISTRATOR,)),
)


def filled(samples: Path) -> list[tuple[Person, str]]:
    """Makes the tables and fills them from the samples; everybody with the password, which is kept nowhere else."""
    call_command("migrate", verbosity=0, interactive=False)
    for source, target in ((samples, SPACE.cases), (samples / "histories", SPACE.histories)):
        target.mkdir(exist_ok=True)
        for folder in sorted(source.iterdir()):
            if (folder / "case.yaml").is_file() or (folder / "events.yaml").is_file():
                shutil.copytree(folder, target / folder.name, dirs_exist_ok=True)
    _register()
    with transaction.atomic():
        people = [_person(*one) for one in PEOPLE]
        for record in _records(people[0][0]):
            record.save()
            cases.noted(cases.standing(record))
    spaces.finished(SPACE)
    return people


def _register() -> None:
    """What organs sign with in the practice space: a mark that no office has."""
    text = "".join(
        json.dumps({"机关": organ, "代字": MARK}, ensure_ascii=False) + "\n" for organ in package().header.issuers
    )
    SPACE.register.write_text(text, encoding="utf-8")


def _person(login: str, name: str, held: tuple[str, ...]) -> tuple[Person, str]:
    password = secrets.token_urlsafe(9)
    return Person.objects.enter(login, name, held, password), password


def _records(holder: Person) -> Iterator[CaseRecord]:
    for folder in sorted(SPACE.cases.iterdir()):
        try:
            yield intake.record_of(folder, holder)
        except api.Refused:
            continue  # a sample of what cannot be read at all
