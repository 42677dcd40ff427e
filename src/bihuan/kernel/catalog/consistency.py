"""Checks that the files of a catalog agree with one another: codes, trees, roles, dates. Reads no file."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator

from bihuan.kernel.catalog.draft import Draft, expand_posts
from bihuan.kernel.catalog.source import Location
from bihuan.kernel.catalog.trees import check_tree, find_duplicates
from bihuan.kernel.errors import CatalogProblem
from bihuan.kernel.matters.handoffs import Extension
from bihuan.kernel.matters.outsiders import parts_of
from bihuan.kernel.matters.telling import longest_messages, placed_tells


def check_regions(draft: Draft) -> Iterator[CatalogProblem]:
    """Duplicate codes, unknown parents, cycles, roots; the city's own region."""
    source = draft.sources["regions.yaml"]
    regions = draft.regions.regions
    yield from find_duplicates((r.code for r in regions), lambda i: ("regions", i, "code"), source)
    yield from check_tree(
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
    yield from find_duplicates((u.code for u in units), lambda i: ("units", i, "code"), source)
    yield from find_duplicates((u.name for u in units), lambda i: ("units", i, "name"), source)
    yield from check_tree(source, "units", ((u.code, u.parent) for u in units), ("单位", "unit"))
    regions = {r.code for r in draft.regions.regions}
    for index, unit in enumerate(units):
        if unit.region not in regions:
            yield source.problem(("units", index, "region"), _unknown_region(unit.region))
    yield from _check_merged(draft)


def _check_merged(draft: Draft) -> Iterator[CatalogProblem]:
    """A unit that was merged away is no unit any more, stands once, and went into one that is."""
    source = draft.sources["units.yaml"]
    codes = {unit.code for unit in draft.units.units}
    merged = [unit.code for unit in draft.units.merged]
    yield from find_duplicates(merged, lambda i: ("merged", i, "code"), source)
    for index, unit in enumerate(draft.units.merged):
        if unit.code in codes:
            yield source.problem(
                ("merged", index, "code"),
                f"单位“{unit.code}”仍在 units 中（{unit.code} still stands among the units）",
            )
        if unit.into not in codes:
            yield source.problem(
                ("merged", index, "into"),
                f"并入的单位“{unit.into}”不在 units 中（unknown unit {unit.into}）",
            )


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
    yield from find_duplicates((p.code for p, _ in placed), lambda i: placed[i][1], source)
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
    yield from find_duplicates(
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
    yield from find_duplicates(
        (light.key for light in lights), lambda i: ("lights", i, "key"), source
    )
    for index, light in enumerate(lights):
        for argument, name in light.parameters.items():
            if name not in draft.parameters.parameters:
                yield source.problem(
                    ("lights", index, "parameters", argument),
                    f"参数“{name}”不在 parameters.yaml 中（unknown parameter {name}）",
                )


def check_matters(draft: Draft) -> Iterator[CatalogProblem]:
    """Keys and number prefixes of matters are unique; their parameters count in the clock's unit."""
    for file, matter in draft.matters.items():
        for key in ("key", "prefix"):
            value = getattr(matter, key)
            first = next(f for f, other in draft.matters.items() if getattr(other, key) == value)
            if first != file:
                yield draft.problem(
                    file, (key,), f"{key} “{value}”与 {first} 重复（{value} is taken by {first}）"
                )
        for name, clock in matter.clocks.items():
            if clock.within is not None and isinstance(clock.within.amount, str):
                at = ("clocks", name, "within", "amount")
                yield from _check_quantity(draft, file, at, clock.within.amount, clock.within.unit)
        for name, action in matter.actions.items():
            if action.extends is not None:
                yield from _check_extension(
                    draft, file, ("actions", name, "extends"), action.extends
                )
        yield from _check_messages(draft, file)


def _check_messages(draft: Draft, file: str) -> Iterator[CatalogProblem]:
    """A short message may come to no more parts than the parameter allows, with every name at its longest."""
    matter = draft.matters[file]
    outside = matter.outsiders
    parameter = draft.parameters.parameters.get(outside.parts) if outside else None
    if outside is None or parameter is None:
        return
    yield from _check_quantity(draft, file, ("outsiders", "parts"), outside.parts, "count")
    most = min(int(dated.value) for dated in parameter.values)
    for at, tells in placed_tells(matter):
        for key, length in longest_messages(tells):
            if parts_of(length) > most:
                yield draft.problem(
                    file,
                    (*at, key),
                    f"最长 {length} 字，要分 {parts_of(length)} 条短信，参数“{outside.parts}”只允许 {most} 条"
                    f"（up to {length} characters: {parts_of(length)} parts of {most} allowed）",
                )


def _check_extension(
    draft: Draft, file: str, at: Location, extension: Extension
) -> Iterator[CatalogProblem]:
    clocks = draft.matters[file].clocks
    if extension.max_times:
        yield from _check_quantity(draft, file, (*at, "max_times"), extension.max_times, "times")
    moved = [clocks[key] for key in extension.clock if key in clocks]
    for unit in dict.fromkeys(c.within.unit if c.within else "days" for c in moved):
        if extension.max_each:
            yield from _check_quantity(draft, file, (*at, "max_each"), extension.max_each, unit)


def _check_quantity(
    draft: Draft, file: str, at: Location, name: str, unit: str
) -> Iterator[CatalogProblem]:
    parameter = draft.parameters.parameters.get(name)
    if parameter is not None and parameter.unit != unit:
        yield draft.problem(
            file,
            at,
            f"此处以 {unit} 计, 而参数“{name}”以 {parameter.unit} 计（{name} counts {parameter.unit}, not {unit}）",
        )


CHECKS: tuple[Callable[[Draft], Iterator[CatalogProblem]], ...] = (
    check_regions,
    check_units,
    check_roles,
    check_posts,
    check_calendar,
    check_parameters,
    check_lights,
    check_matters,
)


def check_light_rules(draft: Draft, known: Collection[str]) -> Iterator[CatalogProblem]:
    """Rules of lights that no function answers to."""
    for index, light in enumerate(draft.lights.lights):
        if light.rule not in known:
            names = "、".join(sorted(known))
            yield draft.problem(
                "lights.yaml",
                ("lights", index, "rule"),
                f"没有规则“{light.rule}”, 可用: {names}（unknown rule {light.rule}）",
            )


def check_consistency(draft: Draft) -> tuple[CatalogProblem, ...]:
    """Every disagreement between the files."""
    return tuple(problem for check in CHECKS for problem in check(draft))
