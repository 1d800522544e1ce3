"""Values of continuity, which know no database: `rich_text`, `typed_text`, `formulas`."""
