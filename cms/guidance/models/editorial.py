"""Editorial roles by topic and language; the steps of a review; urgent publications."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.models import Page, Revision, Task, TaskState

from cms.guidance.enums import STEPS, WRITES_IN, EditorialRole, ReviewOutcome
from cms.guidance.models.pairs import Pair
from courses.documents.values import public_id
from courses.people.enums import Language, Role
from courses.people.models import Membership


class ScopeQuerySet(models.QuerySet):
    def current(self):
        """Those of persons who are advisers today: a scope without a membership gives nothing."""
        advisers = Membership.objects.current().filter(role=Role.ADVISER).values("person")
        return self.filter(person__in=advisers, person__is_active=True)

    def of(self, role: str):
        """Those that let somebody act in that role: a chief adviser acts in all."""
        return self.filter(role__in=[role, EditorialRole.CHIEF])

    def covering(self, page: Page):
        """Those whose topics and language hold this page."""
        keys = [ancestor.translation_key for ancestor in page.get_ancestors(inclusive=True)]
        here = Q(topic=None) | Q(topic__translation_key__in=keys)
        return self.filter(here, language__in=["", page.locale.language_code])


class Scope(models.Model):
    """This person, in this role, for this topic and what is below it, in this language."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="scopes", verbose_name=_("adviser")
    )
    role = models.CharField(_("role"), max_length=10, choices=EditorialRole)
    topic = models.ForeignKey(
        Pair,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="scopes",
        limit_choices_to={"kind": "topicpage"},
        verbose_name=_("topic"),
        help_text=_(
            "With all the pages below it. If none is chosen: the whole site, news and resources"
            " too."
        ),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_(
            "None: both. Authors write in French and translators in English, unless another is"
            " chosen."
        ),
    )

    objects = ScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("editorial role")
        verbose_name_plural = _("editorial roles")
        constraints = [
            # Two, since a topic that is null equals no other on either database.
            models.UniqueConstraint(
                fields=["person", "role", "topic", "language"],
                name="scope_once_per_topic",
                violation_error_message=_("This adviser has this role already."),
            ),
            models.UniqueConstraint(
                fields=["person", "role", "language"],
                condition=Q(topic=None),
                name="scope_once_for_all",
                violation_error_message=_("This adviser has this role already."),
            ),
            models.CheckConstraint(
                condition=~Q(role=EditorialRole.CHIEF) | Q(topic=None, language=""),
                name="scope_chief_for_all",
                violation_error_message=_(
                    "A chief adviser has all topics and both languages: leave them empty."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=list(WRITES_IN)) | ~Q(language=""),
                name="scope_writes_in_one_language",
                violation_error_message=_("Choose the language to write in."),
            ),
        ]

    def __str__(self) -> str:
        return _("%(person)s: %(role)s") % {"person": self.person, "role": self.get_role_display()}

    def save(self, *args, **kwargs):
        self.clean()
        super().save(*args, **kwargs)

    def clean(self):
        if self.role in WRITES_IN:
            self.language = self.language or WRITES_IN[EditorialRole(self.role)]


class EditorialTask(Task):
    """A step of the review.

    Who acts at it follows from scopes; nobody acts on a text of their own.
    """

    role = models.CharField(
        _("role"), max_length=10, choices=[(role.value, role.label) for role in STEPS]
    )

    admin_form_fields = [*Task.admin_form_fields, "role"]

    class Meta:
        verbose_name = _("step of the review")
        verbose_name_plural = _("steps of the review")

    @classmethod
    def get_description(cls):
        return _("Advisers with this role for the page’s topic and language act at this step")

    def start(self, workflow_state, user=None):
        """Unlock the page: the text is now with those who act at this step."""
        page = workflow_state.content_object
        if page.locked:
            type(page).objects.filter(pk=page.pk).update(
                locked=False, locked_by=None, locked_at=None
            )
        return super().start(workflow_state, user=user)

    def holds(self, page, person) -> bool:
        """Does the person have this step's role for this page?"""
        if person.is_superuser:
            return True
        return Scope.objects.current().of(self.role).covering(page).filter(person=person).exists()

    def may_act(self, page, person) -> bool:
        return self.holds(page, person) and person.pk not in writers_of(page)

    def user_can_access_editor(self, obj, user):
        return self.holds(obj, user)

    def locked_for_user(self, obj, user):
        return not self.holds(obj, user)

    def user_can_lock(self, obj, user):
        return self.holds(obj, user)

    def get_actions(self, obj, user):
        if not self.may_act(obj, user):
            return []
        last = self.role == STEPS[-1]
        return [
            ("reject", _("Send back with a comment"), True),
            ("approve", _("Approve and publish") if last else _("Approve"), False),
            (
                "approve",
                _("Approve and publish with a comment") if last else _("Approve with a comment"),
                True,
            ),
        ]

    def on_action(self, task_state, user, action_name, **kwargs):
        """A reviewer approves the text as it is now, with the corrections that they made.

        A publisher approves what was reviewed: if it has changed since, both steps come again. Whose
        page it is, is asked here: Wagtail's address names a page and a step, which may be another's.
        """
        if not self.may_act(task_state.workflow_state.content_object, user):
            raise PermissionDenied
        if self.role == STEPS[0]:
            task_state.revision = task_state.workflow_state.content_object.get_latest_revision()
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        at_this_step = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if user.is_superuser:
            return at_this_step
        reach = (
            Scope.objects.current()
            .of(self.role)
            .filter(person=user)
            .select_related("topic__french", "topic__english")
        )
        asked = [int(pk) for pk in at_this_step.values_list("workflow_state__object_id", flat=True)]
        held = Page.objects.filter(within(reach), pk__in=asked)
        may = [str(page.pk) for page in held if user.pk not in writers_of(page)]
        return at_this_step.filter(workflow_state__object_id__in=may)


def within(scopes: Iterable[Scope]) -> Q:
    """Pages that these scopes hold, by their place in the tree."""
    found = Q(pk__in=[])
    for scope in scopes:
        if scope.topic is None:
            places = Q()
        else:
            tops = [page for page in (scope.topic.french, scope.topic.english) if page]
            places = Q(pk__in=[])
            for top in tops:
                places |= Q(path__startswith=top.path)
        found |= places & (
            Q(locale__language_code=scope.language) if scope.language else Q(depth__gt=1)
        )
    return found


def writers_of(page: Page) -> set[int]:
    """Writers of the text under review: who asked for it, and who saved it since the last
    publication.

    A reviewer's own correction during a review doesn't make them its author, in this review or the
    next.
    """
    state = page.current_workflow_state
    if state is None:
        return set()
    drafts = writings().filter(object_id=str(page.pk))
    if page.live_revision:
        drafts = drafts.filter(created_at__gt=page.live_revision.created_at)
    return {pk for pk in [state.requested_by_id, *drafts.values_list("user", flat=True)] if pk}


def writings() -> models.QuerySet[Revision]:
    """Revisions of pages that were saved while no step of a review was under way; during one, only
    who reviews may save.
    """
    pages = ContentType.objects.get_for_model(Page)
    of_the_page = TaskState.objects.filter(
        workflow_state__base_content_type=pages,
        workflow_state__object_id=OuterRef("object_id"),
        started_at__lte=OuterRef("created_at"),
    )
    during = of_the_page.filter(Q(finished_at=None) | Q(finished_at__gte=OuterRef("created_at")))
    return Revision.objects.filter(~Exists(during), base_content_type=pages)


class UrgentNoticeQuerySet(models.QuerySet):
    def running(self, now: datetime.datetime):
        """Those whose words stand above every page."""
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def to_review(self):
        """The last one of each page, unless somebody looked at it: an urgent publication takes the
        place of the one before.
        """
        later = UrgentNotice.objects.filter(page=OuterRef("page"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), outcome="")

    def run(self, page, last):
        """Urgent publications of a page up to the last one, since somebody looked at one: what its
        review is about. `page` and `last` are numbers, or those of an outer query.
        """
        looked_at = UrgentNotice.objects.exclude(outcome="").filter(
            page=OuterRef("page"), pk__gte=OuterRef("pk")
        )
        return self.filter(~Exists(looked_at), page=page, pk__lte=last)

    def of_pair(self, page: Page):
        """Of this page and of the other language's."""
        return self.filter(page__translation_key=page.translation_key)


class UrgentNotice(models.Model):
    """A page that was published at once, the words above every page until it ends, and what the
    review came to.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    page = models.ForeignKey(Page, models.CASCADE, related_name="+")
    text_fr = models.CharField(_("words in French"), max_length=200)
    text_en = models.CharField(_("words in English"), max_length=200)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    before = models.ForeignKey(
        Revision, models.SET_NULL, null=True, related_name="+"
    )  # what readers had; null: nothing, or purged
    outcome = models.CharField(max_length=10, choices=ReviewOutcome, blank=True)
    words = models.CharField(_("to the author"), max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)

    objects = UrgentNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("urgent publication")
        verbose_name_plural = _("urgent publications")
        indexes = [models.Index(fields=["ends_at"], name="urgent_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=models.F("starts_at")), name="urgent_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", reviewed_by=None, reviewed_at=None)
                | (~Q(outcome="") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="urgent_reviewed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text_fr

    @property
    def is_to_review(self) -> bool:
        return UrgentNotice.objects.to_review().filter(pk=self.pk).exists()

    @property
    def is_online(self) -> bool:
        """True if readers have this text now."""
        return bool(self.page.live and self.revision_id == (self.page.live_revision_id or 0))

    @property
    def is_banner_alone(self) -> bool:
        """True if readers had this text before, reviewed or published as usual."""
        return self.revision_id is not None and self.before_id == self.revision_id

    def can_be_taken_back(self, now: datetime.datetime) -> bool:
        """True if readers have this text still, or the banner where it stands alone."""
        return self.is_running(now) if self.is_banner_alone else self.is_online

    @property
    def verdict(self) -> str:
        """Outcome of the review, in words."""
        if self.is_banner_alone and self.outcome == ReviewOutcome.TAKEN_BACK:
            return pgettext("urgent publication", "banner removed")
        return self.get_outcome_display()

    def is_running(self, now: datetime.datetime) -> bool:
        return self.starts_at <= now < self.ends_at
