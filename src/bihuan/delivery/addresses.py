"""Giving people an address for mail (邮箱). The ledger notes that it changed, never what it is."""

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction

from bihuan.delivery.models import Address
from bihuan.delivery.record import record
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Person

FORM = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LONGEST = 254


def mail_goes_to(person: int | None) -> str:
    """Where a person's notices are mailed; empty without an address, and while mail is off."""
    if settings.BIHUAN_SMTP is None:
        return ""
    found = Address.objects.filter(person=person).first()
    return found.email if found else ""


@transaction.atomic
def set_address(person: Person, email: str, actor: Acting, *, now: datetime) -> None:
    """Send a person's notices to this address from now on; an empty one ends it. Raises a Refusal."""
    if email and (len(email) > LONGEST or not FORM.fullmatch(email)):
        raise Refusal(
            "email",
            N_("“%(email)s”不是可用的邮箱地址。"),
            remedy=N_("请填写形如 name@example.gov.cn 的地址。"),
            params={"email": email},
        )
    if email:
        Address.objects.update_or_create(person=person, defaults={"email": email, "set_at": now})
    else:
        Address.objects.filter(person=person).delete()
    record("address_set" if email else "address_ended", actor, {"person": person.pk}, now=now)
