"""Rules on keeping two languages in step, on publishing, and on improving a text.

Pure: asks the database nothing.
"""

import datetime
import difflib
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from cms.guidance.enums import Improvement, PassageChange
from cms.guidance.exceptions import EndsInThePast, EndsTooLate, StillInTheOtherLanguage
from cms.guidance.values.block_values import words_of
from cms.guidance.values.file_names import NAME_OF_A_FILE
from cms.guidance.values.passages import (
    ADDRESS_IN_WORDS,
    Behind,
    Compared,
    PagePassage,
    Piece,
    Remark,
    as_read,
    beginning,
    fingerprint,
)
from cms.guidance.values.untranslated import untranslated
from courses.exceptions import Refusal

LONGEST_BANNER = datetime.timedelta(days=7)
WORD_OR_SPACE = re.compile(r"\s+|\w+|[^\w\s]")


def behind(source: Sequence[PagePassage], seen: Sequence[PagePassage] | None) -> list[Behind]:
    """The passages of the source, as it is now, that differ from what was seen when both were last
    in step.

    None was seen: all of them. A passage that exists in the other language only isn't in either
    list, so it never counts.
    """
    known = {passage.id: passage for passage in seen or []}
    now = {passage.id for passage in source}
    found = [
        Behind(
            passage.id,
            passage.kind,
            PassageChange.CHANGED if passage.id in known else PassageChange.ADDED,
        )
        for passage in source
        if passage.id not in known or known[passage.id].fingerprint != passage.fingerprint
    ]
    return found + [
        Behind(passage.id, passage.kind, PassageChange.REMOVED)
        for passage in known.values()
        if passage.id not in now
    ]


def why_not_publish(
    page: Sequence[PagePassage], source: Sequence[PagePassage], *, title: str
) -> StillInTheOtherLanguage | None:
    """Refuse text that is still in the source language in the target tree.

    `source`: all that it says and lately said.
    """
    if still := untranslated(page, source):
        return StillInTheOtherLanguage(
            title=title, passages=len(still), first=beginning(still[0].text)
        )
    return None


def renewed(
    seen: Sequence[PagePassage], before: Sequence[PagePassage], after: Sequence[PagePassage]
) -> list[PagePassage]:
    """Return the passages seen, after a minor edit of the source: those in step before it stay in
    step.

    One that was behind already stays behind: a comma doesn't translate a paragraph.
    """
    old = {passage.id: passage for passage in before}
    new = {passage.id: passage for passage in after}
    was_in_step = {p.id for p in seen if p.id in old and old[p.id].fingerprint == p.fingerprint}
    kept = [new.get(p.id) if p.id in was_in_step else p for p in seen]
    added = [p for p in after if p.id not in old and p.id not in {s.id for s in seen}]
    return [p for p in kept if p is not None] + added


def says_the_same(one: Sequence[PagePassage], other: Sequence[PagePassage]) -> bool:
    return {(p.id, fingerprint(p.text)) for p in one} == {
        (p.id, fingerprint(p.text)) for p in other
    }


def compared(
    source: Sequence[PagePassage], seen: Sequence[PagePassage] | None, page: Sequence[PagePassage]
) -> list[Compared]:
    """The source as it was when last in step and as it is now, passage by passage, with what the
    other page says there.

    What is gone from the source stands at its end, then what only the other page has, which is
    never late.
    """
    was = {passage.id: passage for passage in seen or []}
    here = {passage.id: passage for passage in page}
    now = {passage.id for passage in source}
    changes = {b.id: str(b.change) for b in behind(source, seen)}

    def row(
        passage: PagePassage, before: PagePassage | None, after: PagePassage | None
    ) -> Compared:
        pieces = tuple(word_by_word(as_read(before), as_read(after)))
        return Compared(
            passage.id, passage.kind, changes.get(passage.id, ""), pieces, here.get(passage.id)
        )

    rows = [row(p, was.get(p.id), p) for p in source]
    rows += [row(p, p, None) for p in was.values() if p.id not in now]
    return rows + [Compared(p.id, p.kind, "", (), p) for p in page if p.id not in now | was.keys()]


def word_by_word(before: str, after: str) -> list[Piece]:
    """Differences of two texts by words; spaces of every kind are equal."""
    old, new = WORD_OR_SPACE.findall(before), WORD_OR_SPACE.findall(after)
    same = (
        ["".join(word.split()) or " " for word in old],
        ["".join(word.split()) or " " for word in new],
    )
    pieces: list[Piece] = []
    for does, a, b, c, d in difflib.SequenceMatcher(None, *same, autojunk=False).get_opcodes():
        if does == "equal":
            pieces.append(Piece("", "".join(new[c:d])))
            continue
        if b > a:
            pieces.append(Piece("del", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("ins", "".join(new[c:d])))
    return pieces


# What may name somebody: asked about once, for no rule can know. A capital that only opens a
# sentence is no name.
A_NAME = re.compile(r"\b([A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-ZÀ-Þ][a-zß-ÿ]+)?) +([A-ZÀ-Þ][A-Za-zß-ÿÀ-Þ'’-]+)")
A_TITLE_AND_NAME = re.compile(
    r"\b(?:M\.|Mme|Mlle|Monsieur|Madame|Mr\.?|Mrs\.?|Ms\.?|Miss) +[A-ZÀ-Þ][\w'’-]+"
)
A_MAIL_ADDRESS = re.compile(r"\S+@\S+\.\w{2,}")
A_TELEPHONE = re.compile(r"(?:\+\d{2,3}|\b0)[ .-]?\d(?:[ .-]?\d{2}){4}\b")
OPENS_A_SENTENCE = re.compile(
    "À|Au|Aucun|Avec|Bonjour|Ce|Ces|Cette|Chez|Chers|Dans|De|Des|Du|En|Est|Et|Il|Je|La|Le|Les|Leur|Ma|Mais|Merci|Mes|Mon|Notre|Nos|Nous|On|Ou"
    "|Où|Par|Pas|Pour|Quand|Que|Qui|Sa|Sans|Ses|Son|Sur|Un|Une|Votre|Vos|Vous|Académie|Collège|Lycée|Région|Ville|A|An|And|At|But|By|For|From"
    "|Hello|High|In|Is|It|My|No|Not|Of|Our|School|Thank|Thanks|That|The|These|This|To|We|When|With|You"
)


def may_name_somebody(words: str) -> list[str]:
    """Parts of these words that look like a person's name, email address or telephone, in their
    order in the text.
    """
    found = [
        match
        for pattern in (A_MAIL_ADDRESS, A_TELEPHONE, A_TITLE_AND_NAME)
        for match in pattern.finditer(words)
    ]
    found += [match for match in A_NAME.finditer(words) if not OPENS_A_SENTENCE.fullmatch(match[1])]
    return list(
        dict.fromkeys(match[0].strip() for match in sorted(found, key=lambda match: match.start()))
    )


def why_not_urgent(ends_at: datetime.datetime, now: datetime.datetime) -> Refusal | None:
    """Words above every page wear off: they end, and soon."""
    if ends_at <= now:
        return EndsInThePast()
    if ends_at - now > LONGEST_BANNER:
        return EndsTooLate(days=LONGEST_BANNER.days)
    return None


# What a text may do better. One list, shown in the editor as one writes; nothing of it stands in
# the way of publishing.
LONGEST_SENTENCE = {"fr": 30, "en": 25}
LONG_WORD, SHOUTS = re.compile(r"\w+(?:[-'’]\w+)*"), re.compile(r"(?:\b[A-ZÀ-Þ]{2,}\b[ ,'’-]*){4,}")
END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f»”)]+(?=[A-ZÀ-Þ«“0-9])|\n")
HINT = re.compile(r"^\[[^\]]{3,}\]$", re.M)
LINK, TAG, FIRST_H3 = (
    re.compile(r"<a\b[^>]*>(.*?)</a>", re.S),
    re.compile(r"<[^>]+>"),
    re.compile(r"<h3\b[^>]*>(.*?)</h3>", re.S),
)
SAYS_NOTHING = re.compile(
    "ici|là|par ici|voir ici|cli(?:que[zr]?)(?: ici| sur ce lien)?|(?:suivez )?(?:ce|le)"
    " lien|lien|(?:lire la )?suite|(?:en savoir )?plus|plus d['’]informations?|(?:cette"
    " )?page|site|document|(?:click |see |over )?here|(?:this |the )?link|(?:read |learn"
    " )?more|more information|this(?: page)?"
)
AN_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.I)
NOT_PROSE = {"live", "resource", "contact"}


def what_to_improve(
    *, language: str, lead: str, audience: str | None, blocks: Sequence[tuple[str, str, Any]]
) -> list[Remark]:
    """Remarks on a text, in the order of the page.

    `blocks`: id, kind and stored value of each; `audience` is None where the page has no such
    field.
    """
    found = [] if lead.strip() else [Remark("lead", Improvement.SUMMARY)]
    if audience is not None and not audience.strip():
        found.append(Remark("audience", Improvement.AUDIENCE))
    found += [
        Remark(id, *said)
        for id, text in (("lead", lead), ("audience", audience or ""))
        for said in in_prose(text, language)
    ]
    has_heading = False
    for id, kind, value in blocks:
        text = ADDRESS_IN_WORDS.sub("", words_of(value))
        said = in_links(value) + in_pictures(value)
        if kind == "heading":
            has_heading = True
            said += [] if text.strip() else [(Improvement.EMPTY_HEADING,)]
        elif not has_heading and isinstance(value, str) and (under := FIRST_H3.search(value)):
            said.append((Improvement.HEADING_ORDER, plain_words(under[1])))
        if kind not in NOT_PROSE:
            said += in_prose(text, language)
        found += [Remark(id, *each) for each in said]
    return found


def in_prose(text: str, language: str) -> list[tuple]:
    hints = [(Improvement.HINT, beginning(hint.strip("[]"))) for hint in HINT.findall(text)]
    shouted = [
        (Improvement.CAPITALS, beginning(words[0].strip())) for words in SHOUTS.finditer(text)
    ]
    sentences = END_OF_SENTENCE.split(HINT.sub("", text))
    counted = [(sentence, len(LONG_WORD.findall(sentence))) for sentence in sentences]
    long = [
        (Improvement.LONG_SENTENCE, beginning(s.strip()), n)
        for s, n in counted
        if n > LONGEST_SENTENCE[language]
    ]
    return hints + shouted + long


def in_links(value: Any) -> list[tuple]:
    texts = [plain_words(link) for html in strings_in(value) for link in LINK.findall(html)]
    vague = [
        (Improvement.VAGUE_LINK, text)
        for text in texts
        if SAYS_NOTHING.fullmatch(text.casefold().strip(" .…:»«“”>→"))
    ]
    return vague + [
        (Improvement.BARE_ADDRESS, beginning(text)) for text in texts if AN_ADDRESS.match(text)
    ]


def in_pictures(value: Any) -> list[tuple]:
    if isinstance(value, list):
        return [said for part in value for said in in_pictures(part)]
    if not isinstance(value, dict):
        return []
    if value.get("image") and value.keys() >= {"alt_text", "decorative"}:
        alt = (value["alt_text"] or "").strip()
        if value["decorative"]:
            return []
        return (
            [(Improvement.FILE_NAME, alt)]
            if alt and NAME_OF_A_FILE.search(alt)
            else []
            if alt
            else [(Improvement.NO_ALTERNATIVE,)]
        )
    return [said for part in value.values() for said in in_pictures(part)]


def strings_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = (
        value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, list | tuple)
        else ()
    )
    return [text for part in parts for text in strings_in(part)]


def plain_words(html: str) -> str:
    return " ".join(unescape(TAG.sub("", html)).split())
