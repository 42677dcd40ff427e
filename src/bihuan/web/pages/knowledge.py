"""The knowledge base (知识库): search as one types, browse by unit, read; for operators, and its public part for everybody."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from bihuan.hotline.helpfulness import helped_of, say_helped
from bihuan.hotline.intake import whole
from bihuan.hotline.knowledge import (
    Hit,
    is_expired,
    mark_of,
    offered,
    search,
    units_with_articles,
)
from bihuan.hotline.knowledge_match import cut, marked
from bihuan.hotline.knowledge_models import Article
from bihuan.hotline.limits import SEARCHES, take
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.permissions import is_granted
from bihuan.kernel.cases.queries import visible_to
from bihuan.web.access import Asked, signed_in
from bihuan.web.clock import now
from bihuan.web.holding import network
from bihuan.web.keyset import by_order
from bihuan.web.lines import matter_of
from bihuan.web.templatetags.shown import unit_name

LIMIT, LONGEST = 12, 60
BROWSED = 2000  # articles of one unit that are listed
OPERATORS = ("hotline_operator", "hotline_dispatcher", "hotline_quality", "hotline_callback", "hotline_chief")  # fmt: skip
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Line:
    """One article in a list: title and excerpt in pieces with what was found in them, and its warnings."""

    number: str
    title: Pieces
    excerpt: Pieces
    unit: str
    region: str
    audience: str
    mark: str
    is_expired: bool
    expires: date | None
    document: str


@signed_in
def search_page(request: Asked) -> HttpResponse:
    """Search and browse; the list alone for a request in place."""
    sees_all = _sees_all(request)
    context = _listed(request, public_only=not sees_all)
    context["base"], context["page"] = "web/base.html", "knowledge"
    context["article_page"], context["may_write"] = "knowledge_article", _may_write(request)
    return render(request, _template(request), context)


def help_page(request: HttpRequest) -> HttpResponse:
    """The same for the public: public articles only, no sign-in, so often a minute from one address."""
    most = whole("hotline.searches_per_minute", now())
    take([SEARCHES.of(network(request), most)], now())
    context = _listed(request, public_only=True)
    context["base"], context["page"] = "web/public.html", "help"
    context["article_page"] = "help_article"
    response = render(request, _template(request), context)
    patch_cache_control(response, private=True, max_age=60)
    return response


@signed_in
def article_page(request: Asked, number: str) -> HttpResponse:
    """One article as it was last checked, with the way to what may be done with it."""
    article = _article(number, public_only=not _sees_all(request))
    context = _shown(request, article, "web/base.html", "knowledge")
    if visible_to(request.actings).filter(number=number).exists():
        context["case_url"] = reverse("case", args=[number])
    context["helped"] = helped_of(number)
    return render(request, "knowledge/article.html", context)


def help_article(request: HttpRequest, number: str) -> HttpResponse:
    """One public article, and the question whether it helped; `q` is what was asked for."""
    article = _article(number, public_only=True)
    context = _shown(request, article, "web/public.html", "help")
    context["q"] = request.GET.get("q", "")[:LONGEST]
    context["is_thanked"] = "thanks" in request.GET
    response = render(request, "knowledge/article.html", context)
    patch_cache_control(response, private=True, max_age=60)
    return response


@require_POST
def helped(request: HttpRequest, number: str) -> HttpResponse:
    """A reader says whether a public article helped."""
    article = _article(number, public_only=True)
    say_helped(article.number, request.POST.get("helped") == "yes", network(request), now=now())
    asked = urlencode({"q": request.POST.get("q", "")[:LONGEST], "thanks": "1"})
    return redirect(f"{reverse('help_article', args=[article.number])}?{asked}#helped")


def _listed(request: HttpRequest, *, public_only: bool) -> dict[str, object]:
    words = request.GET.get("q", "").strip()[:LONGEST]
    unit, region = request.GET.get("unit", ""), request.GET.get("region", "")
    context: dict[str, object] = {
        "q": words,
        "words": quote(words),
        "unit": unit,
        "region": region,
        "regions": city().regions.values(),
        "units": [
            (code, unit_name(code), n)
            for code, n in units_with_articles(public_only=public_only)
        ],
    }  # fmt: skip
    if words:
        hits = search(words, now(), region or None, LIMIT, public_only=public_only)
        context["lines"] = [_found(hit) for hit in hits]
        return context
    articles = list(offered(public_only=public_only, unit=unit)[:BROWSED])
    places = {article.pk: place for place, article in enumerate(articles)}
    keyset = by_order(articles, lambda article: (places[article.pk],), request.GET)
    context["keyset"] = keyset
    context["lines"] = [_browsed(article) for article in keyset.rows]
    return context


def _template(request: HttpRequest) -> str:
    in_place = getattr(request, "htmx", False)
    return "knowledge/parts/lines.html" if in_place else "knowledge/list.html"


def _found(hit: Hit) -> Line:
    return Line(
        hit.number, marked(hit.title, hit.words), marked(hit.excerpt, hit.words), hit.unit,
        hit.region, hit.audience, hit.mark, hit.is_expired, hit.expires, hit.document,
    )  # fmt: skip


def _browsed(article: Article) -> Line:
    return Line(
        article.number, [(article.title, False)], [(cut(article.answer, ()), False)], article.unit,
        article.region, article.audience, mark_of(article), is_expired(article, now()),
        article.expires, _source(article.document, article.document_number),
    )  # fmt: skip


def _source(document: str, number: str) -> str:
    return f"{document} {number}".strip()


def _shown(request: HttpRequest, article: Article, base: str, page: str) -> dict[str, object]:
    matter = matter_of("hotline.article")
    assert matter is not None  # an article stands on it
    return {
        "base": base,
        "page": page,
        "article": article,
        "audience": matter.fields["audience"].choices[article.audience],
        "region": city().regions.get(article.region),
        "mark": mark_of(article),
        "is_expired": is_expired(article, now()),
        "at": now(),
    }


def _article(number: str, *, public_only: bool) -> Article:
    found = offered(public_only=public_only).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _sees_all(request: Asked) -> bool:
    """Articles for operators are read by the hotline, and in their own case by the unit that keeps them."""
    return any(acting.roles & set(OPERATORS) for acting in request.actings)


def _may_write(request: Asked) -> bool:
    matter = matter_of("hotline.article")
    return matter is not None and any(
        is_granted(grant, acting, {}, {})
        for grant in matter.opened_by
        for acting in request.actings
    )
