"""The demo's editors, and what happened to their pages: invented, on the pages that are not."""


def load(world, say) -> None:
    """After the pages are planted."""
