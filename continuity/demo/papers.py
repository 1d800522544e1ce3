"""Pages that look written by hand and photographed on a table: drawn, original, a few of each kind,
shared by the demo's hand-ins.
"""

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from courses.documents.services.papers import ASSETS

WIDTH, HEIGHT = 1_050, 1_400  # pixels
LINE, MARGIN = 50, 150
INKS = ("#22357f", "#1c1f33", "#2a4a8a")
PAPERS = ("#f6f3ea", "#fbfaf4", "#eef1f4")
WRITTEN = {
    "mathematics": (
        """
Exercice 3

1) f(x) = 2x² - 3x + 1
   f(0) = 1 et f(2) = 8 - 6 + 1 = 3

2) On cherche x tel que f(x) = 0.
   D = 9 - 8 = 1, donc sa racine vaut 1
   x = (3 + 1) / 4 = 1
   ou x = (3 - 1) / 4 = 0,5

   S = { 0,5 ; 1 }

3) Le coefficient de x² est positif,
   donc la parabole est tournée vers le haut.
""",
        """
Exercice 4

a. AB = racine de (4 - 1)² + (6 - 2)²
      = racine de 25 = 5

b. Le milieu de [AB] est M(2,5 ; 4).

c. AC = 5 aussi, donc ABC est isocèle en A.

d. Je ne suis pas sûr pour l’angle :
   j’ai trouvé environ 53°.
""",
    ),
    "physics": (
        """
Compte rendu

But : mesurer la vitesse du son.
Matériel : deux micros, une règle, un ordinateur.

d = 1,70 m
t = 0,0050 s
v = d / t = 340 m/s

Je trouve presque la valeur du livre.
L’écart vient de la règle
et du moment où je tape des mains.
""",
    ),
    "life": (
        """
Schéma et légende

1. le noyau
2. la membrane
3. le cytoplasme

La cellule végétale a une paroi en plus.
Elle a aussi des chloroplastes,
c’est là que se fait la photosynthèse.
""",
    ),
    "letters": (
        """
Réponses aux questions

1. Le poète parle à quelqu’un qui n’est plus là :
il dit « tu » à chaque strophe.

2. Le paysage change avec ce qu’il ressent.
Au début tout est clair, à la fin il fait nuit.

3. La répétition du mot « demain »
donne un rythme de marche.
""",
        """
Paragraphe

Dans ce texte, l’auteur défend l’idée
que lire demande du temps. D’abord,
il raconte une journée sans écran.
Ensuite, il compare la lecture à une promenade
où l’on ne voit rien si l’on court.
Cet exemple m’a convaincue, parce que
je lis surtout dans le car, le matin,
et que je retiens peu de choses.
""",
    ),
    "society": (
        """
Frise

1789  ouverture des états généraux
1792  la république est proclamée
1804  l’empire
1848  le suffrage

Je retiens trois ruptures :
- qui gouverne
- qui vote
- qui possède la terre
""",
        """
Suite

Pour conclure, les deux documents
ne disent pas la même chose.
Le premier est un discours, il veut convaincre.
Le second est un tableau de chiffres :
il faut le lire colonne par colonne.

Ma réponse est donc oui, mais
seulement dans les villes.
""",
    ),
    "languages": (
        """
My neighbourhood

I live in a small town near a river.
There is a market on Saturdays
and I often go there with my aunt.

If I could change one thing,
I would build a library
because the nearest one is far away.

There aren’t enough buses in the evening.
""",
        """
Reading questions

1. The story takes place on an island.
2. The narrator is twelve years old.
3. She is afraid of the dark
   but she doesn’t want to say so.
4. I think the end is sad because
   nobody believes her.
""",
        """
Vocabulary

a storm – un orage
to borrow – emprunter
although – bien que
a neighbour – un voisin, une voisine

Although there was a storm,
we borrowed a boat from a neighbour.
""",
    ),
}

# The beginnings of the codes of subjects.
FAMILIES = {
    "mathematics": ("math", "info", "nsi"),
    "physics": ("phys", "sci", "tech"),
    "life": ("svt", "bio"),
    "society": ("hist", "geo", "ses", "emc", "eco"),
    "languages": ("angl", "espa", "alle", "lang", "engl", "lv"),
}

FONT = ASSETS / "fonts" / "atkinson-hyperlegible-next-latin-400-normal.woff2"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def family(subject_code: str) -> str:
    """Whose sheets answer a homework of that subject; letters where none is nearer."""
    return next(
        (
            name
            for name, beginnings in FAMILIES.items()
            if subject_code.lower().startswith(beginnings)
        ),
        "letters",
    )


def photo(text: str, rng: random.Random) -> bytes:
    """The sheet, a little askew, in the light of one lamp."""
    paper = Image.new("RGB", (WIDTH, HEIGHT), rng.choice(PAPERS))
    pen = ImageDraw.Draw(paper)
    for y in range(LINE * 2, HEIGHT, LINE):
        pen.line((0, y, WIDTH, y), fill="#c9d4e6", width=1)
    pen.line((MARGIN - 30, 0, MARGIN - 30, HEIGHT), fill="#e2a9b2", width=2)
    ink = rng.choice(INKS)
    for number, line in enumerate(text.strip("\n").splitlines()):
        _write(paper, line, (MARGIN, LINE * (number + 2)), ink, rng, is_title=number == 0)
    leaning = paper.rotate(
        rng.uniform(-1.2, 1.2), Image.Resampling.BILINEAR, expand=False, fillcolor="#8d8377"
    )
    light = Image.radial_gradient("L").resize((WIDTH * 2, HEIGHT * 2))
    at = (rng.randint(0, WIDTH // 2), rng.randint(0, HEIGHT // 2))
    shade = light.crop((*at, at[0] + WIDTH, at[1] + HEIGHT)).point(lambda value: value // 4)
    dark = Image.composite(Image.new("RGB", leaning.size, "#3b342b"), leaning, shade)
    out = io.BytesIO()
    dark.filter(ImageFilter.GaussianBlur(0.5)).save(out, "JPEG", quality=68)
    return out.getvalue()


def _write(
    paper: Image.Image,
    line: str,
    at: tuple[int, int],
    ink: str,
    rng: random.Random,
    *,
    is_title: bool,
) -> None:
    """Word by word, each a little up or down, all leaning to the right."""
    font = _font(36 if is_title else 31)
    x, y = at
    for word in line.split(" "):
        width = round(font.getlength(word)) + 24
        mark = Image.new("L", (width, 60), 0)
        ImageDraw.Draw(mark).text((8, 8), word, font=font, fill=235)
        slanted = mark.transform(
            mark.size,
            Image.Transform.AFFINE,
            (1, 0.22, -6, rng.uniform(-0.02, 0.02), 1, 0),
            Image.Resampling.BICUBIC,
        )
        paper.paste(Image.new("RGB", mark.size, ink), (x, y - 42 + rng.randint(-2, 2)), slanted)
        x += width - 24 + rng.randint(8, 12)
    if is_title:
        ImageDraw.Draw(paper).line((at[0], y + 6, x, y + 7), fill=ink, width=3)
