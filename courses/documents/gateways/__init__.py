"""Where files of people lie when it isn't this machine's disk:

S3 (or what speaks it), and its twin that can fail.
"""
