"""Reads what an Open311 client sends: a new request in any of the usual forms, and the filters of a list. Writes nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from bihuan.api.open311_forms import LONGEST, BadBody, read_json, read_xml
from bihuan.api.open311_shown import kind_names, service_names
from bihuan.api.refused import BadRequest, TooLarge
from bihuan.hotline.intake import MATTER, Told
from bihuan.hotline.service_codes import OPEN_IDENTITY, USUAL_KIND, categories_now, meant_by
from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_

SPAN = timedelta(days=90)  # the standard's default
PAGE, LARGEST_PAGE, LAST_ROW = 100, 1000, 100_000
MOST_NAMED = 200
LINK = re.compile(r"https?://[^\s<>\"']{1,480}")
FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
READERS: Mapping[str, Callable[[bytes], dict[str, str]]] = {
    "application/json": read_json,
    "application/xml": read_xml,
    "text/xml": read_xml,
}
STATUSES = ("open", "closed")
BOUNDS = {
    "opened_at__gte": "start_date", "opened_at__lte": "end_date",
    "moved_at__gte": "updated_after", "moved_at__lte": "updated_before",
}  # fmt: skip
NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")


def read_sent(request: HttpRequest) -> Mapping[str, str]:
    """The arguments of a POST, name → text: form-encoded as the standard says, or an object in JSON or XML."""
    kind = (request.content_type or "").lower()
    if kind in FORM:
        return {name: str(value) for name, value in request.POST.items()}
    if kind not in READERS:
        raise BadBody(
            "content_type",
            N_("不支持的 Content-Type。"),
            remedy=N_("请用 application/x-www-form-urlencoded。"),
        )
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST:
        raise TooLarge(LONGEST)
    return READERS[kind](request.read(int(length)))


def told_of(sent: Mapping[str, str]) -> Told:
    """A demand as the client tells it; raises a refusal for what the standard requires and is not there."""
    if not any(sent.get(name) for name in ("lat", "address_string")):
        raise BadRequest(
            "no_place", N_("缺少地点：请给出 lat 和 long，或 address_string（不支持 address_id）。")
        )
    code = sent.get("service_code", "")
    category = categories_now().by_code.get(code)
    return Told(
        content=sent.get("description", "") + _linked(sent.get("media_url", "").strip()),
        kind=(_attribute(sent, "kind") or USUAL_KIND) if category else code,
        category=category.title if category else "",
        channel="api",
        place=_attribute(sent, "place"),
        address=sent.get("address_string", ""),
        lat=sent.get("lat", ""),
        lon=sent.get("long", ""),
        identity=_attribute(sent, "identity") or OPEN_IDENTITY,
        wish=_attribute(sent, "wish"),
        name=sent.get("last_name", "") + sent.get("first_name", ""),
        phone=sent.get("phone", ""),
        mail=sent.get("email", ""),
    )


def _linked(url: str) -> str:
    """The link to a picture that stays where it is: the server fetches nothing that a stranger names."""
    if not url:
        return ""
    if not LINK.fullmatch(url):
        raise BadRequest(
            "bad_media",
            N_("media_url 不是完整的 http:// 或 https:// 网址。"),
            remedy=N_("请改正网址；图片本身可用 multipart/form-data 以 media 上传。"),
        )
    return f"\n附件地址：{url}"


def _attribute(sent: Mapping[str, str], name: str) -> str:
    return sent.get(f"attribute[{name}]") or sent.get(name, "")


def sent_files(request: HttpRequest) -> Sequence[Upload]:
    """Files sent along under `media`."""
    if (request.content_type or "").lower() != FORM[1]:
        return ()
    sent = request.FILES.getlist("media")
    return [Upload(file.name or "", cast(BinaryIO, file.file)) for file in sent]


def chosen(asked: QueryDict, now: datetime) -> QuerySet[Case]:
    """One page of the demands that a client asks for, newest first."""
    found = Case.objects.filter(matter=MATTER)
    if numbers := _named(asked, "service_request_id"):
        for number in numbers:
            _require(bool(NUMBER.fullmatch(number)), "service_request_id", number)
        return found.filter(number__in=numbers).order_by("-pk")
    found = found.filter(**_span(asked, now))
    if codes := _named(asked, "service_code"):
        names, kinds, meant = service_names(), kind_names(), Q()
        for code in codes:
            _require(code in names, "service_code", code)
            meant |= meant_by(code, kinds)
        found = found.filter(meant)
    if statuses := _named(asked, "status"):
        for status in statuses:
            _require(status in STATUSES, "status", status)
        if len(set(statuses)) == 1:
            found = found.filter(end="") if statuses[0] == "open" else found.exclude(end="")
    page, size = _whole(asked, "page", 1), _whole(asked, "page_size", PAGE)
    _require(1 <= size <= LARGEST_PAGE, "page_size", str(size))
    _require(page >= 1 and page * size <= LAST_ROW, "page", str(page))
    return found.order_by("-pk")[(page - 1) * size : page * size]


def _named(asked: QueryDict, name: str) -> list[str]:
    given = [part.strip() for part in asked.get(name, "").split(",") if part.strip()]
    _require(len(given) <= MOST_NAMED, name, str(len(given)))
    return given


def _span(asked: QueryDict, now: datetime) -> dict[str, datetime]:
    """When the demand was opened and when it last moved; the last 90 days where no beginning is given."""
    bounds = {name: _instant(asked, argument) for name, argument in BOUNDS.items()}
    found = {name: instant for name, instant in bounds.items() if instant is not None}
    if not {"opened_at__gte", "moved_at__gte"} & set(found):
        found["opened_at__gte"] = found.get("opened_at__lte", now) - SPAN
    return found


def _instant(asked: QueryDict, name: str) -> datetime | None:
    text = asked.get(name, "").strip().replace(" ", "+")  # a plus sign that was not escaped
    if not text:
        return None
    found: datetime | None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1900 < found.year < 3000:
        raise _wrong(name, text)
    return found if found.tzinfo else found.replace(tzinfo=work_calendar().zone)


def _whole(asked: QueryDict, name: str, usual: int) -> int:
    text = asked.get(name, "").strip()
    if not text:
        return usual
    _require(text.isascii() and text.isdecimal() and len(text) < 8, name, text)
    return int(text)


def _require(fits: bool, name: str, value: str) -> None:
    if not fits:
        raise _wrong(name, value)


def _wrong(name: str, value: str) -> BadRequest:
    return BadRequest(
        "bad_argument",
        N_("参数 %(name)s 不能取“%(value)s”。"),
        remedy=N_("各参数的取法见 docs/open311.md。"),
        params={"name": name, "value": value[:80]},
    )
