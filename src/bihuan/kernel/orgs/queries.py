"""Reads of the organisation that every part needs: names, paths, who holds what. Writes nothing."""

from collections.abc import Iterable, Mapping

from bihuan.kernel.orgs.directory import directory
from bihuan.kernel.orgs.models import Unit


def unit_paths(codes: Iterable[str]) -> Mapping[str, str]:
    """Unit code → path, for the codes that exist and are active."""
    return directory().paths_of(codes)


def heirs_of(codes: Iterable[str]) -> Mapping[str, str]:
    """Unit code → the unit that carries on its work, for those of the units that were merged away."""
    into = dict(Unit.objects.exclude(merged_into=None).values_list("code", "merged_into_id"))
    heirs: dict[str, str] = {}
    for code in codes:
        heir = code
        while heir in into:
            heir = str(into[heir])
        if heir != code:
            heirs[code] = heir
    return heirs


def known_posts(codes: Iterable[str]) -> frozenset[str]:
    """Those of the post codes that exist and are active."""
    return directory().posts.intersection(codes)
