"""Forms of a hand-in, as a page and its script send them."""

import datetime
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from continuity.models import HandIn
from tests.factories.continuity import homework_item, part_of

HOUR = datetime.timedelta(hours=1)


def give(of, **more):
    return homework_item(part_of(of), **more).assignment


def files(*contents: bytes, name="photo.jpg") -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content) for content in contents]


def address(given, name="hand_in", *more) -> str:
    return reverse(f"continuity:{name}", args=[given.public_id, *more])


def send(client, given, *contents, **said):
    key = said.pop("receipt_key", None) or uuid.uuid4()
    return client.post(
        address(given), {"receipt_key": key, "photos": files(*contents), "text": "", **said}
    )


def versions() -> list[tuple]:
    found = HandIn.objects.order_by("version")
    return [(one.state, one.text, one.parts.count()) for one in found]


def as_script(client, given, **said):
    """As the page's script asks: for JSON, whose answers repeat the form's key."""
    return client.post(address(given), said, headers={"Accept": "application/json"})
