"""What every sent form carries beside its fields: in which post, the key, the page's sequence number."""

from collections.abc import Sequence

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import offers
from bihuan.kernel.errors import NoSuchCase
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.access import Asked

LONGEST_KEY = 64


def acting_for(case: Case, action: str, actings: Sequence[Acting]) -> Acting:
    """The post in which the person may take the action; their first post where none may: the kernel then says why not."""
    if not actings:
        raise NoSuchCase(case.number)
    offered = (offer.actor for offer in offers(case, actings) if offer.name == action)
    return next(offered, actings[0])


def sent_key(request: Asked) -> str:
    """The idempotency key, bound to the person: nobody gets another's answer."""
    key = request.POST.get("key", "")[:LONGEST_KEY]
    return f"web:{request.user.pk}:{key}" if key else ""


def expected(request: Asked) -> int | None:
    """The sequence number that the page was made from."""
    text = request.POST.get("expect", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
