"""Where a web hook may point: never into the house, unless the operator names the host. Resolves once, and pins."""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from bihuan.kernel.errors import N_, Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
LONGEST_URL = 500


@dataclass(frozen=True)
class Target:
    """A checked address: the connection goes to `address`, the certificate must be for `host`."""

    scheme: str
    host: str
    port: int
    path: str
    address: str = ""

    @property
    def authority(self) -> str:
        """What the Host header says."""
        usual = 443 if self.scheme == "https" else 80
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == usual else f"{host}:{self.port}"

    @property
    def is_allowed(self) -> bool:
        """Whether the operator named this host: then http and private addresses are accepted."""
        return not {self.host, f"{self.host}:{self.port}"}.isdisjoint(settings.BIHUAN_WEBHOOK_HOSTS)


def read_url(url: str) -> Target:
    """The parts of a web hook's address; raises a Refusal where it cannot be one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise _bad_url() from None
    is_plain = url.isascii() and not any(c.isspace() or not c.isprintable() for c in url)
    if not host or not is_plain or len(url) > LONGEST_URL or parts.scheme not in ("http", "https"):
        raise _bad_url()
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _bad_url()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port, path)
    if target.scheme != "https" and not target.is_allowed:
        raise Refusal(
            "hook_url",
            N_("接收网址必须以 https:// 开头。"),
            remedy=N_("确需明文或内网地址的，请运维人员在 BIHUAN_WEBHOOK_HOSTS 中列出该主机。"),
        )
    return target


def pin(target: Target) -> Target:
    """Resolve the host now and fix the address; raises a Refusal where any of its addresses is inside the house.

    The connection uses the pinned address: a name that changes its mind afterwards gains nothing.
    """
    try:
        known = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refusal(
            "hook_name",
            N_("查不到接收网址的主机“%(host)s”。"),
            remedy=N_("请核对网址后再试。"),
            params={"host": target.host},
        ) from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in known]
    if not target.is_allowed and not _all_public(addresses):
        raise Refusal(
            "hook_private",
            N_("接收网址的主机“%(host)s”是内部地址，不允许投递。"),
            remedy=N_("确需内网投递的，请运维人员在 BIHUAN_WEBHOOK_HOSTS 中列出该主机。"),
            params={"host": target.host},
        )
    return Target(target.scheme, target.host, target.port, target.path, addresses[0])


def _all_public(addresses: Iterable[str]) -> bool:
    return all(_is_public(ipaddress.ip_address(address)) for address in addresses)


def _is_public(address: Address) -> bool:
    """Whether an address lies outside; one that carries an IPv4 address inside it is judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _bad_url() -> Refusal:
    return Refusal(
        "hook_url",
        N_("接收网址须是完整的 https:// 网址，不含用户名、密码和 # 号。"),
        remedy=N_("请改正后再提交。"),
    )
