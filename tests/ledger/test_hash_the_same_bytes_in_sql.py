"""The text that the database assembles is byte for byte the text that was hashed, whatever the columns hold."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from django.db import DataError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bihuan.kernel.ledger.chain import canonical, digest, event_text
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.texts import text_sql
from bihuan.kernel.ledger.verify import rows_of
from tests.ledger.chains import Row, columns


def _stored(row: Row) -> Event:
    at = datetime.fromisoformat(row["at"])
    event = Event(**{**row, "at": at, "stream": "RW2024-00001", "seq": 1, "prev": "", "hash": ""})
    event.save(force_insert=True)
    return event


class TheSameBytes(TestCase):
    """Property tests on a real table; each example is rolled back."""

    @given(row=columns(), algorithm=st.sampled_from(["sm3", "sha256"]))
    def test_sql_and_python_agree(self, row: Row, algorithm: Any) -> None:
        event = _stored(row)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {text_sql(algorithm)} FROM ledger_event WHERE id = %s", [event.pk]
            )
            text = cursor.fetchone()[0].encode()
        assert text == event_text(algorithm, vars(event))
        assert text == event_text(algorithm, rows_of(event.stream)[0])

    @given(row=columns())
    def test_the_text_is_the_canonical_form_of_the_whole(self, row: Row) -> None:
        event = _stored(row)
        kept = {name: row[name] for name in row if name not in ("body", "at")}
        whole = {**kept, "at": row["at"], "content": event.content, "stream": event.stream, "seq": 1, "prev": ""}  # fmt: skip
        assert event_text("sm3", vars(event)) == canonical(["sm3", whole])


@pytest.mark.django_db
def test_nul_is_refused_by_the_database() -> None:
    row = {"at": "2024-01-02T00:00:00+00:00", "action": "a\0b", "person_name": "", "body": "{}"}
    with pytest.raises(DataError, match="NUL"), transaction.atomic():
        _stored(row)


@given(data=st.binary(max_size=300))
def test_both_ways_to_sm3_agree(data: bytes) -> None:
    other = hashes.Hash(hashes.SM3())
    other.update(data)
    assert digest("sm3", data) == other.finalize().hex()
    assert digest("sha256", data) == hashlib.sha256(data).hexdigest()
