"""Subcommands that work on a catalog, a text, people or clocks; each reads its words and calls the part that knows."""

import argparse
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use


def catalog(words: list[str]) -> int:
    """`bihuan catalog check DIR`, `schema`, `reference`; needs no database."""
    _django()
    from bihuan.kernel.catalog import command
    from bihuan.plan.lights import RULES

    register_rules()
    parser = argparse.ArgumentParser(prog="bihuan catalog")
    command.add_arguments(parser)
    given = parser.parse_args(words)
    code = command.run(given, light_rules=RULES)
    if given.verb != "check" or code:
        return code
    return max(f(given.directory) for f in (_papers, _categories, _knowledge, _peers))


def _papers(directory: Path) -> int:
    """1 where a template of the catalog names a marker that nothing fills, or cannot be opened."""
    from bihuan.plan.table_paper import check_templates

    problems = check_templates(directory)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    return 1 if problems else 0


def _knowledge(directory: Path) -> int:
    """1 where the synonyms or the sample articles of the catalog are not sound."""
    from bihuan.hotline.knowledge_seed import check_samples
    from bihuan.hotline.knowledge_words import check_synonyms
    from bihuan.hotline.offered import check_offered
    from bihuan.hotline.table_words import check_table_words
    from bihuan.kernel.catalog.load import load_city
    from bihuan.kernel.errors import CatalogError

    try:
        found = load_city(directory)
    except CatalogError:
        return 1  # said before
    problems = (
        *check_synonyms(directory),
        *check_samples(directory, found.units),
        *check_offered(directory, found.matters),
        *check_table_words(directory),
    )
    for problem in problems:
        sys.stdout.write(f"{directory / problem.file}:{problem.line}: {problem.message}\n")
    return 1 if problems else 0


def _categories(directory: Path) -> int:
    """1 where the tree of demand categories (诉求内容分类) or the list of places is wrong; each mistake with its line."""
    from bihuan.hotline.gazetteer import load_gazetteer
    from bihuan.hotline.routing_categories import load_categories
    from bihuan.kernel.catalog.load import load_city
    from bihuan.kernel.errors import CatalogError

    try:
        load_categories(directory, load_city(directory).units)
        load_gazetteer(directory, load_city(directory).regions)
    except CatalogError as error:
        for problem in error.problems:
            sys.stdout.write(f"{directory / problem.file}:{problem.line}: {problem.message}\n")
        return 1
    return 0


def _peers(directory: Path) -> int:
    """1 where the file of other platforms (外部平台) is wrong; each mistake with its line."""
    from bihuan.hotline.peers import check_peers
    from bihuan.hotline.routing_categories import load_categories
    from bihuan.kernel.catalog.load import load_city
    from bihuan.kernel.errors import CatalogError

    try:
        city = load_city(directory)
        problems = check_peers(directory, city, load_categories(directory, city.units))
    except CatalogError:
        return 1  # said before
    for problem in problems:
        sys.stdout.write(f"{directory / problem.file}:{problem.line}: {problem.message}\n")
    return 1 if problems else 0


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
    register_rules()
    city = load_city(Path(given.catalog))
    places = [Place(r.code, r.name, tuple(r.aliases)) for r in city.regions.values()]
    duties = [
        Duty(u.code, u.name, tuple({u.short, *u.aliases} - {""}), tuple(u.duties))
        for u in city.units.values()
    ]
    return compiling.run(given, places=places, duties=duties)


def sweep(words: list[str]) -> int:
    """`bihuan sweep`: refresh the clocks that have run out; safe to run at any time, by cron or by hand."""
    argparse.ArgumentParser(prog="bihuan sweep").parse_args(words)
    _django()
    from bihuan.config.rights import work_as_application
    from bihuan.kernel.cases import engine

    with database_in_use():
        work_as_application()
        say(f"{engine.sweep(now=present())} cases looked at")
    return 0


def simulate(words: list[str]) -> int:
    """`bihuan simulate --seed N --days 365`: exit code 1 and the shortest history where an invariant does not hold."""
    _django()
    from bihuan.simulation import command

    register_rules()
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
            let_hold(person, post, SYSTEM_ACTOR, now=present())
        except Refusal as refusal:
            transaction.set_rollback(True)
            say(str(refusal))
            return 1
    return 0


def address(words: list[str]) -> int:
    """`bihuan address USERNAME EMAIL`: where a person reads notices; `-` for none any more."""
    parser = argparse.ArgumentParser(prog="bihuan address")
    parser.add_argument("username")
    parser.add_argument("email", help="the address; - to have none")
    given = parser.parse_args(words)
    _django()
    from bihuan.delivery.addresses import set_address
    from bihuan.kernel.errors import Refusal
    from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
    from bihuan.kernel.orgs.models import Person

    with database_in_use():
        person = Person.objects.filter(username=given.username).first()
        if person is None:
            say(f"没有人员 {given.username}（no such person: see bihuan appoint）")
            return 1
        try:
            email = "" if given.email == "-" else given.email
            set_address(person, email, SYSTEM_ACTOR, now=present())
        except Refusal as refusal:
            say(str(refusal))
            return 1
    return 0


def let_time_pass() -> None:
    """Sweep while the product runs; a failure is logged and the next minute tries again."""
    import structlog
    from django.db import Error, connection

    from bihuan.hotline import limits
    from bihuan.hotline.similar_index import catch_up_all
    from bihuan.kernel.cases import engine

    try:
        engine.sweep(now=present())
        limits.forget(present())
        catch_up_all()
    except Error as error:
        structlog.get_logger("bihuan.sweep").error("sweep failed", error=str(error))
    finally:
        connection.close()


def present() -> datetime:
    """The instant as the pages have it: shifted in a demonstration."""
    from bihuan.web.clock import shift

    return datetime.now(UTC) + shift()


def register_rules() -> None:
    """Importing the rules registers their names, by which matters call them."""
    from bihuan.hotline import rules as of_hotline
    from bihuan.kernel.matters import guards
    from bihuan.plan import rules as of_plan

    assert guards, (of_hotline, of_plan)


def _django() -> None:
    import django

    django.setup()
