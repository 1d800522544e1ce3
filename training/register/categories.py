"""Categories of personal data: for what they are held, who reads them and for how long."""

from django.utils.translation import gettext_lazy as _

from courses.digest.register import IN_A_ROLE, TEN_YEARS, THREE_YEARS, Category, Controller, Whose

CATEGORIES = (
    Category(
        key="enrolments",
        title=_(
            "Enrolments, place in the waiting list, wishes for resources and dates, and the reason if you"
            " gave one: of a cancellation, of a date given back, of a date on which you couldn’t come"
        ),
        purpose=_(
            "To hold the session, and to prove to the Region what was delivered. Where a certificate was"
            " issued, the enrolment stays as long as the certificate, with its dates and what you said of"
            " them."
        ),
        readers=_(
            "You and the académie’s training planners. The provider’s trainer sees a first name and"
            " a code, that you said you couldn’t come (no reason), and, from five people on, how many"
            " teach a subject. Nobody else reads your wishes, only how many there are."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF, Whose.TRAINERS),
        period=THREE_YEARS,
        order=60,
    ),
    Category(
        key="attendance",
        title=_("When you were in a session, and the minutes attested"),
        purpose=_(
            "To issue the certificate, which states them. If they are wrong, contest them on the"
            " page of your presence, within fourteen days. Who led a meeting, and who closed its sheet,"
            " stays with the session; the name goes with the account, but from certificates."
        ),
        readers=_(
            "You and the académie’s training planners. The provider’s trainer sees a first name and"
            " a code."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF, Whose.TRAINERS),
        period=THREE_YEARS,
        order=64,
    ),
    Category(
        key="certificates",
        title=_("Certificates, and requests to correct them"),
        purpose=_(
            "The proof, and its check by a code. The public page masks your name, unless you choose"
            " otherwise. A version that was replaced shows no name at all. A training planner can"
            " download the valid ones of a list in one file, which the server deletes after two days;"
            " who did is logged. A certificate names who led the training and who attested the hours, as"
            " long as it is kept, beyond their accounts, too."
        ),
        readers=_(
            "You, the académie’s training planners, and anyone to whom you give its code. The"
            " académie’s service that keeps account of training hours gets, for a school year, your"
            " login, your name as printed, your school, and the trainings with their hours."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF, Whose.TRAINERS),
        period=TEN_YEARS,
        order=66,
    ),
    Category(
        key="deliveries",
        title=_("Delivery notes with dates that you led"),
        purpose=_(
            "To prove to the Region what a provider delivered in a month, beside the invoice. A note"
            " names who led each date, as long as it is kept, beyond their accounts, too. Of"
            " participants it says how many there were, from five on, and no name. Of who was absent"
            " numbers are kept by month; those that are hidden are deleted from the second month"
            " after on."
        ),
        readers=_("The Region’s officers and the académie’s training planners."),
        controller=Controller.ACADEMIE,
        whose=(Whose.TRAINERS,),
        period=TEN_YEARS,
        order=70,
    ),
    Category(
        key="evaluations",
        title=_("What you thought of a session: four answers and a comment"),
        purpose=_(
            "To improve the trainings. Your enrolment leads to your answers for as long as you can"
            " change them, fourteen days as a rule; then the link is cut, and nobody can tell which"
            " are yours. That you answered stays with the enrolment, so that nobody answers twice."
        ),
        readers=_(
            "You. The session’s trainers and the académie’s training planners read the answers of"
            " all together, from five on, without names. A planner hides a comment that names"
            " somebody; after fourteen days its text is erased."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF,),
        period=THREE_YEARS,
        order=67,
    ),
    Category(
        key="advance_questions",
        title=_("What you asked the trainer of a session, and the answer"),
        purpose=_(
            "To let the trainer prepare what you need, and answer you. It goes with your seat if you"
            " give it back."
        ),
        readers=_("You. The session’s trainers, with your first name and the code of the session."),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF,),
        period=THREE_YEARS,
        order=65,
    ),
    Category(
        key="proposals",
        title=_("Dates that you proposed for trainings, and what became of them"),
        purpose=_("To plan sessions at dates that suit who leads them."),
        readers=_(
            "You, the trainers of your provider, and the académie’s training planners. Who of these"
            " answered isn’t shown to the provider."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.TRAINERS,),
        period=THREE_YEARS,
        order=63,
    ),
    Category(
        key="messages",
        title=_(
            "Messages and material for participants, and moves of a session, with who wrote them"
        ),
        purpose=_(
            "To tell participants what changed. Who leads a session stays with the session; the name goes"
            " with the account, but from certificates."
        ),
        readers=_(
            "The participants of the session, its trainers and the académie’s training planners. Who"
            " leads a session, and who does so in whose place, stands on its page, which anybody can"
            " open."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF, Whose.TRAINERS),
        period=THREE_YEARS,
        order=68,
    ),
    Category(
        key="training_calendar",
        title=_("The secret address of your trainings’ calendar, if you made one"),
        purpose=_("To read your dates in a calendar program."),
        readers=_("You, and whoever has the address."),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF, Whose.TRAINERS),
        period=IN_A_ROLE,
        order=69,
    ),
)
