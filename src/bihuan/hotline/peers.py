"""Other platforms that a demand can be handed on to (外部平台): the catalog's file, its mistakes with their lines. No network."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from django.conf import settings
from pydantic import Field, StringConstraints

from bihuan.hotline.intake import MATTER
from bihuan.hotline.knowledge_files import read_model
from bihuan.hotline.routing_categories import Categories
from bihuan.hotline.service_codes import CODED
from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.files import KEY, English, Name
from bihuan.kernel.catalog.source import Source
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.matters.fields import Frozen

FILE = "hotline/peers.yaml"
FIELD = "peer"
ServiceCode = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Peer(Frozen):
    """One platform that speaks Open311 (GeoReport v2)."""

    name: Name
    name_en: English = ""
    url: str = Field(max_length=400, description="网址: up to and without /requests.json")
    jurisdiction: str = Field(default="", max_length=40, description="jurisdiction_id 辖区")
    repeats: Literal["safe", "unsafe"] = Field(
        default="unsafe",
        description="safe: the same Idempotency-Key twice makes one request there (重发不重复登记)",
    )
    services: Mapping[str, ServiceCode] = Field(
        default={}, description="服务: our category code or kind → their service code"
    )
    usual: str = Field(
        default="", max_length=60, description="其余诉求: their code for all others; empty: none"
    )

    @property
    def is_safe(self) -> bool:
        """Whether a request may be sent again when nobody knows whether it arrived."""
        return self.repeats == "safe"

    def service_for(self, category: str, kind: str) -> str:
        """Their code for a demand: by its category, else its division, else its kind; empty where they have none."""
        coded = CODED.fullmatch(category)
        codes = (coded["code"], coded["code"][:2] + "0000") if coded else ()
        found = (self.services.get(name) for name in (*codes, kind))
        return next((code for code in found if code), self.usual)


class PeersFile(Frozen):
    """hotline/peers.yaml."""

    peers: Mapping[Annotated[str, StringConstraints(pattern=KEY)], Peer]


def peers_now() -> Mapping[str, Peer]:
    """The platforms as the catalog has them now; none in a city without the file."""
    home = Path(settings.BIHUAN_CATALOG)
    try:
        stamp = (home / FILE).stat().st_mtime_ns
    except OSError:
        return {}
    return _read(home, stamp)


@lru_cache(maxsize=2)
def _read(home: Path, stamp: int) -> Mapping[str, Peer]:
    return read_model(home, FILE, PeersFile)[0].peers


def check_peers(catalog: Path, city: City, categories: Categories) -> tuple[CatalogProblem, ...]:
    """Every mistake of the file; the platforms are those that the demand's form offers, and no others."""
    matter = city.matters.get(MATTER)
    field = matter.fields.get(FIELD) if matter else None
    offered = field.choices if field else {}
    if not (catalog / FILE).exists():
        missing = (
            f"matters/{MATTER}.yaml 的 {FIELD} 列出了外部平台，缺少本文件（this file is missing）"
        )
        return (CatalogProblem(FILE, 1, missing),) if offered else ()
    try:
        read, source = read_model(catalog, FILE, PeersFile)
    except CatalogError as error:
        return error.problems
    kinds = matter.fields["kind"].choices if matter else {}
    coded = {*categories.by_code, *(division.code for division in categories.divisions)}
    found = [
        source.problem(("peers",), f"缺少外部平台 {code}，表单中可选（offered, and not here）")
        for code in offered
        if code not in read.peers
    ]
    for code, peer in read.peers.items():
        if code not in offered:
            message = f"matters/{MATTER}.yaml 的 {FIELD} 没有 {code}（the form does not offer it）"
            found.append(source.problem(("peers", code), message))
        found += _faults(code, peer, source, {*kinds, *coded})
    return tuple(found)


def _faults(code: str, peer: Peer, source: Source, ours: set[str]) -> Iterator[CatalogProblem]:
    parts = urlsplit(peer.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        message = f"“{peer.url}”不是完整网址（not a whole http(s) address）"
        yield source.problem(("peers", code, "url"), message)
    for name in peer.services:
        if name not in ours:
            message = f"没有诉求类型或分类 {name}（no such kind or category）"
            yield source.problem(("peers", code, "services", name), message)
    if not peer.services and not peer.usual:
        message = "没有写明服务代码（say services, or usual）"
        yield source.problem(("peers", code), message)
