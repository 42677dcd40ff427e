"""The subcommand `api-key`: makes a key of the interface for a person in a post, or revokes one."""

import argparse
import sys
from datetime import datetime

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use


def api_key(words: list[str]) -> int:
    """`bihuan api-key USERNAME POST NAME` prints a token once; `bihuan api-key --revoke PREFIX` ends one."""
    parser = argparse.ArgumentParser(prog="bihuan api-key")
    parser.add_argument("holder", nargs="*", metavar="USERNAME POST NAME")
    parser.add_argument("--revoke", metavar="PREFIX", default="")
    given = parser.parse_args(words)
    if bool(given.revoke) == bool(given.holder) or len(given.holder) not in (0, 3):
        parser.error("give USERNAME POST NAME, or --revoke PREFIX")
    _django()
    from bihuan.kernel.errors import Refusal

    try:
        with database_in_use():
            return _revoke(given.revoke) if given.revoke else _make(*given.holder)
    except Refusal as refusal:
        say(str(refusal))
        return 1


def _make(username: str, post: str, name: str) -> int:
    from bihuan.api.keys import held_post, make_key
    from bihuan.kernel.orgs.acting import SYSTEM_ACTOR

    now = _now()
    token = make_key(held_post(username, post, now), name, SYSTEM_ACTOR, now=now)
    say("the key is shown this once; whoever has it acts as this person in this post")
    sys.stdout.write(f"{token}\n")
    return 0


def _revoke(prefix: str) -> int:
    from bihuan.api.keys import revoke_key
    from bihuan.kernel.orgs.acting import SYSTEM_ACTOR

    key = revoke_key(prefix, SYSTEM_ACTOR, now=_now())
    say(f"revoked: {key}")
    return 0


def _now() -> datetime:
    from bihuan.api.clock import now

    return now()


def _django() -> None:
    import django

    django.setup()
