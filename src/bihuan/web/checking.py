"""The check of the whole ledger in the background (核验): a record that a thread of this process fills in, step by step."""

from datetime import datetime, timedelta
from threading import Thread

import structlog
from django.db import connection

from bihuan.kernel.appraisal.verify import verify_snapshots
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import parts
from bihuan.kernel.ledger.models import Event, LedgerCheck
from bihuan.kernel.ledger.parts import Step, once, run
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.verify import verify_texts
from bihuan.web.clock import now

MANY_FAULTS = 100
SILENCE = timedelta(minutes=10)  # a check that said nothing for so long died with its process


def started(who: Acting) -> LedgerCheck:
    """The check that runs already, else a new one, begun."""
    last = latest()
    if last is not None and is_running(last, now()):
        return last
    check = LedgerCheck.objects.create(
        person=who.person, person_name=who.name, started_at=now(), seen_at=now()
    )
    Thread(target=_carry_out, args=(check.pk,), name=f"check-{check.pk}", daemon=True).start()
    return check


def latest() -> LedgerCheck | None:
    """The check begun last."""
    return LedgerCheck.objects.order_by("-pk").first()


def is_running(check: LedgerCheck, at: datetime) -> bool:
    """True while a check still says how far it is."""
    return check.finished_at is None and at - check.seen_at < SILENCE


def _carry_out(pk: int) -> None:
    try:
        _check(LedgerCheck.objects.get(pk=pk))
    except Exception as error:  # whatever ends it is kept for whoever waits for it
        structlog.get_logger("bihuan.check").exception("check failed", check=pk)
        LedgerCheck.objects.filter(pk=pk).update(
            failure=f"{type(error).__name__}: {error}"[:200], finished_at=now()
        )
    finally:
        connection.close()


def _check(check: LedgerCheck) -> None:
    def keep(part: str, step: Step) -> None:
        check.part, check.done, check.total = part, step.done, step.total
        check.seen_at = now()
        check.save(update_fields=["part", "done", "total", "seen_at"])

    pieces = parts(now()) | {"texts": once(verify_texts), "months": once(verify_snapshots)}
    for fault in run(pieces, None, keep):
        check.found += 1
        if check.found <= MANY_FAULTS:
            check.faults.append(fault.as_json())
            check.save(update_fields=["found", "faults"])
    check.events, check.cases = Event.objects.count(), Case.objects.count()
    check.finished_at = check.seen_at = now()
    check.save()
