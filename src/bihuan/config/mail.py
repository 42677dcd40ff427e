"""The subcommand `mail`: letters of a Maildir become demands, from the terminal; the worker does the same each minute."""

import argparse
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use


def mail(words: list[str]) -> int:
    """`bihuan mail take [--maildir DIR]`: 1 where a letter needs a person, 2 without a Maildir."""
    parser = argparse.ArgumentParser(prog="bihuan mail")
    verbs = parser.add_subparsers(dest="verb", required=True)
    take = verbs.add_parser("take", help="register the letters that wait (电子邮件受理)")
    take.add_argument("--maildir", default="", metavar="DIR", help="default: BIHUAN_MAILDIR")
    given = parser.parse_args(words)
    import django

    django.setup()
    from django.conf import settings

    directory = given.maildir or settings.BIHUAN_MAILDIR
    if not directory or not Path(directory).is_dir():
        say(f"没有邮箱目录 {directory}: give --maildir DIR, or set BIHUAN_MAILDIR")
        return 2
    from bihuan.config.rights import work_as_application
    from bihuan.config.tools import present

    with database_in_use():
        work_as_application()
        done = take_waiting(Path(directory), present())
    sys.stdout.write("".join(f"{what}\t{count}\n" for what, count in sorted(done.items())))
    return 1 if done["failed"] or done["partly"] else 0


def take_waiting(directory: Path, now: datetime) -> Counter[str]:
    """Take the letters that wait in a Maildir, as the settings say."""
    from django.conf import settings

    from bihuan.hotline.mail import take_mail

    own = settings.BIHUAN_SMTP.sender if settings.BIHUAN_SMTP else ""
    return take_mail(directory, now=now, own=own, keep_days=settings.BIHUAN_MAIL_KEEP_DAYS)
