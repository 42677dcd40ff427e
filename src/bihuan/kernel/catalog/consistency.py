"""Checks that the files of a catalog agree with one another: codes, trees, roles, dates. Reads no file."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

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
                    name=f"{unit.name}{pattern.name}",
                    name_en=f"{pattern.name_en}, {unit.name_en}" if pattern.name_en else "",
                    roles=pattern.roles,
                )
                placed.append((post, ("every", index, "posts", number)))
    return tuple(placed)


def _duplicates(
    codes: Iterable[str], at: Callable[[int], Location], source: Source
) -> Iterator[CatalogProblem]:
    first: dict[str, int] = {}
    for index, code in enumerate(codes):
        if code in first:
            line = source.line(at(first[code]))
            yield source.problem(
                at(index),
                f"代码“{code}”重复, 第 {line} 行已有（duplicate code {code}, first on line {line}）",
            )
        else:
            first[code] = index


def _find_cycle(parents: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Each cycle once, starting where the file first enters it, its first code again at the end."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        code = start
        while code in parents and code not in done and code not in path:
            path.append(code)
            code = parents[code]
        if code in path:
            yield (*path[path.index(code) :], code)
        done.update(path)


def _check_tree(
    source: Source, group: str, nodes: Iterable[tuple[str, str]], thing: tuple[str, str]
) -> Iterator[CatalogProblem]:
    """Unknown parents, cycles, and other than one root among (code, parent) pairs."""
    pairs = tuple(nodes)
    parents = dict(pairs)
    index = {code: number for number, (code, _) in enumerate(pairs)}
    for code, parent in pairs:
        if parent and parent not in parents:
            yield source.problem(
                (group, index[code], "parent"),
                f"上级{thing[0]}“{parent}”不存在（unknown parent {parent}）",
            )
    for cycle in _find_cycle({code: parent for code, parent in pairs if parent}):
        shown = " → ".join(cycle)
        yield source.problem(
            (group, index[cycle[0]], "parent"),
            f"{thing[0]}上下级成环: {shown}（the {thing[1]} tree has a cycle: {shown}）",
        )
    roots = [code for code, parent in pairs if not parent]
    for code in roots[1:]:
        yield source.problem(
            (group, index[code]),
            f"{thing[0]}“{code}”没有上级, 而根已是“{roots[0]}”, 只能有一个根（second root {code}: give it a parent）",
        )


def check_regions(draft: Draft) -> Iterator[CatalogProblem]:
    """Duplicate codes, unknown parents, cycles, roots; the city's own region."""
    source = draft.sources["regions.yaml"]
    regions = draft.regions.regions
    yield from _duplicates((r.code for r in regions), lambda i: ("regions", i, "code"), source)
    yield from _check_tree(
        source, "regions", ((r.code, r.parent) for r in regions), ("区划", "region")
    )
    if draft.city.region not in {r.code for r in regions}:
        yield draft.problem("city.yaml", ("region",), _unknown_region(draft.city.region))


def _unknown_region(code: str) -> str:
    return f"区划代码“{code}”不在 regions.yaml 中（unknown region {code}）"


def check_units(draft: Draft) -> Iterator[CatalogProblem]:
    """Duplicate codes and names, unknown parents and regions, cycles, roots."""
    source = draft.sources["units.yaml"]
    units = draft.units.units
    yield from _duplicates((u.code for u in units), lambda i: ("units", i, "code"), source)
    yield from _duplicates((u.name for u in units), lambda i: ("units", i, "name"), source)
    yield from _check_tree(source, "units", ((u.code, u.parent) for u in units), ("单位", "unit"))
    regions = {r.code for r in draft.regions.regions}
    for index, unit in enumerate(units):
        if unit.region not in regions:
            yield source.problem(("units", index, "region"), _unknown_region(unit.region))


def check_roles(draft: Draft) -> Iterator[CatalogProblem]:
    """Exclusions that name unknown roles or the role itself; roles that no post holds."""
    source = draft.sources["roles.yaml"]
    held = {role for post, _ in expand_posts(draft) for role in post.roles}
    for key, role in draft.roles.roles.items():
        for index, other in enumerate(role.excludes):
            at = ("roles", key, "excludes", index)
            if other == key:
                yield source.problem(at, f"角色“{key}”不能与自己互斥（{key} excludes itself）")
            elif other not in draft.roles.roles:
                yield source.problem(at, _unknown_role(other))
        if key not in held:
            yield source.problem(
                ("roles", key), f"没有任何岗位担任角色“{key}”（no post holds the role {key}）"
            )


def _unknown_role(key: str) -> str:
    return f"角色“{key}”不在 roles.yaml 中（unknown role {key}）"


def check_posts(draft: Draft) -> Iterator[CatalogProblem]:
    """Duplicate codes, unknown units and roles, roles on one post that exclude one another."""
    source = draft.sources["posts.yaml"]
    placed = expand_posts(draft)
    yield from _duplicates((p.code for p, _ in placed), lambda i: placed[i][1], source)
    units = {unit.code for unit in draft.units.units}
    for index, post in enumerate(draft.posts.posts):
        if post.unit not in units:
            yield source.problem(("posts", index, "unit"), _unknown_unit(post.unit))
        for number, code in enumerate(post.oversees):
            if code not in units:
                yield source.problem(("posts", index, "oversees", number), _unknown_unit(code))
        yield from _check_post_roles(draft, post.roles, ("posts", index, "roles"))
    for index, every in enumerate(draft.posts.every):
        for number, pattern in enumerate(every.posts):
            at = ("every", index, "posts", number, "roles")
            yield from _check_post_roles(draft, pattern.roles, at)
        for number, code in enumerate(every.but_not):
            if code not in units:
                yield source.problem(("every", index, "but_not", number), _unknown_unit(code))


def _unknown_unit(code: str) -> str:
    return f"单位“{code}”不在 units.yaml 中（unknown unit {code}）"


def _check_post_roles(
    draft: Draft, roles: tuple[str, ...], at: Location
) -> Iterator[CatalogProblem]:
    for number, key in enumerate(roles):
        if key not in draft.roles.roles:
            yield draft.problem("posts.yaml", (*at, number), _unknown_role(key))
            continue
        others = [o for o in roles if o in draft.roles.roles[key].excludes and o != key]
        for other in others:
            yield draft.problem(
                "posts.yaml",
                (*at, number),
                f"角色“{key}”与“{other}”互斥, 不能由同一岗位担任（{key} and {other} exclude one another）",
            )


def check_calendar(draft: Draft) -> Iterator[CatalogProblem]:
    """Days given twice, complete years left empty, and make-up workdays that are workdays anyway."""
    source = draft.sources["calendar.yaml"]
    calendar = draft.calendar
    yield from _duplicates(
        (entry.date.isoformat() for entry in calendar.overrides),
        lambda i: ("overrides", i, "date"),
        source,
    )
    years = Counter(entry.date.year for entry in calendar.overrides)
    for index, year in enumerate(calendar.complete_years):
        if not years[year]:
            yield source.problem(
                ("complete_years", index),
                f"{year} 年列为完整年份, 却没有任何放假日（{year} is called complete but has no override）",
            )
    for index, entry in enumerate(calendar.overrides):
        complete = entry.date.year in calendar.complete_years
        if complete and entry.kind == "workday" and entry.date.weekday() < 5:
            yield source.problem(
                ("overrides", index, "date"),
                f"{entry.date} 是星期一至星期五, 本来就上班, 请核对日期（{entry.date} is a weekday: a workday anyway）",
            )


def check_parameters(draft: Draft) -> Iterator[CatalogProblem]:
    """Values of one parameter ascend by date, no date twice."""
    source = draft.sources["parameters.yaml"]
    for name, parameter in draft.parameters.parameters.items():
        for index in range(1, len(parameter.values)):
            before, here = parameter.values[index - 1].since, parameter.values[index].since
            at = ("parameters", name, "values", index, "from")
            if here == before:
                yield source.problem(
                    at, f"{name}: 起始日期 {here} 重复（{name}: the date {here} stands twice）"
                )
            elif here < before:
                yield source.problem(
                    at,
                    f"{name}: 起始日期应由早到晚（{name}: dates must ascend, {here} after {before}）",
                )


def check_lights(draft: Draft) -> Iterator[CatalogProblem]:
    """Duplicate keys and unknown parameters."""
    source = draft.sources["lights.yaml"]
    lights = draft.lights.lights
    yield from _duplicates((light.key for light in lights), lambda i: ("lights", i, "key"), source)
    for index, light in enumerate(lights):
        for argument, name in light.parameters.items():
            if name not in draft.parameters.parameters:
                yield source.problem(
                    ("lights", index, "parameters", argument),
                    f"参数“{name}”不在 parameters.yaml 中（unknown parameter {name}）",
                )


CHECKS: tuple[Callable[[Draft], Iterator[CatalogProblem]], ...] = (
    check_regions,
    check_units,
    check_roles,
    check_posts,
    check_calendar,
    check_parameters,
    check_lights,
)


def check_consistency(draft: Draft) -> tuple[CatalogProblem, ...]:
    """Every disagreement between the files."""
    return tuple(problem for check in CHECKS for problem in check(draft))
