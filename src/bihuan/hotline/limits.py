"""How often somebody may do something (限次): counts in the database, common to all worker processes. Keys are digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.hotline.models import Tally
from bihuan.kernel.cases.statement import run
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.privacy.master import keyed_digest

# One statement counts all or says by silence which is full; its table is not logged, so that nothing waits for the disk.
_RUNS = "t.begun <= excluded.begun AND excluded.begun < t.until"
TAKE = (
    "INSERT INTO hotline_tally AS t (key, begun, until, count, most) "
    "SELECT u.key, %s, u.until, 1, u.most "
    "FROM unnest(%s::text[], %s::timestamptz[], %s::int[]) u(key, until, most) ORDER BY u.key "
    "ON CONFLICT (key) DO UPDATE SET most = excluded.most, "
    f"count = CASE WHEN {_RUNS} THEN t.count + 1 ELSE 1 END, "
    f"begun = CASE WHEN {_RUNS} THEN t.begun ELSE excluded.begun END, "
    f"until = CASE WHEN {_RUNS} THEN t.until ELSE excluded.until END "
    f"WHERE t.count < excluded.most OR NOT ({_RUNS}) RETURNING t.key"
)
GIVE_BACK = "UPDATE hotline_tally SET count = count - 1 WHERE key = ANY(%s::text[]) AND count > 0"


FLOOD = timedelta(minutes=1)


class TooOften(Refusal):
    """Somebody comes more often than agreed; `wait` says for how long to stay away, `is_flood` that no person types so fast."""

    def __init__(self, message: str, remedy: str, most: int, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            "too_often", message, remedy=remedy, params={"most": most, "minutes": minutes}
        )
        self.wait = wait
        self.is_flood = wait <= FLOOD


@dataclass(frozen=True)
class Limit:
    """What is limited, in spans of time that begin with the first try, and what is said to whoever passes it."""

    name: str
    span: timedelta
    message: str
    remedy: str

    def of(self, whose: str, most: int) -> "Asked":
        """This limit for one address, telephone or number, which is not stored in clear."""
        return Asked(self, keyed_digest("limit", f"{self.name}\0{whose}".encode())[:32], most)


@dataclass(frozen=True)
class Asked:
    """One more try under a limit."""

    limit: Limit
    key: str
    most: int


def take(asked: Sequence[Asked], now: datetime) -> None:
    """Count one more try under each limit; raises TooOften where one is full, and then none is counted.

    It is the caller's transaction where there is one; outside, it is counted at once, whatever comes after.
    """
    if not asked:
        return
    ends = [now + one.limit.span for one in asked]
    keys = [one.key for one in asked]
    taken = {key for (key,) in run(TAKE, [now, keys, ends, [one.most for one in asked]])}
    full = next((one for one in asked if one.key not in taken), None)
    if full is None:
        return
    give_back([one for one in asked if one.key in taken])
    until = Tally.objects.filter(pk=full.key).values_list("until", flat=True).first()
    wait = until - now if until else full.limit.span
    raise TooOften(full.limit.message, full.limit.remedy, full.most, wait)


def give_back(asked: Sequence[Asked]) -> None:
    """Take back what was counted: the try came to nothing, or was no new one."""
    if asked:
        run(GIVE_BACK, [[one.key for one in asked]])


def forget(now: datetime) -> int:
    """Drop the counts whose time is over; how many."""
    return Tally.objects.filter(until__lte=now).delete()[0]


WAIT = N_("请在 %(minutes)s 分钟后再试；紧急事项请拨打110、119、120，其他请拨打12345。")
BY_ADDRESS = Limit(
    "address",
    timedelta(hours=1),
    N_("此网络地址一小时内登记的诉求已达 %(most)s 件，暂不再收。"),
    WAIT,
)
BY_PHONE = Limit(
    "phone", timedelta(days=1), N_("此电话一天内登记的诉求已达 %(most)s 件，暂不再收。"), WAIT
)
TRIES = Limit(
    "tries", timedelta(minutes=1), N_("此网络地址一分钟内已提交 %(most)s 次，请稍后再提交。"), WAIT
)
SEARCHES = Limit(
    "searches",
    timedelta(minutes=1),
    N_("此网络地址一分钟内已查找 %(most)s 次，请稍后再查。"),
    N_("请在 %(minutes)s 分钟后再试，或拨打12345咨询。"),
)
WRONG_CODES = Limit(
    "codes",
    timedelta(hours=1),
    N_("查询码已输错 %(most)s 次，暂停查询。"),
    N_("请在 %(minutes)s 分钟后再试，或拨打12345凭编号查询。"),
)
WRONG_LINKS = Limit(
    "link",
    timedelta(hours=1),
    N_("打不开的链接已试 %(most)s 次，暂停使用。"),
    N_("请在 %(minutes)s 分钟后再试，或拨打12345。"),
)
