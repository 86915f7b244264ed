"""What was said becomes an entry of the ledger, whose tables stand beside these; a step keeps the number of its entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from engine.base.calendar import BEIJING
from engine.record import sqlite
from engine.record.act import Act, By, stamp
from engine.record.store import Store
from web.settings import SPACE

_SAID = (
    "SELECT s.id, s.at, s.role, s.section, s.name, s.value, c.number, p.name, p.login FROM web_step s "
    "JOIN web_caserecord c ON c.id = s.case_id JOIN web_person p ON p.id = s.person_id ORDER BY s.id"
)
_SEEN = (
    "SELECT v.at, c.number, p.name, p.login FROM web_viewing v JOIN web_caserecord c ON c.id = v.case_id "
    "JOIN web_person p ON p.id = v.person_id ORDER BY v.id"
)


def _store(schema: BaseDatabaseSchemaEditor) -> Store:
    schema.connection.ensure_connection()
    return sqlite.on(schema.connection.connection, SPACE.database)


def _lay_out(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    schema.connection.ensure_connection()
    sqlite.lay_out(schema.connection.connection)
    _store(schema).begin(stamp(datetime.now(BEIJING).replace(microsecond=0)))


def _carry(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Steps and looks kept before there was a ledger, as entries with the time at which they were kept."""
    store = _store(schema)
    for table in ("web_step", "web_viewing"):
        for change in ("update", "delete"):
            schema.execute(f"DROP TRIGGER {table}_no_{change}")
    with schema.connection.cursor() as cursor, store.writing() as writer:
        cursor.execute(_SAID)
        for pk, at, role, section, name, value, case, person, login in cursor.fetchall():
            said: dict[str, Any] = {"案件": case, "项": [section, name], "值": json.loads(value or "null")}
            act = Act("步骤", {"步骤": "填写", "登录名": login}, said)
            entry = writer.record(act, _time(at), By(person, (role,)))
            cursor.execute("UPDATE web_step SET entry = %s WHERE id = %s", [entry.seq, pk])
        cursor.execute(_SEEN)
        for at, case, person, login in cursor.fetchall():
            act = Act("查看", {"查看": "案件", "登录名": login}, {"案件": case})
            writer.record(act, _time(at), By(person, ("审计",)))


def _time(at: Any) -> str:
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return stamp(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(BEIJING))


def _forbid(apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    for change in ("UPDATE", "DELETE"):
        schema.execute(
            f"CREATE TRIGGER web_step_no_{change.lower()} BEFORE {change} ON web_step "
            f"BEGIN SELECT RAISE(ABORT, 'steps stay as they were kept'); END"
        )


class Migration(migrations.Migration):
    """SQLite; another database needs its own words for the same."""

    dependencies: ClassVar = [("web", "0002_steps_stay")]
    operations: ClassVar = [
        migrations.RunPython(_lay_out, elidable=False),
        migrations.AddField("step", "entry", models.PositiveBigIntegerField(null=True)),
        migrations.RunPython(_carry, elidable=False),
        migrations.AlterField("step", "entry", models.PositiveBigIntegerField(unique=True)),
        migrations.RemoveField("step", "value"),
        migrations.DeleteModel("Viewing"),
        migrations.RunPython(_forbid, elidable=False),
    ]
