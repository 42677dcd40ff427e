"""Freezes a month (冻结): computes it from the ledger, keeps it, records its digest. Nothing else writes here."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from bihuan.kernel.appraisal.models import Snapshot
from bihuan.kernel.appraisal.reading import body_of, span_of, version_of
from bihuan.kernel.cases.city import algorithm, city
from bihuan.kernel.errors import N_, NotAllowed, Refusal
from bihuan.kernel.ledger.chain import digest
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.own import append_own
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting

STREAM = "appraisal"
FREEZE = "freeze"


def freeze(month: str, actor: Acting, *, now: datetime, reason: str = "") -> Snapshot:
    """Freeze a month that is over; a second time only as a correction that says why. Raises Refusal."""
    _require(month, actor, now)
    version = version_of(month)
    _correction_of(month, reason)
    upto = _settled()
    body = body_of(month, version, upto)
    with transaction.atomic():
        with connection.cursor() as cursor:  # one writer of the stream at a time
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [STREAM])
        return _keep(month, upto, body, actor, now, reason)


def frozen(month: str) -> Snapshot | None:
    """The month as it stands: the last correction, else the first freezing; None for an open month."""
    return Snapshot.objects.filter(month=month, replaced_by=None).first()


def may_freeze(actor: Acting) -> bool:
    """True for the product itself and for the roles that the catalog names."""
    return actor.is_system or bool(actor.roles & set(city().appraisal.frozen_by))


def _require(month: str, actor: Acting, now: datetime) -> None:
    if not may_freeze(actor):
        raise NotAllowed(
            "freeze",
            N_("您当前的岗位（%(post)s）不能冻结考核。"),
            params={"post": actor.post_name or actor.name},
        )
    if now < span_of(month).until:
        raise Refusal(
            "month_running",
            N_("%(month)s 还没有结束，不能冻结。"),
            remedy=N_("请在下月办理。"),
            params={"month": month},
        )


def _correction_of(month: str, reason: str) -> Snapshot | None:
    last = frozen(month)
    if last is not None and not reason.strip():
        raise Refusal(
            "frozen",
            N_("%(month)s 已经冻结，不会再变。"),
            remedy=N_("如确有错误，请写明更正理由，另作一次更正。"),
            params={"month": month},
        )
    return last


@transaction.atomic
def _settled() -> int:
    """The last event's id once every writer under way has ended: no smaller id can appear afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_event IN SHARE MODE")
    return Event.objects.aggregate(last=Max("id"))["last"] or 0


def _keep(month: str, upto: int, body: str, actor: Acting, now: datetime, reason: str) -> Snapshot:
    last = _correction_of(month, reason)
    snapshot = Snapshot(
        month=month, upto=upto, body=body, digest=digest(algorithm(), body.encode()), replaces=last,
        reason=reason.strip()[:300] if last else "", at=now, person_name=actor.name, post=actor.post,
    )  # fmt: skip
    content: dict[str, Json] = {
        "month": month,
        "upto": upto,
        "digest": snapshot.digest,
        "replaces": last.digest if last else "",
        "reason": snapshot.reason,
    }
    event = append_own(STREAM, FREEZE, actor, content, at=now, algorithm=algorithm())
    snapshot.seq, snapshot.at = event.seq, event.at
    snapshot.save(force_insert=True)
    return snapshot
