"""A key in a private file of its own (mode 0600): written once, whole or not at all. Knows nothing of what it opens."""

import os
import secrets
from pathlib import Path


def write_once(path: Path, text: str) -> None:
    """Write a new key in one step: two first needs at once end with the same key. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
