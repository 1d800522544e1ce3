"""The hooks' names: what the roof asks every product."""


class Hook:
    """Wagtail hooks; each is answered in a product's `wagtail_hooks.py`. No product, no answer."""

    MENU = "passerelle_menu"  # (person) -> list[MenuEntry]; person may be anonymous
    DUE = "passerelle_due"  # (person, now) -> list[DueItem]
    TICK = "passerelle_tick"  # (now) -> None: do what falls due this minute; may run twice
    DEMO = "passerelle_demo"  # (world, say) -> None: load the demo's rows; say(text) reports progress
    BENCH = "passerelle_bench"  # () -> list[BenchTarget]: pages and chores that `manage.py bench` measures
    SESSIONS_OF_RESOURCE = "passerelle_sessions_of_resource"  # (resource, person, now) -> list[Upcoming]
    ACCOUNT = "passerelle_account"  # (person) -> list[MenuEntry] under the person's name
    PERMISSIONS = "passerelle_permissions"  # () -> dict[role, list["app_label.codename"]]: what a role's group may do in the admin
