"""The installation's master key for personal data: one private file, made at first need, never made anew over data."""

import hashlib
import hmac
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.privacy.keyfile import write_once
from bihuan.kernel.privacy.models import PersonalValue

LENGTH = 32


def subkey(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, derived from the master key; raises Refusal where that cannot be read."""
    return _subkey(str(settings.BIHUAN_PERSONAL_KEY), purpose)


def keyed_digest(purpose: str, data: bytes) -> str:
    """HMAC-SHA-256 in hexadecimal under the key of a purpose."""
    return hmac.new(subkey(purpose), data, hashlib.sha256).hexdigest()


def forget() -> None:
    """Read the key file again at next need (tests, a key put back)."""
    _subkey.cache_clear()


@lru_cache(maxsize=16)
def _subkey(path: str, purpose: str) -> bytes:
    return hmac.new(_master(Path(path)), purpose.encode(), hashlib.sha256).digest()


def _master(path: Path) -> bytes:
    if not path.exists():
        if PersonalValue.objects.exclude(key=b"").exists():
            raise _unusable(path, N_("文件不存在"))
        write_once(path, secrets.token_hex(LENGTH))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise _unusable(path, N_("其他用户可以读取它，请先 chmod 600"))
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (ValueError, OSError):
        key = b""
    if len(key) != LENGTH:
        raise _unusable(path, N_("内容不是密钥"))
    return key


def wrong_key() -> Refusal:
    """The key file is not the one that the values were sealed under."""
    return _unusable(Path(str(settings.BIHUAN_PERSONAL_KEY)), N_("与封存时所用的不是同一把"))


def _unusable(path: Path, why: str) -> Refusal:
    return Refusal(
        "personal_key",
        N_("个人信息密钥 %(path)s 不能使用：%(why)s。个人信息因此不能保存或查看。"),
        remedy=N_("请系统管理员从备份恢复该密钥文件；丢失的密钥无法重造。"),
        params={"path": path, "why": why},
    )
