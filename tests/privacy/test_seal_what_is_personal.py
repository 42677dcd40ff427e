"""No personal value stands in clear anywhere in the database, whatever door it came in by."""

import hashlib
import json
import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from bihuan.kernel.cases.batch import open_batch
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import BatchReceipt, Case, Receipt
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import FormRefusal, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.store import masked, masks_of
from tests.cast import Cast
from tests.privacy.conftest import APPEAL, PERSON, appealed, through

CLEAR = (
    "张晓燕", "13935816427", "139 3581 6427", "14110219870615002", "滨河路", "501室", "王秀兰",
    "8221234",
)  # fmt: skip


def texts_in_the_database() -> Iterator[tuple[str, str]]:
    """Every row of every table that holds anything of ours, as text: bytes too, decoded as they come."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    raw = bytes(value) if isinstance(value, memoryview | bytes) else None
                    yield table, raw.decode("utf-8", "replace") if raw is not None else str(value)
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            yield from ((table, row[0]) for row in cursor.fetchall())


def leaks() -> list[tuple[str, str]]:
    """Where a clear value stands."""
    return [
        (table, word) for table, text in texts_in_the_database() for word in CLEAR if word in text
    ]


def test_no_clear_value_stands_in_any_table(spring: Cast, appeal: Case) -> None:
    through(spring, appeal)
    assert (
        PersonalValue.objects.count() == 8
    )  # four fields, witness, reply twice, the repair's contact
    assert leaks() == []
    assert list(verify_all(spring.now)) == []


def test_the_scan_would_find_a_clear_value(spring: Cast) -> None:
    appealed(spring, title="请找张晓燕")
    assert {table for table, _ in leaks()} >= {"cases_case", "ledger_event"}


def test_an_edit_is_sealed_as_well_and_the_old_value_stays_in_history(
    spring: Cast, appeal: Case
) -> None:
    before = appeal.data["phone"]
    after = spring.does(appeal, "amend", spring.who("office-clerk"), phone="13535816427")
    assert after.data["phone"] != before
    assert set(masks_of(appeal.number).values()) >= {"139****6427", "135****6427"}
    assert leaks() == []


def test_a_blank_or_masked_edit_leaves_the_value_as_it_is(spring: Cast, appeal: Case) -> None:
    clerk = spring.who("office-clerk")
    for phone in ("", "139****6427"):
        case = spring.does(appeal, "amend", clerk, phone=phone, content="仍不亮")
        assert case.data["phone"] == appeal.data["phone"]
    assert case.data["content"] == "仍不亮"


def test_a_case_handed_on_seals_its_own_copy(spring: Cast, appeal: Case) -> None:
    through(spring, appeal)
    repair = appeal.children.get()
    assert repair.data["contact"]["sealed"] != appeal.data["phone"]["sealed"]
    assert masked(repair.data, masks_of(repair.number))["contact"] == "139****6427"


def test_a_reference_cannot_be_smuggled_in(spring: Cast, appeal: Case) -> None:
    with pytest.raises(FormRefusal):
        appealed(spring, phone=appeal.data["phone"])


def test_a_retry_gets_the_first_answer_and_its_receipt_tells_nothing(spring: Cast) -> None:
    first = appealed(spring, key="k1")
    assert appealed(spring, key="k1").number == first.number
    with pytest.raises(Refusal):
        appealed(spring, key="k1", phone="13000000000")
    asked = Receipt.objects.get().asked
    guess = json.dumps(
        ["hotline.appeal", {"title": "路灯不亮", "content": "已经一周", **PERSON}],
        sort_keys=True, ensure_ascii=False, default=str,
    )  # fmt: skip
    assert asked != hashlib.sha256(guess.encode()).hexdigest()
    act(
        first.number, "amend", spring.who("office-clerk"), {"phone": "13535816427"},
        now=spring.later(minutes=1), key="k2",
    )  # fmt: skip
    act(
        first.number, "amend", spring.who("office-clerk"), {"phone": "13535816427"},
        now=spring.later(minutes=1), key="k2",
    )  # fmt: skip
    assert Event.objects.filter(stream=first.number).count() == 2


def test_a_batch_is_sealed_as_well_and_its_receipt_is_keyed(spring: Cast) -> None:
    rows = [APPEAL, APPEAL | {"phone": "13535816427"}]
    clerk = spring.who("office-clerk")
    numbers = open_batch("hotline.appeal", rows, clerk, now=spring.later(minutes=1), key="b1")
    assert open_batch("hotline.appeal", rows, clerk, now=spring.now, key="b1") == numbers
    assert PersonalValue.objects.count() == 8
    assert leaks() == []
    plain = json.dumps(["hotline.appeal", {"rows": rows}], sort_keys=True, ensure_ascii=False)
    assert BatchReceipt.objects.get().asked != hashlib.sha256(plain.encode()).hexdigest()
    assert list(verify_all(spring.now)) == []


def test_a_refused_form_shows_what_was_typed_and_logs_none_of_it(
    spring: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    from bihuan.kernel.orgs.models import Person

    clerk = spring.who("office-clerk")
    client.force_login(Person.objects.get(pk=clerk.person))
    with caplog.at_level(logging.DEBUG):
        page = client.post("/cases/open/hotline.appeal/", {**PERSON, "title": ""})
    assert page.status_code == 422
    assert PERSON["phone"] in page.content.decode()
    assert not any(word in caplog.text for word in CLEAR)
    assert leaks() == []
