"""Takes one operation through the door of the product, as its web would, and says what came of it. No faults here."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.engine import act, open_case, sweep
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.intakes import take_in
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.posts import appoint, relieve
from bihuan.kernel.cases.succession import merge_unit
from bihuan.kernel.errors import NoSuchCase, Refusal
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.models import Person, Post
from bihuan.plan.importing import import_report
from bihuan.simulation.operations import Operation
from bihuan.simulation.values import MARK, tiny_pdf


@dataclass(frozen=True)
class Answer:
    """What a caller was told: the case and its event's number, or the code of the refusal."""

    number: str = ""
    seq: int = 0
    refusal: str = ""
    case: Case | None = field(default=None, compare=False, repr=False)  # as the door gave it

    @property
    def is_yes(self) -> bool:
        """True where the call was acknowledged."""
        return not self.refusal


BY_PEOPLE = ("act", "open", "take_in", "import")
NO_POST = Answer(refusal="no_post")


@dataclass(frozen=True)
class Caller:
    """Who calls, about which case, under which idempotency key, from a page made at which event."""

    actor: Acting | None
    number: str = ""
    key: str = ""
    expect: int | None = None


def call(operation: Operation, caller: Caller) -> Answer:
    """Do what the operation says, once; a refusal is an answer, anything else raised is a fault of the product."""
    if operation.do in BY_PEOPLE and caller.actor is None:
        return NO_POST
    try:
        return _WAYS[operation.do](operation, caller)
    except Refusal as refusal:
        return Answer(refusal=refusal.code)
    except NoSuchCase:
        return Answer(refusal="no_such_case")


def actor_of(held: Sequence[Acting], post: str) -> Acting | None:
    """The way to act from a post, among all that a person has."""
    return next((one for one in held if one.post == post), None)


def _act(operation: Operation, caller: Caller) -> Answer:
    assert caller.actor is not None
    files = uploads(operation.files)
    case = act(
        caller.number, operation.name, caller.actor, operation.values,
        now=operation.at, files=files, key=caller.key, expect=caller.expect,
    )  # fmt: skip
    return Answer(case.number, case.seq, case=case)


def _open(operation: Operation, caller: Caller) -> Answer:
    assert caller.actor is not None
    if operation.name not in city().matters:
        return Answer(refusal="no_such_matter")
    files = uploads(operation.files)
    case = open_case(
        operation.name,
        operation.values,
        caller.actor,
        now=operation.at,
        files=files,
        key=caller.key,
    )
    return Answer(case.number, case.seq, case=case)


def _take_in(operation: Operation, caller: Caller) -> Answer:
    """As it comes in from outside: through the matter's intake."""
    assert caller.actor is not None
    case = take_in(
        operation.name, operation.values, caller.actor,
        now=operation.at, files=uploads(operation.files), key=caller.key,
    )  # fmt: skip
    return Answer(case.number, case.answer.seq if case.answer else case.seq, case=case)


def _import(operation: Operation, caller: Caller) -> Answer:
    assert caller.actor is not None
    text, name = str(operation.values["text"]), str(operation.values["name"])
    year = int(operation.values["year"])
    case = import_report(text.encode(), name, caller.actor, now=operation.at, year=year)
    return Answer(case.number, case.seq)


def _sweep(operation: Operation, caller: Caller) -> Answer:
    sweep(now=operation.at)
    return Answer()


@transaction.atomic
def _appoint(operation: Operation, caller: Caller) -> Answer:
    person = Person.objects.filter(pk=operation.person).first()
    if person is None:
        person = Person(
            pk=operation.person, username=f"sim.{operation.person}", name=operation.name,
            is_synthetic=True,
        )  # fmt: skip
        person.set_unusable_password()
        person.save(force_insert=True)
    appoint(person, Post.objects.get(pk=operation.post), SYSTEM_ACTOR, now=operation.at)
    return Answer()


def _relieve(operation: Operation, caller: Caller) -> Answer:
    person = Person.objects.filter(pk=operation.person).first()
    if person is None:
        return Answer(refusal="no_such_person")
    relieve(person, Post.objects.get(pk=operation.post), SYSTEM_ACTOR, now=operation.at)
    return Answer()


def _merge_unit(operation: Operation, caller: Caller) -> Answer:
    old, new = operation.values["old"], operation.values["new"]
    merge_unit(old, new, SYSTEM_ACTOR, now=operation.at, basis=MARK)
    return Answer()


def uploads(files: Mapping[str, list[str]]) -> dict[str, list[Upload]]:
    """The files that go with a form, fresh for each call: small PDFs whose bytes follow from their names."""
    return {
        field: [Upload(f"{name}.pdf", io.BytesIO(tiny_pdf(name))) for name in names]
        for field, names in files.items()
    }


_WAYS = {
    "act": _act,
    "open": _open,
    "take_in": _take_in,
    "import": _import,
    "sweep": _sweep,
    "appoint": _appoint,
    "relieve": _relieve,
    "merge_unit": _merge_unit,
}
