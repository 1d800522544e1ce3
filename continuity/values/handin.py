"""What may be handed in, in numbers: told before sending, and held to."""

PHOTO_BYTES = 15 * 1024 * 1024
PDF_BYTES = 10 * 1024 * 1024
MOST_PARTS = 20
MOST_PAGES = 20
TEXT_CHARACTERS = 20_000
