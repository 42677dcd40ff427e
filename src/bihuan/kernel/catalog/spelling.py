"""Finds the key that somebody meant: the keys a model knows at a place, and the nearest one to what was written."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from bihuan.kernel.catalog.source import Location


def meant_key(model: type[BaseModel], location: Location) -> str:
    """The known key nearest to the last part of the location; empty where none is near."""
    place = _step_through(model, location[:-1])
    if place is None:
        return ""
    known = [field.alias or name for name, field in place.model_fields.items()]
    return next(iter(get_close_matches(str(location[-1]), known, n=1)), "")


def _step_through(annotation: Any, location: Location) -> type[BaseModel] | None:
    for part in location:
        annotation = _inside(annotation, part)
    return _model_in(annotation)


def _inside(annotation: Any, part: str | int) -> Any:
    """What stands under one key or index: a field of a model, or the items of a list or mapping."""
    model = _model_in(annotation)
    if model is not None:
        fields = model.model_fields.items()
        return next((f.annotation for name, f in fields if part in (name, f.alias)), None)
    origin, parameters = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return parameters[0]
    return parameters[1] if origin is not None and _is_mapping(origin) else None


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model itself, or the one in `Model | None` or `Annotated[Model, …]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, dict):
        return None
    options = get_args(annotation)
    if get_origin(annotation) is Annotated:
        options = options[:1]
    return next((m for m in map(_model_in, options) if m is not None), None)
