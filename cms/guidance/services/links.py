"""Links that lead nowhere: looked for in the background, listed with their cause, gone when mended."""

import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page

from cms.guidance import tasks
from cms.guidance.enums import MAY_PASS, Fault, Letters
from cms.guidance.exceptions import WebUnreachable
from cms.guidance.gateways import Web, web
from cms.guidance.models import BilingualPage, DeadLink, Pair
from cms.guidance.models.links import LONGEST_ADDRESS
from cms.guidance.queries.addresses import page_at
from cms.guidance.services import care
from cms.guidance.values.links import Link, links_in
from courses.locks import lock_then_read
from courses.mail import services as outbox

EVERY = datetime.timedelta(days=7)
AGAIN = datetime.timedelta(days=1)
PAGES_A_MINUTE = 4
PAGES = "wagtail_serve"  # the name of the address under which pages stand
# Not looked at: they lead to a program of the reader's, or to a place on the page.
OTHER_WAYS = ("mailto:", "tel:", "sms:", "#")


def look_at_what_is_due(now: datetime.datetime) -> int:
    """The tick's: gives the worker the pages whose links weren't looked at for a week, or were
    published since. A few a minute.
    """
    day = timezone.localdate(now)
    due = list(
        Pair.objects.with_readers().links_due(day).values_list("pk", flat=True)[:PAGES_A_MINUTE]
    )
    for pk in due:
        with transaction.atomic():
            if (
                Pair.objects.links_due(day)
                .order_by()
                .filter(pk=pk)
                .update(links_due_on=day + EVERY)
            ):
                tasks.look_at_links.enqueue(pk)
    return len(due)


def look(
    pair: Pair, *, through: Web | None = None, now: datetime.datetime | None = None
) -> list[DeadLink]:
    """Look at all links of a page, in both languages, and keep what leads nowhere. May run twice.
    Gives what is new and certain.

    Nothing is locked while other sites are asked. When they can't be asked, what is known of them
    stays, and they are asked again on the next day.
    """
    now, through = now or timezone.now(), through or web()
    wrong: dict[tuple[str, str], tuple[Link, Fault]] = {}
    unasked: set[str] = set()
    said: dict[str, Fault | None] = {}
    for page in (pair.french, pair.english):
        if page is None or not page.live:
            continue
        language, links = page.locale.language_code, links_of(page.specific)
        ours = our_faults(links)
        for link in links:
            address = address_of(link)
            fault = ours.get(link)
            if link not in ours and not address.startswith(OTHER_WAYS):
                try:
                    fault = (
                        said[address]
                        if address in said
                        else said.setdefault(address, through.fault_of(address))
                    )
                except WebUnreachable:
                    unasked.add(address)
            if fault:
                wrong.setdefault((language, address[:LONGEST_ADDRESS]), (link, fault))
    return keep(pair, wrong, unasked=unasked, now=now)


def keep(pair: Pair, wrong: dict, *, unasked: set[str], now: datetime.datetime) -> list[DeadLink]:
    """Update the rows of dead links; return those newly certain. A fault that may pass counts from
    its second time on.
    """
    new: list[DeadLink] = []
    with transaction.atomic():
        pair = lock_then_read(Pair.objects.filter(pk=pair.pk)).select_related("owner").get()
        known = {(row.language, row.address): row for row in pair.dead_links.all()}
        for place, row in known.items():
            if place not in wrong and row.address not in unasked:
                row.delete()
        for (language, address), (link, fault) in wrong.items():
            there = known.get((language, address))
            was_certain = there is not None and there.is_certain
            row = there or DeadLink(pair=pair, language=language, address=address, found_at=now)
            row.is_certain = (
                was_certain
                or fault not in MAY_PASS
                or (row.pk is not None and row.tried_at < now - AGAIN / 2)
            )
            row.fault, row.words, row.tried_at = fault, link.words[:200], now
            row.save()
            if row.is_certain and not was_certain:
                new.append(row)
        unsure = unasked or pair.dead_links.filter(is_certain=False).exists()
        pair.links_checked_at = now
        pair.links_due_on = timezone.localdate(now) + (AGAIN if unsure else EVERY)
        pair.save(update_fields=["links_checked_at", "links_due_on"])
        if new:
            tell_of(pair, new, now)
    return new


def tell_of(pair: Pair, new: list[DeadLink], now: datetime.datetime) -> None:
    """The page is to be checked within a week, and its owner told: once per finding."""
    care.bring_forward(pair=pair, now=now)
    if pair.owner:
        key = f"dead-links:{pair.pk}:{':'.join(str(row.pk) for row in new)}"[:200]
        outbox.post(
            Letters.DEAD_LINKS,
            about=pair,
            to=pair.owner,
            key=key,
            details={"links": [row.pk for row in new]},
        )


# What a page leads to


def links_of(page: BilingualPage) -> list[Link]:
    return list(
        dict.fromkeys(
            link
            for block in page.body
            for link in links_in(block.get_prep_value()["value"])
            if link.target
        )
    )


def address_of(link: Link) -> str:
    return link.target if link.kind == "address" else f"{link.kind}:{link.target}"


def our_faults(links: list[Link]) -> dict[Link, Fault | None]:
    """Faults of links inside the site; those to other sites aren't in it.

    Three queries at most.
    """
    pages = numbers_of(links, "page")
    live = dict(Page.objects.filter(pk__in=pages).values_list("pk", "live")) if pages else {}
    files = numbers_of(links, "document")
    there = (
        set(get_document_model().objects.filter(pk__in=files).values_list("pk", flat=True))
        if files
        else set()
    )
    faults: dict[Link, Fault | None] = {}
    for link in links:
        number = int(link.target) if link.target.isdecimal() else 0
        if link.kind == "page":
            faults[link] = (
                Fault.PAGE_GONE
                if number not in live
                else None
                if live[number]
                else Fault.PAGE_OFFLINE
            )
        elif link.kind == "document":
            faults[link] = None if number in there else Fault.FILE_GONE
        elif (path := own_path(link.target)) is not None:
            faults[link] = None if leads_somewhere(path) else Fault.NO_SUCH_ADDRESS
        elif not link.target.startswith(("http://", "https://", *OTHER_WAYS)):
            faults[link] = Fault.NOT_AN_ADDRESS
    return faults


def numbers_of(links: list[Link], kind: str) -> set[int]:
    return {int(link.target) for link in links if link.kind == kind and link.target.isdecimal()}


def own_path(address: str) -> str | None:
    """The path of an address of this site; None for others."""
    if address.startswith(f"{settings.SITE_ADDRESS}/") or (
        address.startswith("/") and not address.startswith("//")
    ):
        return unquote(urlsplit(address).path)
    return None


def leads_somewhere(path: str) -> bool:
    """Does one of our own addresses answer to it, a live page, or a redirect?"""
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return True
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
        except Resolver404:
            match = None
        if match and (match.url_name != PAGES or page_at(match.args[0])):
            return True
    return Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exists()
