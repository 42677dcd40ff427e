"""Mail server and short message gateway as the settings describe them. Pure: settings are made of it before Django is up."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in; `security` says how the line is protected."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: Literal["none", "starttls", "tls"] = "none"
    sender: str = ""


@dataclass(frozen=True)
class ShortMessages:
    """Where short messages are handed in (短信网关)."""

    url: str
    key: str = ""
