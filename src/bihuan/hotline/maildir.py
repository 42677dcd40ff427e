"""A Maildir and the folders beside it (邮箱目录): what lies there, and moving a letter so that it is never in no place.

A letter is one file; `new` and `cur` hold those that wait. Folders are subdirectories with a dot (Maildir++), so that any mail
program shows them.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.header import Header
from pathlib import Path

REASON = "X-Bihuan-Reason"
LONGEST_REASON = 500


def letters_in(directory: Path) -> list[Path]:
    """The letters that wait, the oldest first; none where the directory is not there yet."""
    found = [path for name in ("new", "cur") for path in _files(directory / name)]
    return [path for _, path in sorted(found_with_age(found))]


def found_with_age(paths: list[Path]) -> Iterator[tuple[float, Path]]:
    """Paths with the instant at which each was laid down; those that are gone are left out."""
    for path in paths:
        try:
            yield path.stat().st_mtime, path
        except FileNotFoundError:
            continue


def move(path: Path, directory: Path, folder: str, now: datetime, *, reason: str = "") -> str:
    """Move a letter to a folder and return the folder's name; empty where somebody else has moved it.

    With a `reason` the letter gets one more header on top; the rest stays byte for byte.
    """
    place = directory / f".{folder}"
    for name in ("tmp", "new", "cur"):
        (place / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    target = place / "new" / path.name.partition(":")[0]
    try:
        if reason:
            _copy_with_reason(path, place / "tmp" / target.name, target, reason)
            path.unlink()
        else:
            path.rename(target)
    except FileNotFoundError:
        return ""
    os.utime(target, (now.timestamp(), now.timestamp()))
    return folder


def prune(directory: Path, keep_days: int, now: datetime) -> None:
    """Delete what was taken so many days ago: it stands in the demand; what failed or a machine wrote stays."""
    until = (now - timedelta(days=keep_days)).timestamp()
    taken = [path for name in ("new", "cur") for path in _files(directory / ".taken" / name)]
    for age, path in found_with_age(taken):
        if age < until:
            path.unlink(missing_ok=True)


def _copy_with_reason(path: Path, draft: Path, target: Path, reason: str) -> None:
    line = Header(" ".join(reason.split())[:LONGEST_REASON], "utf-8", header_name=REASON)
    raw = path.read_bytes()
    with draft.open("wb") as out:
        out.write(f"{REASON}: {line.encode(linesep=chr(10))}\n".encode() + raw)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(target)


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return [p for p in place.iterdir() if p.is_file() and not p.is_symlink() and p.name[0] != "."]
