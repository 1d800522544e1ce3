"""Publish urgently, and look at it afterwards."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from cms.guidance.enums import SOURCE_LANGUAGE, TARGET_LANGUAGE
from cms.guidance.exceptions import UrgentAgain
from cms.guidance.forms.editorial import UrgentForm, UrgentReviewForm
from cms.guidance.models import Pair, UrgentNotice
from cms.guidance.permissions import may_end_banner, may_publish_urgently, may_review_urgent
from cms.guidance.services import urgent as services
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_adviser, keeps_what_was_typed, requires

DEFAULT_LENGTH = datetime.timedelta(hours=24)


@require_http_methods(["GET", "POST"])
@requires(is_adviser)
def publish(request: PersonRequest, public_id: str):
    """Asks once more, with the words above the site, then publishes."""
    pair = get_object_or_404(Pair.objects.with_pages(), public_id=public_id)
    page = page_asked_for(pair, request.GET.get("language", SOURCE_LANGUAGE))
    if not may_publish_urgently(request.user, page):
        raise PermissionDenied
    form = UrgentForm(request.POST or None, initial={"ends_at": timezone.now() + DEFAULT_LENGTH})
    if request.method == "POST" and form.is_valid():
        try:
            notice = services.publish_urgently(page=page, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
            return redirect(request.get_full_path())
        messages.success(
            request,
            _("The page is online, and the banner is above every page. Reviewers are told.")
            if services.is_asked(notice)
            else _(
                "The page is online, and the banner is above every page. So far there is nobody to"
                " ask for its review."
            ),
        )
        return redirect("guidance:page", public_id)
    return render(
        request,
        "guidance/urgent.html",
        {
            "form": form,
            "page": page,
            "pair": pair,
            "editor": editor_of(page),
            "running": (running := _shown_now(page)),
            "may_end": running and may_end_banner(request.user, running),
        },
    )


def _shown_now(page: Page) -> UrgentNotice | None:
    running = UrgentNotice.objects.running(timezone.now()).of_pair(page).filter(page__live=True)
    return running.select_related("page__locale").order_by("-starts_at").first()


@require_http_methods(["GET", "POST"])
@requires(is_adviser)
@keeps_what_was_typed
def review(request: PersonRequest, public_id: str):
    """Keep it, take it back, or end the banner now."""
    notice = get_object_or_404(
        UrgentNotice.objects.select_related("page__locale", "published_by", "reviewed_by"),
        public_id=public_id,
    )
    may_review, may_end = (
        may_review_urgent(request.user, notice),
        may_end_banner(request.user, notice),
    )
    if not (may_review or may_end):
        raise PermissionDenied
    form = UrgentReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = ACTIONS.get(request.POST.get("act", ""))
        if act is None or not (may_end if act is end else may_review):
            raise PermissionDenied
        try:
            messages.success(request, act(notice, request.user, form.cleaned_data["words"]))
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
            if isinstance(refusal, UrgentAgain):
                public_id = _last_of(notice).public_id
        return redirect("guidance:urgent_review", public_id)
    last = _last_of(notice)
    may_review = may_review and notice.is_to_review
    now = timezone.now()
    context = {
        "form": form,
        "notice": notice,
        "pair": get_object_or_404(Pair, translation_key=notice.page.translation_key),
        "may_review": may_review,
        "may_take_back": may_review and notice.can_be_taken_back(now),
        "may_end": may_end and notice.is_running(now),
        "editor": editor_of(notice.page),
        "last": last,
        "may_open_last": last != notice and may_end_banner(request.user, last),
    }
    return render(request, "guidance/urgent_review.html", context)


def _last_of(notice: UrgentNotice) -> UrgentNotice:
    of_page = UrgentNotice.objects.filter(page=notice.page_id).select_related("page__locale")
    return of_page.order_by("-pk")[0]


def keep(notice: UrgentNotice, by, words: str) -> str:
    if services.keep(notice=notice, by=by, words=words).is_online:
        return _("The page stays online.")
    return _("It is noted. Readers have another text since, or none.")


def take_back(notice: UrgentNotice, by, words: str) -> str:
    taken = services.take_back(notice=notice, by=by, words=words)
    if taken.is_banner_alone:
        return _("The banner is gone. Nothing else has changed.")
    if taken.before_id:
        return _("Readers see the page as it was before. The urgent text is kept as a draft.")
    return _("The page is no longer online. The urgent text is kept as a draft.")


def end(notice: UrgentNotice, by, words: str) -> str:
    was_running = notice.is_running(timezone.now())
    services.end_banner(notice=notice, by=by)
    return _("The banner is gone.") if was_running else _("This banner had ended before.")


ACTIONS = {"keep": keep, "take_back": take_back, "end": end}


def page_asked_for(pair: Pair, language: str):
    page = {SOURCE_LANGUAGE: pair.french, TARGET_LANGUAGE: pair.english}.get(language)
    if page is None:
        raise Http404
    return page


def editor_of(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
