"""Where evidence lies outside the house: a bucket of an S3 server. Pure: settings are made of it before Django is up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bucket:
    """A bucket, and the key that opens it; `endpoint` is empty for Amazon's own, `prefix` stands before each digest."""

    name: str
    endpoint: str = ""
    region: str = "us-east-1"
    key: str = ""
    secret: str = ""
    prefix: str = ""
