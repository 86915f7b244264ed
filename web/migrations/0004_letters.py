"""Letters on their way: who drafted, reviewed and signed cannot be the same, whatever program writes."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One draft of a letter at a time."""

    dependencies: ClassVar = [
        ("web", "0003_ledger"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("determination", models.CharField(max_length=128)),
                ("document", models.CharField(max_length=128)),
                ("record", models.PositiveIntegerField(default=0)),
                ("title", models.CharField(max_length=256)),
                ("outcome", models.CharField(max_length=128)),
                ("adverse", models.BooleanField()),
                ("day", models.DateField()),
                ("digest", models.CharField(max_length=80)),
                ("stage", models.CharField(max_length=16)),
                ("number", models.CharField(blank=True, max_length=64)),
                ("code", models.CharField(blank=True, max_length=32)),
                ("issued", models.PositiveBigIntegerField(default=0)),
                ("served", models.DateField(null=True)),
                ("entries", models.JSONField(default=list)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="web.caserecord"
                    ),
                ),
                (
                    "drafter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["待复核", "待签发"])),
                        fields=("case", "determination", "document", "record"),
                        name="one_draft_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewer", None),
                            models.Q(("reviewer", models.F("drafter")), _negated=True),
                            _connector="OR",
                        ),
                        name="reviewed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signer", None), models.Q(("signer", models.F("drafter")), _negated=True), _connector="OR"
                        ),
                        name="signed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signer", None),
                            models.Q(
                                ("reviewer__isnull", False),
                                models.Q(
                                    ("adverse", False),
                                    models.Q(("signer", models.F("reviewer")), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="adverse_by_three",
                    ),
                ],
            },
        ),
    ]
