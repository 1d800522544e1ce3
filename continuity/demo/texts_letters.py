"""What the demo's teachers of letters, history, languages and arts write. Original sentences; nothing here is a real class."""

from continuity.demo.texts import Note, Work, Written

FRANCAIS = [
    [
        Written(
            0,
            "Entrer dans un poème sans mode d’emploi",
            25,
            "<p>Lisez le poème une première fois en silence, puis une seconde fois à voix basse, debout si vous le pouvez.</p>"
            "<p>Notez ensuite, sans chercher à expliquer :</p><ul><li>trois mots qui vous restent en tête ;</li>"
            "<li>un son qui revient ;</li><li>l’endroit où votre voix a hésité.</li></ul>"
            "<p>L’hésitation est souvent une bonne porte : c’est là que la phrase et le vers ne s’arrêtent pas au même moment. "
            "On appelle cela un <strong>enjambement</strong>.</p>",
        ),
        Written(
            2,
            "Mesurer un alexandrin",
            20,
            "<p>Un alexandrin compte douze syllabes. Le <em>e</em> final d’un mot se prononce devant une consonne, "
            "et s’efface devant une voyelle ou à la fin du vers.</p>"
            "<h3>À faire sur le cahier</h3><ol><li>Recopiez deux vers de votre choix.</li><li>Séparez les syllabes par une barre.</li>"
            "<li>Cherchez la césure : y a-t-il un repos au milieu ?</li></ol>",
        ),
        Work(
            2,
            "Dire un poème de mémoire, huit vers",
            30,
            2,
            18,
            "sound",
            "<p>Apprenez huit vers et enregistrez-vous. Une hésitation ne compte pas : reprenez au vers précédent et continuez.</p>",
        ),
    ],
    [
        Written(
            0,
            "Le sonnet, forme et contrainte",
            25,
            "<p>Quatorze vers, deux quatrains, deux tercets : la forme est petite, et c’est ce qui la rend forte. "
            "Le poète doit tourner court, et le dernier vers porte plus que les autres.</p>"
            "<h3>Ce que l’on regarde</h3><ul><li>Où le ton change-t-il ? Souvent entre le huitième et le neuvième vers.</li>"
            "<li>Quelles rimes se répondent d’un quatrain à l’autre ?</li><li>Que perdrait le texte sans son dernier vers "
            "?</li></ul>"
            "<p>Il n’y a pas de bonne réponse à la dernière question ; il y a des réponses bien défendues.</p>",
        ),
        Written(
            1,
            "Construire un paragraphe argumenté",
            30,
            "<p>Un paragraphe d’analyse tient en quatre temps : une <strong>idée</strong>, un <strong>passage cité</strong>, "
            "une <strong>explication</strong> de ce passage, et une phrase qui <strong>revient à l’idée</strong>.</p>"
            "<blockquote><p>Idée sans citation : on affirme. Citation sans explication : on recopie.</p></blockquote>"
            "<p>Relisez votre brouillon et soulignez chaque temps d’une couleur différente. S’il manque une couleur, il manque une "
            "phrase.</p>",
        ),
        Work(
            2,
            "Choisir un sonnet, dire pourquoi",
            20,
            2,
            18,
            "text",
            "<p>En dix lignes : le titre, l’auteur, et la raison de votre choix. Citez au moins un vers.</p>",
        ),
        Note(
            1, "Lecture de la semaine", 15, "Deux pages du carnet de lecture. Si vous avez pris de l’avance, aidez un camarade par message."
        ),
    ],
    [
        Written(
            0,
            "« Le Dormeur du val » : lire une image",
            30,
            "<p>Le texte montre d’abord un paysage, et ne dit qu’à la fin ce que l’on regardait. Relisez-le en notant chaque "
            "couleur, puis chaque verbe de repos.</p>"
            "<p>À quel vers avez-vous compris ? Qu’est-ce qui, avant, aurait pu vous alerter ?</p>",
        ),
        Written(
            3,
            "Préparer une lecture à deux voix",
            20,
            "<p>Partagez le poème entre deux lecteurs. La coupe ne se fait pas toujours à la fin d’un vers : cherchez où le "
            "changement de voix apprend quelque chose.</p>",
        ),
        Work(
            3,
            "Paragraphe argumenté sur le dernier tercet",
            45,
            5,
            18,
            "photos",
            "<p>Un seul paragraphe, écrit à la main, d’une vingtaine de lignes. Prenez-le en photo bien à plat, près d’une fenêtre.</p>",
        ),
    ],
]

HISTOIRE_GEOGRAPHIE = [
    [
        Written(
            0,
            "La Méditerranée au XIIe siècle : un carrefour",
            30,
            "<p>Trois mondes se font face et se parlent : l’Occident chrétien, l’Empire byzantin, les terres d’islam. "
            "On y échange des épices, des manuscrits, des captifs et des ambassadeurs.</p>"
            "<h3>Avec la carte</h3><ol><li>Placez Palerme, Constantinople et Le Caire.</li>"
            "<li>Tracez en deux couleurs une route de commerce et une route de pèlerinage.</li><li>Où se croisent-elles ?</li></ol>",
        ),
        Work(
            2,
            "Légender la carte des échanges",
            30,
            4,
            20,
            "photos",
            "<p>Une légende en trois parties, chacune avec un titre. Le figuré se choisit avant la couleur.</p>",
        ),
    ],
    [
        Written(
            0,
            "Lire un document : la lettre d’un marchand",
            25,
            "<p>Un document ne répond qu’aux questions qu’on lui pose. Avant de lire, écrivez les vôtres : qui écrit, à qui, quand, "
            "pour obtenir quoi ?</p>"
            "<p>Après la lecture, distinguez ce que la lettre <strong>dit</strong>, ce qu’elle <strong>laisse deviner</strong> et ce "
            "qu’elle <strong>tait</strong>.</p>",
        ),
        Written(
            2,
            "Croiser deux sources",
            20,
            "<p>Deux textes racontent le même marché, à dix ans d’écart. Faites un tableau de deux colonnes : ce qu’ils affirment "
            "tous deux, ce que l’un seul affirme. "
            "Une différence n’est pas une erreur ; elle dit quelque chose de celui qui écrit.</p>",
        ),
        Work(
            2,
            "Dix lignes sur la lettre du marchand",
            35,
            4,
            18,
            "text",
            "<p>Présentez la lettre, puis dites ce qu’un historien peut en tirer, et ce qu’il ne peut pas en tirer.</p>",
        ),
    ],
    [
        Written(
            0,
            "Des sociétés face aux risques",
            30,
            "<p>Un aléa n’est pas un risque : il le devient quand des personnes et des biens y sont exposés. "
            "Comparez les deux vues du même estuaire, à trente ans d’intervalle : qu’a-t-on construit, où, et pourquoi là ?</p>",
        ),
        Work(
            2,
            "Croquis de l’estuaire",
            40,
            5,
            20,
            "photos",
            "<p>Un croquis, une légende ordonnée, un titre. La règle et le crayon suffisent.</p>",
        ),
    ],
]

ANGLAIS = [
    [
        Written(
            0,
            "Talking about a place you know",
            20,
            "<p>Choose a place within ten minutes of your home. Prepare six sentences in English: where it is, who goes there, "
            "what you can hear, what has changed, what you like, what you would change.</p><p>Use the present perfect at least twice.</p>",
        ),
        Work(
            1,
            "Record one minute about your place",
            25,
            4,
            18,
            "sound",
            "<p>One minute, not two. Speak from notes, do not read. Background noise is fine.</p>",
        ),
    ],
    [
        Written(
            0,
            "Would, could, should",
            25,
            "<p>Three small verbs, three distances from reality. <em>You should ask</em> is advice; <em>you could ask</em> is an option; "
            "<em>I would ask</em> is what I imagine doing in your place.</p><p>Write two sentences with each, about the article on "
            "school canteens.</p>",
        ),
        Work(
            1,
            "A letter to the school council",
            30,
            5,
            18,
            "text",
            "<p>120 words. Ask for one change, give two reasons, and answer one objection.</p>",
        ),
    ],
    [
        Written(
            0,
            "Listening without subtitles",
            20,
            "<p>Listen three times: once for the topic, once for the numbers, once for the opinion. Write down only what you are "
            "sure of; leave gaps where you are not.</p>",
        ),
        Note(2, "Vocabulary", 10, "Ten words about housing, to be learnt in both directions."),
    ],
]

ARTS = [
    [
        Written(
            0,
            "Cadrer avec un carton",
            30,
            "<p>Découpez une fenêtre de 4 cm sur 6 cm dans un carton. Regardez votre rue à travers, en changeant de distance. Faites "
            "trois croquis rapides.</p>",
        )
    ],
    [
        Written(
            0,
            "Une lumière, trois heures",
            20,
            "<p>Photographiez le même objet à trois moments de la journée, sans le déplacer. Notez ce que l’ombre ajoute et ce "
            "qu’elle enlève.</p>",
        ),
        Work(0, "Une planche de trois images", 40, 6, 18, "photos", "<p>Trois images, un titre, aucune explication. L’ordre compte.</p>"),
    ],
    [
        Written(
            0,
            "Écrire un cartel",
            20,
            "<p>Un cartel dit en cinquante mots ce qu’il faut savoir pour mieux regarder, et rien de ce que l’on voit déjà.</p>",
        )
    ],
]

# Kept by the teacher of French, for a class to come or for an absence.
RESERVE = [
    Written(
        0,
        "Écouter un poème, trois questions",
        50,
        "<p>Écoutez deux fois l’enregistrement, sans le texte. Répondez ensuite, en phrases complètes :</p>"
        "<ol><li>Qui parle, et à qui ?</li><li>Quel mot revient, et que devient-il à la fin ?</li>"
        "<li>Quelle question poseriez-vous à l’auteur ?</li></ol><p>Enfin seulement, lisez le texte et soulignez ce que vous "
        "n’aviez pas entendu.</p>",
    ),
    Written(
        0,
        "Réécrire une phrase de cinq façons",
        40,
        "<p>Prenez une phrase simple de votre lecture. Réécrivez-la sans adjectif, puis sans verbe être, puis en une question, "
        "puis en une seule proposition, puis en vers. "
        "Laquelle garderiez-vous, et pourquoi ?</p>",
    ),
]
