"""Under its database role the product does all its work, and cannot change the ledger even when the triggers are gone."""

import os
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from bihuan.config import rights
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.engine import sweep
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.ledger.seals import seal
from bihuan.kernel.orgs.models import Person
from tests.cast import Cast

FORBIDDEN = [
    "UPDATE ledger_event SET action = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event",
    "UPDATE ledger_checkpoint SET root = 'x'", "DELETE FROM ledger_checkpoint",
    "TRUNCATE ledger_checkpoint", "ALTER TABLE ledger_event DISABLE TRIGGER ALL",
    "DROP TABLE ledger_event CASCADE", "DROP TRIGGER ledger_append_only ON ledger_event",
    "CREATE TRIGGER x BEFORE INSERT ON ledger_event FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "ALTER TABLE ledger_event OWNER TO bihuan_app", "DROP FUNCTION ledger_refuse CASCADE",
    "SET session_replication_role = replica", "CREATE OR REPLACE FUNCTION ledger_refuse() "
    "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DELETE FROM django_migrations", "TRUNCATE cases_case CASCADE",
]  # fmt: skip
REFUSED = r"permission denied|must be owner|must be able to"


@pytest.fixture
def under_role(cast: Cast) -> Iterator[Cast]:
    """The story goes on under the role; the triggers are gone, so that only rights are left."""
    assert rights.set_up_role()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        cursor.execute(f"SET LOCAL ROLE {rights.ROLE}")
        yield cast
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("ALTER TABLE ledger_event ENABLE TRIGGER USER")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_ledger_cannot_be_changed(under_role: Cast, statement: str) -> None:
    under_role.draft()
    with (
        pytest.raises(DatabaseError, match=REFUSED),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_everything_else_works(under_role: Cast) -> None:
    under_role.signed_off()
    sweep(now=under_role.later(days=40))
    seal(at=under_role.now, algorithm=algorithm())
    assert list(verify_all(under_role.now)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (rights.ROLE,)


def test_signing_in_works(under_role: Cast) -> None:
    person = Person.objects.get(pk=under_role.planner.person)
    person.set_password("right-password")
    person.save()
    client = Client()
    answer = client.post("/sign-in/", {"username": person.username, "password": "right-password"})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_a_table_that_comes_later_may_be_written(cast: Cast) -> None:
    assert rights.set_up_role()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id bigserial, name text)")
        cursor.execute(f"SET LOCAL ROLE {rights.ROLE}")
        cursor.execute("INSERT INTO later (name) VALUES ('a')")
        cursor.execute("UPDATE later SET name = 'b'")
        cursor.execute("DELETE FROM later")
        cursor.execute("SET LOCAL ROLE NONE")


def test_who_does_not_own_the_tables_leaves_them_alone(under_role: Cast) -> None:
    assert rights.set_up_role() is False


def test_who_may_not_make_the_role_is_told_what_to_do(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE a_plain_owner NOLOGIN")
        cursor.execute("GRANT ALL ON SCHEMA public TO a_plain_owner")
        cursor.execute("ALTER TABLE ledger_event OWNER TO a_plain_owner")
        cursor.execute("SET LOCAL ROLE a_plain_owner")
        assert rights.set_up_role() is False
        cursor.execute("SET LOCAL ROLE NONE")
    assert "CREATE ROLE bihuan_app" in capsys.readouterr().err


def test_a_process_and_those_it_starts_take_on_the_role(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", connection.settings_dict["OPTIONS"])
    monkeypatch.delenv(rights.VARIABLE, raising=False)
    assert rights.set_up_role()
    assert rights.work_as_application()
    try:
        committed.draft()
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")  # goes back to where the connection began
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (rights.ROLE,)
        assert os.environ[rights.VARIABLE] == rights.ROLE
    finally:
        os.environ.pop(rights.VARIABLE, None)
        connection.close()
        monkeypatch.undo()
