"""Callers are told (告知): some messages are spread at every standstill, and whoever joined a demand must be among those told.

Spreading all of a year's would take longer than living it: the oldest that wait are spread, the rest are counted.
"""

from datetime import datetime

from bihuan.delivery.spreading import spread_some
from bihuan.kernel.cases.city import city
from bihuan.simulation.invariants import require
from bihuan.simulation.year.bulk import Link

AT_ONCE = 20  # pieces at a standstill
COUNTED = "SELECT action, count(*), count(spread_at) FROM cases_telling GROUP BY 1 ORDER BY 1"
WRITTEN = "SELECT count(*) FROM delivery_delivery WHERE telling_id IS NOT NULL"
# Demands joined before the event that is told, of callers with a telephone: told, or one with the same number was.
JOINED = """
SELECT f.number, t.action, EXISTS (SELECT 1 FROM delivery_delivery d
  JOIN privacy_personalvalue w ON w.id = d.value WHERE d.telling_id = t.id AND w.lookup = v.lookup)
FROM cases_telling t JOIN cases_case m ON m.id = t.case_id
JOIN cases_case f ON f.matter = m.matter AND f.state = %s AND f.data ->> %s = m.number
JOIN ledger_event l ON l.stream = f.number AND l.action = 'link' AND l.at <= t.at
JOIN privacy_personalvalue v ON v.stream = f.number AND v.kind = 'phone' AND v.erased_at IS NULL
WHERE t.spread_at IS NOT NULL AND m.matter = %s AND t.action = ANY(%s)
"""


def spread_oldest(now: datetime) -> int:
    """Spread some of what waits; how many messages were written."""
    made = 0
    for _ in range(AT_ONCE):
        if (written := spread_some(now=now)) is None:
            break
        made += written
    return made


def check_told(link: Link) -> dict[str, object]:
    """Of what was spread, every caller who had joined was told; how many tellings there are, by what happened."""
    heard = 0
    for matter in city().matters.values():
        if matter.follows is None:
            continue
        told = [name for name in matter.actions if (t := matter.tells_of(name)) and t.says(follower=True)]  # fmt: skip
        asked = [matter.follows.state, matter.follows.field, matter.key, told]
        for number, action, is_told in link.execute(JOINED, asked).fetchall():
            require(is_told, "told", str(number), f"who joined was not told of {action}")
            heard += 1
    rows = link.execute(COUNTED).fetchall()
    [(messages,)] = link.execute(WRITTEN).fetchall()
    return {
        "tellings": {str(action): int(count) for action, count, _ in rows},
        "spread": sum(int(spread) for _, _, spread in rows), "messages": int(messages),
        "told of what they joined": heard,
    }  # fmt: skip
