"""Idempotency at the edges (幂等): the same key twice gives the first answer again."""

import hashlib
import json
from collections.abc import Mapping

from django.db import connection

from bihuan.kernel.cases.models import Case, Receipt
from bihuan.kernel.errors import N_, Refusal


def first_answer(key: str, what: str, given: Mapping[str, object]) -> Case | None:
    """The case that the key's first call led to; None for a new key. Another request under the key is refused."""
    if not key:
        return None
    with connection.cursor() as cursor:  # two calls with one key wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    receipt = Receipt.objects.select_related("case").filter(pk=key).first()
    if receipt is None:
        return None
    if receipt.asked != _fingerprint(what, given):
        raise Refusal(
            "key_reused",
            N_("幂等键“%(key)s”已用于另一个请求。"),
            remedy=N_("请为新的请求换一个键。"),
            params={"key": key},
        )
    receipt.case.replayed = receipt.seq
    return receipt.case


def keep_answer(key: str, case: Case, what: str, given: Mapping[str, object]) -> None:
    """Keep the answer under the key, in the same transaction as the change."""
    if key:
        Receipt.objects.create(key=key, case=case, seq=case.seq, asked=_fingerprint(what, given))


def _fingerprint(what: str, given: Mapping[str, object]) -> str:
    text = json.dumps([what, given], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
