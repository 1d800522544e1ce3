"""Rules of training: pure functions of loaded rows. One module a noun.

The page shows the very sentence that the service raises.
"""

from training.rules.attendance import (
    is_only_in_the_list,
    is_seen_nowhere,
    needs_a_reason,
    why_not_attest,
    why_not_close,
    why_not_close_as_measured,
    why_not_close_unmarked,
    why_not_correct,
    why_not_list,
    why_not_mark_all,
    why_not_regularise,
    why_not_state_hours,
)
from training.rules.certificates import (
    why_no_archive,
    why_not_ask_for_correction,
    why_not_refuse,
    why_not_replace,
    why_not_revoke,
    why_not_this_change,
    why_not_withdraw,
)
from training.rules.contests import (
    contested_until,
    is_the_answer,
    why_not_answer_contest,
    why_not_claim,
    why_not_contest,
)
from training.rules.deliveries import (
    is_month_settled,
    is_outdated,
    why_no_box,
    why_not_answer_note,
    why_not_any_more,
    why_not_contest_note,
    why_not_correct_note,
    why_not_deliver,
    why_not_from_page,
    why_not_judge,
    why_not_write_month,
)
from training.rules.enrolment import (
    BY_A_LICENCE,
    NOBODY_NAMED,
    are_subjects_shown,
    dates_as_read,
    how_to_decline,
    percent_of_date,
    percent_within_reach,
    takes_place_later,
    why_no_notice,
    why_no_right,
    why_not_admit,
    why_not_cancel,
    why_not_change_dates_of,
    why_not_come_after_all,
    why_not_enrol,
    why_not_excuse,
    why_not_give_back_date,
    why_not_invite,
    why_not_now,
    why_not_press,
    why_not_take_date_again,
    why_not_these_times,
    why_not_wish,
)
from training.rules.evaluation import (
    evaluated_from,
    evaluated_until,
    open_evaluations,
    why_no_results,
    why_not_evaluate,
    why_not_hide,
    why_not_show_again,
)
from training.rules.late_entry import (
    has_seat_for_late_entry,
    is_certificate_within_reach,
    what_late_entry_gives,
    why_not_enter_late,
    why_not_place,
)
from training.rules.leading import (
    is_date_owed,
    is_known_who_leads,
    leads_date,
    may_read_names,
    substitute_has_access,
    why_not_record_missed,
    why_not_substitute,
    why_not_take_back_substitute,
    why_not_this_substitute,
    why_not_undo_missed,
)
from training.rules.material import (
    why_not_deposit,
    why_not_put_back,
    why_not_this_link,
    why_not_this_material,
)
from training.rules.other_dates import (
    held_seat_until,
    is_admitted_elsewhere,
    is_on_other_days,
    why_not_change_date,
    why_not_leave,
    why_not_take_held,
)
from training.rules.proposals import (
    are_as_proposed,
    overlapping,
    why_not_answer_proposal,
    why_not_decline_proposal,
    why_not_propose,
    why_not_these_proposed,
)
from training.rules.questions import (
    why_not_answer,
    why_not_ask,
    why_not_change_question,
    why_not_withdraw_question,
)
from training.rules.reminders import (
    due_reminders,
    is_time_to_tell_of_seats,
    is_told_by_a_reminder,
    question_told_from,
    wants_reminder,
)
from training.rules.rights import (
    how_long_a_seat_is_held,
    how_long_seats_are_held,
    right_asked_from,
    seat_held_until,
    state_by_right,
)
from training.rules.rooms import (
    why_not_announce,
    why_not_set_room,
    why_not_these_fields,
    why_not_this_address,
)
from training.rules.sessions import (
    is_told_at_once,
    why_no_sign_in,
    why_not_add_meeting,
    why_not_cancel_meeting,
    why_not_cancel_session,
    why_not_change,
    why_not_delete,
    why_not_go_on,
    why_not_leave_out,
    why_not_lower_capacity,
    why_not_move,
    why_not_open,
    why_not_other_threshold,
    why_not_plan,
    why_not_restore,
    why_not_stop_after,
    why_not_these_trainers,
)
from training.rules.waiting_list import (
    free_seats_pass,
    how_seats_go,
    last_hour_of,
    offer_ends_at,
    offer_hours,
    offers_from,
    phase,
    seats_for_a_press,
    what_comes_next,
    where_a_seat_goes,
    where_extra_seats_go,
    who_comes_first,
    why_not_take,
    why_not_yet,
)
