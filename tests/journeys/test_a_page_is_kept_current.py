"""Who keeps a page is told when its check is due; one act confirms both languages; nobody's page is
left alone.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.guidance.enums import EditorialRole
from cms.guidance.models import NewsIndexPage, NewsPage, Pair, Scope
from cms.guidance.services import care, keep_editors
from courses.mail import services as outbox
from courses.mail.models import Letter
from courses.people import services as people
from courses.people.services import derive_groups
from tests.factories.guidance import guidance_page, home, in_english, pair_of, published
from tests.factories.markup import shows
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db

DUE = datetime.date(2026, 11, 2)


def at(day: datetime.date, hour: int = 9) -> datetime.datetime:
    return datetime.datetime.combine(
        day, datetime.time(hour), tzinfo=timezone.get_default_timezone()
    )


def later(days: int) -> datetime.datetime:
    return at(DUE + datetime.timedelta(days=days))


def kept_page(*, owner=None, deputy=None, check_on=DUE) -> Pair:
    """A page in both languages, in somebody's care."""
    french = guidance_page()
    in_english(french)
    Pair.objects.filter(translation_key=french.translation_key).update(
        owner=owner, deputy=deputy, check_on=check_on
    )
    return pair_of(french)


def told() -> list[tuple[str, int]]:
    return [
        (letter.kind.rpartition(".")[2], letter.to_id) for letter in Letter.objects.order_by("pk")
    ]


def test_one_act_confirms_both_languages(client):
    owner = AdviserFactory(language="en")
    pair = kept_page(owner=owner)
    care.remind(later(0))
    client.force_login(owner)

    answer = client.post(reverse("guidance:confirm", args=[pair.public_id]), follow=True)

    pair.refresh_from_db()
    today = timezone.localdate()
    assert (pair.checked_by, pair.times_told, pair.check_on) == (
        owner,
        0,
        care.months_later(today, 6),
    )
    assert "Confirmed, in both languages." in answer.content.decode()
    assert list(Letter.objects.values_list("state", flat=True)) == ["withdrawn"]


def test_on_the_day_its_owner_is_told_and_two_weeks_later_the_deputy_too():
    owner, deputy = AdviserFactory(), AdviserFactory()
    pair = kept_page(owner=owner, deputy=deputy)

    for days in (-1, 0, 0, 1, 13, 14, 14, 60):
        care.remind(later(days))

    assert told() == [("to_check", owner.pk), ("to_check", owner.pk), ("to_check", deputy.pk)]
    pair.refresh_from_db()
    assert pair.times_told == 2


def test_ignored_twice_readers_see_since_when_it_was_not_checked(client):
    owner = AdviserFactory()
    pair = kept_page(owner=owner)
    care.remind(later(0))
    pair.refresh_from_db()
    assert pair.is_not_checked_since is False

    care.remind(later(14))

    pair.refresh_from_db()
    assert pair.is_not_checked_since is True
    care.confirm(pair=pair, by=owner)
    pair.refresh_from_db()
    assert pair.is_not_checked_since is False


def test_an_owner_who_leaves_hands_over_to_the_deputy_the_same_day():
    owner, deputy = AdviserFactory(), AdviserFactory()
    pairs = [kept_page(owner=owner, deputy=deputy), kept_page(owner=owner, deputy=deputy)]
    membership = owner.memberships.get()
    people.leave(membership=membership, last_day=DUE)

    care.hand_over(at(DUE, 23))
    assert [pair.owner for pair in Pair.objects.filter(pk__in=[pair.pk for pair in pairs])] == [
        owner,
        owner,
    ]
    care.hand_over(later(1))
    care.hand_over(later(1))

    now = Pair.objects.filter(pk__in=[pair.pk for pair in pairs])
    assert [(pair.owner, pair.deputy) for pair in now] == [(deputy, None), (deputy, None)]
    assert told() == [("pages_received", deputy.pk)]


@pytest.mark.parametrize("how", ["account off", "erased"])
def test_without_a_deputy_the_page_passes_to_a_chief_adviser(how):
    chief, owner = AdviserFactory(), AdviserFactory()
    Scope.objects.create(person=chief, role=EditorialRole.CHIEF)
    pair = kept_page(owner=owner)
    if how == "account off":
        owner.is_active = False
    else:
        owner.erased_at = later(0)
    owner.save()

    care.hand_over(later(0))

    pair.refresh_from_db()
    assert pair.owner == chief
    assert ("pages_received", chief.pk) in told()
    # By key: a name would stay in the log when the account is erased.
    entry = ModelLogEntry.objects.for_instance(pair).get(action="guidance.hand_over")
    assert entry.data == {"to": chief.pk}


def test_when_nobody_is_left_the_page_is_listed_as_kept_by_nobody(client):
    owner = AdviserFactory()
    pair = kept_page(owner=owner)
    people.leave(membership=owner.memberships.get(), last_day=DUE)

    care.hand_over(later(1))

    pair.refresh_from_db()
    assert pair.owner is None
    client.force_login(AdviserFactory(is_superuser=True))
    assert pair in client.get(reverse("guidance:overdue")).context["orphans"]


def test_a_deputy_who_leaves_is_taken_away_and_the_owner_told():
    owner, deputy = AdviserFactory(), AdviserFactory()
    pair = kept_page(owner=owner, deputy=deputy)
    people.leave(membership=deputy.memberships.get(), last_day=DUE)

    care.hand_over(later(1))

    pair.refresh_from_db()
    assert (pair.owner, pair.deputy) == (owner, None)
    assert told() == [("deputy_left", owner.pk)]


def test_the_minute_asks_as_much_for_ten_pages_as_for_one(django_assert_num_queries):
    owner = AdviserFactory()
    kept_page(owner=owner)
    with django_assert_num_queries(4):
        care.hand_over(later(-9))
        care.remind(later(-9))
    for _n in range(9):
        kept_page(owner=owner)

    with django_assert_num_queries(4):
        care.hand_over(later(-9))
        care.remind(later(-9))


def test_another_adviser_neither_finds_the_page_nor_confirms_it(client):
    pair = kept_page(owner=AdviserFactory())
    client.force_login(AdviserFactory(language="en"))

    assert client.get(reverse("guidance:keepers", args=[pair.public_id])).status_code == 404
    assert client.post(reverse("guidance:confirm", args=[pair.public_id])).status_code == 404
    pair.refresh_from_db()
    assert pair.checked_at is None


def test_who_writes_the_topic_may_confirm_its_pages(client):
    author = AdviserFactory(language="en")
    pair = kept_page(owner=AdviserFactory())
    Scope.objects.create(person=author, role=EditorialRole.AUTHOR, topic=pair.topic)
    client.force_login(author)

    client.post(reverse("guidance:confirm", args=[pair.public_id]))

    pair.refresh_from_db()
    assert pair.checked_by == author


def test_keepers_are_two_advisers_and_a_later_date_begins_anew(client):
    owner, deputy, teacher = AdviserFactory(language="en"), AdviserFactory(), TeacherFactory()
    pair = kept_page(owner=owner)
    care.remind(later(0))
    client.force_login(owner)
    address = reverse("guidance:keepers", args=[pair.public_id])
    form = {"owner": owner.pk, "deputy": owner.pk, "check_months": 3, "check_on": "2027-01-15"}

    assert "deputy" in client.post(address, form).context["form"].errors
    assert "deputy" in client.post(address, form | {"deputy": teacher.pk}).context["form"].errors
    saved = client.post(address, form | {"deputy": deputy.pk}, follow=True)
    assert "It is saved." in saved.text
    assert "is told" not in saved.text
    given_away = form | {"owner": deputy.pk, "deputy": owner.pk}
    assert (
        "The new owner of the page is told." in client.post(address, given_away, follow=True).text
    )
    client.post(address, form | {"deputy": deputy.pk})

    pair.refresh_from_db()
    assert (pair.owner, pair.deputy, pair.check_months, pair.check_on) == (
        owner,
        deputy,
        3,
        datetime.date(2027, 1, 15),
    )
    assert pair.times_told == 0


def test_its_owner_sees_it_on_their_first_page_and_in_the_list_of_pages(client):
    owner = AdviserFactory(language="en")
    pair = kept_page(owner=owner)
    Scope.objects.create(person=owner, role=EditorialRole.CHIEF)
    derive_groups(owner)
    keep_editors()
    client.force_login(owner)

    assert (
        f'To check: <span lang="fr">{pair}</span>'
        in client.get(reverse("today:home")).content.decode()
    )
    explorer = client.get(
        reverse("wagtailadmin_explore", args=[pair.french.get_parent().pk])
    ).content.decode()
    assert explorer.count("Check overdue") == 1
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[pair.french_id])).content.decode()
    assert "Its check is overdue since 2 November 2026." in editor


def test_no_letter_goes_once_somebody_confirmed(client):
    owner = AdviserFactory()
    pair = kept_page(owner=owner)
    care.remind(later(0))
    letter = Letter.objects.get()
    Pair.objects.filter(pk=pair.pk).update(check_on=datetime.date(2027, 5, 2))

    assert outbox.send(letter.pk, letter.attempts) == "withdrawn"


def test_the_list_asks_as_much_for_twenty_as_for_two(client, django_assert_max_num_queries):
    owner = AdviserFactory(language="en")
    client.force_login(owner)
    counts = []
    for more in (2, 18):
        for _n in range(more):
            kept_page(owner=owner)
        with django_assert_max_num_queries(60) as asked:
            assert len(client.get(reverse("guidance:overdue")).context["rows"]) >= more
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_dated_news_is_never_to_be_checked():
    news = published(
        NewsPage(title="Trois mesures", slug="mesures", locale=home("fr").locale), index_of_news()
    )

    care.bring_forward(pair=pair_of(news), now=later(0))
    care.confirm(pair=pair_of(news), by=AdviserFactory())

    assert pair_of(news).check_on is None


def test_dated_news_changes_its_owner_without_a_day_of_check(client):
    news = published(
        NewsPage(title="Trois mesures", slug="mesures", locale=home("fr").locale), index_of_news()
    )
    owner, new = AdviserFactory(language="en"), AdviserFactory()
    Pair.objects.filter(pk=pair_of(news).pk).update(owner=owner)
    client.force_login(owner)
    address = reverse("guidance:keepers", args=[pair_of(news).public_id])

    page = client.get(address).text
    sent = {"owner": new.pk, "check_months": 3, "check_on": "2027-01-15"}
    saved = client.post(address, sent)

    assert ["To be checked by" in page, "Months between two checks" in page] == [False, False]
    assert saved.status_code == 302
    assert (pair_of(news).owner, pair_of(news).check_on) == (new, None)


def index_of_news() -> NewsIndexPage:
    return published(
        NewsIndexPage(title="Actualités", slug="actualites", locale=home("fr").locale), home("fr")
    )


def test_a_draft_that_was_never_online_is_not_said_to_be_unchecked_since(client):
    owner = AdviserFactory(language="en")
    pair = pair_of(guidance_page(live=False))
    Pair.objects.filter(pk=pair.pk).update(owner=owner, source_published_at=None)
    client.force_login(owner)

    answer = client.get(reverse("guidance:keepers", args=[pair.public_id])).text

    assert "not yet: it was never online" in answer
    assert "not since it came online" not in answer


def test_the_list_of_late_checks_says_the_language_of_each_title(client):
    owner = AdviserFactory(language="en")
    pair = kept_page(owner=owner)
    kept_page(owner=owner)
    client.force_login(owner)

    assert shows(client.get(reverse("guidance:overdue")).text, f'lang="fr">{pair}</a></th>')
    assert (
        f'<span lang="fr">{pair}</span>, <span lang="fr">' in client.get(reverse("today:home")).text
    )
