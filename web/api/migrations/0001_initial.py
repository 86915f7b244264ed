"""Tokens."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of tokens."""

    initial = True

    dependencies: ClassVar = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=64, unique=True, verbose_name="用途")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list, verbose_name="范围")),
                ("made", models.DateTimeField(auto_now_add=True)),
                ("until", models.DateTimeField(verbose_name="有效期至")),
                ("withdrawn", models.DateTimeField(null=True)),
                ("used", models.DateTimeField(null=True, verbose_name="最近一次使用")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
