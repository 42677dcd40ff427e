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
    written = Delivery.objects.filter(telling__case=case, telling__seq=seq)
    contacts = contacts_of(matter, cases)
    lookups = {v.lookup for held in contacts.values() for v in held} - {""}
    used = PersonalValue.objects.filter(lookup__in=lookups, pk__in=written.values("value"))
    by_value = dict(used.values_list("pk", "lookup"))
    mine = list(written.filter(value__in=by_value) | written.filter(case__in=cases))
    own = {delivery.case_id: delivery for delivery in mine}
    shared = {by_value.get(delivery.value, ""): delivery for delivery in mine}
    found: dict[str, Delivery] = {}
    for one in cases:
        through = [shared[v.lookup] for v in contacts[one.pk] if v.lookup in shared]
        if delivery := own.get(one.pk, next(iter(through), None)):
            found[one.number] = delivery
    return found
