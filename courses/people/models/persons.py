"""Persons, memberships, subjects. The person is the user."""

import datetime
from functools import cached_property

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.mail.enums import MailRhythm, ReminderTimes
from courses.people.enums import KEEPS_STUDENTS, Language, Role
from courses.people.models.organisations import Organisation


def today() -> datetime.date:
    """The day it is in Paris."""
    return timezone.localdate()


class Subject(models.Model):
    """Subject taught: mathematics, history-geography."""

    code = models.SlugField(max_length=40, unique=True)
    title_fr = models.CharField(_("title in French"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if translation.get_language() == "en" else self.title_fr


class PersonQuerySet(models.QuerySet):
    def with_address(self, address: str):
        """The one whose email address it is, whatever the capitals."""
        return self.filter(email__iexact=address.strip())

    def adults(self):
        """All but students: of today, of days to come, or of the past without any other role since.

        A student is the school's: the académie neither lists nor changes one.
        """
        held = Membership.objects.filter(person=OuterRef("pk"))
        still = held.filter(Q(until__isnull=True) | Q(until__gte=today()), role=Role.STUDENT)
        return self.exclude(Exists(still)).filter(
            ~Exists(held.filter(role=Role.STUDENT)) | Exists(held.exclude(role=Role.STUDENT))
        )

    def registrars(self):
        """Who holds the role today."""
        held = Membership.objects.current().filter(role=Role.REGISTRAR)
        return self.filter(pk__in=held.values("person"), is_active=True)

    def of_registrars(self):
        """The adults whom registrars list and change: not who has only ever been a guardian, whom
        a school's leader enters.
        """
        held = Membership.objects.filter(person=OuterRef("pk"))
        return self.adults().filter(
            ~Exists(held.filter(role=Role.GUARDIAN)) | Exists(held.exclude(role=Role.GUARDIAN))
        )

    def kept_by(self, registrar):
        """Superusers are nobody's to look at or change but a superuser's."""
        people = self.of_registrars()
        return people if registrar.is_superuser else people.filter(is_superuser=False)

    def annotate_lower_email(self):
        return self.annotate(lower_email=Lower("email"))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]  # a base class made by a call
    """Logins are lower case; a person without an email address has NULL, never an empty string."""

    def get_by_natural_key(self, username):
        return self.get(login=username.lower())

    def create_user(self, login, password=None, **fields):
        person = self.model(login=login, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, login, password=None, **fields):
        return self.create_user(login, password, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with a login. Erasing anonymises the row, never deletes it."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    login = models.CharField(_("login"), max_length=60, unique=True)
    email = models.EmailField(_("email address"), null=True, blank=True)  # noqa: DJ001 (unique when set)
    given_name = models.CharField(_("first name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80)
    usage_name = models.CharField(
        _("usage name"),
        max_length=80,
        blank=True,
        help_text=_("Printed instead of the family name, if you use another one."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.FRENCH
    )
    mail_rhythm = models.CharField(
        _("emails that may wait"),
        max_length=8,
        choices=MailRhythm,
        default=MailRhythm.AT_ONCE,
        db_default=MailRhythm.AT_ONCE,
    )
    reminders = models.CharField(
        _("reminders of trainings"),
        max_length=4,
        choices=ReminderTimes,
        default=ReminderTimes.BOTH,
        db_default=ReminderTimes.BOTH,
    )
    # A reminder whose time was before this choice isn't sent late.
    reminders_chosen_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Whether page views are counted, without the name (cms/indicators); the person's own choice.
    is_counted = models.BooleanField(
        _("page views are counted"), default=True, db_default=True, editable=False
    )
    is_active = models.BooleanField(_("may log in"), default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Emails to this address come back since then: true of the person as long as it is still theirs.
    returned_address = models.EmailField(blank=True, editable=False, default="", db_default="")
    returned_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Set while the password is the one of a printed slip: from this moment on it only opens the
    # page that replaces it.
    paper_password_ends_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["given_name", "family_name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["family_name", "given_name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                condition=Q(login=Lower("login")), name="person_login_lower_case"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="person_email_null_not_empty"),
            models.CheckConstraint(
                condition=Q(returned_address="", returned_since__isnull=True)
                | (~Q(returned_address="") & Q(returned_since__isnull=False)),
                name="person_returned_address_since",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args, **kwargs):
        self.login = self.login.lower()
        self.email = self.email or None
        super().save(*args, **kwargs)

    @property
    def last_name(self) -> str:
        """The name in use. Wagtail's lists read it, too."""
        return self.usage_name or self.family_name

    @property
    def first_name(self) -> str:
        return self.given_name

    @property
    def display_name(self) -> str:
        if self.erased_at:
            return gettext("erased account")
        return f"{self.given_name} {self.last_name}".strip() or self.login

    @property
    def full_name(self) -> str:
        """All three names: what a change of name is told by."""
        usage = f" ({self.usage_name})" if self.usage_name else ""
        return f"{self.given_name} {self.family_name}{usage}".strip()

    @property
    def printed_name(self) -> str:
        """First name then NAME, as on a French certificate."""
        if self.erased_at:
            return self.display_name
        return f"{self.given_name} {self.last_name.upper()}".strip()

    @property
    def register_name(self) -> str:
        """NAME then first name, as lists are read that stand in the order of a register."""
        if self.erased_at:
            return self.display_name
        return f"{self.last_name.upper()} {self.given_name}".strip()

    @property
    def returns_mail(self) -> bool:
        """Whether emails to the address of today come back."""
        return bool(self.email) and (self.email or "").lower() == self.returned_address.lower()

    @property
    def device_key(self) -> str:
        """The name under which a browser keeps this person's drafts and waiting photos, so that
        nobody else there is shown them.
        """
        return salted_hmac("people.device", str(self.pk), algorithm="sha256").hexdigest()[:16]

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.given_name

    @cached_property
    def held_memberships(self) -> list["Membership"]:
        """Those of any time, with their organisations: one query, kept for the request."""
        return list(self.memberships.select_related("organisation"))

    @cached_property
    def current_memberships(self) -> list["Membership"]:
        """Those of `held_memberships` that hold today."""
        day = today()
        return [one for one in self.held_memberships if one.holds_on(day)]

    def forget_memberships(self) -> None:
        """Have them read anew by who asks next."""
        for name in ("held_memberships", "current_memberships"):
            self.__dict__.pop(name, None)

    @cached_property
    def kept(self) -> dict:
        """Per-request memo on the user object: the first answer reads it, the others
        find it here.
        """
        return {}

    @property
    def is_adult(self) -> bool:
        """Whether names and address are the person's own to change; a student's are the school's.

        One query.
        """
        return Person.objects.adults().filter(pk=self.pk).exists()

    @property
    def roles(self) -> frozenset[str]:
        """The roles held today."""
        return frozenset(m.role for m in self.current_memberships)

    @property
    def schools(self) -> list[Organisation]:
        """Where the person teaches today."""
        return self.places_as(Role.TEACHER)

    @property
    def keeps_students_of(self) -> list[Organisation]:
        """The schools whose students the person may change: as their leader, or named by the
        leader.
        """
        return list(
            dict.fromkeys(
                m.organisation for m in self.current_memberships if m.role in KEEPS_STUDENTS
            )
        )

    def places_as(self, role: str) -> list[Organisation]:
        """The organisations in which the person holds that role today."""
        return [m.organisation for m in self.current_memberships if m.role == role]


class MembershipQuerySet(models.QuerySet):
    def on(self, day: datetime.date | OuterRef):
        """Those that hold on that day; both ends are inclusive."""
        return self.filter(Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day))

    def current(self):
        return self.on(today())

    def teaching(self):
        return self.filter(role=Role.TEACHER)


class Membership(models.Model):
    """A person's role in an organisation, from a day to a day (inclusive), or open."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    since = models.DateField(_("from"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)
    subjects = models.ManyToManyField(
        Subject, verbose_name=_("subjects"), blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "since"], name="membership_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"

    def holds_on(self, day: datetime.date) -> bool:
        """The same as `MembershipQuerySet.on`."""
        return self.since <= day and (self.until is None or day <= self.until)
