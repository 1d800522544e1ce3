"""What becomes of codes on paper when a school goes on as another."""

from courses.people.services.mergers import Follows, all_follow

MERGERS = [Follows("courses.PaperCode.school", all_follow)]
