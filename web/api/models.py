"""Tokens: how another system says for whom it asks, and what it may ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from web.models import Person


class Token(models.Model):
    """`digest`: SHA-256 of the token itself, which is shown once and kept nowhere. It acts for `person`, in the operations of
    `scopes` and no others, up to `until`, unless it is `withdrawn`."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, models.PROTECT)
    label: models.CharField[str, str] = models.CharField("用途", max_length=64, unique=True)
    digest: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[Any, Any] = models.JSONField("范围", default=list)
    made: models.DateTimeField[Any, datetime] = models.DateTimeField(auto_now_add=True)
    until: models.DateTimeField[datetime, datetime] = models.DateTimeField("有效期至")
    withdrawn: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    used: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField("最近一次使用", null=True)

    def __str__(self) -> str:
        return str(self.label)
