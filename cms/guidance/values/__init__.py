"""What a page says and keeps as plain values, apart from models, so that meaning can be compared."""
