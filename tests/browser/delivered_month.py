"""An officer's month: the figures, the provider's delivery note, one that isn't right, and the note that
takes its place.
"""

from django.core.cache import cache

from courses.catalogue.models import ResourceCost
from tests.browser.reader import Reader, text_of
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.deliveries import delivered
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.worker import run_worker
from training.models import DeliveryNote, Sheet
from training.services import attendance


def deliver_and_correct_a_month(desk: Reader, browser, tmp_path) -> None:
    """October, as the officer at this desk sees it in November."""
    language, width, server = desk.person.language, desk.width, desk.server
    cache.clear()
    resource = ResourceFactory(name="Educ’Arte")
    trainer = TrainerFactory(works_for=resource.provider, given_name="Claire", family_name="Leroy")
    office = PlannerFactory(language=language)  # of the académie, which the notes name
    teachers = TeacherFactory.create_batch(7)
    LicenceFactory(resource=resource, school=teachers[0].schools[0])
    delivered(resource, trainer, "2026-10-06", present=teachers)
    late = delivered(resource, trainer, "2026-10-13", present=teachers[:6], is_closed=False)

    def download(reader, name):
        with reader.page.expect_download() as downloaded:
            reader.page.click("a[href$='/file/']")
        downloaded.value.save_as(tmp_path / name)
        return " ".join(text_of(tmp_path / name).replace("\xa0", " ").split())

    # The officer writes what the resource costs, and reads the figures in each way.
    officer = desk
    officer.visit("today:home").visit("training:subscriptions")
    officer.press("main a[href*='/subscriptions/costs/']")
    officer.page.fill(f"input[name=resource-{resource.pk}]", "14200")
    officer.press("main form button.button--main")
    assert ResourceCost.objects.get().amount == 14_200
    for by in ("month", "department", "school", "resource"):
        officer.visit("training:subscriptions")
        officer.page.select_option("select[name=by]", by)
        officer.page.select_option("select[name=resource]", resource.slug)
        officer.press("main form button")
        officer.reads("Subscriptions and trainings")

    # October is over, and a sheet is still open: the note names the date and doesn't count it.
    officer.visit("training:delivery_notes")
    officer.press("main form[action*='/of/'] button")
    first = DeliveryNote.objects.get()
    officer.reads("Dates that aren’t counted")
    run_worker()
    paper = download(officer, "first.pdf")
    assert "Bon de livraison n° 2026-0001" in paper
    assert "Claire Leroy" in paper
    assert "Sa feuille de présence n’est pas fermée" in paper

    # It isn't right: a planner reads why, and once the sheet is closed makes the corrected note.
    officer.page.fill("textarea[name=reason]", "The invoice has 13 October, too.")
    officer.press("form[action$='/contest/'] button")
    planner = Reader(browser, server, office, width=width).log_in_by_cookie()
    planner.visit("today:home").shows("The invoice has 13 October, too.")
    planner.press(f"main a[href*='{first.public_id}']")
    planner.reads(
        "A corrected note can be made once a sheet that was left open is closed, “no trainer came” is"
        " recorded, or a name is corrected. The hours of a closed sheet and who led it don’t change any"
        " more, and people’s minutes don’t stand here: training planners answer the contest instead."
    )
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    planner.visit("training:delivery_note", first.public_id)
    planner.press("form[action$='/correct/'] button")
    run_worker()

    # The officer holds it against the invoice: the earlier one leads on to it.
    officer.visit("training:delivery_note", first.public_id)
    officer.press("main aside a[href*='/delivery-notes/']")
    corrected = DeliveryNote.objects.get(replaces=first)
    assert corrected.public_id in officer.page.url
    paper = download(officer, "corrected.pdf")
    assert "Bon de livraison n° 2026-0002" in paper
    assert "Remplace le n° 2026-0001" in paper
    assert "3 h" in paper
    officer.press("form[action$='/right/'] button")
    officer.visit("training:delivery_notes")
    officer.visit("training:subscriptions").shows("2026-0002")
