"""The one error a paper can cause: what is wrong, with which marker, at which place, and what to do instead."""

from collections.abc import Mapping


def N_(message: str) -> str:
    """Mark a message for translation without translating it here."""
    return message


class PaperError(Exception):
    """A template or a file that cannot be used; `message` and `remedy` are Chinese format strings."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.params = dict(params or {})

    def __str__(self) -> str:
        filled = [t % self.params if self.params else t for t in (self.message, self.remedy) if t]
        return " ".join(filled)


def broken(name: str, why: str = "") -> PaperError:
    """A template that is no readable Word or Excel file."""
    return PaperError(
        "broken_template",
        N_("模板“%(name)s”打不开：%(why)s"),
        remedy=N_("请用 Word 或 Excel 另存为 .docx 或 .xlsx 后放回目录。"),
        params={"name": name, "why": why[:120] or "?"},
    )


def missing(name: str) -> PaperError:
    """No template under this name."""
    return PaperError(
        "missing_template",
        N_("城市目录中没有模板“%(name)s”。"),
        remedy=N_("请从产品自带的目录复制一份，再按本地格式修改。"),
        params={"name": name},
    )


def unknown_marker(name: str, marker: str, place: str) -> PaperError:
    """A marker that no field answers to."""
    return PaperError(
        "unknown_marker",
        N_("模板“%(name)s”的 %(place)s 处有不认识的标记“%(marker)s”。"),
        remedy=N_("可用的标记见 docs/papers.md；请改正或删去。"),
        params={"name": name, "marker": marker, "place": place},
    )
