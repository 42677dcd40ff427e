"""Loads a city's catalog into the database: regions, units, posts, versions of matters. Idempotent."""

from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import city, definition_digest
from bihuan.kernel.cases.models import MatterVersion
from bihuan.kernel.cases.succession import merge_unit
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Post, Region, Unit


@transaction.atomic
def install_city(now: datetime | None = None) -> None:
    """Bring the database to the catalog; what the catalog dropped is made inactive, never deleted.

    `now` is the instant at which mergers take effect; without it there is nothing to merge in a new database.
    """
    _install_regions()
    _install_units()
    _install_posts()
    _install_matters()
    _install_mergers(now)


def _install_regions() -> None:
    for region in city().regions.values():
        Region.objects.update_or_create(
            code=region.code,
            defaults={
                "name": region.name,
                "name_en": region.name_en,
                "parent_id": region.parent or None,
                "level": region.level,
            },
        )


def _install_units() -> None:
    Unit.objects.exclude(code__in=city().units).update(is_active=False)
    paths = {code: city().unit_path(code) for code in city().units}
    parents_first = sorted(city().units.values(), key=lambda unit: paths[unit.code].count("/"))
    for order, unit in enumerate(parents_first):
        Unit.objects.update_or_create(
            code=unit.code,
            defaults={
                "name": unit.name,
                "short": unit.short,
                "name_en": unit.name_en,
                "kind": unit.kind,
                "parent_id": unit.parent or None,
                "region_id": unit.region or None,
                "path": paths[unit.code],
                "order": order,
                "is_active": True,
            },
        )


def _install_posts() -> None:
    Post.objects.exclude(code__in=city().posts).update(is_active=False)
    for post in city().posts.values():
        Post.objects.update_or_create(
            code=post.code,
            defaults={
                "unit_id": post.unit,
                "name": post.name,
                "name_en": post.name_en,
                "roles": list(post.roles),
                "is_active": True,
            },
        )


def _install_matters() -> None:
    for matter in city().matters.values():
        digest = definition_digest(matter)
        row, _ = MatterVersion.objects.get_or_create(
            key=matter.key,
            version=matter.version,
            defaults={
                "digest": digest,
                "definition": matter.model_dump(mode="json", by_alias=True),
            },
        )
        if row.digest != digest:
            raise CatalogError((_changed_without_version(matter.key, matter.version),))


def _changed_without_version(key: str, version: int) -> CatalogProblem:
    return CatalogProblem(
        f"matters/{key}.yaml",
        1,
        f"事项 {key} 第 {version} 版已经启用，内容却变了：请把 version 改为 {version + 1} "
        f"(version {version} is in use and its content changed: raise `version`)",
    )


def _install_mergers(now: datetime | None) -> None:
    """Carry over the open cases of units that the catalog says were merged away, once."""
    for merged in city().merged.values():
        still = Unit.objects.filter(code=merged.code, merged_into=None).exists()
        if still and now is not None:
            merge_unit(merged.code, merged.into, SYSTEM_ACTOR, now=now, basis=merged.basis)
