"""Looks at personal data and its erasure (查看、删除个人信息): permission, the sealed value, one event. Moves nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.moves import lock, note
from bihuan.kernel.cases.permissions import all_parties, is_granted
from bihuan.kernel.cases.queries import visible_to
from bihuan.kernel.errors import N_, NotAllowed, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Grant, Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.personal import ERASE, LOOK, QUIET
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.queries import unit_paths
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.sealing import Altered, open_value
from bihuan.kernel.privacy.store import destroy, found, references_in

BASIS = "《中华人民共和国个人信息保护法》第四十七条"
LONGEST = 300


def may(grants: Sequence[Grant], case: Case, actings: Sequence[Acting]) -> Acting | None:
    """The first of the posts to which one of the grants is given on this case."""
    matter, _ = matter_at(case.matter, case.version)
    paths = unit_paths(all_parties(matter, case.data)) if grants else {}
    for acting in actings:
        if any(is_granted(grant, acting, case.data, paths) for grant in grants):
            return acting
    return None


@transaction.atomic
def reveal(number: str, which: str, actor: Acting, reason: str, *, now: datetime) -> str:
    """A personal value in clear, once; the look is an event of the case, with field and reason, never the value.

    `which` is a field of the case, or the id of any sealed value of the case.
    """
    case, _ = lock(number)
    matter, _ = matter_at(case.matter, case.version)
    _require(matter.reveals, case, actor, N_("您当前的岗位（%(post)s）不能查看此件的个人信息。"))
    reason = _said(reason, N_("请写明查看的理由。"))
    known = PersonalValue.objects.filter(stream=number)
    row = known.filter(pk=references_in(case.data).get(which, which)).first()
    if row is None:
        raise Refusal(
            "no_such_value", N_("此件没有这一项个人信息。"), remedy=N_("请刷新页面后再试。")
        )
    return _look(case, matter, row, actor, reason, now)


@transaction.atomic
def find(kind: str, value: str, actor: Acting, reason: str, *, now: datetime) -> list[str]:
    """Numbers of the cases that hold this value and that the actor may look into; each is recorded as a look there."""
    reason = _said(reason, N_("请写明查找的理由。"))
    numbers: list[str] = []
    for row in found(kind, value):
        case = visible_to([actor]).filter(number=row.stream).first()
        if case is None or row.stream in numbers:
            continue
        matter, _ = matter_at(case.matter, case.version)
        if may(matter.reveals, case, [actor]):
            _look(lock(row.stream)[0], matter, row, actor, reason, now)
            numbers.append(row.stream)
    return numbers


@transaction.atomic
def erase(
    number: str, fields: Sequence[str] | None, actor: Acting, ground: str, *, now: datetime
) -> Case:
    """Destroy the personal values of some fields (None: all) of a case, old ones with them; one event says so.

    Copies of the same values in cases that this one opened go with them, each by an event of its own case.
    """
    opened = [lock(child)[0] for child in reversed(_descendants(number))]  # as a child's move locks
    case, _ = lock(number)
    matter, _ = matter_at(case.matter, case.version)
    _require(matter.erases, case, actor, N_("您当前的岗位（%(post)s）不能删除此件的个人信息。"))
    ground = _said(ground, N_("请写明删除的依据。"))
    rows = _values(case, fields)
    lookups = set(rows.exclude(lookup="").values_list("lookup", flat=True))
    if not _destroy(case, rows, actor, ground, now):
        raise Refusal("nothing_to_erase", N_("没有可删除的个人信息，或已经删除。"))
    for child in opened:
        copies = PersonalValue.objects.filter(stream=child.number, lookup__in=lookups)
        _destroy(child, copies, actor, ground, now)
    return case


def _destroy(
    case: Case, rows: QuerySet[PersonalValue], actor: Acting, ground: str, now: datetime
) -> bool:
    """Destroy what is still there and say so on the case; False where nothing was."""
    gone = destroy(rows, now=max(now, case.moved_at))
    if gone:
        named = PersonalValue.objects.filter(pk__in=gone).order_by("field").distinct("field")
        erased: dict[str, Json] = {
            "fields": list(named.values_list("field", flat=True)),
            "values": list(gone),
            "ground": ground,
            "basis": BASIS,
        }
        matter, _ = matter_at(case.matter, case.version)
        note(case, matter, ERASE, actor, now=now, given=erased)
    return bool(gone)


def _descendants(number: str) -> list[str]:
    """Numbers of the cases that a case opened, and of theirs, parents first."""
    found: list[str] = []
    above = [number]
    while above:
        below = Case.objects.filter(parent__number__in=above).order_by("pk")
        above = list(below.values_list("number", flat=True))
        found += above
    return found


def has_moved(case: Case, since: int) -> bool:
    """True where the case moved after an event; looks and erasures make no page stale."""
    later = Event.objects.filter(stream=case.number, seq__gt=since)
    return since > case.seq or later.exclude(action__in=QUIET).exists()


def _values(case: Case, fields: Sequence[str] | None) -> QuerySet[PersonalValue]:
    """What stands in these fields or ever stood there: also what an action copied between fields."""
    rows = PersonalValue.objects.filter(stream=case.number)
    if fields is None:
        return rows
    held = references_in(case.data)
    return rows.filter(field__in=fields) | rows.filter(
        pk__in=[held[name] for name in fields if name in held]
    )


def _look(
    case: Case, matter: Matter, row: PersonalValue, actor: Acting, reason: str, now: datetime
) -> str:
    try:
        value = open_value(row)
    except Altered:
        raise Refusal(
            "altered", N_("这一项与封存时不符，可能被改动。"), remedy=N_("请报告安全审计员。")
        ) from None
    if value is None:
        raise Refusal("erased", N_("这一项已依法删除，无法恢复。"))
    seen: dict[str, Json] = {"field": row.field, "value": row.pk, "reason": reason}
    note(case, matter, LOOK, actor, now=now, given=seen)
    return value


def _require(grants: Sequence[Grant], case: Case, actor: Acting, message: str) -> None:
    if may(grants, case, [actor]) is None:
        raise NotAllowed(
            "personal",
            message,
            remedy=N_("可办理的角色：%(roles)s。"),
            basis=BASIS,
            params={
                "post": actor.post_name or actor.name,
                "roles": "、".join(str(grant) for grant in grants),
            },
        )


def _said(text: str, missing: str) -> str:
    """A reason that was given; raises Refusal for none."""
    if not text.strip():
        raise Refusal("no_reason", missing, remedy=N_("理由会记入台账。"))
    return text.strip()[:LONGEST]
