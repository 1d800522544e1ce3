"""Words of papers."""

# () -> list[PaperKind | ArchiveKind]: what can be asked for on paper; answered in a product's `wagtail_hooks.py`
PAPERS_HOOK = "passerelle_papers"
