"""The published JSON Schemas of the catalog's files, made from the models. Editors complete and check by them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bihuan.kernel.catalog.load import FILES, OPTIONAL
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Frozen

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Final[Mapping[str, type[Frozen]]] = {
    **{n.removesuffix(".yaml"): model for n, model in {**FILES, **OPTIONAL}.items()},
    "matter": Matter,
}
# Written as text in the files (`handler@lead`) and parsed into parts.
_AS_TEXT: Final[Mapping[str, dict[str, str]]] = {
    "Grant": {
        "type": "string",
        "pattern": r"^[a-z][a-z0-9_]*(@[a-z][a-z0-9_]*)?$",
        "description": "可办理者: a role, or role@unit-field for that role in the field's unit or below",
    },
}


def schemas() -> dict[str, dict[str, Any]]:
    """File name of the schema → JSON Schema, for every kind of file."""
    return {f"{name}.json": _schema(model) for name, model in _MODELS.items()}


def _schema(model: type[Frozen]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    for name, text in _AS_TEXT.items():
        if name in schema.get("$defs", {}):
            schema["$defs"][name] = dict(text)
    return {"$schema": DIALECT, **schema}


def schema_text(schema: Mapping[str, Any]) -> str:
    """The schema as it is committed: indented, keys in the order of the model, a final newline."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def write_schemas(directory: Path) -> tuple[Path, ...]:
    """Write every schema into the directory; returns what was written."""
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, schema in schemas().items():
        path = directory / name
        path.write_text(schema_text(schema), encoding="utf-8")
        written.append(path)
    return tuple(written)
