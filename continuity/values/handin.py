"""What may be handed in, in numbers: told before sending, and held to."""

PHOTO_BYTES = 15_000_000
PDF_BYTES = 10_000_000
MOST_PARTS = 20
MOST_PAGES = 20
TEXT_CHARACTERS = 20_000
