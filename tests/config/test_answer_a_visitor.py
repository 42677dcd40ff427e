"""What any visitor gets before a page of ours is involved."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_sign_of_life_asks_the_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok"


@pytest.mark.django_db
def test_no_script_of_strangers_and_no_frame_is_allowed(client: Client) -> None:
    answer = client.get("/healthz")

    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
