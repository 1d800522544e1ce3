"""What pages of figures show, in a known number of queries."""
