"""What the catalog offers at the hotline's doors (hotline/offered.yaml): kinds with a matter of their own, reply templates."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from pydantic import Field

from bihuan.hotline.knowledge_files import read_model
from bihuan.kernel.catalog.layers import file_of
from bihuan.kernel.errors import CatalogError, CatalogProblem
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Frozen

FILE = "hotline/offered.yaml"
DEMAND = "hotline.demand"


class Door(Frozen):
    """A kind of what is told that is no demand: it opens a matter of its own (另行登记)."""

    kind: str = Field(
        description="诉求类型: none of the demand's own kinds", pattern=r"^[a-z][a-z0-9_]*$"
    )
    label: str = Field(description="名称")
    label_en: str = Field("", description="英文名称")
    matter: str = Field(description="事项: what it opens")
    help: str = Field("", description="说明")
    help_en: str = Field("", description="英文说明")


class Template(Frozen):
    """A reply to begin with (答复模板); what stands in braces is to be written anew."""

    label: str = Field(description="名称", max_length=40)
    label_en: str = Field("", description="英文名称")
    kinds: tuple[str, ...] = Field((), description="诉求类型: empty for all")
    categories: tuple[str, ...] = Field((), description="内容分类代码的开头: empty for all")
    text: str = Field(description="正文", max_length=2000)


class OfferedFile(Frozen):
    """hotline/offered.yaml."""

    doors: tuple[Door, ...] = Field((), description="另行登记的类型")
    replies: tuple[Template, ...] = Field((), description="答复模板")


def doors() -> Mapping[str, Door]:
    """Kind → its door, in the catalog's order."""
    return {door.kind: door for door in _offered().doors}


def replies_for(kind: str, category: str) -> Sequence[Template]:
    """The templates that fit a demand of this kind and category, those made for both first."""
    fitting = [
        one
        for one in _offered().replies
        if (not one.kinds or kind in one.kinds)
        and (not one.categories or category.startswith(one.categories))
    ]
    return sorted(fitting, key=lambda one: (not one.categories, not one.kinds))


def check_offered(catalog: Path, matters: Mapping[str, Matter]) -> tuple[CatalogProblem, ...]:
    """Every problem of the file; none where there is no such file."""
    if not file_of(catalog, FILE).exists():
        return ()
    try:
        parsed, source = read_model(catalog, FILE, OfferedFile)
    except CatalogError as error:
        return error.problems
    kinds = matters[DEMAND].fields["kind"].choices if DEMAND in matters else {}
    found = [
        source.problem(("doors", n, "matter"), f"没有事项 {door.matter}（no such matter）")
        for n, door in enumerate(parsed.doors)
        if door.matter not in matters
    ]
    found += [
        source.problem(
            ("doors", n, "kind"), f"{door.kind} 已是诉求类型（a kind of demands already）"
        )
        for n, door in enumerate(parsed.doors)
        if door.kind in kinds
    ]
    found += [
        source.problem(("replies", n, "kinds", i), f"没有诉求类型 {kind}（no such kind）")
        for n, reply in enumerate(parsed.replies)
        for i, kind in enumerate(reply.kinds)
        if kind not in kinds
    ]
    return tuple(found)


def _offered() -> OfferedFile:
    catalog = Path(str(settings.BIHUAN_CATALOG))
    path = file_of(catalog, FILE)
    return _read(catalog, path.stat().st_mtime_ns) if path.exists() else OfferedFile()


@lru_cache(maxsize=4)
def _read(catalog: Path, stamp: int) -> OfferedFile:
    """Read once for each state of the file."""
    return read_model(catalog, FILE, OfferedFile)[0]
