"""The tables as they began."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made by makemigrations."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("login", models.CharField(max_length=64, unique=True, verbose_name="登录名")),
                ("name", models.CharField(max_length=64, verbose_name="姓名")),
                ("roles", models.JSONField(default=list, verbose_name="职责")),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CaseRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=64, unique=True, verbose_name="案号")),
                ("folder", models.CharField(max_length=128, unique=True)),
                ("title", models.CharField(max_length=128)),
                ("kind", models.CharField(blank=True, max_length=64)),
                ("standing", models.JSONField(default=list)),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Viewing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="web.caserecord")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=16)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("section", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=128)),
                ("value", models.JSONField(null=True)),
                ("before", models.BigIntegerField(default=0)),
                ("key", models.UUIDField(unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="web.caserecord"
                    ),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ("undoes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="web.step")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "section", "name", "before"), name="one_value_after_another"
                    )
                ],
            },
        ),
    ]
