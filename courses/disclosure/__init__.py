"""Which counts of people a published table may show: docs/decisions/2026-11-30-figures.md."""
