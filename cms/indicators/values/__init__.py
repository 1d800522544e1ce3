"""Pure values of counting: moments, identifiers, definitions of the roof's own measures."""
