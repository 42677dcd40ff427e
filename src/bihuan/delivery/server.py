"""A mail server as the settings describe it. Pure: settings are made of it before Django is up."""

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
