"""A teacher is trained, from catalogue to certificate: what the ground tells us."""
