"""The first event of a simulated year says that all in the database is simulated. Writes that one event."""

from bihuan.kernel.cases.city import algorithm, city
from bihuan.kernel.ledger.append import Link, append
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.simulation.traces import STREAM
from bihuan.simulation.values import MARK
from bihuan.simulation.year.setting import YearSetting


def begin(setting: YearSetting) -> None:
    """Write it."""
    content: dict[str, Json] = {
        "seed": setting.seed, "days": setting.days, "demands": setting.demands,
        "catalog": city().info.key, "note": MARK,
    }  # fmt: skip
    append(
        STREAM,
        Link(),
        at=setting.start,
        action="begin",
        actor=SYSTEM_ACTOR,
        content=content,
        algorithm=algorithm(),
    )
