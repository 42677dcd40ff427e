"""The key that signs checkpoints (封存密钥): an Ed25519 key in a private file, made at first need."""

import hashlib
import os
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from bihuan.kernel.errors import N_, Refusal


def signing_key() -> Ed25519PrivateKey:
    """The key of BIHUAN_LEDGER_KEY; made where the file is not there yet. Raises a Refusal for an unsafe or broken file."""
    path = Path(settings.BIHUAN_LEDGER_KEY)
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise _refused(
            N_("封存密钥 %(path)s 能被别人读到。"), path, N_("请 chmod 600，或换一把新密钥。")
        )
    return _read(path, path.stat().st_mtime_ns)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as 64 hexadecimal characters: what is published beside the checkpoints."""
    return key.public_key().public_bytes_raw().hex()


def key_id(public: str) -> str:
    """A short name of a public key: 16 hexadecimal characters of the SHA-256 of its bytes; empty for what is no key."""
    try:
        return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]
    except ValueError:
        return ""


def is_signed(public: str, signature: str, data: bytes) -> bool:
    """Whether the holder of the public key signed these bytes; False for anything malformed."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), data)
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Ed25519PrivateKey:
    """Read a key file; `changed` is its time stamp, so that a new file is read anew."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise _refused(
            N_("%(path)s 不是 Ed25519 私钥。"),
            path,
            N_("请用 openssl genpkey -algorithm ed25519 生成。"),
        )
    return key


def _make(path: Path) -> None:
    """Write a new key in one step: of two first needs at once, one key remains."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise _refused(
            N_("封存密钥 %(path)s 写不了。"), path, N_("请用 BIHUAN_LEDGER_KEY 指定可写的文件。")
        ) from error


def _refused(message: str, path: Path, remedy: str) -> Refusal:
    return Refusal("ledger_key", message, remedy=remedy, params={"path": str(path)})
