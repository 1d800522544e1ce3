"""The admin's form of a login by an ENT asks for what its protocol has, and nothing else."""

import pytest
from django.urls import reverse

from courses.signin.enums import COLUMNS_OF, ProviderKind
from courses.signin.forms import PROTOCOL_COLUMNS
from tests.browser.reader import Reader
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("kind", ProviderKind)
def test_a_protocol_s_form_has_its_fields_alone(live_server, browser, kind):
    root = PersonFactory(is_superuser=True, language="fr")
    desk = Reader(browser, live_server.url, root, width=1280).log_in_by_cookie()
    desk.page.goto(live_server.url + reverse("identity_providers:add"))

    desk.page.select_option("[name=kind]", kind)

    shown = {name for name in PROTOCOL_COLUMNS if desk.page.is_visible(f"[name={name}]")}
    assert shown == COLUMNS_OF[kind]
