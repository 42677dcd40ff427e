"""Hands demands on to other platforms and asks how they fare there (转办与跟踪). The case is the truth, `Handing` a bookmark.

What was sent without a clear answer is sent again only where the platform knows a request by its key; else a person decides.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.api.peer_said import Letter, letter_for, shared_fields
from bihuan.api.peer_wire import Heard, Sent, number_for, send, state_of
from bihuan.delivery.schedule import LEASE, next_try
from bihuan.hotline.intake import MATTER
from bihuan.hotline.online import online_desk
from bihuan.hotline.peer_keys import peer_key
from bihuan.hotline.peer_models import OPEN, OVER, SENDING, STUCK, WAITING, Handing
from bihuan.hotline.peers import Peer, peers_now
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.models import Event

HANDED_ON = "handed_on"
DECISIONS = ("hand_on", "send_again", "confirm_handed")
SOONEST, LATEST = timedelta(minutes=5), timedelta(hours=6)
MOST = 200  # rows in one round
NO_WORDS = N_("对方平台已办结，没有附说明。")
Clock = Callable[[], datetime]


def exchange(clock: Clock) -> int:
    """One round: take up what was handed on, send what is due, ask after what is open. Returns how many rows were due."""
    _take_up(clock())
    due = Handing.objects.filter(status__in=(WAITING, SENDING, OPEN), next_at__lte=clock())
    rows = list(due.order_by("next_at").values_list("pk", flat=True)[:MOST])
    for pk in rows:
        _work(pk, clock)
    return len(rows)


def _take_up(now: datetime) -> None:
    """A row for each demand that was handed on, and what a person decided about one that was stuck."""
    cases = list(Case.objects.filter(matter=MATTER, state=HANDED_ON))
    events = Event.objects.filter(stream__in=[case.number for case in cases], action__in=DECISIONS)
    decided: dict[str, list[Event]] = {}
    for event in events.order_by("seq"):
        decided.setdefault(event.stream, []).append(event)
    for case in cases:
        _take_up_one(case, decided[case.number], now)


def _take_up_one(case: Case, decisions: Sequence[Event], now: datetime) -> None:
    begun = [event.seq for event in decisions if event.action == "hand_on"][-1]
    last = decisions[-1]
    made = {"decided": last.seq, "peer": str(case.data["peer"]), "next_at": now}
    row, is_new = Handing.objects.get_or_create(case=case, seq=begun, defaults=made)
    if is_new or row.decided >= last.seq:
        return
    changes: dict[str, object] = {"decided": last.seq, "next_at": now, "attempts": 0, "quiet": 0}
    if last.action == "confirm_handed":
        changes |= {"status": OPEN, "number": str(case.data["peer_number"]), "token": ""}
    else:
        changes |= {"status": WAITING}
    Handing.objects.filter(pk=row.pk, status=STUCK).update(**changes)


def _work(pk: int, clock: Clock) -> None:
    row, was = _claim(pk, clock())
    if row is None:
        return
    case = Case.objects.get(pk=row.case_id)
    if case.state != HANDED_ON or _begun(case) != row.seq:
        _put(row, status=OVER)
    elif was == OPEN:
        _poll(row, case, clock)
    elif was == SENDING and not _peer(row, is_safe=True):  # whoever sent it died on the way
        _stuck(row, case, "unclear", "", clock(), shared_fields(case))
    else:
        _send(row, case, clock)


@transaction.atomic
def _claim(pk: int, now: datetime) -> tuple[Handing | None, str]:
    """The row, for this worker alone for as long as the lease, and how it stood."""
    due = Handing.objects.filter(pk=pk, status__in=(WAITING, SENDING, OPEN), next_at__lte=now)
    row = due.select_for_update(skip_locked=True).first()
    if row is None:
        return None, ""
    was, row.next_at = row.status, now + LEASE
    if was != OPEN:
        row.status, row.attempts = SENDING, row.attempts + 1
    row.save(update_fields=["status", "attempts", "next_at"])
    return row, was


def _begun(case: Case) -> int:
    found = Event.objects.filter(stream=case.number, action="hand_on").order_by("-seq").first()
    return found.seq if found else 0


def _peer(row: Handing, *, is_safe: bool = False) -> Peer | None:
    peer = peers_now().get(row.peer)
    return peer if peer and (peer.is_safe or not is_safe) else None


def _send(row: Handing, case: Case, clock: Clock) -> None:
    peer, key = _peer(row), peer_key(row.peer)
    letter = letter_for(case, peer, key) if peer and key else None
    if peer is None or letter is None:
        _stuck(row, case, "not_set", "", clock())
        return
    sent = send(peer, letter.arguments, f"{city().info.key}.{case.number}.{row.seq}")
    if sent.kind == "taken":
        _taken(row, case, sent, letter, clock())
    elif sent.kind == "refused":
        _stuck(row, case, "refused", sent.detail, clock(), letter.shared)
    elif sent.kind == "unclear" and not peer.is_safe:
        _stuck(row, case, "unclear", sent.detail, clock(), letter.shared)
    elif again := next_try(row.attempts, clock()):
        # A request that may have arrived stays SENDING: it is sent again only while the platform is said to be safe.
        status = WAITING if sent.kind == "later" else SENDING
        _put(row, status=status, next_at=again, detail=sent.detail)
    else:
        why = "unreachable" if sent.kind == "later" else "unclear"
        _stuck(row, case, why, sent.detail, clock(), letter.shared)


def _taken(row: Handing, case: Case, sent: Sent, letter: Letter, now: datetime) -> None:
    kept = {"status": OPEN, "number": sent.number, "token": sent.token, "next_at": now + SOONEST}
    said = {"peer_number": sent.number or sent.token, "shared": _labels(case, letter.shared)}
    _act(row, case, "handed_over", said, now, **kept, quiet=0, detail="")


def _labels(case: Case, names: Sequence[str]) -> str:
    """The fields of the caller that went out, for the record."""
    fields = city().matters[case.matter].fields
    return "、".join(fields[name].label for name in names)


def _poll(row: Handing, case: Case, clock: Clock) -> None:
    peer = _peer(row)
    if peer and not row.number and (number := number_for(peer, row.token)):
        said = {"peer_number": number, "shared": ""}
        if not _act(row, case, "handed_over", said, clock(), number=number):
            return
        row.number = number
    heard = state_of(peer, row.number) if peer and row.number else None
    now = clock()
    digest = _digest(heard) if heard else row.heard
    if heard is None or (digest == row.heard and not heard.is_closed):
        _put(row, quiet=row.quiet + 1, next_at=now + _wait(row.quiet + 1))
    elif heard.is_closed:
        said = {
            "answer": heard.words or str(NO_WORDS),
            "status": heard.status,
            "words": heard.words,
        }
        _act(row, case, "peer_closed", said, now, status=OVER, heard=digest)
    else:
        said = {"status": heard.status, "words": heard.words}
        _act(row, case, "peer_says", said, now, heard=digest, quiet=0, next_at=now + _wait(0))


def _wait(quiet: int) -> timedelta:
    """How long until it is asked again: twice as long after each time without news."""
    return min(SOONEST * (1 << min(quiet, 10)), LATEST)


def _digest(heard: Heard) -> str:
    return hashlib.sha256(f"{heard.status}\0{heard.words}".encode()).hexdigest()


def _stuck(
    row: Handing, case: Case, why: str, words: str, now: datetime, shared: Sequence[str] = ()
) -> None:
    said = {"why": why, "words": words, "shared": _labels(case, shared)}
    _act(row, case, "peer_stuck", said, now, status=STUCK, detail=words)


def _act(
    row: Handing, case: Case, action: str, said: dict[str, str], now: datetime, **kept: object
) -> bool:
    """Take the action and remember how far it has come, both or neither; False where a person moved the case meanwhile."""
    given = {name: value for name, value in said.items() if value}
    try:
        with transaction.atomic():
            act(case.number, action, online_desk(now), given, now=now)
            _put(row, **kept)
    except Refusal as refusal:
        # A number that the platform gave is kept; the next round sees where the case stands.
        known = kept if action == "handed_over" else {}
        _put(row, **{**known, "next_at": now + SOONEST, "detail": refusal.code})
        return False
    return True


def _put(row: Handing, **kept: object) -> None:
    Handing.objects.filter(pk=row.pk).update(**kept)
