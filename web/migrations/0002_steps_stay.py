"""Steps and looks stay as they were kept: the database itself refuses to change them or take them away."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEPT = ("web_step", "web_viewing")


def _forbid(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    for table in KEPT:
        for change in ("UPDATE", "DELETE"):
            schema.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'steps stay as they were kept'); END"
            )


class Migration(migrations.Migration):
    """SQLite; another database needs its own words for the same."""

    dependencies: ClassVar = [("web", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_forbid, elidable=False)]
