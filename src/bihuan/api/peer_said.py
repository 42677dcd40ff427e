"""What another platform is told of a demand (转办内容), and of its caller as far as the caller allows. Sends nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.hotline.peers import Peer
from bihuan.hotline.service_codes import OPEN_IDENTITY
from bihuan.hotline.words.personal import mask
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.privacy.store import ERASED, opened

# Our field → their argument; only of a caller who may be named to whoever handles the demand (身份公开).
CALLER = {"caller_name": "last_name", "caller_phone": "phone", "caller_mail": "email"}


@dataclass(frozen=True)
class Letter:
    """The arguments of a request, and which fields of the caller are among them."""

    arguments: Mapping[str, str]
    shared: Sequence[str]


def letter_for(case: Case, peer: Peer, key: str) -> Letter | None:
    """What is sent; None where the platform has no service for such a demand. Opens the caller's sealed values."""
    data = {name: str(value) for name, value in case.data.items() if isinstance(value, str | int)}
    service = peer.service_for(data.get("category", ""), data.get("kind", ""))
    if not service:
        return None
    is_open = data.get("identity") == OPEN_IDENTITY
    said = {
        "api_key": key,
        "service_code": service,
        "description": _words(case, data, is_open=is_open),
        "address_string": _place(data),
        "lat": str(case.data.get("lat") or ""),
        "long": str(case.data.get("lon") or ""),
    }
    caller = _caller(case)
    said |= {CALLER[name]: value for name, value in caller.items()}
    if not is_open:
        said["attribute[identity]"] = "anonymous"
    return Letter({name: value for name, value in said.items() if value}, tuple(caller))


def _words(case: Case, data: Mapping[str, str], *, is_open: bool) -> str:
    """Our number first, by which a person there finds what came twice; personal data masked unless the caller is open."""
    parts = (data.get("content", ""), data.get("wish", ""))
    text = "\n".join(part for part in parts if part)
    return f"[{city().info.name} {case.number}] {text if is_open else mask(text)}"


def _place(data: Mapping[str, str]) -> str:
    region = city().regions.get(data.get("place", ""))
    parts = (
        city().info.name,
        region.name if region and region.parent else "",
        data.get("address", ""),
    )
    return "".join(part for part in parts if part)


def shared_fields(case: Case) -> tuple[str, ...]:
    """The fields of the caller that another platform may be told."""
    if case.data.get("identity") != OPEN_IDENTITY:
        return ()
    return tuple(name for name in CALLER if case.data.get(name))


def _caller(case: Case) -> dict[str, str]:
    held = {name: case.data[name] for name in shared_fields(case)}
    return {name: str(value) for name, value in opened(held).items() if value and value != ERASED}
