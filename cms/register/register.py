"""Personal data that the roof and the installed packages hold: editors, readers' opinions, logs,
sessions, tasks.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ACCOUNT,
    ONE_YEAR,
    SIX_MONTHS,
    THIRTY_DAYS,
    TWO_WEEKS,
    Category,
    Controller,
    Holding,
    Register,
    Whose,
    before,
    before_day,
)

STAFF = (Whose.STAFF,)

CATEGORIES = (
    Category(
        key="editors",
        title=_("Who writes, reviews and owns the guidance"),
        purpose=_("To know who may publish what, and whom to ask about a page."),
        readers=_(
            "Those who write, review and own pages. A published page doesn’t name its author."
        ),
        controller=Controller.ACADEMIE,
        whose=STAFF,
        period=ACCOUNT,
        order=70,
    ),
    Category(
        key="opinions",
        title=_("Opinions on a page"),
        purpose=_("To improve the page, and to answer whoever was logged in."),
        readers=_(
            "You, the owner of the page and their deputy, those who write, translate or review it, and"
            " the chief advisers."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.READERS, Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF),
        period=ONE_YEAR,
        child_title=pgettext_lazy("to a child", "Your opinion of a page"),
        child_text=pgettext_lazy(
            "to a child",
            "If you give it while you are logged in, your name is kept with it. Whoever looks after"
            " the page reads what you wrote, and can answer you.",
        ),
        order=72,
    ),
    Category(
        key="drafts",
        title=_("What an editor’s browser had open, and versions put aside"),
        purpose=_(
            "So that nothing written is lost when two people write at once. A picture of which the"
            " upload was never finished stays as long as the account."
        ),
        readers=_("Those who write that page."),
        controller=Controller.ACADEMIE,
        whose=STAFF,
        period=SIX_MONTHS,
        order=74,
    ),
    Category(
        key="searches",
        title=_("Words searched for without an answer, without who searched"),
        purpose=_("To write the page that is missing."),
        readers=_("Whoever writes, translates or reviews guidance."),
        controller=Controller.ACADEMIE,
        whose=(Whose.READERS,),
        period=ONE_YEAR,
        order=76,
    ),
    Category(
        key="logs",
        child_title=pgettext_lazy("to a child", "Changes to your account and your work"),
        child_text=pgettext_lazy(
            "to a child",
            "Who changed what, and when: to find a mistake. Those who run the service see it.",
        ),
        title=_("Who changed what, and when"),
        purpose=_("To answer for a change, and to keep the service safe."),
        readers=_(
            "Those who run the service. The académie’s registrars see who changed accounts of adults,"
            " organisations, licences and resources; its training planners, who changed a training;"
            " those who write the guidance, who changed a page; the chief advisers, who changed roles in"
            " it. You see who downloaded your data."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF, Whose.TRAINERS),
        period=ONE_YEAR,
        order=90,
    ),
)

PAGES = (
    "HomePage",
    "TextPage",
    "ResourcePage",
    "TopicPage",
    "GuidancePage",
    "NewsIndexPage",
    "NewsPage",
    "RelatedPage",
)

HOLDINGS = (
    Holding(
        "cms.Scope",
        "editors",
        about=("person",),
        fields=("role", "topic", "language"),
        other=("person",),
        leaving=Q(),
    ),
    Holding(
        "cms.Pair",
        "editors",
        about=("owner", "deputy"),
        fields=("french", "english", "checked_at", "check_on"),
        by=("checked_by",),
        other=(
            "translation_key", "kind", "topic", "collection", "owner", "deputy", "check_months",
            "times_told", "links_checked_at", "links_due_on", "source", "source_published_at",
            "french_state", "english_state", "lag", "lag_blocks", "source_blocks", "lag_since",
        ),
    ),
    Holding(
        "cms.UrgentNotice",
        "editors",
        about=("published_by",),
        fields=("page", "text_fr", "text_en", "starts_at", "ends_at", "outcome", "words"),
        by=("reviewed_by",),
        other=("published_by", "revision", "before", "reviewed_at"),
    ),
    Holding(
        "cms.Opinion",
        "opinions",
        about=("person",),
        fields=("pair", "was_useful", "words", "said_at", "answer", "answered_at"),
        by=("answered_by",),
        other=("person", "language", "state"),
        past=before("said_at"),
        leaving=Q(),
    ),
    Holding(
        "cms.MissedSearch", "searches", other=("words", "language", "count", "last_on"),
        past=before_day("last_on"),
    ),
    Holding(
        "cms.KeptVersion",
        "drafts",
        about=("by",),
        fields=("page", "content", "kept_at"),
        by=("settled_by",),
        other=("by", "began_with", "settled_at"),
        past=before("kept_at"),  # one that nobody settles has no other end
    ),
    Holding(
        "wagtailadmin.FormState",
        "drafts",
        about=("user",),
        fields=("data", "last_updated_at"),
        other=("user", "content_type", "object_id", "parent_object_id"),
        period=THIRTY_DAYS,
        past=before("last_updated_at"),
        leaving=Q(),
    ),
    Holding(
        "wagtailadmin.EditingSession",
        "drafts",
        about=("user",),
        fields=("last_seen_at",),
        other=("user", "content_type", "object_id", "is_editing"),
        period=TWO_WEEKS,
        past=before("last_seen_at"),
        leaving=Q(),
    ),
    Holding(
        "wagtailcore.UploadedFile",
        "drafts",
        about=("uploaded_by_user",),
        fields=("file",),
        other=("uploaded_by_user", "for_content_type"),
        period=ACCOUNT,
        leaving=Q(),
    ),
    Holding(
        "wagtailcore.Comment",
        "editors",
        about=("user",),
        fields=("page", "text", "created_at", "updated_at"),
        by=("resolved_by",),
        other=("user", "contentpath", "revision_created", "resolved_at"),
    ),
    Holding(
        "wagtailcore.CommentReply",
        "editors",
        about=("user",),
        fields=("text", "created_at", "updated_at"),
        other=("user", "comment"),
    ),
    Holding(
        "wagtailcore.TaskState",  # a step of a review: what was said when it was approved or sent back
        "editors",
        about=("finished_by",),
        fields=("comment", "finished_at"),
        other=(
            "finished_by", "workflow_state", "task", "status", "started_at", "content_type",
        ),
    ),
    Holding(
        "wagtailcore.PageSubscription",
        "editors",
        about=("user",),
        fields=("page", "comment_notifications"),
        other=("user",),
        leaving=Q(),
    ),
    Holding(
        "wagtailcore.APIToken",
        "editors",
        about=("user",),
        fields=("name", "created", "last_used_at"),
        secret=("key_hash", "prefix"),
        other=("user", "revoked_at"),
        leaving=Q(),
    ),
    Holding(
        "wagtailusers.UserProfile",
        "editors",
        about=("user",),
        fields=("preferred_language", "current_time_zone", "avatar"),
        other=(
            "user", "submitted_notifications", "approved_notifications", "rejected_notifications",
            "updated_comments_notifications", "dismissibles", "theme", "contrast", "density",
            "keyboard_shortcuts",
        ),
        leaving=Q(),
    ),
    Holding(
        "wagtailcore.ModelLogEntry",
        "logs",
        about=("user",),
        fields=("action", "timestamp", "content_type"),
        secret=("label", "data"),  # name others
        other=("uuid", "user", "revision", "content_changed", "deleted", "object_id"),
        past=before("timestamp"),
    ),
    Holding(
        "wagtailcore.PageLogEntry",
        "logs",
        about=("user",),
        fields=("label", "action", "timestamp", "page"),
        secret=("data",),
        other=("content_type", "uuid", "user", "revision", "content_changed", "deleted"),
        past=before("timestamp"),
    ),
    Holding(
        "sessions.Session", "logins", secret=("session_key", "session_data"),
        other=("expire_date",), past=before("expire_date"),
    ),
    Holding(
        "django_tasks_database.DBTaskResult",
        "logs",
        secret=("args_kwargs", "return_value", "traceback"),
        other=(
            "status", "enqueued_at", "started_at", "finished_at", "priority", "task_path",
            "worker_ids", "queue_name", "backend_name", "run_after", "exception_class_path",
        ),
        period=TWO_WEEKS,
        past=before("finished_at"),
    ),
)  # fmt: skip

# Published pages, their revisions, pictures and files carry who made them as a reference to the
# account: with the account the name goes. They are about guidance, and kept as long as the guidance
# is.
UNRELATED = (
    *(f"cms.{page}" for page in PAGES),
    *("cms.EditorialTask", "cms.DeadLink", "cms.PagePdf", "cms.SearchEntry", "cms.SearchTerm"),
    *("cms.ErasedAccount", "cms.ErasedCount"),  # a public id that leads to an anonymous row; counts
    *("cms.Heartbeat", "courses.PeriodicRun"),  # processes and their jobs
    *(
        f"wagtailcore.{name}"
        for name in (
            "Locale", "Site", "GroupSitePermission", "Revision", "CollectionViewRestriction",
            "Collection", "GroupCollectionPermission", "WorkflowContentType", "WorkflowState",
            "Workflow", "WorkflowTask", "Task", "GroupApprovalTask", "Page",
            "GroupPagePermission", "PageViewRestriction", "WorkflowPage", "ReferenceIndex",
        )
    ),
    "wagtailadmin.Admin",
    *(
        f"{app}.*"
        for app in (
            "wagtailimages", "wagtaildocs", "wagtailsearch", "wagtailredirects",
            "wagtailembeds", "taggit",
        )
    ),
    *(f"{app}.*" for app in ("simple_translation", "auth", "contenttypes")),
)  # fmt: skip

REGISTER = Register(CATEGORIES, HOLDINGS, UNRELATED)
