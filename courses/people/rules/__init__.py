"""What people may be, join and change: a module a subject."""
