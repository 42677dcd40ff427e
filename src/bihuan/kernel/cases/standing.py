"""How many cases stand in each state, and how many of them are late: one walk of each state, up to a bound. Writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from bihuan.kernel.cases.lanes import CAP
from bihuan.kernel.cases.queries import Sight

SEEN = " AND EXISTS (SELECT 1 FROM cases_casedesk d WHERE d.case_id = c.id AND d.unit = ANY(%s))"
# Soonest due first, so that the late ones are among those that are counted.
COUNTS = """
SELECT e.state, count(l.id), count(l.id) FILTER (WHERE l.next_due_at < %s)
FROM unnest(%s::text[]) e(state) CROSS JOIN LATERAL (
    SELECT c.id, c.next_due_at FROM cases_case c
    WHERE c.matter = %s AND c.state = e.state{seen} ORDER BY c.next_due_at, c.id LIMIT %s) l
GROUP BY e.state
"""


def standing(
    matter: str, states: Sequence[str], sight: Sight, at: datetime
) -> Mapping[str, tuple[int, int]]:
    """State → cases in sight that stand in it, and those that are late; CAP + 1 for more than CAP."""
    counts = dict.fromkeys(states, (0, 0))
    if not sight:
        return counts
    seen, units = ("", []) if sight.everything else (SEEN, [list(sight.units)])
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(seen=seen), [at, list(states), matter, *units, CAP + 1])
        return counts | {state: (count, late) for state, count, late in cursor.fetchall()}
