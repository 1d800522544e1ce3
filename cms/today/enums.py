"""Words of the roof's first pages and of the frame."""

# What a person may choose against their device's own; kept in the cookie `theme`.
THEMES = ("light", "dark")
