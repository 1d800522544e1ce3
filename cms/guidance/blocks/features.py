"""What rich text may hold, in one line and in paragraphs."""

WORDS = ["bold", "italic", "link", "document-link"]
PARAGRAPHS = ["h3", "ol", "ul", *WORDS]
