"""The demonstration's accounts: one for each role, with passwords made at the first start and never in the repository."""

import secrets
from datetime import datetime
from pathlib import Path

from bihuan.hotline.online import ONLINE, REPORTS
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Person, Post

SECOND = "handler_2"  # the liaison of another department, for what two units do together
SERVICE = {ONLINE.role, REPORTS.role}  # held by service persons, who do not sign in
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def make_accounts(path: Path, now: datetime, unit: str) -> str:
    """Give one demo person a role a password; write the list to `path` (0600) and return it.

    Where several posts have a role, the one in `unit` is taken, so that liaison and head meet.
    """
    posts = {role: _post_for(role, unit) for role in city().roles if role not in SERVICE}
    if another := _another_department(unit):
        posts[SECOND] = _post_for("handler", another)
    lines = [_account(username, post, now) for username, post in posts.items()]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _account(username: str, post: Post, now: datetime) -> str:
    """Give the invented person of a post a name to sign in with; its line of the list."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    person = Person.objects.filter(holdings__post=post, is_synthetic=True).first()
    if person is None:
        person = Person(name=f"演示·{post.unit.short or post.unit.name}{post.name}"[:50])
    person.username, person.is_synthetic = username, True
    person.set_password(password)
    person.save()
    appoint(person, post, SYSTEM_ACTOR, now=now)
    return f"{username:<20}{password:<18}{post.unit.name} {post.name}"


def _another_department(unit: str) -> str:
    """The first department of the catalog beside a unit that has a liaison; empty where there is none."""
    manned = {post.unit for post in city().posts.values() if "handler" in post.roles}
    departments = (u.code for u in city().units.values() if u.kind == "department")
    return next((code for code in departments if code != unit and code in manned), "")


def _post_for(role: str, unit: str) -> Post:
    codes = [post.code for post in city().posts.values() if role in post.roles]
    preferred = [code for code in codes if city().posts[code].unit == unit]
    return Post.objects.select_related("unit").get(pk=(preferred or codes)[0])
