"""Who a person is in another system: the key by which its files name them."""

from django.conf import settings
from django.db import models

LONGEST_KEY, LONGEST_NAMESPACE = 255, 60  # OneRoster: below 256


class Identity(models.Model):
    """A person's key in one system, such as an académie's directory. Keys are unique in it, names
    are not: a file finds a person by the key alone.

    Written by the roster.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    namespace = models.CharField(max_length=LONGEST_NAMESPACE)
    value = models.CharField(max_length=LONGEST_KEY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["namespace", "value"], name="identity_once"),
            models.UniqueConstraint(
                fields=["person", "namespace"], name="identity_one_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.namespace}, {self.value}"
