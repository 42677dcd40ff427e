"""The subcommand `plan`: one table of verbs, each imported only when it is called."""

import argparse
import importlib

from bihuan.config.installation import say

# Verb, the function that runs it (given the remaining words, returns the exit code), one line.
VERBS: dict[str, tuple[str, str]] = {
    "table": (
        "bihuan.config.tables:table_out",
        "write the decomposition table (分解表) as .xlsx or .docx",
    ),
    "table-in": (
        "bihuan.config.tables:table_in",
        "show what an edited table would change; --apply takes it",
    ),
    "learn": (
        "bihuan.config.learn:learn",
        "learn who leads (牵头) and assists (配合) from past decomposition tables",
    ),
}


def plan(words: list[str]) -> int:
    """`bihuan plan VERB …`: 1 where the rules refuse, said in words."""
    parser = argparse.ArgumentParser(
        prog="bihuan plan",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<10} {line}" for name, (_, line) in VERBS.items()),
    )
    parser.add_argument("verb", choices=VERBS, metavar="verb")
    verb = parser.parse_args(words[:1]).verb
    import django

    django.setup()
    from bihuan.kernel.errors import Refusal

    module, _, function = VERBS[verb][0].partition(":")
    try:
        code: int = getattr(importlib.import_module(module), function)(words[1:])
    except Refusal as refusal:
        say(str(refusal))
        return 1
    return code
