"""What lists and pages of guidance show, in a known number of queries."""
