"""The command `bihuan`: one table of subcommands, each imported only when it is called."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

from django.conf import LazySettings

from bihuan.config.environment import BadSetting
from bihuan.config.installation import ClusterError, say
from bihuan.config.serve import Address, CannotServe, database_in_use, serve
from bihuan.kernel.errors import CatalogError

# Name, the function that runs it (given the remaining words, returns the exit code), one line.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "run": ("bihuan.config.command:run", "start the product and print its address"),
    "setup-db": ("bihuan.config.command:setup_db", "bring the database up to date, then stop"),
    "manage": ("bihuan.config.command:manage", "pass the rest to Django's manage"),
    "catalog": (
        "bihuan.config.tools:catalog",
        "check a city's catalog; print its schema or reference",
    ),
    "compile": ("bihuan.config.tools:compile_text", "compile a work report into commitments"),
    "plan": (
        "bihuan.config.plan:plan",
        "write the decomposition table, take an edited one in; learn who leads from past ones",
    ),
    "route": (
        "bihuan.config.route:route",
        "learn from past demands where new ones belong; say it of a table; measure it",
    ),
    "hotline": (
        "bihuan.config.hotline:hotline",
        "take in a table of demands from another system",
    ),
    "mail": ("bihuan.config.mail:mail", "register the letters that residents wrote"),
    "knowledge": (
        "bihuan.config.knowledge:knowledge",
        "rebuild the index of the hotline's knowledge base, or search it",
    ),
    "likeness": (
        "bihuan.config.likeness:likeness",
        "rebuild what similar demands are found by, or compare it with the demands",
    ),
    "ledger": ("bihuan.config.ledger:ledger", "verify or seal the ledger, prove a case"),
    "worker": ("bihuan.config.worker:run", "deliver notices by mail and web hook (run starts one)"),
    "address": ("bihuan.config.tools:address", "set a person's mail address"),
    "appraise": (
        "bihuan.config.appraise:appraise",
        "print, freeze or check a month's appraisal",
    ),
    "appoint": ("bihuan.config.tools:appoint", "let a person hold a post"),
    "api-key": ("bihuan.config.keys:api_key", "make or revoke a key of the interface"),
    "sweep": ("bihuan.config.tools:sweep", "let time pass for the clocks that have run out"),
    "simulate": (
        "bihuan.config.tools:simulate",
        "let a whole city live through its days, with faults, and check every event",
    ),
    "cluster": ("bihuan.config.command:cluster", "start, stop or ask about the embedded database"),
}
# Management commands that need no database.
WITHOUT_DATABASE = {"help", "version", "collectstatic", "compilemessages", "makemessages"}


def main(words: list[str] | None = None) -> int:
    """Run one subcommand; what it refuses is said in one line, without a traceback."""
    arguments = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(
        prog="bihuan",
        description="闭环: from a government work report to what became of it.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<12} {line}" for name, (_, line) in SUBCOMMANDS.items()),
    )
    parser.add_argument("--version", action="version", version=f"bihuan {version('bihuan')}")
    parser.add_argument("subcommand", choices=SUBCOMMANDS, metavar="subcommand")
    known = parser.parse_args(arguments[:1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
    module, _, function = SUBCOMMANDS[known.subcommand][0].partition(":")
    try:
        code: int = getattr(importlib.import_module(module), function)(arguments[1:])
    except (BadSetting, CannotServe, ClusterError) as refusal:
        say(str(refusal))
        return 2
    except CatalogError as wrong:
        say(f"the catalog cannot be used:\n{wrong}")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read us has read enough: `bihuan appraise 2023-05 | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def run(words: list[str]) -> int:
    """Start the product."""
    parser = argparse.ArgumentParser(prog="bihuan run")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(words)
    if not 1 <= given.port <= 65535:
        parser.error(f"--port {given.port}: a port is between 1 and 65535")

    def prepare() -> None:
        from bihuan.config import prepare as preparation
        from bihuan.config.rights import work_as_application

        preparation.prepare()
        work_as_application()

    def tick() -> None:
        from bihuan.config.tools import let_time_pass

        let_time_pass()

    settings = _django()
    return serve(Address(given.host, given.port), settings.VAR, given.workers, prepare, tick)


def setup_db(words: list[str]) -> int:
    """Bring the database up to date."""
    argparse.ArgumentParser(prog="bihuan setup-db").parse_args(words)
    _django()
    from bihuan.config.prepare import prepare

    with database_in_use():
        prepare()
    return 0


def manage(words: list[str]) -> int:
    """Run one of Django's management commands, with the database there if it needs one."""
    from django.core.management import execute_from_command_line

    _django()
    command = [f"{Path(sys.argv[0]).name} manage", *words]
    if not words or words[0] in WITHOUT_DATABASE or words[0].startswith("-"):
        execute_from_command_line(command)
    else:
        with database_in_use():
            execute_from_command_line(command)
    return 0


def cluster(words: list[str]) -> int:
    """Start or stop the embedded database, or tell whether it answers (exit code 3: no)."""
    from bihuan.config.cluster import Cluster, socket_directory

    parser = argparse.ArgumentParser(prog="bihuan cluster")
    parser.add_argument("verb", choices=("start", "stop", "status"))
    verb = parser.parse_args(words).verb
    settings = _django()
    if not settings.BIHUAN_EMBEDDED:
        raise ClusterError("BIHUAN_DATABASE_URL is set: there is no embedded database to manage.")
    home = Path(settings.BIHUAN_CLUSTER_HOME)
    server = Cluster(home)
    if verb == "start":
        server.start()
    elif verb == "stop":
        say("stopped" if server.stop() else "was not running")
        return 0
    answers = server.answers()
    say(f"{'running' if answers else 'not running'}; socket {socket_directory(home)}, data {home}")
    return 0 if answers else 3


def _django() -> LazySettings:
    """Django, set up, and its settings."""
    import django
    from django.conf import settings

    django.setup()
    return settings
