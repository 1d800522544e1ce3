"""Personal data in licences: which teachers they name."""

from courses.digest.register import Holding, Register

REGISTER = Register(
    holdings=(
        Holding(
            "courses.Licence",
            "memberships",
            about=("teachers",),
            fields=("resource", "school", "since", "until"),
            other=("scope", "subjects", "teachers", "contact"),
            leaving_blank={"teachers": None},
        ),
    ),
    unrelated=("courses.Resource", "courses.ProviderProfile", "courses.ResourceCost"),
)
