"""The one error a report can cause: what was refused, why, and what to change."""


class CompileError(Exception):
    """A report that cannot be compiled; `code` is stable, the messages are for people."""

    def __init__(self, code: str, message_zh: str, message_en: str, remedy: str) -> None:
        super().__init__(f"{message_zh} {remedy}")
        self.code = code
        self.message_zh = message_zh
        self.message_en = message_en
        self.remedy = remedy
