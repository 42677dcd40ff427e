"""Readers of environment variables that refuse nonsense. Holds no setting itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from bihuan.delivery.server import MailServer, ShortMessages
from bihuan.kernel.cases.bucket import Bucket

YES = {"1", "true", "yes", "on"}
NO = {"", "0", "false", "no", "off"}


class BadSetting(Exception):
    """An environment variable holds something we cannot use; the text names it and the remedy."""


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable: 1/0, true/false, yes/no, on/off."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.strip().lower() in YES:
        return True
    if text.strip().lower() in NO:
        return False
    raise BadSetting(f"{name}={text!r} is neither yes nor no. Write 1 or 0.")


def whole(name: str, default: int, low: int, high: int) -> int:
    """A whole number between `low` and `high`, both included."""
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise BadSetting(f"{name}={text!r} is not a whole number.") from None
    if not low <= number <= high:
        raise BadSetting(f"{name}={number} is out of range. Choose between {low} and {high}.")
    return number


def words(name: str, default: list[str]) -> list[str]:
    """A list separated by commas; an entry with a space or a quotation mark is refused."""
    text = os.environ.get(name)
    if text is None:
        return default
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    if not entries or any(set(entry) & set(" \t'\"") for entry in entries):
        raise BadSetting(f"{name}={text!r} is not a list. Write entries separated by commas.")
    return entries


def numbers(name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """Whole numbers above 0 separated by commas, at least one."""
    texts = words(name, [str(number) for number in default])
    if not all(text.isdecimal() and 0 < int(text) < 1_000_000 for text in texts):
        raise BadSetting(
            f"{name}={','.join(texts)!r}: write whole numbers above 0, such as 1,5,30."
        )
    return tuple(int(text) for text in texts)


def site(name: str) -> str:
    """The address under which people reach the pages, without a slash at its end; empty when unknown."""
    text = os.environ.get(name, "").strip().rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query):
        raise BadSetting(f"{name}={text!r} is not an address. Write https://bihuan.example.gov.cn.")
    return text


def bucket(name: str) -> Bucket | None:
    """The bucket at s3://key:secret@host:port/bucket/prefix?region=…&tls=0 (s3:///bucket: Amazon's own), or None."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        given = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, given, port = urlsplit(""), {}, ""
    whole, _, prefix = parts.path.lstrip("/").partition("/")
    secure = given.pop("tls", "1")
    region = given.pop("region", "us-east-1")
    if parts.scheme != "s3" or not whole or given or secure not in ("0", "1"):
        raise BadSetting(
            f"{name}: write s3://key:secret@host:port/bucket/prefix?region=us-east-1&tls=1."
        )
    endpoint = f"{'https' if secure == '1' else 'http'}://{parts.hostname}{port}"
    return Bucket(
        whole, endpoint if parts.hostname else "", region,
        unquote(parts.username or ""), unquote(parts.password or ""),
        f"{prefix.rstrip('/')}/" if prefix else "",
    )  # fmt: skip


def tiles(name: str) -> tuple[str, list[str]]:
    """The address of map tiles with {x}, {y}, {z} (and {s} for a number of the host), and its origins for the content policy."""
    text = os.environ.get(name, "").strip()
    if not text:
        return "", []
    parts = urlsplit(text)
    wrong = parts.scheme not in {"http", "https"} or not all(
        f"{{{part}}}" in text for part in "xyz"
    )
    if wrong or set(parts.netloc) & set(" ;,'\""):
        raise BadSetting(
            f"{name}={text!r} is no address of tiles. Write https://host/…/{{z}}/{{x}}/{{y}}.png."
        )
    hosts = [parts.netloc.replace("{s}", str(n)) for n in range(8)]
    return text, sorted({f"{parts.scheme}://{host}" for host in hosts})


def mail_server(name: str, sender_name: str) -> MailServer | None:
    """The server at smtp://user:password@host:port (smtps://, ?starttls=1) with its sender, or None."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    form = "smtp://user:password@host:587?starttls=1 or smtps://user:password@host:465"
    sender = os.environ.get(sender_name, "").strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"{name} is not an address ({error}). Write {form}.") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSetting(f"{name} does not name a mail server. Write {form}.")
    if sender.count("@") != 1 or not sender.isascii() or set(sender) & set(" \t\r\n<>,;"):
        raise BadSetting(
            f"{sender_name}={sender!r}: name the sender, such as bihuan@example.gov.cn."
        )
    security: Literal["none", "starttls", "tls"] = "tls" if parts.scheme == "smtps" else "none"
    if dict(parse_qsl(parts.query)).get("starttls", "").lower() in YES - {""}:
        security = "starttls"
    usual = {"tls": 465, "starttls": 587, "none": 25}[security]
    return MailServer(
        parts.hostname, port or usual, unquote(parts.username or ""),
        unquote(parts.password or ""), security, sender,
    )  # fmt: skip


def short_messages(name: str, key_name: str) -> ShortMessages | None:
    """The gateway at https://host/path with its key, or None."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise BadSetting(f"{name} is not an address. Write https://sms.example.gov.cn/send.")
    key = os.environ.get(key_name, "").strip()
    if not key.isprintable() or not key.isascii():
        raise BadSetting(f"{key_name} holds signs that no header may carry.")
    return ShortMessages(text, key)


def one_of(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of a few words, in any case."""
    text = os.environ.get(name, default)
    for choice in choices:
        if text.strip().lower() == choice.lower():
            return choice
    raise BadSetting(f"{name}={text!r} is unknown. Choose one of {', '.join(choices)}.")


def directory(name: str, default: Path) -> Path:
    """An absolute path; it need not exist yet, but must not be a file."""
    text = os.environ.get(name)
    if text is not None and not text.strip():
        raise BadSetting(f"{name} is empty. Unset it, or name a directory.")
    path = Path(text).expanduser().absolute() if text else default
    if path.exists() and not path.is_dir():
        raise BadSetting(f"{name}={path} is not a directory.")
    return path


def maildir(name: str) -> str:
    """The absolute path of a Maildir, which a mail server may yet have to make; empty where none is named."""
    text = os.environ.get(name, "").strip()
    return str(directory(name, Path(text))) if text else ""


def file(name: str, default: Path) -> Path:
    """The absolute path of a file; it need not exist yet, but must not be a directory."""
    text = os.environ.get(name, "").strip()
    path = Path(text).expanduser().absolute() if text else default
    if path.is_dir():
        raise BadSetting(f"{name}={path} is a directory. Name a file.")
    return path


def database(name: str) -> dict[str, object] | None:
    """Django's description of the server at postgresql://user:password@host:port/name, or None."""
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    form = "postgresql://user:password@host:5432/name"
    try:
        parts = urlsplit(text)
        port = parts.port or 5432
    except ValueError as error:
        raise BadSetting(f"{name} is not an address ({error}). Write {form}.") from None
    database_name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not database_name:
        raise BadSetting(f"{name} does not name a PostgreSQL database. Write {form}.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(port),
        "OPTIONS": options,
    }


def in_role(description: dict[str, Any], role: str) -> dict[str, Any]:
    """Django's description of a server, every connection beginning in a role (`assume_role` hangs with a pool)."""
    options = description.get("OPTIONS", {})
    begun = f"{options.get('options', '')} -c role={role}".strip()
    return {**description, "OPTIONS": {**options, "options": begun}}
