"""Other systems that launches speak with: LTI tools, and the folder of our keys."""
