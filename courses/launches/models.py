"""How a resource is opened, what each person lets it learn, and what it was told."""

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Resource
from courses.launches.enums import Attribute, LaunchWay, LtiFault, Telling
from courses.launches.values import new_key

# The columns of a connection that say whether an attribute is told; the code always is.
TELLING = {
    Attribute.ROLE: "role_telling",
    Attribute.SCHOOL: "school_telling",
    Attribute.LEVEL: "level_telling",
}


class ResourceConnectionQuerySet(models.QuerySet):
    def lti(self):
        return self.filter(way=LaunchWay.LTI)


class ResourceConnection(models.Model):
    """The way to a resource, set by the académie's registrars.

    `code_key` is part of every person's code at this resource: with another one everybody's work
    there begins anew. `secret_seed` makes the secret that signs links.
    """

    resource = models.OneToOneField(
        Resource, models.CASCADE, related_name="connection", verbose_name=_("resource")
    )
    way = models.CharField(_("way"), max_length=8, choices=LaunchWay, default=LaunchWay.ENT)
    address = models.URLField(
        _("address"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_(
            "It begins with https://. Through the ENT: the resource’s address in its médiacentre, or"
            " at the GAR. Signed link: the address that the provider names, without “?”. LTI 1.3:"
            " its launch address (target link URI)."
        ),
    )
    login_address = models.URLField(
        _("LTI 1.3: login address"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("The provider calls it the OIDC login initiation URL."),
    )
    other_addresses = models.TextField(
        _("LTI 1.3: further redirect addresses"),
        max_length=2000,
        blank=True,
        help_text=_(
            "One a line. The answer goes to the launch address, or to one of these if the service"
            " asks for it (redirect URIs)."
        ),
    )
    other_origins = models.TextField(
        _("LTI 1.3: further sites on its way"),
        max_length=2000,
        blank=True,
        help_text=_(
            "One a line, such as https://app.example. Where the service leads on from its launch"
            " address to another site: the browser stops it unless that site is named here."
        ),
    )
    is_practice = models.BooleanField(default=False, db_default=False, editable=False)
    role_telling = models.CharField(
        _("role (teacher or student) is told"),
        max_length=8,
        choices=Telling,
        default=Telling.NEVER,
    )
    school_telling = models.CharField(
        _("school (its UAI) is told"), max_length=8, choices=Telling, default=Telling.NEVER
    )
    level_telling = models.CharField(
        _("student’s level is told"), max_length=8, choices=Telling, default=Telling.NEVER
    )
    purpose_fr = models.CharField(
        _("in French: what the resource uses this for"), max_length=300, blank=True
    )
    purpose_en = models.CharField(
        _("in English: what the resource uses this for"), max_length=300, blank=True
    )
    meanwhile_fr = models.TextField(
        _("in French: what to do while the resource doesn’t open"), max_length=600, blank=True
    )
    meanwhile_en = models.TextField(
        _("in English: what to do while the resource doesn’t open"), max_length=600, blank=True
    )
    code_key = models.CharField(max_length=32, default=new_key, editable=False)
    secret_seed = models.CharField(max_length=32, default=new_key, editable=False)
    client_id = models.CharField(max_length=32, default=new_key, unique=True, editable=False)

    objects = ResourceConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("way to a resource")
        verbose_name_plural = _("ways to resources")
        ordering = ["resource__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_practice=True) | ~Q(address=""),
                name="resource_connection_leads_somewhere",
                violation_error_message=_("Give the address."),
            ),
            models.CheckConstraint(
                condition=Q(is_practice=True) | ~Q(way=LaunchWay.LTI, login_address=""),
                name="resource_connection_lti_begins_somewhere",
                violation_error_message=_("LTI 1.3 needs the login address."),
            ),
            models.CheckConstraint(
                condition=Q(purpose_fr="", purpose_en="") | ~(Q(purpose_fr="") | Q(purpose_en="")),
                name="resource_connection_purpose_in_both_languages",
                violation_error_message=_("Write it in both languages."),
            ),
            models.CheckConstraint(
                condition=Q(meanwhile_fr="", meanwhile_en="")
                | ~(Q(meanwhile_fr="") | Q(meanwhile_en="")),
                name="resource_connection_meanwhile_in_both_languages",
                violation_error_message=_("Write it in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}"

    @property
    def is_signed(self) -> bool:
        return self.way == LaunchWay.SIGNED

    @property
    def is_lti(self) -> bool:
        return self.way == LaunchWay.LTI

    @property
    def gives_code(self) -> bool:
        """Whether it learns something from us: a code at least."""
        return self.way != LaunchWay.ENT

    @property
    def purpose(self) -> str:
        return self.purpose_en if translation.get_language() == "en" else self.purpose_fr

    @property
    def meanwhile(self) -> str:
        return self.meanwhile_en if translation.get_language() == "en" else self.meanwhile_fr

    def telling(self, attribute: Attribute) -> str:
        return getattr(self, TELLING[attribute]) if attribute in TELLING else Telling.ALWAYS


class PersonalConnection(models.Model):
    """What a person chose at a resource: optional attributes that are told, how often a new code was
    asked for; and of what was told last, the fingerprint.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    connection = models.ForeignKey(ResourceConnection, models.CASCADE, related_name="personal")
    tells = models.JSONField(default=list)
    code_number = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "connection"], name="personal_connection_once"
            )
        ]


class Launch(models.Model):
    """One opening of a resource by a person, and what was told with it, for this person alone.

    Values and not only names, so that a later change doesn't rewrite the past.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="launches")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    school = models.ForeignKey("courses.Organisation", models.CASCADE, related_name="+")
    way = models.CharField(max_length=8, choices=LaunchWay)
    told = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    failed_at = models.DateTimeField(
        null=True, help_text="When the person said that the resource hadn't opened."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "resource", "-at"], name="launch_of_person")]

    @property
    def told_in_words(self) -> list[tuple[str, str]]:
        """Word and value; what is no longer told keeps the name of its parameter."""
        words = dict(Attribute.choices)
        return [(words.get(claim, claim), value) for claim, value in self.told.items()]


class LaunchIntentQuerySet(models.QuerySet):
    def unanswered(self):
        """With which no tool has come back so far; tests of the way aside."""
        return self.filter(used_at=None, school__isnull=False)


class LaunchIntent(models.Model):
    """An LTI launch that was begun: the person goes to the tool with a random `login_hint`, and the
    tool sends them back with it. Good once, for ten minutes.

    `mark` is an HMAC of hint and session key: who reads the table can end no launch. `shown`: the
    fingerprint of what the person has read. A registrar's test tells of nobody; what the tool asked
    for wrongly is kept of it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    connection = models.ForeignKey(ResourceConnection, models.CASCADE, related_name="intents")
    school = models.ForeignKey(
        "courses.Organisation",
        models.CASCADE,
        null=True,
        related_name="+",
        help_text="Empty: a test of the way.",
    )
    mark = models.CharField(max_length=64, unique=True)
    shown = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=8, choices=LtiFault, blank=True)
    asked_address = models.CharField(max_length=500, blank=True)

    objects = LaunchIntentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    @property
    def is_test(self) -> bool:
        return self.school_id is None


class LaunchCount(models.Model):
    """How often a resource was said, at a school in a week, not to have opened: a number, no person.
    `week` is its Monday. Deleted after three weeks. `launches` and `people` aren't written any more, and go
    with the next release: the code before writes them while this one is brought in.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+")
    school = models.ForeignKey("courses.Organisation", models.CASCADE, related_name="+")
    week = models.DateField()
    launches = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-week", "resource", "school"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "school", "week"], name="launch_count_once_a_week"
            ),
            models.CheckConstraint(
                condition=Q(people__lte=F("launches")), name="launch_count_more_than_people"
            ),
        ]


class PracticeNonce(models.Model):
    """A signed link, or the nonce of an LTI launch, that the practice resource has taken: it is good
    once.
    """

    value = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)


class MonthOpenersQuerySet(models.QuerySet):
    def at_schools(self):
        return self.filter(school__isnull=False)

    def of_departments(self):
        return self.filter(school=None).exclude(department="")

    def of_the_region(self):
        return self.filter(school=None, department="")


class MonthOpeners(models.Model):
    """How many people of a school opened a resource at least once in a month, which is over: frozen
    at its close, and hidden there if it or another could be told from it.

    `month` is its first day. Without a school it is a department's sum, or the Region's. Somebody
    who opened it at two schools counts at both. `failures` isn't written any more, and goes with the next release.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="+")
    school = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="+", null=True, blank=True
    )
    department = models.CharField(max_length=3, blank=True)
    month = models.DateField()
    people = models.PositiveIntegerField(help_text="As counted, also where it is hidden.")
    is_hidden = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(null=True, blank=True)

    objects = MonthOpenersQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "resource", "department", "school"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "school", "month"],
                condition=Q(school__isnull=False),
                name="month_openers_once_a_school",
            ),
            models.UniqueConstraint(
                fields=["resource", "department", "month"],
                condition=Q(school__isnull=True),
                name="month_openers_once_a_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, {self.month:%Y-%m}"

    @property
    def shown(self) -> int | None:
        """None where it is hidden."""
        return None if self.is_hidden else self.people
