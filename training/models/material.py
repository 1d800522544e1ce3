"""Material that whoever leads a session leaves for its participants: files, and links
with a title.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import Role
from training.enums import HOLD_A_SEAT
from training.models.enrolment import Enrolment
from training.models.leading import Substitution, works_for
from training.models.room import LONGEST_ADDRESS


def private_storage() -> Storage:
    return storages["private"]


class MaterialQuerySet(models.QuerySet):
    def there(self):
        return self.filter(removed_at=None)

    def readable_by(self, person, *, now):
        """Material that wasn't removed: all for those with a seat, for planners, for the session's
        trainers; for who leads one date in somebody's place that of the session or of that date,
        while they have access.
        """
        seats = Enrolment.objects.filter(
            session=OuterRef("session"), teacher=person, state__in=HOLD_A_SEAT
        )
        mine = Q(Exists(seats)) | self._led_by(person, now)
        if Role.TRAINER in person.roles:
            mine |= Q(meeting=None) & Q(Exists(_replacing(person, now)))
        return self.there() if _plans(person) else self.there().filter(mine)

    def kept_by(self, person, *, now):
        """Material that the person may remove and put back: planners all, trainers that of their
        sessions, who leads one date in somebody's place that of the date.
        """
        return self if _plans(person) else self.filter(self._led_by(person, now))

    def _led_by(self, person, now) -> Q:
        if Role.TRAINER not in person.roles:
            return Q(pk=None)
        own_date = _replacing(person, now).filter(meeting=OuterRef("meeting"))
        of_session = Q(works_for(person, "session__"), session__in=person.sessions_led.all())
        return of_session | Q(Exists(own_date))


def _plans(person) -> bool:
    return person.is_superuser or Role.PLANNER in person.roles


def _replacing(person, now):
    """The dates of the session that they lead in somebody's place, with access still."""
    instead = Substitution.objects.filter(
        works_for(person, "session__"), session=OuterRef("session"), substitute=person
    )
    return instead.with_access(now)


class Material(models.Model):
    """A file or a link (`address`), for the whole session or for one of its dates.

    Removed, it is there for nobody, and can be put back for an hour; then the tick deletes it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    session = models.ForeignKey("training.Session", models.CASCADE, related_name="materials")
    meeting = models.ForeignKey(
        "courses.Meeting", models.CASCADE, related_name="materials", null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=120)
    address = models.CharField(_("link"), max_length=LONGEST_ADDRESS, blank=True)
    file = models.FileField(upload_to="material/", storage=private_storage, blank=True)
    name = models.CharField(_("name of the file"), max_length=120, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(unique=True, help_text="The form's own key: posted twice is one.")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="", address__startswith="https://") | ~Q(file="") & Q(address=""),
                name="material_is_a_file_or_a_link",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="material_removed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_link(self) -> bool:
        return bool(self.address)

    @property
    def host(self) -> str:
        """Where a link leads."""
        return urlsplit(self.address).hostname or ""
