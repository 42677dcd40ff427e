"""Checks that `appraisal.yaml` agrees with the roles and matters of the same catalog. Reads no file."""

from collections.abc import Iterator
from itertools import pairwise

from bihuan.kernel.catalog.appraisal import SCORE, Measure
from bihuan.kernel.catalog.draft import Draft
from bihuan.kernel.catalog.source import Location
from bihuan.kernel.catalog.trees import find_duplicates
from bihuan.kernel.errors import CatalogProblem
from bihuan.kernel.matters.definition import Matter

FILE = "appraisal.yaml"


def check_appraisal(draft: Draft) -> Iterator[CatalogProblem]:
    """Unknown roles, matters, clocks, actions and fields; keys given twice; dates that do not ascend."""
    if FILE not in draft.sources:
        return
    source = draft.sources[FILE]
    for index, role in enumerate(draft.appraisal.frozen_by):
        if role not in draft.roles.roles:
            yield source.problem(("frozen_by", index), f"没有角色“{role}”（unknown role {role}）")
    versions = draft.appraisal.versions
    for index, (before, here) in enumerate(pairwise(versions), 1):
        if here.since <= before.since:
            yield source.problem(
                ("versions", index, "from"),
                f"起始日期应由早到晚（dates must ascend, {here.since} after {before.since}）",
            )
    for index, version in enumerate(versions):
        at: Location = ("versions", index, "measures")
        keys = (measure.key for measure in version.measures)
        yield from find_duplicates(keys, lambda i, at=at: (*at, i, "key"), source)  # type: ignore[misc]
        for number, measure in enumerate(version.measures):
            for place, message in _measure(draft, measure):
                yield source.problem((*at, number, *place), message)


def _measure(draft: Draft, measure: Measure) -> Iterator[tuple[Location, str]]:
    matters = {matter.key: matter for matter in draft.matters.values()}
    if measure.key == SCORE:
        yield ("key",), f"“{SCORE}”是得分行的代号, 请换一个（{SCORE} is the row of the score）"
    for index, key in enumerate(measure.matters):
        if key in matters:
            yield from _in_matter(measure, matters[key])
        else:
            yield ("matters", index), f"没有事项“{key}”（unknown matter {key}）"


def _in_matter(measure: Measure, matter: Matter) -> Iterator[tuple[Location, str]]:
    for kind, known in (("clocks", matter.clocks), ("actions", matter.actions)):
        for index, name in enumerate(getattr(measure, kind)):
            if name not in known:
                yield (
                    (kind, index),
                    f"事项“{matter.key}”中没有 {name}（{matter.key} has no {name}）",
                )
    if measure.unit and measure.unit not in matter.unit_fields:
        yield (
            ("unit",),
            f"事项“{matter.key}”没有单位字段 {measure.unit}（{matter.key} has no unit field {measure.unit}）",
        )
    if measure.kind == "reopened" and not any(a.reopens for a in matter.actions.values()):
        yield (
            ("matters",),
            f"事项“{matter.key}”没有返工动作（no action of {matter.key} has `reopens`）",
        )
