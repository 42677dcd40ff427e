"""A month's rows from the ledger alone: events up to an id, folded into stories, counted. Writes nothing."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from bihuan.kernel.appraisal.compute import Rules, Span, Story, rows_of
from bihuan.kernel.cases.city import city, matter_at, work_calendar
from bihuan.kernel.cases.history import fold
from bihuan.kernel.catalog.appraisal import AppraisalVersion
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.chain import canonical
from bihuan.kernel.ledger.models import Event

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
CHUNK = 2000


def span_of(month: str) -> Span:
    """The month `2023-06` in the city's zone; raises Refusal for anything else."""
    if not MONTH.fullmatch(month):
        raise Refusal(
            "no_month",
            N_("“%(month)s”不是月份。"),
            remedy=N_("请写成 2023-06。"),
            params={"month": month},
        )
    year, number = int(month[:4]), int(month[5:])
    zone = work_calendar().zone
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return Span(datetime(year, number, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone))


def version_of(month: str) -> AppraisalVersion:
    """The measures in force in a month; raises Refusal where the catalog has none."""
    version = city().appraisal.at(span_of(month).since.date())
    if version is None:
        raise Refusal(
            "no_measures",
            N_("%(month)s 没有有效的考核指标。"),
            remedy=N_("请在目录的 appraisal.yaml 中填写。"),
            params={"month": month},
        )
    return version


def body_of(month: str, version: AppraisalVersion, upto: int) -> str:
    """What a snapshot of the month hashes: the same arguments give the same bytes, always."""
    span = span_of(month)
    rows = rows_of(version, _stories(span, upto))
    content = {
        "month": month,
        "upto": upto,
        "version": version.model_dump(mode="json", by_alias=True),
        "rows": rows,
    }
    return canonical(content).decode()


def _stories(span: Span, upto: int) -> Iterator[Story]:
    """Every case with anything to count in the month; one that ended before and rests stays away."""
    rules = Rules(work_calendar(), city().parameters)
    events = Event.objects.filter(id__lte=upto, at__lt=span.until).exclude(matter="")
    ordered = events.order_by("stream", "seq").iterator(chunk_size=CHUNK)
    for _, group in groupby(ordered, key=lambda event: event.stream):
        told = list(group)
        last = told[-1]
        matter, _ = matter_at(last.matter, last.version)
        if last.at < span.since and matter.states[str(last.content["to"])].end:
            continue
        yield Story(matter, fold(told), span, rules)
