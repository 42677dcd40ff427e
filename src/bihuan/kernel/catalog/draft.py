"""The files of a catalog as parsed, with their lines, before anybody knows whether they agree."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.kernel.catalog.appraisal import AppraisalFile
from bihuan.kernel.catalog.files import (
    CalendarFile,
    CityFile,
    LightsFile,
    ParametersFile,
    Post,
    PostsFile,
    RegionsFile,
    RolesFile,
    UnitsFile,
)
from bihuan.kernel.catalog.source import Location, Source
from bihuan.kernel.errors import CatalogProblem
from bihuan.kernel.matters.definition import Matter


@dataclass(frozen=True)
class Draft:
    """All files as parsed, and the sources that know their lines."""

    city: CityFile
    regions: RegionsFile
    units: UnitsFile
    roles: RolesFile
    posts: PostsFile
    calendar: CalendarFile
    parameters: ParametersFile
    lights: LightsFile
    appraisal: AppraisalFile
    matters: Mapping[str, Matter]  # by file
    sources: Mapping[str, Source]

    def problem(self, file: str, location: Location, message: str) -> CatalogProblem:
        """A problem at a path of one of the files."""
        return self.sources[file].problem(location, message)


def expand_posts(draft: Draft) -> tuple[tuple[Post, Location], ...]:
    """Every post with the place that declares it: the written ones, then those of the patterns."""
    found = [(post, ("posts", index)) for index, post in enumerate(draft.posts.posts)]
    placed: list[tuple[Post, Location]] = list(found)
    for index, every in enumerate(draft.posts.every):
        for unit in draft.units.units:
            if unit.kind not in every.kinds or unit.code in every.but_not:
                continue
            for number, pattern in enumerate(every.posts):
                post = Post(
                    code=f"{unit.code}-{pattern.suffix}",
                    unit=unit.code,
                    name=pattern.name,
                    name_en=pattern.name_en,
                    roles=pattern.roles,
                )
                placed.append((post, ("every", index, "posts", number)))
    return tuple(placed)
