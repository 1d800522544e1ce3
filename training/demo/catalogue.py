"""The demo's ten trainings, in both languages, as an adviser would write them.

Invented: vendors and resources exist.
"""

from dataclasses import dataclass, field

from courses.people.models import Subject
from training.models import Training


@dataclass(frozen=True)
class Entry:
    """One training. Goals are lines; `subjects` are codes, none means all."""

    resource: str
    title: tuple[str, str]
    summary: tuple[str, str]
    goals: tuple[tuple[str, str], ...]
    preparation: tuple[str, str]
    subjects: tuple[str, ...] = field(default=())


ENTRIES = {
    "programme": Entry(
        "educarte",
        (
            "Bâtir une séance autour d’un programme d’Educ’Arte",
            "Build a lesson around an Educ’Arte programme",
        ),
        (
            (
                "Partir d’un programme de vingt-six minutes et en tirer une heure de classe :"
                " choisir le passage, écrire la consigne, prévoir la trace écrite. Chacun repart"
                " avec une séance prête pour sa classe."
            ),
            (
                "Start from a twenty-six minute programme and turn it into an hour of class: choose"
                " the passage, write the instruction, plan what students keep. Everyone leaves with"
                " a lesson ready for their class."
            ),
        ),
        (
            (
                "Trouver un programme par discipline et par niveau",
                "Find a programme by subject and level",
            ),
            (
                "Choisir un passage de moins de cinq minutes et dire pourquoi",
                "Choose a passage of under five minutes, and say why",
            ),
            (
                "Écrire une consigne d’écoute qui tient en une phrase",
                "Write a listening task that fits in one sentence",
            ),
        ),
        (
            (
                "Choisissez avant la séance un chapitre que vous traitez dans le mois. Vérifiez que"
                " vous ouvrez Educ’Arte depuis l’ENT."
            ),
            (
                "Before the meeting, choose a chapter that you teach within the month. Check that"
                " you can open Educ’Arte from the ENT."
            ),
        ),
    ),
    "extrait": Entry(
        "educarte",
        (
            "La vidéo en classe : de l’extrait à l’échange",
            "Video in class: from excerpt to discussion",
        ),
        (
            (
                "Une vidéo ne remplace pas le cours. Trois formes de séance essayées ensemble :"
                " regarder sans le son, s’arrêter au bon moment, comparer deux points de vue."
            ),
            (
                "A video doesn’t replace the lesson. Three forms tried together: watch without the"
                " sound, stop at the right moment, compare two points of view."
            ),
        ),
        (
            (
                "Préparer une écoute active plutôt qu’une projection",
                "Prepare active listening rather than a screening",
            ),
            (
                "Mener un échange de dix minutes à partir d’une image arrêtée",
                "Lead ten minutes of discussion from a still picture",
            ),
            (
                "Donner une version audible aux élèves qui ont peu de débit",
                "Give students on a slow line a version they can hear",
            ),
        ),
        (
            "Munissez-vous d’un casque. Nous regarderons ensemble deux extraits courts.",
            "Have headphones at hand. We watch two short excerpts together.",
        ),
    ),
    "langues": Entry(
        "educarte",
        (
            "Trois langues, un programme : Educ’Arte en cours de langue",
            "Three languages, one programme: Educ’Arte in language class",
        ),
        (
            (
                "Educ’Arte existe en trois langues. Comment travailler la compréhension orale avec"
                " un même programme en français, en allemand et en anglais, sans noyer les élèves."
            ),
            (
                "Educ’Arte comes in three languages. How to work on listening with the same"
                " programme in French, German and English, without drowning the students."
            ),
        ),
        (
            (
                "Choisir une langue de sous-titres selon le but",
                "Choose the language of subtitles by what you are after",
            ),
            (
                "Faire passer les élèves de la compréhension à la prise de parole",
                "Take students from listening to speaking",
            ),
            (
                "Travailler avec un collègue d’une autre langue",
                "Work with a colleague of another language",
            ),
        ),
        (
            "Venez avec le niveau visé (A2, B1 ou B2) et un thème de votre programme.",
            "Come with the level that you aim at (A2, B1 or B2) and a theme of your syllabus.",
        ),
        ("anglais", "allemand"),
    ),
    "documentation": Entry(
        "universalis",
        (
            "Apprendre à se documenter avec Encyclopaedia Universalis",
            "Learn to research with Encyclopaedia Universalis",
        ),
        (
            (
                "Les élèves copient ce qu’ils trouvent en premier. Une démarche en quatre temps"
                " pour qu’ils cherchent, comparent, prennent des notes et citent leurs sources."
            ),
            (
                "Students copy what they find first. Four steps so that they search, compare, take"
                " notes and quote their sources."
            ),
        ),
        (
            (
                "Formuler une question plutôt qu’un mot-clé",
                "Ask a question rather than type a keyword",
            ),
            (
                "Distinguer l’article, son auteur et sa date",
                "Tell the article from its author and its date",
            ),
            (
                "Citer une source en une ligne, toujours la même",
                "Quote a source in one line, always the same way",
            ),
        ),
        (
            (
                "Entrez dans Encyclopaedia Universalis par l’ENT avant la séance : aucun compte"
                " personnel n’est demandé."
            ),
            (
                "Open Encyclopaedia Universalis through the ENT before the meeting: no personal"
                " account is asked for."
            ),
        ),
    ),
    "grand-oral": Entry(
        "universalis",
        (
            "Préparer le Grand oral : du sujet aux sources",
            "Prepare the Grand oral: from topic to sources",
        ),
        (
            (
                "Deux séances pour accompagner les élèves de terminale : resserrer un sujet trop"
                " large, trouver trois sources solides, tenir cinq minutes sans notes."
            ),
            (
                "Two meetings to guide final-year students: narrow a topic that is too wide, find"
                " three sound sources, speak for five minutes without notes."
            ),
        ),
        (
            (
                "Aider un élève à passer du thème à la question",
                "Help a student move from a theme to a question",
            ),
            ("Constituer une bibliographie courte et juste", "Build a short, sound bibliography"),
            ("Faire répéter l’oral à distance", "Rehearse the talk at a distance"),
        ),
        (
            "Apportez deux questions d’élèves, même mal posées : nous travaillerons dessus.",
            "Bring two of your students’ questions, even badly put: we will work on them.",
        ),
    ),
    "dossier": Entry(
        "universalis",
        (
            "Un dossier, deux disciplines : croiser les regards",
            "One file, two subjects: crossing views",
        ),
        (
            (
                "Histoire et philosophie, sciences et lettres : construire à deux un dossier"
                " documentaire qui serve dans les deux cours et que les élèves puissent lire sur un"
                " téléphone."
            ),
            (
                "History and philosophy, science and literature: build, in pairs, a file that"
                " serves in both classes and that students can read on a phone."
            ),
        ),
        (
            (
                "Choisir une notion commune à deux programmes",
                "Choose a notion that two syllabuses share",
            ),
            (
                "Réunir cinq articles et un document iconographique",
                "Gather five articles and one picture",
            ),
            (
                "Répartir le travail entre les deux classes",
                "Share the work between the two classes",
            ),
        ),
        (
            "Venez si possible avec le ou la collègue d’une autre discipline.",
            "Come, if you can, with a colleague of another subject.",
        ),
    ),
    "magazine": Entry(
        "madmagz",
        ("Un premier magazine de classe avec Madmagz", "A first class magazine with Madmagz"),
        (
            (
                "Du chemin de fer à la publication en une séance : créer le magazine, inviter les"
                " élèves, relire, mettre en ligne."
            ),
            (
                "From flatplan to publication in one meeting: make the magazine, invite the"
                " students, proofread, publish."
            ),
        ),
        (
            (
                "Ouvrir un magazine et en régler les droits",
                "Open a magazine and set who may do what",
            ),
            ("Partager les rôles dans la classe", "Share the roles within the class"),
            (
                "Publier sans données personnelles d’élèves",
                "Publish without students’ personal data",
            ),
        ),
        (
            "Préparez un texte de dix lignes et deux images dont vous avez les droits.",
            "Prepare ten lines of text and two pictures that you have the rights to.",
        ),
    ),
    "redaction": Entry(
        "madmagz",
        ("Éducation aux médias : une rédaction au lycée", "Media literacy: a newsroom at school"),
        (
            (
                "Quatre séances, une par semaine, pour monter une rédaction : conférence, enquête,"
                " relecture, publication. Chaque équipe sort un numéro."
            ),
            (
                "Four meetings, one a week, to set up a newsroom: conference, enquiry,"
                " proofreading, publication. Each team brings out an issue."
            ),
        ),
        (
            ("Animer une conférence de rédaction", "Lead an editorial conference"),
            (
                "Vérifier une information avec deux sources",
                "Check a piece of news with two sources",
            ),
            ("Faire écrire un titre honnête", "Have students write an honest headline"),
            ("Répondre de ce que l’on publie", "Answer for what one publishes"),
        ),
        (
            (
                "Prévoyez un petit groupe d’élèves volontaires : le travail continue en classe"
                " entre deux séances."
            ),
            (
                "Have a small group of willing students: the work goes on in class between two"
                " meetings."
            ),
        ),
    ),
    "differencier": Entry(
        "enseigno",
        (
            "Différencier avec les ressources granulaires d’Enseigno",
            "Teach at several levels with Enseigno’s small resources",
        ),
        (
            (
                "Assembler de petites ressources conformes aux programmes pour trois parcours dans"
                " une même classe, sans tripler le temps de préparation."
            ),
            (
                "Put small resources, true to the syllabus, together into three paths for one"
                " class, without tripling the time of preparation."
            ),
        ),
        (
            ("Repérer les acquis en dix minutes", "Find out in ten minutes what is known"),
            ("Composer trois parcours d’une heure", "Compose three paths of an hour"),
            ("Lire les résultats sans noter", "Read the results without marking"),
        ),
        (
            "Choisissez une notion sur laquelle votre classe est très partagée.",
            "Choose a notion on which your class is very divided.",
        ),
    ),
    "revisions": Entry(
        "enseigno",
        ("Organiser les révisions avec ses élèves", "Plan revision with your students"),
        (
            (
                "Un calendrier de révisions que les élèves tiennent : petits objectifs, rappels"
                " espacés, entraînement aux épreuves."
            ),
            (
                "A revision calendar that students keep to: small goals, spaced reminders, practice"
                " papers."
            ),
        ),
        (
            (
                "Construire avec la classe un calendrier de quatre semaines",
                "Build a four-week calendar with the class",
            ),
            ("Choisir des exercices courts et progressifs", "Choose short exercises that build up"),
            ("Suivre sans surveiller", "Follow without watching over"),
        ),
        (
            "Ayez sous la main le calendrier de votre classe jusqu’aux examens.",
            "Have your class’s calendar up to the exams at hand.",
        ),
    ),
}


def make_trainings(world) -> dict[str, Training]:
    """One row each, with the subjects that the demo has."""
    from_code = {subject.code: subject for subject in Subject.objects.all()}
    trainings = {}
    for key, entry in ENTRIES.items():
        training = Training.objects.create(
            resource=world.resources[entry.resource],
            title_fr=entry.title[0],
            title_en=entry.title[1],
            summary_fr=entry.summary[0],
            summary_en=entry.summary[1],
            goals_fr="\n".join(goal[0] for goal in entry.goals),
            goals_en="\n".join(goal[1] for goal in entry.goals),
            preparation_fr=entry.preparation[0],
            preparation_en=entry.preparation[1],
        )
        training.subjects.set([from_code[code] for code in entry.subjects if code in from_code])
        trainings[key] = training
    return trainings
