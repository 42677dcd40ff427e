"""The model that this installation learned, as the compiler's Advisor; read once for each state of its file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings

from bihuan.compiler.model import Advisor
from bihuan.kernel.cases.city import city
from bihuan.learning import BadModel, load
from bihuan.plan.advice import LearnedAdvisor


def learned_home() -> Path:
    """Where this installation keeps what it learned."""
    return Path(settings.BIHUAN_LEARNED)


def advisor() -> Advisor | None:
    """The advisor of this city, or None where nothing was learned yet; a damaged model is logged and not used."""
    head = learned_home() / "model" / "model.json"
    try:
        stamp = head.stat()
    except OSError:
        return None
    return _loaded(head.parent, stamp.st_mtime_ns, stamp.st_size, city().digest)


@lru_cache(maxsize=2)
def _loaded(directory: Path, changed: int, size: int, catalog: str) -> Advisor | None:
    """Read once for each state of the file and of the catalog, which `changed`, `size` and `catalog` tell apart."""
    try:
        model = load(directory)
    except BadModel as error:
        structlog.get_logger("bihuan.learning").error("model not used", error=str(error))
        return None
    return LearnedAdvisor(model, city().units)
