"""What the interface itself refuses, before the kernel is asked. Each carries its HTTP status."""

from bihuan.kernel.errors import N_, Refusal

KILOBYTE = 1024


class ApiRefusal(Refusal):
    """A request that the interface cannot take: its status, and what to do instead."""

    status = 400


class BadRequest(ApiRefusal):
    """The request is not what the interface understands."""


class TooLarge(ApiRefusal):
    """The body is longer than this address takes."""

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            "too_large",
            N_("请求正文超过 %(limit)s KB。"),
            remedy=N_("请分成几个较小的请求。"),
            params={"limit": limit // KILOBYTE},
        )


class TooMany(ApiRefusal):
    """The key calls more often than agreed."""

    status = 429

    def __init__(self, per_second: int, wait: int) -> None:
        super().__init__(
            "too_many",
            N_("此密钥每秒最多 %(limit)s 个请求。"),
            remedy=N_("请在 %(wait)s 秒后重试。"),
            params={"limit": per_second, "wait": wait},
        )
        self.wait = wait


class NoSuchMatter(ApiRefusal):
    """The city's catalog holds no such matter."""

    status = 404

    def __init__(self, key: str) -> None:
        super().__init__(
            "no_such_matter",
            N_("没有事项“%(key)s”。"),
            remedy=N_("GET /api/v1/matters 列出全部事项。"),
            params={"key": key[:80]},
        )
