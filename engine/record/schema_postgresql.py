"""The tables of a ledger, and what they let nobody do, as PostgreSQL writes it. Pure.

The same as `schema` says for SQLite. Every definition is written as the server itself tells it, so that checking the ledger
can compare them word for word. The role an office works with reads and adds; what has been erased is taken away by functions
of the owner, which look for the record of it first.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.record.rows import INDEXED, TABLES, UNIQUE
from engine.record.schema import BESIDE

NAME = "guiju"
"""The schema; a database has one ledger."""
MARK = "guiju-ledger-"
"""What the comment on the schema begins with; the format follows."""
_ENTRIES = (
    ("entries", "seq", "bigint"),
    *(("entries", name, "bytea") for name in ("prev", "body", "hash", "sm3")),
    *(("seals", "seq", "bigint"), ("seals", "salt", "bytea"), ("seals", "content", "bytea")),
    *(("contents", "digest", "text"), ("contents", "data", "bytea")),
)
_TYPES = {"INTEGER": "bigint", "TEXT": "text"}
_REFUSE = "BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END"
_FOLLOW = f"""DECLARE before bytea;
BEGIN
  SELECT hash INTO before FROM {NAME}.entries ORDER BY seq DESC LIMIT 1;
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM {NAME}.entries)
    OR NEW.prev IS DISTINCT FROM coalesce(before, decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION '只能接在最后一条之后';
  END IF;
  RETURN NEW;
END"""
_ERASED = f"""BEGIN
  IF NOT EXISTS (SELECT 1 FROM {NAME}.erased WHERE target = OLD.seq) THEN
    RAISE EXCEPTION '没有清除的记录，不能删';
  END IF;
  RETURN OLD;
END"""
_UNUSED = f"""BEGIN
  IF EXISTS (SELECT 1 FROM {NAME}.uses WHERE digest = OLD.digest) THEN
    RAISE EXCEPTION '附件还有用，不能删';
  END IF;
  RETURN OLD;
END"""
_TAKE = f"BEGIN EXECUTE format('DELETE FROM {NAME}.%I WHERE seq = $1', of_table) USING of_seq; END"
_DROP = f"BEGIN DELETE FROM {NAME}.contents WHERE digest = of_digest; END"

_FUNCTIONS = {
    "refuse": ("", "trigger", _REFUSE),
    "follow": ("", "trigger", _FOLLOW),
    "erased_only": ("", "trigger", _ERASED),
    "unused_only": ("", "trigger", _UNUSED),
    "take_away": ("of_table text, of_seq bigint", "void", _TAKE),
    "drop_content": ("of_digest text", "void", _DROP),
}
"""Name -> arguments, what it returns, body. The last two run as the owner, whoever calls them."""
OF_OWNER = ("take_away", "drop_content")
_SEARCH = "pg_catalog, pg_temp"


def statements(format: int) -> list[str]:
    """What makes an empty ledger, in order."""
    return [
        f"CREATE SCHEMA {NAME}",
        f"COMMENT ON SCHEMA {NAME} IS '{MARK}{format}'",
        *(f"CREATE TABLE {NAME}.{table} ({', '.join(columns)})" for table, columns in _columns().items()),
        *(f"ALTER TABLE {NAME}.{table} ADD CONSTRAINT {name} {said}" for table, name, said in _constraints()),
        *_indexes(),
        *(_function(name) for name in _FUNCTIONS),
        *(f"REVOKE ALL ON FUNCTION {NAME}.{name} FROM PUBLIC" for name in OF_OWNER),
        *_triggers(),
    ]


def rights(role: str) -> list[str]:
    """What lets `role`, quoted as an identifier, read and add, and nothing else."""
    return [
        f"GRANT USAGE ON SCHEMA {NAME} TO {role}",
        f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {NAME} TO {role}",
        *(f"GRANT EXECUTE ON FUNCTION {NAME}.{name} TO {role}" for name in OF_OWNER),
    ]


def described() -> set[str]:
    """A ledger as it was made, as `CATALOGUE` tells it."""
    columns = {f"{table}.{column}" for table, said in _columns().items() for column in said}
    constraints = {f"{table}.{name} {said}" for table, name, said in _constraints()}
    functions = {
        f"{name}({arguments}) {'owner' if name in OF_OWNER else 'caller'} search_path={_SEARCH} {body}"
        for name, (arguments, _, body) in _FUNCTIONS.items()
    }
    return columns | constraints | functions | set(_indexes()) | set(_triggers())


CATALOGUE = f"""
WITH tables AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{NAME}')
SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN l.collname IS NULL THEN '' ELSE ' COLLATE "' || l.collname || '"' END
    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
  FROM tables c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  WHERE c.relkind NOT IN ('i', 'I')
UNION ALL SELECT c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
  FROM tables c JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype <> 'n'
UNION ALL SELECT pg_get_indexdef(c.oid) || CASE WHEN i.indisvalid THEN '' ELSE ' (not valid)' END
  FROM tables c JOIN pg_index i ON i.indexrelid = c.oid
  WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u'))
UNION ALL SELECT pg_get_triggerdef(t.oid) || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ' (off)' END
  FROM tables c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'
UNION ALL SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ') '
    || CASE WHEN p.prosecdef THEN 'owner' ELSE 'caller' END || ' ' || array_to_string(p.proconfig, ', ') || ' ' || p.prosrc
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = '{NAME}'
UNION ALL SELECT 'rule ' || r.rulename FROM tables c JOIN pg_rewrite r ON r.ev_class = c.oid
UNION ALL SELECT 'rows hidden in ' || c.relname FROM tables c WHERE c.relrowsecurity
"""
"""A line for each definition in the schema as it stands."""

GRANTED = f"""
SELECT DISTINCT c.relname, a.grantee::regrole::text FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
WHERE n.nspname = '{NAME}' AND a.grantee <> c.relowner AND a.privilege_type NOT IN ('SELECT', 'INSERT')
ORDER BY 1, 2
"""
"""Tables with whoever but the owner may do more than read and add."""


def _columns() -> dict[str, list[str]]:
    """Table -> its columns with their types."""
    more = ((table, name, _TYPES[kind]) for table, columns in TABLES.items() for name, kind in columns)
    found: dict[str, list[str]] = {}
    for table, name, kind in (*_ENTRIES, *more):
        collate = ' COLLATE "C"' if kind == "text" else ""
        found.setdefault(table, []).append(f"{name} {kind}{collate} NOT NULL")
    return found


def _constraints() -> Iterator[tuple[str, str, str]]:
    """Table, name and definition; what is referred to comes first."""
    yield "entries", "entries_key", "PRIMARY KEY (seq)"
    yield "entries", "entries_from_one", "CHECK ((seq > 0))"
    for column in ("prev", "hash"):
        yield "entries", f"entries_{column}", f"UNIQUE ({column})"
        yield "entries", f"entries_{column}_length", f"CHECK ((octet_length({column}) = 32))"
    yield "entries", "entries_sm3_length", "CHECK (((octet_length(sm3) = 0) OR (octet_length(sm3) = 32)))"
    yield "seals", "seals_key", "PRIMARY KEY (seq)"
    yield "contents", "contents_key", "PRIMARY KEY (digest)"
    for table in BESIDE:
        yield table, f"{table}_of", f"FOREIGN KEY (seq) REFERENCES {NAME}.entries(seq)"
    for table, columns in UNIQUE.items():
        yield table, f"{table}_once", f"UNIQUE ({', '.join(columns)})"


def _indexes() -> Iterator[str]:
    for table in TABLES:
        for column in ("seq", *INDEXED.get(table, ())):
            yield f"CREATE INDEX {table}_{column.replace(', ', '_')} ON {NAME}.{table} USING btree ({column})"


def _triggers() -> Iterator[str]:
    yield _trigger("entries_follow", "INSERT", "entries", "ROW", "follow()")
    yield _trigger("entries_no_delete", "DELETE", "entries", "STATEMENT", "refuse('账本不能删')")
    yield _trigger("contents_no_delete", "DELETE", "contents", "ROW", "unused_only()")
    for table in BESIDE:
        yield _trigger(f"{table}_no_delete", "DELETE", table, "ROW", "erased_only()")
    for table in ("entries", "contents", *BESIDE):
        for verb in ("UPDATE", "TRUNCATE"):
            name = f"{table}_no_{verb.lower()}"
            yield _trigger(name, verb, table, "STATEMENT", "refuse('账本不能改')")


def _trigger(name: str, verb: str, table: str, each: str, function: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {NAME}.{table} FOR EACH {each} EXECUTE FUNCTION {NAME}.{function}"


def _function(name: str) -> str:
    arguments, returned, body = _FUNCTIONS[name]
    owner = " SECURITY DEFINER" if name in OF_OWNER else ""
    return (
        f"CREATE FUNCTION {NAME}.{name}({arguments}) RETURNS {returned} LANGUAGE plpgsql{owner} "
        f"SET search_path = {_SEARCH} AS $guiju${body}$guiju$"
    )
