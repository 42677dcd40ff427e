"""The secret key: read from the environment, or made once and kept in a private file."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from bihuan.config.environment import BadSetting
from bihuan.kernel.privacy.keyfile import write_once

SHORTEST = 32


def secret_key(name: str, path: Path) -> str:
    """The value of variable `name`, else the content of `path`, which is made at first need.

    Raises BadSetting for a short key, and for a file that others on the machine can read.
    """
    given = os.environ.get(name)
    if given is not None:
        if len(given) < SHORTEST:
            raise BadSetting(f"{name} is shorter than {SHORTEST} characters.")
        return given
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise BadSetting(f"{path} can be read by others. Make a new key, or run chmod 600.")
    key = path.read_text().strip()
    if len(key) < SHORTEST:
        raise BadSetting(f"{path} holds no usable key. Remove it; a new one is made.")
    return key


def _make(path: Path) -> None:
    try:
        write_once(path, secrets.token_urlsafe(50))
    except OSError as error:
        raise BadSetting(
            f"{path} cannot be written ({error.strerror}). Set BIHUAN_VAR or BIHUAN_SECRET_KEY."
        ) from error
