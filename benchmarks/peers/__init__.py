"""Other libraries that read Chinese quantities, in an environment of their own under var/peers."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "peers"
PACKAGES = ("emoji<2", "recognizers-text-suite==1.0.2a2", "jionlp==1.5.31", "setuptools")
NAMES = {"recognizers": "Recognizers-Text 1.0.2a2", "jionlp": "jionlp 1.5.31"}


def python() -> Path:
    """The interpreter that has the peers installed; the product never depends on them."""
    interpreter = HOME / ".venv" / "bin" / "python"
    done = HOME / "installed"
    if not done.is_file():
        uv = str(ROOT / ".venv" / "bin" / "uv")
        quiet = {**os.environ, "UV_NO_PROGRESS": "1"}
        HOME.mkdir(parents=True, exist_ok=True)
        made = [uv, "venv", "-q", "--clear", "--python", "3.11", str(HOME / ".venv")]
        subprocess.run(made, check=True, env=quiet)
        install = [uv, "pip", "install", "-q", "--python", str(interpreter), *PACKAGES]
        subprocess.run(install, check=True, env=quiet)
        done.write_text("\n".join(PACKAGES), encoding="utf-8")
    return interpreter


def ask(task: dict[str, Any], seconds: float = 300) -> Any:
    """What the peers answer to a task of `side.py`."""
    side = Path(__file__).with_name("side.py")
    done = subprocess.run(
        [str(python()), "-W", "ignore", str(side)],
        input=json.dumps(task, ensure_ascii=False).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=seconds,
        cwd=HOME,
    )
    return json.loads(done.stdout.splitlines()[-1])
