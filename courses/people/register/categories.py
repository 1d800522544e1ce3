"""What people read of accounts, places and letters: purpose, readers, how long."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.digest.register import (
    ACCOUNT,
    ONE_YEAR,
    SCHOOL_YEAR,
    THIRTY_DAYS,
    Category,
    Controller,
    Whose,
)

EVERYBODY = (Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF, Whose.TRAINERS)

CATEGORIES = (
    Category(
        key="account",
        title=_("Name, login, language, email address"),
        purpose=_(
            "To recognise you, to write to you, to print your name. Students have no email address"
            " here. A student who is in no class for half a year counts as having left."
        ),
        readers=_(
            "You, and the people in charge of the accounts of your school or organisation. Whoever"
            " reads something of you, as said below, sees your name with it, unless it says"
            " otherwise. The name of who leads a training stands on its page, which anybody can open."
        ),
        controller=Controller.SCHOOL,
        whose=EVERYBODY,
        period=ACCOUNT,
        child_title=pgettext_lazy("to a child", "Your name and your login"),
        child_text=pgettext_lazy(
            "to a child",
            "Your school sends them. Your teachers, the school’s leaders and its office see your name;"
            " in a video class, the others see your first name. If you are in no class for half"
            " a year, you count as having left.",
        ),
        order=10,
    ),
    Category(
        key="memberships",
        title=_("School or organisation, role, subjects"),
        purpose=_("To open what belongs to your role, and nothing else."),
        readers=_(
            "You, your school’s leaders, and the people in charge of accounts. The académie’s training"
            " planners see the school of who enrols; the page of a training names the provider of who"
            " leads it."
        ),
        controller=Controller.SCHOOL,
        whose=EVERYBODY,
        period=ACCOUNT,
        child_title=pgettext_lazy("to a child", "Your school"),
        child_text=pgettext_lazy(
            "to a child", "So that you see your school’s pages, and not another’s."
        ),
        order=12,
    ),
    Category(
        key="classes",
        title=_("Classes, groups and options"),
        purpose=_("To show a class its week, and a teacher their classes."),
        readers=_(
            "You, the teachers of the class, the class tutor, your school’s leaders and its office;"
            " guardians, where the school lets them follow the week. The students of a class see who"
            " is its tutor."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.STAFF),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your class and your groups"),
        child_text=pgettext_lazy(
            "to a child",
            "So that you see your own week. Your teachers, the school’s leaders and its office see"
            " them, and your guardians if your school lets them follow your week.",
        ),
        order=14,
    ),
    Category(
        key="guardians",
        title=_("Guardians of a student, their legal quality, personal links; of age, yes or no"),
        purpose=_(
            "To show guardians the week of their child, where the school has switched this on. No"
            " family situation, no reason and no date of birth is stored; of what a directory’s file"
            " says, only key, names, email address and legal quality. Of a personal link only"
            " a hash is stored. That somebody is a guardian is kept as long as it holds, and then until 31"
            " August. That somebody was a guardian who signed for what is still lent is kept until"
            " everything is back: it says who is told of it by email. That a student is of age, what the"
            " student decided then, and what a file said of a guardian stays as long"
            " as the account of the student."
        ),
        readers=_(
            "The school’s leaders, the guardian, and the student; the school’s office, to name who signs"
            " for what is lent. Another guardian sees nothing of it."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.GUARDIANS),
        period=SCHOOL_YEAR,
        child_title=pgettext_lazy("to a child", "Your guardians"),
        child_text=pgettext_lazy(
            "to a child",
            "If your school has switched it on, they see your week, your teachers’ answers, your"
            " absences, what the school lends you, and what was asked for and decided. That they are"
            " your guardians is kept as long as it holds, and then until 31 August. Once of age, you"
            " decide; that, and what a file of the académie said of them, stays as long as your"
            " account.",
        ),
        order=15,
    ),
    Category(
        key="roster",
        title=_("Key in the files of classes, teachers and guardians, and what these changed"),
        purpose=_(
            "To find you again in the files by which the académie or your school’s software sends"
            " classes, their teachers and guardians, by your name only where somebody of your school says"
            " that it is you, and when you log in by an ENT; the key may come from such a login, which"
            " your school or the registrars linked to your account. Of these files, no postal address,"
            " telephone number, password or INE is stored, no email address of a student, and no birth"
            " date: only whether a student is of age, and the day on which that comes while it lies"
            " within 60 days. Names of a file that waits for a yes, and email addresses of teachers and"
            " guardians, are deleted when the file is applied or set aside; of new people who could not"
            " be entered, two weeks after it came. What one file changed is erased after 30 days."
        ),
        readers=_(
            "Your school’s leaders and office. Adults see their key in their profile; the registrars of"
            " the académie see those of teachers, trainers and staff."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STUDENTS, Whose.GUARDIANS, Whose.STAFF, Whose.TRAINERS),
        period=ACCOUNT,
        child_title=pgettext_lazy(
            "to a child", "Your key in the files of classes, and what these changed"
        ),
        child_text=pgettext_lazy(
            "to a child",
            "So that the files of the académie or of your school’s software put you into the right"
            " class and, where there is an ENT, its login opens your account. They may also say whether"
            " you are of age. Your school’s leaders and office see what they change. What one file changed"
            " is erased after 30 days.",
        ),
        order=18,
    ),
    Category(
        key="teachings",
        title=_("Which classes a teacher has, and in which subject"),
        purpose=_("To open to a teacher the weeks, rolls and work of their classes."),
        readers=_(
            "The students of the class, its teachers, the class tutor, and your school’s leaders."
        ),
        controller=Controller.SCHOOL,
        whose=(Whose.STAFF,),
        period=ACCOUNT,
        order=16,
    ),
    Category(
        key="corrections",
        title=_("Requests to correct something, and the answers"),
        purpose=_("To correct what is wrong, and to prove that you were answered."),
        readers=_(
            "You, and who answers: your school’s leaders, for students its office, too; else the"
            " registrars of the académie."
        ),
        controller=Controller.SCHOOL,
        whose=EVERYBODY,
        period=ONE_YEAR,
        child_title=pgettext_lazy("to a child", "What you asked to have corrected"),
        child_text=pgettext_lazy(
            "to a child",
            "You, and the school’s leaders and office, who answer you. One year from the answer.",
        ),
        order=78,
    ),
    Category(
        key="letters",
        title=_("Emails that were sent"),
        purpose=_(
            "To show you what was written to you, to send it again, and to say that an address"
            " returns emails. A link that opens an account is erased once it is used or expired."
        ),
        readers=_("You. The people in charge of accounts see that an email went, not its text."),
        controller=Controller.ACADEMIE,
        whose=(Whose.GUARDIANS, Whose.STAFF, Whose.TRAINERS),
        period=ONE_YEAR,
        order=80,
    ),
    Category(
        key="logins",
        child_title=pgettext_lazy("to a child", "Your logins"),
        child_text=pgettext_lazy(
            "to a child",
            "To keep you logged in, and to slow down whoever tries passwords. You see them in your"
            " profile.",
        ),
        title=_("Where you are logged in; counts of wrong passwords, and of who isn’t known here"),
        purpose=_(
            "To show you your sessions, to slow down whoever guesses passwords or asks for many emails"
            " with a link, to accept the answer of an ENT once and to end its session with it, and to"
            " count how many people an ENT knows who have no account here. No network address and"
            " nothing typed is stored. Of an ENT’s answer the identifier alone may be: of whoever has"
            " no account here, under a reference, 30 days at most; and where the ENT speaks"
            " SAML, with your session, nine hours at most, to end the ENT’s session, too."
        ),
        readers=_(
            "You see your own sessions. Nobody sees another’s. Whoever connects an ENT sees how many"
            " of its people a day weren’t let in."
        ),
        controller=Controller.ACADEMIE,
        whose=EVERYBODY,
        period=THIRTY_DAYS,
        order=92,
    ),
    Category(
        key="second_step",
        title=_("The second step of your login, and since when you have one"),
        purpose=_(
            "To ask for a code after your password, so that the password alone opens nothing. Of"
            " recovery codes only a hash is stored."
        ),
        readers=_(
            "You. The registrars of the académie see that you have one and since when, to take it off"
            " where the phone is lost."
        ),
        controller=Controller.ACADEMIE,
        whose=(Whose.STAFF, Whose.TRAINERS),
        period=ACCOUNT,
        order=91,
    ),
)
