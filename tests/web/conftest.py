"""One practice space for all tests of the workbench; what a test changes in it is taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Desk:
    """The practice space, and who can sign in with what."""

    folder: Path
    passwords: dict[str, str]

    def client(self, login: str, **options: Any) -> Any:
        """A browser in which somebody is signed in."""
        from django.test import Client

        from web.models import Person

        client = Client(**options)
        client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
        return client


class Silent(str):
    """Stands for what a template names and there is not: a page with a hole in it is a fault."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template names what there is not: {name}")


@pytest.fixture(scope="session")
def space(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    from web import space as spaces

    folder = tmp_path_factory.mktemp("web") / "practice"
    spaces.made(folder, ROOT / "policies", practice=True, day=DAY)
    os.environ[spaces.VARIABLE], os.environ["DJANGO_SETTINGS_MODULE"] = str(folder), "web.settings"
    import django
    from django.conf import settings
    from django.test.utils import setup_test_environment

    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Silent("%s")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    setup_test_environment()
    from web.practice import filled

    people = filled(ROOT / "fixtures")
    return Desk(folder, {person.login: password for person, password in people})


@pytest.fixture
def desk(space: Desk) -> Iterator[Desk]:
    from django.core.cache import cache
    from django.db import transaction

    cache.clear()
    with transaction.atomic():
        yield space
        transaction.set_rollback(True)
