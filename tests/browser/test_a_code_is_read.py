"""A label's code at the desk: by the camera where the browser reads codes, else by a photo that is sent
as soon as it is taken. Once in French on a phone, once in English on a laptop; axe on each page.
"""

import pytest

from continuity.equipment.documents.labels import label_address
from tests.browser.reader import Reader
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory
from tests.journeys.test_a_label_is_scanned import photo_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a telephone's browser has and this one hasn't: a camera, and a reader of codes.
TELEPHONE = """(code) => {
  window.tracks = [];
  navigator.mediaDevices.getUserMedia = async () => {
    const stream = document.createElement("canvas").captureStream(5);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return window.seen ? [{ rawValue: window.seen }] : []; }
  };
}"""


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_code_is_read(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    school = SchoolClassFactory().school
    office = equipment.office_of(school)
    office.language = language
    office.save()
    laptop, charger = equipment.with_charger(school, number="0412")
    desk = Reader(browser, live_server.url, office, width=width).log_in_by_cookie()

    # A photo, without another press; one without a code says so, and keeps what was typed
    desk.visit("continuity:desk", school.public_id)
    assert desk.page.locator("[data-camera]").is_hidden()
    desk.page.fill("#code", "041")
    for photo in (photo_of(), photo_of(label_address(laptop))):
        with desk.page.expect_navigation(wait_until="networkidle"):
            desk.page.set_input_files(
                "#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": photo}
            )
        desk.complaints = [said for said in desk.complaints if "422" not in said]
        desk.look()
        if desk.page.url.endswith("/code/"):
            desk.reads("No code can be read in this photo.")
            assert desk.page.input_value("#code") == "041"
    desk.shows("0412")

    # The camera: off again when stopped, and when the code was read
    desk.page.add_init_script(f"({TELEPHONE})()")
    desk.visit("continuity:desk", school.public_id)
    desk.press("[data-start]")
    desk.reads("Hold the label’s code before the camera.")
    desk.press("[data-stop]")
    desk.reads("The camera is off again.")
    ended = "tracks.every((track) => track.readyState === 'ended') && tracks.length"
    assert desk.page.evaluate(ended) == 1
    desk.press("[data-start]")
    with desk.page.expect_navigation(wait_until="networkidle"):
        desk.page.evaluate(f"window.seen = '{label_address(charger)}'")
    desk.look()
    desk.shows("0412-C")
    assert desk.page.url.endswith(f"thing={charger.public_id}")
