"""The demonstration's date: how far its clock stands from the real one, kept beside its data."""

import json
from datetime import datetime
from pathlib import Path


def demo_shift(path: Path) -> int:
    """Seconds to add to the real clock; 0 while there is no demonstration."""
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["shift"])
    except FileNotFoundError:
        return 0


def keep_demo_date(path: Path, day: datetime, real: datetime) -> int:
    """Let the demonstration's clock stand at `day` at the real instant `real`; returns the shift."""
    shift = int((day - real).total_seconds())
    path.write_text(json.dumps({"shift": shift, "from": day.isoformat()}), encoding="utf-8")
    return shift
