"""Settings come from the environment; nonsense is refused with the variable's name."""

from __future__ import annotations

import runpy
import stat
from pathlib import Path

import pytest

from bihuan.config import environment, settings
from bihuan.config.environment import BadSetting
from bihuan.config.secret import secret_key
from tests.config.product import bihuan

SETTINGS = settings.__file__
NONSENSE = [
    ("BIHUAN_DEBUG", "maybe"),
    ("BIHUAN_HTTPS", "2"),
    ("BIHUAN_HOSTS", "a b"),
    ("BIHUAN_HOSTS", " , "),
    ("BIHUAN_LOG_LEVEL", "chatty"),
    ("BIHUAN_SESSION_MINUTES", "soon"),
    ("BIHUAN_SESSION_MINUTES", "0"),
    ("BIHUAN_SECRET_KEY", "short"),
    ("BIHUAN_CATALOG", ""),
    ("BIHUAN_CATALOG", "/etc/passwd"),
    ("BIHUAN_DATABASE_URL", "mysql://root@host/name"),
    ("BIHUAN_DATABASE_URL", "postgresql://host:many/name"),
    ("BIHUAN_DATABASE_URL", "postgresql://host"),
    ("BIHUAN_SMTP_URL", "mail.example"),
    ("BIHUAN_SMTP_URL", "smtp://host:many"),
    ("BIHUAN_SITE", "bihuan.example"),
    ("BIHUAN_RETRY_MINUTES", "1,soon"),
    ("BIHUAN_RETRY_MINUTES", "0"),
    ("BIHUAN_DELIVERY_KEEP_DAYS", "0"),
]


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_nonsense_is_refused_by_the_variable_s_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv("BIHUAN_VAR", str(tmp_path))
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        runpy.run_path(SETTINGS)


def test_a_refused_setting_is_one_line_without_a_traceback(var: Path) -> None:
    name = "BIHUAN_HTTPS"

    refused = bihuan(var, "manage", "check", BIHUAN_HTTPS="perhaps")

    assert refused.returncode == 2
    assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_server_is_described_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "BIHUAN_DATABASE_URL",
        "postgresql://bi%40huan:s%2Fcret@db.example:6432/city?sslmode=require",
    )

    assert environment.database("BIHUAN_DATABASE_URL") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "city",
        "USER": "bi@huan",
        "PASSWORD": "s/cret",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://m%40il:p%3Aw@mail.example?starttls=1", 587, "starttls"),
        ("smtp://m%40il:p%3Aw@mail.example:26", 26, "none"),
        ("smtps://m%40il:p%3Aw@mail.example", 465, "tls"),
    ],
)
def test_a_mail_server_is_described_by_its_address(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, security: str
) -> None:
    monkeypatch.setenv("BIHUAN_SMTP_URL", url)
    monkeypatch.setenv("BIHUAN_MAIL_FROM", "bihuan@city.example")

    server = environment.mail_server("BIHUAN_SMTP_URL", "BIHUAN_MAIL_FROM")

    assert server
    assert (server.host, server.port, server.security) == ("mail.example", port, security)
    assert (server.user, server.password) == ("m@il", "p:w")


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@b.example, c@d.example", "a@b.example\nBcc: x"]
)
def test_a_mail_server_needs_one_sender(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    monkeypatch.setenv("BIHUAN_SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv("BIHUAN_MAIL_FROM", sender)

    with pytest.raises(BadSetting, match="BIHUAN_MAIL_FROM"):
        environment.mail_server("BIHUAN_SMTP_URL", "BIHUAN_MAIL_FROM")


def test_with_a_server_of_your_own_nothing_embedded_is_managed(var: Path) -> None:
    refused = bihuan(var, "cluster", "start", BIHUAN_DATABASE_URL="postgresql://u@127.0.0.1:1/x")

    assert refused.returncode == 2
    assert "BIHUAN_DATABASE_URL is set" in refused.stderr


def test_the_secret_key_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"

    key = secret_key("BIHUAN_UNSET", path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_key("BIHUAN_UNSET", path) == key
    assert list(tmp_path.iterdir()) == [path]


def test_a_secret_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    secret_key("BIHUAN_UNSET", path)
    path.chmod(0o644)

    with pytest.raises(BadSetting, match="read by others"):
        secret_key("BIHUAN_UNSET", path)
