"""Other systems that launches speak with: LTI tools."""
