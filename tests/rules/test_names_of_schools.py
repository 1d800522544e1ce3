"""Directory names as French writes them."""

import pytest

from courses.people.values import title_case_fr


@pytest.mark.parametrize(
    ("in_the_directory", "written"),
    [
        ("LYCÉE ALAIN CHARTIER", "Lycée Alain Chartier"),
        ("LYCÉE PIERRE DE COUBERTIN", "Lycée Pierre de Coubertin"),
        ("LYCÉE DE LA CÔTE D'ALBATRE", "Lycée de la Côte d’Albatre"),
        ("LYCÉE PROFESSIONNEL DE L'OASIS", "Lycée professionnel de l’Oasis"),
        ("LYCÉE PROFESSIONNEL JULES LE CESNE", "Lycée professionnel Jules Le Cesne"),
        ("LYCÉE LE CORBUSIER", "Lycée Le Corbusier"),
        ("LYCÉE GUILLAUME LE CONQUÉRANT", "Lycée Guillaume le Conquérant"),
        (
            "LYCÉE GÉNÉRAL ET TECHNOLOGIQUE AUGUSTIN FRESNEL",
            "Lycée général et technologique Augustin Fresnel",
        ),
        ("LYCÉE PRIVÉ JEANNE D'ARC - SITE COTY", "Lycée privé Jeanne d’Arc - site Coty"),
        ("LYCÉE PRIVÉ JEAN XXIII", "Lycée privé Jean XXIII"),
        ("LYCÉE FRANÇOIS 1ER", "Lycée François 1er"),
        ("LPO LYCÉE DES MÉTIERS P. S. DE LAPLACE", "LPO lycée des métiers P. S. de Laplace"),
        ("SEP DU LYCÉE LES BRUYÈRES", "SEP du lycée Les Bruyères"),
        (
            "SECTION D'ENSEIGNEMENT PROFESSIONNEL DU LYCÉE CURIE-COROT",
            "Section d’enseignement professionnel du lycée Curie-Corot",
        ),
        ("LYCÉE JULLIOT DE LA MORANDIÈRE", "Lycée Julliot de la Morandière"),
        (
            "LYCÉE PROFESSIONNEL THOMAS HÉLYE - CENTRE LA BUCAILLE",
            "Lycée professionnel Thomas Hélye - centre La Bucaille",
        ),
        ("LYCÉE NOTRE-DAME DE LA PROVIDENCE", "Lycée Notre-Dame de la Providence"),
        ("LYCÉE ÉLISA LEMONNIER", "Lycée Élisa Lemonnier"),
        ("Maison familiale rurale d'éducation", "Maison familiale rurale d’éducation"),
        ("BAYEUX CEDEX", "Bayeux"),
        ("Caen cedex", "Caen"),
        ("ROUEN CEDEX 01", "Rouen"),
        ("L'AIGLE CEDEX", "L’Aigle"),
        ("EU", "Eu"),
        ("LE HAVRE CEDEX", "Le Havre"),
        ("LES ANDELYS CEDEX", "Les Andelys"),
        ("SAINT-ÉTIENNE-DU-ROUVRAY", "Saint-Étienne-du-Rouvray"),
        ("SOTTEVILLE-LÈS-ROUEN CEDEX", "Sotteville-lès-Rouen"),
        ("VERNEUIL-D'AVRE-ET-D'ITON", "Verneuil-d’Avre-et-d’Iton"),
        ("DOUVRES-LA-DÉLIVRANDE", "Douvres-la-Délivrande"),
        ("Saint-Hilaire-du-Harcouët", "Saint-Hilaire-du-Harcouët"),
        ("CARENTAN LES MARAIS", "Carentan les Marais"),
        ("LYCÉE PROFESSIONNEL AGRICOLE D'ALENÈON", "Lycée professionnel agricole d’Alençon"),
        ("Alenèon", "Alençon"),
        ("", ""),
    ],
)
def test_a_directory_name_is_written_as_french_writes_it(in_the_directory, written):
    assert title_case_fr(in_the_directory) == written
