"""The routes of matters (事项): which there are, and their forms as JSON Schema."""

from django.http import HttpResponse
from ninja import Router

from bihuan.api.answers import answer
from bihuan.api.described import described, listed
from bihuan.api.openapi import reads
from bihuan.api.reading import Called
from bihuan.api.refused import NoSuchMatter
from bihuan.kernel.cases.city import city

router = Router(tags=["事项 matters"])


@router.get("", summary="全部事项 List the matters", openapi_extra=reads("全部事项"))
def read_all(request: Called) -> HttpResponse:
    """Every matter of the city's catalog."""
    return answer({"matters": [listed(matter) for matter in city().matters.values()]})


@router.get(
    "/{matter_key:key}", summary="事项 Read a matter", openapi_extra=reads("事项、环节、动作、表单")
)
def read_matter(request: Called, key: str) -> HttpResponse:
    """A matter: the form that opens a case, its states, and its actions with their forms."""
    matter = city().matters.get(key)
    if matter is None:
        raise NoSuchMatter(key)
    return answer(described(matter))
