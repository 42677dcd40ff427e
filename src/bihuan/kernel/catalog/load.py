"""Loads a city's catalog: reads every file, checks all, and returns a City or every problem at once."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from bihuan.kernel.catalog.appraisal import AppraisalFile
from bihuan.kernel.catalog.appraisal_checks import check_appraisal
from bihuan.kernel.catalog.city import City, ParameterTable
from bihuan.kernel.catalog.consistency import check_consistency, check_light_rules
from bihuan.kernel.catalog.draft import Draft, expand_posts
from bihuan.kernel.catalog.files import (
    CalendarFile,
    CityFile,
    LightsFile,
    ParametersFile,
    PostsFile,
    Region,
    RegionsFile,
    RolesFile,
    Unit,
    UnitsFile,
)
from bihuan.kernel.catalog.layers import file_of, names_of, read_layered
from bihuan.kernel.catalog.messages import say, told
from bihuan.kernel.catalog.source import Source
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
OPTIONAL: Final[Mapping[str, type[Frozen]]] = MappingProxyType({"appraisal.yaml": AppraisalFile})
MATTERS: Final = "matters"
_Node = TypeVar("_Node", Region, Unit)


def load_city(directory: Path, *, light_rules: Collection[str] | None = None) -> City:
    """The city that the directory describes; CatalogError with every problem where it is not sound.

    Guards are looked up in `facts.GUARDS`: import the packages that register them first.
    With `light_rules`, a light whose rule is not among them is a problem too.
    """
    loader = _Loader(directory, light_rules)
    city = loader.load()
    if loader.problems or city is None:
        raise CatalogError(tuple(sorted(set(loader.problems), key=_order)))
    return city


def check_city(
    directory: Path, *, light_rules: Collection[str] | None = None
) -> tuple[CatalogProblem, ...]:
    """Every problem of the catalog, in the order of file and line; empty where it is sound."""
    try:
        load_city(directory, light_rules=light_rules)
    except CatalogError as error:
        return error.problems
    return ()


def _order(problem: CatalogProblem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.message


class _Loader:
    def __init__(self, directory: Path, light_rules: Collection[str] | None) -> None:
        self.directory = directory
        self.light_rules = light_rules
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
        for name, model in OPTIONAL.items():
            if file_of(self.directory, name).exists():
                self._parse(name, model)
        for name in names_of(self.directory, f"{MATTERS}/*.yaml"):
            self._parse(name, Matter)
        draft = self._draft()
        if draft is None:
            return None
        self.problems.extend(check_consistency(draft))
        self.problems.extend(check_appraisal(draft))
        if self.light_rules is not None:
            self.problems.extend(check_light_rules(draft, self.light_rules))
        self._check_flows(draft)
        return None if self.problems else _city(draft)

    def _refuse_strangers(self) -> None:
        for path in sorted((*self.directory.glob("*.y*ml"), *self.directory.glob("matters/*.yml"))):
            name = path.relative_to(self.directory).as_posix()
            if name not in FILES and name not in OPTIONAL:
                known = "、".join((*FILES, *OPTIONAL))
                self.problems.append(
                    CatalogProblem(
                        name,
                        1,
                        f"目录中没有这种文件, 只有 {known} 和 matters/*.yaml（unknown file name）",
                    )
                )

    def _parse(self, name: str, model: type[Frozen]) -> None:
        source, problems = read_layered(self.directory, name)
        self.problems.extend(problems)
        if source is None:
            return
        self.sources[name] = source
        try:
            self.values[name] = model.model_validate(source.value)
        except ValidationError as error:
            for entry in told(error):
                self.problems.append(source.problem(entry["loc"], say(entry, model)))

    def _draft(self) -> Draft | None:
        given = [name for name in OPTIONAL if name in self.sources]
        if any(name not in self.values for name in (*FILES, *given)):
            return None
        parsed: dict[str, Any] = {name.removesuffix(".yaml"): self.values[name] for name in FILES}
        parsed |= {"appraisal": self.values.get("appraisal.yaml", AppraisalFile())}
        matters = {n: m for n, m in self.values.items() if isinstance(m, Matter)}
        return Draft(sources=self.sources, matters=matters, **parsed)

    def _check_flows(self, draft: Draft) -> None:
        matters = {matter.key: matter for matter in draft.matters.values()}
        for name, matter in draft.matters.items():
            leaks = check_matter(
                matter,
                roles=frozenset(draft.roles.roles),
                guards=frozenset(GUARDS),
                parameters=frozenset(draft.parameters.parameters),
                matters=matters,
            )
            self.problems.extend(draft.problem(name, leak.loc, leak.message) for leak in leaks)


def _city(draft: Draft) -> City:
    regions = _parents_first({region.code: region for region in draft.regions.regions})
    units = _parents_first({unit.code: unit for unit in draft.units.units})
    parameters = MappingProxyType(dict(draft.parameters.parameters))
    return City(
        info=draft.city,
        regions=regions,
        units=units,
        roles=MappingProxyType(dict(draft.roles.roles)),
        posts=MappingProxyType({post.code: post for post, _ in expand_posts(draft)}),
        matters=MappingProxyType({matter.key: matter for matter in draft.matters.values()}),
        parameters=ParameterTable(parameters, draft.city.zone),
        lights=draft.lights.lights,
        calendar=draft.calendar,
        appraisal=draft.appraisal,
        merged=MappingProxyType({unit.code: unit for unit in draft.units.merged}),
        digest=_digest(draft.sources),
    )


def _parents_first(nodes: Mapping[str, _Node]) -> Mapping[str, _Node]:
    """The same nodes, each after the one above it, else in the order of the file."""

    def depth(code: str) -> int:
        return 1 + depth(nodes[code].parent) if nodes[code].parent else 0

    return MappingProxyType({code: nodes[code] for code in sorted(nodes, key=depth)})


def _digest(sources: Mapping[str, Source]) -> str:
    whole = hashlib.sha256()
    for name in sorted(sources):
        whole.update(f"{name}\0{hashlib.sha256(sources[name].raw).hexdigest()}\n".encode())
    return whole.hexdigest()
