"""How often a key may call: a bucket of tokens for each key, in each worker process. Keeps nothing elsewhere."""

import math
import time
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings

from bihuan.api.refused import TooMany


@dataclass
class Bucket:
    """Tokens that refill steadily; a burst of one second's worth is allowed."""

    tokens: float
    filled: float
    lock: Lock = field(default_factory=Lock)

    def take(self, per_second: int, instant: float) -> float:
        """Take a token; 0 when there was one, else the seconds until the next."""
        with self.lock:
            gained = (instant - self.filled) * per_second
            self.tokens, self.filled = min(self.tokens + gained, per_second), instant
            if self.tokens < 1:
                return (1 - self.tokens) / per_second
            self.tokens -= 1
            return 0


_buckets: dict[int, Bucket] = {}


def spend(key: int) -> None:
    """Count one call of a key; raises TooMany where BIHUAN_API_RATE (0: no limit) is passed."""
    per_second = settings.BIHUAN_API_RATE
    if not per_second:
        return
    instant = time.monotonic()
    bucket = _buckets.setdefault(key, Bucket(per_second, instant))
    if wait := bucket.take(per_second, instant):
        raise TooMany(per_second, math.ceil(wait))
