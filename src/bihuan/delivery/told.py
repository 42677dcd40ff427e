"""What a notice says: the action, the case, when, by whom. One reading for the letter and the web hook."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case, Notice
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Action, Matter


@dataclass(frozen=True)
class Told:
    """One notice with the event that it is about."""

    case: Case
    matter: Matter
    action: Action | None
    event: Event
    at: datetime
    unit: str

    @property
    def did(self) -> str:
        """What was done, in the matter's own word (催办)."""
        return self.action.label if self.action else self.event.action

    @property
    def did_in_english(self) -> str:
        """The same in English."""
        return (self.action.label_en if self.action else "") or self.event.action

    @property
    def link(self) -> str:
        """The case's page; empty where the installation does not know its own address."""
        site: str = settings.BIHUAN_SITE
        return f"{site}/cases/{self.case.number}/" if site else ""


def told(notice: Notice) -> Told:
    """Read what a notice is about."""
    case = notice.case
    matter, _ = matter_at(case.matter, case.version)
    event = Event.objects.get(stream=case.number, seq=notice.seq)
    action = matter.actions.get(notice.action)
    return Told(case, matter, action, event, notice.at, notice.unit_id)
