"""What anybody may read of the plan (公开): the fields that the matters name as public, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import NoSuchCase
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.fields import Json

HIDDEN_STATES = ("to_review", "merged", "split")
TOLD = ("issue", "verify", "sign_off", "reopen", "approve_extension", "abandon", "drop", "fulfil")


@dataclass(frozen=True)
class Promise:
    """A public view of a case: no people, no reports, no evidence."""

    number: str
    state: str
    state_label: str
    state_label_en: str
    end: str
    shown: dict[str, Json]


def public_view(case: Case) -> Promise:
    """The public fields of a case and where it stands."""
    matter, _ = matter_at(case.matter, case.version)
    state = matter.states[case.state]
    return Promise(
        number=case.number,
        state=case.state,
        state_label=state.label,
        state_label_en=state.label_en,
        end=case.end,
        shown={name: case.data.get(name) for name in matter.public},
    )


def public_promises(report: Case) -> list[Case]:
    """The commitments of a report that the public may read, in the order of the text."""
    found = Case.objects.filter(root=report, matter="plan.commitment")
    return list(found.exclude(state__in=HIDDEN_STATES).order_by("data__start", "pk"))


def public_promise(number: str) -> Case:
    """One public commitment; NoSuchCase for one that is not public or does not exist."""
    found = Case.objects.filter(matter="plan.commitment", number=number).exclude(
        state__in=HIDDEN_STATES
    )
    case = found.select_related("root").first()
    if case is None:
        raise NoSuchCase(number)
    return case


def verified_values(events: Iterable[Event]) -> dict[int, str]:
    """The values that the inspection office found true, by target: of the claim that it last verified."""
    claimed: dict[int, str] = {}
    verified: dict[int, str] = {}
    for event in events:
        if event.action == "claim":
            rows = event.content["given"].get("actuals") or []
            claimed = {row["target"]: str(row["value"]) for row in rows}
        elif event.action == "verify":
            verified = claimed
        elif event.action in ("send_back", "reject", "reopen"):
            verified = {}
    return verified


def public_tasks(commitment: Case) -> list[Case]:
    """The tasks of a promise that the public is told of: those that were issued."""
    found = commitment.children.filter(matter="plan.task")
    return list(found.exclude(state__in=("drafting", "withdrawn")).order_by("pk"))


def public_history(cases: Iterable[Case]) -> list[Event]:
    """The steps the public is told of, without who took them."""
    numbers = [case.number for case in cases]
    return list(Event.objects.filter(stream__in=numbers, action__in=TOLD).order_by("at", "id"))
