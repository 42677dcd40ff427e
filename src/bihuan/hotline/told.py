"""What an outsider tells (诉求人所述), read into the fields of a demand: cleaned, every fault named. Writes nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from bihuan.hotline.words.clean import TooLong, clean
from bihuan.hotline.words.personal import mask
from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.errors import N_, FieldProblem

LONGEST = 4000
LONGEST_TITLE = 120
FROM_CONTENT = 40
LEAST = 5
SENTENCE = re.compile(r"[。！？!?；;\n]")
BLANKS = re.compile(r"[\s()（）.-]+")
MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9]\d{9}")
LANDLINE = re.compile(r"(?:\+?86|0086)?(?:0\d{2,3})?[2-8]\d{6,7}(?:[转#x]\d{1,6})?")
SERVICE = re.compile(r"[48]00\d{7}")
MAIL = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,190}\.[A-Za-z]{2,24}")
SAID_BY_CALLER = ("caller_name", "caller_phone", "caller_mail", "caller_home")


@dataclass(frozen=True)
class Told:
    """One demand as it was told. `network` is where it came from, for limits only; it is never stored."""

    content: str
    kind: str
    title: str = ""
    wish: str = ""
    channel: str = "web"
    place: str = ""
    address: str = ""
    lat: str = ""
    lon: str = ""
    identity: str = "open"
    name: str = ""
    phone: str = ""
    mail: str = ""
    home: str = ""
    pace: str = ""
    urgency: str = ""
    network: str = ""
    source: str = ""  # where another system has it, and under which number
    category: str = ""  # as the form's field holds it: code and name, of the city's categories


TEXTS = {
    "content": LONGEST, "title": LONGEST_TITLE, "wish": LONGEST, "address": 200, "name": 40, "phone": 30,
    "mail": 120, "home": 200, "lat": 40, "lon": 40,
    "category": 60,
}  # fmt: skip


def read_told(told: Told) -> tuple[dict[str, object], tuple[FieldProblem, ...]]:
    """The demand's fields, and every fault under the name of the field of `Told` that it stands in."""
    said, problems = _cleaned(told)
    found = [*problems, *_faults(said, {problem.path for problem in problems})]
    if said["identity"] == "anonymous":
        said |= dict.fromkeys(("name", "phone", "mail", "home"), "")
    values: dict[str, object] = {
        "title": title_of(said["title"], said["content"]),
        "kind": said["kind"],
        "content": said["content"],
        "wish": said["wish"],
        "channel": said["channel"],
        "pace": said["pace"] or _usual_pace(said["kind"]),
        "urgency": said["urgency"] or "normal",
        "category": said["category"],
        "place": said["place"],
        "address": said["address"],
        "lat": said["lat"],
        "lon": said["lon"],
        "identity": said["identity"],
        "caller_name": said["name"],
        "caller_phone": said["phone"],
        "caller_mail": said["mail"],
        "caller_home": said["home"],
        "source": said["source"],
    }
    return {name: value for name, value in values.items() if value != ""}, tuple(found)


def _usual_pace(kind: str) -> str:
    """A question goes at the pace of questions where the city's rules have one; all else is general."""
    paces = matter_now("hotline.demand")[0].fields["pace"].choices
    return "consult" if kind == "consult" and "consult" in paces else "general"


# Field of the matter → field of `Told`, where the two differ; what is not here is not an outsider's to fill in.
CALLED = {name: name.removeprefix("caller_") for name in SAID_BY_CALLER} | {
    name: name
    for name in (
        "content", "kind", "title", "wish", "channel", "place", "address", "lat", "lon", "identity", "pace", "urgency",
        "category",
    )
}  # fmt: skip


def told_in(fields: Mapping[str, object]) -> tuple[Told, tuple[FieldProblem, ...]]:
    """What stands in a form of the matter's own fields, and a problem for each that cannot be filled in at registration."""
    given = {name: value for name, value in fields.items() if value not in (None, "", [])}
    problems = [
        FieldProblem(name, N_("登记时不能填写这一项")) for name in given if name not in CALLED
    ]
    said: dict[str, str] = {"content": "", "kind": "", "channel": "api"}
    for name, value in given.items():
        if isinstance(value, bool | list | dict):
            problems.append(FieldProblem(name, N_("应为文字")))
        elif name in CALLED:
            said[CALLED[name]] = str(value)
    return Told(**said), tuple(problems)


def field_named(name: str) -> str:
    """The matter's field for a field of `Told`."""
    return next((field for field, told in CALLED.items() if told == name), name)


def title_of(given: str, content: str) -> str:
    """The title, which anybody may read: what was given or the first sentence, what is personal masked."""
    first = next((part.strip() for part in SENTENCE.split(content) if part.strip()), "")
    short = first if len(first) <= FROM_CONTENT else first[: FROM_CONTENT - 1] + "…"
    return mask(given or short)[:LONGEST_TITLE]


def _cleaned(told: Told) -> tuple[dict[str, str], list[FieldProblem]]:
    said = {field.name: str(getattr(told, field.name)) for field in fields(told)}
    problems = []
    for name, limit in TEXTS.items():
        cleaned = clean(said[name], limit)
        if isinstance(cleaned, TooLong):
            shown = (("limit", limit), ("count", cleaned.length))
            problems.append(
                FieldProblem(
                    name,
                    N_("最多 %(limit)s 字，现有 %(count)s 字；详细材料可作为附件上传"),
                    shown,
                )
            )
            said[name] = said[name][:1]
        else:
            said[name] = cleaned.text
    return said, problems


def _faults(said: dict[str, str], known: set[str]) -> Iterator[FieldProblem]:
    if "content" not in known and len(said["content"]) < LEAST:
        message = N_("请写明是什么事、在哪里、希望怎样，至少 %(least)s 个字")
        yield FieldProblem("content", message, (("least", LEAST),))
    if said["phone"] and "phone" not in known and not is_phone(said["phone"]):
        message = N_("这不是有效的电话：手机号 11 位；固定电话请带区号，例如 0358-8200000")
        yield FieldProblem("phone", message)
    if said["mail"] and "mail" not in known and not MAIL.fullmatch(said["mail"]):
        yield FieldProblem("mail", N_("这不是有效的邮箱，例如 name@example.com"))
    if said["place"] and said["place"] not in city().regions:
        yield FieldProblem("place", N_("请从列表中选择县（市、区）"))
    yield from point_faults(said["lat"], said["lon"])


def is_phone(text: str) -> bool:
    """True for a mainland mobile number, a landline (an extension may follow), or a 400/800 number."""
    plain = BLANKS.sub("", unicodedata.normalize("NFKC", text))
    return any(form.fullmatch(plain) for form in (MOBILE, LANDLINE, SERVICE))


def point_faults(lat: str, lon: str) -> Iterator[FieldProblem]:
    """What is wrong with a pair of coordinates: half of it, no numbers, swapped, outside the city."""
    if not lat and not lon:
        return
    if not lat or not lon:
        yield FieldProblem("lat", N_("纬度和经度要么都填，要么都不填"))
        return
    north, east = _degrees(lat), _degrees(lon)
    if north is None or east is None:
        yield FieldProblem("lat", N_("经纬度应为小数，例如纬度 37.52、经度 111.14"))
    elif not _inside(north, east):
        swapped = _inside(east, north)
        name = (("city", city().info.name),)
        yield FieldProblem(
            "lat",
            N_("纬度和经度填反了：%(city)s的纬度约 37，经度约 111，请对调")
            if swapped
            else N_("这个位置不在%(city)s范围内，请核对坐标或只写地址"),
            name,
        )


def _degrees(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= 180 else None


def _inside(north: Decimal, east: Decimal) -> bool:
    box = city().info.box
    if box is None:
        return abs(north) <= 90
    return box[0] <= north <= box[2] and box[1] <= east <= box[3]
