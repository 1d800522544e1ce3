"""The words that stand above every page: kept in the cache of pages, so that a page costs no query
for them.
"""

import datetime
from dataclasses import dataclass

from django.core.cache import caches

from cms.guidance.models import Pair, UrgentNotice
from courses.digest.services import LONGEST, version


@dataclass(frozen=True)
class Banner:
    public_id: str  # of the pair: its address leads each reader to their language
    words: dict[str, str]
    ends_at: datetime.datetime


def banners(now: datetime.datetime) -> list[Banner]:
    """Those that run now, the latest first.

    They end by their own time, whatever the cache holds.
    """
    kept = caches["pages"].get_or_set(
        f"guidance:banners:{version()}", lambda: to_come(now), timeout=LONGEST
    )
    return [banner for banner in kept or [] if banner.ends_at > now]


def to_come(now: datetime.datetime) -> list[Banner]:
    notices = list(UrgentNotice.objects.running(now).select_related("page").order_by("-starts_at"))
    pairs = dict(
        Pair.objects.filter(
            translation_key__in=[notice.page.translation_key for notice in notices]
        ).values_list("translation_key", "public_id")
    )
    return [
        Banner(
            pairs[notice.page.translation_key],
            {"fr": notice.text_fr, "en": notice.text_en},
            notice.ends_at,
        )
        for notice in notices
        if notice.page.live and notice.page.translation_key in pairs
    ]
