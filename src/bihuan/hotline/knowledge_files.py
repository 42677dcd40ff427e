"""Reads a file of the catalog that belongs to the knowledge base: its model, or every problem with file and line."""

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bihuan.kernel.catalog.layers import read_layered
from bihuan.kernel.catalog.messages import say, told
from bihuan.kernel.catalog.source import Source
from bihuan.kernel.errors import CatalogError
from bihuan.kernel.matters.fields import Frozen

F = TypeVar("F", bound=Frozen)


def read_model(catalog: Path, name: str, model: type[F]) -> tuple[F, Source]:
    """The file as the model has it, and where each value stands; raises CatalogError."""
    source, problems = read_layered(catalog, name)
    if source is None or problems:
        raise CatalogError(problems)
    try:
        return model.model_validate(source.value), source
    except ValidationError as error:
        said = tuple(source.problem(e["loc"], say(e, model)) for e in told(error))
        raise CatalogError(said) from None
