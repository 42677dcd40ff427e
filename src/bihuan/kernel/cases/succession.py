"""Units that are merged away (机构撤并): their open cases go on in the unit that carries on the work, each by an event."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import algorithm, matter_at
from bihuan.kernel.cases.models import Case, CaseParty
from bihuan.kernel.cases.moves import lock, note, take_owed
from bihuan.kernel.cases.permissions import party_codes, require_verifier
from bihuan.kernel.cases.posts import relieve
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.own import append_own
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Holding, Post, Unit

STREAM = "units"


@transaction.atomic
def merge_unit(old: str, new: str, actor: Acting, *, now: datetime, basis: str = "") -> int:
    """Merge a unit into another; returns how many open cases went over. Its posts end, their holders are relieved.

    Raises a Refusal where a case would be left with nobody who may verify it.
    """
    into = Unit.objects.filter(code=new, is_active=True).exclude(code=old).first()
    if into is None:
        raise Refusal(
            "no_successor",
            N_("“%(unit)s”不是可以承接的单位。"),
            remedy=N_("请指定现有的另一个单位。"),
            params={"unit": new},
        )
    Unit.objects.filter(code=old).update(is_active=False, merged_into=into)
    posts = Post.objects.filter(unit_id=old)
    held = Holding.objects.filter(post__in=posts, until=None).select_related("person", "post")
    for holding in held.order_by("post_id", "person_id"):
        relieve(holding.person, holding.post, actor, now=now)
    posts.update(is_active=False)
    numbers = list(_open_cases(old))
    for number in numbers:
        _carry_over(number, old, into, actor, now)
    content: dict[str, Json] = {"unit": old, "into": new, "basis": basis}
    append_own(STREAM, "merge_unit", actor, content, at=now, algorithm=algorithm())
    return len(numbers)


def _open_cases(unit: str) -> Iterator[str]:
    taking_part = CaseParty.objects.filter(unit_id=unit).values("case_id")
    found = Case.objects.filter(pk__in=taking_part, end="").order_by("pk")
    return found.values_list("number", flat=True).iterator()


def _carry_over(number: str, old: str, into: Unit, actor: Acting, now: datetime) -> None:
    case, units = lock(number)
    matter, _ = matter_at(case.matter, case.version)
    edits = {
        name: _replaced(case.data.get(name), old, into.code)
        for name in matter.unit_fields
        if old in party_codes(case.data, name)
    }
    try:
        require_verifier(matter, {**case.data, **edits}, units.paths)
    except Refusal as refusal:
        raise _named(refusal, number) from refusal
    note(case, matter, "succeed", actor, now=now, edits=edits)
    take_owed(case, matter, case.moved_at, units)


def _replaced(value: Json, old: str, new: str) -> Json:
    if isinstance(value, list):
        return list(dict.fromkeys(new if code == old else code for code in value))
    return new


def _named(refusal: Refusal, number: str) -> Refusal:
    """The refusal of one case as the refusal of the merger, with the case to mend first."""
    return Refusal(
        "verifier_merged",
        N_("%(number)s 并入后，“%(action)s”的办理单位与承办单位成为同一家，无人可以核查。"),
        remedy=N_("请先调整该件的承办或核查单位，再办理撤并。"),
        params={**refusal.params, "number": number},
    )
