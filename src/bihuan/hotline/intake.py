"""Takes a demand in (受理登记): what was told becomes a case, once. The same words within minutes get the first one's number."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bihuan.hotline.limits import BY_ADDRESS, BY_PHONE, Counts
from bihuan.hotline.pictures import unfit_pictures
from bihuan.hotline.told import Told, read_told
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case, Receipt
from bihuan.kernel.errors import FormRefusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.privacy.masks import normal
from bihuan.kernel.privacy.master import keyed_digest

MATTER = "hotline.demand"
CHUNK = 1024 * 1024

__all__ = ["MATTER", "Told", "register"]


def register(
    told: Told,
    actor: Acting,
    *,
    now: datetime,
    files: Sequence[Upload] = (),
    key: str = "",
) -> Case:
    """Register a demand and return its case; `case.is_repeated` is True where it had been registered before.

    Without an idempotency `key` the same words from the same place and telephone within `hotline.same_minutes` count as
    sent twice. Raises FormRefusal with a problem for each field of `Told` that is wrong, and TooOften; then nothing is
    stored.
    """
    values, problems = read_told(told)
    problems += unfit_pictures("files", files)
    if problems:
        raise FormRefusal(problems)
    keys = (key,) if key else _keys(told, values, files, now)
    if first := _first(keys):
        return first
    limits = _limits(told, values, now)
    for counts, whose, most in limits:
        counts.require(whose, most, now)
    case = open_case(MATTER, values, actor, now=now, files=_uploads(files), key=keys[0])
    if not case.is_repeated:
        for counts, whose, _ in limits:
            counts.count(whose, now)
    return case


def _uploads(files: Sequence[Upload]) -> Mapping[str, Sequence[Upload]]:
    return {"files": files} if files else {}


def _limits(
    told: Told, values: Mapping[str, object], now: datetime
) -> list[tuple[Counts, str, int]]:
    found = []
    if told.network:
        found.append((BY_ADDRESS, told.network, whole("hotline.address_per_hour", now)))
    if phone := str(values.get("caller_phone", "")):
        found.append((BY_PHONE, normal("phone", phone), whole("hotline.phone_per_day", now)))
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
    kept = Receipt.objects.filter(key__in=keys).select_related("case").first()
    if kept is None:
        return None
    case = kept.case
    case.answer, case.is_repeated = Event.objects.get(stream=case.number, seq=kept.seq), True
    return case
