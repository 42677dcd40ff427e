"""Takes a demand in (受理登记): the one way for residents, operators and programs. Same words within minutes, one demand."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bihuan.hotline.finding_out import found_out
from bihuan.hotline.limits import BY_ADDRESS, BY_PHONE, TRIES, Asked, give_back, take
from bihuan.hotline.online import ROLE
from bihuan.hotline.pictures import unfit_pictures
from bihuan.hotline.rules import TOLD
from bihuan.hotline.told import Told, field_named, read_told, told_in
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.intakes import Coming, intake
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.statement import run
from bihuan.kernel.errors import FieldProblem, FormRefusal, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.privacy.masks import normal
from bihuan.kernel.privacy.master import keyed_digest

MATTER = "hotline.demand"
FILES = "files"
CHUNK = 1024 * 1024
KEPT = "SELECT case_id, seq FROM cases_receipt WHERE key = ANY(%s::text[]) LIMIT 1"

__all__ = ["MATTER", "Told", "register"]


def register(
    told: Told,
    actor: Acting,
    *,
    now: datetime,
    files: Sequence[Upload] = (),
    key: str = "",
    matter: str = MATTER,
) -> Case:
    """Register a demand and return its case; `case.is_repeated` is True where it had been registered before.

    Without an idempotency `key` the same words from the same place and telephone within `hotline.same_minutes` count as
    sent twice. Raises FormRefusal with a problem for each field of `Told` that is wrong, and TooOften; then nothing is
    stored. The case names the caller's open demand that it repeats, and the units that may handle it.
    """
    if told.network:
        take([TRIES.of(told.network, whole("hotline.tries_per_minute", now))], now)
    values, problems = read_told(told)
    problems += unfit_pictures(FILES, files)
    if problems:
        raise FormRefusal(problems)
    keys = (key,) if key else _keys(told, values, files, now)
    if not key and (first := _first(keys)):
        return first
    limits = _limits(told, values, actor, now)
    take(limits, now)
    try:
        case = open_case(
            matter, values, actor,
            now=now, files={FILES: files} if files else {}, key=keys[0],
            added=found_out(matter, values, now),
        )  # fmt: skip
    except Refusal:
        give_back(limits)
        raise
    if case.is_repeated:
        give_back(limits)
    return case


@intake(TOLD)
def take_told(coming: Coming) -> Case:
    """A form of the matter's own fields, from the console, a page or a program; faults stand under the matter's names."""
    own = city().matters[coming.matter].opener
    data = {n: v for n, v in coming.data.items() if n != own or v != coming.actor.unit}
    told, problems = told_in(data)
    if problems:
        raise FormRefusal(problems)
    files = coming.files.get(FILES, ())
    try:
        return register(
            told, coming.actor, now=coming.now, files=files, key=coming.key, matter=coming.matter
        )
    except FormRefusal as refusal:
        refusal.problems = tuple(
            FieldProblem(field_named(p.path), p.message, p.params) for p in refusal.problems
        )
        raise


def _limits(told: Told, values: Mapping[str, object], actor: Acting, now: datetime) -> list[Asked]:
    """By address where one is known, and by telephone. An operator hears a caller as often as they call."""
    found = []
    if told.network:
        found.append(BY_ADDRESS.of(told.network, whole("hotline.address_per_hour", now)))
    phone = str(values.get("caller_phone", ""))
    if phone and ROLE in actor.roles:
        most = whole("hotline.phone_per_day", now)
        found.append(BY_PHONE.of(normal("phone", phone), most))
    return found


def whole(name: str, now: datetime) -> int:
    """A whole number of the city's parameters in force."""
    return int(city().parameters.number(name, now))


def _keys(
    told: Told, values: Mapping[str, object], files: Sequence[Upload], now: datetime
) -> tuple[str, str]:
    """The idempotency keys of these words in this span of minutes and in the one before."""
    said = [told.network, values, [_digest(upload) for upload in files]]
    words = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()
    span = timedelta(minutes=whole("hotline.same_minutes", now)).total_seconds()
    place = int(now.timestamp() // span)
    digest = keyed_digest("told", words)
    return f"told:{digest}:{place}", f"told:{digest}:{place - 1}"


def _digest(upload: Upload) -> str:
    hasher = hashlib.sha256()
    upload.stream.seek(0)
    while chunk := upload.stream.read(CHUNK):
        hasher.update(chunk)
    upload.stream.seek(0)
    return hasher.hexdigest()


def _first(keys: Sequence[str]) -> Case | None:
    """The case that one of the keys led to."""
    rows = run(KEPT, [list(keys)])
    if not rows:
        return None
    [(pk, seq)] = rows
    case = Case.objects.get(pk=pk)
    case.answer, case.is_repeated = Event.objects.get(stream=case.number, seq=seq), True
    return case
