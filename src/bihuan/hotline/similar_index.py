"""Keeps likeness beside the open demands: reads those that were told, changed or ended since, or all anew. Finds nothing.

A trigger (see the migration) notes in the transaction of a move that a demand is unread; whoever asks for similar ones
reads it first, as far as one question may take, and the minute's sweep reads the rest. Ended demands have no row, so that
what is looked through is as large as what the city has open, however many it ever had.
"""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from bihuan.hotline.similar_models import Likeness, LikenessUnread
from bihuan.hotline.similar_reading import Row, words_of
from bihuan.kernel.cases.models import Case

DEMAND = "hotline.demand"
AT_ONCE = 40  # demands that a question reads before it is answered
CHUNK = 2000
LOCK = 7_362_011
FORGET = (
    "DELETE FROM hotline_likenesstrait t USING hotline_likeness l"
    " WHERE l.case_id = ANY(%s) AND t.case_id = l.case_id AND t.trait = ANY(l.traits)",
    "DELETE FROM hotline_likeness WHERE case_id = ANY(%s)",
)
COLUMNS = ("case_id", "sketch", "county", "spots", "lat", "lon", "traits")


def catch_up(most: int = AT_ONCE) -> int:
    """Read up to so many of the unread demands, the newest first; returns how many. Nothing while another reads."""
    with transaction.atomic():
        unread = list(LikenessUnread.objects.order_by("-pk").values_list("pk", "case_id")[:most])
        if not unread or not _alone():
            return 0
        # Read again: who read before may have taken them away.
        _read({case for _, case in unread})
        LikenessUnread.objects.filter(pk__in=[pk for pk, _ in unread]).delete()
    return len(unread)


def catch_up_all() -> int:
    """Read all that is unread, a part at a time."""
    count = 0
    while some := catch_up(CHUNK):
        count += some
    return count


def rebuild() -> int:
    """Read every open demand anew; returns how many. What stood before stays in use until the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        LikenessUnread.objects.all().delete()
        cursor.execute("DELETE FROM hotline_likenesstrait")
        cursor.execute("DELETE FROM hotline_likeness")
        count = 0
        for cases in _open_demands():
            store([row_of(case) for case in cases])
            count += len(cases)
    return count


def disagreements() -> Iterator[str]:
    """Every open demand whose row is not what it says, and every row too many; what is unread yet is left out."""
    unread = set(LikenessUnread.objects.values_list("case_id", flat=True))
    held = set(Likeness.objects.values_list("case_id", flat=True))
    for cases in _open_demands():
        stored = Likeness.objects.in_bulk([case.pk for case in cases])
        traits = _traits_of([case.pk for case in cases])
        for case in cases:
            held.discard(case.pk)
            if case.pk in unread:
                continue
            row = stored.get(case.pk)
            wanted = row_of(case)
            if row is None or _row_as_stored(row) != wanted or traits.get(case.pk) != wanted[-1]:
                yield case.number
    gone = held - unread
    yield from Case.objects.filter(pk__in=gone).values_list("number", flat=True)


def row_of(case: Case) -> Row:
    """The columns of a demand's row."""
    return words_of(case.data, case.title).row(case.pk)


def _row_as_stored(row: Likeness) -> Row:
    return (
        row.case_id, bytes(row.sketch), row.county, row.spots, row.lat, row.lon, row.traits,
    )  # fmt: skip


def _alone() -> bool:
    """Whether nobody else reads just now: who waited would only find it read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _read(keys: set[int]) -> None:
    with connection.cursor() as cursor:
        for sql in FORGET:
            cursor.execute(sql, [list(keys)])
    store([row_of(case) for case in Case.objects.filter(pk__in=keys, matter=DEMAND, end="")])


def store(rows: Sequence[Row]) -> None:
    """Insert rows and their traits."""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY hotline_likeness ({', '.join(COLUMNS)}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
        with cursor.copy("COPY hotline_likenesstrait (trait, case_id) FROM STDIN") as stream:
            for row in rows:
                for trait in row[-1]:
                    stream.write_row((trait, row[0]))


def _open_demands() -> Iterator[list[Case]]:
    last = 0
    while True:
        found = Case.objects.filter(matter=DEMAND, end="", pk__gt=last)
        cases = list(found.order_by("pk")[:CHUNK])
        if not cases:
            return
        yield cases
        last = cases[-1].pk


def _traits_of(keys: Sequence[int]) -> dict[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, array_agg(trait ORDER BY trait) FROM hotline_likenesstrait"
            " WHERE case_id = ANY(%s) GROUP BY case_id",
            [list(keys)],
        )
        return dict(cursor.fetchall())
