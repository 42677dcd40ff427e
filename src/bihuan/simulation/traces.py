"""Tells whether a database was made by the simulation: whatever shows its data says so. Reads only."""

from functools import lru_cache

from django.db import connection

from bihuan.kernel.ledger.models import Event

STREAM = "simulation"


def is_simulated() -> bool:
    """True where the ledger of the present database begins with the simulation's own event; asked once."""
    return _begins(str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=8)
def _begins(database: str) -> bool:
    return Event.objects.filter(stream=STREAM, seq=1).exists()
