"""What looks like somebody's name, email address or telephone, and what doesn't."""

import pytest

from cms.guidance.rules import may_name_somebody


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("Kevin Lemoine n’a rien reçu.", ["Kevin Lemoine"], id="a name"),
        pytest.param("Demandez à Marie-Ève D’Arcy.", ["Marie-Ève D’Arcy"], id="a double name"),
        pytest.param(
            "Mme Lemoine l’a dit, M. Petit aussi.", ["Mme Lemoine", "M. Petit"], id="titles"
        ),
        pytest.param(
            "Écrire à k.lemoine@example.org ou au 06 12 34 56 78",
            ["k.lemoine@example.org", "06 12 34 56 78"],
            id="mail, telephone",
        ),
        pytest.param("La deuxième étape manque.", [], id="a sentence"),
        pytest.param(
            "Bonjour, la Région Normandie et le Lycée Malherbe aident.", [], id="institutions"
        ),
        pytest.param("La semaine 48 et les 30 minutes de 2026 suffisent.", [], id="figures"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_may_name_somebody(words, found):
    assert may_name_somebody(words) == found
