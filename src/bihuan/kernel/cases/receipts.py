"""Idempotency at the edges (幂等): the same key twice gives the first answer again."""

import hashlib
import json
from collections.abc import Mapping

from django.db import connection

from bihuan.kernel.cases.models import Case, Receipt
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.privacy.master import keyed_digest


def first_answer(
    key: str, what: str, given: Mapping[str, object], *, private: bool = False
) -> Case | None:
    """The case that the key's first call led to; None for a new key. Another request under the key is refused."""
    if not key:
        return None
    with connection.cursor() as cursor:  # two calls with one key wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    receipt = Receipt.objects.select_related("case").filter(pk=key).first()
    if receipt is None:
        return None
    if receipt.asked != _fingerprint(what, given, private):
        raise Refusal(
            "key_reused",
            N_("幂等键“%(key)s”已用于另一个请求。"),
            remedy=N_("请为新的请求换一个键。"),
            params={"key": key},
        )
    return receipt.case


def keep_answer(
    key: str, case: Case, what: str, given: Mapping[str, object], *, private: bool = False
) -> None:
    """Keep the answer under the key, in the same transaction as the change."""
    if key:
        asked = _fingerprint(what, given, private)
        Receipt.objects.create(key=key, case=case, seq=case.seq, asked=asked)


def _fingerprint(what: str, given: Mapping[str, object], private: bool) -> str:
    """A plain digest of a form with personal fields could be guessed from a list of phone numbers: it is keyed."""
    text = json.dumps([what, given], sort_keys=True, ensure_ascii=False, default=str).encode()
    return keyed_digest("receipt", text) if private else hashlib.sha256(text).hexdigest()
