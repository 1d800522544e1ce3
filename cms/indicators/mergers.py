"""What becomes of counts when a school goes on as another: what is open follows, closed weeks stay.

Hours and days stay as they are counted: the close tells them as the school of that day.
"""

from courses.people.services.mergers import Follows, all_follow, all_stay

MERGERS = [
    Follows("cms.PageTally.school", all_follow),
    Follows("cms.SeenToday.school", all_follow),
    Follows("cms.SeenThisWeek.school", all_follow),
    Follows("cms.HourCount.school", all_stay),
    Follows("cms.DayCount.school", all_stay),
    Follows("cms.WeekFigure.school", all_stay),
    Follows("cms.YearFigure.school", all_stay),
]
