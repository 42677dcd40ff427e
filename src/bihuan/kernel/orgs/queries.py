"""Reads of the organisation that every part needs: names, paths, who holds what. Writes nothing."""

from collections.abc import Iterable, Mapping

from bihuan.kernel.orgs.directory import directory


def unit_paths(codes: Iterable[str]) -> Mapping[str, str]:
    """Unit code → path, for the codes that exist and are active."""
    return directory().paths_of(codes)


def known_posts(codes: Iterable[str]) -> frozenset[str]:
    """Those of the post codes that exist and are active."""
    return directory().posts.intersection(codes)
