"""Where files lie: names that are given once, S3 (or what speaks it), and its twin that can fail."""
