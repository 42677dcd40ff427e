"""Speaks Open311 (GeoReport v2) to another platform (外部平台) as its client, and reads its answers. Stores nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from urllib3.exceptions import HTTPError

from bihuan.delivery.letter import one_line
from bihuan.delivery.line import NotSent, ask
from bihuan.delivery.target import pin, read_url
from bihuan.hotline.peers import Peer
from bihuan.kernel.errors import Refusal

Kind = Literal["taken", "later", "refused", "unclear"]
NOT_TAKEN = frozenset({400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422})
TOO_OFTEN = 429
MOST_SAID = 2000
LONGEST_ID = 80


@dataclass(frozen=True)
class Sent:
    """What became of a request: taken there under `number` or `token`; or not taken, for now or for good; or nobody knows."""

    kind: Kind
    number: str = ""
    token: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Heard:
    """What a platform says of a request."""

    is_closed: bool
    status: str
    words: str


def send(peer: Peer, arguments: Mapping[str, str], key: str) -> Sent:
    """Send a demand; `key` goes along as Idempotency-Key."""
    said = {**({"jurisdiction_id": peer.jurisdiction} if peer.jurisdiction else {}), **arguments}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "Accept-Language": "zh-CN",
        "Idempotency-Key": key,
        "User-Agent": "Bihuan",
    }
    try:
        target = pin(read_url(f"{peer.url.rstrip('/')}/requests.json"))
        status, body = ask(target, "POST", urlencode(said).encode(), headers)
    except Refusal as refusal:
        return Sent("later" if refusal.code == "hook_name" else "refused", detail=refusal.code)
    except NotSent as error:
        return Sent("later", detail=_short(str(error)))
    except (HTTPError, OSError, ValueError) as error:
        return Sent("unclear", detail=_short(f"{type(error).__name__}: {error}"))
    return _meaning(status, body)


def _meaning(status: int, body: bytes) -> Sent:
    first = _first(body)
    if 200 <= status < 300:
        number, token = _id(first.get("service_request_id")), _id(first.get("token"))
        if number or token:
            return Sent("taken", number=number, token=token)
        return Sent("unclear", detail=f"{status}, no service_request_id")
    detail = _short(f"{status} {_text(first.get('description'))}")
    if status == TOO_OFTEN:
        return Sent("later", detail=detail)
    return Sent("refused" if status in NOT_TAKEN else "unclear", detail=detail)


def number_for(peer: Peer, token: str) -> str:
    """The number for a token; empty while there is none."""
    found = _get(peer, f"tokens/{quote(token, safe='')}.json")
    return _id(found.get("service_request_id")) if found else ""


def state_of(peer: Peer, number: str) -> Heard | None:
    """What the platform says of a request now; None where it gives no answer that can be read."""
    found = _get(peer, f"requests/{quote(number, safe='')}.json")
    status = _text(found.get("status")).lower() if found else ""
    if not found or status not in ("open", "closed"):
        return None
    return Heard(status == "closed", status, _text(found.get("status_notes"))[:MOST_SAID])


def _get(peer: Peer, path: str) -> Mapping[str, object] | None:
    query = f"?{urlencode({'jurisdiction_id': peer.jurisdiction})}" if peer.jurisdiction else ""
    headers = {"Accept": "application/json", "Accept-Language": "zh-CN", "User-Agent": "Bihuan"}
    try:
        target = pin(read_url(f"{peer.url.rstrip('/')}/{path}{query}"))
        status, body = ask(target, "GET", b"", headers)
    except (Refusal, NotSent, HTTPError, OSError, ValueError):
        return None
    return _first(body) if status == 200 else None


def _first(body: bytes) -> Mapping[str, object]:
    """The first object of an answer in JSON; empty for anything else."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    one = read[0] if isinstance(read, list) and read else read
    return one if isinstance(one, dict) else {}


def _text(value: object) -> str:
    """A text of theirs as one that can be stored: no NUL, no control characters but line breaks."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    plain = str(value).encode("utf-8", "replace").decode()
    return "".join(c for c in plain if c == "\n" or c.isprintable()).strip()


def _id(value: object) -> str:
    """A number or token of theirs; one that is longer than any we could keep is none."""
    text = _text(value)
    return text if len(text) <= LONGEST_ID and "\n" not in text else ""


def _short(text: str) -> str:
    return one_line(text)[:200]
