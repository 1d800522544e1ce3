"""Who a person is in another system: the key by which its files name them."""

from django.conf import settings
from django.db import models

LONGEST_KEY, LONGEST_NAMESPACE = 255, 60  # OneRoster: below 256


class Identity(models.Model):
    """A person's key in one system, such as an académie's directory. Keys are unique in it, names
    are not: a file finds a person by the key alone.

    Written by the roster. A login by another server opens the account by it once it is confirmed:
    the owner has typed the account's password beside it, or a set opened the account with it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    namespace = models.CharField(max_length=LONGEST_NAMESPACE)
    value = models.CharField(max_length=LONGEST_KEY)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["namespace", "value"], name="identity_once"),
            models.UniqueConstraint(
                fields=["person", "namespace"], name="identity_one_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.namespace}, {self.value}"
