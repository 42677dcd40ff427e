"""Another hand (另人办理): who took one action of a case may not take another one. Reads the ledger; writes nothing."""

from collections.abc import Sequence

from bihuan.kernel.errors import N_, NotAllowed
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.orgs.acting import Acting


def took_before(action: Action, person: int | None, number: str) -> Sequence[str]:
    """Which of the actions that bar a person from this one they have taken on the case, in whatever post."""
    if not action.other_than or person is None:
        return ()
    taken = Event.objects.filter(stream=number, person=person, action__in=action.other_than)
    return list(taken.order_by("seq").values_list("action", flat=True))


def require_other_hand(matter: Matter, action: Action, actor: Acting, number: str) -> None:
    """Raise NotAllowed where the person decides on what they have done themselves."""
    if taken := took_before(action, actor.person, number):
        raise NotAllowed(
            "other_than",
            N_("此件的“%(earlier)s”是您办理的，“%(action)s”须由另一人办理。"),
            remedy=N_("请交由其他有权办理的人员。"),
            basis=matter.basis,
            params={"earlier": matter.actions[taken[-1]].label, "action": action.label},
        )
