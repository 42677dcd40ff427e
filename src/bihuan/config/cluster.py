"""Starts, finds and stops the embedded PostgreSQL. Holds no table and knows no Django."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bihuan.config.installation import (
    Account,
    ClusterError,
    clean_environment,
    database_account,
    major_version,
    programs,
    reachable_home,
    reachable_programs,
)

__all__ = ["PORT", "USER", "Cluster", "ClusterError", "clean_environment", "socket_directory"]

USER = "bihuan"
PORT = 5432
START_SECONDS = 60
RETRIES = 20


def socket_directory(home: Path) -> Path:
    """The directory of the unix socket of the cluster at `home`: short, and ours alone.

    A socket's path may have 107 bytes, so it cannot live beside the data.
    """
    mark = hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:12]
    return Path(f"/tmp/bihuan-{os.geteuid()}-{mark}")


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL with its data under `home`, reached by a unix socket, never by TCP.

    Every process that uses it holds a shared lock; the last one to let go stops the server. A lock
    dies with its process, so a killed process never keeps the server alive or blocks a start.
    """

    home: Path
    durable: bool = True

    @contextmanager
    def in_use(self, database: str = USER) -> Iterator[None]:
        """Have the server running, with `database` in it, for the length of the block."""
        users = self._lock_file("users")
        try:
            with self._alone():
                self._ensure()
                self._ensure_database(database)
                fcntl.flock(users, fcntl.LOCK_SH)
            yield
        finally:
            self._leave(users)

    def start(self, database: str = USER) -> None:
        """Start the server and leave it running after this process."""
        with self._alone():
            self._ensure()
            self._ensure_database(database)

    def stop(self) -> bool:
        """Stop the server (open transactions roll back). False when it was not running."""
        with self._alone():
            return self._stop()

    def answers(self) -> bool:
        """Whether a connection is accepted right now."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _lock_file(self, name: str) -> int:
        try:
            self.home.parent.mkdir(parents=True, exist_ok=True)
            path = self.home.with_name(f"{self.home.name}.{name}")
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ClusterError(
                f"{self.home.parent} is not writable ({error.strerror}). "
                "Set BIHUAN_VAR to a directory that is."
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = self._lock_file("lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _leave(self, users: int) -> None:
        with self._alone():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still works with it
            else:
                self._stop()
            finally:
                os.close(users)

    def _ensure(self) -> None:
        account = database_account()
        place = _Place.of(self.home, account)
        if place.postmaster() is not None:
            if self.answers():
                return
            place.control("stop", "-m", "immediate")  # its socket was swept away, or it hangs
        self._initialise(place)
        self._own_socket_directory(account)
        for _ in range(RETRIES):
            place.forget_dead_postmaster(socket_directory(self.home))
            done = place.control("start", *self._start_options(place))
            if done.returncode == 0:
                return
            # Children of a killed server need a moment to notice that it is gone.
            time.sleep(0.25)
        raise ClusterError(
            f"PostgreSQL does not start. Its log is {place.log}; the last lines:\n"
            f"{place.log_tail()}"
        )

    def _start_options(self, place: _Place) -> list[str]:
        wanted = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_directory(self.home)),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "timezone": "UTC",
        }
        if not self.durable:
            wanted |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = " ".join(f"-c {key}='{value}'" for key, value in wanted.items())
        return ["-w", "-t", str(START_SECONDS), "-l", str(place.log), "-o", options]

    def _initialise(self, place: _Place) -> None:
        found = place.data_version()
        if found is None:
            place.initialise()
        elif found != place.version:
            raise ClusterError(
                f"The data in {place.data} were written by PostgreSQL {found}; the programs here "
                f"are version {place.version}. Set BIHUAN_POSTGRES_BIN to the programs of version "
                f"{found}, or dump there and restore here. Nothing was changed."
            )

    def _own_socket_directory(self, account: Account) -> None:
        """Make the socket's directory, refusing one that somebody else laid there before us."""
        path = socket_directory(self.home)
        owner = os.geteuid() if account.uid is None else account.uid
        try:
            path.mkdir(mode=0o700)
            if account.uid is not None and account.gid is not None:
                os.chown(path, account.uid, account.gid)
        except FileExistsError:
            pass
        seen = path.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != owner or seen.st_mode & 0o077:
            raise ClusterError(
                f"{path} exists but is not a private directory of user {owner}. "
                "Look who made it, and remove it."
            )

    def _stop(self) -> bool:
        if not self.home.parent.exists():
            return False
        place = _Place.of(self.home, database_account())
        if place.postmaster() is None:
            return False
        done = place.control("stop", "-w", "-m", "fast")
        if done.returncode and place.postmaster() is not None:
            raise ClusterError(f"PostgreSQL does not stop: {done.stderr.strip()}")
        return True

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(socket_directory(self.home)),
            port=PORT,
            user=USER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _ensure_database(self, name: str) -> None:
        with self._connect() as link:
            known = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@dataclass(frozen=True)
class _Place:
    """Where one cluster's files really are, and the programs and account that serve them."""

    binaries: Path
    account: Account
    home: Path
    version: int

    @classmethod
    def of(cls, home: Path, account: Account) -> _Place:
        binaries = reachable_programs(programs(), account)
        real = reachable_home(home.absolute(), account)
        return cls(binaries, account, real, major_version(binaries))

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def data_version(self) -> int | None:
        """The major version that wrote the data; None when there are none, or half-made ones."""
        try:
            text = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None
        return int(text) if (self.home / "ready").exists() else None

    def initialise(self) -> None:
        """Create empty data. What an interrupted first start left behind is removed first."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(self.home, self.account.uid, self.account.gid)
        shutil.rmtree(self.data, ignore_errors=True)
        locale = ["--locale=C"]
        if self.version >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["--auth-local=trust", "--auth-host=reject", f"--username={USER}"]
        where = ["-D", str(self.data), "--encoding=UTF8"]
        done = self.account.run([str(self.binaries / "initdb"), *where, *locale, *access])
        if done.returncode:
            raise ClusterError(f"The database cannot be created in {self.data}: {done.stderr}")
        (self.home / "ready").touch()

    def control(self, verb: str, *options: str) -> _Done:
        """Run pg_ctl on this cluster."""
        argv = [str(self.binaries / "pg_ctl"), verb, "-D", str(self.data), *options]
        done = self.account.run(argv, seconds=START_SECONDS * 2)
        return _Done(done.returncode, done.stderr)

    def postmaster(self) -> int | None:
        """The process id of the server that serves these data; None when none lives."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if self._is_server(pid) else None

    def _is_server(self, pid: int) -> bool:
        """Whether process `pid` serves these data: ids are reused, above all in containers."""
        if not Path("/proc/self/cmdline").exists():
            return self.control("status").returncode == 0
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self.data) in words

    def forget_dead_postmaster(self, sockets: Path) -> None:
        """Remove the marks of a server that was killed, before its id belongs to another."""
        if self.postmaster() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for leftover in sockets.glob(".s.PGSQL.*"):
                leftover.unlink(missing_ok=True)

    def log_tail(self, lines: int = 8) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"


@dataclass(frozen=True)
class _Done:
    """How one call of pg_ctl ended."""

    returncode: int
    stderr: str
