"""Which demands a visitor without an account holds the codes of: kept in their session until the browser closes."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from bihuan.hotline.tellings import TELLINGS
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import NoSuchCase

KEPT = "followed"
MOST = 50


def hold(request: HttpRequest, number: str) -> None:
    """Let this browser see the demand."""
    held = [n for n in request.session.get(KEPT, []) if n != number]
    request.session[KEPT] = [*held, number][-MOST:]


def held_case(request: HttpRequest, number: str) -> Case:
    """A demand that this browser may see; NoSuchCase for every other."""
    if number not in request.session.get(KEPT, []):
        raise NoSuchCase(number)
    return Case.objects.get(matter__in=TELLINGS, number=number)


def network(request: HttpRequest) -> str:
    """The address that a request comes from; of IPv6 the half that names the network: the other half anybody may change."""
    given = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return given


def uploads(request: HttpRequest, name: str) -> Sequence[Upload]:
    """The files that were sent under a name."""
    sent: list[UploadedFile[Any]] = request.FILES.getlist(name)
    return [Upload(file.name or "", cast(BinaryIO, file.file)) for file in sent]
