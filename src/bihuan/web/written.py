"""Writes the hashed content of an event for people: the canonical values, indented. The hash covers the compact form."""

import json

from bihuan.kernel.matters.fields import Json


def canonical_text(content: Json) -> str:
    """Sorted keys, one value a line."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2)
