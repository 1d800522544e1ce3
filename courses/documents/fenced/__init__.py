"""Programs that open strangers' files, each in a process of its own with limits on memory and time.

They import nothing of ours but each other, so they start in 60 ms, and never run in a web process.
See `services/fence.py`.
"""
