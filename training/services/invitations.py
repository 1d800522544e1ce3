"""Invite all teachers who may attend a session: once, in batches, without those who want none."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from courses.mail.services import post
from courses.people.models import Person
from training import rules, tasks
from training.enums import Letters
from training.models import Invitation, NoInvitations, Session
from training.queries.invitations import INVITATIONS_SALT, teachers_to_invite
from training.queries.rights import rights_of_all
from training.services.session_revisions import hold_session

BATCH = 200
LONG_PAUSE = timedelta(hours=1)
PAUSE = timedelta(minutes=1)  # other letters, such as a password's link, don't wait behind all


def invite(*, session: Session, by: Person, now: datetime | None = None) -> Invitation:
    """Invite those who may attend. Idempotent. The worker writes the letters, a batch a minute.
    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        session = hold_session(session)
        if already := Invitation.objects.filter(session=session).first():
            return already
        if refusal := rules.why_not_invite(session, now=now):
            raise refusal
        invitation = Invitation.objects.create(session=session, by=by, at=now)
        tasks.invite_teachers.enqueue(invitation.pk, 0)
        log(instance=session, action="training.invite", user=by)
    return invitation


def write_batch(pk: int, after: int, *, now: datetime | None = None) -> int:
    """Write to the next teachers by primary key, those who may attend, and ask for the batch after.
    Says to how many. Run twice, each gets one email. While nobody can enrol it waits.
    """
    now = now or timezone.now()
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=pk)
        session = Session.objects.with_page_rows().get(pk=invitation.session_id)
        left = teachers_to_invite(session, now=now).filter(pk__gt=after)
        batch = list(left.order_by("pk")[:BATCH])
        if not batch or session.starts_at <= now:
            Invitation.objects.filter(pk=pk, done_at=None).update(done_at=now)
            return 0
        if rules.why_not_invite(session, now=now):  # cancelled, or closed: it may come back
            tasks.invite_teachers.using(run_after=now + LONG_PAUSE).enqueue(pk, after)
            return 0
        rights = rights_of_all(Person.objects.filter(pk__in=[one.pk for one in batch]))
        may_attend = [one for one in batch if rights[one.pk].cover(session)]
        new = 0
        for person in may_attend:
            letter = post(
                Letters.INVITED,
                about=session,
                to=person,
                key=f"invited:{session.pk}:{person.pk}",
            )
            new += letter.posted_at >= now
        Invitation.objects.filter(pk=pk).update(written=F("written") + new)
        tasks.invite_teachers.using(run_after=now + PAUSE).enqueue(pk, batch[-1].pk)
    return new


def refuse(person: Person) -> NoInvitations:
    """Record that the person wants no invitations. Idempotent."""
    return NoInvitations.objects.get_or_create(person=person)[0]


def accept_again(person: Person) -> None:
    NoInvitations.objects.filter(person=person).delete()


def person_of(token: str) -> Person | None:
    """Whose link it is; None if it isn't ours."""
    try:
        public_id = signing.loads(token, salt=INVITATIONS_SALT)
    except signing.BadSignature:
        return None
    return Person.objects.filter(public_id=public_id, is_active=True).first()
