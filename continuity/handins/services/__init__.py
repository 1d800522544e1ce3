"""What happens to work on its way to a teacher: `parts.add_part(...)`, `handins.hand_in(...)`."""
