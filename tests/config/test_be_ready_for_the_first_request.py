"""A web worker reads what its first requests need before it takes one, and no more: whoever comes first does not wait."""

import subprocess
import sys
from pathlib import Path

from tests.config.product import PATIENCE, environment

NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"
LOADED = """
import sys
import bihuan.config.wsgi
before = set(sys.modules)
from django.urls import resolve
from bihuan.hotline.routing import suggest
resolve("/healthz")
assert suggest("路灯", "滨河北路的路灯坏了三天。")
print(sorted(name for name in set(sys.modules) - before if name.startswith("bihuan")))
print({"scipy", "sklearn"} & set(sys.modules))
"""


def test_a_worker_has_loaded_all_that_a_demand_needs_and_no_trainer(tmp_path: Path) -> None:
    asked = environment(tmp_path, BIHUAN_DATABASE_URL=NOWHERE)
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=asked, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["[]", "set()"], done.stderr
