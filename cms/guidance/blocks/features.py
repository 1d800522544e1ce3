"""Rich text features, for one line and for paragraphs."""

WORDS = ["bold", "italic", "link", "document-link"]
PARAGRAPHS = ["h3", "ol", "ul", *WORDS]
