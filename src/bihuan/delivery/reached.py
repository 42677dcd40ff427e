"""Which of some cases' persons an event was told to (是否已告知), through their own case or another of theirs. Reads only."""

from collections.abc import Mapping, Sequence

from bihuan.delivery.models import Delivery
from bihuan.delivery.spreading import contacts_of
from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.privacy.models import PersonalValue


def reached(case: Case, seq: int, cases: Sequence[Case]) -> Mapping[str, Delivery]:
    """Number → the message of this event of `case` that went to the person of that case; none: nothing was written to them."""
    matter, _ = matter_at(case.matter, case.version)
    written = Delivery.objects.filter(telling__case=case, telling__seq=seq).select_related("case")
    contacts = contacts_of(matter, cases)
    lookups = {v.lookup for held in contacts.values() for v in held} - {""}
    same = PersonalValue.objects.filter(
        lookup__in=lookups, stream__in=written.values("case__number")
    )
    pairs = list(same.values_list("stream", "lookup"))
    streams = {stream for stream, _ in pairs} | {one.number for one in cases}
    by_case = {str(d.case and d.case.number): d for d in written.filter(case__number__in=streams)}
    shared = {lookup: by_case[stream] for stream, lookup in pairs}
    found: dict[str, Delivery] = {}
    for one in cases:
        through = [shared[v.lookup] for v in contacts[one.pk] if v.lookup in shared]
        if delivery := by_case.get(one.number, next(iter(through), None)):
            found[one.number] = delivery
    return found
