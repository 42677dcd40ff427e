"""Codes by which other systems name what a demand is about: a category (分类代码) or, where none is known, a kind (诉求类型)."""

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from bihuan.hotline.routing_categories import FILE, Categories, load_categories
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.catalog.layers import file_of

OPEN_IDENTITY = "open"
USUAL_KIND = "help"
CODED = re.compile(r"(?P<code>[0-9]{6})(?: (?P<name>.*))?", re.DOTALL)
IN_DATABASE = r"^[0-9]{6}( |$)"


def categories_now() -> Categories:
    """The city's categories as the catalog has them now."""
    home = Path(settings.BIHUAN_CATALOG)
    try:
        stamp = file_of(home, FILE).stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _read(home, stamp, city().digest)


@lru_cache(maxsize=2)
def _read(home: Path, stamp: int, digest: str) -> Categories:
    """Read once for each state of the catalog, which `stamp` and `digest` tell apart."""
    return load_categories(home, city().units)


def category_of(case: Case) -> tuple[str, str]:
    """Code and name of the category that anybody may know of; empty for a caller who asked for silence."""
    if case.data.get("identity") != OPEN_IDENTITY:
        return "", ""
    found = CODED.fullmatch(str(case.data.get("category") or ""))
    if found is None:
        return "", ""
    known = categories_now().by_code.get(found["code"])
    return found["code"], known.name if known else found["name"] or ""


def meant_by(code: str, kinds: Collection[str]) -> Q:
    """The demands that are shown under a code; under a kind those whose category is not known, or not told."""
    coded, told = Q(data__category__regex=IN_DATABASE), Q(data__identity=OPEN_IDENTITY)
    if code not in kinds:
        return coded & told & Q(data__category__startswith=code)
    none = Q(data__category__isnull=True) | Q(data__category=None)
    return Q(data__kind=code) & (none | ~coded | ~told)
