"""Charts as geometry in whole units. They are 320 wide, as a phone is, and texts of 15 can be read there;
lines over many weeks are drawn 640 wide, too, for larger screens.

Numbers are plain; None is hidden and drawn as a dashed outline, or as a gap of a line. Words and numbers
are in the language that is active when `svg` and `table` are read. `title` names drawing and table for
who doesn't see them: the page has it as a heading, too.
"""

from courses.charts.values.bars import Bar, Bars
from courses.charts.values.drawings import ChartKey, Drawing
from courses.charts.values.heats import Heat
from courses.charts.values.lines import Lines, Series
from courses.charts.values.scales import Scale, scale_of

__all__ = [
    "Bar",
    "Bars",
    "ChartKey",
    "Drawing",
    "Heat",
    "Lines",
    "Scale",
    "Series",
    "scale_of",
]
