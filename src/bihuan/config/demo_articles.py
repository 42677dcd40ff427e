"""The demonstration's knowledge base: the catalog's sample articles, written and checked by the demonstration's people."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from bihuan.hotline.knowledge_seed import ActorOf, publish_samples
from bihuan.kernel.cases.city import city
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.kernel.orgs.models import Holding

CHECKER = "hotline_quality"


def make_articles(actor_of: ActorOf, now: datetime) -> int:
    """Publish the sample articles from `now` on; none where the city has no hotline. Returns how many."""
    checker = next((post for post in city().posts.values() if CHECKER in post.roles), None)
    if checker is None or "hotline.article" not in city().matters:
        return 0
    catalog = Path(str(settings.BIHUAN_CATALOG))
    return publish_samples(catalog, actor_of, desk=checker.unit, checker=checker.code, now=now)


def holders(now: datetime) -> ActorOf:
    """Post → who holds it now, among the people that there are."""

    def actor_of(post: str) -> Acting | None:
        held = Holding.objects.filter(post=post, until=None, post__is_active=True).first()
        if held is None:
            return None
        return next((a for a in actings_of(held.person_id, now) if a.post == post), None)

    return actor_of
