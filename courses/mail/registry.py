"""Which function writes which letter.

A letter's row holds a key such as `training.seat_confirmed`, never a path of the code: a letter
that waits is sent after its function has moved. Each function says its key with `@writes`. Its
module is called `notifications` (or lies in a package of that name), anywhere in an app of ours:
`discover` finds it by that name.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from django.apps import apps
from django.core.checks import CheckMessage, Error

from courses.mail.enums import LetterKeys
from courses.mail.exceptions import UnknownLetter


class LetterWriter(Protocol):
    """A registered function: writes the letter of an outbox row."""

    reason: Any  # a lazy translation
    opens_an_account: bool
    may_wait: bool

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...


PACKAGES = ("courses", "training", "continuity", "cms")
_writers: dict[str, LetterWriter] = {}


def writes(
    key: str, *, because, opens_an_account: bool = False, may_wait: bool = False
) -> Callable[[Callable], Callable]:
    """Register the function that writes the letter `key`.

    `because` is shown in the record of letters, also before the letter is written.
    `opens_an_account`: a link in it does, so the record doesn't hold its text.
    `may_wait`: a reader who wishes so has it in the summary of the day or week: nothing is lost if it
    is read five days later, and it carries no calendar and no file.
    """
    if opens_an_account and may_wait:
        raise ValueError(f"The letter {key} opens an account: somebody waits for it")

    def register(writer: Callable) -> Callable:
        if key in _writers and _name_of(_writers[key]) != _name_of(writer):
            raise ValueError(
                f"Two functions write the letter {key}: {_name_of(_writers[key])},"
                f" {_name_of(writer)}"
            )
        registered = cast(LetterWriter, writer)
        registered.reason, registered.opens_an_account = because, opens_an_account
        registered.may_wait = may_wait
        _writers[str(key)] = registered
        return writer

    return register


def writer_of(key: str) -> LetterWriter:
    """The function that writes this letter. Raises UnknownLetter."""
    discover()
    try:
        return _writers[key_now(key)]
    except KeyError:
        raise UnknownLetter(f"No function writes the letter {key!r}") from None


def key_now(kind: str) -> str:
    """The key of a letter that version 0.2.0 or an earlier one posted, by its function's path,
    while a release was under way.
    """
    where, separator, function = kind.partition(".notifications.")
    return f"{where.rpartition('.')[2]}.{function.rpartition('.')[2]}" if separator else kind


@cache
def discover() -> None:
    """Import every module of letters, so that its functions are registered."""
    for name in names_of_modules("notifications"):
        import_module(name)


def names_of_modules(called: str) -> list[str]:
    """Dotted names of our modules with that name, and of those in packages with that name."""
    found = []
    for config in apps.get_app_configs():
        if config.name in PACKAGES:
            root = Path(config.path)
            paths = [*root.rglob(f"{called}.py"), *root.rglob(f"{called}/*.py")]
            found += [
                ".".join((config.name, *path.relative_to(root).with_suffix("").parts))
                for path in paths
            ]
    return sorted(name.removesuffix(".__init__") for name in found)


def check_letters(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Every key has a function, and every function of ours a key that is declared."""
    discover()
    declared = {str(key) for keys in LetterKeys.__subclasses__() for key in keys}
    ours = {
        key for key, writer in _writers.items() if writer.__module__.partition(".")[0] in PACKAGES
    }
    missing = [
        Error(f"No function writes the letter {key}.", id="mail.E001")
        for key in sorted(declared - _writers.keys())
    ]
    return [
        *missing,
        *(
            Error(f"The letter {key} is in no LetterKeys.", id="mail.E002")
            for key in sorted(ours - declared)
        ),
    ]


def _name_of(writer: Callable) -> str:
    return f"{writer.__module__}.{writer.__qualname__}"
