"""Content of a page as plain values, apart from models, so that meaning can be compared."""
