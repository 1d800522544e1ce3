"""Where files lie: names that are given once, S3 (or what speaks it), its twin that can fail, and the
files of the code.
"""
