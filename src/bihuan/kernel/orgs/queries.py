"""Reads of the organisation that every part needs: names, paths, who holds what. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from bihuan.kernel.orgs.directory import directory
from bihuan.kernel.orgs.models import Holding, Unit


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


def units_below(paths: Sequence[str]) -> set[str]:
    """Codes of the units at these paths and of all below them, inactive ones too: their cases remain."""
    if not paths:
        return set()
    trees = reduce(or_, (Q(path__startswith=path) for path in paths))
    return set(Unit.objects.filter(trees).values_list("code", flat=True))


def holders_of_posts() -> list[tuple[str, str, str]]:
    """Name, post and unit of everybody who holds a post, by name; a city has some thousands."""
    held = Holding.objects.filter(until__isnull=True, post__is_active=True)
    return list(
        held.order_by("person__name", "post").values_list(
            "person__name", "post_id", "post__unit_id"
        )
    )
