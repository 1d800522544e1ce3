"""Services that write hand-ins: `parts.add_part(...)`, `handins.hand_in(...)`."""
