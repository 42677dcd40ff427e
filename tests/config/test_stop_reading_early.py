"""Whoever reads a command's answer may stop reading: it ends without a traceback."""

import subprocess
import sys
from pathlib import Path

REPORT = Path(__file__).parents[2] / "catalog" / "lvliang" / "reports" / "2023.md"


def test_a_reader_that_leaves_is_no_error_worth_a_traceback() -> None:
    argv = [sys.executable, "-m", "bihuan.config", "compile", str(REPORT)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        assert b"Traceback" not in command.stderr.read()
    assert command.returncode == 141
