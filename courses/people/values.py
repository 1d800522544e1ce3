"""How names are written: directory names as French writes them, names of people as they are kept."""

import datetime
import math
import re
import secrets
import unicodedata
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

LONGEST_NAME = 80  # characters of a person's first, family or usage name
CEDEX = re.compile(r"\s+cedex(\s+\d+)?$", re.IGNORECASE)
APOSTROPHE = re.compile(r"['’]")
WORD = re.compile(r"[^\W_]+(?:\.(?=\s|$))?")
ROMAN = re.compile(r"[IVX]{2,}")

# Small words stay small inside a name: Pierre de Coubertin, Forges-les-Eaux.
SMALL = frozenset(
    {
        "d",
        "l",
        "de",
        "du",
        "des",
        "le",
        "la",
        "les",
        "lès",
        "en",
        "sur",
        "sous",
        "et",
        "à",
        "au",
        "aux",
        "par",
        "pour",
    }
)
# An article is small only after one of these, or between hyphens: de la Providence, but Lycée Le
# Corbusier.
LETS_AN_ARTICLE_BE_SMALL = frozenset({"d", "de", "à", "et", "par", "pour", "en", "sur", "sous"})
ARTICLES = frozenset({"l", "le", "la", "les"})
# The article of a by-name is small: Guillaume le Conquérant, Carentan les Marais.
BY_NAMES = frozenset({"conquérant", "marais"})
ABBREVIATIONS = frozenset(
    {
        "CFA",
        "EREA",
        "ITEP",
        "LEGTA",
        "LEGTPA",
        "LGT",
        "LP",
        "LPA",
        "LPO",
        "LPP",
        "MFR",
        "SEGPA",
        "SEP",
    }
)
# What a school is, as against what it is called.
COMMON = frozenset(
    """académie agricole agroalimentaire agroalimentaires aquacole association bâtiment centre coiffure courses développement
    enseignement esthétique forestier formation formations général générale hippiques horticole horticulture hôtelier hôtelière
    industrielle lycée lycées maritime métiers paysage polyvalent polyvalente principal privé privée professionnel professionnelle
    rural rurale section site technique technologique tourisme""".split()  # noqa: SIM905
)
# The directory's own slips.
SLIPS = {"Alenèon": "Alençon"}


def title_case_fr(name: str) -> str:
    """The name of a school or a town as French writes it; words that aren't in capitals are left as
    they are.

    LYCÉE PRIVÉ JEANNE D'ARC → Lycée privé Jeanne d’Arc; BAYEUX CEDEX → Bayeux.
    """
    name = APOSTROPHE.sub("’", CEDEX.sub("", " ".join(name.split())))
    words = list(WORD.finditer(name))
    pieces, end = [], 0
    for place, word in enumerate(words):
        before = name[end : word.start()]
        following = words[place + 1].group().lower() if place + 1 < len(words) else ""
        previous = words[place - 1].group().lower() if place else ""
        pieces += [before, _written(word.group(), before, previous, following)]
        end = word.end()
    return "".join([*pieces, name[end:]])


def _written(word: str, before: str, previous: str, following: str) -> str:
    """One word. `before` is what stands between it and the previous one."""
    low = word.lower()
    if word[0].isdigit():
        return low
    if not word.isupper() or word in ABBREVIATIONS or ROMAN.fullmatch(word):
        return SLIPS.get(word, word)
    if not previous:
        return low.capitalize()
    if low in ARTICLES:
        small = (
            "-" in before.strip(" ")
            or previous in LETS_AN_ARTICLE_BE_SMALL
            or following in BY_NAMES
        )
        return low if small and before != " - " else low.capitalize()
    if low in SMALL or low in COMMON:
        return low
    return SLIPS.get(low.capitalize(), low.capitalize())


# Of the departments of Normandie
DEPARTMENT_NAMES = {
    "14": "Calvados",
    "27": "Eure",
    "50": "Manche",
    "61": "Orne",
    "76": "Seine-Maritime",
}


def department_words(code: str) -> str:
    """Its name beside its number, which directories write with two digits or three; of another region the
    number alone.
    """
    name = DEPARTMENT_NAMES.get(code.lstrip("0"))
    return f"{name} ({code})" if name else code


# Names of people

# Marks and embeddings that turn what stands beside a name (UAX 9); the letters of such scripts need
# none of them here.
TURNING_MARKS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
JOINERS = "\u200c\u200d"  # scripts that need them write them between letters


def tidy_name(typed: str) -> str:
    """A name as it is kept: composed (NFC), without turning marks, single spaces."""
    return " ".join(unicodedata.normalize("NFC", typed.translate(TURNING_MARKS)).split())


def folded(text: str) -> str:
    """Without accents, in small letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.casefold()


def plain(name: str) -> str:
    """Letters and figures alone: “2de 4” and “2DE4” are one class, “Lévêque-Noël” and “LEVEQUE
    NOEL” one name.
    """
    bare = folded(name).replace("œ", "oe").replace("æ", "ae")
    return re.sub(r"[\W_]", "", bare)


def in_register_order(person: Any) -> tuple[str, str, int]:
    """The key by which a class register is sorted: Étienne between Esnault and Fabre, which
    databases don't agree on.
    """
    return folded(person.family_name), folded(person.given_name), person.pk


def has_controls(text: str) -> bool:
    """Control, format, private or unassigned characters: nothing that a name is written with."""
    return any(unicodedata.category(c)[0] == "C" and c not in JOINERS for c in text)


# The link that confirms an email address

ADDRESS_SALT = "courses.people.address"
LINK_SECONDS = 3 * 24 * 60 * 60


def address_code(public_id: str, before: str | None, address: str) -> str:
    """Return the code of the link: whose, from which address to which."""
    return signing.dumps([public_id, before or "", address], salt=ADDRESS_SALT)


def read_address_code(code: str) -> tuple[str, str, str]:
    """Return what was given to `address_code`.

    Raises `signing.BadSignature` when it isn't ours, or is too old.
    """
    public_id, before, address = signing.loads(code, salt=ADDRESS_SALT, max_age=LINK_SECONDS)
    return public_id, before, address


# Logging in


@dataclass(frozen=True)
class Pause:
    """After `free` wrong passwords each further one makes a pause:

    1, 2, 4, … seconds, `longest` at most.
    """

    free: int
    longest: int

    def left(self, count: int, last_at: datetime.datetime, now: datetime.datetime) -> int:
        """Whole seconds until the next try, 0 for none."""
        if count < self.free:
            return 0
        pause = min(2 ** min(count - self.free, 10), self.longest)
        return max(0, math.ceil(pause - (now - last_at).total_seconds()))


# In the session of whoever is logged in: whether the login had a second step.
PASSED_SECOND_FACTOR = "second_factor"
DEVICE_COOKIE = "device"
DEVICE_SALT = "courses.people.device"
DEVICE_SECONDS = 365 * 24 * 60 * 60
ACCOUNTS_OF_A_DEVICE = 10


@dataclass(frozen=True)
class LoginDevice:
    """A browser in which these accounts have logged in: a random code, and the persons' primary
    keys, the latest last.
    """

    code: str
    accounts: tuple[str, ...] = ()

    @classmethod
    def read(cls, cookie: str) -> "LoginDevice":
        """A new device where the cookie is empty, too old or not ours."""
        try:
            code, accounts = signing.loads(cookie, salt=DEVICE_SALT, max_age=DEVICE_SECONDS)
        except signing.BadSignature:
            return cls(secrets.token_urlsafe(12))
        return cls(code, tuple(accounts))

    def with_account(self, account: str) -> "LoginDevice":
        others = [known for known in self.accounts if known != account]
        return LoginDevice(self.code, tuple([*others, account][-ACCOUNTS_OF_A_DEVICE:]))

    def cookie(self) -> str:
        return signing.dumps([self.code, self.accounts], salt=DEVICE_SALT)

    def known_as(self, account: str) -> str:
        """The device's code for an account that it knows, else an empty string."""
        return self.code if account in self.accounts else ""


# The first that matches: Edge and Opera call themselves Chrome, too, and Chrome calls itself
# Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
}
BROWSERS |= {"CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
}
SYSTEMS |= {"Mac OS X": "macOS", "Linux": "Linux"}


def device_name(user_agent: str) -> str:
    """Browser and system, such as "Firefox, Windows"; empty where neither is known."""
    names = (
        next((name for sign, name in table.items() if sign in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, names))


# A guardian's new link, between the press that made it and the page that shows it

NEW_LINKS = "guardian_links"  # in the session


def keep_new_link(session: MutableMapping[str, Any], of: str, token: str) -> None:
    """`of`: the guardianship's public id."""
    session[NEW_LINKS] = {**session.get(NEW_LINKS, {}), of: token}


def take_new_link(session: MutableMapping[str, Any], of: str) -> str:
    """Return the link's secret part once, then an empty text: the next page leaves it out."""
    links = dict(session.get(NEW_LINKS, {}))
    token: str = links.pop(of, "")
    if token:
        session[NEW_LINKS] = links
    return token


def shortened(address: str) -> str:
    """An email address as its owner recognises it: first letter and domain. Empty stays empty."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if domain else ""
