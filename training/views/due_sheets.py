"""Items of the first page about sheets and certificates: close this sheet, this one waits, your
certificate is there.
"""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_planner, is_trainer
from training.models import Certificate, CertificateRequest, Sheet
from training.queries.attendance import open_contests, sheets_for
from training.values import ADVISERS_CLOSE_AFTER

NEWS_FOR = timedelta(days=30)
AT_MOST = 5


def sheets_due(person: Person, now: datetime) -> list[DueItem]:
    """The trainer's own at once; a planner's after three days, all in one line."""
    items = []
    if is_trainer(person):
        waiting = (
            sheets_for(person).to_close(now).led_by(person).order_by("meeting__occurrence__end")
        )
        items += [_to_close(sheet) for sheet in waiting[:AT_MOST]]
    if is_planner(person) and (
        late := sheets_for(person).to_close(now - ADVISERS_CLOSE_AFTER).count()
    ):
        title = ngettext(
            "%(count)s sheet has been open for three days",
            "%(count)s sheets have been open for three days",
            late,
        ) % {"count": late}
        text = _("The trainers were reminded. You can close in their place.")
        url = reverse("training:sheets")
        items.append(
            DueItem(
                title,
                url,
                None,
                text=text,
                action=_("See the sheets"),
                tone="wait",
                icon="list-checks",
                role=Role.PLANNER,
            )
        )
    return items


def corrections_due(person: Person) -> list[DueItem]:
    """How many requests to correct a certificate wait for a planner's answer."""
    if not is_planner(person):
        return []
    number = CertificateRequest.objects.answerable_by(person).open().count()
    if not number:
        return []
    title = ngettext(
        "%(count)s certificate to correct", "%(count)s certificates to correct", number
    ) % {"count": number}
    return [
        DueItem(
            title,
            reverse("training:certificate_requests"),
            None,
            text=_("Asked for by the holder: a name or a time reads wrong."),
            action=_("See the requests"),
            tone="wait",
            icon="award",
            order=50,
            role=Role.PLANNER,
        )
    ]


def contests_due(person: Person, now: datetime) -> list[DueItem]:
    """Minutes that participants contest: any training planner answers, nobody their own."""
    if not is_planner(person):
        return []
    waiting = open_contests(person)
    oldest = waiting.select_related("line__sheet__session__training").first()
    if oldest is None:
        return []
    count, sheet = waiting.count(), oldest.line.sheet
    title = ngettext(
        "%(count)s contest of minutes waits for an answer",
        "%(count)s contests of minutes wait for an answer",
        count,
    ) % {"count": count}
    return [
        DueItem(
            title=title,
            url=f"{reverse('training:sheet', args=[sheet.public_id])}#contests",
            when=None,
            text=sheet.session.title,
            action=_("Answer the oldest") if count > 1 else _("Answer on the sheet"),
            tone="wait",
            icon="message-square",
            order=38,
            role=Role.PLANNER,
        )
    ]


def _to_close(sheet: Sheet) -> DueItem:
    return DueItem(
        title=_("Close the sheet of “%(title)s”") % {"title": sheet.session.title},
        url=reverse("training:sheet", args=[sheet.public_id]),
        when=sheet.meeting.starts_at,
        ends_at=sheet.meeting.ends_at,
        text=_(
            "It is prefilled from the room. Certificates are issued with the last sheet of a"
            " session."
        ),
        action=_("Open the sheet"),
        tone="wait",
        icon="list-checks",
        order=40,
        role=Role.TRAINER,
    )


def certificates_there(person: Person, now: datetime) -> list[DueItem]:
    """News of the last thirty days. Nobody who is a student and nothing else has one."""
    if person.roles == {Role.STUDENT}:
        return []
    language = translation.get_language()
    fresh = (
        Certificate.objects.visible_to(person)
        .current()
        .filter(issued_at__gte=now - NEWS_FOR, revoked_at__isnull=True)[:AT_MOST]
    )
    if not fresh:
        return []
    titles = [
        f"{one.content[language]['title']} ({one.content[language]['followed']})" for one in fresh
    ]
    newest = fresh[0]
    has_file = len(fresh) == 1 and bool(newest.file)
    several = _("Your certificates are ready: %(count)s") % {"count": len(fresh)}
    title = _("Your certificate is ready") if len(fresh) == 1 else several
    return [
        DueItem(
            title=title,
            url=(
                reverse("training:certificate_file", args=[newest.code])
                if has_file
                else reverse("training:certificates")
            ),
            when=newest.issued_at,
            text=", ".join(titles),
            action=_("Download the PDF") if has_file else _("See my certificates"),
            tone="done",
            icon="award",
            aside=True,
            role=Role.TEACHER,
        )
    ]
