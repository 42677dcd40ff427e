"""Units and posts as every move needs them (通讯录): read once a process, and again when they have changed. Reads only.

A database trigger raises `orgs_directory.version` with every change of a unit or a post, so that a process knows with one
small read, mostly one it makes anyway, whether what it holds is current.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from bihuan.kernel.orgs.models import Directory as Version
from bihuan.kernel.orgs.models import Post, Unit


@dataclass(frozen=True)
class Directory:
    """Active units with their paths, and the codes of active posts, at a version."""

    version: int
    paths: Mapping[str, str]
    posts: frozenset[str]

    def paths_of(self, codes: Iterable[str]) -> dict[str, str]:
        """Unit code → path, for the codes that exist and are active."""
        return {code: self.paths[code] for code in codes if code in self.paths}


_held: dict[str, Directory] = {}  # one for each database


def directory(version: int | None = None) -> Directory:
    """The directory as it stands in the database; `version` is what the caller has just read there."""
    if version is None:
        version = Version.objects.values_list("version", flat=True).get()
    database = str(connection.settings_dict["NAME"])
    known = _held.get(database)
    if known is None or known.version != version:
        known = _held[database] = _read(version)
    return known


def _read(version: int) -> Directory:
    active = Unit.objects.filter(is_active=True).values_list("code", "path")
    posts = Post.objects.filter(is_active=True).values_list("code", flat=True)
    return Directory(version, dict(active), frozenset(posts))
