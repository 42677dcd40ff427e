"""Spreads what persons outside are told (告知): one event becomes one message for each person, however many cases they have.

It goes from the case that moved through those that follow it, a few hundred in a transaction, and goes on where it
stopped. No personal value is opened here: channel and sameness are told by masks and keyed digests.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from bihuan.delivery.models import EMAIL, SMS, UNSENT, WAITING, Delivery
from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case, Telling
from bihuan.kernel.cases.tellings import (
    claim_unspread,
    followers_after,
    may_be_told,
    note_spread,
)
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.outsiders import WORDS, Tells, names_in
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.store import references_in

CHUNK = 500
Contacts = Sequence[PersonalValue]


def spread(*, now: datetime) -> int:
    """Spread everything that waits. Returns how many messages were written."""
    total = 0
    while (made := spread_some(now=now)) is not None:
        total += made
    return total


@transaction.atomic
def spread_some(*, now: datetime) -> int | None:
    """One piece of the oldest telling; two workers at once take different ones. None where nothing waits."""
    telling = claim_unspread()
    if telling is None:
        return None
    case = telling.case
    matter, _ = matter_at(case.matter, case.version)
    tells = matter.tells_of(telling.action)
    follow = bool(tells and tells.says(follower=True))
    after = telling.upto or 0
    followers = followers_after(case, matter, telling.at, after, CHUNK) if follow else []
    heard = [case, *followers] if telling.upto is None else followers
    made = list(_messages(telling, matter, tells, heard, now)) if tells else []
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    note_spread(telling, followers, now, is_last=len(followers) < CHUNK)
    return len(made)


def _messages(
    telling: Telling, matter: Matter, tells: Tells, cases: Sequence[Case], now: datetime
) -> Iterator[Delivery]:
    contacts = contacts_of(matter, cases)
    told = _told_already(telling, {v.lookup for held in contacts.values() for v in held})
    for case in cases:
        held = contacts[case.pk]
        mine = {value.lookup for value in held}
        text = tells.says(follower=case.pk != telling.case_id)
        if not text or not held or not told.isdisjoint(mine):
            continue
        told |= mine
        value, reason = _chosen(held, text)
        yield Delivery(
            key=f"{telling.case.number}/{telling.seq}/v{value.pk}", telling=telling, case=case,
            value=value.pk, channel=SMS if value.kind == "phone" else EMAIL,
            status=UNSENT if reason else WAITING, reason=reason, next_at=now, created_at=now,
        )  # fmt: skip


def contacts_of(matter: Matter, cases: Iterable[Case]) -> dict[int, Contacts]:
    """Case → the contacts that its person gave and that stand, the one to be used first at the head."""
    names = matter.outsiders.contact if matter.outsiders else ()
    held: dict[int, list[str]] = {}
    for case in cases:
        known = references_in(case.data) if may_be_told(matter, case.data) else {}
        held[case.pk] = [known[name] for name in names if name in known]
    ids = [pk for found in held.values() for pk in found]
    alive = {row.pk: row for row in PersonalValue.objects.filter(pk__in=ids, erased_at=None)}
    return {case: [alive[pk] for pk in found if pk in alive] for case, found in held.items()}


def _told_already(telling: Telling, lookups: set[str]) -> set[str]:
    """Of some contacts those whose person has a message of this event already, through whichever case."""
    told = Delivery.objects.filter(telling=telling).values("case__number")
    same = PersonalValue.objects.filter(lookup__in=lookups - {""}, stream__in=told)
    return set(same.values_list("lookup", flat=True))


def _chosen(held: Contacts, text: str) -> tuple[PersonalValue, str]:
    """The contact to be used, and why nothing can be sent to it (empty: it can)."""
    if not settings.BIHUAN_SITE and any(WORDS[name].link for name in names_in(text)):
        return held[0], "no_site"
    reasons = [(value, _hindrance(value)) for value in held]
    return next((found for found in reasons if not found[1]), reasons[0])


def _hindrance(value: PersonalValue) -> str:
    if value.kind != "phone":
        return "" if settings.BIHUAN_SMTP else "no_mail"
    if not value.mask.startswith("1"):  # a fixed line takes no short message
        return "landline"
    return "" if settings.BIHUAN_SMS else "no_sms"
