"""Every European name in Latin, Greek or Cyrillic letters, and every Vietnamese one, is set in one font
family on its certificate, with a glyph for each letter.
"""

import re
import subprocess
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from courses.documents.services.papers import ASSETS
from courses.documents.values import has_other_letters
from training.documents.certificate import certificate_pdf
from training.models import Certificate

# First name and NAME, as printed. Atkinson Hyperlegible Next has all letters of these.
IN_ATKINSON = {
    "Albanian": "Çeljeta HOXHË",
    "Basque, Spanish": "Iñaki ETXEBERRÍA",
    "Catalan": "Lluïsa PUJOLÀS",
    "Croatian, Bosnian, Montenegrin": "Đurđa ŽIVKOVIĆ ČAĆ",
    "Czech": "Bohumil DVOŘÁČEK ŠŤOVÍČEK",
    "Danish, Norwegian": "Åse BJØRNSTAD-KÆR",
    "Dutch": "Zoë van ’t HOËN",
    "English": "Chloë O’NEILL",
    "Estonian": "Õie PÄRN-ŠÜTT",
    "Faroese": "Bjørg HØGNADÓTTIR á LØGMANSBØ",
    "Finnish, Swedish": "Mäija ÅKERBLÖM",
    "French": "Zélie ŒUVRARD-LŸS",
    "German": "Jürgen GROẞMÄNN",
    "Hungarian": "Győző ŐRSI-KŰRTI",
    "Icelandic": "Þórður ÆGISSON ÐÐ",
    "Italian": "Niccolò FERRÀ",
    "Latvian": "Ģirts ĶĒNIŅŠ-ĻŪSIS",
    "Lithuanian": "Živilė ŠČIUPAKAITĖ-ŲĮĄ",
    "Maltese": "Ġorġ ĦALLIĠ-ŻĊ",
    "Polish": "Łukasz ŻÓŁĆ-ŚWIĄTEK ŹDŹBŁO",
    "Portuguese": "João GONÇALVES SIMÕES",
    "Romanian": "Ștefan ȚÎRĂU-ÂBÎ",
    "Romanian with cedillas": "Ştefan ŢURCAN",
    "Slovak": "Ľubica ŠŤASTNÁ-ĹŔÔ",
    "Slovenian": "Žiga ČREŠNJAR",
    "Turkish": "Gülşen İĞDEMİR-IŞIK ağı",
    "Welsh": "Siân ŴŶN-ẂẀẄ",
}
IN_NOTO = {
    "Azerbaijani": "Əli ƏHMƏDOV",
    "Bulgarian": "Йордан ЩЪРБАНОВ",
    "Belarusian": "Алёна ЎЛАСЕНКА-ІВАНОВА",
    "Esperanto": "Ĉielo ĜOJĤ-ĴUŜŬ",
    "Greek": "Αλέξανδρος ΠΑΠΑΔΌΠΟΥΛΟΣ ϋΰ",
    "Greek with breathings": "Ἑλένη ΜΑΥΡΟΓΙΆΝΝΗ ᾳῆ",
    "Irish, dotted": "Ḃríd Ó ḊONNĊAḊA ṀṠṪ",
    "Kazakh, Tatar": "Әлия ҚАСЫМӨҢҮ",
    "Macedonian": "Ѓорѓи ЌУЛАВКОВ-ЅЏ",
    "Northern Sámi": "Áilu ŊUORGGÁN-ŦĐ",
    "Russian": "Фёдор ЩЁГОЛЕВ-ЪЫЭ",
    "Serbian": "Љубица ЂОРЂЕВИЋ-ЊЏ",
    "Ukrainian": "Юлія ЄВТУШЕНКО-ЇҐ",
    "Vietnamese": "Nguyễn Thị Hồng Ánh ĐẶNG",
    "Vietnamese, all its marks": "Ưởng Ẵm PHẠM-LÝ ỖỮỴỂẬ ớợụỉẽ",
}
FAMILIES = {"Atkinson-Hyperlegible-Next": IN_ATKINSON, "Noto-Sans": IN_NOTO}


def drawn(name: str, path) -> None:
    words = dict.fromkeys(
        ("school", "provider", "resource", "organiser", "title", "dates", "planned", "followed"),
        "x",
    )
    words |= {"way": "x", "issued_on": "x", "led_by": name, "attested_by": name, "name": name}
    certificate = Certificate(
        number="2026-000001",
        code="7F3K-2042-QX9M-4TRD",
        content={"fr": words, "en": words},
    )
    path.write_bytes(certificate_pdf(certificate))


def said_by(command, *arguments) -> str:
    return subprocess.run(
        [command, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout


def letters_of(family: str, weight: int) -> set[int]:
    return set(TTFont(ASSETS / "fonts" / f"{family.lower()}-{weight}-normal.woff2").getBestCmap())


def bare(text: str) -> str:
    """Composed, without spaces, line breaks and hyphens, which pdftotext takes out where a line ends."""
    return "".join(unicodedata.normalize("NFC", text).replace("-", "").split())


@pytest.mark.parametrize(
    ("family", "name"),
    [
        pytest.param(family, name, id=language)
        for family, names in FAMILIES.items()
        for language, name in names.items()
    ],
)
def test_a_name_is_set_in_one_family_with_a_glyph_for_each_letter(family, name, tmp_path):
    drawn(name, path := tmp_path / "certificate.pdf")

    # One line of words after the other; the name stands three times: bearer, trainer, attested by.
    page = said_by("pdftohtml", "-xml", "-stdout", "-i", path)
    fonts = dict(re.findall(r'<fontspec id="(\d+)"[^>]*family="[A-Z]{6}\+([^"]*)"', page))
    runs = [
        (font, re.sub(r"<[^>]*>", "", words).replace("&apos;", "'"))
        for font, words in re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', page)
    ]
    of_the_name = {
        fonts[font]
        for font, words in runs
        if words.strip(" -,’") and set(bare(words)) <= set(name) and words.strip() != "x"
    }
    embedded = [line.split()[0] for line in said_by("pdffonts", path).splitlines()[2:]]
    # Where a narrow column breaks it, a name goes on in the next line.
    assert bare(said_by("pdftotext", path, "-")).count(bare(name)) == 3
    assert of_the_name
    assert {font.startswith(family) for font in of_the_name} == {True}, of_the_name
    assert not [font for font in embedded if not re.search("Atkinson|Noto-Sans", font)]


def test_a_copied_vietnamese_name_has_no_space_inside_its_words(tmp_path):
    drawn(name := "Nguyễn Thị Hồng Ánh PHỤNG", path := tmp_path / "certificate.pdf")

    assert name in said_by("pdftotext", path, "-")


@pytest.mark.parametrize(("family", "names"), FAMILIES.items())
@pytest.mark.parametrize("weight", [400, 600])
def test_the_family_has_each_letter_of_its_names(family, names, weight):
    letters = letters_of(family, weight)

    assert {
        language: lacking
        for language, name in names.items()
        if (lacking := [letter for letter in name if ord(letter) not in letters])
    } == {}


@pytest.mark.parametrize("weight", [400, 600])
def test_what_is_called_our_letters_is_what_the_font_has(weight):
    """Of letters, marks and what stands in names: all of Unicode's first 12,000 characters."""
    has = letters_of("Atkinson-Hyperlegible-Next", weight)
    in_names = [
        chr(code)
        for code in range(0x20, 0x3000)
        if unicodedata.category(chr(code))[0] in "LM" and unicodedata.category(chr(code)) != "Lm"
    ]

    promised = {letter for letter in in_names if not has_other_letters(letter)}

    assert promised <= {chr(code) for code in has}
    assert {chr(code) for code in has} & set(in_names) - promised <= set(
        "ƒȷℓ\u0300\u0301\u0303\u0304\u0308"
    )
