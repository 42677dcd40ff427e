"""Loads a city's catalog: reads every file, checks all, and returns a City or every problem at once."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import ValidationError

from bihuan.kernel.catalog.city import City, ParameterTable
from bihuan.kernel.catalog.consistency import Draft, check_consistency, expand_posts
from bihuan.kernel.catalog.files import (
    CalendarFile,
    CityFile,
    LightsFile,
    ParametersFile,
    PostsFile,
    RegionsFile,
    RolesFile,
    UnitsFile,
)
from bihuan.kernel.catalog.messages import say
from bihuan.kernel.catalog.source import Source, read_source
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.matters.checks import check_matter
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import GUARDS
from bihuan.kernel.matters.fields import Frozen

FILES: Final[Mapping[str, type[Frozen]]] = MappingProxyType(
    {
        "city.yaml": CityFile,
        "regions.yaml": RegionsFile,
        "units.yaml": UnitsFile,
        "roles.yaml": RolesFile,
        "posts.yaml": PostsFile,
        "calendar.yaml": CalendarFile,
        "parameters.yaml": ParametersFile,
        "lights.yaml": LightsFile,
    }
)
MATTERS: Final = "matters"


def load_city(directory: Path) -> City:
    """The city that the directory describes; CatalogError with every problem where it is not sound.

    Guards are looked up in `facts.GUARDS`: import the packages that register them first.
    """
    loader = _Loader(directory)
    city = loader.load()
    if loader.problems or city is None:
        raise CatalogError(tuple(sorted(set(loader.problems), key=_order)))
    return city


def check_city(directory: Path) -> tuple[CatalogProblem, ...]:
    """Every problem of the catalog, in the order of file and line; empty where it is sound."""
    try:
        load_city(directory)
    except CatalogError as error:
        return error.problems
    return ()


def _order(problem: CatalogProblem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.message


class _Loader:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[CatalogProblem] = []
        self.sources: dict[str, Source] = {}
        self.values: dict[str, Frozen] = {}

    def load(self) -> City | None:
        """The city, or None with `problems` filled."""
        if not self.directory.is_dir():
            self.problems.append(
                CatalogProblem(str(self.directory), 1, "没有这个目录（no such directory）")
            )
            return None
        self._refuse_strangers()
        for name, model in FILES.items():
            self._parse(name, model)
        matter_files = self._matter_files()
        for name in matter_files:
            self._parse(name, Matter)
        draft = self._draft()
        if draft is None:
            return None
        self.problems.extend(check_consistency(draft))
        return self._city(draft, self._check_matters(draft, matter_files))

    def _refuse_strangers(self) -> None:
        for path in sorted((*self.directory.glob("*.y*ml"), *self.directory.glob("matters/*.yml"))):
            name = path.relative_to(self.directory).as_posix()
            if name not in FILES:
                known = "、".join(FILES)
                self.problems.append(
                    CatalogProblem(
                        name,
                        1,
                        f"目录中没有这种文件, 只有 {known} 和 matters/*.yaml（unknown file name）",
                    )
                )

    def _matter_files(self) -> tuple[str, ...]:
        paths = sorted((self.directory / MATTERS).glob("*.yaml"))
        return tuple(f"{MATTERS}/{path.name}" for path in paths)

    def _parse(self, name: str, model: type[Frozen]) -> None:
        source, problems = read_source(self.directory / name, name)
        self.problems.extend(problems)
        if source is None:
            return
        self.sources[name] = source
        try:
            self.values[name] = model.model_validate(source.value)
        except ValidationError as error:
            for entry in error.errors(include_url=False):
                self.problems.append(source.problem(entry["loc"], say(entry, entry["loc"])))

    def _draft(self) -> Draft | None:
        if any(name not in self.values for name in FILES):
            return None
        parsed = {name.removesuffix(".yaml"): self.values[name] for name in FILES}
        return Draft(sources=self.sources, **parsed)  # type: ignore[arg-type]

    def _check_matters(self, draft: Draft, files: tuple[str, ...]) -> dict[str, Matter]:
        """Matters by key, after the check of their flows; keys and prefixes are unique."""
        parsed: dict[str, Matter] = {}
        for name in files:
            matter = self.values.get(name)
            if isinstance(matter, Matter):
                self._refuse_twins(name, matter, parsed)
                parsed[name] = matter
        matters = {matter.key: matter for matter in parsed.values()}
        for name, matter in parsed.items():
            leaks = check_matter(
                matter,
                roles=frozenset(draft.roles.roles),
                guards=frozenset(GUARDS),
                parameters=frozenset(draft.parameters.parameters),
                matters=matters,
            )
            self.problems.extend(
                self.sources[name].problem(leak.loc, leak.message) for leak in leaks
            )
        return matters

    def _refuse_twins(self, name: str, matter: Matter, others: Mapping[str, Matter]) -> None:
        for file, other in others.items():
            for key in ("key", "prefix"):
                if getattr(other, key) == getattr(matter, key):
                    value = getattr(matter, key)
                    self.problems.append(
                        self.sources[name].problem(
                            (key,), f"{key} “{value}”与 {file} 重复（{value} is taken by {file}）"
                        )
                    )

    def _city(self, draft: Draft, matters: Mapping[str, Matter]) -> City | None:
        if self.problems:
            return None
        return City(
            info=draft.city,
            regions=MappingProxyType({r.code: r for r in draft.regions.regions}),
            units=MappingProxyType({u.code: u for u in draft.units.units}),
            roles=MappingProxyType(dict(draft.roles.roles)),
            posts=MappingProxyType({p.code: p for p, _ in expand_posts(draft)}),
            matters=MappingProxyType(dict(matters)),
            parameters=ParameterTable(
                MappingProxyType(dict(draft.parameters.parameters)), draft.city.zone
            ),
            lights=draft.lights.lights,
            calendar=draft.calendar,
            digest=_digest(self.sources),
        )


def _digest(sources: Mapping[str, Source]) -> str:
    whole = hashlib.sha256()
    for name in sorted(sources):
        whole.update(f"{name}\0{hashlib.sha256(sources[name].raw).hexdigest()}\n".encode())
    return whole.hexdigest()
