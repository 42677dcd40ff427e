"""Writes docs/openapi.json from the routes of the interface: `.venv/bin/python tools/write_openapi.py`."""

import json
import os
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def document() -> str:
    """The interface's description, as the file holds it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    django.setup()
    from bihuan.api.urls import api

    described = json.loads(json.dumps(api.get_openapi_schema()))
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
