"""Takes a report of wrongdoing in (举报登记): a sealed case of its own matter; nothing of it goes where demands go."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bihuan.hotline.intake import whole
from bihuan.hotline.limits import BY_ADDRESS, TRIES, give_back, take
from bihuan.hotline.pictures import unfit_pictures
from bihuan.hotline.told import LONGEST, MAIL, is_phone, title_of
from bihuan.hotline.words.clean import TooLong, clean
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.orgs.acting import Acting

REPORT = "hotline.report"
FILES = "files"
CALLER = ("caller_name", "caller_phone", "caller_mail")
ASKED = ("named", "content", "accused", "place", "address", *CALLER)  # of a resident
BY_OPERATOR = (*CALLER, "named", "title", "content", "accused", "against", "place", "address")
ANONYMOUS = "anonymous"


def report(
    data: Mapping[str, object],
    actor: Acting,
    *,
    now: datetime,
    files: Sequence[Upload] = (),
    network: str = "",
    key: str = "",
    matter: str = REPORT,
) -> Case:
    """Register a report; an anonymous one keeps nothing of who it is. Raises FormRefusal and TooOften; then nothing is stored.

    `network` is where it came from, for limits only.
    """
    limits = []
    if network:
        take([TRIES.of(network, whole("hotline.tries_per_minute", now))], now)
        limits = [BY_ADDRESS.of(network, whole("hotline.address_per_hour", now))]
    values, problems = _read(data)
    problems += unfit_pictures(FILES, files)
    if problems:
        raise FormRefusal(problems)
    take(limits, now)
    try:
        sent = {FILES: files} if files else {}
        case = open_case(matter, values, actor, now=now, files=sent, key=key)
    except Refusal:
        give_back(limits)
        raise
    if case.is_repeated:
        give_back(limits)
    return case


def _read(data: Mapping[str, object]) -> tuple[dict[str, object], tuple[FieldProblem, ...]]:
    values: dict[str, object] = {}
    problems = []
    for name, value in data.items():
        if not isinstance(value, str):
            continue
        cleaned = clean(value, LONGEST)
        if isinstance(cleaned, TooLong):
            shown = (("limit", LONGEST), ("count", cleaned.length))
            problems.append(FieldProblem(name, N_("最多 %(limit)s 字，现有 %(count)s 字"), shown))
        elif cleaned.text:
            values[name] = cleaned.text
    if values.get("named") == ANONYMOUS:
        values = {name: value for name, value in values.items() if name not in CALLER}
    values["title"] = title_of(str(values.get("title", "")), str(values.get("content", "")))
    return values, (*problems, *_contact_faults(values))


def _contact_faults(values: Mapping[str, object]) -> Iterator[FieldProblem]:
    phone, mail = str(values.get("caller_phone", "")), str(values.get("caller_mail", ""))
    if phone and not is_phone(phone):
        message = N_("这不是有效的电话：手机号 11 位；固定电话请带区号，例如 0358-8200000")
        yield FieldProblem("caller_phone", message)
    if mail and not MAIL.fullmatch(mail):
        yield FieldProblem("caller_mail", N_("这不是有效的邮箱，例如 name@example.com"))
    if values.get("named") == "real" and not phone and not mail:
        message = N_("实名举报请留下电话或邮箱；不留的请选择匿名")
        yield FieldProblem("caller_phone", message)
