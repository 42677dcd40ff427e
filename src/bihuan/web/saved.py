"""Saved lists and watched cases (保存的清单、关注): keeping, sharing, dropping. Shows nothing, counts nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.orgs.acting import Acting
from bihuan.web.models import SavedList, Watch

LONGEST_NAME = 40
MOST_LISTS = 12  # of one's own, and shown: each is counted again and again
MOST_WATCHED = 500


def lists_of(person: int | None, actings: Sequence[Acting]) -> list[SavedList]:
    """The person's own lists, then those that were shared with their units; each in the order of saving."""
    units = {acting.unit for acting in actings if acting.unit}
    found = SavedList.objects.filter(Q(person=person) | Q(unit__in=units)).order_by("pk")
    own_first = sorted(found[: 4 * MOST_LISTS], key=lambda one: one.person_id != person)
    return own_first[:MOST_LISTS]


def save_list(
    name: str, query: str, unit: str, actings: Sequence[Acting], *, now: datetime
) -> SavedList:
    """Keep a list under a name, shared with a unit of one's own where one is given; the same name again replaces it."""
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise FormRefusal((FieldProblem("name", N_("必填")),))
    person = actings[0].person or 0
    if unit and unit not in {acting.unit for acting in actings}:
        raise Refusal(
            "foreign_unit",
            N_("清单只能与您任职的单位共享。"),
            remedy=N_("请改选本人使用，或选自己的单位。"),
        )
    own = SavedList.objects.filter(person=person).exclude(name=name).count()
    if own >= MOST_LISTS:
        raise Refusal(
            "too_many_lists",
            N_("每人最多保存 %(most)s 个清单。"),
            remedy=N_("请先删去不用的清单。"),
            params={"most": MOST_LISTS},
        )
    kept, _ = SavedList.objects.update_or_create(
        person_id=person, name=name, defaults={"query": query, "unit": unit, "saved_at": now}
    )
    return kept


def drop_list(pk: int, person: int | None) -> None:
    """Forget a list of one's own; somebody else's stays."""
    SavedList.objects.filter(pk=pk, person=person).delete()


def watched_by(person: int) -> tuple[int, ...]:
    """The ids of the cases that somebody watches."""
    found = Watch.objects.filter(person=person).order_by("-pk")
    return tuple(found.values_list("case_id", flat=True)[:MOST_WATCHED])


def is_watching(person: int | None, watched: Case) -> bool:
    """Whether somebody watches a case."""
    return Watch.objects.filter(person=person, case=watched).exists()


def watch(person: int, watched: Case, *, on: bool, now: datetime) -> None:
    """Watch a case that the person sees, or stop watching it."""
    if not on:
        Watch.objects.filter(person=person, case=watched).delete()
        return
    if Watch.objects.filter(person=person).count() >= MOST_WATCHED:
        raise Refusal(
            "too_many_watched",
            N_("每人最多关注 %(most)s 件。"),
            remedy=N_("请先取消已了结办件的关注。"),
            params={"most": MOST_WATCHED},
        )
    Watch.objects.get_or_create(person_id=person, case=watched, defaults={"since": now})
