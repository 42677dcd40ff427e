"""The subcommand `hotline`: a table of demands from another system, checked and taken in from the terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use

if TYPE_CHECKING:
    from bihuan.kernel.orgs.acting import Acting

EVERY = 500  # rows between two lines of progress


def hotline(words: list[str]) -> int:
    """`bihuan hotline import FILE [--check]`: 1 where a row is left out, or the rules refuse."""
    parser = argparse.ArgumentParser(prog="bihuan hotline")
    verbs = parser.add_subparsers(dest="verb", required=True)
    take = verbs.add_parser("import", help="take in a table of demands (表格导入), .xlsx or .csv")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--check", action="store_true", help="only say what is wrong, cell by cell")
    take.add_argument("--source", default="", help="the system it comes from (来源系统)")
    take.add_argument("--as", dest="username", default="", help="in whose name it is taken in")
    key = verbs.add_parser("peer-key", help="keep the key of another platform (外部平台密钥)")
    key.add_argument("peer", metavar="PEER", help="its code in hotline/peers.yaml; the key is read")
    given = parser.parse_args(words)
    if given.verb == "peer-key":
        return _peer_key(given.peer)
    if not given.check and not (given.source and given.username):
        parser.error("give --source NAME and --as USERNAME, or --check")
    if not given.file.is_file():
        parser.error(f"{given.file}: no such file")
    import django

    django.setup()
    from bihuan.config.rights import work_as_application
    from bihuan.kernel.errors import Refusal

    with database_in_use():
        work_as_application()
        try:
            return _import(given)
        except Refusal as refusal:
            say(str(refusal))
            return 1


def _peer_key(peer: str) -> int:
    """`bihuan hotline peer-key PEER`: the key comes by standard input, never as a word that `ps` shows."""
    import django

    django.setup()
    from bihuan.config.rights import work_as_application
    from bihuan.config.tools import present
    from bihuan.hotline.peer_keys import set_peer_key
    from bihuan.kernel.errors import Refusal
    from bihuan.kernel.orgs.acting import SYSTEM_ACTOR

    with database_in_use():
        work_as_application()
        try:
            set_peer_key(peer, sys.stdin.readline().strip(), SYSTEM_ACTOR, now=present())
        except Refusal as refusal:
            say(str(refusal))
            return 1
    say(f"{peer}: the key is kept sealed")
    return 0


def _import(given: argparse.Namespace) -> int:
    from bihuan.config.tools import present
    from bihuan.hotline.table_in import read_demands
    from bihuan.hotline.table_taking import Taken, take_rows

    table = read_demands(given.file.read_bytes(), given.file.name)
    for found in table.problems:
        kind = "提示" if found.is_note else "不收"
        sys.stdout.write(f"{found.column}{found.row}\t{kind}\t{found.heading}: {found.problem}\n")
    unfit = sum(not row.is_fit for row in table.rows)
    say(f"{len(table.rows)} 行, {unfit} 行不收（rows, unfit）")
    if table.strangers:
        say(f"没有用到的列（columns not used）: {'、'.join(table.strangers)}")
    if given.check:
        return 1 if unfit else 0
    taken = Taken()
    for taken in take_rows(table, given.source, _actor(given.username), present):
        if taken.done % EVERY == 0:
            say(f"{taken.done}/{len(table.rows)}")
    say(f"新登记 {taken.made}, 先前已有 {taken.known}, 未收 {len(taken.left)}（new, known, left）")
    return 1 if taken.left else 0


def _actor(username: str) -> Acting:
    from bihuan.config.tools import present
    from bihuan.hotline.table_taking import ROLES
    from bihuan.kernel.errors import N_, NotAllowed
    from bihuan.kernel.orgs.acting import actings_of
    from bihuan.kernel.orgs.models import Person

    person = Person.objects.filter(username=username, is_active=True).first()
    for acting in actings_of(person.pk, present()) if person else ():
        if acting.roles & ROLES:
            return acting
    raise NotAllowed(
        "role",
        N_("“%(name)s”不是热线中心的派单员或主任，不能导入表格。"),
        remedy=N_("请用 bihuan appoint 任命后再试。"),
        params={"name": username},
    )
