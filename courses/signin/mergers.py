"""What becomes of a school's providers when it goes on as another."""

from courses.people.services.mergers import Follows, follow_once

MERGERS = [
    Follows("courses.IdentityProvider_schools.organisation", follow_once("identityprovider"))
]
