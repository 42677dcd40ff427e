"""Officials see pictures small on the case's page, and nothing of what the camera wrote into them."""

import io
from datetime import timedelta

from django.test import Client
from PIL import Image

from bihuan.hotline.intake import register
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Evidence
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Person
from tests.hotline.conftest import Hall, Visit, photo, told

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sent(hall: Hall) -> Evidence:
    """A picture that came with a demand."""
    upload = Upload("路灯.jpg", io.BytesIO(photo(2400)))
    register(told(), hall.desk, now=hall.cast.now + timedelta(minutes=1), files=[upload])
    return Evidence.objects.get()


def browser(visitor: Visit, who: Acting) -> Client:
    """Somebody's browser."""
    client = visitor()
    client.force_login(Person.objects.get(pk=who.person), BACKEND)
    return client


def test_a_picture_is_shown_small_and_without_exif(hall: Hall, visitor: Visit) -> None:
    file = sent(hall)
    client = browser(visitor, hall.who("dispatcher"))
    page = client.get(f"/cases/{file.case.number}/").content.decode()
    assert f'src="/evidence/{file.pk}/small/"' in page
    small = client.get(f"/evidence/{file.pk}/small/")
    assert small["Content-Type"] == "image/jpeg"
    assert b"SECRETCAMERA" not in small.content
    picture = Image.open(io.BytesIO(small.content))
    assert max(picture.size) <= 1000
    assert not picture.getexif()


def test_who_may_not_see_the_case_does_not_see_its_picture(hall: Hall, visitor: Visit) -> None:
    file = sent(hall)
    path = f"/evidence/{file.pk}/small/"
    assert browser(visitor, hall.cast.rival).get(path).status_code == 404
    assert visitor().get(path).status_code == 302
