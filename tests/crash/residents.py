"""Demands with a picture through the public door, as another system sends them for residents. Holds no test."""

import hashlib
import http.client
import io
import json
from dataclasses import dataclass
from functools import cache

from PIL import Image

from tests.crash.clients import PATIENCE, Client

EDGE = "bihuan-crash-edge"
PATH = "requests.json"


@dataclass
class Resident(Client):
    """Tells one demand after another, each with words, a telephone and a picture of its own."""

    def _next(self) -> tuple[str, dict[str, object]]:
        name = self.sent[-1]
        phone = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**9
        return PATH, {
            "api_key": self.token, "service_code": "help", "phone": f"13{phone:09d}",
            "description": f"路灯坏了三天，请尽快修好（{name}）。", "address_string": "滨河北路8号",
        }  # fmt: skip

    def _send(self, key: str, path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Idempotency-Key": key, "Content-Type": f"multipart/form-data; boundary={EDGE}"}
        self.link.request("POST", f"/open311/v2/{path}", _form(body, picture(key)), headers)
        answer = self.link.getresponse()
        told = json.loads(answer.read() or b"[]")
        number = told[0].get("service_request_id", "") if isinstance(told, list) and told else ""
        return answer.status, {"number": number, "seq": 1}


def picture(key: str) -> bytes:
    """The picture that goes with a key: no two are alike."""
    return _photo() + key.encode()


@cache
def _photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(stream, "JPEG")
    return stream.getvalue()


def _form(body: dict[str, object], photo: bytes) -> bytes:
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in body.items()
    ]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n'
    parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + b"\r\n")
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()
