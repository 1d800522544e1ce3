"""Who is invited to a session, and the link by which a person has no more of these emails."""

from datetime import datetime

from django.core import signing
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from courses.catalogue.models import Licence
from courses.people.models import Membership, Person
from training.enums import OpenTo, SessionState
from training.models import Enrolment, NoInvitations, Session

INVITATIONS_SALT = "training.no-invitations"


def teachers_to_invite(session: Session, *, now: datetime) -> QuerySet[Person]:
    """Teachers of the schools that the session is for, with an address, who want these emails. Not who
    leads it, has or had a seat or a turn in it, or is in another date of its training that is to
    come or going on: whose date was cancelled is invited, and who was in one that is over.

    Whether the right covers each is asked person by person: this is their most.
    """
    teaching = Membership.objects.current().teaching().filter(person=OuterRef("pk"))
    if session.open_to == OpenTo.SCHOOLS:
        teaching = teaching.filter(organisation__in=session.schools.values("pk"))
    elif session.open_to == OpenTo.SUBSCRIBERS:
        licences = Licence.objects.filter(resource=session.training.resource_id)
        first, *_rest = session.days
        teaching = teaching.filter(organisation__in=licences.on(first).values("school"))
    own = Enrolment.objects.filter(teacher=OuterRef("pk"))
    has_answered = own.filter(session=session)
    dates = Session.objects.to_come(now).filter(
        training=session.training_id, state=SessionState.OPEN
    )
    is_elsewhere = own.still_open().filter(session__in=dates.values("pk"))
    leads = Session.trainers.through.objects.filter(session=session, person=OuterRef("pk"))
    unwilling = NoInvitations.objects.filter(person=OuterRef("pk"))
    people = Person.objects.filter(Exists(teaching), is_active=True, email__isnull=False)
    return people.exclude(email="").filter(
        ~Exists(has_answered), ~Exists(is_elsewhere), ~Exists(leads), ~Exists(unwilling)
    )


def no_invitations_path(person: Person) -> str:
    """Opens the page on which this person has no more of these emails, without logging in."""
    token = signing.dumps(person.public_id, salt=INVITATIONS_SALT)
    return reverse("training_open:no_invitations", args=[token])
