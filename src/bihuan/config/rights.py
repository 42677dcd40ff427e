"""What the running product may do in the database: the role `bihuan_app`, which can append to the ledger and never change it.

`setup-db` and `run` bring the tables up to date as their owner; then web, worker and sweep work under the role.
"""

from __future__ import annotations

import os

from django.db import DatabaseError, connection, transaction

from bihuan.config.environment import in_role
from bihuan.config.installation import say

ROLE = "bihuan_app"
VARIABLE = "BIHUAN_DATABASE_ROLE"
# What may be added and read, but never changed or taken away.
APPEND_ONLY = ("ledger_event", "ledger_checkpoint")
READ_ONLY = ("django_migrations",)

_MAKE_ROLE = f"""
DO $$ BEGIN
    CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_OWNS = "SELECT pg_has_role(current_user, c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = 'ledger_event'::regclass"
_WITHIN = f"GRANT {ROLE} TO CURRENT_USER"
_GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ROLE}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {ROLE}",
    f"REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {', '.join(APPEND_ONLY)} FROM {ROLE}, PUBLIC",
    f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(READ_ONLY)} FROM {ROLE}",
)


def set_up_role() -> bool:
    """As the owner of the tables: make the role, and give it what it may have. False, and said, where we may not."""
    if not _asked(_OWNS):
        return False  # a login of the product's own, which set-up was not meant for
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7362003)")
            if not _asked(f"SELECT true FROM pg_roles WHERE rolname = '{ROLE}'"):
                cursor.execute(_MAKE_ROLE)
            for statement in _GRANTS:
                cursor.execute(statement)
            if not _may_take():
                cursor.execute(_WITHIN)
    except DatabaseError as error:
        say(
            f"the database role {ROLE} could not be set up ({str(error).splitlines()[0]}): the product "
            "works as the owner of its tables, and only triggers keep the ledger from being changed. "
            "As a superuser of the database run `CREATE ROLE bihuan_app NOLOGIN; GRANT bihuan_app TO "
            "<owner> WITH ADMIN OPTION;` and then `bihuan setup-db` again (docs/operating.md)."
        )
        return False
    return True


def work_as_application() -> bool:
    """Let this process and those that it starts work under the role, where the login may; True where it does."""
    if not _may_take():
        return False
    os.environ[VARIABLE] = ROLE
    connection.settings_dict.update(in_role(connection.settings_dict, ROLE))
    connection.close()
    return True


def _may_take() -> bool:
    """Whether this login can work under the role; found out by trying, since versions of PostgreSQL differ."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
            may = _asked("SELECT has_table_privilege('ledger_event', 'INSERT')")
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return may


def _asked(query: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchone()
    return bool(found and found[0])
