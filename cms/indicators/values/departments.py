"""Names of the departments of Normandie."""

NAMES = {
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
    name = NAMES.get(code.lstrip("0"))
    return f"{name} ({code})" if name else code
