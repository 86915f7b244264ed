"""What the workbench keeps beside the ledger: people, the cases they work on, and in which order steps follow each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class People(BaseUserManager["Person"]):
    """Makes people."""

    def enter(self, login: str, name: str, roles: tuple[str, ...], password: str) -> Person:
        """Somebody who signs in as `login`, and whom files and letters call `name`."""
        person = Person(login=login, name=name, roles=list(roles))
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody of the office. Who leaves is no longer `is_active`; what he did stays his."""

    login: models.CharField[str, str] = models.CharField("登录名", max_length=64, unique=True)
    name: models.CharField[str, str] = models.CharField("姓名", max_length=64)
    roles: models.JSONField[Any, Any] = models.JSONField("职责", default=list)
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return str(self.name)


class CaseRecord(models.Model):
    """A case in the office: where its files are, who has it, and what it came to when last looked at (`standing`)."""

    number: models.CharField[str, str] = models.CharField("案号", max_length=64, unique=True)
    folder: models.CharField[str, str] = models.CharField(max_length=128, unique=True)
    title: models.CharField[str, str] = models.CharField(max_length=128)
    kind: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    holder: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="cases"
    )
    holder_id: int | None
    steps: RelatedManager[Step]
    letters: RelatedManager[Letter]
    standing: models.JSONField[Any, Any] = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.number)


class Step(models.Model):
    """One thing somebody said of a case: the value of a field from now on. What was said is in the ledger, under `entry`;
    `value` is that, once it was read from there, as a case file has it (None: not known any more). `before` is the step
    whose value it replaces, 0 for what the files say; two that replace the same cannot both be kept. `key` is the form's
    own: sent twice, it is kept once."""

    case: models.ForeignKey[CaseRecord, CaseRecord] = models.ForeignKey(
        CaseRecord, models.PROTECT, related_name="steps"
    )
    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, models.PROTECT)
    role: models.CharField[str, str] = models.CharField(max_length=16)
    at: models.DateTimeField[Any, datetime] = models.DateTimeField(auto_now_add=True)
    section: models.CharField[str, str] = models.CharField(max_length=16)
    name: models.CharField[str, str] = models.CharField(max_length=128)
    entry: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(unique=True)
    value: Any = None
    before: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    undoes_id: int | None
    undoes: models.OneToOneField[Step | None, Step | None] = models.OneToOneField("self", models.PROTECT, null=True)
    key: models.UUIDField[UUID, UUID] = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "section", "name", "before"], name="one_value_after_another"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.section} {self.name}"


class Letter(models.Model):
    """A letter on its way from a draft to the party. What it says follows from the case: here is `digest`, that of the
    letter that was drafted, without number, dated `day`; once it has its number, its files are in the ledger. `entries` are
    those of its acts, in their order; `issued` that of the letter itself."""

    case: models.ForeignKey[CaseRecord, CaseRecord] = models.ForeignKey(
        CaseRecord, models.PROTECT, related_name="letters"
    )
    determination: models.CharField[str, str] = models.CharField(max_length=128)
    document: models.CharField[str, str] = models.CharField(max_length=128)
    record: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    title: models.CharField[str, str] = models.CharField(max_length=256)
    outcome: models.CharField[str, str] = models.CharField(max_length=128)
    adverse: models.BooleanField[bool, bool] = models.BooleanField()
    day: models.DateField[Any, date] = models.DateField()
    digest: models.CharField[str, str] = models.CharField(max_length=80)
    stage: models.CharField[str, str] = models.CharField(max_length=16)
    drafter: models.ForeignKey[Person, Person] = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drafter_id: int
    reviewer: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+"
    )
    reviewer_id: int | None
    signer: models.ForeignKey[Person | None, Person | None] = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+"
    )
    number: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    code: models.CharField[str, str] = models.CharField(max_length=32, blank=True)
    issued: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(default=0)
    served: models.DateField[Any, date | None] = models.DateField(null=True)
    entries: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "determination", "document", "record"],
                condition=models.Q(stage__in=["待复核", "待签发"]),
                name="one_draft_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewer=None) | ~models.Q(reviewer=models.F("drafter")), name="reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=models.Q(signer=None) | ~models.Q(signer=models.F("drafter")), name="signed_by_another"
            ),
            models.CheckConstraint(
                condition=models.Q(signer=None)
                | (
                    models.Q(reviewer__isnull=False)
                    & (models.Q(adverse=False) | ~models.Q(signer=models.F("reviewer")))
                ),
                name="adverse_by_three",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.document}"
