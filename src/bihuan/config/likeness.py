"""The subcommand `likeness`: rebuild what similar demands are found by (相似诉求), or compare it with the demands."""

import argparse
import sys

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use


def likeness(words: list[str]) -> int:
    """`bihuan likeness rebuild`, `bihuan likeness verify`; 1 where something disagrees."""
    parser = argparse.ArgumentParser(prog="bihuan likeness")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("rebuild", help="read every open demand anew (重建)")
    verbs.add_parser("verify", help="name the demands whose row is not what they say (核对)")
    given = parser.parse_args(words)
    import django

    django.setup()
    from bihuan.config.rights import work_as_application
    from bihuan.hotline.similar_index import disagreements, rebuild

    with database_in_use():
        work_as_application()
        if given.verb == "rebuild":
            say(f"{rebuild()} open demands read")
            return 0
        wrong = list(disagreements())
    for number in wrong:
        sys.stdout.write(f"{number}\n")
    return 1 if wrong else 0
