"""Reads of the organisation that every part needs: names, paths, who holds what. Writes nothing."""

from collections.abc import Iterable, Mapping

from bihuan.kernel.orgs.models import Post, Unit


def unit_paths(codes: Iterable[str]) -> Mapping[str, str]:
    """Unit code → path, for the codes that exist and are active."""
    return dict(
        Unit.objects.filter(code__in=set(codes), is_active=True).values_list("code", "path")
    )


def known_posts(codes: Iterable[str]) -> frozenset[str]:
    """Those of the post codes that exist and are active."""
    return frozenset(
        Post.objects.filter(code__in=set(codes), is_active=True).values_list("code", flat=True)
    )
