"""What the demo's teachers of sciences, economics and sport write. Original sentences; nothing here is a real class."""

from continuity.demo.texts import Look, Note, Work, Written

MATHEMATIQUES = [
    [
        Written(
            0,
            "Développer, factoriser : deux sens d’une même égalité",
            25,
            r"<p>L’égalité \( a(b + c) = ab + ac \) se lit dans les deux sens. De gauche à droite, on développe ; de droite à gauche, "
            "on factorise.</p>"
            r"<h3>Reconnaître la forme</h3><p>Dans \( 6x^2 + 9x \), le facteur commun est \( 3x \) : $$ 6x^2 + 9x = 3x(2x + 3) $$</p>"
            "<p>Vérifiez toujours en développant : dix secondes, et plus de doute.</p>",
        ),
        Written(
            2,
            "Les trois identités remarquables",
            20,
            r"<p>$$ (a + b)^2 = a^2 + 2ab + b^2 $$ $$ (a - b)^2 = a^2 - 2ab + b^2 $$ $$ (a + b)(a - b) = a^2 - b^2 $$</p>"
            r"<p>La dernière sert aussi à calculer de tête : \( 51 \times 49 = 50^2 - 1 = 2499 \).</p>",
        ),
        Work(
            2,
            "Exercices 12 à 15 : factoriser",
            30,
            2,
            18,
            "photos",
            r"<p>Rédigez une ligne par étape. Pour le 15, une vérification avec \( x = 2 \) suffit.</p>",
        ),
    ],
    [
        Written(
            0,
            "Résoudre une équation produit",
            25,
            r"<p>Un produit est nul quand l’un de ses facteurs est nul. Ainsi \( (x - 3)(2x + 5) = 0 \) a deux solutions : \( x = 3 "
            r"\) et \( x = -\frac{5}{2} \).</p>"
            r"<p>Pour \( x^2 = 7x \), ne divisez pas par \( x \) : ramenez tout à gauche et factorisez, $$ x(x - 7) = 0 $$ sinon la "
            r"solution \( x = 0 \) disparaît.</p>",
        ),
        Written(
            2,
            "Lire une fonction sur sa courbe",
            30,
            r"<p>Un point \( M(x ; y) \) est sur la courbe de \( f \) quand \( y = f(x) \). Chercher une image, c’est monter ; "
            "chercher un antécédent, c’est redescendre.</p>"
            r"<p>Sur le graphique joint : combien d’antécédents a \( 2 \) ? Pour quelles valeurs de \( x \) a-t-on \( f(x) \ge 0 \) ?</p>",
        ),
        Work(
            1,
            "Équations : les quatre du bas de la page",
            25,
            2,
            18,
            "photos",
            r"<p>Donnez l’ensemble des solutions de chacune. La quatrième se ramène à \( a^2 - b^2 \).</p>",
        ),
        Note(3, "Calcul mental", 10, "Cinq minutes, sans calculatrice, deux fois dans la semaine."),
    ],
    [
        Written(
            0,
            "Variations et extremums",
            30,
            r"<p>Dire que \( f \) est croissante sur un intervalle, c’est dire que l’ordre est gardé : si \( a \le b \), alors \( "
            r"f(a) \le f(b) \).</p>"
            "<p>Le tableau de variations résume la courbe en trois flèches. On y lit le maximum, et <strong>où</strong> il est "
            "atteint : ce sont deux réponses différentes.</p>",
        ),
        Written(
            2,
            "La fonction carré",
            20,
            r"<p>Sa courbe est une parabole, symétrique par rapport à l’axe des ordonnées : \( (-x)^2 = x^2 \). Elle décroît sur \( "
            r"]-\infty ; 0] \), puis croît sur \( [0 ; +\infty[ \).</p>",
        ),
        Work(2, "Tableaux de variations", 35, 5, 18, "photos", "<p>Trois courbes, trois tableaux. Écrivez une phrase sous chacun.</p>"),
    ],
]

PHYSIQUE_CHIMIE = [
    [
        Written(
            0,
            "Masse volumique : mesurer sans balance précise",
            25,
            r"<p>La masse volumique est \( \rho = \dfrac{m}{V} \). Avec une balance de cuisine et un verre doseur, estimez celle de "
            "l’huile et celle de l’eau.</p>"
            "<p>Votre résultat sera imprécis : donnez une fourchette, et dites d’où vient l’écart.</p>",
        ),
        Work(
            1,
            "Compte rendu de la mesure",
            35,
            6,
            18,
            "photos",
            "<p>Un tableau de mesures, un calcul, une phrase sur la précision. La photo du montage compte.</p>",
        ),
    ],
    [
        Written(
            0,
            "Corps purs et mélanges",
            25,
            "<p>Un corps pur change d’état à température constante ; un mélange, non. Regardez les deux courbes de chauffage : "
            "laquelle est celle de l’eau du robinet ?</p>",
        ),
        Look(
            1,
            "universalis",
            "Lire l’article « État de la matière »",
            20,
            "Les deux premières parties. Notez trois mots que vous ne connaissiez pas.",
        ),
        Work(
            1,
            "Questionnaire sur les changements d’état",
            25,
            3,
            18,
            "text",
            "<p>Répondez par des phrases. Un schéma légendé remplace volontiers trois lignes.</p>",
        ),
    ],
    [
        Written(
            0,
            "Décrire un mouvement",
            30,
            r"<p>Il n’y a pas de mouvement sans référentiel : le voyageur assis est immobile dans le train, et roule à \( 300 \) km/h "
            "pour la vache.</p>"
            r"<p>La vitesse moyenne est \( v = \dfrac{d}{\Delta t} \). Convertissez \( 300 \) km/h en m/s avant d’aller plus loin.</p>",
        ),
        Work(
            1,
            "Chronophotographie à exploiter",
            30,
            5,
            18,
            "photos",
            "<p>Mesurez cinq intervalles et dites si la vitesse est constante.</p>",
        ),
    ],
]

SVT = [
    [
        Written(
            0,
            "La cellule, unité du vivant",
            25,
            "<p>Observez la pelure d’oignon sur la photo : on distingue une paroi, un cytoplasme, un noyau. Que manque-t-il à la "
            "cellule animale ?</p><p>Dessinez, légendez, mettez une échelle.</p>",
        )
    ],
    [
        Written(
            0,
            "Une même information, des cellules différentes",
            25,
            "<p>Toutes vos cellules ont le même ADN et ne font pas le même métier. Ce n’est pas le livre qui change, ce sont les "
            "pages ouvertes.</p>",
        ),
        Look(
            0,
            "educarte",
            "Voir le film sur l’expression des gènes",
            15,
            "Arrêtez à la sixième minute et écrivez ce que vous en retenez en trois phrases.",
        ),
        Work(
            0,
            "Schéma de la cellule à compléter",
            20,
            6,
            18,
            "photos",
            "<p>À la main, au crayon. Les légendes s’écrivent à droite, à l’horizontale.</p>",
        ),
    ],
    [
        Written(
            0,
            "Biodiversité : compter pour savoir",
            30,
            "<p>Choisissez un mètre carré près de chez vous, ou la photo fournie. Comptez les espèces que vous savez distinguer, "
            "même sans les nommer.</p>",
        )
    ],
]

SES = [
    [
        Written(
            0,
            "Comment se fixe un prix",
            25,
            "<p>Sur un marché, l’offre et la demande se rencontrent à un prix. Si la récolte est mauvaise, qui le sait en premier : "
            "celui qui vend ou celui qui achète ?</p>",
        )
    ],
    [
        Written(
            0,
            "Lire un tableau à double entrée",
            20,
            "<p>Avant les chiffres : le titre, la source, l’année, l’unité. Puis une phrase complète pour une case, avec toutes ces "
            "informations.</p>",
        ),
        Work(
            0,
            "Cinq phrases sur le tableau",
            25,
            3,
            18,
            "text",
            "<p>Une phrase par ligne du tableau. Aucune ne doit pouvoir s’appliquer à un autre tableau.</p>",
        ),
    ],
    [
        Written(
            0,
            "Valeur ajoutée : qui crée quoi",
            25,
            "<p>Le boulanger achète de la farine et vend du pain. Entre les deux, il y a son travail, son four et sa nuit : c’est la "
            "valeur ajoutée.</p>",
        )
    ],
]

EPS = [
    [
        Note(
            0,
            "Footing de reprise",
            25,
            "Vingt-cinq minutes sans s’essouffler : on doit pouvoir parler. Notez votre durée et votre ressenti de 1 à 5.",
        )
    ],
    [
        Note(
            0,
            "Renforcement sans matériel",
            20,
            "Quatre exercices, trois séries, une minute de repos. La qualité du geste avant le nombre. En cas de dispense, observez "
            "et notez.",
        )
    ],
    [
        Note(
            0,
            "Endurance : trois fois huit minutes",
            30,
            "Trois courses de huit minutes, deux minutes de marche entre elles. Prenez votre pouls à la fin de chacune.",
        )
    ],
]
