"""How an outsider follows a demand (查询): the code, what may be told, what they may do. No name of an official leaves here."""

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from bihuan.hotline.callback import back
from bihuan.hotline.intake import whole
from bihuan.hotline.limits import WRONG_CODES, give_back, take
from bihuan.hotline.pictures import unfit_pictures
from bihuan.hotline.steps import MAIN_STATES, MAIN_STEPS, QUESTION_OF, Make, Step
from bihuan.hotline.tellings import TELLINGS
from bihuan.hotline.words.clean import TooLong, clean
from bihuan.hotline.words.personal import mask
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case, Evidence
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, none like another
LENGTH = 8
BY_ALL = 100
NUMBER = re.compile(r"[A-Z]{1,6}[0-9]{4}-[0-9]{5,9}")
LONGEST = 4000
HAPPY = {"very", "good", "fair"}


@dataclass(frozen=True)
class Followed:
    """What the person who holds the code is told of their demand."""

    case: Case
    says: str
    asks: str
    answer: str
    steps: tuple[Step, ...]
    due: tuple[tuple[str, datetime], ...]
    pictures: tuple[Evidence, ...]
    may: frozenset[str]
    reopens_until: datetime | None
    is_sealed: bool
    main: "Main | None" = None


@dataclass(frozen=True)
class Main:
    """What the caller of a joined demand is told of the one that it was joined to: nothing that its own caller said."""

    says: str
    answer: str
    steps: tuple[Step, ...]
    due: tuple[tuple[str, datetime], ...]


def follow_code(number: str) -> str:
    """The code of a number: eight signs, made from the number with the installation's secret, stored nowhere."""
    made = salted_hmac("bihuan.hotline.follow", number, algorithm="sha256").digest()
    bits = int.from_bytes(made[:5], "big")
    signs = "".join(SIGNS[bits >> 5 * place & 31] for place in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def followed_case(number: str, code: str, network: str, *, now: datetime) -> Case:
    """The demand with this number and code; a Refusal that does not say which of the two is wrong.

    Wrong tries are counted by the address that they come from; by the number only far higher, since numbers are public and
    nobody shall lock out its holder.
    """
    number = number.strip().upper()
    most = whole("hotline.code_tries_per_hour", now)
    tried = [
        WRONG_CODES.of(f"from {network}", most),
        WRONG_CODES.of(f"for {number}", most * BY_ALL),
    ]
    take(tried, now)
    given = "".join(sign for sign in code.upper() if sign.isalnum())
    known = follow_code(number).replace("-", "")
    found = (
        Case.objects.filter(matter__in=TELLINGS, number=number)
        if NUMBER.fullmatch(number)
        else None
    )
    case = found.first() if found is not None else None
    if not hmac.compare_digest(given.encode(), known.encode()) or case is None:
        raise Refusal(
            "wrong_code",
            N_("编号或查询码不对。"),
            remedy=N_("请核对登记时给您的编号和查询码；忘记的可拨打12345凭联系电话查询。"),
        )
    give_back(tried)
    return case


def followed(case: Case, *, now: datetime) -> Followed:
    """All that the holder of the code is told now."""
    events = list(Event.objects.filter(stream=case.number).order_by("seq"))
    telling = TELLINGS[case.matter]
    answer = str(case.data.get("answer") or "") if case.state in telling.answered else ""
    until = reopens_until(case, now)
    return Followed(
        case=case,
        says=telling.states[case.state],
        asks=QUESTION_OF.get(case.state, ""),
        answer=answer,
        steps=tuple(_steps(events, telling.steps))[::-1],
        due=tuple(_due(case)),
        pictures=tuple(_own_pictures(case, events)),
        may=frozenset(_may(case, until)) & telling.deeds,
        reopens_until=until,
        is_sealed=telling.is_sealed,
        main=_main_of(case),
    )


def _main_of(case: Case) -> Main | None:
    """The public part of the demand that a joined one was joined to, however many joins lie between."""
    main, seen = case, {case.number}
    while main.state == "linked":
        found = Case.objects.filter(
            matter=case.matter, number=str(main.data.get("main") or "")
        ).first()
        if found is None or found.number in seen:
            return None
        main = found
        seen.add(main.number)
    if main is case:
        return None
    events = list(Event.objects.filter(stream=main.number).order_by("seq"))
    return Main(
        says=MAIN_STATES[main.state],
        answer=mask(str(main.data.get("answer") or ""))
        if main.state in TELLINGS[main.matter].answered
        else "",
        steps=tuple(_steps(events, MAIN_STEPS))[::-1],
        due=tuple(_due(main)),
    )


def reopens_until(case: Case, now: datetime) -> datetime | None:
    """Until when a closed demand may be handled again at the caller's wish; None where it may not."""
    may_reopen = "reopen" in TELLINGS[case.matter].deeds
    if not may_reopen or case.state != "closed" or case.ended_at is None:
        return None
    until = case.ended_at + timedelta(days=whole("hotline.reopen_days", now))
    return until if now <= until else None


def _may(case: Case, until: datetime | None) -> Iterator[str]:
    if case.state in TELLINGS[case.matter].adds_from:
        yield "add"
    if case.state == "callback":
        yield "rate"
    if until is not None:
        yield "reopen"
    if case.state == "excluded":
        yield "appeal"


def _due(case: Case) -> Iterator[tuple[str, datetime]]:
    """The clocks that run for the caller, soonest first: clock → due instant."""
    running = case.clocks.filter(is_open=True, status="running").order_by("due_at")
    for clock in running:
        if clock.due_at is not None:
            yield clock.key, clock.due_at


def _steps(events: Sequence[Event], makes: Mapping[str, Make]) -> Iterator[Step]:
    data: dict[str, Json] = {}
    for event in events:
        data |= _mapping(event.content["edits"])
        make = makes.get(event.action)
        if make is not None:
            yield make(event.at, data, _mapping(event.content["given"]))


def _own_pictures(case: Case, events: Sequence[Event]) -> Iterator[Evidence]:
    """The pictures that the caller sent: with the demand, or added to it."""
    own = {event.seq for event in events if event.action in ("open", "add")}
    for file in Evidence.objects.filter(case=case, seq__in=own).order_by("pk"):
        if file.type.startswith("image/"):
            yield file


def own_picture(case: Case, pk: int) -> Evidence | None:
    """One of the caller's own pictures."""
    events = list(Event.objects.filter(stream=case.number, action__in=("open", "add")))
    return next((file for file in _own_pictures(case, events) if file.pk == pk), None)


def add(
    case: Case, words: str, files: Sequence[Upload], actor: Acting, *, now: datetime, key: str = ""
) -> Case:
    """Add words and files to a demand (补充诉求)."""
    said = _said(words, "words", N_("请写下要补充的内容"))
    if problems := unfit_pictures("files", files):
        raise FormRefusal(problems)
    sent = {"files": files} if files else {}
    return act(case.number, "add", actor, {"words": said}, now=now, files=sent, key=key)


def rate(
    case: Case, given: Mapping[str, str], actor: Acting, *, now: datetime, key: str = ""
) -> Case:
    """Answer the callback's questions: `solved` (yes, no), `rating`, `contacted` (yes, no, empty), `words`.

    Solved or not and satisfied or not are asked apart; what is not solved goes back to the unit with a fresh clock.
    """
    solved, rating = given.get("solved", ""), given.get("rating", "")
    if solved not in ("yes", "no"):
        raise FormRefusal((FieldProblem("solved", N_("请选择是否已解决")),))
    words = _said(given.get("words", ""), "words", "")
    form: dict[str, object] = {"way": "link", "rating": rating, "words": words}
    if given.get("contacted") in ("yes", "no"):
        form["contacted"] = given["contacted"] == "yes"
    happy = "solved" if rating in HAPPY else "solved_unhappy"
    action = happy if solved == "yes" else back(case, "not_solved", "redispatch")
    return act(case.number, action, actor, form, now=now, key=key)


def ask_again(case: Case, reason: str, actor: Acting, *, now: datetime, key: str = "") -> Case:
    """Have a closed demand handled again (重新办理), within `hotline.reopen_days` of its end."""
    said = _said(reason, "reason", N_("请写明为什么要重新办理"))
    if case.state == "closed" and reopens_until(case, now) is None:
        raise Refusal(
            "too_late_to_reopen",
            N_("办结已超过 %(days)s 天，不能在网上申请重新办理。"),
            remedy=N_("有新情况的，请作为新诉求登记，并写明原编号 %(number)s。"),
            params={"days": whole("hotline.reopen_days", now), "number": case.number},
        )
    action = back(case, "reopen", "reopen_anew")
    return act(case.number, action, actor, {"reason": said}, now=now, key=key)


def appeal(case: Case, reason: str, actor: Acting, *, now: datetime, key: str = "") -> Case:
    """Appeal against the exclusion of a demand (对剔除提出异议)."""
    said = _said(reason, "reason", N_("请写明异议的理由"))
    return act(case.number, "appeal", actor, {"reason": said}, now=now, key=key)


def _said(text: str, name: str, missing: str) -> str:
    """What was typed, cleaned; raises FormRefusal where it is too long, or empty and `missing` says that it may not be."""
    cleaned = clean(text, LONGEST)
    if isinstance(cleaned, TooLong):
        shown = (("limit", LONGEST), ("count", cleaned.length))
        raise FormRefusal((FieldProblem(name, N_("最多 %(limit)s 字，现有 %(count)s 字"), shown),))
    if missing and not cleaned.text:
        raise FormRefusal((FieldProblem(name, missing),))
    return cleaned.text


def _mapping(value: object) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
