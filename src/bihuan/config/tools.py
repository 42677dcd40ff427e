"""Subcommands that work on a catalog, a text or the ledger; each reads its words and calls the part that knows."""

import argparse
import secrets
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from django.db import transaction

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use


def catalog(words: list[str]) -> int:
    """`bihuan catalog check DIR`, `schema`, `reference`; needs no database."""
    from bihuan.kernel.catalog import command
    from bihuan.plan.lights import RULES

    _register_rules()
    parser = argparse.ArgumentParser(prog="bihuan catalog")
    command.add_arguments(parser)
    return command.run(parser.parse_args(words), light_rules=RULES)


def compile_text(words: list[str]) -> int:
    """`bihuan compile REPORT`; with `--catalog DIR` it suggests that city's units."""
    from bihuan.compiler import Duty, Place
    from bihuan.compiler import command as compiling
    from bihuan.kernel.catalog.load import load_city

    parser = argparse.ArgumentParser(prog="bihuan compile")
    compiling.add_arguments(parser)
    given = parser.parse_args(words)
    if not given.catalog:
        return compiling.run(given)
    _register_rules()
    city = load_city(Path(given.catalog))
    places = [Place(r.code, r.name, tuple(r.aliases)) for r in city.regions.values()]
    duties = [
        Duty(u.code, u.name, tuple({u.short, *u.aliases} - {""}), tuple(u.duties))
        for u in city.units.values()
    ]
    return compiling.run(given, places=places, duties=duties)


def ledger(words: list[str]) -> int:
    """`bihuan ledger verify|seal`: exit code 1 and one line a fault where something does not agree."""
    parser = argparse.ArgumentParser(prog="bihuan ledger")
    parser.add_argument("verb", choices=("verify", "seal"))
    verb = parser.parse_args(words).verb
    _django()
    with database_in_use():
        return _seal() if verb == "seal" else _verify()


def sweep(words: list[str]) -> int:
    """`bihuan sweep`: refresh the clocks that have run out; safe to run at any time, by cron or by hand."""
    argparse.ArgumentParser(prog="bihuan sweep").parse_args(words)
    _django()
    from bihuan.kernel.cases import engine

    with database_in_use():
        say(f"{engine.sweep(now=_now())} cases looked at")
    return 0


def simulate(words: list[str]) -> int:
    """`bihuan simulate --seed N --days 365`: exit code 1 and the shortest history where an invariant does not hold."""
    _django()
    from bihuan.simulation import command

    _register_rules()
    parser = argparse.ArgumentParser(prog="bihuan simulate")
    command.add_arguments(parser)
    given = parser.parse_args(words)
    with database_in_use():
        return command.run(given, words)


def appoint(words: list[str]) -> int:
    """`bihuan appoint USERNAME NAME POST`: let a person hold a post; a new person gets a password, shown once."""
    parser = argparse.ArgumentParser(prog="bihuan appoint")
    for name in ("username", "name", "post"):
        parser.add_argument(name)
    given = parser.parse_args(words)
    _django()
    from bihuan.kernel.cases.posts import appoint as let_hold
    from bihuan.kernel.errors import Refusal
    from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
    from bihuan.kernel.orgs.models import Person, Post

    with database_in_use(), transaction.atomic():
        post = Post.objects.filter(pk=given.post, is_active=True).first()
        if post is None:
            say(f"没有岗位 {given.post}（no such post: see posts.yaml of the catalog）")
            return 1
        person = Person.objects.filter(username=given.username).first()
        if person is None:
            password = secrets.token_urlsafe(12)
            person = Person.objects.create_person(given.username, given.name, password)
            sys.stdout.write(f"{given.username} {password}\n")
        try:
            let_hold(person, post, SYSTEM_ACTOR, now=_now())
        except Refusal as refusal:
            transaction.set_rollback(True)
            say(str(refusal))
            return 1
    return 0


def let_time_pass() -> None:
    """Sweep while the product runs; a failure is logged and the next minute tries again."""
    import structlog
    from django.db import Error, connection

    from bihuan.kernel.cases import engine

    try:
        engine.sweep(now=_now())
    except Error as error:
        structlog.get_logger("bihuan.sweep").error("sweep failed", error=str(error))
    finally:
        connection.close()


def _seal() -> int:
    from bihuan.kernel.cases.city import algorithm
    from bihuan.kernel.ledger.append import seal

    checkpoint = seal(at=_now(), algorithm=algorithm())
    say(f"sealed {checkpoint.streams} streams up to event {checkpoint.upto}: {checkpoint.root}")
    return 0


def _verify() -> int:
    from bihuan.kernel.cases.models import Case
    from bihuan.kernel.cases.verify import verify_all
    from bihuan.kernel.ledger.models import Event
    from bihuan.plan.verify import verify_texts

    faults = 0
    progress = _show if sys.stderr.isatty() else None
    for fault in chain(verify_all(_now(), progress), verify_texts()):
        faults += 1
        sys.stdout.write(f"{fault}\n")
    events, cases = Event.objects.count(), Case.objects.count()
    verdict = "all agree" if not faults else f"{faults} faults"
    sys.stdout.write(f"{events} events, {cases} cases: {verdict}\n")
    return 1 if faults else 0


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done}/{total} events")
    sys.stderr.write("\n" if done == total else "")
    sys.stderr.flush()


def _now() -> datetime:
    from bihuan.web.clock import shift

    return datetime.now(UTC) + shift()


def _register_rules() -> None:
    """Importing the rules registers their names, by which matters call them."""
    from bihuan.kernel.matters import guards
    from bihuan.plan import rules

    assert guards, rules


def _django() -> None:
    import django

    django.setup()
