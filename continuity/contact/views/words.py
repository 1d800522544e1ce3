"""Signs of life as a page says them."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext

from continuity.contact.queries.school_year import SignDay, Silence
from continuity.enums import Channel
from courses.templatetags.passerelle import day_without_year

SQUARE = 10  # width of a day with the gap beside it, in units of the picture

RARE = (Channel.PAPER, Channel.CALL)  # shown to whom they happened

ICONS = {
    Channel.WEEK: "eye",
    Channel.WORK: "inbox",
    Channel.TICK: "circle-check",
    Channel.HELP: "life-buoy",
    Channel.ANSWER: "message-square",
    Channel.PRESENT: "list-checks",
    Channel.PAPER: "printer",
    Channel.CALL: "phone",
}


@dataclass(frozen=True)
class ChannelRow:
    icon: str
    label: str
    last: datetime.date | None
    number: int  # of the days shown, how many have a sign
    squares: list[tuple[str, str]]  # yes, no or off (not expected), and their path

    @property
    def last_day(self) -> str:
        return day_without_year(self.last) if self.last else gettext("never yet")


@dataclass(frozen=True)
class SignTable:
    """The channels of one student, with their last school days."""

    rows: list[ChannelRow]
    days: int
    width: int  # of the picture
    since: datetime.date  # the first day shown
    until: datetime.date | None  # the last one, if it isn't today


def signs_in_words(silence: Silence | None, today: datetime.date) -> SignTable | None:
    """Each channel with its last day and its last school days; paper and calls where there was
    one. None: in no class today, so that nothing is counted.
    """
    if silence is None:
        return None
    signs, shown = silence.signs, silence.shown
    rows = []
    for channel, icon in ICONS.items():
        if channel in signs or channel not in RARE:
            seen = silence.seen.get(channel, set())
            number = sum(one.day in seen for one in shown)
            rows.append(
                ChannelRow(
                    icon, str(channel.label), signs.get(channel), number, _squares(shown, seen)
                )
            )
    first, last = (shown[0].day, shown[-1].day) if shown else (today, today)
    until = None if last == today else last
    return SignTable(rows, len(shown), len(shown) * SQUARE, first, until)


def _squares(shown: list[SignDay], seen: set[datetime.date]) -> list[tuple[str, str]]:
    paths = {"yes": "", "no": "", "off": ""}
    for number, one in enumerate(shown):
        kind = "yes" if one.day in seen else "no" if one.is_expected else "off"
        paths[kind] += f"M{number * SQUARE} 1h8v10h-8z"
    return [(kind, path) for kind, path in paths.items() if path]
