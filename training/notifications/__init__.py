"""The letters of training, by noun. The outbox finds each by its key (`courses.mail.registry`):
a writer takes the row it is about, `to` and `details`, and gives a `Message`, or None when the
letter is no longer needed.
"""

from training.notifications.attendance import certificate_corrected as certificate_corrected
from training.notifications.attendance import certificate_issued as certificate_issued
from training.notifications.attendance import certificate_not_corrected as certificate_not_corrected
from training.notifications.attendance import certificate_revoked as certificate_revoked
from training.notifications.attendance import sheet_to_close as sheet_to_close
from training.notifications.enrolment import enrolment_cancelled as enrolment_cancelled
from training.notifications.enrolment import meeting_invitation as meeting_invitation
from training.notifications.enrolment import on_the_waiting_list as on_the_waiting_list
from training.notifications.enrolment import seat_confirmed as seat_confirmed
from training.notifications.enrolment import seat_from_waiting_list as seat_from_waiting_list
from training.notifications.evaluation import evaluation_open as evaluation_open
from training.notifications.leading import date_counts_after_all as date_counts_after_all
from training.notifications.leading import no_other_date as no_other_date
from training.notifications.leading import no_trainer_came as no_trainer_came
from training.notifications.leading import substitution as substitution
from training.notifications.material import material_added as material_added
from training.notifications.presence import presence_answered as presence_answered
from training.notifications.presence import presence_contested as presence_contested
from training.notifications.reminders import reminder as reminder
from training.notifications.room import plan_b as plan_b
from training.notifications.room import room_changed as room_changed
from training.notifications.seats import seats_given_back as seats_given_back
from training.notifications.session import held_seat_over as held_seat_over
from training.notifications.session import invited as invited
from training.notifications.session import meeting_update as meeting_update
from training.notifications.session import meeting_withdrawn as meeting_withdrawn
from training.notifications.session import message_to_participants as message_to_participants
from training.notifications.session import session_cancelled as session_cancelled
from training.notifications.session import session_language as session_language
from training.notifications.session import session_moved as session_moved
from training.notifications.session import session_restored as session_restored
from training.notifications.session import trainer_invitation as trainer_invitation
from training.notifications.session import trainer_is_back as trainer_is_back
