"""Runs the import contracts of pyproject.toml and counts them: a mistyped one would not run."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = 5


def problems() -> list[str]:
    """What is wrong with the imports, or with the contracts themselves."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        written = len(tomllib.load(file)["tool"]["importlinter"]["contracts"])
    found = []
    if written < EXPECTED:
        found.append(f"{written} import contracts are written; at least {EXPECTED} are demanded.")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    kept = re.search(r"Contracts: (\d+) kept, (\d+) broken", done.stdout)
    if kept is None or (int(kept[1]), int(kept[2])) != (written, 0) or done.returncode:
        found.append(done.stdout[-4000:] + done.stderr[-2000:])
    return found


if __name__ == "__main__":
    complaints = problems()
    sys.stdout.write("\n".join(complaints) or "import contracts: all kept")
    sys.stdout.write("\n")
    sys.exit(bool(complaints))
