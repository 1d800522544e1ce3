"""The urgent path: online at once, with words above every page of the site, and a review
afterwards.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Page, Revision, TaskState

from cms.guidance.enums import EditorialRole, Letters, ReviewOutcome
from cms.guidance.exceptions import PublishedSince, ReviewedAlready
from cms.guidance.models import BilingualPage, UrgentNotice
from cms.guidance.rules import why_not_urgent
from cms.guidance.services.review import who_acts
from cms.guidance.services.step import why_not_publish
from courses.digest.services import tell
from courses.mail import services as outbox
from courses.people.models import Person


def publish_urgently(
    *,
    page: Page,
    by: Person,
    text_fr: str,
    text_en: str,
    ends_at: datetime.datetime,
    now: datetime.datetime | None = None,
) -> UrgentNotice:
    """Publish the latest text of a page, whatever step it is at, and show its words above every
    page until `ends_at` (aware).

    Holds the page's row. The same text with the same banner twice is once; anything else is a
    publication of its own, whose banner takes the place of the page's earlier one. A review that is
    under way ends, and says so. Reviewers are asked to look at it afterwards. Raises a `Refusal`: a
    text that may never be published isn't published urgently either.
    """
    now = now or timezone.now()
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=page.pk).specific
        draft = page.get_latest_revision_as_object()
        if refusal := why_not_urgent(ends_at, now) or why_not_publish(draft):
            raise refusal
        running = UrgentNotice.objects.running(now).of_pair(page)
        said = {"text_fr": text_fr, "text_en": text_en, "ends_at": ends_at}
        if _is_latest_online(page) and (
            already := running.filter(page=page, revision=page.latest_revision_id, **said).first()
        ):
            return already
        running.update(ends_at=now)
        reviewers = who_acts(page, EditorialRole.REVIEWER)
        before = _read_before(page)
        if draft.go_live_at and draft.go_live_at > now:  # planned for later: now instead
            draft.go_live_at = None
            revision = draft.save_revision(user=by)
        else:
            revision = page.latest_revision or page.save_revision(user=by)
        end_the_review(page, by)
        revision.publish(user=by, skip_permission_checks=True)
        notice = UrgentNotice.objects.create(
            page=page,
            starts_at=now,
            published_by=by,
            revision=revision,
            before=before,
            **said,
        )
        log(instance=page, action="guidance.publish_urgently", user=by, revision=revision)
        _ask_for_review(notice, (person for person in reviewers if person.pk != by.pk))
        tell(f"page:{page.translation_key}")
    return notice


def _is_latest_online(page: BilingualPage) -> bool:
    return bool(page.live and page.live_revision_id == (page.latest_revision_id or 0))


def _read_before(page: BilingualPage) -> Revision | None:
    """What readers had before the latest text, which may be online urgently already and unreviewed;
    None if nothing.
    """
    earlier = UrgentNotice.objects.to_review().filter(page=page, revision=page.latest_revision_id)
    if _is_latest_online(page) and (last := earlier.order_by("starts_at").last()):
        return last.before
    return page.live_revision if page.live else None


def _ask_for_review(notice: UrgentNotice, reviewers: Iterable[Person]) -> None:
    for person in reviewers:
        key = f"urgent:{notice.pk}:{person.pk}"
        outbox.post(Letters.URGENT_TO_REVIEW, about=notice, to=person, key=key)


def end_the_review(page: BilingualPage, by: Person) -> None:
    """The step that was under way says why it ended."""
    state = page.current_workflow_state
    if state is None:
        return
    with translation.override(by.language):
        note = _("Ended: the page was published urgently.")
    steps = list(
        state.task_states.filter(status=TaskState.STATUS_IN_PROGRESS).values_list("pk", flat=True)
    )
    state.cancel(user=by)
    TaskState.objects.filter(pk__in=steps).update(comment=note)


def keep(
    *, notice: UrgentNotice, by: Person, words: str = "", now: datetime.datetime | None = None
) -> UrgentNotice:
    """Keep an urgent publication online after its review. The banner stays until its end."""
    with transaction.atomic():
        notice = unreviewed(notice)
        return reviewed(notice, ReviewOutcome.KEPT, by, words, now or timezone.now())


def take_back(
    *, notice: UrgentNotice, by: Person, words: str = "", now: datetime.datetime | None = None
) -> UrgentNotice:
    """Readers see the page as it was before, or not at all if it wasn't online. The urgent text
    stays as a draft, the banner goes.

    Raises `PublishedSince` when a later text went online: then there is nothing to take back.
    """
    now = now or timezone.now()
    with transaction.atomic():  # the page first, as `publish_urgently`
        page = Page.objects.select_for_update().get(pk=notice.page_id).specific
        notice = unreviewed(notice)
        if not page.live or page.live_revision_id != notice.revision_id:
            raise PublishedSince
        if notice.before:
            # The urgent text is later than this one: it stays the draft.
            notice.before.publish(user=by, skip_permission_checks=True)
        else:
            UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
        UrgentNotice.objects.running(now).of_pair(page).update(ends_at=now)
        tell(f"page:{page.translation_key}")
        same_text = UrgentNotice.objects.to_review().filter(page=page, revision=notice.revision)
        for other in same_text.select_for_update().exclude(pk=notice.pk):
            reviewed(other, ReviewOutcome.TAKEN_BACK, by, words, now)
        notice.refresh_from_db(fields=["ends_at"])
        return reviewed(notice, ReviewOutcome.TAKEN_BACK, by, words, now)


def end_banner(
    *, notice: UrgentNotice, by: Person, now: datetime.datetime | None = None
) -> UrgentNotice:
    """End the banner now. Idempotent. The review isn't touched."""
    now = now or timezone.now()
    with transaction.atomic():
        held = UrgentNotice.objects.select_for_update(of=("self",)).select_related("page")
        notice = held.get(pk=notice.pk)
        if notice.is_running(now):
            notice.ends_at = now
            notice.save(update_fields=["ends_at"])
            log(instance=notice.page.specific, action="guidance.end_banner", user=by)
            tell(f"page:{notice.page.translation_key}")
    return notice


def unreviewed(notice: UrgentNotice) -> UrgentNotice:
    """The row, held until commit, if nobody was faster."""
    notice = UrgentNotice.objects.select_for_update().get(pk=notice.pk)
    if notice.reviewed_by:
        raise ReviewedAlready(person=notice.reviewed_by.display_name)
    return notice


def reviewed(
    notice: UrgentNotice, outcome: ReviewOutcome, by: Person, words: str, now: datetime.datetime
) -> UrgentNotice:
    notice.outcome, notice.reviewed_by, notice.reviewed_at, notice.words = outcome, by, now, words
    notice.save()
    log(instance=notice.page.specific, action=f"guidance.urgent_{outcome}", user=by)
    if notice.published_by_id != by.pk:
        outbox.post(
            Letters.URGENT_REVIEWED,
            about=notice,
            to=notice.published_by,
            key=f"urgent-reviewed:{notice.pk}",
        )
    return notice
