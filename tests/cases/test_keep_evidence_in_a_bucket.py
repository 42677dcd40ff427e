"""Evidence lies in an S3 bucket: a real S3 server in its own process takes it, loses it, changes it, and is away."""

import io
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from pytest_django import Settings

from bihuan.config.environment import BadSetting, bucket
from bihuan.kernel.cases import storage
from bihuan.kernel.cases.bucket import Bucket
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.models import Case, Evidence
from bihuan.kernel.cases.storage import StorageAway, is_whole, prune_cache
from bihuan.kernel.ledger.models import Event
from tests.cast import Cast, document
from tests.config.product import PATIENCE, free_port

NAME = "evidence"


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """An S3 server on this machine; yields its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/"):
                break
        except OSError:
            assert time.monotonic() < deadline, "the S3 server does not answer"
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(PATIENCE)


@pytest.fixture
def s3(server: int, settings: Settings, tmp_path: Path, cast: Cast) -> Bucket:
    """An empty bucket that the settings name."""
    found = Bucket(NAME, f"http://127.0.0.1:{server}", key="k", secret="s", prefix="lvliang/")
    client = storage._client(found)
    client.create_bucket(Bucket=NAME)
    for kept in client.list_objects_v2(Bucket=NAME).get("Contents", []):
        client.delete_object(Bucket=NAME, Key=kept["Key"])
    settings.BIHUAN_S3 = found
    return found


def kept_in(s3: Bucket) -> list[str]:
    """The names of all objects."""
    listed = boto3.client(
        "s3", endpoint_url=s3.endpoint, region_name=s3.region,
        aws_access_key_id="k", aws_secret_access_key="s",
    ).list_objects_v2(Bucket=NAME)  # fmt: skip
    return [kept["Key"] for kept in listed.get("Contents", [])]


def test_evidence_is_in_the_bucket_before_its_event(s3: Bucket, cast: Cast) -> None:
    cast.claimed()
    digest = Evidence.objects.get().sha256
    assert kept_in(s3) == [f"lvliang/{digest}"]
    assert is_whole(digest)


def test_a_copy_that_was_pruned_is_fetched_again_whole(s3: Bucket, cast: Cast) -> None:
    cast.claimed()
    digest = Evidence.objects.get().sha256
    before = path_of(digest).read_bytes()
    assert prune_cache(time.time() - 60) == 0
    assert prune_cache(time.time() + 60) == 1
    assert path_of(digest).read_bytes() == before


def test_bytes_that_were_changed_in_the_bucket_are_not_shown_and_are_named(
    s3: Bucket, cast: Cast
) -> None:
    cast.claimed()
    digest = Evidence.objects.get().sha256
    storage._client(s3).put_object(Bucket=NAME, Key=f"lvliang/{digest}", Body=b"forged")
    assert not is_whole(digest)
    prune_cache(time.time() + 60)
    assert not path_of(digest).exists()
    storage._client(s3).delete_object(Bucket=NAME, Key=f"lvliang/{digest}")
    assert not is_whole(digest)
    assert not path_of(digest).exists()


def test_a_bucket_that_is_away_refuses_and_nothing_is_stored(
    s3: Bucket, cast: Cast, settings: Settings
) -> None:
    task = cast.in_progress()
    events = Event.objects.count()
    settings.BIHUAN_S3 = Bucket(NAME, f"http://127.0.0.1:{free_port()}", key="k", secret="s")
    with pytest.raises(StorageAway):
        cast.does(
            task, "claim", cast.handler, statement="25所全部建成。",
            actuals=[{"target": 0, "value": "25"}], files={"evidence": [document()]},
        )  # fmt: skip
    assert Event.objects.count() == events
    assert Case.objects.get(pk=task.pk).state == "in_progress"
    assert [p for p in Path(settings.BIHUAN_FILES).rglob("*") if p.is_file()] == []


def test_a_large_file_goes_through_in_parts(s3: Bucket) -> None:
    content = bytes(range(256)) * 80_000  # 20 MB
    digest, size = storage.store(io.BytesIO(content))
    assert size == len(content)
    prune_cache(time.time() + 60)
    assert path_of(digest).stat().st_size == size


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("s3:///b", Bucket("b")),
        ("s3://k:s%2F1@h:9000/b/a/c?tls=0&region=cn-1", Bucket("b", "http://h:9000", "cn-1", "k", "s/1", "a/c/")),
    ],
)  # fmt: skip
def test_the_setting_names_a_bucket(
    monkeypatch: pytest.MonkeyPatch, text: str, found: Bucket | None
) -> None:
    monkeypatch.setenv("BIHUAN_S3_URL", text)
    assert bucket("BIHUAN_S3_URL") == found


@pytest.mark.parametrize(
    "text", ["http://h/b", "s3://h", "s3://h/b?x=1", "s3://h:x/b", "s3://h/b?tls=2"]
)
def test_a_setting_that_names_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BIHUAN_S3_URL", text)
    with pytest.raises(BadSetting):
        bucket("BIHUAN_S3_URL")
