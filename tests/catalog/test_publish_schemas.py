"""What is published about the catalog is what the reader reads: schemas, reference, and the pointers to them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.kernel.catalog.reference import reference
from bihuan.kernel.catalog.schema import schema_text, schemas

ROOT = Path(__file__).parents[2]
CITIES = [ROOT / "catalog" / "lvliang", ROOT / "tests" / "catalog" / "tiny_city"]
SAY = "run `bihuan catalog schema` and `bihuan catalog reference`, and commit what they write"


@pytest.mark.parametrize("name", schemas())
def test_the_committed_schema_is_current(name: str) -> None:
    committed = (ROOT / "catalog" / "schema" / name).read_text(encoding="utf-8")
    assert committed == schema_text(schemas()[name]), SAY


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in (ROOT / "catalog" / "schema").iterdir()} == set(schemas())


def test_the_committed_reference_is_current() -> None:
    assert (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8") == reference(), SAY


@pytest.mark.parametrize("name", schemas())
def test_every_key_is_described(name: str) -> None:
    schema = schemas()[name]
    models: dict[str, Any] = {"": schema, **schema.get("$defs", {})}
    bare = [
        f"{title}.{key}"
        for title, model in models.items()
        for key, value in model.get("properties", {}).items()
        if not value.get("description")
    ]
    assert not bare


@pytest.mark.parametrize("city", CITIES, ids=lambda path: path.name)
def test_every_file_points_to_its_schema(city: Path) -> None:
    # What lies in further directories belongs to domains, which check it themselves.
    for path in [*city.glob("*.yaml"), *city.glob("matters/*.yaml")]:
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        label, _, target = first.partition("$schema=")
        name = "matter" if path.parent.name == "matters" else path.stem
        assert label == "# yaml-language-server: ", path
        assert (path.parent / target).resolve() == ROOT / "catalog" / "schema" / f"{name}.json"


def test_a_grant_is_text_in_the_schema() -> None:
    grant = schemas()["matter.json"]["$defs"]["Grant"]
    assert json.loads(json.dumps(grant))["type"] == "string"
