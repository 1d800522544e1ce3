"""How names are written: directory names as French writes them."""

import re

CEDEX = re.compile(r"\s+cedex(\s+\d+)?$", re.IGNORECASE)
APOSTROPHE = re.compile(r"['’]")
WORD = re.compile(r"[^\W_]+(?:\.(?=\s|$))?")
ROMAN = re.compile(r"[IVX]{2,}")

# Small words stay small inside a name: Pierre de Coubertin, Forges-les-Eaux.
SMALL = frozenset({"d", "l", "de", "du", "des", "le", "la", "les", "lès", "en", "sur", "sous", "et", "à", "au", "aux", "par", "pour"})
# An article is small only after one of these, or between hyphens: de la Providence, but Lycée Le Corbusier.
LETS_AN_ARTICLE_BE_SMALL = frozenset({"d", "de", "à", "et", "par", "pour", "en", "sur", "sous"})
ARTICLES = frozenset({"l", "le", "la", "les"})
# The article of a by-name is small: Guillaume le Conquérant, Carentan les Marais.
BY_NAMES = frozenset({"conquérant", "marais"})
ABBREVIATIONS = frozenset({"CFA", "EREA", "ITEP", "LEGTA", "LEGTPA", "LGT", "LP", "LPA", "LPO", "LPP", "MFR", "SEGPA", "SEP"})
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
    """The name of a school or a town as French writes it; words that aren't in capitals are left as they are.

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
        small = "-" in before.strip(" ") or previous in LETS_AN_ARTICLE_BE_SMALL or following in BY_NAMES
        return low if small and before != " - " else low.capitalize()
    if low in SMALL or low in COMMON:
        return low
    return SLIPS.get(low.capitalize(), low.capitalize())
