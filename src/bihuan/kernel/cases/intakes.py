"""The way in from outside (受理): a matter may declare an intake that cleans, limits and compares before a case is opened.

Pages, interfaces and tables open cases by `take_in`; what one case opens out of another goes through the engine's own door.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.moves import NO_FILES
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import Acting


@dataclass(frozen=True)
class Coming:
    """A case that somebody asks to have opened: the matter's fields as they were sent, not yet looked at."""

    matter: str
    data: Mapping[str, object]
    actor: Acting
    now: datetime
    files: Mapping[str, Sequence[Upload]]
    key: str


Intake = Callable[[Coming], Case]
_intakes: dict[str, Intake] = {}


def intake(name: str) -> Callable[[Intake], Intake]:
    """Register the function behind a name that matters declare."""

    def register(function: Intake) -> Intake:
        _intakes[name] = function
        return function

    return register


def take_in(
    matter_key: str,
    data: Mapping[str, object],
    actor: Acting,
    *,
    now: datetime,
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
    key: str = "",
) -> Case:
    """Open a case as it comes in from outside: through the matter's intake where it declares one, else by the door.

    Raises a Refusal and writes nothing where the intake or the rules say no; the same key again gives the first case.
    """
    matter, _ = matter_now(matter_key)
    if not matter.intake:
        return open_case(matter_key, data, actor, now=now, files=files, key=key)
    return _intakes[matter.intake](Coming(matter_key, data, actor, now, files, key))


def require_batchable(matter_key: str) -> None:
    """Raise a Refusal for a matter whose cases come in one by one."""
    matter, _ = matter_now(matter_key)
    if matter.intake:
        raise Refusal(
            "one_by_one",
            N_("“%(matter)s”须逐件受理，不能整批登记。"),
            remedy=N_("请逐件登记；表格请用表格导入。"),
            params={"matter": matter.label},
        )
