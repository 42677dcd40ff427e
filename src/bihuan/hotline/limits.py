"""How often somebody may do something: counts by key and span in this worker process, bounded in number. Stores nothing."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bihuan.kernel.errors import N_, Refusal

MOST_KEPT = 50_000


class TooOften(Refusal):
    """Somebody comes more often than agreed; `wait` says for how long to stay away."""

    def __init__(self, message: str, remedy: str, most: int, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            "too_often", message, remedy=remedy, params={"most": most, "minutes": minutes}
        )
        self.wait = wait


@dataclass
class Counts:
    """Counts in spans of time that begin with the first try; the oldest are forgotten where there are too many."""

    span: timedelta
    message: str
    remedy: str
    kept: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def require(self, key: str, most: int, now: datetime) -> None:
        """Raise TooOften where the key has been counted as often as it may."""
        with self.lock:
            begun, count = self._seen(key, now)
        if count >= most:
            raise TooOften(self.message, self.remedy, most, begun + self.span - now)

    def count(self, key: str, now: datetime) -> None:
        """Count one more."""
        with self.lock:
            begun, count = self._seen(key, now)
            self.kept[key] = (begun, count + 1)
            self.kept.move_to_end(key)
            while len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)

    def forget(self) -> None:
        """Begin anew (tests)."""
        with self.lock:
            self.kept.clear()

    def _seen(self, key: str, now: datetime) -> tuple[datetime, int]:
        begun, count = self.kept.get(key, (now, 0))
        return (begun, count) if begun <= now < begun + self.span else (now, 0)


WAIT = N_("请在 %(minutes)s 分钟后再试；紧急事项请拨打110、119、120，其他请拨打12345。")
BY_ADDRESS = Counts(
    timedelta(hours=1), N_("此网络地址一小时内登记的诉求已达 %(most)s 件，暂不再收。"), WAIT
)
BY_PHONE = Counts(timedelta(days=1), N_("此电话一天内登记的诉求已达 %(most)s 件，暂不再收。"), WAIT)
WRONG_CODES = Counts(
    timedelta(hours=1),
    N_("查询码已输错 %(most)s 次，暂停查询。"),
    N_("请在 %(minutes)s 分钟后再试，或拨打12345凭编号查询。"),
)
WRONG_LINKS = Counts(
    timedelta(hours=1),
    N_("打不开的链接已试 %(most)s 次，暂停使用。"),
    N_("请在 %(minutes)s 分钟后再试，或拨打12345。"),
)


def forget_all() -> None:
    """Begin all counts anew (tests)."""
    for counts in (BY_ADDRESS, BY_PHONE, WRONG_CODES, WRONG_LINKS):
        counts.forget()
