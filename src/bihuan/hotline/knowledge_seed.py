"""Sample articles of the catalog (示例知识条目): read with file and line, and put through the one door for a demonstration."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from bihuan.hotline.knowledge_files import read_model
from bihuan.kernel.cases.engine import act, open_case
from bihuan.kernel.catalog.layers import file_of
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.matters.fields import Frozen
from bihuan.kernel.orgs.acting import Acting

FILE = "hotline/articles.yaml"
ActorOf = Callable[[str], Acting | None]


class Sample(Frozen):
    """One article, as its unit would write it."""

    title: str = Field(description="问题", max_length=120)
    unit: str = Field(description="维护单位: code of a unit")
    keywords: str = Field("", description="关键词", max_length=200)
    document: str = Field(description="依据文件", max_length=200)
    number: str = Field("", description="文号", max_length=80)
    audience: Literal["public", "operators"] = Field(description="公开范围")
    answer: str = Field(description="答复")


class SamplesFile(Frozen):
    """hotline/articles.yaml."""

    articles: list[Sample] = Field(description="条目")


def samples_of(catalog: Path, units: Collection[str] | None = None) -> list[Sample]:
    """The sample articles of a catalog, none where it has no such file; raises CatalogError with file and line."""
    if not file_of(catalog, FILE).exists():
        return []
    parsed, source = read_model(catalog, FILE, SamplesFile)
    strange = tuple(
        source.problem(("articles", n, "unit"), f"没有单位 {sample.unit}（no such unit）")
        for n, sample in enumerate(parsed.articles)
        if units is not None and sample.unit not in units
    )
    if strange:
        raise CatalogError(strange)
    return parsed.articles


def check_samples(catalog: Path, units: Collection[str]) -> tuple[CatalogProblem, ...]:
    """Every problem of the sample articles."""
    try:
        samples_of(catalog, units)
    except CatalogError as error:
        return error.problems
    return ()


def publish_samples(
    catalog: Path, actor_of: ActorOf, *, desk: str, checker: str, now: datetime
) -> int:
    """Write, submit and publish each sample by the people of its unit and of the hotline; returns how many.

    `actor_of` gives who holds a post; a unit without a liaison is passed over.
    """
    quality, count = actor_of(checker), 0
    for n, sample in enumerate(samples_of(catalog)):
        writer = actor_of(f"{sample.unit}-liaison")
        if writer is None or quality is None:
            continue
        at = now + timedelta(minutes=3 * n)
        given = {**sample.model_dump(exclude={"unit"}), "desk": desk}
        case = open_case("hotline.article", given, writer, now=at)
        act(case.number, "submit", writer, {}, now=at + timedelta(minutes=1))
        act(case.number, "publish", quality, {}, now=at + timedelta(minutes=2))
        count += 1
    return count
