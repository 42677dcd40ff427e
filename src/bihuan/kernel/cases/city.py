"""The city that this installation serves: its catalog, read once, and the matters by version."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.kernel.cases.models import MatterVersion
from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.ledger.chain import Algorithm, canonical, digest
from bihuan.kernel.matters.definition import Matter


@lru_cache(maxsize=1)
def city() -> City:
    """The city of BIHUAN_CATALOG; raises CatalogError with every problem."""
    return load_city(Path(settings.BIHUAN_CATALOG))


@lru_cache(maxsize=1)
def work_calendar() -> WorkCalendar:
    """The city's working days and hours: the holiday library with the catalog's overrides."""
    return city().work_calendar()


def algorithm() -> Algorithm:
    """The digest that the city chose for its ledger."""
    return city().digest_algorithm


def definition_digest(matter: Matter) -> str:
    """What an event pins: the digest of the definition it was taken under."""
    return digest(algorithm(), canonical(matter.model_dump(mode="json", by_alias=True)))


@lru_cache(maxsize=256)
def matter_at(key: str, version: int) -> tuple[Matter, str]:
    """The definition that a case was opened with, and its digest.

    The database keeps no order of keys; the catalog's file does, and people read fields and actions in its order.
    """
    row = MatterVersion.objects.get(key=key, version=version)
    today = city().matters.get(key)
    if today and today.version == version and definition_digest(today) == row.digest:
        return today, row.digest
    return Matter.model_validate(row.definition), row.digest


def matter_now(key: str) -> tuple[Matter, str]:
    """The definition that a case is opened with today."""
    matter = city().matters[key]
    return matter_at(key, matter.version)


@lru_cache(maxsize=1)
def sealed_matters() -> dict[str, Matter]:
    """The matters whose cases are hidden from some units (封闭事项), those of earlier versions with them; by key."""
    rows = MatterVersion.objects.exclude(definition__hides_from=[])
    old = [Matter.model_validate(row.definition) for row in rows.order_by("key", "version")]
    return {matter.key: matter for matter in (*old, *city().matters.values()) if matter.hides_from}


def forget() -> None:
    """Drop what was read, so that another catalog can be served (tests, reload)."""
    for cached in (city, work_calendar, matter_at, sealed_matters):
        cached.cache_clear()
