"""Makes, revokes and recognises the interface's keys (接口密钥). What a caller may do is decided by the post they hold."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.api.models import ApiKey
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.statement import run
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.own import append_own
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.kernel.orgs.models import Holding

STREAM = "api-keys"
MARK = "bihuan"
USE_IS_WRITTEN_AFTER = timedelta(hours=1)
MOST_REMEMBERED = 1000

# One read tells whether the key lives, who holds what at this instant, and whether to note the use.
RECOGNISE = """
SELECT key.id, key.digest, key.last_used, key.holding_id, held.person_id,
       ARRAY(SELECT other.id FROM orgs_holding other
             WHERE other.person_id = held.person_id AND other.since <= %s
               AND other.until IS NULL
             ORDER BY other.id)
FROM api_apikey key
JOIN orgs_holding held ON held.id = key.holding_id
JOIN orgs_person person ON person.id = held.person_id
WHERE key.prefix = %s AND key.revoked_at IS NULL AND person.is_active
"""


@dataclass(frozen=True)
class Caller:
    """Who calls: a person in the post that the key is bound to."""

    key: int
    acting: Acting

    @property
    def person(self) -> int:
        """The person to whom idempotency keys belong."""
        assert self.acting.person is not None
        return self.acting.person


@transaction.atomic
def make_key(holding: Holding, name: str, actor: Acting, *, now: datetime) -> str:
    """Make a key for a person in a post; returns the token, which nobody can read again."""
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    token = f"{MARK}_{prefix}_{secret}"
    key = ApiKey(prefix=prefix, digest=_digest(token), name=name, holding=holding, created_at=now)
    key.save(force_insert=True)
    _record("make", key, actor, now)
    return token


@transaction.atomic
def revoke_key(prefix: str, actor: Acting, *, now: datetime) -> ApiKey:
    """End a key from now on; raises a Refusal where no living key begins so."""
    key = ApiKey.objects.select_for_update().filter(prefix=prefix, revoked_at=None).first()
    if key is None:
        raise Refusal(
            "no_such_key",
            N_("没有以“%(prefix)s”开头的有效密钥。"),
            remedy=N_("请核对密钥的前八位；已收回的密钥不必再收回。"),
            params={"prefix": prefix},
        )
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    _record("revoke", key, actor, now)
    return key


def held_post(username: str, post: str, now: datetime) -> Holding:
    """The holding that a key is to be bound to; raises a Refusal where the person does not hold the post."""
    held = Holding.objects.filter(person__username=username, post=post, since__lte=now)
    holding = held.filter(until=None).first()
    if holding is None:
        raise Refusal(
            "not_held",
            N_("“%(username)s”现在不担任岗位“%(post)s”。"),
            remedy=N_("请先任命：bihuan appoint。"),
            params={"username": username, "post": post},
        )
    return holding


def caller_of(token: str, now: datetime) -> Caller | None:
    """Who calls with a token at an instant; None for an unknown or revoked one, or once the post is given up."""
    mark, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not prefix.isalnum() or not secret or not prefix.isascii():
        return None
    rows = run(RECOGNISE, [now, prefix])
    if not rows or not hmac.compare_digest(rows[0][1], _digest(token)):
        return None
    key, _, last_used, holding, person, held = rows[0]
    if holding not in held:
        return None
    _note_use(key, last_used, now)
    acting = _actings(person, tuple(held), now).get(holding)
    return Caller(key, acting) if acting else None


# Ways to act by minute and held posts: what a post may do is the catalog's and changes with a new start only.
_known: dict[tuple[datetime, tuple[int, ...]], dict[int, Acting]] = {}


def _actings(person: int, held: tuple[int, ...], now: datetime) -> dict[int, Acting]:
    """Holding → way to act, for the holdings that the database just named."""
    asked = (now.replace(second=0, microsecond=0), held)
    if asked not in _known:
        if len(_known) >= MOST_REMEMBERED:
            _known.clear()
        posts = dict(Holding.objects.filter(pk__in=held).values_list("post_id", "pk"))
        _known[asked] = {posts[way.post]: way for way in actings_of(person, now)}
    return _known[asked]


def _note_use(key: int, last_used: datetime | None, now: datetime) -> None:
    if last_used is None or now - last_used > USE_IS_WRITTEN_AFTER:
        ApiKey.objects.filter(pk=key).update(last_used=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(action: str, key: ApiKey, actor: Acting, now: datetime) -> None:
    holding = key.holding
    content: dict[str, Json] = {
        "prefix": key.prefix,
        "name": key.name,
        "person": holding.person_id,
        "post": holding.post_id,
    }
    append_own(STREAM, action, actor, content, at=now, algorithm=algorithm())
