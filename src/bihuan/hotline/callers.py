"""A caller's earlier demands (来电人历史): found by the keyed digest of the number. Opens no personal value.

The digest is the one that the kernel stores with every sealed value, in the transaction of its event, and destroys with it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.ledger.own import append_own
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.privacy.masks import normal
from bihuan.kernel.privacy.store import found

STREAM = "hotline-callers"
DEMAND = "hotline.demand"
MOST = 20
SHORTEST = 7  # digits; extensions and emergency numbers identify nobody


@transaction.atomic
def history(phone: str, actor: Acting, *, now: datetime) -> Sequence[Case]:
    """The newest demands of a number that the actor may see; that somebody's history was read is on record.

    The record names the cases shown, never the number: erasing the number later leaves nothing of it in the ledger.
    """
    if len(normal("phone", phone)) < SHORTEST:
        return ()
    numbers = found("phone", phone).order_by("-sealed_at").values_list("stream", flat=True)
    seen = visible_to([actor]).filter(number__in=list(numbers[: MOST * 2]), matter=DEMAND)
    cases = list(seen.select_related("owner").order_by("-pk")[:MOST])
    if cases:
        shown: dict[str, Json] = {"cases": [case.number for case in cases]}
        append_own(STREAM, "history", actor, shown, at=now, algorithm=algorithm())
    return cases
