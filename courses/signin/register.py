"""Personal data of logging in through an identity provider: no name."""

from courses.digest.register import Holding, Register, before, before_day

REGISTER = Register(
    holdings=(
        Holding(
            "courses.ProviderTicket",
            "logins",
            secret=("mark", "session_mark", "user_mark", "session_key"),
            other=("provider", "at"),
            past=before("at"),
        ),
        Holding(
            "courses.SamlLogin",
            "logins",
            secret=("once", "answer"),
            other=("provider", "asked_at", "answered_at"),
            past=before("asked_at"),
        ),
        Holding(
            "courses.UnknownIdentity",
            "logins",
            secret=("mark", "reference", "namespace", "value"),
            other=("provider", "day", "times"),
            past=before_day("day"),
        ),
    ),
    unrelated=("courses.IdentityProvider",),
)
