"""The urgent path: online at once, with words above every page of the site, and a review
afterwards.

The last urgent publication of a page is the one to review; taking it back leads to what readers had
before the first of those that follow each other unreviewed; who published one since a reviewer last
looked at any doesn't review.
"""

import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Page, Revision, TaskState, WorkflowState

from cms.guidance.enums import EditorialRole, Letters, ReviewOutcome
from cms.guidance.exceptions import BannerOver, PublishedSince, ReviewedAlready, UrgentAgain
from cms.guidance.models import BilingualPage, UrgentNotice
from cms.guidance.rules import why_not_urgent
from cms.guidance.services.review import who_acts
from cms.guidance.services.step import why_not_publish
from courses.digest.services import tell
from courses.mail import services as outbox
from courses.mail.models import Letter
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

    Holds the page's row. The same text with the same banner twice is once; anything else takes the
    place of the page's earlier urgent publication, its banner and its review. A review that is
    under way ends, and says so. A start that was planned for later and an end that is over are
    dropped. Raises a `Refusal`: a text that may never be published isn't published urgently either.
    """
    with transaction.atomic():
        page = Page.objects.select_for_update().get(pk=page.pk).specific
        now = now or timezone.now()
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
        before = _read_before(page)
        revision = page.latest_revision
        if _drop_days(draft, now) or revision is None:
            revision = draft.save_revision(user=by)
        notice = UrgentNotice.objects.create(
            page=page,
            starts_at=now,
            published_by=by,
            revision=revision,
            before=before,
            **said,
        )
        _ask_for_review(notice, page)  # a review under way, which ends below, says who wrote
        end_the_review(notice, page)
        revision.publish(user=by, skip_permission_checks=True)
        log(instance=page, action="guidance.publish_urgently", user=by, revision=revision)
        tell(f"page:{page.translation_key}")
    return notice


def _is_latest_online(page: BilingualPage) -> bool:
    return bool(page.live and page.live_revision_id == (page.latest_revision_id or 0))


def _drop_days(draft: BilingualPage, now: datetime.datetime) -> bool:
    """Drop a start to come and an end that is over: published with them, the text wouldn't be
    online, or not for long. True if there was one. An end to come stays.
    """
    is_to_come = bool(draft.go_live_at and draft.go_live_at > now)
    is_over = bool(draft.expire_at and draft.expire_at <= now)
    if is_to_come:
        draft.go_live_at = None
    if is_over:
        draft.expire_at = None
    return is_to_come or is_over


def _read_before(page: BilingualPage) -> Revision | None:
    """What readers had before urgent publications that nobody has looked at; None if nothing."""
    if not page.live:
        return None
    last = UrgentNotice.objects.to_review().filter(page=page).first()
    is_online = last is not None and last.revision_id == page.live_revision_id
    return last.before if last and is_online else page.live_revision


def _ask_for_review(notice: UrgentNotice, page: BilingualPage) -> None:
    publishers = UrgentNotice.objects.run(notice.page_id, notice.pk).values("published_by")
    for person in who_acts(page, EditorialRole.REVIEWER, but=publishers):
        key = f"urgent:{notice.pk}:{person.pk}"
        outbox.post(Letters.URGENT_TO_REVIEW, about=notice, to=person, key=key)


def is_asked(notice: UrgentNotice) -> bool:
    """True if somebody was asked to review it."""
    return Letter.objects.filter(key__startswith=f"urgent:{notice.pk}:").exists()


def end_the_review(notice: UrgentNotice, page: BilingualPage) -> None:
    """The step that was under way says why it ended."""
    state, by = page.current_workflow_state, notice.published_by
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
    """Keep an urgent publication online after its review. The banner stays until its end.

    Raises `UrgentAgain` if the page was published urgently since.
    """
    with transaction.atomic():
        _page, notice = _held(notice)
        return reviewed(notice, ReviewOutcome.KEPT, by, words, now or timezone.now())


def keep_approved(workflow_state: WorkflowState) -> None:
    """Keep an urgent text that went through both steps of a review since, by whoever approved it
    last. A banner alone stays to be reviewed.
    """
    state = workflow_state.current_task_state
    notice = UrgentNotice.objects.to_review().filter(revision=state.revision_id).first()
    if notice and state.finished_by and not notice.is_banner_alone:
        keep(notice=notice, by=state.finished_by)


def take_back(
    *, notice: UrgentNotice, by: Person, words: str = "", now: datetime.datetime | None = None
) -> UrgentNotice:
    """Readers see the page as it was before, or not at all if it wasn't online. The urgent text
    stays as a draft, the banner goes. If readers had the text before, the banner alone goes,
    whatever they have now.

    Raises `UrgentAgain` if the page was published urgently since; `PublishedSince` if another text
    went online, or none is, and `BannerOver`: then there is nothing to take back.
    """
    with transaction.atomic():
        page, notice = _held(notice)
        now = now or timezone.now()
        if not notice.can_be_taken_back(now):
            raise BannerOver if notice.is_banner_alone else PublishedSince
        if not notice.is_banner_alone:
            _put_back(page, notice, by)
        notice.ends_at = max(notice.starts_at, min(notice.ends_at, now))
        tell(f"page:{page.translation_key}")
        return reviewed(notice, ReviewOutcome.TAKEN_BACK, by, words, now)


def _put_back(page: BilingualPage, notice: UrgentNotice, by: Person) -> None:
    if notice.before:
        # The urgent text is later than this one: it stays the draft.
        notice.before.publish(user=by, skip_permission_checks=True)
    else:
        UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)


def _held(notice: UrgentNotice) -> tuple[BilingualPage, UrgentNotice]:
    """The page and then the row, held until commit, if it is to be reviewed still."""
    page = Page.objects.select_for_update().get(pk=notice.page_id).specific
    notice = UrgentNotice.objects.select_for_update().get(pk=notice.pk)
    if notice.reviewed_by:
        raise ReviewedAlready(person=notice.reviewed_by.display_name)
    if not notice.is_to_review:
        raise UrgentAgain
    return page, notice


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


def reviewed(
    notice: UrgentNotice, outcome: ReviewOutcome, by: Person, words: str, now: datetime.datetime
) -> UrgentNotice:
    """Write what the review came to, and tell whoever published what it was about."""
    run = UrgentNotice.objects.run(notice.page_id, notice.pk).filter(before=notice.before_id)
    publishers = list(Person.objects.filter(pk__in=run.values("published_by")).exclude(pk=by.pk))
    notice.outcome, notice.reviewed_by, notice.reviewed_at, notice.words = outcome, by, now, words
    notice.save()
    log(instance=notice.page.specific, action=f"guidance.urgent_{outcome}", user=by)
    for person in publishers:
        key = f"urgent-reviewed:{notice.pk}:{person.pk}"
        outbox.post(Letters.URGENT_REVIEWED, about=notice, to=person, key=key)
    return notice
