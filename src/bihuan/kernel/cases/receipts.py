"""Idempotency at the edges (幂等): the same key twice gives the first answer again."""

import hashlib
import json
from collections.abc import Mapping

from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.privacy.master import keyed_digest

KeptReceipt = tuple[
    str, int, int
]  # fingerprint of what was asked, id of the case, number of the event
KEY_CONSTRAINT = "cases_receipt_pkey"


def first_answer(
    kept: KeptReceipt | None,
    key: str,
    what: str,
    given: Mapping[str, object],
    *,
    private: bool = False,
) -> Case | None:
    """The case that the key's first call led to; None for a new key. Another request under the key is refused.

    The key itself is stored with the event: of two calls at once the later one finds the key taken and asks again.
    """
    if kept is None:
        return None
    asked, case_id, seq = kept
    if asked != fingerprint(what, given, private=private):
        raise Refusal(
            "key_reused",
            N_("幂等键“%(key)s”已用于另一个请求。"),
            remedy=N_("请为新的请求换一个键。"),
            params={"key": key},
        )
    case = Case.objects.get(pk=case_id)
    case.answer, case.is_repeated = Event.objects.get(stream=case.number, seq=seq), True
    return case


def receipt_for(
    key: str, what: str, given: Mapping[str, object], *, private: bool = False
) -> tuple[str, str] | None:
    """What is kept under a key, in the same statement as the change; None without a key."""
    return (key, fingerprint(what, given, private=private)) if key else None


def is_key_taken(error: IntegrityError) -> bool:
    """True where a call at the same time has just stored the same key."""
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == KEY_CONSTRAINT


def fingerprint(what: str, given: Mapping[str, object], *, private: bool = False) -> str:
    """What was asked, as a digest; keyed for a private matter, since a plain one could be guessed from a list of phones."""
    text = json.dumps([what, given], sort_keys=True, ensure_ascii=False, default=str).encode()
    return keyed_digest("receipt", text) if private else hashlib.sha256(text).hexdigest()
