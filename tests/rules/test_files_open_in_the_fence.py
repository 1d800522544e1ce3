"""Files that strangers send are opened in processes of their own: few at once, one per person,
within limits of memory and time.
"""

import resource
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from courses.documents import services as documents
from courses.documents.exceptions import PictureTooDense, PictureTooLarge, TooManyFilesAtOnce
from courses.documents.services import fence
from courses.documents.services.pictures import HEIF
from courses.people import services as people
from tests.factories.hostile_pictures import heic, saved, webp_of_size
from tests.factories.people import AdviserFactory
from tests.factories.pictures import as_file, page


def test_a_webp_of_a_few_bytes_is_refused_by_its_header_and_costs_the_web_process_nothing():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(PictureTooLarge) as refused:
        documents.upright(webp_of_size(7_000, 7_000))

    assert (
        refused.value.reason == "This picture has 49 million pixels. At most 25 million are taken."
    )
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda: saved(Image.new("RGB", (8_160, 6_144), "white"), "JPEG"), (2_000, 1_506)),
        (lambda: saved(Image.new("RGB", (8_700, 5_800), "white"), "JPEG"), (2_000, 1_333)),
        (lambda: saved(Image.new("L", (12_000, 9_900), 255), "JPEG"), (2_000, 1_650)),
        (lambda: heic(Image.new("RGB", (8_064, 6_048), "white")), (2_000, 1_500)),
        (lambda: saved(Image.new("RGBA", (7_000, 5_700)), "PNG", compress_level=1), (2_000, 1_629)),
        (lambda: webp_of_size(5_000, 5_000), (2_000, 2_000)),
    ],
    ids=[
        "50 MP JPEG",
        "another 50 MP JPEG",
        "119 MP JPEG",
        "48 MP HEIC",
        "40 MP PNG with transparency",
        "25 MP WebP",
    ],
)
def test_the_largest_pictures_of_each_kind_are_made_small(make, size):
    picture = documents.upright(make())

    assert (picture.width, picture.height) == pytest.approx(size, abs=1)


@pytest.mark.parametrize(
    "brand", [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]
)
def test_a_heif_picture_is_a_picture_handed_in_or_attached(brand):
    """The installed libmagic knows all of them."""
    content = heic(Image.new("RGB", (300, 200), "white"))
    content = content[:8] + brand + content[12:]

    assert documents.kind_of(content) in HEIF
    assert documents.attached_file(content, "photo.heic", person_id=None).name == "photo.jpg"


def test_a_jpeg_of_18_megabytes_is_made_light():
    heavy = saved(Image.effect_noise((5_200, 3_900), 90).convert("RGB"), "JPEG", quality=98)
    assert len(heavy) > 18_000_000

    assert len(documents.upright(heavy).content) <= 400_000


@pytest.mark.parametrize(
    "size",
    [(600, 14_000), (14_000, 600), (1_080, 20_000)],
    ids=["screenshot", "panorama", "larger than is kept"],
)
def test_a_long_picture_keeps_its_short_side_readable(size):
    picture = documents.upright(as_file(page(*size), quality=90))

    assert min(picture.width, picture.height) >= 600
    assert picture.width * picture.height <= 12_100_000
    assert len(picture.content) <= 2_000_000


def test_a_program_that_takes_too_much_is_stopped_and_its_picture_refused(monkeypatch):
    monkeypatch.setattr(fence, "START", "import time; time.sleep(60)  # {program}")
    monkeypatch.setattr(fence, "SECONDS", 0.2)

    with pytest.raises(PictureTooDense):
        documents.upright(as_file(page(300, 400)))


def test_two_files_are_opened_at_once_and_one_of_each_person(monkeypatch):
    monkeypatch.setattr(fence, "PATIENCE", 0)
    with fence.place(1):
        with pytest.raises(TooManyFilesAtOnce), fence.place(1):
            pass
        with fence.place(2), pytest.raises(TooManyFilesAtOnce), fence.place(3):
            pass
        with fence.place(3):  # 2 has left
            pass


def test_who_waits_gets_the_place_that_comes_free():
    began, order = threading.Event(), []

    def first():
        with fence.place(1):
            began.set()
            time.sleep(0.3)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    began.wait()
    with fence.place(1):
        order.append("second")
    thread.join()

    assert order == ["first", "second"]


def test_of_fifteen_files_of_one_person_two_keep_a_thread_busy_and_the_others_are_sent_away_at_once(
    monkeypatch,
):
    monkeypatch.setattr(fence, "PATIENCE", 1)
    waits = []

    def send():
        at = time.monotonic()
        try:
            with fence.place(1):
                time.sleep(3)
        except TooManyFilesAtOnce:
            waits.append(time.monotonic() - at)

    threads = [threading.Thread(target=send) for _n in range(15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(waits) == 14
    assert sorted(waits)[12] < 0.5


@pytest.mark.django_db
def test_wagtails_account_page_takes_no_picture_and_no_name(client):
    editor = AdviserFactory(given_name="Claude")
    people.derive_groups(editor)
    client.force_login(editor)
    page = client.get("/admin/account/")
    fields = [
        name
        for panels in page.context["panels_by_tab"].values()
        for one in panels
        for name in one.get_form().fields
    ]
    sent = SimpleUploadedFile("me.webp", webp_of_size(1_000, 1_000), "image/webp")
    posted = {"theme-theme": "dark", "theme-contrast": "system", "theme-density": "default"}

    answer = client.post(
        "/admin/account/", posted | {"avatar-avatar": sent, "name_email-first_name": "Dominique"}
    )

    assert {"theme", "preferred_language"} <= set(fields)
    assert not {"avatar", "first_name", "last_name"} & set(fields)
    assert (answer.status_code, editor.wagtail_userprofile.avatar.name) == (302, "")
