"""How values read on a screen: amounts, days, labels, names of units and posts, clocks. Decides nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template
from django.utils.translation import get_language, gettext

from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.errors import N_
from bihuan.web.clock import now
from bihuan.web.due import SaidClock, say_clock, say_day
from bihuan.web.refusals import filled

register = template.Library()
WAN, YI = Decimal(10) ** 4, Decimal(10) ** 8


def in_chinese() -> bool:
    """True where the page is in Chinese."""
    return (get_language() or "zh").startswith("zh")


@register.filter
def amount(value: object) -> str:
    """A number as people say it: 12,800; 3.5万; 2,680亿. English keeps separators only. Text stays text."""
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return "" if value is None else str(value)
    if in_chinese() and abs(number) >= YI:
        return f"{_plain(number / YI)}亿"
    if in_chinese() and abs(number) >= WAN:
        return f"{_plain(number / WAN)}万"
    return _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:,.4f}".rstrip("0").rstrip(".")
    return text or "0"


@register.filter
def day(value: object) -> str:
    """A day in prose: 2023年6月30日; takes a date, an instant or ISO text."""
    found = _as_date(value)
    return say_day(found) if found else ""


@register.filter
def short_day(value: object) -> str:
    """A day in a table: 2023-06-30."""
    found = _as_date(value)
    return f"{found:%Y-%m-%d}" if found else ""


@register.filter
def moment(value: object) -> str:
    """An instant in a table, in the city's zone: 2023-06-30 17:30."""
    return f"{work_calendar().local(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else ""


def _as_date(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return work_calendar().local(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=work_calendar().zone)
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


@register.filter
def label(thing: object) -> str:
    """The name that a catalog value, a unit or a post has in the page's language."""
    if not thing:
        return ""
    chinese = getattr(thing, "label", "") or getattr(thing, "name", "") or str(thing)
    english = getattr(thing, "label_en", "") or getattr(thing, "name_en", "")
    return str(chinese if in_chinese() else english or chinese)


@register.filter
def helped(thing: object) -> str:
    """The explanation that a catalog value carries, in the page's language where it has one."""
    chinese = getattr(thing, "help", "")
    return str(chinese if in_chinese() else getattr(thing, "help_en", "") or chinese)


@register.filter
def unit_name(code: object) -> str:
    """The name of a unit's code; a code that the catalog dropped reads as itself."""
    unit = city().named_unit(str(code)) if code else None
    return label(unit) if unit else str(code or "")


@register.filter
def unit_short(code: object) -> str:
    """The short name of a unit's code, for narrow columns."""
    unit = city().named_unit(str(code)) if code else None
    if unit and in_chinese() and unit.short:
        return unit.short
    return unit_name(code)


@register.filter
def post_name(code: object) -> str:
    """Unit and name of a post's code."""
    post = city().posts.get(str(code)) if code else None
    if post is None:
        return str(code or "")
    return f"{unit_short(post.unit)} {label(post)}"


@register.filter
def region_name(code: object) -> str:
    """The name of a division's code; a code that the catalog dropped reads as itself."""
    region = city().regions.get(str(code)) if code else None
    return label(region) if region else str(code or "")


@register.filter
def said_clock(due: datetime | None) -> SaidClock | str:
    """A due instant as people say it, seen from now; prints whole, or by its parts said, when, exact, tone."""
    return say_clock(due, now()) if due else ""


@register.filter
def light_reason(lit: object) -> str:
    """Why a light is lit: its format string, translated and filled in."""
    return filled(str(getattr(lit, "reason", "")), dict(getattr(lit, "params", {})))


QUANTITIES: Mapping[str, str] = {
    "minutes": N_("分钟"), "working_hours": N_("个工作小时"), "working_days": N_("个工作日"),
    "days": N_("天"), "weeks": N_("周"), "months": N_("个月"), "times": N_("次"), "periods": N_("期"),
    "percent": "%", "percentage_points": N_("个百分点"), "ratio": "", "score": N_("分"),
    "count": N_("个"), "yuan": N_("元"), "metres": N_("米"),
}  # fmt: skip


@register.filter
def quantity(unit: str) -> str:
    """What a parameter counts, in words."""
    return gettext(QUANTITIES[unit]) if QUANTITIES.get(unit) else ""


@register.filter
def get(mapping: object, key: object) -> object:
    """A value of a mapping whose key is a variable."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""
