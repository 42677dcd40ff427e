"""The kernel's error tree, drawn whole. What a person is refused is a Refusal; everything else is a bug.

    KernelError
    ├── Refusal              业务拒绝: the rules say no; shown to the person who asked
    │   ├── FormRefusal      the data does not fit the form; carries one message a field
    │   ├── NotAllowed       the actor may not take this action
    │   ├── NotNow           the flow has no such action in this state
    │   └── Stale            the case moved since the page was made
    ├── CatalogError         the city's catalog is wrong; carries every problem with file and line
    ├── CalendarGap          a year without holiday data: never guessed
    └── NoSuchCase           the number names no case that the actor may see

Messages are Chinese format strings (the source language of the screens); `web` translates and fills them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


def N_(message: str) -> str:
    """Mark a message for translation without translating it here."""
    return message


def fill(message: str, params: Mapping[str, object], translate: Callable[[str], str]) -> str:
    """Translate a message and put the values in; values that are messages themselves are translated too."""
    if not message:
        return ""
    shown = {k: translate(v) if isinstance(v, str) and v else v for k, v in params.items()}
    return translate(message) % shown


class KernelError(Exception):
    """Base of everything the kernel raises on purpose."""


class Refusal(KernelError):
    """The rules say no: what was refused, why (rule and source), what can be done instead."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        basis: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.basis = basis
        self.params = dict(params or {})

    def __str__(self) -> str:
        text = self.message % self.params if self.params else self.message
        return f"{text} {self.remedy % self.params if self.params else self.remedy}".strip()


@dataclass(frozen=True)
class FieldProblem:
    """One field that does not fit: its dotted path (`targets.0.value`), the message and its parameters."""

    path: str
    message: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.message % dict(self.params) if self.params else self.message


class FormRefusal(Refusal):
    """The data does not fit the form; nothing was written."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(
            "form", N_("表单有误，未作任何改动。"), remedy=N_("请按提示修改后再提交。")
        )
        self.problems = problems

    def __str__(self) -> str:
        return f"{super().__str__()} " + "; ".join(f"{p.path}: {p}" for p in self.problems)


class NotAllowed(Refusal):
    """The actor may not take this action on this case."""


class NotNow(Refusal):
    """The flow has no such action in the state where the case stands."""


class Stale(Refusal):
    """The case moved on since the page was made; what was typed is kept by the page."""


@dataclass(frozen=True)
class CatalogProblem:
    """One mistake in a catalog: where it stands and what to change."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CatalogError(KernelError):
    """The catalog cannot be used; `problems` lists every mistake found."""

    def __init__(self, problems: tuple[CatalogProblem, ...]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class CalendarGap(KernelError):
    """No holiday data for a year; the message says which file to extend."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year}年没有法定节假日和调休数据: 请在目录的 calendar.yaml 中按国务院办公厅通知填写 {year} 年 "
            f"(no holiday data for {year}: add it to calendar.yaml)"
        )
        self.year = year


class NoSuchCase(KernelError):
    """The number names no case that the actor may see."""
