"""Where evidence lies: files under their digest in a folder, or in an S3 bucket with the folder as its cache.

What is acknowledged is where it belongs: a file is in the bucket before its event is written. What comes back from the
bucket counts only if it has the digest that it is called by.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from bihuan.kernel.cases.bucket import Bucket
from bihuan.kernel.errors import N_, Refusal

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CHUNK = 1024 * 1024
CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 60, 3


class StorageAway(Refusal):
    """The bucket does not answer; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            "storage_away",
            N_("文件存储暂时不可用，没有保存。"),
            remedy=N_("请稍后再试；一直如此请联系系统管理员。"),
        )


def store(stream: BinaryIO) -> tuple[str, int]:
    """Keep the bytes under their digest; returns it and the size. Raises StorageAway where the bucket does not take them."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as partial:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            hasher.update(chunk)
            size += len(chunk)
            partial.write(chunk)
        partial.flush()
        os.fsync(partial.fileno())
    digest = hasher.hexdigest()
    bucket = settings.BIHUAN_S3
    if bucket is not None:
        try:
            _send(bucket, digest, Path(partial.name))
        except StorageAway:
            Path(partial.name).unlink()
            raise
    _keep(Path(partial.name), digest)
    return digest, size


def path_of(sha256: str) -> Path:
    """Where the bytes with this digest lie on this machine; fetched from the bucket where they are not here yet.

    A file that is nowhere, or whose bytes in the bucket are others, has a path at which nothing lies.
    """
    path = _root() / sha256[:2] / sha256
    if settings.BIHUAN_S3 is not None:
        if path.exists():
            os.utime(path)  # what is looked at stays in the cache
        else:
            _fetch(settings.BIHUAN_S3, sha256)
    return path


def is_whole(sha256: str) -> bool:
    """Whether the bytes are there and are those of the digest: in the bucket itself where there is one."""
    bucket = settings.BIHUAN_S3
    try:
        if bucket is None:
            with path_of(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        hasher = hashlib.sha256()
        for chunk in _chunks(bucket, sha256):
            hasher.update(chunk)
        return hasher.hexdigest() == sha256
    except OSError:
        return False


def prune_cache(before: float) -> int:
    """Remove copies of what is in the bucket that nobody looked at since `before` (seconds of the system clock)."""
    if settings.BIHUAN_S3 is None:
        return 0
    old = [path for path in _root().glob("[0-9a-f][0-9a-f]/*") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _root() -> Path:
    return Path(settings.BIHUAN_FILES)


def _keep(partial: Path, digest: str) -> None:
    target = _root() / digest[:2] / digest
    target.parent.mkdir(exist_ok=True)
    partial.replace(target)


def _send(bucket: Bucket, digest: str, path: Path) -> None:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client(bucket).upload_file(str(path), bucket.name, bucket.prefix + digest)
    except (BotoCoreError, ClientError, Boto3Error) as error:
        raise StorageAway from error


def _fetch(bucket: Bucket, digest: str) -> None:
    """Bring the bytes here; nothing is kept where they are not those of the digest."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    hasher = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as partial:
        try:
            for chunk in _chunks(bucket, digest):
                hasher.update(chunk)
                partial.write(chunk)
        except FileNotFoundError:
            hasher = hashlib.sha256(b"nowhere")
    if hasher.hexdigest() == digest:
        _keep(Path(partial.name), digest)
    else:
        Path(partial.name).unlink()


def _chunks(bucket: Bucket, digest: str) -> Iterator[bytes]:
    """The bytes of an object; FileNotFoundError where there is none, StorageAway where the server does not answer."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = _client(bucket).get_object(Bucket=bucket.name, Key=bucket.prefix + digest)
        yield from found["Body"].iter_chunks(CHUNK)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            raise FileNotFoundError(digest) from None
        raise StorageAway from error
    except BotoCoreError as error:
        raise StorageAway from error


@lru_cache(maxsize=4)
def _client(bucket: Bucket) -> S3Client:
    """One client a bucket and process; it may be used by several threads."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=bucket.endpoint or None,
        region_name=bucket.region,
        aws_access_key_id=bucket.key or None,
        aws_secret_access_key=bucket.secret or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            s3={"addressing_style": "path"} if bucket.endpoint else {},
        ),
    )  # fmt: skip
