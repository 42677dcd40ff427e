"""What was decided in a run, one operation after another: enough to do it again without dice. No database here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Operation:
    """One deed: by whom, in which post, on which case, with what, when, and which fault strikes it.

    A case is named by its label `12.0` (the first case that operation 12 opened), which stays when others are left out.
    """

    id: int
    at: datetime
    do: str  # open, act, import, sweep, appoint, relieve, merge_unit
    name: str = (
        ""  # the matter to open, the action to take, the person's name, the unit that takes over
    )
    case: str = ""
    person: int = 0
    post: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=dict)
    fault: dict[str, Any] = field(default_factory=dict)

    @property
    def fault_kind(self) -> str:
        """The kind of the fault; empty where none strikes."""
        return str(self.fault.get("kind", ""))

    def without_fault(self) -> "Operation":
        """The same deed in good weather."""
        return replace(self, fault={})


@dataclass(frozen=True)
class Setting:
    """What a run starts from: everything but the operations."""

    seed: int
    days: int
    catalog: str
    start: datetime
    quick: bool = False


def written(setting: Setting, operations: Iterable[Operation], broken: Mapping[str, Any]) -> str:
    """A history as JSON, one operation a line."""
    head = {"format": FORMAT, **_plain(asdict(setting)), "broken": broken}
    lines = [json.dumps(_plain(asdict(o)), ensure_ascii=False) for o in operations]
    body = ",\n  ".join(lines)
    opened = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    return f'{opened},\n "operations": [\n  {body}\n ]\n}}\n'


def read(path: Path) -> tuple[Setting, list[Operation]]:
    """A history that `written` wrote; ValueError for another format."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    if raw.get("format") != FORMAT:
        raise ValueError(f"{path}: no history of format {FORMAT}")
    start = datetime.fromisoformat(raw["start"])
    setting = Setting(raw["seed"], raw["days"], raw["catalog"], start, raw["quick"])
    operations = [
        Operation(**{**o, "at": datetime.fromisoformat(o["at"])}) for o in raw["operations"]
    ]
    return setting, operations


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}
