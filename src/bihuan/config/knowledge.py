"""The subcommand `knowledge`: rebuild the index of the knowledge base, or search it from the terminal."""

import argparse
import sys

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use


def knowledge(words: list[str]) -> int:
    """`bihuan knowledge index`, `bihuan knowledge search WORDS`."""
    parser = argparse.ArgumentParser(prog="bihuan knowledge")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("index", help="rebuild the index from the ledger (重建索引)")
    search_for = verbs.add_parser("search", help="print what is found (查找)")
    search_for.add_argument("words", nargs="+")
    search_for.add_argument("--region", default="", help="code of a division")
    given = parser.parse_args(words)
    import django

    django.setup()
    from bihuan.config.rights import work_as_application
    from bihuan.config.tools import present
    from bihuan.hotline.knowledge import search
    from bihuan.hotline.knowledge_index import rebuild

    with database_in_use():
        work_as_application()
        if given.verb == "index":
            say(f"{rebuild()} cases read")
            return 0
        hits = search(" ".join(given.words), present(), given.region or None)
    for hit in hits:
        warning = " ".join(filter(None, (hit.mark, "已过有效期" if hit.is_expired else "")))
        sys.stdout.write(f"{hit.number}\t{hit.title}\t{warning}\n")
    return 0 if hits else 1
