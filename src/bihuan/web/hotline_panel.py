"""What a demand's page shows beside the generic parts: its main case, and who follows it (并单)."""

from collections.abc import Mapping

from bihuan.hotline.console import DEMAND, followers_of
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.queries import visible_to
from bihuan.web.access import Asked, serves_hotline
from bihuan.web.lines import line, lines
from bihuan.web.panels import panel


@panel(DEMAND)
def of_demand(case: Case, request: Asked) -> Mapping[str, object]:
    """The main case that it was joined to, else the demands that follow it; the hotline alone sees whose they are."""
    if case.state == "linked":
        found = visible_to(request.actings).filter(number=case.data.get("main")).first()
        return {"main": line(found) if found else None}
    if not serves_hotline(request.actings):
        return {}
    return {"followers": lines(followers_of([case.number]).get(case.number, ()))}
