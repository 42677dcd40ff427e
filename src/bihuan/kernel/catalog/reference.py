"""Writes docs/catalog.md: every file of a catalog and every key in it, from the schemas' own descriptions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bihuan.kernel.catalog.schema import schemas

_HEAD: Final = """# The catalog: every file and every key

Made by `bihuan catalog reference` from the models; do not edit by hand (a test compares).

A city is a folder: the files below, and one file per matter (事项) in `matters/`. `bihuan catalog check DIR` reads
it and names every mistake with file and line. Files are UTF-8 YAML with these differences, for safety and
for plain reading: only `true` and `false` are booleans; dates, times and decimals need no quotes; a key stands once;
no tags, no merge keys `<<`; an alias `*name` repeats what `&name` marked.
"""
_FOLDER: Final[Mapping[str, str]] = {"matter.json": "matters/*.yaml"}


def reference() -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD]
    for name, schema in schemas().items():
        file = _FOLDER.get(name, name.replace(".json", ".yaml"))
        parts.extend(_file(file, name, schema))
    return "\n".join(parts).rstrip() + "\n"


def _file(file: str, name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {file}\n"
    yield f"{_first_line(schema)}\nSchema: `catalog/schema/{name}`.\n"
    yield from _table(schema)
    for title, model in schema.get("$defs", {}).items():
        if "properties" in model:
            yield f"### {title}\n\n{_first_line(model)}\n"
            yield from _table(model)


def _first_line(model: Mapping[str, Any]) -> str:
    return str(model.get("description", "")).split("\n", 1)[0]


def _table(model: Mapping[str, Any]) -> Iterator[str]:
    required = model.get("required", ())
    yield "| key | type | given when left out | meaning |\n|---|---|---|---|"
    for key, value in model["properties"].items():
        default = "**required**" if key in required else _default(value.get("default"))
        yield f"| `{key}` | {_cell(_type(value))} | {default} | {_cell(value.get('description', ''))} |"
    yield ""


def _default(value: object) -> str:
    return "empty" if value in (None, "", [], {}) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _type(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in value:
        kinds = [_type(option) for option in value["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in value:
        return ", ".join(f"`{option}`" if option else "empty" for option in value["enum"])
    if "prefixItems" in value:
        return "[" + ", ".join(_type(item) for item in value["prefixItems"]) + "]"
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}"
    if value.get("type") == "object" and "additionalProperties" in value:
        return f"name → {_type(value['additionalProperties'])}"
    if "patternProperties" in value:
        return f"name → {_type(next(iter(value['patternProperties'].values())))}"
    return _plain(value)


def _plain(value: Mapping[str, Any]) -> str:
    kind = str(value.get("format") or value.get("type", "any"))
    names = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    return names.get(kind, kind)
