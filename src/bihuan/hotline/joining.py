"""Joining what somebody else has said (一起反映): public open demands alike, and one's own demand joined to one of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.hotline.intake import MATTER, register
from bihuan.hotline.nearby import CELLS
from bihuan.hotline.shown_models import Shown
from bihuan.hotline.similar import candidates
from bihuan.hotline.similar_reading import words_of
from bihuan.hotline.told import Told
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import Sight
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal
from bihuan.kernel.orgs.acting import Acting

ALL = Sight(True, ())
FAR = 25  # cells, about 5 km: who is further away means another thing


def alike(told: Told, *, now: datetime) -> list[Case]:
    """The public open demands that resemble what is told, best first; none that is known to be far away."""
    found = [one.case for one in candidates(words_of(vars(told)), ALL, now=now)]
    shown = Shown.objects.in_bulk([case.pk for case in found])
    return [case for case in found if case.pk in shown and not _is_far(told, shown[case.pk])]


def open_to_join(number: str) -> Case | None:
    """The demand with this number, where it is public and open."""
    return Case.objects.filter(
        matter=MATTER, number=number, end="", shown__isnull=False
    ).first()  # fmt: skip


@transaction.atomic
def register_joined(
    told: Told, main: str, actor: Acting, *, now: datetime, files: Sequence[Upload] = ()
) -> Case:
    """Register a demand with its teller's own contact and join it to another; it keeps its own number and code.

    Raises FormRefusal where the other one is not public or has ended meanwhile; then nothing is stored.
    """
    if open_to_join(main) is None:
        message = N_("这件已办结或不再公开，不能一起反映；请作为新的诉求提交")
        raise FormRefusal((FieldProblem("main", message),))
    case = register(told, actor, now=now, files=files)
    if case.state != "registered":
        return case
    return act(case.number, "link", actor, {"main": main}, now=now)


def _is_far(told: Told, other: Shown) -> bool:
    try:
        north, east = float(told.lat) * CELLS, float(told.lon) * CELLS
    except ValueError:
        return False
    if other.north is None or other.east is None:
        return False
    return max(abs(north - other.north), abs(east - other.east)) > FAR
