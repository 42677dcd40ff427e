"""`bihuan catalog check | schema | reference`: the catalog from the command line. Register guards before `run`."""

import argparse
import sys
from pathlib import Path

from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.catalog.reference import reference
from bihuan.kernel.catalog.schema import write_schemas
from bihuan.kernel.errors import CatalogError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the three sub-commands."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    check = verbs.add_parser("check", help="检查目录（check a city's catalog: file and line）")
    check.add_argument("directory", type=Path, help="such as catalog/lvliang")
    schema = verbs.add_parser("schema", help="生成 JSON Schema（write the JSON Schemas）")
    schema.add_argument("--out", type=Path, default=Path("catalog/schema"))
    page = verbs.add_parser("reference", help="生成参考文档（write the reference page）")
    page.add_argument("--out", type=Path, default=Path("docs/catalog.md"))


def run(args: argparse.Namespace) -> int:
    """Do what was asked; 0 where all is well, 1 where the catalog has problems."""
    if args.verb == "check":
        return _check(args.directory)
    if args.verb == "schema":
        for path in write_schemas(args.out):
            sys.stdout.write(f"{path}\n")
        return 0
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{args.out}\n")
    return 0


def _check(directory: Path) -> int:
    try:
        city = load_city(directory)
    except CatalogError as error:
        for problem in error.problems:
            sys.stdout.write(f"{directory / problem.file}:{problem.line}: {problem.message}\n")
        sys.stdout.write(
            f"共 {len(error.problems)} 处问题（{len(error.problems)} problem(s) found）\n"
        )
        return 1
    sys.stdout.write(_summary(city))
    return 0


def _summary(city: City) -> str:
    parts = (
        ("区划", "regions", city.regions),
        ("单位", "units", city.units),
        ("岗位", "posts", city.posts),
        ("角色", "roles", city.roles),
        ("事项", "matters", city.matters),
        ("参数", "parameters", city.parameters.table),
        ("亮灯规则", "lights", city.lights),
    )
    chinese = ", ".join(f"{name} {len(items)}" for name, _, items in parts)
    english = ", ".join(f"{len(items)} {name}" for _, name, items in parts)
    return f"{city.info.name}目录无误: {chinese}（sound: {english}）; digest {city.digest[:16]}\n"
